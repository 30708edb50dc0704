//! `[notify]`: who is told what changed, and by which mail server.

use std::path::{Path, PathBuf};

use halligan_core::change::HEARTBEAT_DAYS;
use halligan_relay::smtp::{Address, Server};
use toml::de::DeValue;

use super::error::Fault;
use super::sign_in::{SecretReference, reference};
use super::walk::Table;

/// The most people that are told: one more is a mailing list's work.
pub const RECIPIENTS_MAX: usize = 20;
/// The longest time without a letter that may be chosen, in days.
pub const HEARTBEAT_DAYS_MAX: u16 = 31;
/// Where the last run's result is kept when the register does not say.
pub const STATE_FILE: &str = "halligan.state.json";

const KEYS: &[&str] =
    &["to", "from", "smtp", "user", "password", "trust", "state", "heartbeat_days"];
const TO: &str = "to";
const HEARTBEAT: &str = "heartbeat_days";
const TO_TYPE: &str = "a list of mail addresses";
const HEARTBEAT_TYPE: &str = "a number of days";

/// Who is told, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// Who is told; at least one.
    pub to: Vec<Address>,
    /// The sender.
    pub from: Address,
    /// The submission server.
    pub server: Server,
    /// The name that the server asks for, and where its password is.
    pub login: Option<(String, SecretReference)>,
    /// The certificate of the authority that the server's must come from; `None` for any that
    /// this machine trusts.
    pub trust: Option<PathBuf>,
    /// Where the last run's result is kept.
    pub state: PathBuf,
    /// After how many days without a letter one says that nothing changed; 0 for never.
    pub heartbeat_days: u16,
}

/// The declared recipients; `None` when there are none or something is wrong.
pub(super) fn read(root: &Table<'_, '_>, folder: &Path) -> Option<Notify> {
    let table = root.table("notify", "[notify]", KEYS)?;
    let to = recipients(&table);
    let from = required(&table, "from", "from = \"halligan@example.org\"")
        .and_then(|()| table.parsed("from"));
    let server = required(&table, "smtp", "smtp = \"smtps://mail.example.org\"")
        .and_then(|()| table.parsed("smtp"));
    let login = login(&table, folder);
    let path = |key| table.text(key).filter(|text| !text.is_empty()).map(|at| folder.join(at));
    for key in ["trust", "state"] {
        if table.text(key).is_some_and(str::is_empty) {
            table.fault(key, "is empty", Some("leave it out, or name a file".into()));
        }
    }
    let (trust, state) = (path("trust"), path("state"));
    let heartbeat_days = heartbeat(&table);
    Some(Notify {
        to: to?,
        from: from?,
        server: server?,
        login: login?,
        trust,
        state: state.unwrap_or_else(|| folder.join(STATE_FILE)),
        heartbeat_days: heartbeat_days?,
    })
}

fn required(table: &Table<'_, '_>, key: &'static str, example: &'static str) -> Option<()> {
    if !table.has(key) {
        table.missing(key, example);
        return None;
    }
    Some(())
}

fn recipients(table: &Table<'_, '_>) -> Option<Vec<Address>> {
    required(table, TO, "to = [\"ada@example.org\", \"grace@example.org\"]")?;
    let items = table.list(TO, TO_TYPE);
    if let Some(beyond) = items.get(RECIPIENTS_MAX) {
        let what = format!("more than RECIPIENTS_MAX ({RECIPIENTS_MAX})");
        table.fault_at(beyond.span().start, TO, what, Some("write to a mailing list".into()));
    }
    let mut to: Vec<Address> = Vec::new();
    for item in &items {
        let Some(address) = table.parsed_of::<Address>(TO, item) else { continue };
        if to.contains(&address) {
            table.fault_at(item.span().start, TO, "names somebody twice", None);
        }
        to.push(address);
    }
    if items.is_empty() && matches!(table.value(TO)?.get_ref(), DeValue::Array(_)) {
        table.fault(TO, "names nobody", Some("two people are better than one".into()));
    }
    (!to.is_empty()).then_some(to)
}

/// The name and where its password is; the outer `None` when they are wrong.
fn login(table: &Table<'_, '_>, folder: &Path) -> Option<Option<(String, SecretReference)>> {
    let password = reference(table, "password", folder);
    match (table.has("user"), table.has("password")) {
        (false, false) => Some(None),
        (true, false) => {
            table.missing("password", "password = { env = \"HALLIGAN_SMTP_PASSWORD\" }");
            None
        }
        (false, true) => {
            table.missing("user", "user = \"halligan@example.org\"");
            None
        }
        (true, true) => {
            let user = table.required_text("user", "user = \"halligan@example.org\"")?;
            Some(Some((user.into(), password?)))
        }
    }
}

fn heartbeat(table: &Table<'_, '_>) -> Option<u16> {
    let Some(value) = table.value(HEARTBEAT) else { return Some(HEARTBEAT_DAYS) };
    let DeValue::Integer(number) = value.get_ref() else {
        table.wrong_type(HEARTBEAT, HEARTBEAT_TYPE, value.get_ref(), &value.span());
        return None;
    };
    let days = u16::from_str_radix(number.as_str(), number.radix()).ok();
    let days = days.filter(|days| *days <= HEARTBEAT_DAYS_MAX);
    if days.is_none() {
        let (limit, value) = ("HEARTBEAT_DAYS_MAX", usize::from(HEARTBEAT_DAYS_MAX));
        table.note(HEARTBEAT, Fault::Limit { limit, value });
    }
    days
}
