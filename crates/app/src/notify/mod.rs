//! `check --notify`: who must hear is told what changed since the last run.
//!
//! One run at a time holds the lock beside the state file, from before the tenant is read until
//! the state is written: two runs that overlapped would tell each other's news backwards. The
//! state moves on when anybody's mail was taken, so that a letter that nobody got is written again.
//! Whom the server refused is owed: the next run writes them everything, and the others only what
//! changed. A check that cannot run is told as well (see [`Notifier::tell_hindered`]).

mod hindrance;
mod state;

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use halligan_core::change::{
    Last, Letter, Occasion, Outage, OutageOccasion, Record, letter, occasion, outage_letter,
    outage_occasion,
};
use halligan_core::id::TenantId;
use halligan_core::register::Register;
use halligan_core::report::Assessment;
use halligan_core::time::Timestamp;
use halligan_relay::smtp::{
    Address, Login, Mail, Options, SMTP_TIMEOUT, SmtpError, Trust, TrustError, send,
};
use thiserror::Error;

use crate::config::Notify;
use crate::files::{FileError, read_limited, write_whole};
use crate::secret::{SecretError, fetch_line};

pub use halligan_core::change::Hindrance;
pub use hindrance::{hindered_by, is_unread, otherwise_hindered};
pub use state::StateError;

use state::State;

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
        /// Who, by place in `to` from 1 and masked, and why.
        refused: Vec<(usize, String, SmtpError)>,
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
            Self::Refused { .. } => Some(
                "the next run writes to them again, and tells them everything; a mailbox that is \
                 gone must leave `to` in `[notify]`"
                    .into(),
            ),
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
    /// What keeps the check from running was told before.
    StillHindered {
        /// When it was first told.
        since: Timestamp,
    },
}

/// A run that is going to tell; no other can while this one lasts.
#[derive(Debug)]
pub struct Notifier<'c> {
    config: &'c Notify,
    state: State,
    /// Unlocked by being closed, however the run ends.
    _lock: File,
}

/// What came of the letters of one run.
#[derive(Debug, Default)]
struct Post {
    /// How many people got one.
    taken: usize,
    /// Who got none: place from 0, masked address, and why.
    refused: Vec<(usize, String, SmtpError)>,
}

impl<'c> Notifier<'c> {
    /// Takes the lock and reads what was told last, before anything is done that takes minutes.
    pub fn begin(config: &'c Notify) -> Result<Self, NotifyError> {
        let lock = lock(&config.state)?;
        let state = load(&config.state)?;
        Ok(Self { config, state, _lock: lock })
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
        self.must_be_of(record.tenant)?;
        let last = self.state.last.as_ref();
        let outage = self.state.outage.as_ref().map(|outage| outage.since);
        let days = self.config.heartbeat_days;
        let reason = occasion(last, &record, always || outage.is_some(), days);
        let news = reason.map(|occasion| {
            let written = letter(&record, &occasion);
            outage.map_or(written.clone(), |since| written.after_outage(since))
        });
        let (mailed, since) = match last {
            Some(last) if news.is_none() => (last.mailed, last.record.judged),
            _ => (record.judged, record.judged),
        };
        let whole = letter(&record, &Occasion::First);
        let post = self.post(news.as_ref(), &whole, record.judged, notice).await?;
        let owed = post.owed();
        let state = State { last: Some(Last { record, mailed }), outage: None, owed };
        self.end(&state, post, news.unwrap_or(whole), Told::Quiet { since })
    }

    /// Tells that the check could not run at `now`, unless that was told before and is not due
    /// again; `always` also then. What was known of the tenant stays known.
    pub async fn tell_hindered(
        self,
        tenant: Option<TenantId>,
        now: Timestamp,
        hindrance: &Hindrance,
        always: bool,
        notice: &mut dyn FnMut(String),
    ) -> Result<Told, NotifyError> {
        self.must_be_of(tenant)?;
        let (days, kind) = (self.config.heartbeat_days, hindrance.kind.clone());
        let outage = self.state.outage.as_ref();
        let since = outage.map_or(now, |outage| outage.since);
        let reason = outage_occasion(outage, &kind, now, always, days);
        let last = self.state.last.as_ref();
        let write = |occasion| outage_letter(tenant, now, since, hindrance, occasion, last);
        let news = reason.map(write);
        let mailed = match outage {
            Some(outage) if news.is_none() => outage.mailed,
            _ => now,
        };
        let whole = write(OutageOccasion::Began);
        let post = self.post(news.as_ref(), &whole, now, notice).await?;
        let owed = post.owed();
        let outage = Some(Outage { since, kind, mailed });
        let state = State { last: self.state.last.clone(), outage, owed };
        self.end(&state, post, news.unwrap_or(whole), Told::StillHindered { since })
    }

