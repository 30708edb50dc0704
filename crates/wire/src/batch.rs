//! Bodies of `POST /$batch`: several requests in one, and their answers in any order.
//!
//! Source: <https://learn.microsoft.com/graph/json-batching>.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::members::missing;
use crate::node::{Key, refuse, utf8};
use crate::{Node, ReadError};

/// A request of a batch; every one is a `GET`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// What its answer is known by.
    pub id: String,
    /// The address without origin and version, such as `/users/…?$select=id`.
    pub url: String,
    /// Its headers.
    pub headers: Vec<(&'a str, &'a str)>,
}

/// The answer to one request of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartAnswer<'a> {
    /// The request's id.
    pub id: String,
    /// HTTP status.
    pub status: u16,
    /// Headers, as they are spelled.
    pub headers: Vec<(String, String)>,
    /// The body's JSON text; empty where there is none.
    pub body: &'a str,
}

impl PartAnswer<'_> {
    /// The header of this name in any letter case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(have, _)| have.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Writes the body of a batch.
pub fn write(parts: &[Part<'_>]) -> String {
    let request = |part: &Part<'_>| {
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), Value::from(*value));
        let headers: Map<String, Value> = part.headers.iter().map(header).collect();
        json!({"id": part.id, "method": "GET", "url": part.url, "headers": headers})
    };
    json!({"requests": parts.iter().map(request).collect::<Vec<_>>()}).to_string()
}

/// Reads the answers of a batch, whose bodies stay text: each is read as what it should be.
pub fn read(bytes: &[u8]) -> Result<Vec<PartAnswer<'_>>, ReadError> {
    let text = utf8(bytes)?;
    if !text.trim_start().starts_with('{') {
        return Err(ReadError::new("expected an object with `responses`"));
    }
    let whole: Whole<'_> = serde_json::from_str(text).map_err(|error| refuse(text, &error))?;
    let raw = whole.0.ok_or_else(|| missing("responses"))?;
    let places = raw.into_iter().enumerate();
    let checked = places.map(|(place, answer)| {
        answer.checked().map_err(|error| error.at(place).within("responses"))
    });
    checked.collect()
}

struct Whole<'a>(Option<Vec<RawAnswer<'a>>>);

#[derive(Default)]
struct RawAnswer<'a> {
    id: Option<Node<'a>>,
    status: Option<Node<'a>>,
    headers: Option<Node<'a>>,
    body: Option<&'a RawValue>,
}

impl<'a> RawAnswer<'a> {
    fn checked(self) -> Result<PartAnswer<'a>, ReadError> {
        let id = match self.id {
            Some(Node::Text(id)) => id.into_owned(),
            Some(Node::Number(id)) => id.to_string(),
            _ => return Err(missing("id")),
        };
        let status = match self.status {
            Some(Node::Number(status)) => status.as_u64().and_then(|status| status.try_into().ok()),
            _ => None,
        };
        let status = status.filter(|status| (100..600).contains(status));
        let status = status.ok_or_else(|| ReadError::new("is no HTTP status").within("status"))?;
        let headers = match self.headers {
            Some(Node::Object(members)) => members,
            _ => Vec::new(),
        };
        let text = |(name, value)| match value {
            Node::Text(text) => Some((String::from(name), String::from(text))),
            Node::Number(number) => Some((String::from(name), number.to_string())),
            _ => None,
        };
        let headers = headers.into_iter().filter_map(text).collect();
        Ok(PartAnswer { id, status, headers, body: self.body.map_or("", RawValue::get) })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Whole<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WholeVisitor)
    }
}

struct WholeVisitor;

impl<'de> Visitor<'de> for WholeVisitor {
    type Value = Whole<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `responses`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Whole<'de>, A::Error> {
        let mut responses = None;
        while let Some(Key(name)) = access.next_key()? {
            if !name.eq_ignore_ascii_case("responses") {
                let _: de::IgnoredAny = access.next_value()?;
            } else if responses.replace(access.next_value::<Answers<'de>>()?.0).is_some() {
                return Err(de::Error::custom("member `responses` is given twice"));
            }
        }
        Ok(Whole(responses))
    }
}

