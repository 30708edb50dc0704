//! The shape of emergency access, as a command line says it.

use clap::ValueEnum;
use halligan_core::id::PolicyId;
use halligan_core::register::Shape;

use crate::failure::Failure;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShapeWord {
    /// Excluded from every policy
    Exempt,
    /// Excluded from every policy but one that requires phishing-resistant MFA
    #[value(name = "exempt+strength")]
    ExemptWithStrength,
    /// A password on paper and no key
    Paper,
}

/// The shape of this word, with the policy that one of them needs.
pub(super) fn shape(word: ShapeWord, policy: Option<&str>) -> Result<Shape, Failure> {
    match (word, policy) {
        (ShapeWord::Exempt, None) => Ok(Shape::Exempt),
        (ShapeWord::Paper, None) => Ok(Shape::Paper),
        (ShapeWord::ExemptWithStrength, Some(id)) => {
            Ok(Shape::ExemptWithStrength { policy: PolicyId::from(id) })
        }
        (ShapeWord::ExemptWithStrength, None) => Err(Failure::usage(
            "the shape `exempt+strength` needs to know its policy",
            "name it with `--strength-policy ID`",
        )),
        (ShapeWord::Exempt | ShapeWord::Paper, Some(_)) => Err(Failure::usage(
            "`--strength-policy` belongs to the shape `exempt+strength`",
            "leave it out, or add `--shape exempt+strength`",
        )),
    }
}
