//! `check --notify`: who must hear is told what changed since the last run.
//!
//! One run at a time holds the lock beside the state file, from before the tenant is read until
//! the state is written: two runs that overlapped would tell each other's news backwards. The
//! state moves on only when every recipient's mail was taken, so that a letter that was lost is
//! written again.

mod state;

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use halligan_core::change::{Last, Occasion, Record, letter, occasion};
use halligan_core::id::TenantId;
use halligan_core::register::Register;
use halligan_core::report::Assessment;
use halligan_core::time::Timestamp;
use halligan_relay::smtp::{
    Login, Mail, Options, SMTP_TIMEOUT, SmtpError, Trust, TrustError, send,
};
use thiserror::Error;

use crate::config::Notify;
use crate::files::{FileError, read_limited, write_whole};
use crate::secret::{SecretError, fetch_line};

pub use state::StateError;

/// The largest state file that is read: a hundred times that of a tenant with many findings.
pub const STATE_BYTES_MAX: u64 = 16 << 20;

/// The largest file of authorities that is read.
pub const TRUST_BYTES_MAX: u64 = 1 << 20;

/// Why nobody was told, or not everybody.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum NotifyError {
    /// Another run is at it.
    #[error("another run holds `{}`", path.display())]
    Busy {
        /// The lock.
        path: PathBuf,
    },
    /// A file cannot be read or written.
    #[error("{0}")]
    File(FileError),
    /// The state file cannot be used.
    #[error("`{}` {error}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: StateError,
    },
    /// The state file is that of another tenant.
    #[error("`{}` is of tenant `{state}`, and this is tenant `{now}`", path.display())]
    OtherTenant {
        /// The file.
        path: PathBuf,
        /// Its tenant.
        state: TenantId,
        /// The tenant that was judged.
        now: TenantId,
    },
    /// The password could not be fetched.
    #[error("the mail server's password: {0}")]
    Secret(SecretError),
    /// The file of authorities cannot be used.
    #[error("`{}` {error}", path.display())]
    Trust {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: TrustError,
    },
    /// The server took nothing.
    #[error("nobody was told: {0}")]
    Server(SmtpError),
    /// The server did not take it for everybody.
    #[error("{} of {of} people were not told", refused.len())]
    Refused {
        /// How many there are.
        of: usize,
        /// Who, masked, and why.
        refused: Vec<(String, SmtpError)>,
    },
}

impl NotifyError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Busy { .. } => Some("wait for it to end; runs do not overlap".into()),
            Self::File(error) => error.hint(),
            Self::State { .. } => Some(
                "put back a copy, or move it away and the next run tells everything from the \
                 beginning"
                    .into(),
            ),
            Self::OtherTenant { .. } => {
                Some("give each register its own `state` in `[notify]`".into())
            }
            Self::Secret(error) => error.hint(),
            Self::Trust { .. } => Some("`trust` names a PEM file of certificates".into()),
            Self::Server(error) => error.hint().map(Into::into),
            Self::Refused { .. } => {
                Some("the next run tells it again, to everybody, until all are told".into())
            }
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A letter was sent.
    Mailed {
        /// To how many people.
        people: usize,
        /// Its subject.
        subject: String,
    },
    /// There was nothing to tell.
    Quiet {
        /// When it was judged before.
        since: Timestamp,
    },
}

/// A run that is going to tell; no other can while this one lasts.
#[derive(Debug)]
pub struct Notifier<'c> {
    config: &'c Notify,
    last: Option<Last>,
    /// Unlocked by being closed, however the run ends.
    _lock: File,
}

impl<'c> Notifier<'c> {
    /// Takes the lock and reads what was told last, before anything is done that takes minutes.
    pub fn begin(config: &'c Notify) -> Result<Self, NotifyError> {
        let lock = lock(&config.state)?;
        let last = load(&config.state)?;
        Ok(Self { config, last, _lock: lock })
    }

