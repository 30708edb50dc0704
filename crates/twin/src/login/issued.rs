//! What was issued and is still worth something, each kept as its SHA-256.

use std::collections::{BTreeMap, BTreeSet};

use halligan_core::id::{Guid, TenantId};
use halligan_core::time::Timestamp;

use super::delegated;
use crate::app::sha256;
use crate::directory::Directory;
use crate::random;

/// Seconds that a token is worth something.
pub(super) const TOKEN_SECONDS: i64 = 3_599;
/// Seconds that an authorization code is worth something.
const CODE_SECONDS: i64 = 600;
/// Things of a kind that are kept at a time; a client that asks for more meets a refusal.
const MAX_KEPT: usize = 100_000;

type Kept<T> = BTreeMap<[u8; 32], T>;

/// Everything that was issued.
#[derive(Debug, Default)]
pub(crate) struct Issued {
    tokens: Kept<Grant>,
    codes: Kept<Code>,
    sessions: Kept<Session>,
    pub(super) devices: Kept<Device>,
}

/// An issued token: whose it is, what for, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The application's client id.
    pub(crate) client: Guid,
    /// The tenant in which it was issued.
    pub(crate) tenant: TenantId,
    /// The Microsoft Graph for which it was issued, such as `https://graph.microsoft.us`.
    pub(crate) audience: String,
    /// The person, and the delegated permissions; `None` for the application by itself.
    pub(crate) person: Option<(Guid, BTreeSet<String>)>,
    /// Whether the sign-in was asked for claims.
    pub(crate) has_stepped_up: bool,
    /// When the token ends.
    pub(crate) expires: Timestamp,
}

/// Who asks Graph, and what they may.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) client: Guid,
    pub(crate) permissions: BTreeSet<String>,
}

/// What a person signed in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) client: Guid,
    pub(super) tenant: TenantId,
    /// The Microsoft Graph that the permissions are of.
    pub(super) audience: String,
    pub(super) user: Guid,
    pub(super) permissions: BTreeSet<String>,
    /// `openid`, `profile`, `offline_access`, `email`, as far as asked for.
    pub(super) identity: BTreeSet<String>,
    pub(super) has_stepped_up: bool,
}

/// An authorization code.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) session: Session,
    pub(super) redirect_uri: String,
    /// The PKCE challenge, S256.
    pub(super) challenge: Option<String>,
    pub(super) nonce: Option<String>,
    expires: Timestamp,
}

/// A device code.
#[derive(Clone, Debug)]
pub(super) struct Device {
    pub(super) client: Guid,
    pub(super) tenant: TenantId,
    pub(super) audience: String,
    pub(super) user_code: String,
    pub(super) permissions: BTreeSet<String>,
    pub(super) identity: BTreeSet<String>,
    pub(super) state: DeviceState,
    pub(super) expires: Timestamp,
    pub(super) last_poll: Option<std::time::Instant>,
}

/// What became of a device code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeviceState {
    Pending,
    Entered(Guid),
    Declined,
}

impl Grant {
    /// A grant to an application by itself; its time begins when it is issued.
    pub(super) fn application(
        client: Guid,
        tenant: TenantId,
        audience: &str,
        now: Timestamp,
    ) -> Self {
        let audience = audience.to_owned();
        Self { client, tenant, audience, person: None, has_stepped_up: false, expires: now }
    }

    /// What the token's owner may do: an application what it was granted; a person what they gave
    /// and their directory roles let them. `None` when either is gone.
    pub(crate) fn caller(&self, directory: &Directory) -> Option<Caller> {
        let app = directory.apps.get(&self.client)?;
        let permissions = match &self.person {
            None => app.permissions.clone(),
            Some((user, given)) => delegated::effective(directory, *user, given)?,
        };
        Some(Caller { client: self.client, permissions })
    }
}

impl Device {
    /// Whether it is the one with this code, and nobody entered it yet.
    pub(super) fn is_waiting(&self, user_code: &str, now: Timestamp) -> bool {
        self.user_code.eq_ignore_ascii_case(user_code)
            && self.state == DeviceState::Pending
            && self.expires > now
    }
}

impl Issued {
    /// The grant behind an access token, expired or not.
    pub(crate) fn grant(&self, token: &str) -> Option<&Grant> {
        self.tokens.get(&sha256(token.as_bytes()))
    }

    /// The tenant in which a device code was asked for that can still be entered.
    pub(crate) fn tenant_of_device(&self, user_code: &str, now: Timestamp) -> Option<TenantId> {
        let mut devices = self.devices.values();
        let device = devices.find(|device| device.is_waiting(user_code, now));
        device.map(|device| device.tenant)
    }

    pub(crate) fn end_tokens(&mut self, now: Timestamp) {
        for grant in self.tokens.values_mut() {
            grant.expires = now;
        }
    }

    pub(crate) fn end_sessions(&mut self) {
        self.sessions.clear();
    }

    /// Issues an access token.
    pub(super) fn token(&mut self, mut grant: Grant, now: Timestamp) -> Option<String> {
        grant.expires = later(now, TOKEN_SECONDS)?;
        self.tokens.retain_room(|grant| grant.expires > now);
        keep(&mut self.tokens, grant)
    }

    pub(super) fn refresh_token(&mut self, session: Session) -> Option<String> {
        keep(&mut self.sessions, session)
    }

    pub(super) fn session(&self, refresh_token: &str) -> Option<Session> {
        self.sessions.get(&sha256(refresh_token.as_bytes())).cloned()
    }

    pub(super) fn code(
        &mut self,
        session: Session,
        redirect_uri: &str,
        challenge: Option<&str>,
        nonce: Option<&str>,
        now: Timestamp,
    ) -> Option<String> {
        let code = Code {
            session,
            redirect_uri: redirect_uri.into(),
            challenge: challenge.map(Into::into),
            nonce: nonce.map(Into::into),
            expires: later(now, CODE_SECONDS)?,
        };
        self.codes.retain_room(|code| code.expires > now);
        keep(&mut self.codes, code)
    }

    /// The code, which is used up by this, unless it is over.
    pub(super) fn redeem(&mut self, code: &str, now: Timestamp) -> Option<Code> {
        let code = self.codes.remove(&sha256(code.as_bytes()));
        code.filter(|code| code.expires > now)
    }

    pub(super) fn device(&mut self, device: Device, now: Timestamp) -> Option<String> {
        self.devices.retain_room(|device| device.expires > now);
        keep(&mut self.devices, device)
    }
}

trait RetainRoom<T> {
    /// Drops what `is_current` denies when there is no room left.
    fn retain_room(&mut self, is_current: impl Fn(&T) -> bool);
}

impl<T> RetainRoom<T> for Kept<T> {
    fn retain_room(&mut self, is_current: impl Fn(&T) -> bool) {
        if self.len() >= MAX_KEPT {
            self.retain(|_, one| is_current(one));
        }
    }
}

/// Keeps `value` under a new random text; `None` when there is no room or no randomness.
fn keep<T>(kept: &mut Kept<T>, value: T) -> Option<String> {
    if kept.len() >= MAX_KEPT {
        return None;
    }
    let text = random::opaque().ok()?;
    kept.insert(sha256(text.as_bytes()), value);
    Some(text)
}

/// The instant so many seconds later.
pub(super) fn later(now: Timestamp, seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(now.as_second().saturating_add(seconds)).ok()
}
