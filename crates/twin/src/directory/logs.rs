//! The logs of the tenant: sign-ins and directory audits, each with the time at which it can be
//! read.

use std::collections::BTreeSet;

use halligan_core::id::Guid;
use halligan_core::time::{SignedDuration, Timestamp};
use halligan_core::watch::event::{Event, What};
use halligan_wire::event::write;

use super::Object;

/// A record, and from when on it is there: records come minutes late.
#[derive(Clone, Debug, PartialEq)]
pub struct LogRecord {
    /// The `signIn` (beta) or `directoryAudit` object.
    pub object: Object,
    /// From when on it is answered.
    pub readable: Timestamp,
}

/// What the tenant's logs hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logs {
    /// Sign-ins of every kind, in the order of their arrival.
    pub sign_ins: Vec<LogRecord>,
    /// Changes of the directory, in the order of their arrival.
    pub audits: Vec<LogRecord>,
    /// The same records in the unified audit log.
    pub unified: Unified,
    /// How long the record of an attempt with a password takes to arrive; `None` for no time.
    pub delay: Option<SignedDuration>,
}

/// The unified audit log of Microsoft 365, as far as its API goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unified {
    /// Whether it is turned off.
    pub is_off: bool,
    /// Applications, by client id, that hold `ActivityFeed.Read`: a permission of another service
    /// than Graph.
    pub readers: BTreeSet<Guid>,
    /// Since when somebody subscribes to the directory's content: what came before is not given.
    pub subscribed: Option<Timestamp>,
    /// How much later than in Graph's logs a record is there.
    pub delay: SignedDuration,
}

impl Logs {
    /// Writes an event into its log, readable from `readable` on. A second record of one id
    /// replaces the first, as the service updates records. `false` for what is in no log here.
    pub fn add(&mut self, event: &Event, readable: Timestamp) -> bool {
        let log = match event.what {
            What::SignIn(_) => &mut self.sign_ins,
            What::Audit(_) => &mut self.audits,
            _ => return false,
        };
        let Some(serde_json::Value::Object(object)) = write(event) else { return false };
        let id = object.get("id").cloned();
        log.retain(|one| id.is_none() || one.object.get("id") != id.as_ref());
        log.push(LogRecord { object, readable });
        true
    }
}
