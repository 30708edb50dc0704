//! What an inventory says, in words.

use halligan_core::inventory::{Act, Entry, Inventory, Kind, Last, Node, Path, SignIn, Step};
use halligan_core::power::Power;

/// Characters of an id that tell apart the principals of one tenant.
const SHORT_ID: usize = 8;

/// Who it is: code name or display name, or what is left of an id.
pub(super) fn who(entry: &Entry) -> String {
    match &entry.name {
        Some(name) => name.clone(),
        None => unnamed(&entry.node),
    }
}

/// A node without a name.
pub(super) fn unnamed(node: &Node) -> String {
    match node {
        Node::Principal(id) => short(&id.to_string()),
        Node::Role(id) => format!("role {}", short(&id.to_string())),
        Node::RoleFor { role, .. } => {
            format!("role {} for one application", short(&role.to_string()))
        }
        Node::IdentityProvider(domain) => format!("identity provider of {domain}"),
        Node::OnPremises => "on-premises directory".into(),
        Node::Partner(tenant) => format!("service provider {tenant}"),
        Node::Administrator => "Global Administrator".into(),
    }
}

/// The id of a node, where it has one.
pub(super) fn id(node: &Node) -> String {
    match node {
        Node::Principal(id) => id.to_string(),
        Node::Role(id) | Node::RoleFor { role: id, .. } => id.to_string(),
        Node::Partner(tenant) => tenant.to_string(),
        Node::IdentityProvider(domain) => domain.clone(),
        Node::OnPremises | Node::Administrator => String::new(),
    }
}

fn short(id: &str) -> String {
    id.chars().take(SHORT_ID).collect()
}

/// A path as one sentence, its acts in order.
pub(super) fn path(path: &Path) -> String {
    let steps: Vec<String> = path.steps.iter().map(step).collect();
    steps.join(", which ")
}

/// One act, as what follows "who" or "which".
pub(super) fn step(step: &Step) -> String {
    let to = step.name.clone().unwrap_or_else(|| unnamed(&step.to));
    let is_end = step.to == Node::Administrator;
    match &step.act {
        Act::Holds { until } => {
            let term = until.map(|until| format!(" until {}", day(&until.to_string())));
            let verb = if to == "Global Administrator" { "is" } else { "holds" };
            format!("{verb} {to}{}", term.unwrap_or_default())
        }
        Act::IsMember => format!("is in the group {to}"),
        Act::Activates { needs_approval } => {
            format!("may activate {to}{}", approval(*needs_approval))
        }
        Act::ActivatesMembership { needs_approval } => {
            format!("may activate membership of {to}{}", approval(*needs_approval))
        }
        Act::OwnsGroup => format!("owns the group {to}"),
        Act::OwnsApplication => format!("owns the application {to}"),
        Act::Uses(power) if is_end => format!("can {}", power.can()),
        Act::Uses(Power::ActAsApplications) => format!("can act as the application {to}"),
        Act::Uses(Power::ResetUsers) => format!("can give {to} new credentials"),
        Act::Uses(power) => format!("can {} and so reach {to}", power.can()),
        Act::SignsInAs => format!("answers for the sign-in of {to}"),
        Act::HasPartnerAccess => "may hold delegated admin privileges".into(),
    }
}

