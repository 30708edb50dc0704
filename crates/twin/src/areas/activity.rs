//! The Office 365 Management Activity API, as far as the directory's content goes: what Graph's
//! logs hold, in the records of the unified audit log, a content for each record.
//!
//! Source:
//! <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference>,
//! whose errors name no HTTP status; those here are the likely ones.

use halligan_core::id::TenantId;
use halligan_core::time::{SignedDuration, Timestamp};
use halligan_wire::event::{read, write_unified};
use serde_json::{Value, json};

use crate::directory::{Directory, LogRecord, text_of};
use crate::hosts;
use crate::login::Grant;
use crate::query::percent;

/// The path of the API, for records of exchanges.
pub(crate) const FEED: &str = "/api/v1.0/{tenant}/activity/feed";
/// The one content type that is served.
const CONTENT_TYPE: &str = "Audit.AzureActiveDirectory";
/// How long content can be fetched.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The longest time that one list covers.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// Contents on a page.
const PAGE: usize = 200;

/// Status and body of an answer, and where the next page is.
pub(crate) type Answer = (u16, Value, Option<String>);

/// A request, as far as it matters here.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    /// By what the client knows the twin.
    pub(crate) origin: &'a str,
    pub(crate) page_size: Option<usize>,
    pub(crate) now: Timestamp,
}

impl Asked<'_> {
    fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        percent::decode_query(value)
    }
}

/// The answer to a token that opens nothing here.
pub(crate) fn unauthorized() -> Answer {
    (401, json!({"Message": "Authorization has been denied for this request."}), None)
}

fn refuse(status: u16, code: &str, message: impl Into<String>) -> Answer {
    (status, json!({"error": {"code": code, "message": message.into()}}), None)
}

/// Answers a request with a token.
pub(crate) fn answer(directory: &mut Directory, grant: &Grant, asked: &Asked<'_>) -> Answer {
    if !hosts::is_activity(&grant.audience) {
        return unauthorized();
    }
    let parts: Vec<&str> = asked.path.trim_matches('/').split('/').collect();
    let ["api", "v1.0", tenant, "activity", "feed", operation @ ..] = parts.as_slice() else {
        return refuse(
            404,
            "AF20050",
            format!("The specified content ({}) does not exist.", asked.path),
        );
    };
    let Ok(named) = tenant.parse::<TenantId>() else {
        let message = format!("The tenant ID passed in the URL ({tenant}) is not a valid GUID.");
        return refuse(400, "AF20013", message);
    };
    if named != directory.tenant {
        let message = format!(
            "The tenant ID passed in the URL ({tenant}) does not match the tenant ID passed in \
             the access token ({}).",
            directory.tenant
        );
        return refuse(400, "AF20010", message);
    }
    if !directory.logs.unified.readers.contains(&grant.client) {
        let message = "The permission set () sent in the request did not include the expected \
                       permission ActivityFeed.Read.";
        return refuse(403, "AF10001", message);
    }
    if directory.logs.unified.is_off {
        let message =
            format!("Specified tenant ID ({tenant}) is incorrectly configured in the system.");
        return refuse(400, "AF20012", message);
    }
    match (asked.method, operation) {
        ("GET", ["subscriptions", "list"]) => subscriptions(directory),
        ("POST", ["subscriptions", "start"]) => start(directory, asked),
        ("POST", ["subscriptions", "stop"]) => {
            directory.logs.unified.subscribed = None;
            (200, Value::Null, None)
        }
        ("GET", ["subscriptions", "content"]) => contents(directory, asked),
        ("GET", ["audit", id]) => content(directory, id, asked.now),
        _ => refuse(404, "AF20050", "The specified content does not exist."),
    }
}

fn subscriptions(directory: &Directory) -> Answer {
    let subscribed = directory.logs.unified.subscribed;
    let one = json!({"contentType": CONTENT_TYPE, "status": "enabled", "webhook": null});
    (200, subscribed.map(|_| one).into_iter().collect(), None)
}

fn start(directory: &mut Directory, asked: &Asked<'_>) -> Answer {
    if let Some(refusal) = wrong_type(asked) {
        return refusal;
    }
    let subscribed = &mut directory.logs.unified.subscribed;
    if subscribed.is_some() {
        let message = "The subscription is already enabled. No property change.";
        return refuse(400, "AF20024", message);
    }
    *subscribed = Some(asked.now);
    (200, json!({"contentType": CONTENT_TYPE, "status": "enabled", "webhook": null}), None)
}

