//! Managed identities: the token comes from the Azure resource that Halligan runs on.
//!
//! Sources: <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token>,
//! <https://learn.microsoft.com/azure/app-service/overview-managed-identity>.

use std::net::IpAddr;
use std::time::Duration;

use halligan_core::id::AppId;
use halligan_wire::error::OAuthError;
use halligan_wire::{Members, Node};
use reqwest::Url;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::Token;
use super::answer::{self, Granted};
use super::problem::SignInProblem;
use crate::problem::Problem;
use crate::secret::SecretText;
use crate::text::one_line;
use crate::transport::{Transport, host_of};

/// The address of the metadata service on virtual machines, scale sets and clusters.
pub const METADATA_SERVICE: &str = "http://169.254.169.254";

/// Longest wait for a connection: the service is on the same machine, or nowhere.
pub const MANAGED_IDENTITY_CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// The managed identity to use, and where it is asked for.
#[derive(Clone, Debug)]
pub struct ManagedIdentity {
    /// Which of several user-assigned ones; `None` for the only one or the system-assigned one.
    pub client_id: Option<AppId>,
    /// Where.
    pub endpoint: ManagedEndpoint,
}

/// Where an Azure resource gives its tokens.
#[derive(Clone, Debug)]
pub enum ManagedEndpoint {
    /// The instance metadata service at this origin, usually [`METADATA_SERVICE`]: `https`, or
    /// `http` on this machine or link-local.
    Metadata(String),
    /// App Service, Functions, Container Apps: `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`.
    AppService {
        /// The whole address: `https`, or `http` on this machine or link-local.
        url: String,
        /// What shows that the caller runs there.
        header: SecretText,
    },
}

/// A fresh token for Graph.
pub(super) async fn fetch(
    identity: &ManagedIdentity,
    graph: &str,
    transport: &Transport,
) -> Result<Token, Problem> {
    let url = address(identity, graph)?;
    let host = host_of(&url);
    let local = transport.beside_the_proxy(MANAGED_IDENTITY_CONNECT_TIMEOUT)?;
    let asked = Instant::now();
    let answer = local
        .send(|http| match &identity.endpoint {
            ManagedEndpoint::Metadata(_) => http.get(url.clone()).header("metadata", "true"),
            ManagedEndpoint::AppService { header, .. } => {
                http.get(url.clone()).header("x-identity-header", header.open())
            }
        })
        .await;
    let answer = match answer {
        Ok(answer) => answer,
        Err(Problem::Connect { what, .. }) => return Err(none(host, what)),
        Err(Problem::Timeout { .. } | Problem::Dropped { .. }) => {
            return Err(none(host, "no answer".into()));
        }
        Err(other) => return Err(other),
    };
    if matches!(answer.status, 400..=499) && answer.status != 429 {
        return Err(none(host, said(answer.status, &answer.body)));
    }
    let header = match &identity.endpoint {
        ManagedEndpoint::AppService { header, .. } => header.open(),
        ManagedEndpoint::Metadata(_) => "",
    };
    let Granted { token, .. } = answer::read(answer, asked, transport.now(), &[header])?;
    Ok(token)
}

fn none(host: String, what: String) -> Problem {
    Problem::SignIn(SignInProblem::ManagedIdentity { host, what })
}

/// What the service says, in either of its forms.
fn said(status: u16, body: &[u8]) -> String {
    let body = Zeroizing::new(body.to_vec());
    if let Some(said) = OAuthError::read(&body) {
        return one_line(if said.description.is_empty() { &said.error } else { &said.description });
    }
    let message = Node::parse(&body).and_then(Members::of);
    let message = message.and_then(|mut members| members.required_text("message"));
    message.map_or_else(|_| format!("status {status}"), |text| one_line(&text))
}

