//! Texts of the other side, made fit for a message.

/// Longest text of the other side that a message repeats, in characters.
const QUOTE_CHARACTERS_MAX: usize = 300;

/// What stands for a word that may be a sign-in name: whose account it is, a message need not say.
const ADDRESS: &str = "[address]";

/// A text of the other side on one line: white space folded, what is no visible character or
/// would end a quotation dropped, what may be somebody's address replaced, cut at
/// [`QUOTE_CHARACTERS_MAX`].
pub(crate) fn one_line(text: &str) -> String {
    excerpt(text, QUOTE_CHARACTERS_MAX)
}

/// The same with a limit of its own.
pub(crate) fn excerpt(text: &str, characters_max: usize) -> String {
    let visible = |c: &char| c.is_alphanumeric() || c.is_ascii_graphic() && *c != '`';
    let words = text.split_whitespace().map(|word| match is_address(word) {
        true => ADDRESS.to_owned(),
        false => word.chars().filter(visible).collect(),
    });
    let words: Vec<String> = words.filter(|word: &String| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(characters_max) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

/// Whether a word may be an address, escaped or not.
fn is_address(word: &str) -> bool {
    word.contains(['@', '\u{ff20}']) || word.contains("%40") || word.contains("&#64;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_s_sign_in_name_is_repeated() {
        let said = "User 'sys-maple-31@sound.onmicrosoft.com' of (ada%40example.org) is no guest";
        assert_eq!(one_line(said), "User [address] of [address] is no guest");
    }

    #[test]
    fn texts_of_the_other_side_are_tamed() {
        assert_eq!(one_line("a\r\n\tb\u{1b}[31m `rm`\u{202e}"), "a b[31m rm");
        assert_eq!(one_line(" \u{0} "), "");
        assert_eq!(excerpt("Zugriff verwéigert überall", 12), "Zugriff verw…");
        assert_eq!(one_line(&"x".repeat(400)).chars().count(), QUOTE_CHARACTERS_MAX + 1);
    }
}
