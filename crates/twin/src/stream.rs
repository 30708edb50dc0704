//! The tenant's logs as diagnostic settings stream them to an event hub: `{"records":[…]}`, a
//! message each, with what goes wrong on that way.

use halligan_core::time::Timestamp;
use halligan_core::watch::event::{Event, What};
use halligan_wire::event::{read, write_envelope};
use serde_json::{Value, json};

use crate::directory::{Directory, LogRecord};
use crate::query::percent;

/// Records of one message at most.
const RECORDS_MAX: usize = 3;

/// What is streamed, and what goes wrong on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// Records that could be read at this time are left out.
    pub after: Option<Timestamp>,
    /// Every message comes twice, as it does where a publisher is not sure that it arrived.
    pub duplicates: bool,
    /// Every sign-in comes once before what it shows is known, and again with that.
    pub updates: bool,
    /// What happened last comes first.
    pub reordered: bool,
}

impl Stream {
    /// Reads a query: `after=<time>`, and the names of what goes wrong.
    pub(crate) fn read(query: &str) -> Result<Self, String> {
        let mut stream = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match name {
                "after" => {
                    let after = percent::decode_query(value).and_then(|one| one.parse().ok());
                    stream.after = Some(after.ok_or_else(|| format!("`{value}` is no time"))?);
                }
                "duplicates" => stream.duplicates = true,
                "updates" => stream.updates = true,
                "reordered" => stream.reordered = true,
                other => return Err(format!("`{other}` is nothing that a stream has")),
            }
        }
        Ok(stream)
    }

    /// The messages of everything that can be read at `now`.
    pub(crate) fn messages(&self, directory: &Directory, now: Timestamp) -> Vec<Value> {
        let logs = &directory.logs;
        let is_there = |one: &&LogRecord| {
            one.readable <= now && self.after.is_none_or(|after| one.readable > after)
        };
        let mut records: Vec<&LogRecord> =
            logs.sign_ins.iter().chain(&logs.audits).filter(is_there).collect();
        records.sort_by_key(|one| one.readable);
        let event = |one: &&LogRecord| {
            let text = Value::Object(one.object.clone()).to_string();
            let event = read(text.as_bytes()).ok()?;
            Some(Event { tenant: Some(directory.tenant), ..event })
        };
        let whole: Vec<Event> = records.iter().filter_map(event).collect();
        let mut all: Vec<Event> = Vec::new();
        if self.updates {
            all.extend(whole.iter().filter_map(early));
        }
        all.extend(whole);
        if self.reordered {
            all.reverse();
        }
        let records: Vec<Value> = all.iter().filter_map(write_envelope).collect();
        let mut messages: Vec<Value> =
            records.chunks(RECORDS_MAX).map(|some| json!({ "records": some })).collect();
        if self.duplicates {
            messages.extend(messages.clone());
        }
        messages
    }
}

/// A sign-in before what was shown is known.
fn early(event: &Event) -> Option<Event> {
    let mut early = event.clone();
    let What::SignIn(sign_in) = &mut early.what else { return None };
    sign_in.steps.clear();
    sign_in.client_app.clear();
    Some(early)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::{Attempt, Shown, attempt};

    #[test]
    fn what_can_be_read_is_streamed_and_goes_wrong_as_it_is_asked_to() {
        let mut directory = Directory::story();
        let now: Timestamp = "2026-11-23T07:00:00Z".parse().unwrap();
        let ids = |stream: &Stream, directory: &Directory| -> Vec<String> {
            let messages = stream.messages(directory, now);
            let all = messages.iter().flat_map(|one| one["records"].as_array().unwrap().clone());
            all.map(|one| one["properties"]["id"].as_str().unwrap().to_owned()).collect()
        };
        let before = ids(&Stream::default(), &directory).len();
        let mut made = Vec::new();
        for _ in 0..5 {
            let one = Attempt::new("nobody@contoso.com", Shown::WrongPassword);
            made.push(attempt(&mut directory, &one, now).id.unwrap());
        }
        let late = Attempt {
            delay: halligan_core::time::SignedDuration::from_secs(60),
            ..Attempt::new("nobody@contoso.com", Shown::WrongPassword)
        };
        attempt(&mut directory, &late, now);
        let plain = ids(&Stream::default(), &directory);
        assert_eq!(plain[before..], made, "the late one is not there yet");
        let twice = ids(&Stream { duplicates: true, ..Stream::default() }, &directory);
        assert_eq!(twice, [&plain[..], &plain[..]].concat());
        let reordered = ids(&Stream { reordered: true, ..Stream::default() }, &directory);
        assert!(reordered.iter().eq(plain.iter().rev()));
        let updated = ids(&Stream { updates: true, ..Stream::default() }, &directory);
        assert!(made.iter().all(|id| updated.iter().filter(|one| *one == id).count() == 2));
        let after = Stream { after: Some(now), ..Stream::default() };
        assert_eq!(ids(&after, &directory), [""; 0]);
        assert_eq!(
            Stream::read("updates&after=2026-11-23T07%3A00%3A00Z").unwrap().after,
            after.after
        );
        assert!(Stream::read("sideways").is_err());
    }
}
