//! `[watch]`: what the tenant is called in what goes out, and where records come from.

use std::path::Path;

use super::walk::Table;
use crate::ingest::source::Source;

/// The longest code name of a tenant, in characters: it stands in every text message, which has
/// room for 160.
pub const TENANT_NAME_CHARACTERS_MAX: usize = 20;
/// The most sources.
pub const SOURCES_MAX: usize = 20;

const KEYS: &[&str] = &[CODE_NAME, SOURCES];
const CODE_NAME: &str = "code_name";
const SOURCES: &str = "sources";

/// What `[watch]` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// What the tenant is called in what goes out, in place of its name and id.
    pub code_name: Option<String>,
    /// Where records come from, where the command line does not say.
    pub sources: Vec<Source>,
}

/// What is declared; a path of a file starts at `folder`.
pub(super) fn read(root: &Table<'_, '_>, folder: &Path) -> Watch {
    let Some(table) = root.table("watch", "[watch]", KEYS) else { return Watch::default() };
    Watch { code_name: code_name(&table), sources: sources(&table, folder) }
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
