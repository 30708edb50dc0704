//! What a server said, as it may be shown.

/// The longest answer of a server that is repeated, in characters.
const SAID_CHARACTERS_MAX: usize = 200;

/// What a server said, on one line, without control characters and without anybody's address.
pub(crate) fn readable(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words = words.filter(|word| !word.is_empty());
    let words = words.map(|word| if word.contains('@') { "[address]" } else { word });
    let line = words.collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SAID_CHARACTERS_MAX {
        return line;
    }
    line.chars().take(SAID_CHARACTERS_MAX).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_is_one_line_without_addresses() {
        let said = "550 5.1.1 <ada@example.org>: no\r\n550 such \u{1b}[31muser";
        assert_eq!(readable(said), "550 5.1.1 [address] no 550 such [31muser");
        let long = readable(&"x".repeat(999));
        assert_eq!(long.chars().count(), SAID_CHARACTERS_MAX + 1);
        assert!(long.ends_with('…'));
    }
}
