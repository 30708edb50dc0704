//! What If: which policies of the tenant apply to a sign-in that the caller describes.
//!
//! The reference evaluator of the core decides, over this directory; what the service documents
//! of its own comes on top. Policies that are on or in report-only are judged, others are answered
//! as not enabled. A location or device that the request leaves out is a condition that cannot be
//! evaluated, and no policy with it applies; a client that is left out is `all`, which matches
//! policies for all clients only. The reason is the first condition that was not met.
//!
//! Whether an application outside Microsoft's own belongs to `Office365` is not known here, nor
//! which attributes it carries: a policy that turns on it is answered `notEnoughInformation`.
//!
//! Sources: <https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate>,
//! <https://learn.microsoft.com/entra/identity/conditional-access/what-if-tool>.

use halligan_core::ca::{
    self, Condition, Hit, NotHit, PolicyResult, SignIn, Standing, Target, Truth,
};
use halligan_core::id::{AppId, GroupId, UserId};
use halligan_core::tenant::{
    ClientAppType, GapReason, NamedLocation, Part, Policy, PolicyState, Snapshot, Source, User,
};
use halligan_wire::Entity;
use halligan_wire::evaluate::{Conditions, Context, Question, WhatIf};

use super::policies;
use crate::clock;
use crate::directory::{Directory, Object, text_of};
use crate::error::GraphError;
use crate::operation::{Answer, Call};

/// An application that is named by something else than its id: it is none that a policy names.
const NO_APPLICATION: AppId = AppId::from_u128(0);

/// `POST /identity/conditionalAccess/evaluate`.
pub(crate) fn evaluate(call: &Call<'_>) -> Result<Answer, GraphError> {
    let question: Question = halligan_wire::read(call.body)
        .map_err(|error| GraphError::bad_request(format!("Invalid request body: {error}.")))?;
    let standing = standing(call.directory, question.user)?;
    let snapshot = surroundings(call.directory)?;
    let target = match &question.context {
        Context::Target(target) => target.clone(),
        Context::Named(_) => Target::Resource(NO_APPLICATION),
    };
    let sign_in = question.conditions.sign_in(target);
    let results = call.directory.policies.iter().map(|object| {
        let (applies, reason) = match read::<Policy>(object) {
            Ok(policy) => judge(&policy, &snapshot, &standing, &sign_in, &question.conditions),
            Err(_) => (false, Some("invalidPolicy")),
        };
        let reasons = reason.map(str::to_owned).into_iter().collect();
        let result = WhatIf { policy: text_of(object, "id").into(), applies, reasons };
        let mut object = policies::shaped(call, object);
        object.extend(result.write());
        (applies, object)
    });
    let shown = results.filter(|(applies, _)| *applies || !question.applied_only);
    Ok(Answer::many(shown.map(|(_, object)| object)))
}

/// Whether a policy applies, and the reason where it does not.
fn judge(
    policy: &Policy,
    snapshot: &Snapshot,
    standing: &Standing,
    sign_in: &SignIn,
    said: &Conditions,
) -> (bool, Option<&'static str>) {
    if !matches!(policy.state, PolicyState::Enabled | PolicyState::ReportOnly) {
        return (false, Some("policyNotEnabled"));
    }
    let policies = std::slice::from_ref(policy);
    let Some(mut result) = ca::evaluate(snapshot, policies, standing, sign_in).pop() else {
        return (false, Some("invalidPolicy"));
    };
    for (condition, truth) in &mut result.conditions {
        if lacks(policy, *condition, said) {
            *truth = Truth::No;
        }
    }
    let unmet = result.conditions.iter().find(|(_, truth)| *truth == Truth::No);
    match unmet {
        Some((condition, _)) => (false, Some(reason(*condition, &result, &sign_in.target))),
        None if result.applies() == Truth::Yes => (true, None),
        None => (false, Some("notEnoughInformation")),
    }
}

/// Whether the policy asks for what the request does not say.
fn lacks(policy: &Policy, condition: Condition, said: &Conditions) -> bool {
    let conditions = &policy.conditions;
    match condition {
        Condition::ClientApps => {
            let clients = &conditions.client_app_types;
            let is_for_all = clients.is_empty() || clients.contains(&ClientAppType::All);
            said.client.is_none() && !is_for_all
        }
        Condition::Locations => {
            let is_nowhere = said.address.is_none() && said.country.is_none();
            is_nowhere && conditions.locations.is_some()
        }
        Condition::Devices => {
            let has_filter = conditions.devices.as_ref().is_some_and(|one| one.filter.is_some());
            said.device.is_none() && has_filter
        }
        _ => false,
    }
}

/// The service's word for a condition that was not met.
fn reason(condition: Condition, result: &PolicyResult, target: &Target) -> &'static str {
    match condition {
        Condition::Users if result.hit == Hit::No(NotHit::Workloads) => "workloadIdentities",
        Condition::Users => "users",
        Condition::Target => match target {
            Target::Resource(_) => "application",
            Target::UserAction(_) => "userActions",
            Target::AuthenticationContext(_) => "authenticationContext",
        },
        Condition::ClientApps => "clientApps",
        Condition::Platforms => "devicePlatform",
        Condition::Locations => "location",
        Condition::Devices => "devices",
        Condition::SignInRisk => "signInRisk",
        Condition::UserRisk => "userRisk",
        Condition::InsiderRisk => "insiderRisk",
        Condition::Flows => "authenticationFlow",
        Condition::Others => "invalidCondition",
    }
}

/// What a user of the directory is and is a member of. What it can prove itself with does not
/// matter: What If does not ask whether demands can be met.
pub(crate) fn standing(directory: &Directory, id: UserId) -> Result<Standing, GraphError> {
    let found = directory.users.get(&id.0).and_then(|user| read::<User>(&user.object).ok());
    let user = found.ok_or_else(|| GraphError::not_found(&id.to_string()))?;
    let groups = directory.transitive_groups_of(id.0);
    let principals: Vec<_> = std::iter::once(id.0).chain(groups.iter().copied()).collect();
    let roles = directory.roles_of(&principals);
    let template = |role: &Object| text_of(role, "roleTemplateId").parse().ok();
    let nothing = std::iter::empty::<GroupId>();
    Ok(Standing {
        is_guest: user.is_external().into(),
        is_enabled: user.account_enabled.unwrap_or(true).into(),
        groups: groups.into_iter().map(GroupId).collect(),
        roles: roles.iter().filter_map(template).collect(),
        is_assumed: false,
        ..Standing::supposed(id, nothing, Ok(Vec::new()))
    })
}

/// The tenant as far as policies refer to it: its named locations.
pub(crate) fn surroundings(directory: &Directory) -> Result<Snapshot, GraphError> {
    let now = clock::now();
    let mut snapshot = Snapshot::unread(now, Source::Files, &GapReason::NotInSource);
    let locations: Result<Vec<NamedLocation>, _> = directory.locations.iter().map(read).collect();
    let value = locations.map_err(|error| {
        GraphError::new(500, "InternalServerError", format!("A named location: {error}."))
    })?;
    snapshot.locations = Part::Read { at: now, value };
    Ok(snapshot)
}

pub(crate) fn read<T: Entity>(object: &Object) -> Result<T, halligan_wire::ReadError> {
    halligan_wire::read(serde_json::Value::Object(object.clone()).to_string().as_bytes())
}
