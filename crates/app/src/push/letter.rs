//! What a sender's body holds: Event Grid wraps records in events of its own, others send them as
//! they are.

use serde_json::Value;

/// A body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// Event Grid asks whether the endpoint wants its events, and shows a code to give back
    /// (<https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema>).
    Validation(String),
    /// Records in their wrapping taken off; `None` where there is none, and the body is a message
    /// as it is, be it JSON or not.
    Records(Option<Vec<String>>),
}

/// The type of Event Grid's question.
const VALIDATION: &str = "Microsoft.EventGrid.SubscriptionValidationEvent";

/// Reads a body.
pub(super) fn read(bytes: &[u8]) -> Letter {
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else {
        return Letter::Records(None);
    };
    let events = match &body {
        Value::Array(events) => events.as_slice(),
        event => std::slice::from_ref(event),
    };
    for event in events {
        let is_question = event.get("eventType").and_then(Value::as_str) == Some(VALIDATION);
        let code = event.pointer("/data/validationCode").and_then(Value::as_str);
        if let (true, Some(code)) = (is_question, code) {
            return Letter::Validation(code.into());
        }
    }
    if !events.iter().any(is_wrapping) {
        return Letter::Records(None);
    }
    let inner = |event: &Value| match event.get("data").filter(|_| is_wrapping(event)) {
        Some(Value::String(text)) => text.clone(),
        Some(data) => data.to_string(),
        None => event.to_string(),
    };
    Letter::Records(Some(events.iter().map(inner).collect()))
}

/// Whether it is an event of Event Grid's schema or of CloudEvents, with something in it.
fn is_wrapping(event: &Value) -> bool {
    let has = |name: &str| event.get(name).is_some_and(Value::is_string);
    let is_event_grid = has("eventType") && has("eventTime");
    let is_cloud_event = has("specversion") && has("type");
    event.get("data").is_some() && (is_event_grid || is_cloud_event)
}
