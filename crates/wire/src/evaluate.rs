//! What If: `POST /identity/conditionalAccess/evaluate`, what is asked and what is answered.
//!
//! One question is one sign-in of one user, each condition with one value. What the service cannot
//! be told about a sign-in is [`unsaid`], so that whoever compares answers knows what was not
//! asked. A condition that is left out counts as the documented default: `none` for risks and
//! flows, `all` for client and platform.
//!
//! Sources: <https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate>,
//! <https://learn.microsoft.com/graph/api/resources/signinconditions>,
//! <https://learn.microsoft.com/entra/identity/conditional-access/what-if-tool>.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use halligan_core::ca::{
    Client, Country, Device, Flow, InsiderLevel, Network, OsPlatform, Risk, SignIn, Target,
};
use halligan_core::id::{AppId, PolicyId, UserId};
use serde_json::{Map, Value};

use crate::body::{Body, joined};
use crate::device;
use crate::members::missing;
use crate::text::quoted;
use crate::{Entity, Members, ReadError};

const USER: &str = "#microsoft.graph.userSignIn";
const APPLICATION: &str = "#microsoft.graph.applicationContext";
const USER_ACTION: &str = "#microsoft.graph.userActionContext";
const AUTHENTICATION_CONTEXT: &str = "#microsoft.graph.authContext";

/// User actions as policies and as What If name them.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/useractioncontext>.
const USER_ACTIONS: [(&str, &str); 2] = [
    ("urn:user:registersecurityinfo", "registerSecurityInformation"),
    ("urn:user:registerdevice", "registerOrJoinDevices"),
];

/// The value of client and platform that stands for none in particular, and is their default.
const ANY: &str = "all";
/// The reason of a policy that applies.
const NO_REASON: &str = "notSet";

/// A sign-in that What If is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Who signs in.
    pub user: UserId,
    /// What for.
    pub context: Context,
    /// Under which conditions.
    pub conditions: Conditions,
    /// Whether the answer leaves out policies that do not apply.
    pub applied_only: bool,
}

/// What a sign-in is for, as What If is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Context {
    /// A resource, a user action or an authentication context.
    Target(Target),
    /// An application by something else than its id, such as `Office365`: the service takes it,
    /// and no policy matches by it.
    Named(String),
}

/// The conditions of a sign-in, as far as they were said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The kind of client; `None` is `all`.
    pub client: Option<Client>,
    /// The platform; `None` is `all`, and never [`OsPlatform::Unknown`], which has no word.
    pub platform: Option<OsPlatform>,
    /// The public address.
    pub address: Option<IpAddr>,
    /// The country of the address.
    pub country: Option<Country>,
    /// The device; one without any attribute is [`Device::Unregistered`].
    pub device: Option<Device>,
    /// Risk of the sign-in.
    pub sign_in_risk: Option<Risk>,
    /// Risk of the user.
    pub user_risk: Option<Risk>,
    /// Insider risk of the user.
    pub insider_risk: Option<InsiderLevel>,
    /// The authentication flow.
    pub flow: Option<Flow>,
}

/// A sign-in that What If has no words for at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAskable {
    /// It is for a user action that What If does not know.
    UserAction(String),
}

impl fmt::Display for NotAskable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserAction(action) => {
                write!(f, "What If knows no user action {}", quoted(action))
            }
        }
    }
}

impl std::error::Error for NotAskable {}

/// Something about a sign-in that What If cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsaid {
    /// The country of the position that the Authenticator app gives.
    Position,
    /// That the address is among the trusted addresses of the legacy MFA settings.
    MfaTrusted,
    /// That it comes through Global Secure Access.
    CompliantNetwork,
    /// That the country of the address is not known: the service may look it up.
    NoCountry,
    /// That the platform is none of those that Entra ID knows: `all` is said in its place.
    UnknownPlatform,
}

