//! A rule as the documentation writes it: with the parentheses that precedence asks for.
//!
//! A printed rule reads as the same rule again, unless it is longer than the limit.

use core::fmt;

use super::{Comparison, Expression, Literal, Operand, Rule};

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Comparison(comparison) => comparison.fmt(f),
            Self::Not(part) => {
                f.write_str("-not ")?;
                part.fmt_within(f, matches!(**part, Self::And(_) | Self::Or(_)))
            }
            Self::And(parts) => join(f, " -and ", parts),
            Self::Or(parts) => join(f, " -or ", parts),
        }
    }
}

impl Expression {
    fn fmt_within(&self, f: &mut fmt::Formatter<'_>, in_parentheses: bool) -> fmt::Result {
        if in_parentheses { write!(f, "({self})") } else { write!(f, "{self}") }
    }
}

/// A part that is itself joined stands in parentheses, except `-and` within `-or`.
fn join(f: &mut fmt::Formatter<'_>, between: &str, parts: &[Expression]) -> fmt::Result {
    let is_or = between == " -or ";
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(between)?;
        }
        let in_parentheses = match part {
            Expression::Comparison(_) | Expression::Not(_) => false,
            Expression::And(_) => !is_or,
            Expression::Or(_) => true,
        };
        part.fmt_within(f, in_parentheses)?;
    }
    Ok(())
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attribute, operator, operand } = self;
        write!(f, "device.{attribute} {operator} {operand}")
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(literal) => literal.fmt(f),
            Self::Flag(true) => f.write_str("True"),
            Self::Flag(false) => f.write_str("False"),
            Self::List(literals) => {
                f.write_str("[")?;
                for (place, literal) in literals.iter().enumerate() {
                    f.write_str(if place > 0 { ", " } else { "" })?;
                    literal.fmt(f)?;
                }
                f.write_str("]")
            }
        }
    }
}

impl fmt::Display for Literal {
    /// In double quotes, or in single ones where the text has some: only there is it documented
    /// how they are written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let escaped = self.text.replace('"', "`\"");
        if escaped.contains('\'') {
            write!(f, "'{}'", escaped.replace('\'', "''"))
        } else {
            write!(f, "\"{escaped}\"")
        }
    }
}
