//! Sign-ins of the unified audit log.
//!
//! They say less than Graph's: no method that was shown, no place, no name of the application, and
//! not whether somebody was asked for anything.

use halligan_core::ca::WELL_KNOWN;
use halligan_core::id::Guid;
use halligan_core::watch::event::{Named, Origin, Outcome, Party, SignIn, SignInKind};

use super::super::value::guid;
use super::Record;
use super::identity::Identities;

/// What `LogonError` calls an error of the sign-in service, for records without its number.
///
/// Source: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
const LOGON_ERRORS: [(&str, i64); 18] = [
    ("UserAccountNotFound", 50034),
    ("IdsLocked", 50053),
    ("InvalidPasswordExpiredPassword", 50055),
    ("InvalidPasswordNullPassword", 50056),
    ("UserDisabled", 50057),
    ("UserInformationNotProvided", 50058),
    ("UserStrongAuthEnrollmentRequiredInterrupt", 50072),
    ("UserStrongAuthClientAuthNRequiredInterrupt", 50074),
    ("UserStrongAuthClientAuthNRequired", 50076),
    ("UserStrongAuthEnrollmentRequired", 50079),
    ("DeviceAuthenticationRequired", 50097),
    ("InvalidUserNameOrPassword", 50126),
    ("KmsiInterrupt", 50140),
    ("ExternalSecurityChallenge", 50158),
    ("DeviceNotCompliant", 53000),
    ("DeviceNotDomainJoined", 53001),
    ("BlockedByConditionalAccess", 53003),
    ("DelegationDoesNotExist", 65001),
];

/// The name of an error in `LogonError`.
pub(super) fn logon_error(code: i64) -> Option<&'static str> {
    LOGON_ERRORS.iter().find(|(_, known)| *known == code).map(|(name, _)| *name)
}

/// What an operation of a sign-in says of its end; `None` for other operations.
pub(super) fn has_succeeded(operation: &str) -> Option<bool> {
    match operation.trim().trim_end_matches('.').to_ascii_lowercase().as_str() {
        "userloggedin" => Some(true),
        "userloginfailed" => Some(false),
        _ => None,
    }
}

pub(super) fn read(record: &Record) -> SignIn {
    let actor = Identities::of(&record.list("Actor"));
    let by_application = actor.is_application();
    let id = actor.id(if by_application { "ServicePrincipal" } else { "User" });
    let id = id.or_else(|| record.guid("UserKey")).or_else(|| record.guid("UserId"));
    let resource = Identities::of(&record.list("Target")).id("");
    SignIn {
        kind: match by_application {
            true => SignInKind::ServicePrincipal,
            false => SignInKind::Unknown,
        },
        user: id.filter(|_| !by_application),
        names: names(record, &actor),
        service_principal: id.filter(|_| by_application),
        app: party(record.guid("ApplicationId")),
        resource: party(resource.or_else(|| record.guid("ObjectId"))),
        outcome: outcome(record),
        from: Origin { address: record.address(), device: device(record), ..Origin::default() },
        client_app: String::new(),
        steps: Vec::new(),
        request: None,
    }
}

/// An application, by a name that is known or else by its id, for the record has no other.
fn party(id: Option<Guid>) -> Party {
    let Some(id) = id else { return Party::default() };
    let known = WELL_KNOWN.iter().find(|one| one.id.0 == id);
    let name = known.map_or_else(|| format!("application {id}"), |one| one.title.into());
    Party { id: Some(id), name }
}

/// The names of whoever signed in: `UserId`, and what repeats it.
fn names(record: &Record, actor: &Identities) -> Vec<Named> {
    let of = |member: &'static str| {
        let name = record.text(member).filter(|name| is_name(name));
        name.map(|name| Named { member, name })
    };
    let repeated = actor.principal_names.iter();
    let repeated = repeated.map(|name| Named { member: "Actor", name: name.clone() });
    let all = of("UserId").into_iter().chain(repeated).chain(of("UserKey")).chain(of("ObjectId"));
    let mut names: Vec<Named> = Vec::new();
    for named in all {
        if !names.iter().any(|known| known.name.eq_ignore_ascii_case(&named.name)) {
            names.push(named);
        }
    }
    names
}

/// Whether a text can be what somebody typed: no id, and no PUID with a domain.
fn is_name(text: &str) -> bool {
    let Some((front, _)) = text.split_once('@') else {
        return false;
    };
    let is_puid = front.len() == 16 && front.bytes().all(|byte| byte.is_ascii_hexdigit());
    !is_puid && guid(text).is_none()
}

/// How it ended.
///
/// `ResultStatus` says whether the request was carried out, not whether somebody is in; that is
/// for the operation and `LogonError` to say. An `ErrorNumber` beside `UserLoggedIn` is one that
/// did not stop anybody, such as 50140.
fn outcome(record: &Record) -> Outcome {
    let error = record.text("LogonError");
    let numbers = ["ErrorNumber", "ErrorCode"].into_iter();
    let number = numbers.filter_map(|name| record.text(name)?.trim().parse::<i64>().ok()).next();
    let operation = record.text("Operation").unwrap_or_default();
    let is_success = match has_succeeded(&operation) {
        Some(is_success) => is_success && error.is_none(),
        // The type of former years, which has the status of another system.
        None => number.or_else(|| record.text("LoginStatus")?.trim().parse().ok()) == Some(0),
    };
    if is_success {
        return Outcome { code: Some(0), reason: String::new() };
    }
    let named = || {
        let known = |one: &&(&str, i64)| Some(one.0) == error.as_deref();
        LOGON_ERRORS.iter().find(known).map(|(_, code)| *code)
    };
    let code = number.filter(|code| *code != 0).or_else(named);
    let reason = error.or_else(|| record.pair("ExtendedProperties", "LoginError"));
    Outcome { code, reason: reason.unwrap_or_default() }
}

fn device(record: &Record) -> String {
    let parts = ["OS", "BrowserType"].map(|name| record.pair("DeviceProperties", name));
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
