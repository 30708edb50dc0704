//! Text of others, made safe to print.

use std::borrow::Cow;

/// The text on one line, with everything that a terminal would act on, or that would hide or
/// reorder what stands around it, written out as `\u{…}`.
///
/// Source of the list: Unicode Technical Report 36, section 2.10, and Unicode Technical Standard
/// 55, section 3.1 (bidirectional and invisible characters).
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hostile(c) || is_break(c)) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_break(c) {
            safe.push(' ');
        } else if is_hostile(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t')
}

fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn honest_text_stays_as_it_is() {
        for text in ["", "Tomás Vidal", "日本語 🔑", "שלום", "a `b` <c> & d"] {
            assert!(matches!(clean(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn escape_sequences_and_tricks_become_visible() {
        for (text, expected) in [
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("a\u{9b}31mb", "a\\u{9b}31mb"),
            ("bell\u{7}", "bell\\u{7}"),
            ("two\nlines\tx", "two lines x"),
            ("ab\u{202e}dc", "ab\\u{202e}dc"),
            ("\u{2066}iso\u{2069}", "\\u{2066}iso\\u{2069}"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
            ("tag\u{e0041}", "tag\\u{e0041}"),
            ("\u{7f}", "\\u{7f}"),
        ] {
            assert_eq!(clean(text), expected);
        }
    }
}
