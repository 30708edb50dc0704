//! Names of people and activities, folded so that spellings of one name are equal.

use alloc::string::String;

/// A user principal name in the form in which names are compared: no space around it, lower case.
pub fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// An activity's name in the form in which activities are compared: lower case, every dash an ASCII
/// hyphen, no space around it and one between words.
///
/// Real records have an en dash and a space behind `Update application – Certificates and secrets
/// management `, where Microsoft's reference has a hyphen and none.
pub fn activity(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().map(hyphen).flat_map(char::to_lowercase));
    }
    folded
}

fn hyphen(letter: char) -> char {
    match letter {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        other => other,
    }
}

/// What a name looks like at a glance: letters that are taken for one another are one, and what a
/// glance skips is left out.
///
/// Two names with one skeleton are look-alikes. The pairs are those of typing and of homographs in
/// the scripts that are nearest to Latin; the whole list of
/// [Unicode's confusables](https://www.unicode.org/reports/tr39/) is thousands of letters that no
/// sign-in name may hold.
pub fn skeleton(name: &str) -> String {
    let mut letters = [0; SHORT];
    if name.is_ascii() && name.len() <= SHORT {
        let short = skeleton_of_ascii(name.as_bytes(), &mut letters);
        return String::from_utf8_lossy(short).into_owned();
    }
    skeleton_of_any(name)
}

/// Bytes of a name that is read without a string for each step.
const SHORT: usize = 128;

fn skeleton_of_any(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        plain.extend(plain_letter(letter));
    }
    plain.replace("rn", "m").replace("vv", "w").replace("cl", "d")
}

/// The [`skeleton`] of a name of ASCII letters, in `letters`; what has no room there is left out.
pub(super) fn skeleton_of_ascii<'a>(name: &[u8], letters: &'a mut [u8]) -> &'a [u8] {
    let mut length = 0_usize;
    for byte in name {
        let plain = PLAIN_ASCII.get(usize::from(*byte)).copied().unwrap_or(SKIPPED);
        let before = length.checked_sub(1).and_then(|before| letters.get(before).copied());
        let pair = match (before, plain) {
            (_, SKIPPED) => continue,
            (Some(b'r'), b'n') => Some(b'm'),
            (Some(b'v'), b'v') => Some(b'w'),
            (Some(b'c'), b'l') => Some(b'd'),
            _ => None,
        };
        let at = if pair.is_some() { length - 1 } else { length };
        let Some(slot) = letters.get_mut(at) else { break };
        *slot = pair.unwrap_or(plain);
        length = at + 1;
    }
    letters.get(..length).unwrap_or_default()
}

/// In [`PLAIN_ASCII`], what a glance skips.
const SKIPPED: u8 = 0xff;

/// The letter that each letter of ASCII is taken for.
#[expect(clippy::indexing_slicing, reason = "an index out of bounds does not compile here")]
const PLAIN_ASCII: [u8; 128] = {
    let mut plain = [SKIPPED; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        if let Some(letter) = plain_letter(byte.to_ascii_lowercase() as char) {
            plain[byte as usize] = letter as u8;
        }
        byte += 1;
    }
    plain
};

/// The letter that `letter` is taken for; `None` for what a glance skips.
const fn plain_letter(letter: char) -> Option<char> {
    Some(match letter {
        '.' | '-' | '_' | '\'' | '+' | '\u{200b}'..='\u{200f}' | '\u{ad}' | '\u{feff}' => {
            return None;
        }
        '\u{300}'..='\u{36f}' | '\u{2010}'..='\u{2015}' => return None,
        '0' | 'о' | 'ο' | 'ö' | 'ó' | 'ò' | 'ô' | 'õ' | 'ø' => 'o',
        '1' | 'i' | '|' | 'і' | 'ι' | 'ı' | 'í' | 'ì' | 'ï' | 'î' | 'ӏ' => 'l',
        '3' | 'е' | 'ε' | 'é' | 'è' | 'ê' | 'ë' | 'ё' => 'e',
        '4' | 'а' | 'α' | 'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' => 'a',
        '5' | 'ѕ' | '$' | 'š' => 's',
        '8' | 'ь' | 'в' | 'β' => 'b',
        '9' | 'ɡ' => 'g',
        '7' | 'т' | 'τ' => 't',
        'с' | 'ϲ' | 'ç' | 'ć' | 'č' => 'c',
        'р' | 'ρ' => 'p',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'н' => 'h',
        'у' | 'γ' | 'ý' => 'y',
        'х' | 'χ' => 'x',
        'ν' => 'v',
        'ü' | 'ú' | 'ù' | 'û' | 'υ' => 'u',
        'ñ' | 'ń' => 'n',
        'ј' => 'j',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_activity_in_every_spelling() {
        let one = "update application - certificates and secrets management";
        for name in [
            "Update application – Certificates and secrets management ",
            "Update application - Certificates and secrets management",
            "UPDATE  APPLICATION\u{a0}— certificates and\tsecrets management",
        ] {
            assert_eq!(activity(name), one, "{name:?}");
        }
        assert_eq!(activity("  "), "");
    }

    #[test]
    fn what_looks_alike_has_one_skeleton() {
        for name in ["breakglass1", "br3akg1ass.l", "BreakGIass1", "brеаkglаss1", "break-glass_1"]
        {
            assert_eq!(skeleton(name), skeleton("breakglass1"), "{name}");
        }
        for name in ["breakglass", "breakglass2", "xbreakglass1", "breakgrass1"] {
            assert_ne!(skeleton(name), skeleton("breakglass1"), "{name}");
        }
        assert_eq!(skeleton("ernergency"), skeleton("emergency"));
    }

    #[test]
    fn a_name_of_ascii_has_the_same_skeleton_without_a_string() {
        let mut state = 3_u64;
        for length in 0..200 {
            let letter = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                b"rnvclI1.-Rm0o_wd\0"[(state >> 33) as usize % 17]
            };
            let name: alloc::vec::Vec<u8> = core::iter::repeat_with(letter).take(length).collect();
            let text = core::str::from_utf8(&name).unwrap();
            let mut letters = [0; 256];
            let short = skeleton_of_ascii(&name, &mut letters);
            assert_eq!(short, skeleton_of_any(text).as_bytes(), "{text}");
            assert_eq!(short, skeleton(text).as_bytes(), "{text}");
        }
        assert_eq!(skeleton_of_ascii(b"abcdef", &mut [0; 3]), b"abc");
    }
}
