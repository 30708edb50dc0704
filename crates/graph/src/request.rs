//! One read: where, and on which terms.

use reqwest::Url;

/// Header by which queries that Graph calls advanced are asked for.
///
/// Source: <https://learn.microsoft.com/graph/aad-advanced-queries>.
pub(crate) const CONSISTENCY: (&str, &str) = ("consistencylevel", "eventual");

/// Headers of every read: enumerations are answered with members that came after version one.
pub(crate) const PREFER: (&str, &str) = ("prefer", "include-unknown-enum-members");

/// The service that allows one request per second: its paths, without the version.
const PACED: &str = "/identity/conditionalAccess";

/// A request for an object or for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) url: Url,
    /// Whether it is an advanced query, which an index answers that lags behind by moments.
    pub(crate) is_eventual: bool,
    /// Whether it may travel with others.
    pub(crate) is_batched: bool,
}

impl Request {
    /// A plain request, which travels alone.
    pub(crate) fn of(url: Url) -> Self {
        Self { url, is_eventual: false, is_batched: false }
    }

    /// The request for a further page: on the same terms, but alone.
    pub(crate) fn page(&self, url: Url) -> Self {
        Self { url, is_eventual: self.is_eventual, is_batched: false }
    }

    /// The headers that it needs besides the token.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        [Some(PREFER), self.is_eventual.then_some(CONSISTENCY)].into_iter().flatten()
    }

    /// Whether it belongs to the Conditional Access service, in any version.
    pub(crate) fn is_paced(&self) -> bool {
        self.split().is_some_and(|(_, path)| path.starts_with(PACED))
    }

    /// The API version, and what follows it, with its slash; `None` for other paths.
    pub(crate) fn split(&self) -> Option<(&str, &str)> {
        let path = self.url.path().strip_prefix('/')?;
        path.find('/').map(|at| path.split_at(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> Request {
        let url = Url::parse(&format!("https://graph.microsoft.com{path}")).unwrap();
        Request { url, is_eventual: true, is_batched: true }
    }

    #[test]
    fn only_conditional_access_is_paced() {
        for (path, expected) in [
            ("/v1.0/identity/conditionalAccess/policies?$select=id", true),
            ("/beta/identity/conditionalAccess/namedLocations", true),
            ("/v1.0/organization", false),
            ("/v1.0/users/identity/conditionalAccess", false),
            ("/", false),
        ] {
            assert_eq!(request(path).is_paced(), expected, "{path}");
        }
    }

    #[test]
    fn a_further_page_keeps_its_headers_and_travels_alone() {
        let first = request("/v1.0/users");
        let next = first.page(request("/v1.0/users?$skiptoken=1").url);
        assert_eq!((next.is_eventual, next.is_batched), (true, false));
        assert!(next.headers().any(|header| header == ("consistencylevel", "eventual")));
        let plain = Request { is_eventual: false, ..first };
        assert!(plain.headers().all(|header| header == PREFER));
    }
}
