//! `[[accepted]]`: findings that somebody accepted, each until a day.

use halligan_core::check::ALL;
use halligan_core::register::Acceptance;
use halligan_core::time::{Timestamp, days_between};
use toml::de::DeValue;

use super::error::Fault;
use super::walk::{Table, nearest};

/// How far ahead an acceptance may end, in days: a year, and time to look at it again.
pub const ACCEPTANCE_DAYS_MAX: i64 = 400;

const KEYS: &[&str] = &["check", "subject", "by", "reason", "until"];
const UNTIL: &str = "until";
const UNTIL_TYPE: &str = "a date without quotes, such as 2027-01-31";

pub(super) fn read(root: &Table<'_, '_>, now: Timestamp) -> Vec<Acceptance> {
    let tables = root.tables("accepted", "[[accepted]]", KEYS);
    tables.iter().filter_map(|table| acceptance(table, now)).collect()
}

fn acceptance(table: &Table<'_, '_>, now: Timestamp) -> Option<Acceptance> {
    let check = check(table);
    let subject = table.text("subject");
    let by = table.required_text("by", "by = \"Ada Lovelace\"");
    let reason = table.required_text("reason", "reason = \"replaced on Friday\"");
    let until = until(table, now);
    Some(Acceptance {
        check: check?,
        subject: subject.map(Into::into),
        by: by?.into(),
        reason: reason?.into(),
        until: until?,
    })
}

fn check(table: &Table<'_, '_>) -> Option<String> {
    let id = table.required_text("check", "check = \"HG-EXIT-09\"")?;
    if let Some(check) = ALL.iter().find(|check| check.id.eq_ignore_ascii_case(id)) {
        return Some(check.id.into());
    }
    let ids: Vec<&'static str> = ALL.iter().map(|check| check.id).collect();
    let fault = Fault::UnknownCheck { id: id.into(), nearest: nearest(id, &ids) };
    table.note("check", fault);
    None
}

/// The end of the declared day in UTC.
fn until(table: &Table<'_, '_>, now: Timestamp) -> Option<Timestamp> {
    let Some(value) = table.value(UNTIL) else {
        table.missing(UNTIL, "until = 2027-01-31");
        return None;
    };
    let DeValue::Datetime(datetime) = value.get_ref() else {
        table.wrong_type(UNTIL, UNTIL_TYPE, value.get_ref(), &value.span());
        return None;
    };
    let (Some(date), None) = (datetime.date, datetime.time) else {
        table.fault(UNTIL, format!("must be {UNTIL_TYPE}, without a time"), None);
        return None;
    };
    let Some(end) = end_of_day(date.year, date.month, date.day) else {
        table.fault(UNTIL, format!("`{date}` is no day of the calendar"), None);
        return None;
    };
    if days_between(now, end) > ACCEPTANCE_DAYS_MAX {
        let what = format!("ends more than {ACCEPTANCE_DAYS_MAX} days (ACCEPTANCE_DAYS_MAX) ahead");
        let hint = "accept it for less, and look at it again then".to_owned();
        table.fault(UNTIL, what, Some(hint));
        return None;
    }
    Some(end)
}

fn end_of_day(year: u16, month: u8, day: u8) -> Option<Timestamp> {
    let (year, month, day) =
        (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let next = jiff::civil::Date::new(year, month, day).ok()?.tomorrow().ok()?;
    let midnight = next.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(midnight.timestamp())
}
