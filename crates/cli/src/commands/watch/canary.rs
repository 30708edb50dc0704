//! The canary of the daemon: it flies beside the sources, and is told of like them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use halligan_app::canary::{Canary, CanaryError, SOURCE, Sender, Standing, request_id};
use halligan_app::clock;
use halligan_app::config::Config;
use halligan_app::ingest::{self, Matched, Place, Taken};
use halligan_core::time::{SignedDuration, Timestamp};
use halligan_core::watch::canary::{Answer, Held, INCIDENT_TIME, Knock, Target};
use halligan_core::watch::event::Event;

use super::work::Work;
use crate::failure::Failure;
use crate::terminal::{say, say_hint, say_warning};

/// How often it is looked whether something is due.
const TICK: Duration = Duration::from_secs(1);

/// What flies.
pub(crate) struct Flight {
    canary: Canary,
    sender: Sender,
    /// Records that came and are not written down yet.
    matched: Vec<Matched>,
    /// What was said last of why it does not fly, or what is wrong.
    said: Option<String>,
}

impl Flight {
    /// The canary that the register declares; `None` where it declares none.
    pub(crate) fn of(register: &Path, config: &Config) -> Result<Option<Self>, Failure> {
        let Some(declared) = config.watch.canary.clone() else { return Ok(None) };
        let failed = |error: CanaryError| Failure::new(&error, error.hint());
        let sender = Sender::of(config, declared.clone()).map_err(failed)?;
        let begun = clock::exactly_now();
        let canary = Canary::beside(register, declared, config.register.tenant, begun);
        let canary = canary.map_err(failed)?;
        Ok(Some(Self { canary, sender, matched: Vec::new(), said: None }))
    }
}

impl Work {
    /// Lets the canary fly until somebody says stop.
    pub(super) async fn fly(self: Arc<Self>, mut flight: Flight) {
        let now = clock::exactly_now();
        self.tell_of_canary(flight.canary.owed(now), now);
        while !self.is_stopped() {
            let failed = match self.fly_once(&mut flight).await {
                Ok(held) => held.map(|held| format!("the canary does not fly: {held}")),
                Err(error) => Some(error.to_string()),
            };
            if failed != flight.said {
                failed.iter().for_each(|what| say_warning(what));
                flight.said = failed;
            }
            tokio::time::sleep(TICK).await;
        }
    }

    /// Writes down what came and what did not, and sends an attempt where one is due. Why none is
    /// made, where that is nothing usual.
    async fn fly_once(&self, flight: &mut Flight) -> Result<Option<Held>, CanaryError> {
        let now = clock::exactly_now();
        self.settle(flight, now)?;
        let standing = self.standing(flight, now);
        let announced = flight.canary.announce(request_id()?, standing, now)?;
        let attempt = match announced {
            Ok(attempt) => attempt,
            Err(held) => return Ok(Some(held).filter(|held| !held.is_usual())),
        };
        let (answer, why) = flight.sender.send(attempt.request).await;
        if let Some(why) = why {
            say_warning(&format!("the canary's attempt: {why}"));
        }
        if answer == Answer::WrongPassword {
            say("the canary flew: its record must come back through the logs");
        }
        let now = clock::exactly_now();
        let told = flight.canary.answered(attempt.request, answer, now)?;
        self.tell_of_canary(told, now);
        Ok(None)
    }

    fn settle(&self, flight: &mut Flight, now: Timestamp) -> Result<(), CanaryError> {
        let mut came = self.shared().ingest.take_matched();
        flight.matched.append(&mut came);
        // What cannot be written down is tried again the next time.
        while let Some(one) = flight.matched.first().cloned() {
            let back = flight.canary.seen(one.request, &one.record, now)?;
            self.tell_of_canary(back, now);
            flight.matched.remove(0);
        }
        // What came while nobody read is read first.
        if self.has_read() {
            let missed = flight.canary.overdue(now)?;
            self.tell_of_canary(missed, now);
        }
        Ok(())
    }

    fn standing(&self, flight: &Flight, now: Timestamp) -> Standing {
        let shared = self.shared();
        let declared = flight.canary.declared();
        // What is known of the tenant changes while it is watched.
        let known = self.config.as_ref().zip(shared.ingest.tenants().first());
        let target = known.map_or(Target::Unknown, |(config, tenant)| {
            let knock = Knock {
                account: declared.id,
                name: &declared.account,
                register: &config.register,
                watched: &tenant.watched,
                snapshot: tenant.standing.as_deref().map(ingest::Standing::snapshot),
            };
            Target::of(&knock, now)
        });
        let time = SignedDuration::try_from(INCIDENT_TIME).unwrap_or(SignedDuration::MAX);
        let is_incident = shared.called_at.is_some_and(|at| now.duration_since(at) < time);
        Standing { target, is_incident }
    }

    fn tell_of_canary(&self, events: impl IntoIterator<Item = Event>, now: Timestamp) {
        for event in events {
            let mut shared = self.shared();
            let place = Place { source: SOURCE.into(), line: None, offset: None };
            let detected = shared.ingest.event(event, &place, now);
            if let Err(failure) = self.tell(&mut shared, Taken { detected, unreadable: None }) {
                failure.print();
                say_hint("the canary's journal has it");
            }
        }
    }
}
