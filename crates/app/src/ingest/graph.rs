//! Microsoft Graph and the Office 365 Management Activity API as sources: pages of their logs, and
//! what it means that one cannot be read.

use std::collections::BTreeMap;

use halligan_core::id::TenantId;
use halligan_core::time::Timestamp;
use halligan_core::watch::event::Event;
use halligan_core::watch::watched::Subject;
use halligan_graph::poll::Wanted;

use super::WatchedTenant;

pub use halligan_graph::poll::{LOOK_BACK_MAX, Log, Polled, Schedule};
pub use halligan_graph::{Problem, Trace};

/// Rounds in a row in which a log cannot be read before that is told. What does not pass by itself
/// (a permission, a licence, a credential) is told at once.
pub const FAILED_ROUNDS: u32 = 3;

/// What to do where Graph gives no sign-ins for want of a licence.
pub const WITHOUT_LICENCE: &str = "sign-ins of a tenant without Entra ID P1 come through the \
     unified audit log alone: use `--source activity` (docs/guide/connect-the-logs.md, \"A tenant \
     without P1\")";

/// Whether a log that cannot be read is one of sign-ins that the tenant has no licence for: another
/// source has to bring them, or there is no alarm.
pub fn is_without_licence(log: Log, problem: &Problem) -> bool {
    log.is_of_sign_ins() && problem.is_licence()
}

/// Whose sign-ins Graph is asked for: the accounts' and the decoys', by id and by every name.
pub fn wanted(tenant: &WatchedTenant) -> Wanted {
    let accounts = tenant.names.accounts.keys().map(|id| (*id, Subject::Account(*id)));
    let decoys = tenant.watched.decoys().map(|id| (id, Subject::Decoy(id)));
    let mut wanted = Wanted::default();
    for (id, subject) in accounts.chain(decoys) {
        if !wanted.users.contains(&id) {
            wanted.users.push(id);
        }
        for name in tenant.watched.names_of(&subject) {
            if wanted.names.iter().all(|known| known != name) {
                wanted.names.push(name.to_owned());
            }
        }
    }
    wanted
}

/// Which logs cannot be read, since when, and for how many rounds.
#[derive(Clone, Debug, Default)]
pub struct Health {
    failing: BTreeMap<Log, Failing>,
    /// Logs that failed in the round that goes on.
    failed_now: Vec<Log>,
}

#[derive(Clone, Debug)]
struct Failing {
    since: Timestamp,
    rounds: u32,
    is_told: bool,
}

impl Health {
    /// A log could not be read; the event that says so, when it is time to say it.
    pub fn failed(
        &mut self,
        log: Log,
        problem: &Problem,
        tenant: Option<TenantId>,
        now: Timestamp,
    ) -> Option<Event> {
        self.failed_now.push(log);
        let fresh = Failing { since: now, rounds: 0, is_told: false };
        let failing = self.failing.entry(log).or_insert(fresh);
        failing.rounds = failing.rounds.saturating_add(1);
        let is_due = failing.rounds >= FAILED_ROUNDS || problem.is_lasting();
        if failing.is_told || !is_due {
            return None;
        }
        failing.is_told = true;
        let source = format!("the log {log} of {}", log.service());
        Some(super::failing(&source, &problem.to_string(), tenant, failing.since, now))
    }

    /// The round is over; the logs that can be read again and were told as failing.
    pub fn round(&mut self) -> Vec<Log> {
        let failed = std::mem::take(&mut self.failed_now);
        let mut back = Vec::new();
        self.failing.retain(|log, failing| {
            let is_failing = failed.contains(log);
            if !is_failing && failing.is_told {
                back.push(*log);
            }
            is_failing
        });
        back
    }
}
