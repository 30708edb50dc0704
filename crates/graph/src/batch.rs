//! Reads that travel together: what waits at the same time is sent as one `$batch` of its version.
//!
//! Nobody gathers requests by hand. Whoever reads asks as if it were alone; the first of those
//! that wait becomes a leader, lets the others join it, and sends up to [`BATCH_PARTS_MAX`] of
//! them. Each part is judged on its own: one that is throttled waits for its own time and travels
//! again, one that is refused is refused alone, further pages are read by plain `GET`. A service
//! that knows no batches is asked one by one.
//!
//! Source: <https://learn.microsoft.com/graph/json-batching>.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use halligan_wire::batch::{self, Part, PartAnswer};
use tokio::sync::oneshot;

use crate::client::{Body, Client, judge};
use crate::problem::{Problem, Trace};
use crate::request::Request;
use crate::text::excerpt;
use crate::throttle::{Allowance, BATCH_PARTS_MAX};
use crate::token::Token;
use crate::transport::{Answer, Said, host_of};

/// Longest address that travels with others, in bytes; with it a batch stays below 64 KiB.
const PART_BYTES_MAX: usize = 2_048;

/// Turns that others get to join before a batch is sent.
const TURNS: usize = 2;

/// Longest foreign id of a part that a message repeats, in characters.
const ID_CHARACTERS_MAX: usize = 20;

/// Statuses by which a service says that it takes no batches, or not this one.
const UNSUPPORTED: [u16; 6] = [400, 403, 404, 405, 413, 501];

/// What waits to be sent together.
pub(crate) struct Batcher {
    parts_max: usize,
    is_refused: AtomicBool,
    /// By API version.
    lanes: Mutex<BTreeMap<String, Lane>>,
}

#[derive(Default)]
struct Lane {
    /// Batches that somebody is about to send; there is room in them for all that wait.
    leaders: usize,
    waiting: VecDeque<Passenger>,
}

/// A request that waits, and where its answer goes.
struct Passenger {
    request: Request,
    reply: oneshot::Sender<Reply>,
}

type Reply = Result<Answer, Refusal>;

/// Why a batch gave a part no answer.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// The part is to be sent alone.
    Alone,
    /// The batch failed for good.
    Problem(Problem),
}

impl Batcher {
    pub(crate) fn new(parts_max: usize) -> Self {
        let parts_max = parts_max.min(BATCH_PARTS_MAX);
        Self { parts_max, is_refused: AtomicBool::new(false), lanes: Mutex::default() }
    }

    /// Adds a request to those that wait; says whether the caller must send a batch.
    fn join(&self, version: &str, request: Request) -> (bool, oneshot::Receiver<Reply>) {
        let (reply, answer) = oneshot::channel();
        let mut lanes = self.lanes();
        let lane = lanes.entry(version.to_owned()).or_default();
        lane.waiting.push_back(Passenger { request, reply });
        (lane.leads(self.parts_max), answer)
    }

    /// Takes the oldest requests that wait, for a leader who is none afterwards.
    fn take(&self, version: &str) -> Vec<Passenger> {
        let mut lanes = self.lanes();
        let Some(lane) = lanes.get_mut(version) else { return Vec::new() };
        lane.leaders = lane.leaders.saturating_sub(1);
        let count = lane.waiting.len().min(self.parts_max);
        lane.waiting.drain(..count).collect()
    }

    fn lanes(&self) -> MutexGuard<'_, BTreeMap<String, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Batcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batcher").field("parts_max", &self.parts_max).finish_non_exhaustive()
    }
}

impl Lane {
    /// Whether one more leader is needed, who is then counted.
    fn leads(&mut self, parts_max: usize) -> bool {
        let is_short = self.leaders.saturating_mul(parts_max) < self.waiting.len();
        self.leaders += usize::from(is_short);
        is_short
    }
}

/// A leader's duty. One who gives up takes its passengers' places away, so that they ask again.
struct Duty<'a> {
    batcher: &'a Batcher,
    version: &'a str,
    is_done: bool,
}

impl Duty<'_> {
    fn take(mut self) -> Vec<Passenger> {
        self.is_done = true;
        self.batcher.take(self.version)
    }
}

impl Drop for Duty<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            drop(self.batcher.take(self.version));
        }
    }
}

impl Client {
    /// Whether a request may travel with others.
    pub(crate) fn may_travel(&self, request: &Request) -> bool {
        request.is_batched
            && self.batcher.parts_max > 1
            && !self.batcher.is_refused.load(Ordering::Relaxed)
            && !self.allowance(request).is_some_and(Allowance::is_kept)
            && request.url.as_str().len() <= PART_BYTES_MAX
    }

    /// Sends a request once, with whatever waits at the same time.
    pub(crate) async fn together(&self, request: &Request) -> Result<Answer, Refusal> {
        loop {
            let version = request.split().filter(|_| self.may_travel(request));
            let Some((version, _)) = version else { return Err(Refusal::Alone) };
            let (leads, reply) = self.batcher.join(version, request.clone());
            if leads {
                self.lead(version).await;
            }
            // No reply means that the leader has given up, and that somebody else must lead.
            if let Ok(reply) = reply.await {
                return reply;
            }
        }
    }

