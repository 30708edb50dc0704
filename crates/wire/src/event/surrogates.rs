//! Half characters: `\ud83d` without its other half, which a program leaves that cuts a text after
//! so many units of UTF-16.
//!
//! No parser takes one, and whoever may choose a name may choose it. So a record with one is read
//! with U+FFFD in its place.

use std::ops::Range;

use memchr::memmem;

/// The text with `\ufffd` for each half character, also in strings within strings; `None` where
/// there is none.
pub(super) fn mended(text: &str) -> Option<String> {
    let all = halves(text.as_bytes());
    let mut mended = text.to_owned();
    for digits in &all {
        mended.replace_range(digits.clone(), "fffd");
    }
    (!all.is_empty()).then_some(mended)
}

/// Where the four digits of each half character are.
fn halves(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut done = 0;
    for at in memmem::find_iter(bytes, b"\\u") {
        if at < done {
            continue;
        }
        let Some(first) = unit(bytes, at) else { continue };
        if !(0xd800..0xe000).contains(&first) {
            continue;
        }
        // In a string within a string each escape begins with twice the backslashes.
        let before = bytes.get(done..=at).unwrap_or_default().iter().rev();
        let run = before.take_while(|byte| **byte == b'\\').count();
        let slashes = 1 << run.trailing_zeros();
        let behind = bytes.get(at + ESCAPE..).unwrap_or_default();
        let is_next = behind.iter().take_while(|byte| **byte == b'\\').count() == slashes;
        let next = at + ESCAPE + slashes - 1;
        let second = if is_next { unit(bytes, next) } else { None };
        if first < 0xdc00 && second.is_some_and(|unit| (0xdc00..0xe000).contains(&unit)) {
            done = next + ESCAPE;
        } else {
            all.push(at + 2..at + ESCAPE);
        }
    }
    all
}

/// The length of `\ud83d`.
const ESCAPE: usize = 6;

/// The unit that the escape at a place is.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + ESCAPE)?.strip_prefix(b"\\u")?;
    let digits = str::from_utf8(digits).ok().filter(|text| text.is_ascii())?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_characters_are_replaced_and_whole_ones_stay() {
        for whole in
            ["", r"\ud83d\ude00", r"\\uD83D\\uDE00", r"\\\ud83d\ude00", r"\ud8", "\\ud8€", "\\u"]
        {
            assert_eq!(mended(whole), None, "{whole}");
        }
        for (half, whole) in [
            (r"a\ud83d", r"a\ufffd"),
            (r"\uDE00!", r"\ufffd!"),
            (r"\ude00\ud83d", r"\ufffd\ufffd"),
            (r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00"),
            (r"\\\\ud83dx\\\\ude00", r"\\\\ufffdx\\\\ufffd"),
            (r"\ud83d\n", r"\ufffd\n"),
            (r"\ud83d\\ude00", r"\ufffd\\ufffd"),
            (r"\ud83d\\\ude00", r"\ufffd\\\ufffd"),
        ] {
            assert_eq!(mended(half).as_deref(), Some(whole), "{half}");
        }
    }
}
