//! A tenant read over Microsoft Graph, as a register declares it.

use std::pin::pin;

use halligan_core::id::{TenantId, UserId};
use halligan_core::register::Register;
use halligan_core::tenant::Snapshot;
use halligan_graph::read::{Earlier, Wanted, resume_snapshot};
use halligan_graph::{Client, Options, Problem, SetUpError, SignIn};
use thiserror::Error;

use crate::clock::clock;
use crate::config::Config;
use crate::resume::{Resume, ResumeError};
use crate::sign_in::{Asked, SignInError, choose};
use crate::trust::{self, TrustFileError};

pub use halligan_graph::Waiting;
pub use halligan_graph::read::{Outcome as PartOutcome, Progress, TokenRead};
pub use halligan_graph::{Contact, Flow, Invitation};

/// Why a tenant could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LiveError {
    /// Neither the register nor the command line says which tenant.
    #[error("the register names no tenant")]
    NoTenant,
    /// The command line names another tenant than the register.
    #[error("the register is of tenant `{register}`, and `--tenant` names `{asked}`")]
    OtherTenant {
        /// The register's tenant.
        register: TenantId,
        /// The command line's.
        asked: TenantId,
    },
    /// Nobody can sign in.
    #[error("{0}")]
    SignIn(SignInError),
    /// The file of authorities to trust cannot be used.
    #[error("{0}")]
    Trust(TrustFileError),
    /// No client could be made.
    #[error("{0}")]
    SetUp(SetUpError),
    /// Somebody signed in with an account that must stay untouched.
    #[error("the person signed in as the emergency access account `{code_name}`")]
    EmergencyAccount {
        /// What the register calls it.
        code_name: String,
    },
    /// The tenant is named by a domain, and the snapshot to resume by an id.
    #[error(
        "the tenant is named by its domain, `{asked}`, and the snapshot to resume {}",
        snapshot.map_or_else(|| "by none".into(), |id| format!("by its id, `{id}`"))
    )]
    DomainToResume {
        /// The command line's domain.
        asked: String,
        /// The snapshot's tenant; `None` when its organization was not read.
        snapshot: Option<TenantId>,
    },
    /// The snapshot to resume is not one of this tenant.
    #[error("{0}")]
    Resume(ResumeError),
    /// The service gave nothing.
    #[error("the tenant could not be read: {0}")]
    Service(Problem),
}

impl LiveError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoTenant => Some(
                "add `[tenant]` with `id = \"the tenant's id\"`, or name it with `--tenant`".into(),
            ),
            Self::OtherTenant { .. } => {
                Some("leave `--tenant` out, or give that tenant's register".into())
            }
            Self::DomainToResume { snapshot: Some(id), .. } => Some(format!(
                "say `--tenant {id}` if it is the same tenant; if it is not, leave `--resume` out"
            )),
            Self::DomainToResume { snapshot: None, .. } => {
                Some("leave `--resume` out: that snapshot is not known to be of any tenant".into())
            }
            Self::SignIn(error) => error.hint(),
            Self::SetUp(_) => None,
            Self::EmergencyAccount { .. } => Some(
                "nothing was read with it. Sign in with an account of your own that has a reading \
                 role, such as Global Reader; the alarm for the emergency account may have gone off"
                    .into(),
            ),
            Self::Trust(error) => error.hint(),
            Self::Resume(error) => error.hint(),
            Self::Service(problem) => problem.hint().map(Into::into),
        }
    }
}

/// A tenant that was read, to the end or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What was read; where the end came first, its parts are gaps.
    pub snapshot: Snapshot,
    /// Whether the end came first.
    pub is_interrupted: bool,
}

/// Reads the tenant that `config` declares, as whoever is declared or `asked` to sign in. `notice`
/// is told what the keeper of a credential, and the person who signed in, should know.
pub async fn read(
    config: &Config,
    asked: &Asked,
    progress: &dyn Progress,
    notice: &mut dyn FnMut(String),
) -> Result<Snapshot, LiveError> {
    let end = std::future::pending();
    Ok(read_until(config, asked, None, progress, notice, end).await?.snapshot)
}

