//! What never goes into a snapshot: secrets are dropped, numbers and addresses masked.
//!
//! It acts on members that no type knows, at any depth, at the moment of reading: what is not kept
//! cannot leak into a file, a log or a report.

use halligan_core::tenant::Unknown;
use serde_json::Value;

/// Members that hold a secret: dropped.
const SECRETS: [&str; 4] = ["temporaryAccessPass", "password", "newPassword", "secretText"];

/// Members that hold telephone numbers: their last two digits stay.
const NUMBERS: [&str; 5] = [
    "phoneNumber",
    "mobilePhone",
    "businessPhones",
    "faxNumber",
    "securityComplianceNotificationPhones",
];

/// Members that hold e-mail addresses of people: their first letter stays.
const ADDRESSES: [&str; 5] = [
    "emailAddress",
    "otherMails",
    "technicalNotificationMails",
    "marketingNotificationEmails",
    "securityComplianceNotificationMails",
];

/// Digits of a telephone number that stay, enough for its owner to tell two phones apart.
const DIGITS_KEPT: usize = 2;

/// Drops secrets and masks numbers and addresses among unknown members.
pub(crate) fn clean(members: &mut Unknown) {
    members.retain(|name, value| clean_member(name, value));
}

/// Whether the member stays.
fn clean_member(name: &str, value: &mut Value) -> bool {
    let among = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if among(&SECRETS) {
        return false;
    }
    if among(&NUMBERS) {
        mask(value, &number);
    } else if among(&ADDRESSES) {
        mask(value, &address);
    } else {
        descend(value);
    }
    true
}

fn descend(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(descend),
        Value::Object(members) => members.retain(|name, value| clean_member(name, value)),
        _ => {}
    }
}

fn mask(value: &mut Value, how: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = how(text),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, how)),
        other => *other = Value::Null,
    }
}

/// Every digit but the last two becomes a star; the rest of the spelling stays.
fn number(text: &str) -> String {
    let digits = text.chars().filter(|letter| letter.is_numeric()).count();
    let mut seen = 0;
    let hide = |letter: char| {
        if !letter.is_numeric() {
            return letter;
        }
        seen += 1;
        if seen + DIGITS_KEPT > digits { letter } else { '*' }
    };
    text.chars().map(hide).collect()
}

/// The first letter, and that there was more.
fn address(text: &str) -> String {
    text.chars().take(1).chain("***".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cleaned(value: Value) -> Value {
        let Value::Object(members) = value else { panic!("an object") };
        let mut members: Unknown = members.into_iter().collect();
        clean(&mut members);
        Value::Object(members.into_iter().collect())
    }

    #[test]
    fn secrets_go_and_numbers_are_masked_at_any_depth() {
        let value = json!({
            "temporaryAccessPass": "T0pSecret", "TemporaryAccessPass ": "kept",
            "phoneNumber": "+1 2065555555", "emailAddress": "adele@contoso.com",
            "inner": [{"Password": "hunter2", "mobilePhone": "+49 170 12", "fine": 1}],
            "businessPhones": ["425-555-0100"], "faxNumber": 5,
        });
        let masked = cleaned(value);
        assert_eq!(
            masked,
            json!({
                "TemporaryAccessPass ": "kept",
                "phoneNumber": "+* ********55", "emailAddress": "a***",
                "inner": [{"mobilePhone": "+** *** 12", "fine": 1}],
                "businessPhones": ["***-***-**00"], "faxNumber": null,
            })
        );
        assert_eq!(cleaned(masked.clone()), masked, "masking twice changes nothing");
    }
}