impl Unsaid {
    /// What is not said, as the end of "What If cannot be told …".
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Position => "the position that the Authenticator app gives",
            Self::MfaTrusted => "that the address is an MFA trusted IP",
            Self::CompliantNetwork => "that the network is compliant",
            Self::NoCountry => "that the country is unknown",
            Self::UnknownPlatform => "that the platform is unknown",
        }
    }
}

impl fmt::Display for Unsaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a question about this sign-in does not say.
pub fn unsaid(sign_in: &SignIn) -> Vec<Unsaid> {
    let network = &sign_in.network;
    [
        (network.gps.is_some(), Unsaid::Position),
        (network.is_mfa_trusted, Unsaid::MfaTrusted),
        (network.is_compliant, Unsaid::CompliantNetwork),
        (network.country.is_none(), Unsaid::NoCountry),
        (sign_in.platform == OsPlatform::Unknown, Unsaid::UnknownPlatform),
    ]
    .into_iter()
    .filter_map(|(is_so, what)| is_so.then_some(what))
    .collect()
}

impl Question {
    /// The question about a sign-in of a user, with every policy in the answer.
    ///
    /// # Errors
    ///
    /// [`NotAskable`] where What If has no word for what the sign-in is for.
    pub fn of(user: UserId, sign_in: &SignIn) -> Result<Self, NotAskable> {
        if let Target::UserAction(action) = &sign_in.target
            && action_of_policy(action).is_none()
        {
            return Err(NotAskable::UserAction(action.clone()));
        }
        let known = |platform: &OsPlatform| *platform != OsPlatform::Unknown;
        Ok(Self {
            user,
            context: Context::Target(sign_in.target.clone()),
            conditions: Conditions {
                client: Some(sign_in.client),
                platform: Some(sign_in.platform).filter(known),
                address: Some(sign_in.network.address),
                country: sign_in.network.country,
                device: Some(sign_in.device.clone()),
                sign_in_risk: Some(sign_in.sign_in_risk),
                user_risk: Some(sign_in.user_risk),
                insider_risk: Some(sign_in.insider_risk),
                flow: Some(sign_in.flow),
            },
            applied_only: false,
        })
    }
}

impl Conditions {
    /// The sign-in for `target` that these conditions describe. What was not said is the documented
    /// default where that is one sign-in: no risk, no flow, an unknown platform for `all`. A
    /// client, network or device that was not said is only filled in (a browser, `0.0.0.0`,
    /// unregistered); whoever judges must not rest on it.
    pub fn sign_in(&self, target: Target) -> SignIn {
        SignIn {
            target,
            client: self.client.unwrap_or(Client::Browser),
            platform: self.platform.unwrap_or(OsPlatform::Unknown),
            network: Network {
                address: self.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
                country: self.country,
                gps: None,
                is_compliant: false,
                is_mfa_trusted: false,
            },
            device: self.device.clone().unwrap_or_default(),
            sign_in_risk: self.sign_in_risk.unwrap_or(Risk::None),
            user_risk: self.user_risk.unwrap_or(Risk::None),
            insider_risk: self.insider_risk.unwrap_or(InsiderLevel::None),
            flow: self.flow.unwrap_or(Flow::None),
        }
    }
}

impl Entity for Question {
    /// Reads a request. The service knows service principals and users of other tenants as well;
    /// they are refused here, and so is a member that the schema does not have.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let user = members.object("signInIdentity", read_identity)?;
        let context = members.object("signInContext", read_context)?;
        let conditions = match members.node("signInConditions") {
            Some(node) => Members::of(node)
                .and_then(|mut inner| read_conditions(&mut inner))
                .map_err(|error| error.within("signInConditions"))?,
            None => return Err(missing("signInConditions")),
        };
        let question = Self {
            user: user.ok_or_else(|| missing("signInIdentity"))?,
            context: context.ok_or_else(|| missing("signInContext"))?,
            conditions,
            applied_only: members.bool("appliedPoliciesOnly")?.unwrap_or(false),
        };
        nothing_else(members)?;
        Ok(question)
    }

    fn write(&self) -> Map<String, Value> {
        let mut identity = Body::default();
        identity.set("@odata.type", USER);
        identity.print("userId", &self.user);
        let mut body = Body::default();
        body.set("signInIdentity", identity);
        body.set("signInContext", write_context(&self.context));
        body.set("signInConditions", write_conditions(&self.conditions));
        body.set("appliedPoliciesOnly", self.applied_only);
        body.done()
    }
}