/// The same, without what an earlier reading left to `resume`, and no longer than until `end`.
pub async fn read_until(
    config: &Config,
    asked: &Asked,
    resume: Option<Resume>,
    progress: &dyn Progress,
    notice: &mut dyn FnMut(String),
    end: impl Future<Output = ()>,
) -> Result<Reading, LiveError> {
    let tenant = tenant(config.register.tenant, asked.tenant.as_deref())?;
    let earlier = match resume {
        Some(resume) => {
            // What was read earlier is known by its id, which a domain does not tell.
            let id = match tenant.parse() {
                Ok(id) => id,
                Err(_) => {
                    let snapshot = resume.snapshot.tenant_id();
                    return Err(LiveError::DomainToResume { asked: tenant, snapshot });
                }
            };
            let endpoint = config.endpoints.graph();
            resume.parts(id, endpoint, crate::clock::now()).map_err(LiveError::Resume)?
        }
        None => Earlier::default(),
    };
    let (client, _) = signed_in(config, &tenant, asked, notice).await?;
    read_parts(&client, &config.register, &earlier, progress, end).await
}

/// A client that has signed in to the tenant that `config` declares, for questions after reading.
pub async fn client(
    config: &Config,
    asked: &Asked,
    notice: &mut dyn FnMut(String),
) -> Result<Client, LiveError> {
    let tenant = tenant(config.register.tenant, asked.tenant.as_deref())?;
    signed_in(config, &tenant, asked, notice).await.map(|(client, _)| client)
}

/// Signs in and reads what the access token says of itself; asks Graph for nothing.
pub async fn read_token(
    config: &Config,
    asked: &Asked,
    notice: &mut dyn FnMut(String),
) -> Result<TokenRead, LiveError> {
    let tenant = tenant(config.register.tenant, asked.tenant.as_deref())?;
    let (client, _) = signed_in(config, &tenant, asked, notice).await?;
    halligan_graph::read::read_token(&client).await.map_err(LiveError::Service)
}

/// A client that has signed in to `tenant`, and the person who did where one did, here or in
/// Azure CLI. Nothing has been read with it.
pub(crate) async fn signed_in(
    config: &Config,
    tenant: &str,
    asked: &Asked,
    notice: &mut dyn FnMut(String),
) -> Result<(Client, Option<UserId>), LiveError> {
    let sign_in = choose(config.sign_in.as_ref(), asked, notice).await;
    let sign_in = sign_in.map_err(LiveError::SignIn)?;
    let is_azure_cli = matches!(sign_in, SignIn::AzureCli(_));
    let mut options = Options::new(config.endpoints.clone(), tenant, sign_in, clock());
    let trust = config.trust.as_deref().map(trust::load).transpose().map_err(LiveError::Trust)?;
    options.trust = trust.unwrap_or_default();
    let client = Client::new(options).map_err(LiveError::SetUp)?;
    client.sign_in().await.map_err(LiveError::Service)?;
    let person = match client.identity().await {
        Some(person) => {
            tell_missing(&person.missing, notice);
            Some(person.user)
        }
        None => person_of_token(&client, is_azure_cli, notice).await?,
    };
    person.map_or(Ok(()), |person| refuse_emergency(person, &config.register))?;
    Ok((client, person))
}

/// The person whose token it is, where nobody signed in here: Azure CLI gives a person's as readily
/// as an application's.
async fn person_of_token(
    client: &Client,
    is_azure_cli: bool,
    notice: &mut dyn FnMut(String),
) -> Result<Option<UserId>, LiveError> {
    let token = halligan_graph::read::read_token(client).await.map_err(LiveError::Service)?;
    let watcher = token.watcher.value().ok();
    if watcher.is_some_and(|watcher| !watcher.is_delegated) {
        return Ok(None);
    }
    let person = watcher.and_then(|watcher| watcher.principal);
    if is_azure_cli && person.is_none() {
        notice(
            "the token of Azure CLI does not say whose it is: see to it that no emergency access \
             account is signed in there (`az account show`)"
                .into(),
        );
    }
    Ok(person.map(|id| UserId(id.0)))
}

