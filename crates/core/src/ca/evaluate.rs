//! The reference evaluator: one concrete sign-in against one policy, condition by condition.
//!
//! It is written to be read beside Microsoft's documentation, in its order, and knows nothing of
//! the prover, which must agree with it. A condition that this version does not know *may* apply;
//! a control that it does not know cannot be met ([`super::control`]).
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-policies>.

use alloc::format;
use alloc::vec::Vec;

use super::application::{is_admin_portal, is_office_365};
use super::control::{Losses, Met, Purse, Setting, met, position};
use super::filter::Rule;
use super::network;
use super::sign_in::{Client, InsiderLevel, OsPlatform, Risk, SignIn, Target};
use super::standing::{Hit, Standing};
use super::truth::{Doubt, Truth};
use super::{Device, Flow, Network};
use crate::tenant::{
    AppRef, Applications, ClientAppType, Conditions, Devices, FilterMode, Gap, InsiderRisk,
    NamedLocation, Platform, Platforms, Policy, PolicyState, RiskLevel, Snapshot, Strength,
    TransferMethod, said,
};

/// What the evaluator reads of a tenant beside its policies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    /// Named locations.
    pub(crate) locations: Result<&'a [NamedLocation], &'a Gap>,
    /// Authentication strengths.
    pub(crate) strengths: Result<&'a [Strength], &'a Gap>,
}

impl<'a> Surroundings<'a> {
    pub(crate) fn of(snapshot: &'a Snapshot) -> Self {
        Self {
            locations: snapshot.locations.value().map(Vec::as_slice),
            strengths: snapshot.strengths.value().map(Vec::as_slice),
        }
    }
}

/// A condition of a policy, in the order in which the portal shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// Users, groups, roles and guests.
    Users,
    /// Resources, user actions and authentication contexts.
    Target,
    /// Client app types.
    ClientApps,
    /// Device platforms.
    Platforms,
    /// Network locations.
    Locations,
    /// The filter for devices.
    Devices,
    /// Sign-in risk.
    SignInRisk,
    /// User risk.
    UserRisk,
    /// Insider risk.
    InsiderRisk,
    /// Authentication flows.
    Flows,
    /// What this version does not know.
    Others,
}

/// What one policy does to one sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyResult {
    /// Whether it picks the account, and why.
    pub hit: Hit,
    /// Each condition, and whether the sign-in matches it.
    pub conditions: Vec<(Condition, Truth)>,
    /// Whether what it demands is met; `None` where it does not apply.
    pub met: Option<Met>,
}

impl PolicyResult {
    /// Whether the policy applies: every condition matches.
    pub fn applies(&self) -> Truth {
        self.all_of(|_| true)
    }

    /// Whether every condition but that on locations matches: a policy asks for a position to tell
    /// whether that one does.
    fn asks_where(&self) -> Truth {
        self.all_of(|condition| condition != Condition::Locations)
    }

    fn all_of(&self, counts: impl Fn(Condition) -> bool) -> Truth {
        let counted = self.conditions.iter().filter(|(condition, _)| counts(*condition));
        counted.fold(Truth::Yes, |all, (_, one)| all.and(|| one.clone()))
    }

    /// Whether the sign-in meets the controls, as far as the policy applies.
    pub(crate) fn controls(&self) -> Met {
        self.met.clone().map_or(Met::Nothing, |met| met.where_made(&self.applies()))
    }

    /// Whether the account gives the position that `policy` asks for, as far as it asks.
    pub(crate) fn position(
        &self,
        policy: &Policy,
        purse: Purse<'_>,
        surroundings: Surroundings<'_>,
    ) -> Met {
        position(policy, purse, surroundings.locations).where_made(&self.asks_where())
    }
}

/// Whether a policy in this state is enforced.
pub(crate) fn is_enforced(state: &PolicyState) -> Truth {
    match state {
        PolicyState::Enabled => Truth::Yes,
        PolicyState::Disabled | PolicyState::ReportOnly => Truth::No,
        PolicyState::Other(text) => {
            Truth::unclear(format!("this version does not know the policy state `{text}`"))
        }
    }
}

