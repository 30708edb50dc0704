//! What a rule says of a device.

use super::super::device::{AttributeValue, Device};
use super::operator::Operator;
use super::{Comparison, Expression, Literal, Operand, folded};

impl Expression {
    pub(super) fn matches(&self, device: &Device) -> bool {
        match self {
            Self::Comparison(comparison) => comparison.holds(device.visible(comparison.attribute)),
            Self::Not(part) => !part.matches(device),
            Self::And(parts) => parts.iter().all(|part| part.matches(device)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(device)),
        }
    }
}

impl Comparison {
    /// Whether it holds for a value; `None` is null.
    ///
    /// Null makes positive operators false and negative ones true. The documentation says so of
    /// unregistered devices, because "all device properties are considered as null values"; a null
    /// value of a registered device is taken the same way.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices#policy-behavior-with-filter-for-devices>.
    pub(super) fn holds(&self, value: Option<&AttributeValue>) -> bool {
        let is_met = value.is_some_and(|value| self.is_met(value));
        is_met != self.operator.is_negative()
    }

    /// Whether the positive form of the operator holds.
    fn is_met(&self, value: &AttributeValue) -> bool {
        match (value, &self.operand) {
            (AttributeValue::Flag(value), Operand::Flag(wanted)) => value == wanted,
            (AttributeValue::Text(value), operand) => {
                let value = folded(value);
                operand.literals().iter().any(|literal| self.meets(&value, literal))
            }
            // "For string collection attributes […] the Contains operator indicates whether a
            // specified string matches one of the whole strings in the collection."
            (AttributeValue::List(members), operand) => {
                let is_member = |literal: &Literal| {
                    members.iter().any(|member| folded(member) == literal.folded)
                };
                operand.literals().iter().any(is_member)
            }
            (AttributeValue::Flag(_), _) => false,
        }
    }

    /// Whether a folded text meets one literal.
    fn meets(&self, value: &str, literal: &Literal) -> bool {
        let wanted = literal.folded.as_str();
        match self.operator {
            Operator::Equals | Operator::NotEquals | Operator::In | Operator::NotIn => {
                value == wanted
            }
            Operator::StartsWith | Operator::NotStartsWith => value.starts_with(wanted),
            Operator::EndsWith | Operator::NotEndsWith => value.ends_with(wanted),
            // "For string attributes […] the Contains operator indicates whether a specified
            // substring occurs within the attribute."
            Operator::Contains | Operator::NotContains => value.contains(wanted),
        }
    }
}