/// The tenant to ask for: the register's id, or what the command line names.
pub(crate) fn tenant(declared: Option<TenantId>, asked: Option<&str>) -> Result<String, LiveError> {
    match (declared, asked) {
        (None, None) => Err(LiveError::NoTenant),
        (Some(id), None) => Ok(id.to_string()),
        (None, Some(asked)) => Ok(asked.into()),
        (Some(register), Some(asked)) => match asked.parse() {
            Ok(asked) if asked != register => Err(LiveError::OtherTenant { register, asked }),
            // A domain is not compared here: the tenant that is read says whose it is.
            _ => Ok(asked.into()),
        },
    }
}

/// Lets nobody read with an account that must stay untouched.
fn refuse_emergency(person: UserId, register: &Register) -> Result<(), LiveError> {
    let emergency = register.accounts.iter().find(|account| account.id == person);
    emergency.map_or(Ok(()), |account| {
        Err(LiveError::EmergencyAccount { code_name: account.code_name.clone() })
    })
}

fn tell_missing(missing: &[String], notice: &mut dyn FnMut(String)) {
    if !missing.is_empty() {
        let names = missing.join("`, `");
        notice(format!("the sign-in gives no `{names}`: what they read stays open"));
    }
}

/// Reads what `register` declares with a client of these options.
pub async fn read_with(
    options: Options,
    register: &Register,
    progress: &dyn Progress,
) -> Result<Snapshot, LiveError> {
    let client = Client::new(options).map_err(LiveError::SetUp)?;
    let (earlier, end) = (Earlier::default(), std::future::pending());
    Ok(read_parts(&client, register, &earlier, progress, end).await?.snapshot)
}

async fn read_parts(
    client: &Client,
    register: &Register,
    earlier: &Earlier,
    progress: &dyn Progress,
    end: impl Future<Output = ()>,
) -> Result<Reading, LiveError> {
    let accounts = register.distinct_accounts();
    let wanted = Wanted {
        accounts: accounts.into_iter().map(|account| account.id).collect(),
        group: register.group,
    };
    let mut reading = pin!(resume_snapshot(client, &wanted, earlier, progress));
    let (snapshot, is_interrupted) = tokio::select! {
        biased;
        snapshot = &mut reading => (snapshot, false),
        () = end => {
            client.interrupt();
            (reading.await, true)
        }
    };
    let snapshot = snapshot.map_err(LiveError::Service)?;
    Ok(Reading { snapshot, is_interrupted })
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::check::Case;

    #[test]
    fn a_domain_and_the_id_of_a_snapshot_are_told_apart_before_anybody_signs_in() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("halligan.toml");
        let register = "[access]\nshape = \"exempt\"\n[[account]]\ncode_name = \"alpha\"\n\
                        id = \"5e11da00-0000-4000-8000-00000000a1fa\"\n";
        std::fs::write(&path, register).unwrap();
        let Case { snapshot, now, .. } = Case::sound();
        let id = snapshot.tenant_id().unwrap();
        let config = Config::load(&path, now).unwrap();
        let asked = Asked { tenant: Some("contoso.com".into()), ..Asked::nobody() };
        let resumed = |snapshot: Snapshot| {
            let resume = Some(Resume { snapshot, within: crate::resume::RESUME_WITHIN });
            let mut notice = |text: String| panic!("{text}");
            let (progress, end) = ((), std::future::pending());
            let read = read_until(&config, &asked, resume, &progress, &mut notice, end);
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(read).unwrap_err()
        };
        let error = resumed(snapshot.clone());
        let text = error.to_string();
        assert!(text.contains("`contoso.com`") && text.contains(&format!("its id, `{id}`")));
        assert!(error.hint().unwrap().starts_with(&format!("say `--tenant {id}`")));
        let reason = halligan_core::tenant::GapReason::NotInSource;
        let unnamed = Snapshot::unread(now, snapshot.source, &reason);
        assert!(resumed(unnamed).to_string().ends_with("the snapshot to resume by none"));
    }
}