    /// Waits until there is room for a request, and sends what waits by then.
    async fn lead(&self, version: &str) {
        let duty = Duty { batcher: &self.batcher, version, is_done: false };
        for _ in 0..TURNS {
            tokio::task::yield_now().await;
        }
        drop(self.transport.gate().enter().await);
        let passengers = duty.take();
        let outcome = match passengers.as_slice() {
            [] | [_] => Err(Refusal::Alone),
            _ => self.batch(version, &passengers).await,
        };
        match outcome {
            Ok(answers) => {
                for (passenger, answer) in passengers.into_iter().zip(answers) {
                    // Whoever does not wait any more has no use for it.
                    let _ = passenger.reply.send(answer.map_err(Refusal::Problem));
                }
            }
            Err(refusal) => {
                for passenger in passengers {
                    let _ = passenger.reply.send(Err(refusal.clone()));
                }
            }
        }
    }

    /// Sends one batch and gives the answers in the order of the requests.
    async fn batch(
        &self,
        version: &str,
        passengers: &[Passenger],
    ) -> Result<Vec<Result<Answer, Problem>>, Refusal> {
        let body = written(passengers);
        let mut url = self.graph.clone();
        url.set_path(&format!("/{version}/$batch"));
        let sent = Instant::now();
        let answer = self.deliver(&url, &body).await.map_err(Refusal::of)?;
        if UNSUPPORTED.contains(&answer.status) {
            self.batcher.is_refused.store(true, Ordering::Relaxed);
            return Err(Refusal::Alone);
        }
        let token = answer.token.clone();
        let whole = judge(answer).map_err(Refusal::of)?;
        let answers = self.parts(&whole, passengers, &host_of(&url), sent, token.as_ref());
        answers.map_err(Refusal::of)
    }

    /// Sends a batch until there is an answer, with a fresh token once should the first be refused.
    async fn deliver(&self, url: &reqwest::Url, body: &str) -> Result<Answer, Problem> {
        let token = self.tokens.token(&self.transport).await?;
        let answer = self.transport.persist(|| self.post(url, body, &token)).await?;
        if !answer.wants_another_token() {
            return Ok(answer);
        }
        let token = self.tokens.renewed(&self.transport, &token, &answer).await?;
        self.transport.persist(|| self.post(url, body, &token)).await
    }

    /// The answers to the requests, in their order.
    ///
    /// An answer to a request that was not made, or two to one, and nothing of it can be believed;
    /// one that lacks is a problem of its request.
    fn parts(
        &self,
        whole: &Body,
        passengers: &[Passenger],
        host: &str,
        sent: Instant,
        token: Option<&Token>,
    ) -> Result<Vec<Result<Answer, Problem>>, Problem> {
        let wrong = |place: usize, what: String| Problem::Malformed {
            path: format!("responses[{place}].id"),
            what,
            trace: whole.trace.clone(),
        };
        let mut answers: Vec<Option<Answer>> = Vec::new();
        answers.resize_with(passengers.len(), || None);
        let read = batch::read(&whole.bytes);
        let read = read.map_err(|why| Problem::malformed(why, whole.trace.clone()))?;
        for (place, part) in read.into_iter().enumerate() {
            let id = excerpt(&part.id, ID_CHARACTERS_MAX);
            let number = part.id.parse::<usize>().ok().and_then(|id| id.checked_sub(1));
            let slot =
                number.and_then(|number| Some((answers.get_mut(number)?, passengers.get(number)?)));
            let (slot, passenger) =
                slot.ok_or_else(|| wrong(place, format!("`{id}` was not asked for")))?;
            let answer = self.part(&part, &whole.trace, host, token);
            // A limit of its own says nothing about the speed of the others.
            if passenger.request.small_limit().is_none() {
                let signal = answer.said.signal(part.status, sent.elapsed(), self.transport.pace());
                self.transport.gate().hear(signal, sent);
            }
            if slot.replace(answer).is_some() {
                return Err(wrong(place, format!("`{id}` is answered twice")));
            }
        }
        let missing = |place: usize| Problem::Malformed {
            path: "responses".into(),
            what: format!("part `{}` of the batch is not answered", place + 1),
            trace: whole.trace.clone(),
        };
        let answers = answers.into_iter().enumerate();
        Ok(answers.map(|(place, answer)| answer.ok_or_else(|| missing(place))).collect())
    }

    fn part(
        &self,
        part: &PartAnswer<'_>,
        outer: &Trace,
        host: &str,
        token: Option<&Token>,
    ) -> Answer {
        let header = |name: &str| part.header(name).map(ToOwned::to_owned);
        let said = Said::of(header, self.now());
        let mut trace = outer.clone();
        trace.request_id = said.request_id.clone().or(trace.request_id);
        let body = part.body.as_bytes().to_vec();
        let token = token.cloned();
        Answer { token, ..Answer::new(host.into(), part.status, trace, said, body) }
    }
}

impl Refusal {
    /// A batch that is too large for one answer may be read in pieces; all else is final.
    fn of(problem: Problem) -> Self {
        match problem {
            Problem::Limit { .. } => Self::Alone,
            problem => Self::Problem(problem),
        }
    }
}

/// The body of a batch. Ids are numbers from 1.
fn written(passengers: &[Passenger]) -> String {
    let part = |(place, passenger): (usize, &Passenger)| {
        let request = &passenger.request;
        let path = request.split().map_or("", |(_, path)| path);
        let url = match request.url.query() {
            Some(query) => format!("{path}?{query}"),
            None => path.to_owned(),
        };
        Part { id: (place + 1).to_string(), url, headers: request.headers().collect() }
    };
    batch::write(&passengers.iter().enumerate().map(part).collect::<Vec<_>>())
}
