//! The words of a `$filter` expression.

use crate::error::GraphError;

/// A word of a filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, an operator, `true`, `null`, a GUID or a date: whatever stands without quotes.
    Word(String),
    /// A quoted string, unescaped.
    Text(String),
    Open,
    Close,
    Comma,
}

/// Splits a filter into words.
pub(super) fn tokens(filter: &str) -> Result<Vec<Token>, GraphError> {
    let mut tokens = Vec::new();
    let mut rest = filter.chars().peekable();
    while let Some(&next) = rest.peek() {
        match next {
            ' ' | '\t' => {
                rest.next();
            }
            '(' | ')' | ',' => {
                rest.next();
                tokens.push(match next {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Comma,
                });
            }
            '\'' => {
                rest.next();
                tokens.push(Token::Text(quoted(&mut rest)?));
            }
            _ => {
                let mut word = String::new();
                while let Some(next) = rest.next_if(|next| is_word(*next)) {
                    word.push(next);
                }
                if word.is_empty() {
                    return Err(syntax(&format!("unexpected character '{next}'")));
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    Ok(tokens)
}

fn quoted(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<String, GraphError> {
    let mut text = String::new();
    while let Some(next) = rest.next() {
        if next != '\'' {
            text.push(next);
        } else if rest.next_if_eq(&'\'').is_some() {
            text.push('\'');
        } else {
            return Ok(text);
        }
    }
    Err(syntax("a string without its closing quote"))
}

fn is_word(next: char) -> bool {
    next.is_alphanumeric() || "-_./:@$".contains(next)
}

/// 400: no filter in OData's grammar.
pub(super) fn syntax(what: &str) -> GraphError {
    GraphError::bad_request(format!("Invalid filter clause: {what}."))
}
