//! Edits of the set's own policies: an exclusion removed, a state changed.

use std::sync::Arc;

use halligan_core::tenant::{GroupRef, Policy, PolicyState, UserRef};

use super::super::reading::{Reading, reading};
use super::super::tenant::Tenant;
use super::{Edits, Label, label};

/// How many of a set's own policies have their state changed.
const STATES_MAX: usize = 3;

/// The emergency group is taken out of each policy that excludes it.
pub(super) fn removed(base: &Arc<Tenant>, edits: &mut Edits) {
    for (place, policy) in base.policies().iter().enumerate() {
        if !excludes(base, policy) {
            continue;
        }
        let after = base.after(|tenant| include_again(tenant, place));
        let Some(edited) = after.policies().get(place) else { continue };
        let read = reading(edited, &after);
        let variant = match &read {
            Reading::Denies(_) => "of what the account cannot meet",
            Reading::Meets => "of what the account meets",
            Reading::Apart(_) | Reading::Unclear(_) => "of what does not reach it",
        };
        match label(read) {
            Ok(label) => {
                let name = policy.display_name.clone();
                edits.add_for(("exclusion-removed", variant), name, label, base, after);
            }
            Err(why) => edits.left_out.push(("exclusion-removed", why)),
        }
    }
}

/// A policy without the exclusion changes its state, or its users while it is report-only.
pub(super) fn states(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "state-changed";
    let denying = (0..base.policies().len()).filter(|place| {
        let after = base.after(|tenant| include_again(tenant, *place));
        let read = after.policies().get(*place).map(|policy| reading(policy, &after));
        matches!(read, Some(Reading::Denies(_)))
    });
    for place in denying.take(STATES_MAX) {
        let in_state = |state: PolicyState| {
            Arc::new(base.after(|tenant| {
                include_again(tenant, place);
                tenant.policy(place, |policy| policy.state = state);
            }))
        };
        let disabled = in_state(PolicyState::Disabled);
        let report_only = in_state(PolicyState::ReportOnly);
        let name = base.policies().get(place).map_or("", |policy| &policy.display_name);
        let mut add = |variant, label, reason: &str, before: &Arc<Tenant>, after| {
            edits.add_for((KIND, variant), name.into(), (label, reason.into()), before, after);
        };
        let enable = |tenant: &Arc<Tenant>| {
            tenant.after(|it| it.policy(place, |policy| policy.state = PolicyState::Enabled))
        };
        let why = "it is enforced from then on, and the account cannot meet it";
        add("report-only to enabled", Label::Harmful, why, &report_only, enable(&report_only));
        add("disabled to enabled", Label::Harmful, why, &disabled, enable(&disabled));
        let why = "report-only policies deny nothing";
        let after = (*report_only).clone();
        add("disabled to report-only", Label::Harmless, why, &disabled, after);
        let widened = report_only.after(|tenant| tenant.policy(place, widen));
        add("report-only for all users", Label::Harmless, why, &report_only, widened);
    }
}

fn widen(policy: &mut Policy) {
    if let Some(users) = &mut policy.conditions.users {
        users.include_users = vec![UserRef::All];
    }
}

fn excludes(tenant: &Tenant, policy: &Policy) -> bool {
    let group = GroupRef::Id(tenant.emergency);
    policy.conditions.users.as_ref().is_some_and(|users| users.exclude_groups.contains(&group))
}

fn include_again(tenant: &mut Tenant, place: usize) {
    let group = GroupRef::Id(tenant.emergency);
    tenant.policy(place, |policy| {
        if let Some(users) = &mut policy.conditions.users {
            users.exclude_groups.retain(|one| *one != group);
        }
    });
}
