//! Rust text as a tree of tokens, with the parts that only tests see marked.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The tokens of a Rust file; the error names the line.
pub(super) fn parse(text: &str) -> Result<Vec<TokenTree>, (usize, String)> {
    match text.parse::<TokenStream>() {
        Ok(stream) => Ok(stream.into_iter().collect()),
        Err(error) => Err((error.span().start().line, format!("not Rust: {error}"))),
    }
}

/// The tokens of a group.
pub(super) fn inside(group: &Group) -> Vec<TokenTree> {
    group.stream().into_iter().collect()
}

/// The identifier that a token is, without the mark of a raw one.
pub(super) fn ident(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string().replace("r#", "")),
        _ => None,
    }
}

/// Whether the token is this punctuation mark.
pub(super) fn is_punct(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// The group in these delimiters that a token is.
pub(super) fn group(token: Option<&TokenTree>, delimiter: Delimiter) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == delimiter => Some(group),
        _ => None,
    }
}

/// How many of `tokens` are an item that only tests see, its attribute included; 0 when the first
/// token does not begin one.
pub(super) fn test_item(tokens: &[TokenTree]) -> usize {
    if !is_test_attribute(tokens) {
        return 0;
    }
    let end = tokens.iter().position(|token| {
        is_punct(Some(token), ';') || group(Some(token), Delimiter::Brace).is_some()
    });
    end.map_or(tokens.len(), |end| end + 1)
}

/// `#[test]`, or a `#[cfg(…)]` that names `test` and not its opposite.
fn is_test_attribute(tokens: &[TokenTree]) -> bool {
    let attribute = group(tokens.get(1), Delimiter::Bracket);
    let Some(attribute) = attribute.filter(|_| is_punct(tokens.first(), '#')) else {
        return false;
    };
    let words = words(&inside(attribute));
    match words.first().map(String::as_str) {
        Some("test") => words.len() == 1,
        Some("cfg") => words.iter().any(|word| word == "test") && !words.contains(&"not".into()),
        _ => false,
    }
}

fn words(tokens: &[TokenTree]) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => found.push(ident.to_string()),
            TokenTree::Group(group) => found.extend(words(&inside(group))),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_length(text: &str) -> usize {
        test_item(&parse(text).unwrap())
    }

    #[test]
    fn what_only_tests_see_is_measured_to_its_end() {
        // Attribute mark and brackets, `mod`, the name, the body.
        assert_eq!(test_length("#[cfg(test)] mod tests { fn x() {} } fn y() {}"), 5);
        assert_eq!(test_length("#[cfg(all(test, unix))] use a::b; fn y() {}"), 8);
        assert_eq!(test_length("#[test] fn x() {} fn y() {}"), 6);
    }

    #[test]
    fn what_the_product_sees_is_not() {
        for text in ["#[cfg(not(test))] fn x() {}", "#[derive(Debug)] struct X;", "fn test() {}"] {
            assert_eq!(test_length(text), 0, "{text}");
        }
    }

    #[test]
    fn text_that_is_not_rust_is_an_error_with_its_line() {
        assert_eq!(parse("fn x() {\n}\n}").map_err(|(line, _)| line).unwrap_err(), 3);
    }
}
