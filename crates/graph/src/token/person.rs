//! A person signs in: in the browser, or with a code on another device; renewed without them while
//! that works, and with them when it does not.
//!
//! Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>, RFC 8252.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use halligan_core::id::AppId;
use reqwest::Url;

use super::answer::Granted;
use super::identity::{Expected, Identity};
use super::loopback::Loopback;
use super::pkce::Pkce;
use super::problem::SignInProblem;
use super::{Authority, Token, device};
use crate::endpoints::CLOUDS;
use crate::form::escaped;
use crate::problem::{Problem, TokenRefusal};
use crate::read::OPERATIONS;
use crate::secret::SecretText;
use crate::transport::Transport;

/// Longest time from the invitation to the end of a sign-in.
pub const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(300);
/// Shortest wait between two questions whether a device code was entered.
pub const POLL_MIN: Duration = Duration::from_secs(1);
/// What the wait grows by when the service says `slow_down` (RFC 8628, 3.5).
pub const SLOW_DOWN: Duration = Duration::from_secs(5);
/// Most permissions that a sign-in goes without because the service does not know them. It names
/// one at a time, and in the browser each costs the person another visit.
pub const UNKNOWN_PERMISSIONS_MAX: usize = 5;

/// Microsoft Graph Command Line Tools, Microsoft's own public client, which Graph PowerShell signs
/// in with. Tenants have it, or get it with the first consent; it holds nothing by itself.
///
/// Source: <https://learn.microsoft.com/powershell/microsoftgraph/authentication-commands>.
pub const PUBLIC_CLIENT: AppId = AppId::from_u128(0x14d8_2eec_204b_4c2f_b7e8_296a_70da_b67e);

/// Every permission that a snapshot reads with, as delegated permissions are called: the names are
/// those of the application permissions. What needs none, or a right of Azure's own (both in
/// brackets), has no name that could be asked for.
pub fn read_permissions() -> Vec<String> {
    let names = OPERATIONS.iter().map(|operation| operation.part.permission());
    let mut names: Vec<String> =
        names.filter(|name| !name.starts_with('(')).map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Permissions of services that only the global cloud has. A cloud that does not know a permission
/// refuses the whole sign-in, and not the permission alone.
///
/// Source: the national clouds in <https://learn.microsoft.com/graph/api/identityverifiedidroot-list-profiles>
/// and <https://learn.microsoft.com/graph/api/entrarecoveryservices-recovery-list-jobs>.
const GLOBAL_ONLY: [&str; 2] = ["EntraBackup.Read.All", "VerifiedId-Profile.Read.All"];

/// How a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// In the browser of this machine, which comes back to a port of it.
    Browser,
    /// In any browser, with a code that is shown here.
    DeviceCode,
}

/// A person who signs in, and how.
#[derive(Clone)]
pub struct Person {
    /// The public client's id: [`PUBLIC_CLIENT`] or one of the tenant's own.
    pub client_id: AppId,
    /// How.
    pub flow: Flow,
    /// Permissions to ask for, such as `Policy.Read.All`.
    pub permissions: Vec<String>,
    /// How to reach the person.
    pub contact: Arc<dyn Contact>,
    /// How long to wait for them.
    pub patience: Patience,
}

/// Shows the person what to do. Called at most a few times in a run; must return at once.
pub trait Contact: Send + Sync {
    /// Shows `invitation`.
    fn invite(&self, invitation: &Invitation<'_>);
}

/// What the person is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invitation<'a> {
    /// To sign in at this address, in a browser on this machine.
    Browse {
        /// The address: of the sign-in service, with no secret in it.
        address: &'a str,
        /// Whether they signed in before, and Graph demands more.
        again: bool,
        /// How long the sign-in is waited for.
        within: Duration,
    },
    /// To enter a code.
    EnterCode {
        /// The page to open.
        address: &'a str,
        /// The code to enter there.
        code: &'a str,
        /// How long the code can be entered.
        within: Duration,
    },
}

/// The times of a sign-in; [`Default`] takes the constants of this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// See [`SIGN_IN_TIMEOUT`].
    pub sign_in: Duration,
    /// See [`POLL_MIN`].
    pub poll_min: Duration,
    /// See [`SLOW_DOWN`].
    pub slow_down: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { sign_in: SIGN_IN_TIMEOUT, poll_min: POLL_MIN, slow_down: SLOW_DOWN }
    }
}