fn read_identity(members: &mut Members<'_>) -> Result<UserId, ReadError> {
    let kind = members.required_odata_type()?;
    if !kind.eq_ignore_ascii_case(USER) {
        let what = format!("{} is not asked about, only `{USER}` is", quoted(&kind));
        return Err(ReadError::new(what).within("@odata.type"));
    }
    let user = members.required_id("userId")?;
    nothing_else(members)?;
    Ok(user)
}

fn read_context(members: &mut Members<'_>) -> Result<Context, ReadError> {
    let kind = members.required_odata_type()?;
    let is = |name: &str| kind.eq_ignore_ascii_case(name);
    let context = if is(APPLICATION) {
        let mut applications = members.texts("includeApplications")?;
        let (Some(only), true) = (applications.pop(), applications.is_empty()) else {
            let what = "expected one application";
            return Err(ReadError::new(what).within("includeApplications"));
        };
        match only.parse::<AppId>() {
            Ok(id) => Context::Target(Target::Resource(id)),
            Err(_) => Context::Named(only),
        }
    } else if is(USER_ACTION) {
        let action = members.required_text("userAction")?;
        let known = USER_ACTIONS.iter().find(|(_, name)| name.eq_ignore_ascii_case(&action));
        let (urn, _) = known.ok_or_else(|| {
            let what = format!("there is no user action {}", quoted(&action));
            ReadError::new(what).within("userAction")
        })?;
        Context::Target(Target::UserAction((*urn).into()))
    } else if is(AUTHENTICATION_CONTEXT) {
        let value = members.required_text("authenticationContextValue")?;
        Context::Target(Target::AuthenticationContext(value.to_ascii_lowercase()))
    } else {
        let what = format!("there is no context {}", quoted(&kind));
        return Err(ReadError::new(what).within("@odata.type"));
    };
    nothing_else(members)?;
    Ok(context)
}

fn write_context(context: &Context) -> Body {
    let mut body = Body::default();
    let mut application = |name: String| {
        body.set("@odata.type", APPLICATION);
        body.set("includeApplications", vec![name]);
    };
    match context {
        Context::Named(name) => application(name.clone()),
        Context::Target(Target::Resource(id)) => application(id.to_string()),
        Context::Target(Target::UserAction(action)) => {
            body.set("@odata.type", USER_ACTION);
            body.set("userAction", action_of_policy(action).unwrap_or(action));
        }
        Context::Target(Target::AuthenticationContext(value)) => {
            body.set("@odata.type", AUTHENTICATION_CONTEXT);
            body.set("authenticationContextValue", value.as_str());
        }
    }
    body
}

/// What If's name of a user action that policies name.
fn action_of_policy(action: &str) -> Option<&'static str> {
    let known = USER_ACTIONS.iter().find(|(urn, _)| urn.eq_ignore_ascii_case(action));
    known.map(|(_, name)| *name)
}

