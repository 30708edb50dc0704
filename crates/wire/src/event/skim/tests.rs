use super::*;
use crate::event::record::{RECORD, Record};
use serde_json::Value;

fn skimmed(text: &str) -> Option<Record<'_>> {
    let mut record = Record::default();
    record.skim(text).map(|()| record)
}

/// A linear congruential generator: nothing depends on its quality.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as usize % end
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

const SPACES: [&str; 8] = ["", "", "", "", " ", "\t", "\r\n", "     "];

/// What may stand in a string: brackets, quotes, runs of backslashes, letters of two to four bytes,
/// and enough of them that strings cross the ends of blocks.
const PARTS: [&str; 16] = [
    "a",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    " ",
    "é",
    "漢",
    "😀",
    "\\\\",
    "\\\"",
    "\\\\\\\\\\\"",
    "\\u0041",
    "a few plain words, and then some more of them until the block is over",
];

const NAMES: [&str; 16] = [
    "id",
    "userId",
    "USERID",
    "category",
    "status",
    "time",
    "us\\u0065rId",
    "unknown",
    "properties",
    "Properties",
    "records",
    "value",
    "tables",
    "error",
    "targetResources",
    "isInteractive",
];

fn string(random: &mut Random, text: &mut String) {
    text.push('"');
    for _ in 0..random.below(6) {
        text.push_str(random.one(&PARTS));
    }
    text.push('"');
}

/// A value as it may be written, of so many levels at most.
fn write(random: &mut Random, levels: usize, text: &mut String) {
    text.push_str(random.one(&SPACES));
    match random.below(if levels > 0 { 7 } else { 4 }) {
        0 | 1 => string(random, text),
        2 => text.push_str(random.one(&["0", "-1", "50126", "1.5e-3", "12345678901234567890"])),
        3 => text.push_str(random.one(&["true", "false", "null"])),
        4 => list(random, "[", "]", text, |random, text| write(random, levels - 1, text)),
        _ => object(random, levels - 1, text),
    }
    text.push_str(random.one(&SPACES));
}

fn object(random: &mut Random, levels: usize, text: &mut String) {
    list(random, "{", "}", text, |random, text| {
        text.push_str(random.one(&SPACES));
        match random.below(3) {
            0 => string(random, text),
            _ => text.push_str(&format!("\"{}\"", random.one(&NAMES))),
        }
        text.push_str(random.one(&SPACES));
        text.push(':');
        write(random, levels, text);
    });
}

fn list(
    random: &mut Random,
    open: &str,
    close: &str,
    text: &mut String,
    mut one: impl FnMut(&mut Random, &mut String),
) {
    text.push_str(open);
    text.push_str(random.one(&SPACES));
    for place in 0..random.below(7) {
        text.push_str(if place > 0 { "," } else { "" });
        one(random, text);
    }
    text.push_str(close);
}

#[test]
fn what_is_json_is_followed_and_read_as_the_reference_reads_it() {
    let mut random = Random(5);
    let mut lists = 0;
    for _ in 0..20_000 {
        let mut text = String::from(random.one(&SPACES));
        object(&mut random, 5, &mut text);
        text.push_str(random.one(&SPACES));
        let parsed = Record::parsed(&text, RECORD).unwrap();
        lists += usize::from(parsed.list.is_some());
        assert_eq!(skimmed(&text), Some(parsed), "{text}");
    }
    assert!(lists > 500, "{lists}");
}

#[test]
fn what_is_cut_off_or_has_something_behind_it_is_not_followed() {
    let mut random = Random(9);
    for _ in 0..400 {
        let mut text = String::new();
        object(&mut random, 4, &mut text);
        for (end, _) in text.char_indices() {
            assert_eq!(skimmed(&text[..end]), None, "{}", &text[..end]);
        }
        for behind in ["}", "]", ",", "{}", "x", "\"", "\0"] {
            assert_eq!(skimmed(&format!("{text}{behind}")), None, "{text}{behind}");
        }
    }
}

/// With one byte changed, left out or given twice, what both read is the same.
#[test]
fn what_is_broken_is_read_as_the_reference_reads_it_or_where_that_refuses() {
    let mut random = Random(13);
    let (mut same, mut lenient, mut refused) = (0, 0, 0);
    for _ in 0..20_000 {
        let mut text = String::new();
        object(&mut random, 3, &mut text);
        let mut bytes = text.into_bytes();
        let place = random.below(bytes.len());
        match random.below(3) {
            0 => bytes[place] = b"\"\\{}[],: a0"[random.below(11)],
            1 => drop(bytes.remove(place)),
            _ => bytes.insert(place, bytes[place]),
        }
        let Ok(text) = String::from_utf8(bytes) else { continue };
        match (skimmed(&text), Record::parsed(&text, RECORD)) {
            (skimmed, Ok(parsed)) => {
                assert_eq!(skimmed, Some(parsed), "{text}");
                same += 1;
            }
            (Some(_), Err(_)) => lenient += 1,
            (None, Err(_)) => refused += 1,
        }
    }
    assert!(same > 1_000 && lenient > 100 && refused > 5_000, "{same} {lenient} {refused}");
}

#[test]
fn a_value_that_is_passed_over_may_be_broken_but_no_string_within_it() {
    let read = |value: &str| skimmed(&format!("{{\"x\":{value},\"id\":\"1\"}}")).is_some();
    for value in ["[1,,2]", "{\"a\"}", "[tru]", "[1 2]", "\"\\q\"", "\"\t\"", "[{]}"] {
        assert!(read(value), "{value}");
        assert!(!is_json(value), "{value}");
    }
    for value in ["[", "]", "{\"a:1}", "[\"a\"b\"]", "[a\"b\"]", "tru", "01", "", "1 2", "\"\\\""] {
        assert!(!read(value), "{value}");
    }
}

#[test]
fn every_depth_and_length_is_followed() {
    for depth in [1, 63, 64, 65, 200, 100_000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let text = format!("{{\"x\":{open}{close},\"id\":\"1\"}}");
        assert!(skimmed(&text).is_some_and(|record| record.outer != Default::default()));
        assert_eq!(skimmed(&format!("{{\"x\":{open}]{close}}}")), None);
    }
    for length in 0..200 {
        for end in ["", "\\\\", "\\\"", "\\\\\\\""] {
            let value = Value::String("\\".repeat(length % 7)).to_string();
            let inner = format!("{}{end}", "a".repeat(length));
            let text =
                format!("{{\"a\":[{value},\"{inner}\"],\"b\":\"{inner}\",\"id\":\"{inner}\"}}");
            let skimmed = skimmed(&text);
            assert_eq!(skimmed, Record::parsed(&text, RECORD).ok(), "{text}");
            assert!(skimmed.is_some());
        }
    }
}

#[test]
fn blocks_are_the_same_on_every_level_of_instructions() {
    let mut random = Random(3);
    for _ in 0..2_000 {
        let mut text = String::new();
        object(&mut random, 4, &mut text);
        let bytes = text.as_bytes();
        let length = |level| blocks::nested_length(level, bytes);
        assert_eq!(length(Level::new()), Some(bytes.len()), "{text}");
        assert_eq!(length(Level::baseline()), Some(bytes.len()), "{text}");
    }
}