fn wrong_type(asked: &Asked<'_>) -> Option<Answer> {
    match asked.parameter("contentType") {
        None => Some(refuse(400, "AF20001", "Missing parameter: contentType.")),
        Some(kind) if kind == CONTENT_TYPE => None,
        Some(_) => Some(refuse(400, "AF20020", "The specified content type is not valid.")),
    }
}

/// Lists what came in a time.
fn contents(directory: &Directory, asked: &Asked<'_>) -> Answer {
    if let Some(refusal) = wrong_type(asked) {
        return refusal;
    }
    let Some(subscribed) = directory.logs.unified.subscribed else {
        let message = "No subscription found for the specified content type.";
        return refuse(400, "AF20022", message);
    };
    let Some((start, end)) = times(asked) else {
        let message = "Start time and end time must both be specified (or both omitted) and must \
                       be less than or equal to 24 hours apart, with the start time no more than 7 \
                       days in the past.";
        return refuse(400, "AF20030", message);
    };
    let mut all: Vec<(Timestamp, String)> = records(directory)
        .map(|one| (created(directory, one), id_of(directory, one)))
        .filter(|(at, _)| *at >= subscribed.max(start) && *at < end && *at <= asked.now)
        .collect();
    all.sort();
    let root = format!("{}/api/v1.0/{}/activity/feed", asked.origin, directory.tenant);
    let from = asked.parameter("nextPage").and_then(|text| text.parse().ok()).unwrap_or(0);
    let size = asked.page_size.unwrap_or(PAGE);
    let page: Vec<Value> = all
        .iter()
        .skip(from)
        .take(size)
        .map(|(at, id)| {
            json!({
                "contentType": CONTENT_TYPE,
                "contentId": id,
                "contentUri": format!("{root}/audit/{id}"),
                "contentCreated": at.to_string(),
                "contentExpiration": (*at + KEPT).to_string(),
            })
        })
        .collect();
    let time = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let next = (from + size < all.len()).then(|| {
        format!(
            "{root}/subscriptions/content?contentType={CONTENT_TYPE}&startTime={}&endTime={}\
             &nextPage={}",
            time(start),
            time(end),
            from + size
        )
    });
    (200, page.into(), next)
}

/// The times that are asked for; `None` for what the service does not take.
fn times(asked: &Asked<'_>) -> Option<(Timestamp, Timestamp)> {
    let read = |text: String| format!("{}Z", text.trim_end_matches('Z')).parse::<Timestamp>().ok();
    let (start, end) = match (asked.parameter("startTime"), asked.parameter("endTime")) {
        (None, None) => (asked.now - WINDOW, asked.now),
        (Some(start), Some(end)) => (read(start)?, read(end)?),
        _ => return None,
    };
    let is_taken = start <= end && end.duration_since(start) <= WINDOW;
    (is_taken && asked.now.duration_since(start) <= KEPT).then_some((start, end))
}

/// Gives a content: a list of one record.
fn content(directory: &Directory, id: &str, now: Timestamp) -> Answer {
    let Some(id) = percent::decode(id) else {
        return refuse(400, "AF20052", format!("Content ID {id} in the URL is invalid."));
    };
    let Some(record) = records(directory).find(|one| id_of(directory, one) == id) else {
        return refuse(404, "AF20050", format!("The specified content ({id}) does not exist."));
    };
    if created(directory, record) + KEPT < now {
        let message = format!(
            "Content requested with the key {id} has already expired. Content older than 7 days \
             cannot be retrieved."
        );
        return refuse(400, "AF20051", message);
    }
    let graph = Value::Object(record.object.clone()).to_string();
    let unified = read(graph.as_bytes()).ok().and_then(|mut event| {
        event.tenant = Some(directory.tenant);
        write_unified(&event)
    });
    (200, unified.into_iter().collect(), None)
}

fn records(directory: &Directory) -> impl Iterator<Item = &LogRecord> {
    directory.logs.sign_ins.iter().chain(&directory.logs.audits)
}

fn created(directory: &Directory, record: &LogRecord) -> Timestamp {
    record.readable.checked_add(directory.logs.unified.delay).unwrap_or(record.readable)
}

/// What the content of a record is known by; a copy that says more is a content of its own.
fn id_of(directory: &Directory, record: &LogRecord) -> String {
    let at = created(directory, record).as_millisecond();
    let id = text_of(&record.object, "id");
    format!("{at}${id}$audit_azureactivedirectory$Audit_AzureActiveDirectory")
}
