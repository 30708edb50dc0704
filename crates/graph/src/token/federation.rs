//! Workload identity federation: an assertion of another identity provider in place of a secret.
//!
//! The assertion is fetched anew for every token, since it lives for minutes and is replaced where
//! it lies. Source: <https://learn.microsoft.com/entra/workload-id/workload-identity-federation>.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use halligan_wire::{Members, Node};
use reqwest::Url;

use super::problem::SignInProblem;
use crate::problem::Problem;
use crate::secret::SecretText;
use crate::transport::Transport;

/// What an assertion must say it is for, as Entra ID's federated credentials expect.
pub const AUDIENCE: &str = "api://AzureADTokenExchange";

/// Where assertions come from.
#[derive(Clone, Debug)]
pub enum Federation {
    /// A place outside: a file, a variable, a command.
    Source(Arc<dyn AssertionSource>),
    /// The identity service of GitHub Actions.
    GitHubActions(GitHubActions),
}

/// A place that an assertion is fetched from.
pub trait AssertionSource: fmt::Debug + Send + Sync {
    /// Fetches it; an error says in one line why it cannot be had, without any part of it.
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<SecretText, String>> + Send + '_>>;
}

/// The identity service of a job of GitHub Actions.
///
/// Source: <https://docs.github.com/actions/reference/security/oidc>.
#[derive(Clone, Debug)]
pub struct GitHubActions {
    url: Url,
    token: SecretText,
}

impl GitHubActions {
    /// From what a job finds in `ACTIONS_ID_TOKEN_REQUEST_URL` and
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
    ///
    /// `None` when the address is neither https nor on this machine.
    pub fn new(url: &str, token: SecretText) -> Option<Self> {
        let mut url = Url::parse(url).ok()?;
        let host = url.host_str().unwrap_or_default();
        let is_local = url.scheme() == "http" && matches!(host, "127.0.0.1" | "localhost");
        if url.scheme() != "https" && !is_local {
            return None;
        }
        url.query_pairs_mut().append_pair("audience", AUDIENCE);
        Some(Self { url, token })
    }
}

/// A fresh assertion.
pub(super) async fn assertion(
    federation: &Federation,
    transport: &Transport,
) -> Result<SecretText, Problem> {
    let text = match federation {
        Federation::Source(source) => source.fetch().await.map_err(unfit)?,
        Federation::GitHubActions(service) => ask(service, transport).await?,
    };
    // Three parts of base64url: anything else would be sent to be refused, and may be a secret
    // of another kind.
    let is_part = |part: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !part.is_empty() && part.bytes().all(fits)
    };
    let bare = text.open().trim();
    if bare.split('.').count() != 3 || !bare.split('.').all(is_part) {
        return Err(unfit("what was found is no JWT".into()));
    }
    Ok(bare.into())
}

async fn ask(service: &GitHubActions, transport: &Transport) -> Result<SecretText, Problem> {
    let bearer = zeroize::Zeroizing::new(format!("Bearer {}", service.token.open()));
    let answer = transport
        .send(|http| http.get(service.url.clone()).header("authorization", &*bearer))
        .await?
        .json()?;
    let body = zeroize::Zeroizing::new(answer.body);
    if answer.status != 200 {
        return Err(unfit(format!("GitHub Actions answered with status {}", answer.status)));
    }
    let value = Node::parse(&body).and_then(Members::of);
    let value = value.and_then(|mut members| members.required_text("value"));
    value.map(Into::into).map_err(|why| Problem::malformed(why, answer.trace))
}

fn unfit(what: String) -> Problem {
    Problem::SignIn(SignInProblem::Assertion(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audience_is_added_to_whatever_the_job_is_given() {
        let made = GitHubActions::new("https://x.example/t?api-version=2.0", "t".into()).unwrap();
        let expected =
            "https://x.example/t?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange";
        assert_eq!(made.url.as_str(), expected);
        assert!(GitHubActions::new("http://127.0.0.1:8/t", "t".into()).is_some());
        for address in ["http://x.example/t", "file:///t", "", "http://127.0.0.1.example/"] {
            assert!(GitHubActions::new(address, "t".into()).is_none(), "{address}");
        }
    }
}
