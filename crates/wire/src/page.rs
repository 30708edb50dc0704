//! Pages of collections.

use crate::members::each;
use crate::{Entity, Members, Node, ReadError, read_node};

/// A page of a collection.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// `@odata.nextLink`: where the next page is; `None` on the last.
    pub next: Option<String>,
}

/// Reads a page of objects: `{"value": […], "@odata.nextLink": …}`.
///
/// A page without `value` is an error, not an empty page.
pub fn read_page<T: Entity>(bytes: &[u8]) -> Result<Page<T>, ReadError> {
    let mut members = Members::of(Node::parse(bytes)?)?;
    let next = members.text("@odata.nextLink")?;
    let items = match members.node("value") {
        Some(Node::List(items)) => each(items, read_node).map_err(|e| e.within("value"))?,
        Some(other) => {
            return Err(crate::members::mismatch("a list of objects", &other).within("value"));
        }
        None => return Err(crate::members::missing("value")),
    };
    Ok(Page { items, next })
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::tenant::{Member, Policy};

    #[test]
    fn items_and_the_next_link() {
        let text = r##"{"@odata.context":"c","@odata.nextLink":"https://x/next","value":[
            {"@odata.type":"#microsoft.graph.user","id":"00000000-0000-0000-0000-000000000001"}]}"##;
        let page: Page<Member> = read_page(text.as_bytes()).unwrap();
        assert_eq!((page.items.len(), page.next.as_deref()), (1, Some("https://x/next")));
        let last: Page<Member> = read_page(br#"{"value":[]}"#).unwrap();
        assert_eq!(last, Page { items: Vec::new(), next: None });
    }

    #[test]
    fn an_item_is_named_by_its_place() {
        let text = r#"{"value":[{"id":"a","displayName":"b","state":"enabled","conditions":
            {"users":{"includeUsers":["All","None",7]}}}]}"#;
        let error = read_page::<Policy>(text.as_bytes()).unwrap_err();
        assert_eq!(error.path, "value[0].conditions.users.includeUsers[2]");
        assert_eq!(error.what, "expected a string, found a number");
    }

    #[test]
    fn what_is_no_page_is_not_an_empty_one() {
        for (text, message) in [
            ("{}", "value: is missing"),
            (r#"{"value":null}"#, "value: is missing"),
            (r#"{"value":{}}"#, "value: expected a list of objects, found an object"),
            ("[]", "expected an object, found a list"),
            (r#"{"value":[[]]}"#, "value[0]: expected an object, found a list"),
        ] {
            let error = read_page::<Member>(text.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
