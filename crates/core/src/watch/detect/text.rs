//! What goes out of the house: the text message and the mail of a detection. Neither names anybody.

use alloc::format;
use alloc::string::{String, ToString as _};
use core::fmt::Write as _;

use super::{Detection, Severity};
use crate::time::Timestamp;

/// Characters of a text message: one part in the alphabet of GSM 03.38.
pub const SMS_CHARACTERS_MAX: usize = 160;

/// What is said of one detection besides what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About<'a> {
    /// The tenant's code name.
    pub tenant: &'a str,
    /// How bad it is.
    pub severity: Severity,
    /// When it happened, where the record says.
    pub at: Option<Timestamp>,
    /// When it was seen.
    pub seen: Timestamp,
    /// What is touched, by code name or object id: `account alpha`.
    pub touched: Option<&'a str>,
    /// What the change does to the accounts, by their code names.
    pub effect: Option<&'a str>,
    /// Whether it locks an account out.
    pub locks_out: bool,
    /// By what the record is known.
    pub record: &'a str,
    /// Where the record came from.
    pub source: &'a str,
}

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The subject: where, what and how bad.
    pub subject: String,
    /// The text, in lines of at most 76 characters where words allow it.
    pub text: String,
}

/// Characters of a line of a mail.
const LINE: usize = 76;

impl Detection {
    /// The text message: where, what and how bad, in one part and without anybody's name.
    pub fn sms(&self, about: &About<'_>) -> String {
        let About { tenant, severity, .. } = about;
        let locks = if about.locks_out { ", locks an account out" } else { "" };
        format!("{tenant}: {}{locks} ({})", self.title, severity.word())
    }

    /// The mail: what happened, what it means and what to do first. It goes by servers of others,
    /// and names nobody but by code name.
    pub fn mail(&self, about: &About<'_>) -> Mail {
        let mut text = String::new();
        wrap(&mut text, "", &format!("{}: {}.", about.tenant, self.title));
        if let Some(effect) = about.effect {
            wrap(&mut text, "", &format!("What the change does: {effect}."));
        }
        text.push('\n');
        let second = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
        let at = about.at.map_or_else(|| "not said".to_string(), second);
        let lines = [
            ("Severity", about.severity.word().to_string()),
            ("Touched", about.touched.unwrap_or("nothing that is watched by itself").to_string()),
            ("Happened", at),
            ("Seen", second(about.seen)),
            ("Record", format!("{} from {}", about.record, about.source)),
            ("Detection", format!("{} (ATT&CK {})", self.id, self.mitre.join(", "))),
        ];
        for (name, value) in lines {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{name:<10} {value}");
        }
        text.push_str("\nWhat to do first:\n");
        for (number, step) in self.first_steps.iter().enumerate() {
            wrap(&mut text, &format!("{}. ", number + 1), step);
        }
        text.push_str(
            "\nWho did it, and from where, is not sent: it stands where the daemon runs.\n",
        );
        Mail { subject: format!("[Halligan] {}", self.sms(about)), text }
    }
}

/// Adds a paragraph in lines, those behind the first as far in as `begin` is long.
fn wrap(text: &mut String, begin: &str, paragraph: &str) {
    let mut line = String::from(begin);
    let margin = begin.chars().count();
    for word in paragraph.split_whitespace() {
        let length = line.chars().count();
        if length > margin && length + 1 + word.chars().count() > LINE {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(margin);
        }
        if line.chars().count() > margin {
            line.push(' ');
        }
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}