/// What each of `policies` does to a sign-in of the account, in their order, whether or not it is
/// enforced. Named locations and authentication strengths are the snapshot's.
pub fn evaluate(
    snapshot: &Snapshot,
    policies: &[Policy],
    standing: &Standing,
    sign_in: &SignIn,
) -> Vec<PolicyResult> {
    let surroundings = Surroundings::of(snapshot);
    let strengths = surroundings.strengths;
    let purse = Purse { standing, strengths, losses: Losses::default() };
    policies.iter().map(|policy| judge(policy, purse, sign_in, surroundings)).collect()
}

/// What `policy` would do to a sign-in of the account if it were enforced.
pub(crate) fn judge(
    policy: &Policy,
    purse: Purse<'_>,
    sign_in: &SignIn,
    surroundings: Surroundings<'_>,
) -> PolicyResult {
    let hit = purse.standing.hit(policy);
    let users = match &hit {
        Hit::Yes(_) => Truth::Yes,
        Hit::No(_) => Truth::No,
        Hit::Unknown(gap) => Truth::Unknown(gap.clone().into()),
    };
    let mut result = PolicyResult {
        hit,
        conditions: conditions(policy, users, sign_in, surroundings),
        met: None,
    };
    if !result.applies().is_no() {
        result.met = Some(met(policy, purse, Setting::of(sign_in)));
    }
    result
}

fn conditions(
    policy: &Policy,
    users: Truth,
    sign_in: &SignIn,
    surroundings: Surroundings<'_>,
) -> Vec<(Condition, Truth)> {
    let conditions = &policy.conditions;
    Vec::from([
        (Condition::Users, users),
        (Condition::Target, target(&conditions.applications, &sign_in.target)),
        (
            Condition::ClientApps,
            client(&conditions.client_app_types, sign_in.client, sign_in.platform),
        ),
        (Condition::Platforms, platform(conditions.platforms.as_ref(), sign_in.platform)),
        (Condition::Locations, location(policy, &sign_in.network, surroundings)),
        (Condition::Devices, device(conditions.devices.as_ref(), &sign_in.device)),
        (Condition::SignInRisk, risk(&conditions.sign_in_risk, sign_in.sign_in_risk)),
        (Condition::UserRisk, risk(&conditions.user_risk, sign_in.user_risk)),
        (Condition::InsiderRisk, insider_risk(&conditions.insider_risk, sign_in.insider_risk)),
        (Condition::Flows, flow(&conditions.transfer_methods, sign_in.flow)),
        (Condition::Others, others(conditions)),
    ])
}