    fn must_be_of(&self, tenant: Option<TenantId>) -> Result<(), NotifyError> {
        let told = self.state.last.as_ref().and_then(|last| last.record.tenant);
        match (told, tenant) {
            (Some(state), Some(now)) if state != now => {
                let path = self.config.state.clone();
                Err(NotifyError::OtherTenant { path, state, now })
            }
            _ => Ok(()),
        }
    }

    /// Sends `news` to everybody, and the `whole` to whom a letter is owed. An error means that
    /// nobody was told.
    async fn post(
        &self,
        news: Option<&Letter>,
        whole: &Letter,
        now: Timestamp,
        notice: &mut dyn FnMut(String),
    ) -> Result<Post, NotifyError> {
        let places = self.config.to.iter().enumerate();
        let (owed, others): (Vec<_>, Vec<_>) =
            places.partition(|(_, address)| self.state.owed.contains(&address.masked()));
        let mut post = Post::default();
        let others = (news, others, "news");
        for (letter, people, part) in [others, (Some(whole), owed, "whole")] {
            let (Some(letter), false) = (letter, people.is_empty()) else { continue };
            let options = options(self.config, notice).await?;
            post.add(&options, letter, &people, part, now).await?;
        }
        let of = self.config.to.len();
        match post.refused.len() == of {
            true => Err(NotifyError::Refused { of, refused: from_one(post.refused) }),
            false => Ok(post),
        }
    }

    /// Writes the state; then says whom the server refused, or what was told.
    fn end(
        self,
        state: &State,
        post: Post,
        told: Letter,
        quiet: Told,
    ) -> Result<Told, NotifyError> {
        let text = state::write(state);
        write_whole(&self.config.state, text.as_bytes()).map_err(NotifyError::File)?;
        if !post.refused.is_empty() {
            let (of, refused) = (self.config.to.len(), from_one(post.refused));
            return Err(NotifyError::Refused { of, refused });
        }
        match post.taken {
            0 => Ok(quiet),
            people => Ok(Told::Mailed { people, subject: told.subject }),
        }
    }
}

impl Post {
    /// Whom a letter is owed from now on.
    fn owed(&self) -> BTreeSet<String> {
        self.refused.iter().map(|(_, who, _)| who.clone()).collect()
    }

    async fn add(
        &mut self,
        options: &Options,
        letter: &Letter,
        people: &[(usize, &Address)],
        part: &str,
        now: Timestamp,
    ) -> Result<(), NotifyError> {
        let mail = Mail {
            subject: letter.subject.clone(),
            body: letter.body.clone(),
            date: system_time(now),
            id: format!("halligan.{part}.{}.{}", now.as_second(), std::process::id()),
        };
        let to: Vec<Address> = people.iter().map(|(_, address)| (*address).clone()).collect();
        let named = |place: usize, error: SmtpError| {
            let (place, address) = people.get(place)?;
            Some((*place, address.masked(), error))
        };
        match send(options, &to, &mail).await {
            Ok(delivery) => {
                self.taken += delivery.taken;
                let refused = delivery.refused.into_iter();
                self.refused.extend(refused.filter_map(|(place, error)| named(place, error)));
            }
            // Some were told before the server went away.
            Err(error) if self.taken > 0 => {
                self.refused.extend((0..to.len()).filter_map(|at| named(at, error.clone())));
            }
            Err(error) => return Err(NotifyError::Server(error)),
        }
        Ok(())
    }
}

/// Places as a person counts them.
fn from_one(refused: Vec<(usize, String, SmtpError)>) -> Vec<(usize, String, SmtpError)> {
    refused.into_iter().map(|(place, who, error)| (place + 1, who, error)).collect()
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

fn load(path: &Path) -> Result<State, NotifyError> {
    let bytes = match read_limited(path, "STATE_BYTES_MAX", STATE_BYTES_MAX) {
        Err(error) if error.is_absent() => return Ok(State::default()),
        read => read.map_err(NotifyError::File)?,
    };
    state::read(&bytes).map_err(|error| NotifyError::State { path: path.into(), error })
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