struct Answers<'a>(Vec<RawAnswer<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Answers<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(AnswersVisitor)
    }
}

struct AnswersVisitor;

impl<'de> Visitor<'de> for AnswersVisitor {
    type Value = Answers<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of answers as `responses`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Answers<'de>, A::Error> {
        let mut answers = Vec::new();
        while let Some(answer) = access.next_element()? {
            answers.push(answer);
        }
        Ok(Answers(answers))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for RawAnswer<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> Visitor<'de> for AnswerVisitor {
    type Value = RawAnswer<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer with `id` and `status`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<RawAnswer<'de>, A::Error> {
        let mut answer = RawAnswer::default();
        while let Some(Key(name)) = access.next_key()? {
            let is_again = match name.to_ascii_lowercase().as_str() {
                "id" => answer.id.replace(access.next_value()?).is_some(),
                "status" => answer.status.replace(access.next_value()?).is_some(),
                "headers" => answer.headers.replace(access.next_value()?).is_some(),
                "body" => answer.body.replace(access.next_value()?).is_some(),
                _ => {
                    let _: de::IgnoredAny = access.next_value()?;
                    false
                }
            };
            if is_again {
                let what = format!("member `{name}` is given twice in one answer");
                return Err(de::Error::custom(what));
            }
        }
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_written_as_graph_documents_them() {
        let part = Part {
            id: "1".into(),
            url: "/users/2?$select=id".into(),
            headers: vec![("prefer", "include-unknown-enum-members")],
        };
        let body: Value = serde_json::from_str(&write(&[part])).unwrap();
        assert_eq!(
            body,
            json!({"requests": [{
                "id": "1", "method": "GET", "url": "/users/2?$select=id",
                "headers": {"prefer": "include-unknown-enum-members"},
            }]})
        );
    }

    #[test]
    fn answers_keep_their_bodies_as_text() {
        let text = r#"{"@odata.context":"c","responses":[
            {"id":"2","status":429,"headers":{"Retry-After":7,"Content-Type":"application/json"},
             "body":{"error":{"code":"TooManyRequests"}}},
            {"id":1,"status":200,"body":{ "value" : [1.50] }},
            {"id":"3","status":204}]}"#;
        let answers = read(text.as_bytes()).unwrap();
        let summary: Vec<_> = answers.iter().map(|one| (one.id.as_str(), one.status)).collect();
        assert_eq!(summary, [("2", 429), ("1", 200), ("3", 204)]);
        let [first, second, third] = answers.as_slice() else { panic!("{answers:?}") };
        assert_eq!(first.header("retry-after"), Some("7"));
        assert_eq!((second.header("retry-after"), second.body), (None, r#"{ "value" : [1.50] }"#));
        assert_eq!(third.body, "");
    }

    #[test]
    fn what_is_no_batch_is_named() {
        for (text, message) in [
            ("[]", "expected an object with `responses`"),
            ("{}", "responses: is missing"),
            (r#"{"responses":[{"status":200}]}"#, "responses[0].id: is missing"),
            (r#"{"responses":[{"id":"1"}]}"#, "responses[0].status: is no HTTP status"),
            (r#"{"responses":[{"id":"1","status":7}]}"#, "responses[0].status: is no HTTP status"),
            (
                r#"{"responses":[],"Responses":[]}"#,
                "member `responses` is given twice at line 1 column 31",
            ),
            (
                r#"{"responses":[{"id":"1","ID":"2"}]}"#,
                "member `ID` is given twice in one answer at line 1 column 33",
            ),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), message, "{text}");
        }
        assert!(read(br#"{"responses":[{"id":"1","st"#).unwrap_err().what.contains("is cut off"));
        assert!(read(b"<html>").is_err());
    }
}
