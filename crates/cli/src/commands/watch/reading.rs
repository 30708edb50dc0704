//! The tenant that is watched, read from itself where nobody gives a snapshot: the accounts' names
//! and aliases, their groups, owners and roles, policies, locations.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use halligan_app::config::Config;
use halligan_app::ingest::file::Until;
use halligan_app::ingest::refresh::{READ_AGAIN, READ_EVERY, READ_PAUSE, may_pass};
use halligan_app::live;
use halligan_app::sign_in::Asked;
use tokio::sync::oneshot::Sender;

use super::Watching;
use super::source::Source;
use super::subject::say_nameless;
use super::work::Work;
use crate::terminal::{say, say_hint, say_warning};

/// How often it is looked whether the tenant is to be read.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What was said of readings; each thing once.
#[derive(Debug, Default)]
struct Said(BTreeSet<String>);

impl Said {
    fn is_new(&mut self, what: &str) -> bool {
        self.0.insert(what.to_owned())
    }
}

impl Watching {
    /// Whether the tenant is asked who its accounts are: where it is asked for its logs anyway,
    /// and where the register says who signs in.
    pub(crate) fn reads_tenant(&self, config: Option<&Config>, sources: &[Source]) -> bool {
        let Some(config) = config.filter(|_| !self.subject.has_snapshot()) else { return false };
        sources.iter().any(|source| match source {
            Source::Graph | Source::Activity => true,
            Source::EventHubs | Source::Kafka(_) | Source::Push(_) => config.sign_in.is_some(),
            Source::File(_) | Source::Pipe => false,
        })
    }
}

impl Work {
    /// Reads the tenant, says so to `first`, and reads it again and again until somebody says
    /// stop.
    pub(super) async fn keep_tenant(&self, first: Sender<()>) {
        let mut first = Some(first);
        let mut said = Said::default();
        while !self.stop.load(Ordering::Relaxed) {
            let wait = if self.read_tenant(&mut said).await { READ_EVERY } else { READ_AGAIN };
            // Nobody may wait any longer.
            first.take().map(|first| first.send(()));
            if self.until == Until::End {
                return;
            }
            let begun = Instant::now();
            while !self.stop.load(Ordering::Relaxed) && begun.elapsed() < wait {
                tokio::time::sleep(LOOK_EVERY).await;
                if begun.elapsed() >= READ_PAUSE && self.shared().ingest.take_outdated() {
                    break;
                }
            }
        }
    }

    /// Whether all of it was read that another try may bring. Watching goes on in any case.
    async fn read_tenant(&self, said: &mut Said) -> bool {
        let Some(config) = &self.config else { return true };
        let mut notice = |notice: String| {
            if said.is_new(&notice) {
                say(&notice);
            }
        };
        let read = live::read(config, &Asked::nobody(), &(), &mut notice).await;
        let snapshot = match read {
            Ok(snapshot) => snapshot,
            Err(error) => {
                // A request has an id of its own: the same failure has many texts.
                if said.is_new("the tenant") {
                    say_warning(&format!(
                        "names and groups of the accounts are not read from the tenant: {error}"
                    ));
                    error.hint().iter().for_each(|hint| say_hint(hint));
                    self.say_nameless();
                }
                return false;
            }
        };
        let gaps = self.shared().ingest.refresh(0, &config.register, snapshot);
        for gap in &gaps {
            if said.is_new(&gap.part.to_string()) {
                say_warning(&format!("not read, and so not watched: {gap}"));
            }
        }
        if said.is_new("names") {
            self.say_nameless();
        }
        !gaps.iter().any(may_pass)
    }

    fn say_nameless(&self) {
        let nameless = self.shared().ingest.tenants().first().map_or(0, |one| one.nameless());
        say_nameless(nameless, "give the names: `--snapshot FILE`, from `halligan snapshot`");
    }
}