impl Person {
    /// A person who gives the permissions that a snapshot reads with, through Microsoft's client.
    pub fn new(flow: Flow, contact: Arc<dyn Contact>) -> Self {
        Self {
            client_id: PUBLIC_CLIENT,
            flow,
            permissions: read_permissions(),
            contact,
            patience: Patience::default(),
        }
    }

    pub(super) fn has_browser(&self) -> bool {
        self.flow == Flow::Browser
    }

    /// The `scope` of every request: who it is, renewal, and the permissions at this Graph, as far
    /// as its cloud knows them, by the table of this module or by what it said itself.
    pub(super) fn scope(&self, graph: &str, unknown: &BTreeSet<String>) -> String {
        let is_national = CLOUDS.iter().skip(1).any(|cloud| cloud.graph == graph);
        let is_known = |name: &&String| {
            let is_global = is_national && GLOBAL_ONLY.contains(&name.as_str());
            !(is_global || unknown.contains(*name))
        };
        let mut scope = String::from("openid profile offline_access");
        for name in self.permissions.iter().filter(is_known) {
            scope.push_str(&format!(" {graph}/{name}"));
        }
        scope
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person")
            .field("client_id", &self.client_id)
            .field("flow", &self.flow)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}

/// What is kept of a person's sign-in, in memory.
#[derive(Debug, Default)]
pub(super) struct Session {
    refresh: Option<SecretText>,
    pub(super) identity: Option<Identity>,
    /// Whether the one renewed sign-in that a claims challenge may ask for was made.
    pub(super) stepped_up: bool,
    /// Permissions that the service said it does not know.
    pub(super) unknown: BTreeSet<String>,
}

/// A token of the person: renewed where that works, otherwise by a sign-in. `claims` are what Graph
/// demands beyond the token it had; only a sign-in can give them.
pub(super) async fn fetch(
    person: &Person,
    authority: &Authority,
    transport: &Transport,
    session: &mut Session,
    claims: Option<&str>,
) -> Result<Token, Problem> {
    if claims.is_none()
        && let Some(refresh) = session.refresh.take()
    {
        match renew(person, authority, transport, session, &refresh).await {
            Ok(granted) => {
                // A service that sends no successor means the old one to be used again.
                session.refresh = granted.refresh.or(Some(refresh));
                return Ok(granted.token);
            }
            // The person is asked again: the renewal was revoked, or a policy wants to see them.
            Err(Problem::Token(_)) => {}
            Err(other) => {
                session.refresh = Some(refresh);
                return Err(other);
            }
        }
    }
    let (granted, nonce) = sign_in(person, authority, transport, session, claims).await?;
    let nonce = nonce.as_ref().map(SecretText::open);
    let identity = identity(person, authority, &granted, nonce, &session.unknown)?;
    if session.identity.as_ref().is_some_and(|earlier| earlier.user != identity.user) {
        let what = "it is of another person than the one who signed in first";
        return Err(Problem::SignIn(SignInProblem::Identity(what)));
    }
    session.identity = Some(identity);
    session.refresh = granted.refresh;
    Ok(granted.token)
}

/// Asks the person. A service that does not know a permission refuses them all, so that it is asked
/// again without that one.
async fn sign_in(
    person: &Person,
    authority: &Authority,
    transport: &Transport,
    session: &mut Session,
    claims: Option<&str>,
) -> Result<(Granted, Option<SecretText>), Problem> {
    loop {
        let unknown = &session.unknown;
        let signed_in = match person.flow {
            Flow::Browser => browse(person, authority, transport, session, claims).await,
            Flow::DeviceCode => {
                let granted = device::sign_in(person, authority, transport, unknown).await;
                granted.map(|granted| (granted, None))
            }
        };
        let has_room = unknown.len() < UNKNOWN_PERMISSIONS_MAX;
        match signed_in {
            Err(Problem::Token(refusal)) => match without(person, unknown, &refusal) {
                Some(name) if has_room => drop(session.unknown.insert(name.clone())),
                _ => return Err(Problem::Token(refusal)),
            },
            other => return other,
        }
    }
}

/// The one permission of those asked for that a refusal calls unknown. A refusal that repeats them
/// all names none.
fn without<'p>(
    person: &'p Person,
    unknown: &BTreeSet<String>,
    refusal: &TokenRefusal,
) -> Option<&'p String> {
    if !matches!(refusal.code, Some(650_053 | 70_011)) {
        return None;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    let words = || refusal.description.split(|c| !is_part(c)).map(|word| word.trim_matches('.'));
    let is_named = |name: &&String| words().any(|word| word.eq_ignore_ascii_case(name));
    let mut named = person.permissions.iter().filter(|name| !unknown.contains(*name));
    let mut named = named.by_ref().filter(is_named);
    let first = named.next();
    first.filter(|_| named.next().is_none())
}

