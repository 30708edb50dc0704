//! What the Office 365 Management Activity API lists: subscriptions, and content to fetch.
//!
//! Source:
//! <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference>.

use halligan_core::time::Timestamp;

use crate::{Node, ReadError, time};

/// Content that can be fetched: some records of the tenant in one list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// What it is known by.
    pub id: String,
    /// Where it is.
    pub uri: String,
    /// When it was put there, which is later than what it tells of.
    pub created: Option<Timestamp>,
}

/// The status of the subscription to a content type; `None` where there is no subscription.
///
/// A subscription that says nothing of its status, as one in Microsoft's sample, is `enabled`.
pub fn read_subscription(bytes: &[u8], of: &str) -> Result<Option<String>, ReadError> {
    let list = list(bytes)?;
    let is_it = |one: &&Node<'_>| {
        text(one, "contentType").is_some_and(|kind| kind.eq_ignore_ascii_case(of))
    };
    let found = list.iter().find(is_it);
    Ok(found.map(|one| text(one, "status").unwrap_or_else(|| "enabled".into())))
}

/// The content of a page, in its order.
pub fn read_content(bytes: &[u8]) -> Result<Vec<Content>, ReadError> {
    let content = |(place, one): (usize, &Node<'_>)| {
        let required = |name: &str| {
            let missing = || ReadError::new("is missing").within(name).at(place);
            text(one, name).ok_or_else(missing)
        };
        let created = text(one, "contentCreated").and_then(|text| time::read(&text));
        Ok(Content { id: required("contentId")?, uri: required("contentUri")?, created })
    };
    list(bytes)?.iter().enumerate().map(content).collect()
}

fn list(bytes: &[u8]) -> Result<Vec<Node<'_>>, ReadError> {
    match Node::parse(bytes)? {
        Node::List(items) => Ok(items),
        other => Err(ReadError::new(format!("is {} instead of a list", other.describe()))),
    }
}

fn text(node: &Node<'_>, name: &str) -> Option<String> {
    match node.member(name)? {
        Node::Text(text) => Some(text.clone().into_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriptions_are_found_with_and_without_a_status() {
        let list = br#"[{"contentType":"Audit.SharePoint","status":"enabled","webhook":null},
            {"contentType":"audit.azureactivedirectory","status":"disabled","webhook":null},
            {"contentType":"Audit.Exchange","webhook":null}]"#;
        let status = |of| read_subscription(list, of).unwrap();
        assert_eq!(status("Audit.AzureActiveDirectory").as_deref(), Some("disabled"));
        assert_eq!(status("Audit.Exchange").as_deref(), Some("enabled"));
        assert_eq!(status("DLP.All"), None);
        assert_eq!(read_subscription(b"[]", "x"), Ok(None));
        let refused = read_subscription(b"{}", "x").unwrap_err();
        assert_eq!(refused.to_string(), "is an object instead of a list");
    }

    #[test]
    fn content_needs_an_id_and_an_address() {
        let list = br#"[{"contentId":"1$a","contentUri":"https://manage.office.com/x",
            "contentCreated":"2026-11-23T17:35:00.000Z"}]"#;
        let found = read_content(list).unwrap();
        assert_eq!(found[0].id, "1$a");
        assert_eq!(found[0].created.unwrap().to_string(), "2026-11-23T17:35:00Z");
        let refused = read_content(br#"[{"contentId":"1"}]"#).unwrap_err();
        assert_eq!(refused.to_string(), "[0].contentUri: is missing");
    }
}
