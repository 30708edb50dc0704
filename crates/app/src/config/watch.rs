//! `[watch]`: what the tenant is called in what goes out, and where records come from; and
//! `[watch.canary]`: the attempts that must come back through them.

use std::path::Path;
use std::time::Duration;

use halligan_core::id::{AppId, UserId};
use halligan_core::time::SignedDuration;
use halligan_core::watch::canary::{EVERY, EVERY_BOUNDS, WITHIN, WITHIN_BOUNDS};
use halligan_graph::PASSWORD_CLIENT;

use super::walk::Table;
use crate::ingest::source::Source;

/// The longest code name of a tenant, in characters: it stands in every text message, which has
/// room for 160.
pub const TENANT_NAME_CHARACTERS_MAX: usize = 20;
/// The most sources.
pub const SOURCES_MAX: usize = 20;

const KEYS: &[&str] = &[CODE_NAME, SOURCES, "canary"];
const CANARY_KEYS: &[&str] = &["account", "id", EVERY_KEY, WITHIN_KEY, "client"];
const EVERY_KEY: &str = "every";
const WITHIN_KEY: &str = "within";
const CODE_NAME: &str = "code_name";
const SOURCES: &str = "sources";

/// What `[watch]` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// What the tenant is called in what goes out, in place of its name and id.
    pub code_name: Option<String>,
    /// Where records come from, where the command line does not say.
    pub sources: Vec<Source>,
    /// The canary; `None` where none is to fly.
    pub canary: Option<Canary>,
}

/// Attempts that must come back through the logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Canary {
    /// The decoy's user principal name.
    pub account: String,
    /// Its object id.
    pub id: UserId,
    /// From one attempt to the next.
    pub every: Duration,
    /// In which time the record must be back.
    pub within: Duration,
    /// The public client that asks.
    pub client: AppId,
}

/// What is declared; a path of a file starts at `folder`.
pub(super) fn read(root: &Table<'_, '_>, folder: &Path) -> Watch {
    let Some(table) = root.table("watch", "[watch]", KEYS) else { return Watch::default() };
    Watch { code_name: code_name(&table), sources: sources(&table, folder), canary: canary(&table) }
}

fn canary(watch: &Table<'_, '_>) -> Option<Canary> {
    let table = watch.table("canary", "[watch.canary]", CANARY_KEYS)?;
    let account = table.required_text("account", "account = \"reception@contoso.com\"");
    let account = account.filter(|name| {
        let is_name = name.contains('@');
        if !is_name {
            let hint = "the object id stands under `id`".to_owned();
            table.fault("account", "is no name to sign in with", Some(hint));
        }
        is_name
    });
    if !table.has("id") {
        table.missing("id", "id = \"5e11da00-0000-4000-8000-00000000dec0\"");
    }
    let id = table.parsed::<UserId>("id");
    let every = time(&table, EVERY_KEY, EVERY, EVERY_BOUNDS);
    let within = time(&table, WITHIN_KEY, WITHIN.min(every.unwrap_or(EVERY)), WITHIN_BOUNDS);
    if let (Some(every), Some(within)) = (every, within)
        && within > every
    {
        let hint = "one attempt at a time is on its way".to_owned();
        table.fault(WITHIN_KEY, "is longer than `every`", Some(hint));
    }
    let client = match table.has("client") {
        true => table.parsed("client"),
        false => Some(PASSWORD_CLIENT),
    };
    let (account, id) = (account?.trim().to_owned(), id?);
    Some(Canary { account, id, every: every?, within: within?, client: client? })
}

/// A time such as `90m` or `6h`, within its bounds.
fn time(
    table: &Table<'_, '_>,
    key: &'static str,
    default: Duration,
    (least, most): (Duration, Duration),
) -> Option<Duration> {
    if !table.has(key) {
        return Some(default);
    }
    let text = table.text(key)?;
    let read: Option<SignedDuration> = text.trim().parse().ok();
    let read = read.and_then(|time| Duration::try_from(time).ok());
    let read = read.filter(|time| (least..=most).contains(time));
    if read.is_none() {
        let [least, most] = [least, most].map(SignedDuration::try_from);
        let bounds = least.ok().zip(most.ok());
        let (least, most) = bounds.unwrap_or_default();
        let what = format!("must be a time from {least:#} to {most:#}");
        table.fault(key, what, Some(format!("for example `{key} = \"6h\"`")));
    }
    read
}

/// Letters that take one place each in the alphabet of text messages (GSM 03.38), and are read over
/// the phone without a mistake.
fn code_name(table: &Table<'_, '_>) -> Option<String> {
    let name = table.text(CODE_NAME)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    let what = match name.chars().count() {
        1..=TENANT_NAME_CHARACTERS_MAX if name.chars().all(is_plain) => return Some(name.into()),
        1..=TENANT_NAME_CHARACTERS_MAX => "must be made of `A` to `Z`, digits, `-` and `.`".into(),
        _ => format!("must have 1 to {TENANT_NAME_CHARACTERS_MAX} characters"),
    };
    table.fault(CODE_NAME, what, Some("for example `NORTH`".into()));
    None
}

