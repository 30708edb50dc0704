//! Percent-encoding of paths and query strings.

/// Decodes a path segment; `None` when it is no valid encoding or no UTF-8.
pub(crate) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Decodes a name or value of a query string or form, where `+` is a space.
pub(crate) fn decode_query(text: &str) -> Option<String> {
    decode(&text.replace('+', " "))
}

/// Encodes a value of a query string; `$` stays, as Graph writes its own links.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~$,'()/:".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_to_itself() {
        for text in ["id eq 'a b'", "100%+&=#?", "Müller", "", "$select", "a/b"] {
            assert_eq!(decode_query(&encode(text)).as_deref(), Some(text));
        }
    }

    #[test]
    fn broken_encodings_are_none() {
        for text in ["%", "%2", "%2g", "%ff", "%é0", "%+1"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
