//! `POST /$batch`: up to twenty requests in one, each answered as if it had come alone.
//!
//! Source: <https://learn.microsoft.com/graph/json-batching>. Parts are authorised by the batch's
//! token, throttled and struck by faults one by one, and answered in an order of the service's own:
//! here the last comes first, so that no client relies on more than the ids.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::error::GraphError;

/// Most requests in one batch.
const PARTS_MAX: usize = 20;

/// One request of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) id: String,
    pub(crate) method: String,
    /// Without the version, percent-encoded as it came.
    pub(crate) path: String,
    pub(crate) query: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// Ids of the requests that must have succeeded before.
    depends_on: Vec<String>,
}

/// The answer to a part.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PartReply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Value,
}

/// Reads the body of a batch; the error is that of the whole.
pub(crate) fn read(body: &[u8]) -> Result<Vec<Part>, GraphError> {
    let whole: Value = serde_json::from_slice(body)
        .map_err(|_| GraphError::bad_request("Invalid batch payload format."))?;
    let requests = whole.get("requests").and_then(Value::as_array);
    let requests =
        requests.ok_or_else(|| GraphError::bad_request("Invalid batch payload format."))?;
    if requests.is_empty() || requests.len() > PARTS_MAX {
        return Err(GraphError::bad_request(format!(
            "Number of batch request steps is out of range: 1 to {PARTS_MAX}."
        )));
    }
    let parts = requests.iter().map(part).collect::<Result<Vec<_>, _>>()?;
    for (place, one) in parts.iter().enumerate() {
        let before = parts.get(..place).unwrap_or_default();
        if before.iter().any(|other| other.id.eq_ignore_ascii_case(&one.id)) {
            return Err(GraphError::bad_request(format!("Request id '{}' is not unique.", one.id)));
        }
        for id in &one.depends_on {
            if !before.iter().any(|other| other.id.eq_ignore_ascii_case(id)) {
                let message =
                    format!("Request '{}' depends on '{id}', which is not before it.", one.id);
                return Err(GraphError::bad_request(message));
            }
        }
    }
    Ok(parts)
}

fn part(request: &Value) -> Result<Part, GraphError> {
    let text =
        |name: &str| request.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let needed = |name: &str| {
        let missing = || GraphError::bad_request(format!("Request step lacks '{name}'."));
        text(name).map(str::to_owned).ok_or_else(missing)
    };
    let url = needed("url")?;
    let is_absolute = url.contains("://") || url.starts_with("//");
    let (path, query) = url.split_once('?').unwrap_or((&url, ""));
    let path = format!("/{}", path.trim_start_matches('/'));
    if is_absolute || path.to_ascii_lowercase().starts_with("/$batch") {
        let message = format!("Invalid URL of a request step: '{path}'.");
        return Err(GraphError::bad_request(message));
    }
    let headers = request.get("headers").and_then(Value::as_object);
    let header = |(name, value): (&String, &Value)| {
        Some((name.to_ascii_lowercase(), value.as_str()?.to_owned()))
    };
    let depends_on = request.get("dependsOn").and_then(Value::as_array);
    let ids = depends_on.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    Ok(Part {
        id: needed("id")?,
        method: needed("method")?.to_ascii_uppercase(),
        path,
        query: query.to_owned(),
        headers: headers.into_iter().flatten().filter_map(header).collect(),
        depends_on: ids.collect(),
    })
}

/// Answers every part in turn by `answer`, and gives the body of the whole.
pub(crate) fn answer(parts: &[Part], mut answer: impl FnMut(&Part) -> PartReply) -> Value {
    let mut statuses: BTreeMap<String, u16> = BTreeMap::new();
    let mut responses = Vec::new();
    for part in parts {
        let has_failed = |id: &String| {
            statuses.get(&id.to_ascii_lowercase()).is_none_or(|status| *status >= 400)
        };
        let reply = match part.depends_on.iter().any(has_failed) {
            true => failed_dependency(),
            false => answer(part),
        };
        statuses.insert(part.id.to_ascii_lowercase(), reply.status);
        let headers: Map<String, Value> = reply
            .headers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        responses.push(json!({
            "id": part.id, "status": reply.status, "headers": headers, "body": reply.body,
        }));
    }
    responses.reverse();
    json!({"responses": responses})
}

fn failed_dependency() -> PartReply {
    let message = "A request on which this one depends has failed.";
    let error = GraphError::new(424, "FailedDependency", message);
    PartReply { status: 424, headers: Vec::new(), body: error.body("", "", "") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &Value) -> String {
        read(body.to_string().as_bytes()).map_or_else(|error| error.message, |_| String::new())
    }

    fn get(id: &str, url: &str) -> Value {
        json!({"id": id, "method": "get", "url": url})
    }

    #[test]
    fn a_part_is_read_with_what_it_says() {
        let body = json!({"requests": [
            get("1", "/users/2?$select=id"),
            {"id": "b", "method": "GET", "url": "groups", "dependsOn": ["1"],
             "headers": {"ConsistencyLevel": "eventual"}},
        ]});
        let parts = read(body.to_string().as_bytes()).unwrap();
        let summary: Vec<_> =
            parts.iter().map(|part| (part.method.as_str(), part.path.as_str())).collect();
        assert_eq!(summary, [("GET", "/users/2"), ("GET", "/groups")]);
        assert_eq!(parts[0].query, "$select=id");
        assert_eq!(parts[1].headers, [("consistencylevel".to_owned(), "eventual".to_owned())]);
    }

    #[test]
    fn what_is_no_batch_is_refused() {
        let many: Vec<_> = (0..21).map(|id| get(&id.to_string(), "/users")).collect();
        for (body, says) in [
            (json!([]), "Invalid batch payload"),
            (json!({"requests": []}), "out of range"),
            (json!({"requests": many}), "out of range"),
            (json!({"requests": [get("a", "/users"), get("A", "/groups")]}), "'A' is not unique"),
            (json!({"requests": [get("", "/users")]}), "lacks 'id'"),
            (json!({"requests": [{"id": "1", "method": "GET"}]}), "lacks 'url'"),
            (json!({"requests": [get("1", "https://elsewhere.example/users")]}), "Invalid URL"),
            (json!({"requests": [get("1", "/$batch")]}), "Invalid URL"),
            (
                json!({"requests": [
                    {"id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"]},
                    get("2", "/groups"),
                ]}),
                "depends on '2'",
            ),
        ] {
            assert!(refused(&body).contains(says), "{body}: {}", refused(&body));
        }
    }

    #[test]
    fn what_depends_on_a_failure_fails_and_the_last_is_answered_first() {
        let body = json!({"requests": [
            get("1", "/nothing"),
            {"id": "2", "method": "GET", "url": "/users", "dependsOn": ["1"]},
            get("3", "/users"),
        ]});
        let parts = read(body.to_string().as_bytes()).unwrap();
        let mut asked = Vec::new();
        let whole = answer(&parts, |part| {
            asked.push(part.id.clone());
            let status = if part.path == "/nothing" { 404 } else { 200 };
            PartReply { status, headers: vec![("request-id", "r".into())], body: json!({}) }
        });
        let answers = whole["responses"].as_array().unwrap();
        let summary: Vec<_> = answers
            .iter()
            .map(|one| (one["id"].as_str().unwrap(), one["status"].as_u64().unwrap()))
            .collect();
        assert_eq!(summary, [("3", 200), ("2", 424), ("1", 404)]);
        assert_eq!(asked, ["1", "3"]);
    }
}