fn sources(table: &Table<'_, '_>, folder: &Path) -> Vec<Source> {
    let items = table.list(SOURCES, "a list of sources");
    if let Some(beyond) = items.get(SOURCES_MAX) {
        let what = format!("more than SOURCES_MAX ({SOURCES_MAX})");
        table.fault_at(beyond.span().start, SOURCES, what, None);
    }
    let mut sources: Vec<Source> = Vec::new();
    for item in items {
        let Some(source) = table.parsed_of::<Source>(SOURCES, item) else { continue };
        let source = match source {
            Source::File(path) => Source::File(folder.join(path)),
            other => other,
        };
        let fault = |what: &str| table.fault_at(item.span().start, SOURCES, what, None);
        match &source {
            Source::Pipe => fault("standard input is the command line's: `--source -`"),
            source if sources.contains(source) => fault("names a source twice"),
            _ => sources.push(source),
        }
    }
    sources
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SMALL, check, parse};
    use super::*;

    #[test]
    fn code_name_and_sources_are_read_and_paths_start_at_the_register() {
        let text = format!(
            "{SMALL}[watch]\ncode_name = \"NORTH-1\"\nsources = [\"graph\", \"file:x.ndjson\"]"
        );
        let watch = parse(&text).unwrap().watch;
        assert_eq!(watch.code_name.as_deref(), Some("NORTH-1"));
        assert_eq!(watch.sources, [Source::Graph, Source::File("etc/x.ndjson".into())]);
        assert_eq!(parse(SMALL).unwrap().watch, Watch::default());
    }

    #[test]
    fn a_canary_flies_where_it_is_declared_and_at_its_own_times() {
        let text = |rest: &str| {
            format!(
                "{SMALL}[watch.canary]\naccount = \"reception@contoso.com\"\n\
                 id = \"11111111-1111-4111-8111-111111111111\"\n{rest}"
            )
        };
        let canary = |rest: &str| parse(&text(rest)).unwrap().watch.canary.unwrap();
        let usual = canary("");
        assert_eq!((usual.every, usual.within), (EVERY, WITHIN));
        assert_eq!(usual.client, PASSWORD_CLIENT);
        let other = canary("every = \"90m\"\nwithin = \"30m\"");
        assert_eq!((other.every.as_secs(), other.within.as_secs()), (5400, 1800));
        let often = canary("every = \"30m\"");
        assert_eq!(often.within, often.every, "the usual time is longer than that");
        assert_eq!(parse(SMALL).unwrap().watch.canary, None);
        for (rest, told) in [
            ("every = \"10m\"", "`every`: must be a time from 30m to 168h"),
            ("every = \"soon\"", "`every`: must be a time from 30m to 168h"),
            ("within = \"2d\"", "`within`: must be a time from 1m to 24h"),
            ("every = \"1h\"\nwithin = \"2h\"", "`within`: is longer than `every`"),
            ("client = \"x\"", "`client`: "),
            ("password = \"x\"", "unknown key `password` in [watch.canary]"),
        ] {
            let errors = parse(&text(rest)).unwrap_err().to_string();
            assert!(errors.contains(told), "{rest}: {errors}");
        }
        check(
            "[watch.canary]\nid = \"11111111-1111-4111-8111-111111111111\"\naccount = \"x\"",
            "5:11: `account`: is no name to sign in with | the object id stands under `id`",
        );
    }

    #[test]
    fn what_is_wrong_is_said_where_it_stands() {
        let letters = "`code_name`: must be made of `A` to `Z`, digits, `-` and `.`";
        let example = "| for example `NORTH`";
        for (rest, expected) in [
            ("[watch]\ncode_name = \"Nörd\"", format!("4:13: {letters} {example}")),
            ("[watch]\ncode_name = \"a b\"", format!("4:13: {letters} {example}")),
            (
                "[watch]\ncode_name = \"abcdefghijklmnopqrstu\"",
                format!("4:13: `code_name`: must have 1 to 20 characters {example}"),
            ),
            (
                "[watch]\nsources = [\"graph\", \"graph\"]",
                "4:21: `sources`: names a source twice".into(),
            ),
            (
                "[watch]\nsources = [\"-\"]",
                "4:12: `sources`: standard input is the command line's: `--source -`".into(),
            ),
            (
                "[watch]\nsources = [\"push:0.0.0.0:1\"]",
                "4:12: `sources`: only an address of this machine: a reverse proxy with TLS stands \
                 before it"
                    .into(),
            ),
            (
                "[watch]\nsource = []",
                "4:1: unknown key `source` in [watch] | did you mean `sources`?".into(),
            ),
        ] {
            check(rest, &expected);
        }
    }
}