/// Resources, user actions, authentication contexts.
///
/// A policy for all resources also matches the user action *register security information*
/// (evaluate, example 3). One for all resources with exclusions judges sign-ins for OpenID Connect
/// and low directory scopes as Windows Azure Active Directory, which the caller names as target.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps>,
/// <https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate>.
pub(crate) fn target(applications: &Applications, target: &Target) -> Truth {
    // What is not known may narrow the resources as well as widen them.
    let unknown = said(&applications.unknown)
        .next()
        .map(|name| Truth::unclear(format!("this version does not know the condition `{name}`")));
    let names_none = applications.include.is_empty()
        && applications.include_user_actions.is_empty()
        && applications.include_authentication_contexts.is_empty()
        && applications.filter.is_none();
    let unknown = unknown.or_else(|| {
        names_none.then(|| Truth::unclear("the policy names no resource, action or context"))
    });
    match target {
        Target::Resource(app) => {
            let named = |app_ref: &AppRef| match app_ref {
                AppRef::All => Truth::Yes,
                AppRef::None => Truth::No,
                AppRef::Office365 => group(is_office_365(*app), "Office365"),
                AppRef::MicrosoftAdminPortals => {
                    group(is_admin_portal(*app), "MicrosoftAdminPortals")
                }
                AppRef::Id(id) => (id == app).into(),
                AppRef::Other(text) => Truth::unclear(format!(
                    "`{text}` is no id but a placeholder: put the id in its place"
                )),
            };
            // Which attributes an application carries is not read.
            let by_attributes = |mode: FilterMode| match &applications.filter {
                Some(filter) if filter.mode == mode => {
                    Truth::unclear("the custom security attributes of applications are not read")
                }
                _ => Truth::No,
            };
            let included = unknown.unwrap_or_else(|| {
                Truth::any(applications.include.iter().map(named))
                    .or(|| by_attributes(FilterMode::Include))
            });
            let excluded = Truth::any(applications.exclude.iter().map(named))
                .or(|| by_attributes(FilterMode::Exclude));
            included.and(|| excluded.negate())
        }
        Target::UserAction(action) => unknown.unwrap_or_else(|| {
            let actions = &applications.include_user_actions;
            let is_named = actions.iter().any(|one| one.eq_ignore_ascii_case(action));
            let is_for_all = applications.include.contains(&AppRef::All)
                && action.eq_ignore_ascii_case(REGISTER_SECURITY_INFORMATION);
            (is_named || is_for_all).into()
        }),
        Target::AuthenticationContext(context) => unknown.unwrap_or_else(|| {
            let contexts = &applications.include_authentication_contexts;
            contexts.iter().any(|one| one.eq_ignore_ascii_case(context)).into()
        }),
    }
}

/// The user action *register security information*.
pub(crate) const REGISTER_SECURITY_INFORMATION: &str = "urn:user:registersecurityinfo";

fn group(is_member: Option<bool>, name: &str) -> Truth {
    let unknown = || Truth::unclear(format!("whether an application is in `{name}` is not known"));
    is_member.map_or_else(unknown, Truth::from)
}

/// Client app types. A policy that names none is for all.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-conditions#client-apps>.
pub(crate) fn client(types: &[ClientAppType], client: Client, platform: OsPlatform) -> Truth {
    if types.is_empty() {
        return Truth::Yes;
    }
    Truth::any(types.iter().map(|one| match one {
        ClientAppType::All => Truth::Yes,
        ClientAppType::Browser => (client == Client::Browser).into(),
        ClientAppType::MobileAppsAndDesktopClients => {
            (client == Client::MobileAppsAndDesktopClients).into()
        }
        ClientAppType::ExchangeActiveSync => (client == Client::ExchangeActiveSync).into(),
        ClientAppType::EasSupported => {
            (client == Client::ExchangeActiveSync && platform != OsPlatform::Unknown).into()
        }
        ClientAppType::Legacy => (client == Client::Legacy).into(),
        ClientAppType::Other(text) => {
            Truth::unclear(format!("this version does not know the client app type `{text}`"))
        }
    }))
}

/// Device platforms: `all` includes what Entra ID does not know.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-conditions#device-platforms>.
pub(crate) fn platform(platforms: Option<&Platforms>, platform: OsPlatform) -> Truth {
    let Some(platforms) = platforms else { return Truth::Yes };
    let named = |one: &Platform| match one {
        Platform::All => Truth::Yes,
        Platform::Android => (platform == OsPlatform::Android).into(),
        Platform::Ios => (platform == OsPlatform::Ios).into(),
        Platform::Windows => (platform == OsPlatform::Windows).into(),
        Platform::WindowsPhone => (platform == OsPlatform::WindowsPhone).into(),
        Platform::MacOs => (platform == OsPlatform::MacOs).into(),
        Platform::Linux => (platform == OsPlatform::Linux).into(),
        Platform::Other(text) => {
            Truth::unclear(format!("this version does not know the platform `{text}`"))
        }
    };
    if let Some(name) = said(&platforms.unknown).next() {
        return Truth::unclear(format!("this version does not know the condition `{name}`"));
    }
    match (platforms.include.is_empty(), platforms.exclude.is_empty()) {
        (true, true) => Truth::Yes,
        (true, false) => Truth::unclear("the condition on platforms excludes and includes none"),
        (false, _) => {
            let excluded = Truth::any(platforms.exclude.iter().map(named));
            Truth::any(platforms.include.iter().map(named)).and(|| excluded.negate())
        }
    }
}

