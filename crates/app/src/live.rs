//! A tenant read over Microsoft Graph, as a register declares it.

use halligan_core::register::Register;
use halligan_core::tenant::{Part, Snapshot, Watcher};
use halligan_graph::read::{Wanted, read_snapshot};
use halligan_graph::{Client, Options, Problem, SetUpError};
use thiserror::Error;

use crate::clock::clock;
use crate::config::Config;
use crate::secret::{SecretError, fetch};

pub use halligan_graph::read::{Outcome as PartOutcome, Progress};

/// Why a tenant could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LiveError {
    /// The register does not say which tenant.
    #[error("the register names no tenant")]
    NoTenant,
    /// The register does not say how to sign in.
    #[error("the register has no [sign-in]")]
    NoSignIn,
    /// The credential could not be fetched.
    #[error("{0}")]
    Secret(SecretError),
    /// No client could be made.
    #[error("{0}")]
    SetUp(SetUpError),
    /// The service gave nothing.
    #[error("the tenant could not be read: {0}")]
    Service(Problem),
}

impl LiveError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoTenant => Some("add `[tenant]` with `id = \"the tenant's id\"`".into()),
            Self::NoSignIn => Some(
                "add `[sign-in]` with the watcher's `client_id` and `certificate` or `secret` \
                 (docs/guide/assess-a-tenant.md), or judge a file with `--snapshot` or `--from`"
                    .into(),
            ),
            Self::Secret(error) => error.hint(),
            Self::SetUp(_) => None,
            Self::Service(problem) => problem.hint().map(Into::into),
        }
    }
}

/// Reads the tenant that `config` declares. `notice` is told what its keeper should know.
pub async fn read(
    config: &Config,
    progress: &dyn Progress,
    notice: &mut dyn FnMut(String),
) -> Result<Snapshot, LiveError> {
    read_with(options(config, notice).await?, &config.register, progress).await
}

/// Signs in and reads what the access token says of itself; asks Graph for nothing.
pub async fn read_watcher(
    config: &Config,
    notice: &mut dyn FnMut(String),
) -> Result<Part<Watcher>, LiveError> {
    let client = Client::new(options(config, notice).await?).map_err(LiveError::SetUp)?;
    halligan_graph::read::read_watcher(&client).await.map_err(LiveError::Service)
}

/// How to sign in to the tenant that `config` declares.
async fn options(config: &Config, notice: &mut dyn FnMut(String)) -> Result<Options, LiveError> {
    let tenant = config.register.tenant.ok_or(LiveError::NoTenant)?;
    let sign_in = config.sign_in.as_ref().ok_or(LiveError::NoSignIn)?;
    let fetched = fetch(&sign_in.credential).await.map_err(LiveError::Secret)?;
    if let Some(text) = fetched.notice {
        notice(text);
    }
    Ok(Options::new(
        config.endpoints.clone(),
        &tenant.to_string(),
        sign_in.client_id,
        fetched.credential,
        clock(),
    ))
}

/// Reads what `register` declares with a client of these options.
pub async fn read_with(
    options: Options,
    register: &Register,
    progress: &dyn Progress,
) -> Result<Snapshot, LiveError> {
    let client = Client::new(options).map_err(LiveError::SetUp)?;
    let accounts = register.distinct_accounts();
    let wanted = Wanted {
        accounts: accounts.into_iter().map(|account| account.id).collect(),
        group: register.group,
    };
    read_snapshot(&client, &wanted, progress).await.map_err(LiveError::Service)
}
