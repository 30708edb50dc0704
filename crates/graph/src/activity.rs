//! The unified audit log through the Office 365 Management Activity API: sign-ins and changes for
//! tenants without Entra ID P1, whose sign-in log Graph keeps shut.
//!
//! The service puts records together into content, lists what content came when, and gives each by
//! its own address. Nothing can be asked for by account: the directory's records of the whole
//! tenant are transferred, each content once. It collects nothing before somebody subscribes, which
//! is a change of the tenant: here it is only looked whether that was done.
//!
//! Source:
//! <https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-reference>.

use std::collections::BTreeMap;
use std::time::Duration;

use halligan_core::id::TenantId;
use halligan_core::time::Timestamp;
use halligan_wire::activity::{Content, read_content, read_subscription};
use reqwest::Url;

use crate::client::{Body, Client, next_page};
use crate::endpoints::Endpoints;
use crate::patience::Reached;
use crate::poll::{Log, Look, Polled, Round, Schedule, Source, signed};
use crate::problem::{Problem, Trace};
use crate::request::Request;
use crate::secret::SignIn;
use crate::token::{Authority, Tokens};

/// What is subscribed to: sign-ins and changes of the directory.
pub const CONTENT_TYPE: &str = "Audit.AzureActiveDirectory";

/// The longest time that one list covers.
pub const WINDOW_MAX: Duration = Duration::from_secs(24 * 3600);

/// How far back content is listed: the service gives seven days, less the time of the request.
pub const LOOK_BACK_MAX: Duration = Duration::from_secs((7 * 24 - 1) * 3600);

/// How far back the first round looks, so that a stop over a weekend hides nothing; the latest is
/// read first.
pub const FIRST_LOOK_BACK: Duration = LOOK_BACK_MAX;

/// Contents that are remembered as fetched; with more, all are forgotten, and what is listed once
/// more is fetched once more.
pub const CONTENT_REMEMBERED_MAX: usize = 200_000;

/// What stands in the path before the tenant.
const ROOT: &str = "/api/v1.0/";

/// The API of one tenant.
#[derive(Debug)]
pub(crate) struct Feed {
    /// `https://manage.office.com/api/v1.0/{tenant}/activity/feed/`.
    root: Url,
    audience: String,
    tenant: TenantId,
    pub(crate) tokens: Tokens,
}

impl Feed {
    /// The API beside Graph; `None` where it is not known, where a person would have to sign in
    /// once more, and where the tenant is named by a domain, which its addresses do not take.
    pub(crate) fn of(endpoints: &Endpoints, tenant: &str, sign_in: &SignIn) -> Option<Self> {
        let (origin, audience) = endpoints.activity().zip(endpoints.activity_audience())?;
        if matches!(sign_in, SignIn::Person(_)) {
            return None;
        }
        let tenant: TenantId = tenant.parse().ok()?;
        let root = Url::parse(&format!("{origin}{ROOT}{tenant}/activity/feed/")).ok()?;
        let authority = Authority::of(endpoints.login(), audience, &tenant.to_string())?;
        let tokens = Tokens::new(authority, sign_in.clone());
        Some(Self { root, audience: audience.into(), tenant, tokens })
    }

    /// Whether it answers at `url`. A twin serves everything at one origin, apart by its paths.
    pub(crate) fn is_at(&self, url: &Url) -> bool {
        url.origin() == self.root.origin() && url.path().starts_with("/api/")
    }

    /// The address of an operation. Requests that do not say who publishes the program share one
    /// allowance with all others that do not; who uses it is named instead.
    fn operation(&self, name: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.root.join(name).unwrap_or_else(|_| self.root.clone());
        url.query_pairs_mut().extend_pairs(query);
        self.published(url)
    }

    fn published(&self, mut url: Url) -> Url {
        const PUBLISHER: &str = "PublisherIdentifier";
        if !url.query_pairs().any(|(name, _)| name.eq_ignore_ascii_case(PUBLISHER)) {
            url.query_pairs_mut().append_pair(PUBLISHER, &self.tenant.to_string());
        }
        url
    }

    /// What has to be done once, by whoever may change the tenant.
    fn not_subscribed(&self) -> Problem {
        let mut start = self.root.clone();
        start.set_path(&format!("{}subscriptions/start", self.root.path()));
        start.set_query(Some(&format!("contentType={CONTENT_TYPE}")));
        let audience = &self.audience;
        let command = format!("az rest --method post --resource {audience} --url \"{start}\"");
        Problem::NotSubscribed { content: CONTENT_TYPE, command }
    }

