//! One read: where, and on which terms. A question that Graph takes as a `POST` is a read as well.

use reqwest::Url;

/// Header by which queries that Graph calls advanced are asked for.
///
/// Source: <https://learn.microsoft.com/graph/aad-advanced-queries>.
pub(crate) const CONSISTENCY: (&str, &str) = ("consistencylevel", "eventual");

/// Headers of every read: enumerations are answered with members that came after version one.
pub(crate) const PREFER: (&str, &str) = ("prefer", "include-unknown-enum-members");

/// A service with a limit far below the directory's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SmallLimit {
    /// Conditional Access: one request per second and tenant, for all applications together.
    ConditionalAccess,
    /// Reports and logs, and the authentication methods of users with them.
    Reports,
    /// `signInActivity` of users.
    SignInActivity,
}

/// The paths of Conditional Access, without the version.
const CONDITIONAL_ACCESS: &str = "/identity/conditionalAccess";

/// The paths of logs, without the version.
const LOGS: &str = "/auditLogs/";

/// How the path of a user's authentication methods ends.
const METHODS: &str = "/authentication/methods";

/// A request for an object or for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) url: Url,
    /// Whether it is an advanced query, which an index answers that lags behind by moments.
    pub(crate) is_eventual: bool,
    /// Whether it may travel with others.
    pub(crate) is_batched: bool,
    /// The JSON that a question is put in, by `POST`; `None` for a `GET`.
    pub(crate) question: Option<String>,
}

impl Request {
    /// A plain request, which travels alone.
    pub(crate) fn of(url: Url) -> Self {
        Self { url, is_eventual: false, is_batched: false, question: None }
    }

    /// A question, which changes nothing and so may be sent again.
    pub(crate) fn asking(url: Url, question: String) -> Self {
        Self { question: Some(question), ..Self::of(url) }
    }

    /// The request for a further page: on the same terms, but alone.
    pub(crate) fn page(&self, url: Url) -> Self {
        Self { is_eventual: self.is_eventual, ..Self::of(url) }
    }

    /// The headers that it needs besides the token.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        [Some(PREFER), self.is_eventual.then_some(CONSISTENCY)].into_iter().flatten()
    }

    /// Whose limit it counts against besides the directory's, in any version.
    ///
    /// Source: <https://learn.microsoft.com/graph/throttling-limits>.
    pub(crate) fn small_limit(&self) -> Option<SmallLimit> {
        let (_, path) = self.split()?;
        let selects = |name| self.url.query().is_some_and(|query| query.contains(name));
        if path.starts_with(CONDITIONAL_ACCESS) {
            Some(SmallLimit::ConditionalAccess)
        } else if path.ends_with(METHODS) || path.starts_with(LOGS) {
            Some(SmallLimit::Reports)
        } else if selects("signInActivity") {
            Some(SmallLimit::SignInActivity)
        } else {
            None
        }
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
        Request { is_eventual: true, is_batched: true, ..Request::of(url) }
    }

    #[test]
    fn services_with_small_limits_are_known_by_their_paths() {
        for (path, expected) in [
            (
                "/v1.0/identity/conditionalAccess/policies?$select=id",
                Some(SmallLimit::ConditionalAccess),
            ),
            (
                "/beta/identity/conditionalAccess/namedLocations",
                Some(SmallLimit::ConditionalAccess),
            ),
            ("/v1.0/identity/conditionalAccess/evaluate", Some(SmallLimit::ConditionalAccess)),
            ("/v1.0/users/1/authentication/methods", Some(SmallLimit::Reports)),
            ("/beta/auditLogs/signIns?$top=1", Some(SmallLimit::Reports)),
            ("/v1.0/users?$filter=x&$select=id,signInActivity", Some(SmallLimit::SignInActivity)),
            ("/beta/users/1/authentication/requirements", None),
            ("/v1.0/organization", None),
            ("/v1.0/users/identity/conditionalAccess", None),
            ("/", None),
        ] {
            assert_eq!(request(path).small_limit(), expected, "{path}");
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

    #[test]
    fn the_further_page_of_an_answer_is_no_question() {
        let url = request("/v1.0/identity/conditionalAccess/evaluate").url;
        let question = Request::asking(url.clone(), "{}".into());
        assert!(!question.is_batched && question.question.is_some());
        assert_eq!(question.page(url.clone()), Request::of(url));
    }
}
