//! Who signs in to read a tenant: the register's choice, the command line's, or the person at the
//! terminal.

use std::pin::Pin;
use std::sync::Arc;

use halligan_graph::{
    AssertionSource, AzureCli, Contact, Credential, Federation, Flow, GitHubActions,
    METADATA_SERVICE, ManagedEndpoint, ManagedIdentity, Person, SecretText, SignIn,
};
use thiserror::Error;

use crate::config::{self, CredentialReference, FederationReference, SecretReference};
use crate::secret::{self, SecretError};

/// Who may sign in where the register does not say, and what the command line says instead.
#[derive(Clone)]
pub struct Asked {
    /// The tenant, by id or domain, in place of the register's.
    pub tenant: Option<String>,
    /// A person, in this way, whatever the register says.
    pub flow: Option<Flow>,
    /// Whether somebody sits at a terminal, who may be asked where nothing else is said.
    pub is_watched: bool,
    /// How to reach them.
    pub contact: Arc<dyn Contact>,
}

impl Asked {
    /// Nothing is asked for, and nobody is there: what a job without a person says.
    pub fn nobody() -> Self {
        Self { tenant: None, flow: None, is_watched: false, contact: Arc::new(Nobody) }
    }
}

struct Nobody;

impl Contact for Nobody {
    fn invite(&self, _: &halligan_graph::Invitation<'_>) {}
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked")
            .field("tenant", &self.tenant)
            .field("flow", &self.flow)
            .field("is_watched", &self.is_watched)
            .finish_non_exhaustive()
    }
}

/// Why nobody can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignInError {
    /// Nothing says who signs in, and nobody is there to be asked.
    #[error("the register has no [sign-in], and nobody is at a terminal to sign in")]
    Nobody,
    /// The credential could not be fetched.
    #[error("{0}")]
    Secret(SecretError),
    /// A variable that the place where this runs should set is not there.
    #[error("environment variable `{name}` is not set: {what}")]
    NotSet {
        /// The variable.
        name: &'static str,
        /// What its absence means.
        what: &'static str,
    },
    /// The address in a variable cannot be used.
    #[error("environment variable `{0}` holds no https address")]
    NotAnAddress(&'static str),
    /// A kind of managed identity that this version does not know.
    #[error("the managed identity of {0} is not supported")]
    Unsupported(&'static str),
}

impl SignInError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Nobody => Some(
                "a pipeline signs in as an application: add `[sign-in]` to the register \
                 (docs/guide/assess-a-tenant.md); a person says `--browser` or `--device-code`; \
                 or judge a file with `halligan check --snapshot` or `halligan check --from`"
                    .into(),
            ),
            Self::Secret(error) => error.hint(),
            Self::NotSet { name, .. } if name.starts_with("ACTIONS_") => {
                Some("give the job `permissions: id-token: write`".into())
            }
            Self::NotSet { .. } | Self::NotAnAddress(_) => None,
            Self::Unsupported(_) => {
                Some("use a certificate, or federation, for the watcher's application".into())
            }
        }
    }
}

/// Who signs in, ready to be asked. `notice` is told what the keeper of a credential should know.
pub async fn choose(
    declared: Option<&config::SignIn>,
    asked: &Asked,
    notice: &mut dyn FnMut(String),
) -> Result<SignIn, SignInError> {
    let person = |flow, client_id: Option<_>| {
        let mut person = Person::new(flow, asked.contact.clone());
        person.client_id = client_id.unwrap_or(person.client_id);
        SignIn::Person(person)
    };
    let own_client = match declared {
        Some(config::SignIn::Person { client_id, .. }) => *client_id,
        _ => None,
    };
    if let Some(flow) = asked.flow {
        return Ok(person(flow, own_client));
    }
    match declared {
        None if asked.is_watched => Ok(person(Flow::Browser, None)),
        None => Err(SignInError::Nobody),
        Some(config::SignIn::Person { flow, client_id }) => Ok(person(*flow, *client_id)),
        Some(config::SignIn::AzureCli) => Ok(SignIn::AzureCli(AzureCli::default())),
        Some(config::SignIn::ManagedIdentity { client_id }) => {
            let endpoint = managed_endpoint(&variable)?;
            Ok(SignIn::ManagedIdentity(ManagedIdentity { client_id: *client_id, endpoint }))
        }
        Some(config::SignIn::Application { client_id, credential }) => {
            let credential = self::credential(credential, notice).await?;
            Ok(SignIn::Application { client_id: *client_id, credential })
        }
    }
}

