//! `[bounds]`: what the tenant may have of what is normal to have.

use halligan_core::id::Guid;
use halligan_core::register::{Range, Register};
use toml::Spanned;
use toml::de::DeValue;

use super::walk::Table;

const KEYS: &[&str] = &["global_administrators", "licences", DAYS];
const RANGE: &str = "global_administrators";
const DAYS: &str = "recovery_job_days";
const RANGE_TYPE: &str = "a list of two integers, such as [2, 4]";

/// The bounds, each at its default where it is not declared.
pub(super) struct Bounds {
    pub(super) global_administrators: Range,
    pub(super) licences: Vec<Guid>,
    pub(super) recovery_job_days: u16,
}

pub(super) fn read(root: &Table<'_, '_>) -> Bounds {
    let mut bounds = Bounds {
        global_administrators: Range::GLOBAL_ADMINISTRATORS,
        licences: Vec::new(),
        recovery_job_days: Register::RECOVERY_JOB_DAYS,
    };
    let Some(table) = root.table("bounds", "[bounds]", KEYS) else {
        return bounds;
    };
    if let Some(range) = range(&table) {
        bounds.global_administrators = range;
    }
    for value in table.list("licences", "a list of strings") {
        bounds.licences.extend(table.parsed_of::<Guid>("licences", value));
    }
    if let Some(days) = days(&table) {
        bounds.recovery_job_days = days;
    }
    bounds
}

fn days(table: &Table<'_, '_>) -> Option<u16> {
    let value = table.value(DAYS)?;
    let DeValue::Integer(number) = value.get_ref() else {
        table.wrong_type(DAYS, "a number of days", value.get_ref(), &value.span());
        return None;
    };
    let read = u16::from_str_radix(number.as_str(), number.radix()).ok();
    if read.is_none() {
        let what = format!("`{}` is no number of days from 0 to {}", number.as_str(), u16::MAX);
        table.fault(DAYS, what, None);
    }
    read
}

fn range(table: &Table<'_, '_>) -> Option<Range> {
    if !table.has(RANGE) {
        return None;
    }
    let items = table.list(RANGE, RANGE_TYPE);
    let numbers: Vec<usize> = items.iter().filter_map(|item| count(table, item)).collect();
    match *numbers.as_slice() {
        [least, most] if items.len() == 2 && least <= most => Some(Range { least, most }),
        [_, _] if items.len() == 2 => {
            table.fault(RANGE, "the first number is larger than the second", None);
            None
        }
        _ if numbers.len() == items.len() => {
            let what = format!("has {} numbers, and must have two", items.len());
            table.fault(RANGE, what, Some("least and most, such as `[2, 4]`".into()));
            None
        }
        _ => None,
    }
}

fn count(table: &Table<'_, '_>, item: &Spanned<DeValue<'_>>) -> Option<usize> {
    let DeValue::Integer(number) = item.get_ref() else {
        table.wrong_type(RANGE, RANGE_TYPE, item.get_ref(), &item.span());
        return None;
    };
    let read = usize::from_str_radix(number.as_str(), number.radix()).ok();
    if read.is_none() {
        let what = format!("`{}` is no count", number.as_str());
        table.fault_at(item.span().start, RANGE, what, None);
    }
    read
}