    /// Tells what is different in `assessment`; `always` also when nothing is. `notice` is told
    /// what its keeper should know. Wants a Tokio runtime around it.
    pub async fn tell(
        self,
        register: &Register,
        assessment: &Assessment,
        always: bool,
        notice: &mut dyn FnMut(String),
    ) -> Result<Told, NotifyError> {
        let record = Record::of(register, assessment);
        if let Some(last) = &self.last
            && let (Some(state), Some(now)) = (last.record.tenant, record.tenant)
            && state != now
        {
            let path = self.config.state.clone();
            return Err(NotifyError::OtherTenant { path, state, now });
        }
        let days = self.config.heartbeat_days;
        let (told, mailed) = match (occasion(self.last.as_ref(), &record, always, days), &self.last)
        {
            (None, Some(last)) => (Told::Quiet { since: last.record.judged }, last.mailed),
            (occasion, _) => {
                let occasion = occasion.unwrap_or(Occasion::First);
                (self.mail(&record, &occasion, notice).await?, record.judged)
            }
        };
        let text = state::write(&Last { record, mailed });
        write_whole(&self.config.state, text.as_bytes()).map_err(NotifyError::File)?;
        Ok(told)
    }

    async fn mail(
        &self,
        record: &Record,
        occasion: &Occasion,
        notice: &mut dyn FnMut(String),
    ) -> Result<Told, NotifyError> {
        let options = options(self.config, notice).await?;
        let letter = letter(record, occasion);
        let mail = Mail {
            subject: letter.subject.clone(),
            body: letter.body,
            date: system_time(record.judged),
            id: format!("halligan.{}.{}", record.judged.as_second(), std::process::id()),
        };
        let to = &self.config.to;
        let delivery = send(&options, to, &mail).await.map_err(NotifyError::Server)?;
        if delivery.refused.is_empty() {
            return Ok(Told::Mailed { people: delivery.taken, subject: letter.subject });
        }
        let named = |(place, error): (usize, SmtpError)| {
            (to.get(place).map(|address| address.masked()).unwrap_or_default(), error)
        };
        let refused = delivery.refused.into_iter().map(named).collect();
        Err(NotifyError::Refused { of: to.len(), refused })
    }
}

async fn options(config: &Notify, notice: &mut dyn FnMut(String)) -> Result<Options, NotifyError> {
    let trust = match &config.trust {
        None => Trust::System,
        Some(path) => {
            let pem = read_limited(path, "TRUST_BYTES_MAX", TRUST_BYTES_MAX);
            let trust = Trust::from_pem(&pem.map_err(NotifyError::File)?);
            trust.map_err(|error| NotifyError::Trust { path: path.clone(), error })?
        }
    };
    let login = match &config.login {
        None => None,
        Some((user, place)) => {
            let (password, warning) = fetch_line(place).await.map_err(NotifyError::Secret)?;
            warning.into_iter().for_each(&mut *notice);
            Some(Login { user: user.clone(), password })
        }
    };
    let (server, from) = (config.server.clone(), config.from.clone());
    Ok(Options { server, trust, login, from, timeout: SMTP_TIMEOUT })
}

fn load(path: &Path) -> Result<Option<Last>, NotifyError> {
    let bytes = match read_limited(path, "STATE_BYTES_MAX", STATE_BYTES_MAX) {
        Err(error) if error.is_absent() => return Ok(None),
        read => read.map_err(NotifyError::File)?,
    };
    let last = state::read(&bytes);
    last.map(Some).map_err(|error| NotifyError::State { path: path.into(), error })
}

/// Beside the state, which is replaced as a whole and could not carry its own lock.
fn lock(state: &Path) -> Result<File, NotifyError> {
    let mut name = state.file_name().unwrap_or_default().to_os_string();
    name.push(".lock");
    let path = state.with_file_name(name);
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let failed = |error| NotifyError::File(FileError::write(&path, &error));
    let file = opened.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(NotifyError::Busy { path }),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

fn system_time(time: Timestamp) -> SystemTime {
    let seconds = u64::try_from(time.as_second()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[cfg(test)]
mod tests;
