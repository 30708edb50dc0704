//! Edits of groups: somebody leaves, is nested deeper, or a group is deleted.

use std::sync::Arc;

use halligan_core::check::sample::{ALPHA, BRAVO};
use halligan_core::id::{GroupId, PrincipalId};

use super::super::reading::{Reading, reading};
use super::super::tenant::Tenant;
use super::{Edits, Label, OTHER_GROUP, exclude};

/// A group that is a member of the emergency group.
const INNER: GroupId = GroupId::from_u128(0x133e6);

/// A group that the emergency group is a member of.
const OUTER: GroupId = GroupId::from_u128(0x0e7e6);

pub(super) fn all(base: &Arc<Tenant>, edits: &mut Edits) {
    leaves(base, edits);
    nested(base, edits);
    deleted(base, edits);
}

/// What it means that the account is no member any longer, by the policies that apply then.
fn without_membership(after: &Tenant) -> Result<(Label, String), &'static str> {
    let mut unclear = None;
    for policy in after.policies() {
        match reading(policy, after) {
            Reading::Denies(why) => {
                return Ok((
                    Label::Harmful,
                    format!("`{}` then applies: {why}", policy.display_name),
                ));
            }
            Reading::Unclear(why) => unclear = Some(why),
            Reading::Meets | Reading::Apart(_) => {}
        }
    }
    let reason = "the account meets every policy that then applies";
    unclear.map_or(Ok((Label::Harmless, reason.into())), Err)
}

fn add_by_policies(
    kind: (&'static str, &'static str),
    base: &Arc<Tenant>,
    after: Tenant,
    edits: &mut Edits,
) {
    match without_membership(&after) {
        Ok(label) => edits.add_for(kind, String::new(), label, base, after),
        Err(why) => edits.left_out.push((kind.0, why)),
    }
}

fn leaves(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "member-left";
    let after = base.after(|tenant| tenant.put(ALPHA, &[]));
    add_by_policies((KIND, "the account"), base, after, edits);
    let after = base.after(|tenant| tenant.put(BRAVO, &[]));
    let why = "the account's own memberships are as before";
    edits.add((KIND, "another member"), (Label::Harmless, why), base, after);
}

fn nested(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "nesting";
    let after = base.after(|tenant| {
        tenant.put(ALPHA, &[INNER]);
        tenant.put(PrincipalId(INNER.0), &[tenant.emergency]);
    });
    let why = "it is a member through the inner group, and nested members count";
    edits.add((KIND, "into a group within"), (Label::Harmless, why), base, after);
    let twice = base.after(|tenant| {
        let middle = OTHER_GROUP;
        tenant.put(ALPHA, &[INNER]);
        tenant.put(PrincipalId(INNER.0), &[middle]);
        tenant.put(PrincipalId(middle.0), &[tenant.emergency]);
    });
    let why = "it is a member through two groups, and any depth counts";
    edits.add((KIND, "into a group within a group within"), (Label::Harmless, why), base, twice);
    let after = base.after(|tenant| {
        tenant.put(ALPHA, &[OUTER]);
        tenant.put(PrincipalId(tenant.emergency.0), &[OUTER]);
    });
    add_by_policies((KIND, "into the group around"), base, after, edits);
}

fn deleted(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "group-deleted";
    let after = base.after(|tenant| {
        tenant.put(ALPHA, &[]);
        tenant.put(BRAVO, &[]);
    });
    add_by_policies((KIND, "the emergency group"), base, after, edits);
    let before = Arc::new(base.after(|tenant| {
        tenant.each_policy(|policy| exclude(policy, OTHER_GROUP));
        tenant.put(BRAVO, &[tenant.emergency, OTHER_GROUP]);
    }));
    let after = before.after(|tenant| tenant.put(BRAVO, &[tenant.emergency]));
    let why = "the account was no member of it";
    edits.add((KIND, "another group"), (Label::Harmless, why), &before, after);
}