async fn credential(
    reference: &CredentialReference,
    notice: &mut dyn FnMut(String),
) -> Result<Credential, SignInError> {
    let fetched = match reference {
        CredentialReference::Secret(place) => secret::fetch_secret(place).await,
        CredentialReference::Certificate(place) => secret::fetch_certificate(place).await,
        CredentialReference::Federation(reference) => {
            return federation(reference, &variable).map(Credential::Federation);
        }
    };
    let fetched = fetched.map_err(SignInError::Secret)?;
    if let Some(text) = fetched.notice {
        notice(text);
    }
    Ok(fetched.credential)
}

/// Reads the environment; an empty variable is none.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn federation(
    reference: &FederationReference,
    env: Environment<'_>,
) -> Result<Federation, SignInError> {
    if *reference != FederationReference::GitHubActions {
        return Ok(Federation::Source(Arc::new(Place(reference.clone()))));
    }
    let needed = |name: &'static str| {
        let what = "the job may not ask for identity tokens, or is none of GitHub Actions";
        env(name).ok_or(SignInError::NotSet { name, what })
    };
    const URL: &str = "ACTIONS_ID_TOKEN_REQUEST_URL";
    let token = SecretText::from(needed("ACTIONS_ID_TOKEN_REQUEST_TOKEN")?);
    let service = GitHubActions::new(&needed(URL)?, token);
    service.map(Federation::GitHubActions).ok_or(SignInError::NotAnAddress(URL))
}

/// A place of the register that an assertion is fetched from, anew for every token.
#[derive(Debug)]
struct Place(FederationReference);

impl AssertionSource for Place {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<SecretText, String>> + Send + '_>> {
        Box::pin(async {
            let place = match &self.0 {
                FederationReference::Place(place) => place.clone(),
                FederationReference::FileNamedBy(name) => {
                    let unset = || SecretError::NotSet(name.clone()).to_string();
                    SecretReference::File(variable(name).ok_or_else(unset)?.into())
                }
                FederationReference::GitHubActions => return Err("it comes from GitHub".into()),
            };
            secret::fetch_text(&place).await.map_err(|why| why.to_string())
        })
    }
}

