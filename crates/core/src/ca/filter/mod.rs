//! Device filter rules: read as the documentation spells them, judged on a [`Device`], and cut into
//! the classes of devices that they tell apart.
//!
//! A rule is made of comparisons, `device.<attribute> <operator> <value>`, joined by `-and`, `-or`,
//! `-not` and parentheses. What the documentation does not define is an error, never a guess: a
//! rule that is read wrongly would make a proof wrong.
//!
//! Sources: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices>
//! and, for the syntax, <https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership>.

mod classes;
mod error;
mod evaluation;
mod lexer;
mod operator;
mod parser;
mod print;
#[cfg(test)]
mod tests;

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

pub use classes::{CANDIDATES_MAX, DeviceClass, TooManyDevices, device_classes};
pub use error::RuleError;
pub use operator::Operator;
pub use parser::{RULE_CHARACTERS_MAX, RULE_DEPTH_MAX};

use super::device::{Attribute, Device};

/// The rule of a device filter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    expression: Expression,
}

impl Rule {
    /// Reads a rule as Microsoft Graph gives it.
    ///
    /// # Errors
    ///
    /// [`RuleError`], with the place, when the text is no rule of the documented form.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        parser::parse(text).map(|expression| Self { expression })
    }

    /// Whether the device matches. What an unregistered device, or one without a value, gives is
    /// documented: comparisons with positive operators are false, those with negative ones true.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices#policy-behavior-with-filter-for-devices>.
    pub fn matches(&self, device: &Device) -> bool {
        self.expression.matches(device)
    }

    /// The attributes that the rule names.
    pub fn attributes(&self) -> BTreeSet<Attribute> {
        self.comparisons().into_iter().map(|comparison| comparison.attribute).collect()
    }

    /// Its comparisons, as they stand in the text.
    fn comparisons(&self) -> Vec<&Comparison> {
        let mut found = Vec::new();
        self.expression.collect(&mut found);
        found
    }
}

/// A rule or a part of one. `And` and `Or` have two parts or more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Expression {
    Comparison(Comparison),
    Not(Box<Expression>),
    And(Vec<Expression>),
    Or(Vec<Expression>),
}

impl Expression {
    fn collect<'a>(&'a self, found: &mut Vec<&'a Comparison>) {
        match self {
            Self::Comparison(comparison) => found.push(comparison),
            Self::Not(part) => part.collect(found),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.collect(found)),
        }
    }
}

/// `device.<attribute> <operator> <value>`: the attribute supports the operator, and the value is
/// of the kind that both ask for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Comparison {
    attribute: Attribute,
    operator: Operator,
    operand: Operand,
}

/// The value of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Operand {
    Text(Literal),
    Flag(bool),
    /// The list of `-in` and `-notIn`: one text or more.
    List(Vec<Literal>),
}

impl Operand {
    /// The texts that it is made of.
    fn literals(&self) -> &[Literal] {
        match self {
            Self::Text(literal) => core::slice::from_ref(literal),
            Self::Flag(_) => &[],
            Self::List(literals) => literals,
        }
    }
}

/// A text in a rule; never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Literal {
    /// As it is written.
    text: String,
    /// As it is compared.
    folded: String,
}

impl Literal {
    fn new(text: String) -> Self {
        let folded = folded(&text);
        Self { text, folded }
    }
}

/// A text as it is compared: without regard to letter case.
///
/// Source: <https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership#supported-values>:
/// "Regex and string operations aren't case sensitive".
fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
