//! How an entry proves who it is, and when it was last used.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use super::network::{Kind, Network, Node};
use crate::id::{PrincipalId, UserId};
use crate::tenant::{
    AppCredential, AppCredentialKind, ApplicationState, FederatedCredential, Gap, Method,
    MethodKind, Part, Passkey, PasskeyType, ServicePrincipalKind, SignInActivity, Snapshot,
};
use crate::time::Timestamp;

/// How somebody proves who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// A user with registered methods.
    Methods {
        /// Their kinds, each once, in the order of their names.
        kinds: Vec<String>,
        /// Passkeys that never leave their device.
        device_bound_keys: usize,
        /// Whether one of them resists phishing: a passkey, Windows Hello or a certificate.
        is_phishing_resistant: bool,
        /// Whether there is anything beside a password.
        is_multifactor: bool,
    },
    /// An application with credentials that count.
    Credentials {
        /// Client secrets that have not ended.
        secrets: usize,
        /// Certificates that have not ended.
        certificates: usize,
        /// Credentials that have ended.
        ended: usize,
        /// Who signs in as it from outside, in the order in which they are listed; `None` where
        /// it could not be read.
        federated: Option<Vec<Outsider>>,
    },
    /// A managed identity: the platform signs it in.
    Platform,
    /// An AI agent, or its user account: it has no credential of its own, and is signed in by the
    /// service principal of its blueprint.
    ///
    /// Source: <https://learn.microsoft.com/entra/agent-id/agent-identities>.
    ByBlueprint,
    /// A group or something outside: it does not sign in itself.
    NotByItself,
    /// It could not be read.
    Unknown(Gap),
    /// The snapshot does not hold it.
    NotRead,
}

/// Somebody outside whose tokens stand for an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outsider {
    /// Who signs the tokens.
    pub issuer: String,
    /// For whom they are signed: a subject, or the expression that their claims must fit; `None`
    /// where the credential says neither.
    pub subject: Option<String>,
    /// Whether more than one subject fits.
    pub is_pattern: bool,
}

impl fmt::Display for Outsider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject.as_deref().unwrap_or("nobody who is named");
        write!(f, "federated from {} as {subject}", self.issuer)
    }
}

/// When somebody was last used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Last {
    /// At this instant, successfully.
    At(Timestamp),
    /// Not since the service keeps count (April 2020).
    Never,
    /// It could not be read: mostly for want of a permission or of a licence.
    Unknown(Gap),
    /// The service does not tell it for this kind.
    NotTold,
}

pub(super) fn sign_in(
    snapshot: &Snapshot,
    network: &Network,
    node: &Node,
    now: Timestamp,
) -> SignIn {
    let Node::Principal(id) = node else { return SignIn::NotByItself };
    match network.kind(node) {
        Kind::User => match methods(snapshot, *id).map(Part::value) {
            Some(Ok(methods)) => of_methods(methods),
            Some(Err(gap)) => SignIn::Unknown(gap.clone()),
            None => SignIn::NotRead,
        },
        Kind::Agent | Kind::AgentUser => SignIn::ByBlueprint,
        Kind::Application | Kind::Blueprint => application(snapshot, *id, now),
        Kind::Group => SignIn::NotByItself,
        _ => SignIn::NotRead,
    }
}

pub(super) fn last(snapshot: &Snapshot, node: &Node) -> Last {
    let Node::Principal(id) = node else { return Last::NotTold };
    match activity(snapshot, *id).map(Part::value) {
        Some(Ok(activity)) => activity.last_successful.map_or(Last::Never, Last::At),
        Some(Err(gap)) => Last::Unknown(gap.clone()),
        None => Last::NotTold,
    }
}

fn methods(snapshot: &Snapshot, id: PrincipalId) -> Option<&Part<Vec<Method>>> {
    let id = UserId(id.0);
    let account = snapshot.accounts.get(&id).map(|account| &account.methods);
    account.or_else(|| snapshot.holders.get(&id).map(|holder| &holder.methods))
}

fn activity(snapshot: &Snapshot, id: PrincipalId) -> Option<&Part<SignInActivity>> {
    let id = UserId(id.0);
    let account = snapshot.accounts.get(&id).map(|account| &account.activity);
    account.or_else(|| snapshot.holders.get(&id).map(|holder| &holder.activity))
}

fn of_methods(methods: &[Method]) -> SignIn {
    let kinds: BTreeSet<String> = methods.iter().map(|one| word(&one.kind)).collect();
    let is_bound = |passkey: &&Passkey| passkey.passkey_type != Some(PasskeyType::Synced);
    let resists = |kind: &MethodKind| {
        matches!(
            kind,
            MethodKind::Fido2
                | MethodKind::Passkey
                | MethodKind::WindowsHello
                | MethodKind::PlatformCredential
                | MethodKind::X509Certificate
        )
    };
    SignIn::Methods {
        device_bound_keys: methods
            .iter()
            .filter_map(|one| one.passkey.as_ref())
            .filter(is_bound)
            .count(),
        is_phishing_resistant: methods.iter().any(|one| resists(&one.kind)),
        is_multifactor: methods
            .iter()
            .any(|one| !matches!(one.kind, MethodKind::Password | MethodKind::Email)),
        kinds: kinds.into_iter().collect(),
    }
}

/// A method's kind in a word or two: its type without Graph's frame.
fn word(kind: &MethodKind) -> String {
    let text = kind.to_string();
    let bare = text.strip_prefix("#microsoft.graph.").unwrap_or(&text);
    let bare = bare.strip_suffix("AuthenticationMethod").unwrap_or(bare);
    String::from(match bare {
        "fido2" => "passkey (FIDO2)",
        "microsoftAuthenticator" => "Authenticator",
        "windowsHelloForBusiness" => "Windows Hello",
        "softwareOath" => "software OATH",
        "hardwareOath" => "hardware OATH",
        "temporaryAccessPass" => "Temporary Access Pass",
        "platformCredential" => "platform credential",
        other => other,
    })
}

fn application(snapshot: &Snapshot, id: PrincipalId, now: Timestamp) -> SignIn {
    let Some(read) = snapshot.applications.get(&id) else { return SignIn::NotRead };
    let principal = match read.state.value() {
        Ok(ApplicationState::Present(principal)) => principal,
        Ok(ApplicationState::Absent) => return SignIn::NotRead,
        Err(gap) => return SignIn::Unknown(gap.clone()),
    };
    if principal.kind == Some(ServicePrincipalKind::ManagedIdentity) {
        return SignIn::Platform;
    }
    let registered: &[AppCredential] = match read.registration.value() {
        Ok(registration) => registration.as_ref().map_or(&[][..], |one| &one.credentials),
        Err(gap) => return SignIn::Unknown(gap.clone()),
    };
    let all = || registered.iter().chain(&principal.credentials);
    let lasts = |one: &&AppCredential| one.end.is_none_or(|end| end > now);
    let count =
        |kind: AppCredentialKind| all().filter(lasts).filter(|one| one.kind == kind).count();
    SignIn::Credentials {
        secrets: count(AppCredentialKind::Secret),
        certificates: count(AppCredentialKind::Certificate),
        ended: all().filter(|one| !lasts(one)).count(),
        federated: read.federated.value().ok().map(|all| all.iter().map(outsider).collect()),
    }
}

fn outsider(one: &FederatedCredential) -> Outsider {
    let subject = one.expression.clone().or_else(|| one.subject.clone());
    Outsider { issuer: one.issuer.clone(), subject, is_pattern: one.is_pattern() }
}
