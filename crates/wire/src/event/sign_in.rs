//! Sign-ins.

use halligan_core::watch::event::{Named, Origin, Outcome, Party, SignIn, SignInKind, Step};

use super::fields::Member;
use super::{Layers, value};
use crate::node::Node;

/// The kind that a category or a table of Log Analytics holds; `None` for those that hold none.
pub(super) fn kind_of(category: &str) -> Option<SignInKind> {
    const SUFFIX: usize = "SignInLogs".len();
    let front = category.len().checked_sub(SUFFIX)?;
    let (front, suffix) = category.split_at_checked(front)?;
    if !suffix.eq_ignore_ascii_case("SignInLogs") {
        return None;
    }
    let front = match front.split_at_checked("AAD".len()) {
        Some((table, front)) if table.eq_ignore_ascii_case("AAD") => front,
        _ => front,
    };
    const KINDS: [(&str, SignInKind); 4] = [
        ("", SignInKind::Interactive),
        ("NonInteractiveUser", SignInKind::NonInteractive),
        ("ServicePrincipal", SignInKind::ServicePrincipal),
        ("ManagedIdentity", SignInKind::ManagedIdentity),
    ];
    let kind = KINDS.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(front));
    Some(kind.map_or(SignInKind::Unknown, |(_, kind)| kind))
}

/// The kind by what Graph's `signIn` says of itself.
pub(super) fn kind_by_members(layers: &Layers<'_>) -> SignInKind {
    let types = layers.raw(Member::SignInEventTypes).and_then(|raw| {
        layers.opened(raw, |node| match node {
            Node::List(items) => items.iter().filter_map(value::plain).collect(),
            other => value::plain(other).into_iter().collect::<Vec<_>>(),
        })
    });
    let has = |name: &str| types.iter().flatten().any(|one| one.eq_ignore_ascii_case(name));
    let is_interactive = layers.text(Member::IsInteractive);
    let is_interactive = is_interactive.map(|text| text.eq_ignore_ascii_case("true"));
    if has("managedIdentity") {
        SignInKind::ManagedIdentity
    } else if has("servicePrincipal") {
        SignInKind::ServicePrincipal
    } else if has("nonInteractiveUser") {
        SignInKind::NonInteractive
    } else if has("interactiveUser") || is_interactive == Some(true) {
        SignInKind::Interactive
    } else if is_interactive == Some(false) {
        SignInKind::NonInteractive
    } else {
        SignInKind::Unknown
    }
}

pub(super) fn read(layers: &Layers<'_>, kind: SignInKind) -> SignIn {
    let party = |id, name| Party { id: layers.guid(id), name: layers.string(name) };
    let resource = layers.inner.raw(Member::ResourceId).or_else(|| {
        // On the record's own level this is the path of a resource of Azure.
        layers.raw(Member::ResourceIdentity).or_else(|| layers.outer.raw(Member::ResourceId))
    });
    let resource = resource.and_then(|raw| value::guid(&layers.text_of(raw)?));
    let kind = match kind {
        // Rows and records of one table may be of both kinds, and say so.
        SignInKind::Interactive => match kind_by_members(layers) {
            SignInKind::Unknown => kind,
            said => said,
        },
        _ => kind,
    };
    SignIn {
        kind,
        user: layers.guid(Member::UserId),
        names: names(layers),
        service_principal: layers.guid(Member::ServicePrincipalId),
        app: party(Member::AppId, Member::AppDisplayName),
        resource: Party { id: resource, name: layers.string(Member::ResourceDisplayName) },
        outcome: outcome(layers),
        from: origin(layers),
        client_app: layers.string(Member::ClientAppUsed),
        steps: steps(layers),
        request: layers.text(Member::OriginalRequestId).map(Into::into),
    }
}

/// The names that the record gives the user.
fn names(layers: &Layers<'_>) -> Vec<Named> {
    let members = [
        (Member::UserPrincipalName, "userPrincipalName"),
        (Member::AlternateSignInName, "alternateSignInName"),
        (Member::SignInIdentifier, "signInIdentifier"),
    ];
    let named = |(member, name): (Member, &'static str)| {
        layers.text(member).map(|text| Named { member: name, name: text.into_owned() })
    };
    members.into_iter().filter_map(named).collect()
}

/// How it ended: by `status` where it has an error code, else by `resultType`.
fn outcome(layers: &Layers<'_>) -> Outcome {
    let status = layers.raw(Member::Status).and_then(|raw| {
        let [code, reason] = layers.members(raw, ["errorCode", "failureReason"])?;
        Some(Outcome { code: Some(code.trim().parse().ok()?), reason })
    });
    let described = layers.string(Member::ResultDescription);
    match status {
        Some(Outcome { code, reason }) => {
            Outcome { code, reason: if reason.is_empty() { described } else { reason } }
        }
        None => {
            let result = layers.string(Member::ResultType);
            let is_success = result.eq_ignore_ascii_case("success");
            let code = if is_success { Some(0) } else { result.trim().parse().ok() };
            Outcome { code, reason: described }
        }
    }
}

fn origin(layers: &Layers<'_>) -> Origin {
    let address = layers.text(Member::IpAddress);
    let address = address.or_else(|| layers.text(Member::CallerIpAddress)).unwrap_or_default();
    let place = layers.inner.raw(Member::Location).or_else(|| layers.raw(Member::LocationDetails));
    let place = place.or_else(|| layers.outer.raw(Member::Location));
    let place = place.and_then(|raw| layers.members(raw, ["countryOrRegion", "city"]));
    let [country, city] = place.unwrap_or_default();
    let country = if country.is_empty() {
        layers.outer_text(Member::Location).map(Into::into).unwrap_or_default()
    } else {
        country
    };
    let device = layers.raw(Member::DeviceDetail).and_then(|raw| {
        let parts = layers.members(raw, ["operatingSystem", "browser"])?;
        let said = parts.into_iter().filter(|part| !part.is_empty());
        Some(said.collect::<Vec<_>>().join(", "))
    });
    Origin { address: address.into(), country, city, device: device.unwrap_or_default() }
}

fn steps(layers: &Layers<'_>) -> Vec<Step> {
    let step = |node: &Node<'_>| Step {
        method: value::member(node, "authenticationMethod"),
        detail: value::member(node, "authenticationMethodDetail"),
        is_accepted: match value::member(node, "succeeded").to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
    };
    let raw = layers.raw(Member::AuthenticationDetails);
    let steps = raw
        .and_then(|raw| layers.opened(raw, |node| value::objects(node).iter().map(step).collect()));
    steps.unwrap_or_default()
}