fn address(identity: &ManagedIdentity, graph: &str) -> Result<Url, Problem> {
    let (text, version) = match &identity.endpoint {
        ManagedEndpoint::Metadata(origin) => {
            let origin = origin.trim_end_matches('/');
            (format!("{origin}/metadata/identity/oauth2/token"), "2018-02-01")
        }
        ManagedEndpoint::AppService { url, .. } => (url.clone(), "2019-08-01"),
    };
    let url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let mut url = url.ok_or_else(|| none(one_line(&text), "that is no address".into()))?;
    if url.scheme() == "http" && !is_beside(&url) {
        return Err(Problem::SignIn(SignInProblem::FarManagedIdentity { host: host_of(&url) }));
    }
    url.query_pairs_mut().append_pair("api-version", version).append_pair("resource", graph);
    if let Some(client) = identity.client_id {
        url.query_pairs_mut().append_pair("client_id", &client.to_string());
    }
    Ok(url)
}

/// Whether an address is on this machine or link-local. What is said there in clear text, the
/// header that is a secret and the token, passes no network. App Service, Functions and Container
/// Apps give addresses like these, and the metadata service has one.
fn is_beside(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match bare.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unicast_link_local(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(endpoint: ManagedEndpoint, client_id: Option<AppId>) -> Result<String, Problem> {
        let identity = ManagedIdentity { client_id, endpoint };
        address(&identity, "https://graph.microsoft.us").map(String::from)
    }

    #[test]
    fn each_service_is_asked_as_documented() {
        let metadata = || ManagedEndpoint::Metadata(METADATA_SERVICE.into());
        assert_eq!(
            asked(metadata(), None).as_deref(),
            Ok("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01\
                &resource=https%3A%2F%2Fgraph.microsoft.us")
        );
        let chosen = asked(metadata(), Some(AppId::from_u128(7))).unwrap();
        assert!(chosen.ends_with("&client_id=00000000-0000-0000-0000-000000000007"), "{chosen}");
        let url = "http://127.0.0.1:41741/msi/token".into();
        let app_service = asked(ManagedEndpoint::AppService { url, header: "h".into() }, None);
        assert_eq!(
            app_service.as_deref(),
            Ok("http://127.0.0.1:41741/msi/token?api-version=2019-08-01\
                &resource=https%3A%2F%2Fgraph.microsoft.us")
        );
        let no = asked(ManagedEndpoint::Metadata("ftp://x".into()), None);
        assert!(no.is_err_and(|why| why.to_string().contains("that is no address")));
    }

    #[test]
    fn clear_text_goes_no_further_than_this_machine_and_its_link() {
        let app_service = |url: &str| {
            let header = "h4der".into();
            asked(ManagedEndpoint::AppService { url: url.into(), header }, None)
        };
        for url in [
            "http://127.0.0.1:41741/msi/token",
            "http://localhost:42356/msi/token",
            "http://169.254.129.6:8081/msi/token",
            "http://[::1]:1/",
            "http://[fe80::1]/",
            "http://[::ffff:127.0.0.1]/",
            "https://identity.example/msi/token",
        ] {
            assert!(app_service(url).is_ok(), "{url}");
        }
        for url in [
            "http://identity.example/msi/token",
            "http://localhost.example/",
            "http://10.0.0.4/",
            "http://169.253.1.1/",
            "http://[fec0::1]/",
            "http://127.0.0.1@10.0.0.4/",
            "http://[::ffff:10.0.0.4]/",
        ] {
            let refused = app_service(url).unwrap_err();
            let Problem::SignIn(SignInProblem::FarManagedIdentity { host }) = &refused else {
                panic!("{url}: {refused:?}")
            };
            assert!(url.contains(host.as_str()) || host == "[::ffff:a00:4]", "{host}");
            assert!(!refused.to_string().contains("h4der"));
            assert!(refused.hint().unwrap().contains("IDENTITY_ENDPOINT"));
        }
        let far = asked(ManagedEndpoint::Metadata("http://10.0.0.4".into()), None);
        assert!(far.unwrap_err().to_string().contains("`10.0.0.4`"));
    }

    #[test]
    fn a_refusal_is_told_in_either_form() {
        let oauth = br#"{"error":"invalid_request","error_description":"Identity not found"}"#;
        assert_eq!(said(400, oauth), "Identity not found");
        assert_eq!(said(400, br#"{"statusCode":400,"message":"No identity"}"#), "No identity");
        assert_eq!(said(404, b"<html>"), "status 404");
    }
}
