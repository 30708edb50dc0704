//! Whether records come as they usually do: the rhythm of each source, and how late its records
//! are, kept over restarts in [`PULSE_FILE`] beside the register's streams.
//!
//! It watches from [`Pulse::watch`] on, learns from [`Pulse::seen`], and says what there is to tell
//! when it is asked ([`Pulse::look`]). Only the first sight of a record counts: polling asks for
//! the same hours again and again, and a source that brings nothing but copies is silent.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use halligan_core::id::TenantId;
use halligan_core::time::Timestamp;
use halligan_core::watch::event::{Event, Sign, Trouble, What};
use halligan_core::watch::latency::{Latency, Turn};
use halligan_core::watch::rhythm::{Rhythm, Silence};
use serde_json::{Map, Value, json};

use super::Came;
use crate::files::{FileError, read_limited, write_whole};

/// The file, in the register's folder.
pub const PULSE_FILE: &str = "halligan.pulse.json";
/// The largest that is read: a thousand tenants are a third of it.
pub const PULSE_BYTES_MAX: u64 = 32 << 20;
/// How often it is to be asked whether something is to be told.
pub const LOOK_EVERY: Duration = Duration::from_secs(60);
/// How often it is to be saved; what a crash costs is learnt again.
pub const SAVE_EVERY: Duration = Duration::from_secs(600);
/// Records of one source that are known as seen: a day of directory changes of a large tenant.
pub const SIGHTS_MAX: usize = 100_000;
/// Days for which a source that nobody watches is remembered.
pub const UNWATCHED_DAYS_MAX: i64 = 60;

const VERSION: u64 = 1;

/// The rhythms and latencies of all sources.
#[derive(Debug, Default)]
pub struct Pulse {
    path: PathBuf,
    beats: BTreeMap<Arc<str>, Beat>,
    /// What `seen` found out, until somebody looks.
    ends: Vec<(Arc<str>, Event)>,
}

/// Of one source.
#[derive(Debug, Default)]
struct Beat {
    is_watched: bool,
    rhythm: Rhythm,
    /// By tenant; `None` for records that name none that is watched.
    latencies: BTreeMap<Option<TenantId>, Latency>,
    /// When everything that was there had been read, of a source that is asked.
    read: Option<Timestamp>,
    sights: Sights,
}

/// Records that were seen, the last [`SIGHTS_MAX`].
#[derive(Debug, Default)]
struct Sights {
    known: HashSet<u64>,
    order: VecDeque<u64>,
}

/// A source, or a tenant of one, as a table shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The source.
    pub source: Arc<str>,
    /// The tenant, where records name one that is watched.
    pub tenant: Option<TenantId>,
    /// When the last record came.
    pub last: Option<Timestamp>,
    /// In how many minutes of this hour of the week records usually come.
    pub usual_minutes: Option<i64>,
    /// When silence is told, if nothing comes; `None` where it was told.
    pub due: Option<Timestamp>,
    /// Seconds that half of the last records took at most.
    pub median: Option<i64>,
    /// Seconds that 95 of 100 of them took at most.
    pub most: Option<i64>,
    /// What that usually is.
    pub usual: Option<i64>,
    /// Records that came more than a day late, and those from before it was watched.
    pub apart: (u64, u64),
}

impl Pulse {
    /// What was kept beside the register at that path; a file that is broken is said, and begun
    /// anew.
    pub fn beside(register: &Path, now: Timestamp) -> (Self, Option<PulseError>) {
        let path = register.with_file_name(PULSE_FILE);
        let read = match read_limited(&path, "PULSE_BYTES_MAX", PULSE_BYTES_MAX) {
            Ok(bytes) => parse(&bytes, now).ok_or_else(|| PulseError::Broken(path.clone())),
            Err(error) if error.is_absent() => Ok(BTreeMap::new()),
            Err(error) => Err(PulseError::File(error)),
        };
        let (beats, error) = match read {
            Ok(beats) => (beats, None),
            Err(error) => (BTreeMap::new(), Some(error)),
        };
        (Self { path, beats, ends: Vec::new() }, error)
    }