/// How somebody signs in.
pub(super) fn sign_in(sign_in: &SignIn) -> String {
    match sign_in {
        SignIn::Methods { kinds, .. } if kinds.is_empty() => "no method".into(),
        SignIn::Methods { kinds, device_bound_keys, .. } => {
            let is_key = |kind: &&String| kind.starts_with("passkey");
            // Of two kinds of passkey, the number does not say which has how many.
            let is_counted = *device_bound_keys > 1 && kinds.iter().filter(is_key).count() == 1;
            let count = |kind: &String| match is_counted && is_key(&kind) {
                true => format!("{device_bound_keys} {}", kind.replacen("passkey", "passkeys", 1)),
                false => kind.clone(),
            };
            kinds.iter().map(count).collect::<Vec<_>>().join(", ")
        }
        SignIn::Credentials { secrets, certificates, federated, .. } => {
            let some = |count: &usize, one: &str| match count {
                0 => None,
                1 => Some(format!("1 {one}")),
                many => Some(format!("{many} {one}s")),
            };
            let outside = match federated {
                Some(all) => some(&all.len(), "federated credential"),
                None => Some("federated credentials not read".into()),
            };
            let all: Vec<String> = some(certificates, "certificate")
                .into_iter()
                .chain(some(secrets, "secret"))
                .chain(outside)
                .collect();
            if all.is_empty() { "no credential".into() } else { all.join(", ") }
        }
        SignIn::Platform => "managed identity".into(),
        SignIn::ByBlueprint => "by its blueprint".into(),
        SignIn::NotByItself => "not by itself".into(),
        SignIn::Unknown(_) | SignIn::NotRead => "not read".into(),
    }
}

/// Whether somebody else must approve, as the end of a phrase.
fn approval(needs_approval: Option<bool>) -> &'static str {
    match needs_approval {
        Some(true) => " with approval",
        Some(false) => " without approval",
        None => "",
    }
}

/// Who outside signs in as an application: one line for each.
pub(super) fn outsiders(sign_in: &SignIn) -> Vec<String> {
    match sign_in {
        SignIn::Credentials { federated: Some(all), .. } => {
            all.iter().map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    }
}

/// When somebody was last used.
pub(super) fn last(last: &Last) -> String {
    match last {
        Last::At(at) => day(&at.to_string()),
        Last::Never => "never".into(),
        Last::Unknown(gap) => match gap.reason {
            halligan_core::tenant::GapReason::MissingLicence { .. } => "needs P1".into(),
            _ => "not read".into(),
        },
        Last::NotTold => "not told".into(),
    }
}

/// The day of an instant.
pub(super) fn day(instant: &str) -> String {
    instant.split('T').next().unwrap_or_default().into()
}

/// Everything that stands out, in one line.
pub(super) fn remarks(entry: &Entry) -> String {
    entry.remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// How many are what, in one sentence.
pub(super) fn counts(inventory: &Inventory) -> String {
    let outside = inventory.entries.iter().filter(|entry| entry.kind == Kind::Outside).count();
    let are = inventory.entries.iter().filter(|entry| entry.is_administrator()).count();
    let can = inventory.entries.len() - are - outside;
    let verb = |count: usize| if count == 1 { "is" } else { "are" };
    format!(
        "{are} {} Global Administrator, {can} more can become it, {outside} {} outside the tenant",
        verb(are),
        verb(outside)
    )
}

/// The tenant, and when it was read.
pub(super) fn subject(inventory: &Inventory) -> String {
    let name = inventory.tenant_name.as_deref().unwrap_or("a tenant without a name");
    let id = inventory.tenant.map(|id| format!(" ({id})")).unwrap_or_default();
    format!("{name}{id}, read {}", day(&inventory.taken.to_string()))
}

/// What a gap means here.
pub(super) const MAY_HIDE: &str = "what could not be read may hide somebody";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_keys_are_passkeys_and_one_is_a_passkey() {
        let told = |count, kinds: &[&str]| {
            let kinds = kinds.iter().map(|&kind| kind.into()).collect();
            sign_in(&SignIn::Methods {
                kinds,
                device_bound_keys: count,
                is_phishing_resistant: true,
                is_multifactor: true,
            })
        };
        let fido = "passkey (FIDO2)";
        assert_eq!(told(2, &[fido, "password"]), "2 passkeys (FIDO2), password");
        assert_eq!(told(1, &[fido]), fido);
        assert_eq!(told(3, &["passkey", fido]), "passkey, passkey (FIDO2)");
    }
}