/// Where the Azure resource that this runs on gives its tokens.
///
/// Sources: <https://learn.microsoft.com/azure/app-service/overview-managed-identity>;
/// `AZURE_POD_IDENTITY_AUTHORITY_HOST` is what Microsoft's own libraries read for a metadata
/// service elsewhere.
fn managed_endpoint(env: Environment<'_>) -> Result<ManagedEndpoint, SignInError> {
    let Some(url) = env("IDENTITY_ENDPOINT") else {
        let origin = env("AZURE_POD_IDENTITY_AUTHORITY_HOST");
        return Ok(ManagedEndpoint::Metadata(origin.unwrap_or_else(|| METADATA_SERVICE.into())));
    };
    if env("IDENTITY_SERVER_THUMBPRINT").is_some() {
        return Err(SignInError::Unsupported("Service Fabric"));
    }
    if env("IMDS_ENDPOINT").is_some() {
        return Err(SignInError::Unsupported("Azure Arc"));
    }
    let what = "App Service and Container Apps set it beside IDENTITY_ENDPOINT";
    let header = env("IDENTITY_HEADER");
    let header = header.ok_or(SignInError::NotSet { name: "IDENTITY_HEADER", what })?;
    Ok(ManagedEndpoint::AppService { url, header: header.into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::id::AppId;
    use halligan_graph::PUBLIC_CLIENT;

    fn asked(flow: Option<Flow>, is_watched: bool) -> Asked {
        Asked { flow, is_watched, ..Asked::nobody() }
    }

    fn chosen(declared: Option<&config::SignIn>, asked: &Asked) -> Result<SignIn, SignInError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(choose(declared, asked, &mut |_| {}))
    }

    fn person(chosen: Result<SignIn, SignInError>) -> (Flow, AppId) {
        match chosen.unwrap() {
            SignIn::Person(person) => (person.flow, person.client_id),
            other => panic!("{other:?}"),
        }
    }

    fn env(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        move |name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn a_person_at_a_terminal_is_asked_and_nobody_else_is_waited_for() {
        let browser = (Flow::Browser, PUBLIC_CLIENT);
        assert_eq!(person(chosen(None, &asked(None, true))), browser);
        assert_eq!(chosen(None, &asked(None, false)).unwrap_err(), SignInError::Nobody);
        let code = (Flow::DeviceCode, PUBLIC_CLIENT);
        assert_eq!(person(chosen(None, &asked(Some(Flow::DeviceCode), false))), code);
    }

    #[test]
    fn the_command_line_is_above_the_register() {
        let own = AppId::from_u128(7);
        let declared = config::SignIn::Person { flow: Flow::Browser, client_id: Some(own) };
        assert_eq!(person(chosen(Some(&declared), &asked(None, false))), (Flow::Browser, own));
        let code = asked(Some(Flow::DeviceCode), false);
        assert_eq!(person(chosen(Some(&declared), &code)), (Flow::DeviceCode, own));
        let cli = config::SignIn::AzureCli;
        assert!(matches!(chosen(Some(&cli), &asked(None, true)), Ok(SignIn::AzureCli(_))));
        let browser = asked(Some(Flow::Browser), false);
        assert_eq!(person(chosen(Some(&cli), &browser)), (Flow::Browser, PUBLIC_CLIENT));
    }

    #[test]
    fn the_place_where_it_runs_says_where_tokens_are() {
        let metadata = managed_endpoint(&env(&[])).unwrap();
        assert!(matches!(metadata, ManagedEndpoint::Metadata(url) if url == METADATA_SERVICE));
        let elsewhere = env(&[("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:1")]);
        let elsewhere = managed_endpoint(&elsewhere).unwrap();
        assert!(matches!(elsewhere, ManagedEndpoint::Metadata(url) if url.ends_with(":1")));
        let app = env(&[("IDENTITY_ENDPOINT", "http://127.0.0.1:2"), ("IDENTITY_HEADER", "h4der")]);
        let app = managed_endpoint(&app).unwrap();
        assert!(!format!("{app:?}").contains("h4der"));
        assert!(matches!(app, ManagedEndpoint::AppService { url, .. } if url.ends_with(":2")));
        let fabric: &[(&str, &str)] = &[
            ("IDENTITY_ENDPOINT", "x"),
            ("IDENTITY_HEADER", "x"),
            ("IDENTITY_SERVER_THUMBPRINT", "x"),
        ];
        let arc: &[(&str, &str)] = &[("IDENTITY_ENDPOINT", "x"), ("IMDS_ENDPOINT", "x")];
        for (pairs, told) in [
            (fabric, "Service Fabric"),
            (arc, "Azure Arc"),
            (&[("IDENTITY_ENDPOINT", "x")], "`IDENTITY_HEADER` is not set"),
        ] {
            let error = managed_endpoint(&env(pairs)).unwrap_err();
            assert!(error.to_string().contains(told), "{error}");
        }
    }

    #[test]
    fn github_actions_are_known_by_their_variables() {
        let github = FederationReference::GitHubActions;
        let error = federation(&github, &env(&[])).unwrap_err();
        assert!(error.to_string().contains("ACTIONS_ID_TOKEN_REQUEST_TOKEN"), "{error}");
        assert!(error.hint().unwrap().contains("id-token: write"));
        let plain = env(&[
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t0ken"),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "http://x.example"),
        ]);
        let error = federation(&github, &plain).unwrap_err();
        assert_eq!(error, SignInError::NotAnAddress("ACTIONS_ID_TOKEN_REQUEST_URL"));
        let good = env(&[
            ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t0ken"),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "https://x.example/?a=1"),
        ]);
        let made = federation(&github, &good).unwrap();
        assert!(!format!("{made:?}").contains("t0ken"));
    }

    #[test]
    fn an_assertion_is_read_anew_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let place = Place(FederationReference::Place(SecretReference::File(path.clone())));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let fetch = || runtime.block_on(place.fetch());
        assert!(fetch().unwrap_err().contains("token"));
        for _ in 0..2 {
            std::fs::write(&path, "a.b.c\n").unwrap();
            assert!(fetch().is_ok());
            std::fs::write(&path, "\n").unwrap();
            assert!(fetch().unwrap_err().contains("holds nothing"));
        }
        let unset = Place(FederationReference::FileNamedBy("HALLIGAN_NO_SUCH".into()));
        let error = runtime.block_on(unset.fetch()).unwrap_err();
        assert_eq!(error, "environment variable `HALLIGAN_NO_SUCH` is not set");
    }
}