    /// The problem in the words of the rest of this crate: the service spells refusals by codes of
    /// its own, whatever their status.
    fn sorted(&self, problem: Problem) -> Problem {
        let Some(code) = code_of(&problem) else { return problem };
        match (code, problem) {
            ("AF20022" | "AF20023", _) => self.not_subscribed(),
            (
                "AF10001" | "AF20010" | "AF20011" | "AF20012",
                Problem::Unauthorized { code, message, trace }
                | Problem::Refused { code, message, trace, .. },
            ) => Problem::Denied { code, message, trace },
            ("AF20050" | "AF20051" | "AF20052", problem) => {
                let trace = match problem {
                    Problem::NotFound { trace, .. } | Problem::Refused { trace, .. } => trace,
                    _ => Trace::default(),
                };
                Problem::NotFound { code: code.into(), trace }
            }
            // Said with another status than the one that stands for it.
            ("AF429", Problem::Denied { trace, .. } | Problem::Refused { trace, .. }) => {
                let (attempts, reached) = (1, Reached::Attempts);
                Problem::Throttled { retry_after_seconds: None, attempts, reached, trace }
            }
            (_, problem) => problem,
        }
    }
}

/// The code of the service in a refusal.
fn code_of(problem: &Problem) -> Option<&'static str> {
    let (Problem::Unauthorized { code, .. }
    | Problem::Denied { code, .. }
    | Problem::NotFound { code, .. }
    | Problem::Refused { code, .. }) = problem
    else {
        return None;
    };
    HINTS.iter().map(|(known, _)| *known).find(|known| known.eq_ignore_ascii_case(code))
}

/// Codes of the service that say what to do.
const HINTS: [(&str, &str); 11] = [
    (
        "AF10001",
        "grant the application `ActivityFeed.Read` of `Office 365 Management APIs`, an application \
         permission, with admin consent",
    ),
    ("AF20010", "check the tenant id: the token is of another tenant"),
    (
        "AF20011",
        "the tenant has no Microsoft 365 whose log could be read; a new one may need hours",
    ),
    (
        "AF20012",
        "turn the unified audit log on: `Set-AdminAuditLogConfig -UnifiedAuditLogIngestionEnabled \
         $true` in Exchange Online PowerShell",
    ),
    ("AF20022", SUBSCRIBE),
    ("AF20023", SUBSCRIBE),
    ("AF20030", "set this machine's clock: the times asked for are not the service's"),
    ("AF429", "try again later; the tenant's allowance is shared by all who read its log"),
    ("AF20050", GONE),
    ("AF20051", GONE),
    ("AF20052", GONE),
];

const SUBSCRIBE: &str = "run it once, signed in as the watcher's application \
     (docs/guide/connect-the-logs.md, \"A tenant without P1\"): the watcher only reads; the first \
     records come up to 12 hours later";

const GONE: &str = "these records are lost to this source: look them up in the audit search of \
                    Microsoft Purview, which keeps them for months";

/// What to do about a refusal of the service.
pub(crate) fn hint_for(problem: &Problem) -> Option<&'static str> {
    match problem {
        Problem::NotSubscribed { .. } => return Some(SUBSCRIBE),
        Problem::NoActivity => {
            return Some(
                "it wants the tenant by its id, an application that signs in rather than a person, \
                 and where `graph` and `login` are given, `activity` beside them under [tenant]",
            );
        }
        _ => {}
    }
    let code = code_of(problem)?;
    HINTS.iter().find(|(known, _)| *known == code).map(|(_, hint)| *hint)
}

impl Client {
    /// Reads the directory's part of the unified audit log, round by round, until `stop` is ready
    /// or the schedule's rounds are over.
    ///
    /// # Errors
    ///
    /// [`Problem::NoActivity`] where there is nothing to ask; other problems are given to `take`.
    pub async fn poll_activity(
        &self,
        schedule: &Schedule,
        stop: impl Future<Output = ()>,
        take: impl FnMut(Polled<'_>),
    ) -> Result<(), Problem> {
        let feed = self.activity.as_ref().ok_or(Problem::NoActivity)?;
        let fetched = BTreeMap::new();
        let mut reading =
            Reading { client: self, feed, fetched, has_looked_back: false, requests: 0 };
        self.rounds(&mut reading, schedule, stop, take).await;
        Ok(())
    }
}

/// What was fetched so far.
struct Reading<'a> {
    client: &'a Client,
    feed: &'a Feed,
    /// Contents by id, with the time by which they are forgotten.
    fetched: BTreeMap<String, Timestamp>,
    /// Whether everything that is there was read once: nobody knows what was before the start.
    has_looked_back: bool,
    requests: usize,
}

impl Source for Reading<'_> {
    async fn round(&mut self, look: Look, take: &mut impl FnMut(Polled<'_>)) -> Round {
        self.requests = 0;
        let mut round = Round { logs: 1, ..Round::default() };
        if let Err(problem) = self.read(look, take).await {
            take(Polled::Failed(Log::Unified, &problem));
            round.failed = 1;
        }
        round.requests = self.requests;
        round
    }
}

