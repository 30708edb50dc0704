//! Edits of what stands beside policies: security defaults, per-user MFA, protected actions.

use std::sync::Arc;

use halligan_core::check::sample::{ALPHA, password};
use halligan_core::tenant::{
    AuthenticationContext, GrantControl, Part, PerUserMfa, Policy, PolicyState, ProtectedAction,
    Unknown,
};

use super::super::tenant::Tenant;
use super::Label::{Harmful, Harmless};
use super::{Edits, Label, exclude, excluding, new_policy};

pub(super) fn all(base: &Arc<Tenant>, edits: &mut Edits) {
    defaults(base, edits);
    per_user(base, edits);
    protected(base, edits);
}

/// Takes the account's keys away.
fn password_only(tenant: &mut Tenant) {
    if let Some(account) = tenant.snapshot.accounts.get_mut(&ALPHA)
        && let Part::Read { value, .. } = &mut account.methods
    {
        *value = vec![password()];
    }
}

/// Security defaults and enabled policies cannot be in one tenant: every policy is disabled.
fn defaults(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "security-defaults";
    let on = |tenant: &mut Tenant| {
        if let Part::Read { value, .. } = &mut tenant.snapshot.security_defaults {
            value.is_enabled = true;
        }
    };
    let with_key = Arc::new(base.after(|tenant| {
        tenant.each_policy(|policy| policy.state = PolicyState::Disabled);
    }));
    let without = Arc::new(with_key.after(password_only));
    let why = "administrators must do multifactor authentication at every sign-in, Microsoft Graph \
               included, which a password alone is not";
    edits.add((KIND, "password only"), (Harmful, why), &without, without.after(on));
    let why = "a key is multifactor authentication";
    edits.add((KIND, "keys"), (Harmless, why), &with_key, with_key.after(on));
}

fn per_user(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "per-user-mfa";
    let on = |tenant: &mut Tenant| {
        if let Some(account) = tenant.snapshot.accounts.get_mut(&ALPHA)
            && let Part::Read { value, .. } = &mut account.per_user_mfa
        {
            *value = PerUserMfa::Enforced;
        }
    };
    let with_key = Arc::new(base.after(|tenant| {
        let group = tenant.emergency;
        tenant.each_policy(|policy| exclude(policy, group));
    }));
    let without = Arc::new(with_key.after(password_only));
    let why = "it reached Microsoft Graph by its password, and no exclusion lifts per-user MFA";
    edits.add((KIND, "password only"), (Harmful, why), &without, without.after(on));
    let why = "a key is multifactor authentication";
    edits.add((KIND, "keys"), (Harmless, why), &with_key, with_key.after(on));
}

fn protected(base: &Arc<Tenant>, edits: &mut Edits) {
    const KIND: &str = "protected-action";
    const CONTEXT: &str = "c77";
    const UPDATE: &str = "microsoft.directory/conditionalAccessPolicies/basic/update";
    const OTHER: &str =
        "microsoft.directory/crossTenantAccessPolicy/default/b2bCollaboration/update";
    let on_context = |control: GrantControl| {
        let mut policy = new_policy("policy of the authentication context", control);
        policy.conditions.applications.include.clear();
        policy.conditions.applications.include_authentication_contexts = vec![CONTEXT.into()];
        policy
    };
    let mut add = |variant, (label, why): (Label, &str), policy: Policy, action: &str| {
        let before = Arc::new(base.after(|tenant| {
            if let Part::Read { value, .. } = &mut tenant.snapshot.authentication_contexts {
                value.push(AuthenticationContext {
                    id: CONTEXT.into(),
                    display_name: Some("change of policies".into()),
                    is_available: Some(true),
                    unknown: Unknown::new(),
                });
            }
            tenant.add(policy);
        }));
        let after = before.after(|tenant| {
            if let Part::Read { value, .. } = &mut tenant.snapshot.protected_actions {
                value.push(ProtectedAction {
                    id: action.into(),
                    name: action.into(),
                    authentication_context: Some(CONTEXT.into()),
                    unknown: Unknown::new(),
                });
            }
        });
        edits.add((KIND, variant), (label, why), &before, after);
    };
    let why = "whoever repairs a policy must meet the context's policy, and the account cannot";
    add("context that blocks", (Harmful, why), on_context(GrantControl::Block), UPDATE);
    let compliant = on_context(GrantControl::CompliantDevice);
    add("context for compliant devices", (Harmful, why), compliant, UPDATE);
    let why = "a key meets the context's policy";
    add("context for MFA", (Harmless, why), on_context(GrantControl::Mfa), UPDATE);
    let why = "the context's policy excludes the emergency group";
    let policy = excluding(on_context(GrantControl::Block), base);
    add("context that blocks, group excluded", (Harmless, why), policy, UPDATE);
    let why = "the action is not on policies";
    add("another action", (Harmless, why), on_context(GrantControl::Block), OTHER);
}