/// Network locations.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-assignment-network>.
pub(crate) fn location(
    policy: &Policy,
    network: &Network,
    surroundings: Surroundings<'_>,
) -> Truth {
    let Some(locations) = &policy.conditions.locations else { return Truth::Yes };
    match network::matches(locations, surroundings.locations, network) {
        Ok(matches) => matches.into(),
        Err(doubt) => Truth::Unknown(Doubt::Unclear(format!("{doubt}"))),
    }
}

/// The filter for devices, with the null semantics of devices that Entra ID does not know.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices>.
pub(crate) fn device(devices: Option<&Devices>, device: &Device) -> Truth {
    let Some(devices) = devices else { return Truth::Yes };
    if let Some(name) = said(&devices.unknown).next() {
        return Truth::unclear(format!("this version does not know the condition `{name}`"));
    }
    let Some(filter) = &devices.filter else { return Truth::Yes };
    let matches = match Rule::parse(&filter.rule) {
        Ok(rule) => Truth::from(rule.matches(device)),
        Err(error) => Truth::unclear(format!("the filter for devices cannot be read: {error}")),
    };
    match &filter.mode {
        FilterMode::Include => matches,
        FilterMode::Exclude => matches.negate(),
        FilterMode::Other(text) => {
            Truth::unclear(format!("this version does not know the filter mode `{text}`"))
        }
    }
}

/// Sign-in and user risk: only the levels that are listed match.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-conditions#sign-in-risk>.
pub(crate) fn risk(levels: &[RiskLevel], risk: Risk) -> Truth {
    if levels.is_empty() {
        return Truth::Yes;
    }
    Truth::any(levels.iter().map(|level| match level {
        RiskLevel::None => (risk == Risk::None).into(),
        RiskLevel::Low => (risk == Risk::Low).into(),
        RiskLevel::Medium => (risk == Risk::Medium).into(),
        RiskLevel::High => (risk == Risk::High).into(),
        RiskLevel::Hidden => Truth::No,
        RiskLevel::Other(text) => {
            Truth::unclear(format!("this version does not know the risk level `{text}`"))
        }
    }))
}

/// Insider risk, as Microsoft Purview sees it.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-conditions#insider-risk>.
pub(crate) fn insider_risk(levels: &[InsiderRisk], risk: InsiderLevel) -> Truth {
    if levels.is_empty() {
        return Truth::Yes;
    }
    Truth::any(levels.iter().map(|level| match level {
        InsiderRisk::Minor => (risk == InsiderLevel::Minor).into(),
        InsiderRisk::Moderate => (risk == InsiderLevel::Moderate).into(),
        InsiderRisk::Elevated => (risk == InsiderLevel::Elevated).into(),
        InsiderRisk::Other(text) => {
            Truth::unclear(format!("this version does not know the insider risk `{text}`"))
        }
    }))
}

/// Authentication flows.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-authentication-flows>.
pub(crate) fn flow(methods: &[TransferMethod], flow: Flow) -> Truth {
    if methods.is_empty() {
        return Truth::Yes;
    }
    Truth::any(methods.iter().map(|method| match method {
        TransferMethod::None => (flow == Flow::None).into(),
        TransferMethod::DeviceCodeFlow => (flow == Flow::DeviceCode).into(),
        TransferMethod::AuthenticationTransfer => (flow == Flow::AuthenticationTransfer).into(),
        TransferMethod::Other(text) => {
            Truth::unclear(format!("this version does not know the flow `{text}`"))
        }
    }))
}

/// Conditions that this version does not know: the policy may apply.
pub(crate) fn others(conditions: &Conditions) -> Truth {
    match said(&conditions.unknown).next() {
        Some(name) => Truth::unclear(format!("this version does not know the condition `{name}`")),
        None => Truth::Yes,
    }
}
