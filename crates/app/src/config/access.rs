//! `[access]`: how the accounts are meant to get past Conditional Access.

use halligan_core::id::{GroupId, PolicyId};
use halligan_core::register::Shape;

use super::walk::{Table, nearest};

const KEYS: &[&str] = &["shape", "strength_policy", "group"];
pub(super) const SHAPES: &[&str] = &["exempt", "exempt+strength", "paper"];
const STRENGTH_POLICY: &str = "strength_policy";
const STRENGTH_EXAMPLE: &str = "strength_policy = \"the policy's id\"";

/// The shape and the group.
pub(super) fn read(root: &Table<'_, '_>) -> Option<(Shape, Option<GroupId>)> {
    if !root.has("access") {
        root.missing("[access]", "[access] with shape = \"exempt\"");
        return None;
    }
    let table = root.table("access", "[access]", KEYS)?;
    let group = table.parsed("group");
    Some((shape(&table)?, group))
}

fn shape(table: &Table<'_, '_>) -> Option<Shape> {
    let word = table.required_text("shape", "shape = \"exempt\"")?;
    let policy = || table.text(STRENGTH_POLICY).filter(|text| !text.is_empty());
    match word {
        "exempt+strength" => {
            let Some(policy) = policy() else {
                if !table.has(STRENGTH_POLICY) {
                    table.missing(STRENGTH_POLICY, STRENGTH_EXAMPLE);
                }
                return None;
            };
            Some(Shape::ExemptWithStrength { policy: PolicyId::from(policy) })
        }
        "exempt" | "paper" => {
            if table.has(STRENGTH_POLICY) {
                let what = format!("does not belong to the shape `{word}`");
                let hint = "leave it out, or choose the shape `exempt+strength`".to_owned();
                table.fault(STRENGTH_POLICY, what, Some(hint));
            }
            Some(if word == "paper" { Shape::Paper } else { Shape::Exempt })
        }
        other => {
            let hint = nearest(other, SHAPES).map_or_else(
                || format!("valid: `{}`", SHAPES.join("`, `")),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            table.fault("shape", format!("there is no shape `{other}`"), Some(hint));
            None
        }
    }
}