    /// A source is watched from `now` on, also should nothing ever come from it.
    pub fn watch(&mut self, source: &Arc<str>, now: Timestamp) {
        let beat = self.beats.entry(source.clone()).or_default();
        beat.is_watched = true;
        beat.rhythm.begin(now);
    }

    /// Everything that a source had at `at` was read, and what it raises is safe.
    pub fn read(&mut self, source: &Arc<str>, at: Timestamp) {
        self.beats.entry(source.clone()).or_default().read = Some(at);
    }

    /// When everything that a source had was last read; `None` where nobody wrote it down.
    pub fn read_at(&self, source: &Arc<str>) -> Option<Timestamp> {
        self.beats.get(source)?.read
    }

    /// Something came from a source: what [`super::Ingest::came`] says after each call.
    pub fn seen(&mut self, source: &Arc<str>, came: &Came, now: Timestamp) {
        if !self.beats.get(source).is_some_and(|beat| beat.is_watched) {
            self.watch(source, now);
        }
        let Some(beat) = self.beats.get_mut(source) else { return };
        if let Some(silence) = beat.seen(came, now) {
            self.ends.push((source.clone(), ended(source, silence, now)));
        }
    }

    /// What is to be told of the sources at `now`, each with its source: for
    /// [`super::Ingest::event`]. To be asked every [`LOOK_EVERY`].
    pub fn look(&mut self, now: Timestamp) -> Vec<(Arc<str>, Event)> {
        let mut told = std::mem::take(&mut self.ends);
        for (source, beat) in self.beats.iter_mut().filter(|(_, beat)| beat.is_watched) {
            let mut tell = |event| told.push((source.clone(), event));
            if let Some(silence) = beat.rhythm.overdue(now) {
                tell(gap(source, silence, now));
            }
            for (tenant, latency) in &mut beat.latencies {
                if let Some(turn) = latency.look(now) {
                    tell(turned(source, *tenant, turn, now));
                }
            }
        }
        told
    }

    /// Writes it down, for the next start; every [`SAVE_EVERY`] and at the end.
    pub fn save(&self) -> Result<(), FileError> {
        let sources = self.beats.iter().map(|(source, beat)| (source.to_string(), beat.value()));
        let sources: Map<String, Value> = sources.collect();
        let text = json!({ "version": VERSION, "sources": sources }).to_string();
        write_whole(&self.path, text.as_bytes())
    }

    /// The sources that are watched, and the tenants of each, for a table.
    pub fn rows(&self, now: Timestamp) -> Vec<Row> {
        let watched = self.beats.iter().filter(|(_, beat)| beat.is_watched);
        watched.flat_map(|(source, beat)| beat.rows(source, now)).collect()
    }
}

/// Why what was kept is begun anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PulseError {
    /// The file cannot be read.
    #[error(transparent)]
    File(FileError),
    /// It is not as Halligan writes it.
    #[error("`{}` is no file of rhythms; they are learnt anew", .0.display())]
    Broken(PathBuf),
}

impl Beat {
    fn seen(&mut self, came: &Came, now: Timestamp) -> Option<Silence> {
        let unread = came.records.saturating_sub(came.read.len() as u64);
        let sights = &mut self.sights;
        // Every one of them is remembered: no short cut after the first that is new.
        let new: Vec<_> = came.read.iter().filter(|one| sights.is_new(one.id)).collect();
        if unread == 0 && new.is_empty() {
            return None;
        }
        let ended = self.rhythm.seen(now);
        let since = self.rhythm.attentive_since().unwrap_or(now);
        for one in new {
            if let Some(at) = one.at {
                self.latencies.entry(one.tenant).or_default().seen(at, since, now);
            }
        }
        ended
    }

    fn rows(&self, source: &Arc<str>, now: Timestamp) -> Vec<Row> {
        let row = |tenant: Option<TenantId>, latency: &Latency| Row {
            source: source.clone(),
            tenant,
            last: self.rhythm.last(),
            usual_minutes: self.rhythm.usual_minutes(now),
            due: self.rhythm.due_at(),
            median: latency.median(),
            most: latency.most(now),
            usual: latency.usual(),
            apart: (latency.late(), latency.waited()),
        };
        if self.latencies.is_empty() {
            return vec![row(None, &Latency::default())];
        }
        self.latencies.iter().map(|(tenant, latency)| row(*tenant, latency)).collect()
    }

