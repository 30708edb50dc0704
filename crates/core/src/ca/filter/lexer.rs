//! The words of a rule.
//!
//! Texts stand in double or single quotes. Documented are a back-tick before each double quote of
//! the text, and two single quotes for one; a single quote alone between double quotes can mean
//! nothing else than itself. Other combinations of quotes, back-ticks and backslashes are refused.
//!
//! Source: <https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership#supported-values>.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::iter::{Enumerate, Peekable};
use core::str::Chars;

use super::error::RuleError;

/// One word of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// The place of its first character; the first of the rule is 1.
    pub(super) at: usize,
    pub(super) kind: TokenKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenList,
    /// `]`
    CloseList,
    /// `,`
    Comma,
    /// A text in quotes, without them.
    Text(String),
    /// Letters after a hyphen, with it: `-eq`.
    Dashed(String),
    /// Any other word: `device.model`, `True`.
    Word(String),
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("`(`"),
            Self::Close => f.write_str("`)`"),
            Self::OpenList => f.write_str("`[`"),
            Self::CloseList => f.write_str("`]`"),
            Self::Comma => f.write_str("`,`"),
            Self::Text(text) => write!(f, "the text `{text}`"),
            Self::Dashed(word) | Self::Word(word) => write!(f, "`{word}`"),
        }
    }
}

/// Cuts a rule into its words.
pub(super) fn tokens(rule: &str) -> Result<Vec<Token>, RuleError> {
    let mut lexer = Lexer { characters: rule.chars().enumerate().peekable() };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'a> {
    characters: Peekable<Enumerate<Chars<'a>>>,
}

impl Lexer<'_> {
    fn token(&mut self) -> Result<Option<Token>, RuleError> {
        while self.characters.next_if(|(_, next)| next.is_whitespace()).is_some() {}
        let Some((before, first)) = self.characters.next() else {
            return Ok(None);
        };
        let at = before + 1;
        let kind = match first {
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            '[' => TokenKind::OpenList,
            ']' => TokenKind::CloseList,
            ',' => TokenKind::Comma,
            '"' | '\'' => TokenKind::Text(self.text(at, first)?),
            '-' if self.peek().is_some_and(|next| next.is_ascii_alphabetic()) => {
                TokenKind::Dashed(self.word(first))
            }
            _ if is_of_word(first) => TokenKind::Word(self.word(first)),
            _ => return Err(RuleError::Character { at, found: first }),
        };
        Ok(Some(Token { at, kind }))
    }

    fn peek(&mut self) -> Option<char> {
        self.characters.peek().map(|(_, next)| *next)
    }

    fn word(&mut self, first: char) -> String {
        let mut word = String::from(first);
        while let Some((_, next)) = self.characters.next_if(|(_, next)| is_of_word(*next)) {
            word.push(next);
        }
        word
    }

    /// What is left of a text whose opening quote is at `opened`.
    fn text(&mut self, opened: usize, quote: char) -> Result<String, RuleError> {
        let mut text = String::new();
        while let Some((before, found)) = self.characters.next() {
            let next = self.peek();
            let refused = |next: Option<char>| {
                let found = [Some(found), next].into_iter().flatten().collect();
                RuleError::Escape { at: before + 1, found }
            };
            match (found, next) {
                ('`', Some('"')) | ('\'', Some('\'')) if found == '`' || found == quote => {
                    text.extend(next);
                    self.characters.next();
                }
                _ if found == quote && text.is_empty() => {
                    return Err(RuleError::EmptyText { at: opened });
                }
                _ if found == quote => return Ok(text),
                ('`', _) | ('\'', Some('\'')) | ('\\', Some('\\' | '"' | '\'')) => {
                    return Err(refused(next));
                }
                ('"', _) => return Err(refused(None)),
                _ => text.push(found),
            }
        }
        Err(RuleError::Unclosed { at: opened })
    }
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '_' | '$')
}
