//! `[bounds]`: what the tenant may have of what is normal to have.

use halligan_core::id::Guid;
use halligan_core::register::{Choices, Range, Register};
use toml::Spanned;
use toml::de::DeValue;

use super::walk::Table;

const KEYS: &[&str] = &[
    RANGE,
    "licences",
    ACCOUNTS,
    PERMANENT,
    TELLING_NAMES,
    DIFFERENT_MODELS,
    PASSWORD_DAYS,
    SIGN_IN_DAYS,
    RECOVERY_JOB_DAYS,
];
const ACCOUNTS: &str = "emergency_accounts";
const PERMANENT: &str = "permanent_global_administrators";
const TELLING_NAMES: &str = "telling_names";
const DIFFERENT_MODELS: &str = "different_key_models";
const PASSWORD_DAYS: &str = "password_days";
const SIGN_IN_DAYS: &str = "sign_in_days";
/// The longest term in days: ten years, beyond which a term is a slip of the pen.
pub(super) const DAYS_MAX: u16 = 3650;
const RANGE: &str = "global_administrators";
const RECOVERY_JOB_DAYS: &str = "recovery_job_days";
const RANGE_TYPE: &str = "a list of two integers, such as [2, 4]";

/// The bounds, each at its default where it is not declared.
pub(super) struct Bounds {
    pub(super) global_administrators: Range,
    pub(super) licences: Vec<Guid>,
    pub(super) choices: Choices,
    pub(super) recovery_job_days: u16,
}

pub(super) fn read(root: &Table<'_, '_>) -> Bounds {
    let mut bounds = Bounds {
        global_administrators: Range::GLOBAL_ADMINISTRATORS,
        licences: Vec::new(),
        choices: Choices::DEFAULT,
        recovery_job_days: Register::RECOVERY_JOB_DAYS,
    };
    let Some(table) = root.table("bounds", "[bounds]", KEYS) else {
        return bounds;
    };
    if let Some(range) = range(&table, RANGE) {
        bounds.global_administrators = range;
    }
    choices(&table, &mut bounds.choices);
    for value in table.list("licences", "a list of strings") {
        bounds.licences.extend(table.parsed_of::<Guid>("licences", value));
    }
    if let Some(days) = recovery_job_days(&table) {
        bounds.recovery_job_days = days;
    }
    bounds
}

/// What authorities contradict each other about, each at its default where it is not declared.
fn choices(table: &Table<'_, '_>, choices: &mut Choices) {
    if let Some(range) = range(table, ACCOUNTS) {
        match range.least {
            0 | 1 => table.fault(ACCOUNTS, "asks for less than two accounts", None),
            _ => choices.emergency_accounts = range,
        }
    }
    if let Some(value) = table.value(PERMANENT) {
        let most = count(table, value, PERMANENT, "an integer");
        choices.permanent_administrators = most.unwrap_or(choices.permanent_administrators);
    }
    for (key, choice) in [
        (TELLING_NAMES, &mut choices.telling_names),
        (DIFFERENT_MODELS, &mut choices.different_models),
    ] {
        *choice = table.truth(key).unwrap_or(*choice);
    }
    choices.password_days = days(table, PASSWORD_DAYS).or(choices.password_days);
    choices.sign_in_days = days(table, SIGN_IN_DAYS).unwrap_or(choices.sign_in_days);
}

pub(super) fn days(table: &Table<'_, '_>, key: &'static str) -> Option<i64> {
    let value = table.value(key)?;
    let days = u16::try_from(count(table, value, key, "an integer")?).ok();
    let days = days.filter(|days| (1..=DAYS_MAX).contains(days)).map(i64::from);
    if days.is_none() {
        table.fault(key, format!("must be 1 to {DAYS_MAX} days"), None);
    }
    days
}

fn recovery_job_days(table: &Table<'_, '_>) -> Option<u16> {
    let value = table.value(RECOVERY_JOB_DAYS)?;
    let DeValue::Integer(number) = value.get_ref() else {
        table.wrong_type(RECOVERY_JOB_DAYS, "a number of days", value.get_ref(), &value.span());
        return None;
    };
    let read = u16::from_str_radix(number.as_str(), number.radix()).ok();
    if read.is_none() {
        let what = format!("`{}` is no number of days from 0 to {}", number.as_str(), u16::MAX);
        table.fault(RECOVERY_JOB_DAYS, what, None);
    }
    read
}

fn range(table: &Table<'_, '_>, key: &'static str) -> Option<Range> {
    if !table.has(key) {
        return None;
    }
    let items = table.list(key, RANGE_TYPE);
    let numbers: Vec<usize> =
        items.iter().filter_map(|item| count(table, item, key, RANGE_TYPE)).collect();
    match *numbers.as_slice() {
        [least, most] if items.len() == 2 && least <= most => Some(Range { least, most }),
        [_, _] if items.len() == 2 => {
            table.fault(key, "the first number is larger than the second", None);
            None
        }
        _ if numbers.len() == items.len() => {
            let what = format!("has {} numbers, and must have two", items.len());
            table.fault(key, what, Some("least and most, such as `[2, 4]`".into()));
            None
        }
        _ => None,
    }
}

pub(super) fn count(
    table: &Table<'_, '_>,
    item: &Spanned<DeValue<'_>>,
    key: &'static str,
    expected: &'static str,
) -> Option<usize> {
    let DeValue::Integer(number) = item.get_ref() else {
        table.wrong_type(key, expected, item.get_ref(), &item.span());
        return None;
    };
    let read = usize::from_str_radix(number.as_str(), number.radix()).ok();
    if read.is_none() {
        let what = format!("`{}` is no count", number.as_str());
        table.fault_at(item.span().start, key, what, None);
    }
    read
}
