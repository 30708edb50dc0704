//! The logs: sign-ins and directory audits, as far as they can be read already, the latest first.

use serde_json::Value;

use super::licence::{Plan, require};
use crate::clock;
use crate::directory::{LogRecord, Object, text_of};
use crate::error::GraphError;
use crate::operation::{Answer, Call, Version};

/// `GET /auditLogs/signIns`: of interactive sign-ins alone, unless beta is asked for others by
/// `signInEventTypes`.
///
/// Sources: <https://learn.microsoft.com/graph/api/signin-list>,
/// <https://learn.microsoft.com/graph/api/resources/signin>.
pub(crate) fn sign_ins(call: &Call<'_>) -> Result<Answer, GraphError> {
    require(call, Plan::P1, GraphError::not_premium)?;
    let asks_for_types =
        call.options.filter.as_ref().is_some_and(|one| one.names("signInEventTypes"));
    let is_shown = |object: &Object| {
        (call.version == Version::Beta && asks_for_types) || is_interactive(object)
    };
    let found = readable(&call.directory.logs.sign_ins, "createdDateTime");
    let objects = found.into_iter().filter(is_shown).map(|mut object| {
        if call.version == Version::V1 {
            let of_beta = ["authenticationDetails", "originalRequestId", "signInEventTypes"];
            let of_beta = of_beta.iter().chain(&["alternateSignInName", "signInIdentifier"]);
            of_beta.for_each(|name| drop(object.remove(*name)));
        }
        object
    });
    Ok(Answer::many(objects))
}

fn is_interactive(object: &Object) -> bool {
    object.get("isInteractive").and_then(Value::as_bool) == Some(true)
}

/// `GET /auditLogs/directoryAudits`.
///
/// Source: <https://learn.microsoft.com/graph/api/directoryaudit-list>.
pub(crate) fn directory_audits(call: &Call<'_>) -> Result<Answer, GraphError> {
    Ok(Answer::many(readable(&call.directory.logs.audits, "activityDateTime")))
}

fn readable(log: &[LogRecord], time: &str) -> Vec<Object> {
    let now = clock::now();
    let there = log.iter().filter(|one| one.readable <= now);
    let mut objects: Vec<Object> = there.map(|one| one.object.clone()).collect();
    objects.sort_by(|a, b| text_of(b, time).cmp(text_of(a, time)));
    objects
}
