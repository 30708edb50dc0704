//! Sign-ins, culprits, doubts and verdicts in words.

use halligan_core::ca::{
    Attribute, AttributeValue, Blame, Client, Condition, Device, Doubt, Flow, InsiderLevel,
    OsPlatform, PolicyVerdict, Registered, Risk, SignIn, Target, Verdict, WellKnown,
};
use halligan_core::tenant::{GapReason, PartKind, Policy, PolicyState};

/// The verdict as people read it.
pub(crate) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "proved",
        Verdict::Undecided => "undecided",
        Verdict::Harmed => "harmed",
        Verdict::LockedOut => "locked out",
    }
}

/// The sign that stands before the verdict in a table; the word stands beside it.
pub(crate) const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Proved => "✓",
        Verdict::Undecided => "?",
        Verdict::Harmed => "!",
        Verdict::LockedOut => "✗",
    }
}

/// The verdict's word for what one policy does, in formats that machines read.
pub(crate) const fn policy_verdict(verdict: &PolicyVerdict) -> &'static str {
    match verdict {
        PolicyVerdict::NotHit(_) => "not_hit",
        PolicyVerdict::OutOfReach(_) => "out_of_reach",
        PolicyVerdict::Satisfiable(_) => "satisfiable",
        PolicyVerdict::Harmless => "harmless",
        PolicyVerdict::Blocking { .. } => "blocking",
        PolicyVerdict::Indeterminate(_) => "indeterminate",
    }
}

/// Why a policy does what it does, in one line.
pub(crate) fn policy_reason(verdict: &PolicyVerdict) -> String {
    match verdict {
        PolicyVerdict::NotHit(why) => why.to_string(),
        PolicyVerdict::OutOfReach(condition) => {
            format!("no declared sign-in matches its {}", self::condition(*condition))
        }
        PolicyVerdict::Satisfiable(what) => format!("the account meets what it demands: {what}"),
        PolicyVerdict::Harmless => "it demands nothing that could deny access".into(),
        PolicyVerdict::Blocking { why, .. } => why.clone(),
        PolicyVerdict::Indeterminate(doubt) => doubt.to_string(),
    }
}

/// A policy with its id; one that has none is known by its name.
pub(crate) fn policy(policy: &Policy) -> String {
    if policy.id.as_str() == policy.display_name {
        return format!("policy `{}`", policy.display_name);
    }
    format!("policy `{}` ({})", policy.display_name, policy.id)
}

/// A policy's state as people say it.
pub(crate) fn state(state: &PolicyState) -> String {
    match state {
        PolicyState::Enabled => "enforced".into(),
        PolicyState::Disabled => "disabled".into(),
        PolicyState::ReportOnly => "report-only".into(),
        PolicyState::Other(text) => format!("in the unknown state `{text}`"),
    }
}

/// Whose fault it is.
pub(crate) fn blame(blame: &Blame, policies: &[Policy]) -> String {
    match blame {
        Blame::Policy(place) | Blame::Position(place) => {
            policies.get(*place).map_or_else(|| "a policy".into(), policy)
        }
        Blame::Barrier(barrier) => barrier.to_string(),
        Blame::Unread(gap) => gap.part.to_string(),
    }
}

/// A condition's name.
pub(crate) const fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Users => "users",
        Condition::Target => "target resources",
        Condition::ClientApps => "client apps",
        Condition::Platforms => "device platforms",
        Condition::Locations => "locations",
        Condition::Devices => "filter for devices",
        Condition::SignInRisk => "sign-in risk",
        Condition::UserRisk => "user risk",
        Condition::InsiderRisk => "insider risk",
        Condition::Flows => "authentication flows",
        Condition::Others => "other conditions",
    }
}

