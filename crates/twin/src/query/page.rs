//! Paging: `$skiptoken` and next links.
//!
//! A token names its place and is bound to its query, so that a client that builds tokens or
//! mixes them up meets the service's own refusal.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Options, percent};
use crate::error::GraphError;

/// Items in a page when nothing was asked.
///
/// Source: <https://learn.microsoft.com/graph/api/user-list#optional-query-parameters>.
const DEFAULT_PAGE: usize = 100;
/// Items in a page at most.
const MAX_PAGE: usize = 999;

/// One page of a collection.
#[derive(Debug)]
pub(crate) struct Page<T> {
    /// Its items.
    pub(crate) items: Vec<T>,
    /// `@odata.nextLink`.
    pub(crate) next: Option<String>,
}

/// Cuts the page out of `items` that `options` ask for; `url` is the collection's own, without
/// its query. `cap` makes pages smaller than the service would.
pub(crate) fn cut<T>(
    items: Vec<T>,
    options: &Options,
    url: &str,
    cap: Option<usize>,
) -> Result<Page<T>, GraphError> {
    let top = options.top.unwrap_or(DEFAULT_PAGE);
    if top > MAX_PAGE {
        return Err(GraphError::unsupported_query(format!(
            "Invalid page size specified: '{top}'. Must be between 1 and {MAX_PAGE} inclusive."
        )));
    }
    let size = cap.map_or(top, |cap| top.min(cap.max(1)));
    let binding = binding(url, options);
    let start = match &options.skip_token {
        Some(token) => place(token, binding, items.len())?,
        None => 0,
    };
    let end = (start + size).min(items.len());
    let next = (end < items.len()).then(|| link(url, options, end, binding));
    let items = items.into_iter().skip(start).take(size).collect();
    Ok(Page { items, next })
}

fn link(url: &str, options: &Options, place: usize, binding: u64) -> String {
    let mut link = format!("{url}?");
    for (name, value) in &options.kept {
        link.push_str(&format!("{}={}&", percent::encode(name), percent::encode(value)));
    }
    let token = URL_SAFE_NO_PAD.encode(format!("{place}.{binding:016x}"));
    format!("{link}$skiptoken={token}")
}

fn place(token: &str, binding: u64, length: usize) -> Result<usize, GraphError> {
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let (place, bound) = text.split_once('.')?;
        let bound = u64::from_str_radix(bound, 16).ok()?;
        place.parse().ok().filter(|place| bound == binding && *place < length)
    };
    read().ok_or_else(|| {
        GraphError::new(
            400,
            "Directory_ExpiredPageToken",
            "The specified page token value has expired and can no longer be included in your \
             request.",
        )
    })
}

/// FNV-1a over the query that a token belongs to.
fn binding(url: &str, options: &Options) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut mix = |text: &str| {
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    mix(url);
    for (name, value) in &options.kept {
        mix(name);
        mix(value);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::super::{QueryOption, parse};
    use super::*;

    const URL: &str = "http://127.0.0.1:1/v1.0/users";
    const ALLOWED: [QueryOption; 3] = [QueryOption::Top, QueryOption::Filter, QueryOption::Select];

    fn page(query: &str, cap: Option<usize>) -> Result<Page<usize>, GraphError> {
        cut((0..7).collect(), &parse(query, &ALLOWED, true)?, URL, cap)
    }

    #[test]
    fn following_the_links_gives_everything_once() {
        let mut query = "$top=3&$filter=displayName%20eq%20'R%26D'".to_owned();
        let mut all = Vec::new();
        for expected in [3, 3, 1] {
            let page = page(&query, None).unwrap();
            assert_eq!(page.items.len(), expected);
            all.extend(page.items);
            let Some(next) = page.next else { break };
            query = next.strip_prefix(&format!("{URL}?")).unwrap().to_owned();
            assert!(query.contains("R%26D") && query.contains("$top=3"), "{query}");
        }
        assert_eq!(all, [0, 1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn sizes_are_limited_and_capped() {
        assert_eq!(page("$top=999", Some(2)).unwrap().items.len(), 2);
        assert_eq!(page("", None).unwrap().items.len(), 7);
        assert!(page("$top=1000", None).unwrap_err().message.contains("'1000'"));
    }

    #[test]
    fn foreign_tokens_are_refused() {
        let next = page("$top=3", None).unwrap().next.unwrap();
        let (_, token) = next.rsplit_once('=').unwrap();
        for query in [
            format!("$top=2&$skiptoken={token}"),
            "$top=3&$skiptoken=".to_owned(),
            "$top=3&$skiptoken=3".to_owned(),
            "$top=3&$skiptoken=%00%00".to_owned(),
        ] {
            let error = page(&query, None).unwrap_err();
            assert_eq!(error.code, "Directory_ExpiredPageToken", "{query}");
        }
    }
}