fn read_conditions(members: &mut Members<'_>) -> Result<Conditions, ReadError> {
    // Documented samples say it of users as well, of whom it means nothing.
    members.text("servicePrincipalRiskLevel")?;
    let flow = |inner: &mut Members<'_>| one(inner, "transferMethod", Flow::from_graph);
    let conditions = Conditions {
        client: one(members, "clientAppType", |text| {
            // Exchange ActiveSync on a platform that is supported, which the platform says.
            let is_supported = text.eq_ignore_ascii_case("easSupported");
            if is_supported { Some(Client::ExchangeActiveSync) } else { Client::from_graph(text) }
        })?,
        platform: one(members, "devicePlatform", |text| {
            OsPlatform::from_graph(text).filter(|one| *one != OsPlatform::Unknown)
        })?,
        address: one(members, "ipAddress", |text| text.parse().ok())?,
        country: one(members, "country", |text| text.parse().ok())?,
        device: match members.node("deviceInfo") {
            Some(node) => Some(
                Members::of(node)
                    .and_then(|mut inner| device::read(&mut inner))
                    .map_err(|error| error.within("deviceInfo"))?,
            ),
            None => None,
        },
        sign_in_risk: one(members, "signInRiskLevel", Risk::from_graph)?,
        user_risk: one(members, "userRiskLevel", Risk::from_graph)?,
        insider_risk: one(members, "insiderRiskLevel", InsiderLevel::from_graph)?,
        flow: members.object("authenticationFlow", flow)?.flatten(),
    };
    nothing_else(members)?;
    Ok(conditions)
}

fn write_conditions(conditions: &Conditions) -> Body {
    let mut body = Body::default();
    let client = conditions.client.map_or(ANY, Client::as_graph);
    body.set("clientAppType", client);
    let platform = conditions.platform.filter(|platform| *platform != OsPlatform::Unknown);
    body.set("devicePlatform", platform.map_or(ANY, OsPlatform::as_graph));
    body.optional("ipAddress", conditions.address.map(|address| address.to_string()));
    body.optional("country", conditions.country.map(|country| country.to_string()));
    body.optional("deviceInfo", conditions.device.as_ref().map(device::write));
    body.optional("signInRiskLevel", conditions.sign_in_risk.map(Risk::as_graph));
    body.optional("userRiskLevel", conditions.user_risk.map(Risk::as_graph));
    body.optional("insiderRiskLevel", conditions.insider_risk.map(InsiderLevel::as_graph));
    if let Some(flow) = conditions.flow {
        let mut inner = Body::default();
        inner.set("transferMethod", flow.as_graph());
        body.set("authenticationFlow", inner);
    }
    body
}

/// One value of a closed list, or `None` for `all` and for nothing.
fn one<T>(
    members: &mut Members<'_>,
    name: &str,
    from: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, ReadError> {
    let Some(text) = members.text(name)? else { return Ok(None) };
    let is_any = matches!(name, "clientAppType" | "devicePlatform");
    if is_any && text.eq_ignore_ascii_case(ANY) {
        return Ok(None);
    }
    match from(&text) {
        Some(value) => Ok(Some(value)),
        None => Err(ReadError::new(format!("{} is no value of it", quoted(&text))).within(name)),
    }
}

/// Refuses members that nobody took.
pub(crate) fn nothing_else(members: &mut Members<'_>) -> Result<(), ReadError> {
    match members.rest().into_iter().find(|(_, value)| !value.is_null()) {
        Some((name, _)) => Err(ReadError::new("is not known here").within(&name)),
        None => Ok(()),
    }
}

/// What the service says about one policy and the sign-in that it was asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    /// The policy.
    pub policy: PolicyId,
    /// Whether it applies.
    pub applies: bool,
    /// Why it does not, in the service's own words, such as `users`; empty where it applies.
    pub reasons: Vec<String>,
}

impl Entity for WhatIf {
    /// Reads a `whatIfAnalysisResult`, which is a whole policy, and keeps its answer only.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let policy = PolicyId::from(members.required_text("id")?);
        let applies = members.required_bool("policyApplies")?;
        let mut reasons = members.flags("analysisReasons", str::to_owned)?;
        reasons.retain(|reason| !reason.eq_ignore_ascii_case(NO_REASON));
        Ok(Self { policy, applies, reasons })
    }

    /// Writes the members that the answer has beside those of the policy, and the policy's id.
    fn write(&self) -> Map<String, Value> {
        let mut body = Body::default();
        body.print("id", &self.policy);
        body.set("policyApplies", self.applies);
        let reasons = joined(&self.reasons, ",");
        body.set("analysisReasons", if reasons.is_empty() { NO_REASON } else { &reasons });
        body.done()
    }
}
