//! A tenant read over Microsoft Graph, as a register declares it.

use std::pin::pin;

use halligan_core::register::Register;
use halligan_core::tenant::Snapshot;
use halligan_graph::read::{Earlier, Wanted, resume_snapshot};
use halligan_graph::{Client, Options, Problem, SetUpError};
use thiserror::Error;

use crate::clock::clock;
use crate::config::Config;
use crate::resume::{Resume, ResumeError};
use crate::secret::{SecretError, fetch};

pub use halligan_graph::Waiting;
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
            Self::NoTenant => Some("add `[tenant]` with `id = \"the tenant's id\"`".into()),
            Self::NoSignIn => Some(
                "add `[sign-in]` with the watcher's `client_id` and `certificate` or `secret` \
                 (docs/guide/assess-a-tenant.md), or judge a file with `--snapshot` or `--from`"
                    .into(),
            ),
            Self::Secret(error) => error.hint(),
            Self::SetUp(_) => None,
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

/// Reads the tenant that `config` declares. `notice` is told what its keeper should know.
pub async fn read(
    config: &Config,
    progress: &dyn Progress,
    notice: &mut dyn FnMut(String),
) -> Result<Snapshot, LiveError> {
    let reading = read_until(config, None, progress, notice, std::future::pending()).await?;
    Ok(reading.snapshot)
}

/// The same, without what an earlier reading left to `resume`, and no longer than until `end`.
pub async fn read_until(
    config: &Config,
    resume: Option<Resume>,
    progress: &dyn Progress,
    notice: &mut dyn FnMut(String),
    end: impl Future<Output = ()>,
) -> Result<Reading, LiveError> {
    let tenant = config.register.tenant.ok_or(LiveError::NoTenant)?;
    let sign_in = config.sign_in.as_ref().ok_or(LiveError::NoSignIn)?;
    let (clock, endpoint) = (clock(), config.endpoints.graph());
    let earlier = match resume {
        Some(resume) => resume.parts(tenant, endpoint, clock()).map_err(LiveError::Resume)?,
        None => Earlier::default(),
    };
    let fetched = fetch(&sign_in.credential).await.map_err(LiveError::Secret)?;
    if let Some(text) = fetched.notice {
        notice(text);
    }
    let options = Options::new(
        config.endpoints.clone(),
        &tenant.to_string(),
        sign_in.client_id,
        fetched.credential,
        clock,
    );
    read_parts(options, &config.register, &earlier, progress, end).await
}

/// Reads what `register` declares with a client of these options.
pub async fn read_with(
    options: Options,
    register: &Register,
    progress: &dyn Progress,
) -> Result<Snapshot, LiveError> {
    let (earlier, end) = (Earlier::default(), std::future::pending());
    Ok(read_parts(options, register, &earlier, progress, end).await?.snapshot)
}

async fn read_parts(
    options: Options,
    register: &Register,
    earlier: &Earlier,
    progress: &dyn Progress,
    end: impl Future<Output = ()>,
) -> Result<Reading, LiveError> {
    let client = Client::new(options).map_err(LiveError::SetUp)?;
    let accounts = register.distinct_accounts();
    let wanted = Wanted {
        accounts: accounts.into_iter().map(|account| account.id).collect(),
        group: register.group,
    };
    let mut reading = pin!(resume_snapshot(&client, &wanted, earlier, progress));
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
