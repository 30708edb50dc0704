//! What stands out about an entry.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::network::{Act, Kind, Network, Node, is_role, users};
use super::{Entry, Last, SignIn};
use crate::power::Power;
use crate::tenant::{ApplicationState, Snapshot, UserType};
use crate::time::{Timestamp, days_between};

/// Days without a successful sign-in after which an entry counts as unused.
const UNUSED_DAYS: i64 = 90;

/// Something about an entry that a reader should know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// It was invited into the tenant.
    Guest,
    /// It is synchronised from an on-premises directory, whose owners can become it.
    Synchronised,
    /// Sign-in is not allowed.
    Disabled,
    /// It has nothing beside a password.
    PasswordOnly,
    /// It has a second factor, and none that resists phishing.
    Phishable,
    /// It has never been used.
    NeverUsed,
    /// It has not been used for this many days.
    Unused(i64),
    /// It activates a role without anybody's approval.
    NoApproval,
    /// It holds no role, and reaches it through something that it owns or may reset.
    Indirect,
    /// It can act as applications that are a way in, or owns one.
    ThroughApplication,
    /// It proves who it is by a secret instead of a certificate.
    Secret,
    /// Some of its credentials have ended and are still there.
    EndedCredentials,
    /// It has no credential that counts: whoever gives it one is the first to use it.
    NoCredentials,
    /// More than one outside can sign in as it: whoever fits a pattern.
    Pattern,
    /// It is registered in another tenant, whose owners can act as it.
    ForeignApplication,
    /// It is outside the tenant: who acts there cannot be seen from here.
    Outside,
    /// The directory was not asked, or did not answer, who this is.
    Unnamed,
    /// It is neither user nor group nor application but of this type, in the directory's words.
    OfType(String),
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text: String = match self {
            Self::Guest => "a guest".into(),
            Self::Synchronised => "synchronised: whoever runs that directory can become it".into(),
            Self::Disabled => "sign-in is blocked".into(),
            Self::PasswordOnly => "nothing but a password".into(),
            Self::Phishable => "no method that resists phishing".into(),
            Self::NeverUsed => "never used".into(),
            Self::Unused(days) => format!("not used for {days} days"),
            Self::NoApproval => "activates without approval".into(),
            Self::Indirect => "holds no role".into(),
            Self::ThroughApplication => "through an application".into(),
            Self::Secret => "signs in with a secret".into(),
            Self::EndedCredentials => "carries ended credentials".into(),
            Self::NoCredentials => "has no credential yet".into(),
            Self::Pattern => "whoever fits a pattern signs in as it from outside".into(),
            Self::ForeignApplication => "registered in another tenant".into(),
            Self::Outside => "outside: who acts there cannot be seen from here".into(),
            Self::Unnamed => "not read: name and kind are not known".into(),
            Self::OfType(name) => {
                let bare = name.strip_prefix("#microsoft.graph.").unwrap_or(name);
                format!("a `{bare}`, of which this version knows no more")
            }
        };
        f.write_str(&text)
    }
}

/// Everything that stands out, in the order of [`Remark`].
pub(super) fn remarks(
    snapshot: &Snapshot,
    network: &Network,
    entry: &Entry,
    now: Timestamp,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    match entry.kind {
        Kind::User | Kind::AgentUser => person(snapshot, entry, now, &mut remarks),
        Kind::Application | Kind::Agent | Kind::Blueprint => {
            application(snapshot, entry, &mut remarks);
        }
        Kind::Outside => remarks.push(Remark::Outside),
        Kind::Unknown => remarks.push(match network.unknown_type(&entry.node) {
            Some(name) => Remark::OfType(name.into()),
            None => Remark::Unnamed,
        }),
        Kind::Group | Kind::Role => {}
    }
    let first = entry.paths.iter().filter_map(|path| path.steps.first());
    for step in first {
        match step.act {
            Act::Activates { needs_approval: Some(false) }
            | Act::ActivatesMembership { needs_approval: Some(false) } => {
                remarks.push(Remark::NoApproval);
            }
            Act::OwnsApplication | Act::Uses(Power::ActAsApplications) => {
                remarks.push(Remark::ThroughApplication);
            }
            _ => {}
        }
    }
    let has_role = |step: &super::Step| {
        is_role(&step.to) || (step.act == Act::IsMember && matches!(step.to, Node::Principal(_)))
    };
    let holds = entry.paths.iter().any(|path| path.steps.first().is_some_and(has_role));
    if entry.kind.is_user() && !holds {
        remarks.push(Remark::Indirect);
    }
    remarks.sort();
    remarks.dedup();
    remarks
}

fn person(snapshot: &Snapshot, entry: &Entry, now: Timestamp, remarks: &mut Vec<Remark>) {
    let Node::Principal(id) = &entry.node else { return };
    match users(snapshot).find(|(user, _)| user == id) {
        Some((_, user)) => {
            if user.user_type == Some(UserType::Guest) {
                remarks.push(Remark::Guest);
            }
            if user.on_premises_sync_enabled == Some(true) {
                remarks.push(Remark::Synchronised);
            }
            if user.account_enabled == Some(false) {
                remarks.push(Remark::Disabled);
            }
        }
        None => remarks.push(Remark::Unnamed),
    }
    match &entry.sign_in {
        SignIn::Methods { is_multifactor: false, .. } => remarks.push(Remark::PasswordOnly),
        SignIn::Methods { is_phishing_resistant: false, .. } => remarks.push(Remark::Phishable),
        _ => {}
    }
    // An emergency account is meant to lie unused; its drills are another question.
    match &entry.last {
        _ if entry.code_name.is_some() => {}
        Last::Never => remarks.push(Remark::NeverUsed),
        Last::At(at) => {
            let days = days_between(*at, now);
            if days > UNUSED_DAYS {
                remarks.push(Remark::Unused(days));
            }
        }
        Last::Unknown(_) | Last::NotTold => {}
    }
}

fn application(snapshot: &Snapshot, entry: &Entry, remarks: &mut Vec<Remark>) {
    match &entry.sign_in {
        SignIn::Credentials { secrets, certificates, ended, federated } => {
            if *secrets > 0 {
                remarks.push(Remark::Secret);
            }
            if *ended > 0 {
                remarks.push(Remark::EndedCredentials);
            }
            let outsiders = federated.as_deref().unwrap_or_default();
            if outsiders.iter().any(|one| one.is_pattern) {
                remarks.push(Remark::Pattern);
            }
            if secrets + certificates == 0 && federated.as_ref().is_some_and(Vec::is_empty) {
                remarks.push(Remark::NoCredentials);
            }
        }
        SignIn::NotRead => remarks.push(Remark::Unnamed),
        _ => {}
    }
    let Node::Principal(id) = &entry.node else { return };
    let read = snapshot.applications.get(id).map(|read| read.state.value());
    if let Some(Ok(ApplicationState::Present(principal))) = read {
        if principal.home.is_some() && principal.home != snapshot.tenant_id() {
            remarks.push(Remark::ForeignApplication);
        }
        if principal.account_enabled == Some(false) {
            remarks.push(Remark::Disabled);
        }
    }
}