    fn value(&self) -> Value {
        let latencies = self.latencies.iter().map(|(tenant, latency)| {
            let tenant = tenant.map(|id| id.to_string()).unwrap_or_default();
            (tenant, serde_json::to_value(latency).unwrap_or_default())
        });
        let latencies: Map<String, Value> = latencies.collect();
        let rhythm = serde_json::to_value(&self.rhythm).unwrap_or_default();
        let read = self.read.map(|at| at.to_string());
        json!({ "rhythm": rhythm, "latencies": latencies, "read": read })
    }

    fn parse(mut value: Value) -> Option<Self> {
        let rhythm = serde_json::from_value(value.get_mut("rhythm")?.take());
        let rhythm = rhythm.ok().filter(Rhythm::is_sound)?;
        let Value::Object(latencies) = value.get_mut("latencies")?.take() else { return None };
        let latencies = latencies.into_iter().map(|(tenant, value)| {
            let tenant = match tenant.as_str() {
                "" => None,
                id => Some(id.parse().ok()?),
            };
            let latency = serde_json::from_value(value).ok().filter(Latency::is_sound)?;
            Some((tenant, latency))
        });
        let latencies = latencies.collect::<Option<_>>()?;
        // Files of before it was written down have none.
        let read = value.get("read").and_then(Value::as_str).and_then(|text| text.parse().ok());
        Some(Self { is_watched: false, rhythm, latencies, read, sights: Sights::default() })
    }
}

impl Sights {
    /// Whether a record was not seen yet; it is from now on.
    fn is_new(&mut self, id: u64) -> bool {
        if !self.known.insert(id) {
            return false;
        }
        if self.order.len() >= SIGHTS_MAX
            && let Some(first) = self.order.pop_front()
        {
            self.known.remove(&first);
        }
        self.order.push_back(id);
        true
    }
}

fn parse(bytes: &[u8], now: Timestamp) -> Option<BTreeMap<Arc<str>, Beat>> {
    let mut value: Value = serde_json::from_slice(bytes).ok()?;
    if value.get("version")?.as_u64()? != VERSION {
        return None;
    }
    let Value::Object(sources) = value.get_mut("sources")?.take() else { return None };
    let beats = sources
        .into_iter()
        .map(|(source, value)| Some((Arc::<str>::from(source), Beat::parse(value)?)));
    let mut beats = beats.collect::<Option<BTreeMap<_, _>>>()?;
    let days = |last| halligan_core::time::days_between(last, now);
    beats.retain(|_, beat| beat.rhythm.last().is_none_or(|at| days(at) <= UNWATCHED_DAYS_MAX));
    Some(beats)
}

fn gap(source: &str, silence: Silence, now: Timestamp) -> Event {
    let Silence { last, minutes } = silence;
    sign(
        format!("gap:{source}:{last}"),
        None,
        Sign::Gap { source: source.into(), last, minutes },
        now,
    )
}

fn ended(source: &str, silence: Silence, now: Timestamp) -> Event {
    let from = Trouble::Gap { minutes: silence.minutes };
    let id = format!("gap-end:{source}:{}", silence.last);
    sign(id, None, Sign::Back { source: source.into(), from }, now)
}

fn turned(source: &str, tenant: Option<TenantId>, turn: Turn, now: Timestamp) -> Event {
    let of = tenant.map(|id| id.to_string()).unwrap_or_default();
    let (word, what) = match turn {
        Turn::Grown { seconds, usual } => {
            ("late", Sign::Late { source: source.into(), seconds, usual })
        }
        Turn::Well { seconds } => {
            let from = Trouble::Late { seconds };
            ("late-end", Sign::Back { source: source.into(), from })
        }
    };
    sign(format!("{word}:{source}:{of}:{now}"), tenant, what, now)
}

fn sign(id: String, tenant: Option<TenantId>, what: Sign, now: Timestamp) -> Event {
    Event { id: Some(id), at: Some(now), tenant, correlation: None, what: What::Sign(what) }
}

#[cfg(test)]
mod tests;