impl Reading<'_> {
    /// Reads what came since; the first problem of several, after everything was tried.
    async fn read(&mut self, look: Look, take: &mut impl FnMut(Polled<'_>)) -> Result<(), Problem> {
        let back = |by| look.now.checked_sub(signed(by)).unwrap_or(look.now);
        let earliest = back(LOOK_BACK_MAX);
        if look.sweeps {
            self.must_be_subscribed().await?;
            self.forget(earliest);
        }
        let first = || look.since.min(back(FIRST_LOOK_BACK));
        let since = if self.has_looked_back { look.since } else { first() };
        if since < earliest {
            // What came before is lost, which is no reason not to read what is there.
            let lost = Problem::NotFound { code: "AF20051".into(), trace: Trace::default() };
            take(Polled::Failed(Log::Unified, &lost));
        }
        let mut failed = None;
        for (from, to) in windows(since.max(earliest), look.now) {
            if let Err(problem) = self.window(from, to, take, &mut failed).await {
                failed.get_or_insert(problem);
            }
        }
        self.has_looked_back |= failed.is_none();
        failed.map_or(Ok(()), Err)
    }

    async fn must_be_subscribed(&mut self) -> Result<(), Problem> {
        let url = self.feed.operation("subscriptions/list", &[]);
        let Body { bytes, trace, .. } = self.get(url).await?;
        let status = read_subscription(&bytes, CONTENT_TYPE);
        let status = status.map_err(|why| Problem::malformed(why, trace))?;
        match status.is_some_and(|status| status.eq_ignore_ascii_case("enabled")) {
            true => Ok(()),
            false => Err(self.feed.not_subscribed()),
        }
    }

    /// Lists what came in a time and fetches what was not; a content that cannot be fetched does
    /// not hide the others.
    async fn window(
        &mut self,
        from: Timestamp,
        to: Timestamp,
        take: &mut impl FnMut(Polled<'_>),
        failed: &mut Option<Problem>,
    ) -> Result<(), Problem> {
        let time = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let (start, end) = (time(from), time(to));
        let times = [("contentType", CONTENT_TYPE), ("startTime", &start), ("endTime", &end)];
        let mut url = self.feed.operation("subscriptions/content", &times);
        let most = self.client.page_limit();
        for _ in 0..most {
            let Body { bytes, trace, next_page: next } = self.get(url).await?;
            let contents = read_content(&bytes);
            for content in contents.map_err(|why| Problem::malformed(why, trace.clone()))? {
                if let Err(problem) = self.content(content, to, &trace, take).await {
                    failed.get_or_insert(problem);
                }
            }
            let Some(next) = next else { return Ok(()) };
            url = self.feed.published(next_page(&next, &self.feed.root, &trace)?);
        }
        Err(Problem::Limit { name: "PAGES_MAX", value: most, trace: Trace::default() })
    }

    /// Fetches a content, once.
    async fn content(
        &mut self,
        content: Content,
        listed: Timestamp,
        trace: &Trace,
        take: &mut impl FnMut(Polled<'_>),
    ) -> Result<(), Problem> {
        if self.fetched.contains_key(&content.id) {
            return Ok(());
        }
        let url = next_page(&content.uri, &self.feed.root, trace)?;
        let fetched = self.get(self.feed.published(url)).await;
        // Anything else that is not found may be there at the next try.
        let is_gone = matches!(&fetched, Err(problem @ Problem::NotFound { .. })
            if code_of(problem).is_some());
        if let Ok(Body { bytes, .. }) = &fetched {
            take(Polled::Page(Log::Unified, bytes));
        }
        if fetched.is_ok() || is_gone {
            self.fetched.insert(content.id, content.created.unwrap_or(listed));
        }
        fetched.map(|_| ())
    }

    fn forget(&mut self, earliest: Timestamp) {
        self.fetched.retain(|_, created| *created >= earliest);
        if self.fetched.len() > CONTENT_REMEMBERED_MAX {
            self.fetched.clear();
        }
    }

    async fn get(&mut self, url: Url) -> Result<Body, Problem> {
        self.requests += 1;
        let body = self.client.get(&Request::of(url)).await;
        body.map_err(|problem| self.feed.sorted(problem))
    }
}

/// A time in parts that one list covers, the latest first: what is new is told first.
fn windows(since: Timestamp, now: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut windows = Vec::new();
    let mut to = now;
    while to > since {
        let from = to.checked_sub(signed(WINDOW_MAX)).map_or(since, |from| from.max(since));
        windows.push((from, to));
        to = from;
    }
    windows
}