fn identity(
    person: &Person,
    authority: &Authority,
    granted: &Granted,
    nonce: Option<&str>,
    unknown: &BTreeSet<String>,
) -> Result<Identity, Problem> {
    let expected = Expected { client: person.client_id, tenant: &authority.tenant, nonce };
    let token = granted.id_token.as_ref().map_or("", SecretText::open);
    let identity = Identity::read(token, &expected).map_err(Problem::SignIn)?;
    Ok(match &granted.scope {
        Some(scope) => identity.granted(&person.permissions, scope),
        // By RFC 6749, 5.1, it then is what was asked for.
        None => Identity { missing: unknown.iter().cloned().collect(), ..identity },
    })
}

async fn renew(
    person: &Person,
    authority: &Authority,
    transport: &Transport,
    session: &Session,
    refresh: &SecretText,
) -> Result<Granted, Problem> {
    let form = format!(
        "client_id={}&grant_type=refresh_token&scope={}&refresh_token={}",
        person.client_id,
        escaped(&person.scope(&authority.graph, &session.unknown)),
        escaped(refresh.open()),
    );
    authority.ask(transport, form, &[refresh.open()]).await
}

/// Invites the person to the browser, and trades the code that comes back for a token.
async fn browse(
    person: &Person,
    authority: &Authority,
    transport: &Transport,
    session: &Session,
    claims: Option<&str>,
) -> Result<(Granted, Option<SecretText>), Problem> {
    let loopback = Loopback::open().await.map_err(Problem::SignIn)?;
    let pkce = Pkce::new()?;
    let address = address(person, authority, &loopback.redirect_uri(), &pkce, session, claims);
    let within = person.patience.sign_in;
    let again = session.identity.is_some();
    let address = address.as_str();
    person.contact.invite(&Invitation::Browse { address, again, within });
    let answered = tokio::time::timeout(within, loopback.answer(&pkce.state)).await;
    let code = answered.unwrap_or_else(|_| Err(Problem::SignIn(too_late(within))))?;
    let form = format!(
        "client_id={}&grant_type=authorization_code&scope={}&code={}&redirect_uri={}\
         &code_verifier={}",
        person.client_id,
        escaped(&person.scope(&authority.graph, &session.unknown)),
        escaped(code.open()),
        escaped(&loopback.redirect_uri()),
        escaped(pkce.verifier.open()),
    );
    let proofs = [code.open(), pkce.verifier.open()];
    let granted = authority.ask(transport, form, &proofs).await?;
    Ok((granted, Some(pkce.nonce)))
}

pub(super) fn too_late(within: Duration) -> SignInProblem {
    SignInProblem::TooLate { name: "SIGN_IN_TIMEOUT", seconds: within.as_secs() }
}

