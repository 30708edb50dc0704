//! Pages of collections.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::members::missing;
use crate::node::{Key, refuse, utf8};
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
/// A page without `value` is an error, not an empty page. Items are read one by one as the text
/// goes by, so that a long page costs no more memory than its items.
pub fn read_page<T: Entity>(bytes: &[u8]) -> Result<Page<T>, ReadError> {
    let text = utf8(bytes)?;
    if !text.trim_start().starts_with('{') {
        return Err(not_an_object(bytes));
    }
    let mut place = Place::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let page = PageSeed { place: &mut place, items: PhantomData }
        .deserialize(&mut reader)
        .and_then(|page| reader.end().map(|()| page));
    match (page, place.error) {
        (Ok((Some(items), next)), _) => Ok(Page { items, next }),
        (Ok((None, _)), _) => Err(missing("value")),
        (Err(_), Some(error)) => Err(error),
        (Err(error), None) => {
            let refused = refuse(text, &error);
            Err(match (error.classify(), place.item) {
                (Category::Data, Some(item)) => refused.at(item).within("value"),
                _ => refused,
            })
        }
    }
}

/// What is wrong with a text that does not begin as an object does.
fn not_an_object(bytes: &[u8]) -> ReadError {
    match Node::parse(bytes).and_then(Members::of) {
        Err(error) => error,
        Ok(_) => ReadError::new("is not JSON"),
    }
}

/// Where in a page the reader is, and what it found wrong there.
#[derive(Default)]
struct Place {
    item: Option<usize>,
    error: Option<ReadError>,
}

impl Place {
    /// Keeps our error, with its path, and gives serde one that ends the reading.
    fn stop<E: de::Error>(&mut self, error: ReadError) -> E {
        self.error = Some(error.within("value"));
        E::custom("")
    }
}

struct PageSeed<'p, T> {
    place: &'p mut Place,
    items: PhantomData<T>,
}

type Parts<T> = (Option<Vec<T>>, Option<String>);

impl<'de, T: Entity> DeserializeSeed<'de> for PageSeed<'_, T> {
    type Value = Parts<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Parts<T>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Entity> Visitor<'de> for PageSeed<'_, T> {
    type Value = Parts<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Parts<T>, A::Error> {
        let (mut items, mut next, mut seen) = (None, None, false);
        while let Some(Key(name)) = access.next_key()? {
            if name.eq_ignore_ascii_case("value") {
                if std::mem::replace(&mut seen, true) {
                    return Err(de::Error::custom("member `value` is given twice"));
                }
                items = access
                    .next_value_seed(ItemsSeed { place: &mut *self.place, items: PhantomData })?;
                self.place.item = None;
                continue;
            }
            let node: Node<'_> = access.next_value()?;
            if let ("@odata.nextLink", Node::Text(link)) = (name.as_ref(), node)
                && next.replace(link.into_owned()).is_some()
            {
                return Err(de::Error::custom("member `@odata.nextLink` is given twice"));
            }
        }
        Ok((items, next))
    }
}

struct ItemsSeed<'p, T> {
    place: &'p mut Place,
    items: PhantomData<T>,
}

impl<'de, T: Entity> DeserializeSeed<'de> for ItemsSeed<'_, T> {
    type Value = Option<Vec<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Entity> Visitor<'de> for ItemsSeed<'_, T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects as `value`")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        self.place.item = Some(0);
        while let Some(node) = access.next_element::<Node<'_>>()? {
            match read_node(node) {
                Ok(item) => items.push(item),
                Err(error) => return Err(self.place.stop(error.at(items.len()))),
            }
            self.place.item = Some(items.len());
        }
        Ok(Some(items))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::tenant::{Member, Policy};

    #[test]
    fn items_and_the_next_link() {
        let text = r##"{"@odata.context":"c","@odata.nextLink":"https://x/next","value":[
            {"@odata.type":"#microsoft.graph.user",
            "id":"00000000-0000-0000-0000-000000000001"}]}"##;
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
            (r#"{"value":[],"Value":[]}"#, "member `value` is given twice at line 1 column 19"),
            ("[]", "expected an object, found a list"),
            (r#"{"value":[[]]}"#, "value[0]: expected an object, found a list"),
            (r#"{"value":[],}"#, "is not JSON: trailing comma at line 1 column 13"),
            (r#"{"value":[]} x"#, "is not JSON: trailing characters at line 1 column 14"),
            (r#"{"value":["#, "is cut off: EOF while parsing a list at line 1 column 10"),
            (
                r#"{"value":{}}"#,
                "invalid type: map, expected a list of objects as `value` at line 1 column 11",
            ),
            (
                r#"{"value":[{"a":1,"A":2}]}"#,
                "value[0]: member `A` is given twice in one object at line 1 column 23",
            ),
        ] {
            let error = read_page::<Member>(text.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        assert!(read_page::<Member>(b"<html>").unwrap_err().what.contains("HTML"));
    }
}