/// A sign-in on one line: what says nothing out of the ordinary is left out.
pub(crate) fn sign_in(sign_in: &SignIn) -> String {
    let mut text = format!(
        "to {}, {}, {}, {}",
        target(&sign_in.target),
        client(sign_in.client),
        platform(sign_in.platform),
        device(&sign_in.device)
    );
    let network = &sign_in.network;
    let country = network.country.map_or_else(|| "no known country".into(), |c| c.to_string());
    text.push_str(&format!(", from {} ({country})", network.address));
    if network.is_compliant {
        text.push_str(", through Global Secure Access");
    }
    if let Some(gps) = network.gps {
        text.push_str(&format!(", position in {gps}"));
    }
    if network.is_mfa_trusted {
        text.push_str(", an MFA trusted address");
    }
    if sign_in.sign_in_risk != Risk::None {
        text.push_str(&format!(", sign-in risk {}", sign_in.sign_in_risk));
    }
    if sign_in.user_risk != Risk::None {
        text.push_str(&format!(", user risk {}", sign_in.user_risk));
    }
    if sign_in.insider_risk != InsiderLevel::None {
        text.push_str(&format!(", insider risk {}", sign_in.insider_risk));
    }
    match sign_in.flow {
        Flow::None => {}
        Flow::DeviceCode => text.push_str(", with a device code"),
        Flow::AuthenticationTransfer => text.push_str(", by authentication transfer"),
    }
    text
}

/// What a sign-in is for.
pub(crate) fn target(target: &Target) -> String {
    match target {
        Target::Resource(app) => match WellKnown::of(*app) {
            Some(known) => known.title.into(),
            None => format!("application {app}"),
        },
        Target::UserAction(action) => match action.as_str() {
            "urn:user:registersecurityinfo" => "register security information".into(),
            "urn:user:registerdevice" => "register or join a device".into(),
            other => format!("the user action `{other}`"),
        },
        Target::AuthenticationContext(context) => format!("authentication context {context}"),
    }
}

/// The client, as the end of "a sign-in".
pub(crate) const fn client(client: Client) -> &'static str {
    match client {
        Client::Browser => "in a browser",
        Client::MobileAppsAndDesktopClients => "in an app or on the command line",
        Client::ExchangeActiveSync => "by Exchange ActiveSync",
        Client::Legacy => "by legacy authentication",
    }
}

/// The platform.
pub(crate) const fn platform(platform: OsPlatform) -> &'static str {
    match platform {
        OsPlatform::Android => "on Android",
        OsPlatform::Ios => "on iOS",
        OsPlatform::Windows => "on Windows",
        OsPlatform::WindowsPhone => "on Windows Phone",
        OsPlatform::MacOs => "on macOS",
        OsPlatform::Linux => "on Linux",
        OsPlatform::Unknown => "on a platform that Entra ID does not know",
    }
}

/// The device.
pub(crate) fn device(device: &Device) -> String {
    let Device::Registered(registered) = device else { return "unmanaged device".into() };
    let state = match (registered.is_compliant(), registered.is_hybrid_joined()) {
        (true, true) => "compliant and hybrid joined",
        (true, false) => "compliant",
        (false, true) => "hybrid joined",
        (false, false) => "registered",
    };
    let others = attributes(registered);
    if others.is_empty() {
        return format!("{state} device");
    }
    format!("{state} device with {others}")
}

/// The attributes of a device beside those that its state says.
fn attributes(device: &Registered) -> String {
    let said = |attribute: Attribute, value: &AttributeValue| {
        attribute == Attribute::IsCompliant
            || (attribute == Attribute::TrustType
                && *value == AttributeValue::Text("ServerAD".into()))
    };
    let others = device.values().filter(|(attribute, value)| !said(*attribute, value));
    let others: Vec<String> = others.map(|(name, value)| format!("{name} `{value}`")).collect();
    others.join(", ")
}

/// What would turn a doubt into an answer; `None` where the doubt says so itself.
pub(crate) fn decides(doubt: &Doubt) -> Option<String> {
    let Doubt::Gap(gap) = doubt else { return None };
    match (&gap.reason, &gap.part.kind) {
        (GapReason::MissingPermission { permission }, _) => Some(format!(
            "grant the watcher's application `{permission}`, with admin consent, and read again"
        )),
        (
            GapReason::NotInSource,
            PartKind::Account | PartKind::AccountMethods | PartKind::AccountMemberships,
        ) => Some(
            "read the tenant itself (`halligan snapshot`), or say what an account holds with \
             `--member-of` and `--method`"
                .into(),
        ),
        (GapReason::NotInSource, _) => Some("read the tenant itself (`halligan snapshot`)".into()),
        (GapReason::Failed { .. }, _) if gap.part.kind == PartKind::Policies => None,
        (GapReason::Failed { .. }, _) => Some("read again".into()),
        (GapReason::MissingLicence { .. }, _) => None,
    }
}

/// Names, with `and` before the last.
pub(crate) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().into(),
        [others @ .., last] => {
            let others: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", others.join(", "), last.as_ref())
        }
    }
}