/// Where the person signs in. Of the secrets, only what is meant for the browser is in it: state
/// and nonce come back to be compared, and the challenge is a digest.
fn address(
    person: &Person,
    authority: &Authority,
    redirect_uri: &str,
    pkce: &Pkce,
    session: &Session,
    claims: Option<&str>,
) -> Url {
    let mut url = authority.endpoint("authorize");
    let client = person.client_id.to_string();
    let scope = person.scope(&authority.graph, &session.unknown);
    let mut query = vec![
        ("client_id", client.as_str()),
        ("response_type", "code"),
        ("redirect_uri", redirect_uri),
        ("response_mode", "query"),
        ("scope", &scope),
        ("state", pkce.state.open()),
        ("nonce", pkce.nonce.open()),
        ("code_challenge", &pkce.challenge),
        ("code_challenge_method", "S256"),
    ];
    match session.identity.as_ref().filter(|identity| !identity.name.is_empty()) {
        Some(identity) => query.push(("login_hint", &identity.name)),
        // Whoever administers often has a second account, which the browser may not think of.
        None => query.push(("prompt", "select_account")),
    }
    if let Some(claims) = claims {
        query.push(("claims", claims));
    }
    let fields: Vec<String> =
        query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    url.set_query(Some(&fields.join("&")));
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Nobody;

    impl Contact for Nobody {
        fn invite(&self, _: &Invitation<'_>) {}
    }

    fn asked(session: &Session, claims: Option<&str>) -> (Url, Pkce) {
        let person = Person::new(Flow::Browser, Arc::new(Nobody));
        let (login, graph) = ("https://login.microsoftonline.us", "https://graph.microsoft.us");
        let authority = Authority::of(login, graph, "contoso.us").unwrap();
        let pkce = Pkce::new().unwrap();
        (address(&person, &authority, "http://localhost:1", &pkce, session, claims), pkce)
    }

    fn field(url: &Url, name: &str) -> Option<String> {
        let found = url.query_pairs().find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    }

    #[test]
    fn a_cloud_is_asked_for_permissions_that_it_knows() {
        let person = Person::new(Flow::Browser, Arc::new(Nobody));
        for cloud in CLOUDS {
            let scope = person.scope(cloud.graph, &BTreeSet::new());
            let has = |name: &str| scope.contains(&format!(" {}/{name}", cloud.graph));
            assert!(has("Policy.Read.All"), "{scope}");
            for name in GLOBAL_ONLY {
                assert_eq!(has(name), cloud.name == "global", "{name} in {}", cloud.name);
            }
        }
        assert!(GLOBAL_ONLY.iter().all(|name| person.permissions.iter().any(|one| one == name)));
    }

    #[test]
    fn the_address_is_the_documentation_s_and_carries_no_verifier() {
        let (url, pkce) = asked(&Session::default(), None);
        let origin = "https://login.microsoftonline.us/contoso.us/oauth2/v2.0/authorize?";
        assert!(url.as_str().starts_with(origin), "{url}");
        assert!(!url.as_str().contains(pkce.verifier.open()));
        for (name, value) in [
            ("client_id", "14d82eec-204b-4c2f-b7e8-296a70dab67e"),
            ("response_type", "code"),
            ("redirect_uri", "http://localhost:1"),
            ("code_challenge_method", "S256"),
            ("code_challenge", &pkce.challenge),
            ("state", pkce.state.open()),
            ("nonce", pkce.nonce.open()),
            ("prompt", "select_account"),
        ] {
            assert_eq!(field(&url, name).as_deref(), Some(value), "{name}");
        }
        assert_eq!(field(&url, "claims"), None);
    }

    #[test]
    fn permissions_are_asked_for_at_the_graph_of_the_cloud() {
        let scope = field(&asked(&Session::default(), None).0, "scope").unwrap();
        let (first, rest) = scope.split_at("openid profile offline_access ".len());
        assert_eq!(first, "openid profile offline_access ");
        assert!(rest.split(' ').all(|one| one.starts_with("https://graph.microsoft.us/")));
        assert!(rest.contains("/Policy.Read.All"), "{rest}");
        assert!(!scope.contains("ReadWrite") && !scope.contains("(unknown)"), "{scope}");
    }

    #[test]
    fn one_permission_that_is_named_as_unknown_is_gone_without() {
        let person = Person::new(Flow::Browser, Arc::new(Nobody));
        let refusal = |code: u32, description: &str| TokenRefusal {
            error: "invalid_resource".into(),
            code: Some(code),
            description: description.into(),
            trace_id: None,
            correlation_id: None,
        };
        let told = "The application 'x' asked for scope 'Policy.Read.All' that doesn't exist on \
                    the resource '00000003-0000-0000-c000-000000000000'.";
        let alone = "The scope https://graph.example/policy.read.all is not valid.";
        let name = "Policy.Read.All".to_owned();
        let none = BTreeSet::new();
        let both = format!("{alone} The scope Domain.Read.All is not valid.");
        let other = "asked for scope 'Policy.Read.All.Not' that doesn't exist";
        for (unknown, code, description, expected) in [
            (&none, 650_053, told, Some(&name)),
            (&none, 70_011, alone, Some(&name)),
            (&none, 70_011, both.as_str(), None),
            (&none, 650_053, other, None),
            (&none, 65_001, told, None),
            (&BTreeSet::from([name.clone()]), 650_053, told, None),
        ] {
            let found = without(&person, unknown, &refusal(code, description));
            assert_eq!(found, expected, "{code} {description}");
        }
    }

    #[test]
    fn a_demand_of_graph_goes_to_the_same_person() {
        let identity = Identity {
            tenant: halligan_core::id::TenantId::from_u128(1),
            user: halligan_core::id::UserId::from_u128(2),
            name: "ada@contoso.us".into(),
            missing: Vec::new(),
        };
        let session = Session { identity: Some(identity), ..Session::default() };
        let (url, _) = asked(&session, Some("{\"a\":1}"));
        assert_eq!(field(&url, "login_hint").as_deref(), Some("ada@contoso.us"));
        assert_eq!(field(&url, "claims").as_deref(), Some("{\"a\":1}"));
        assert_eq!(field(&url, "prompt"), None);
    }
}
