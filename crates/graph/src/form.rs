//! Form bodies.

/// Percent-encodes a value of a form. A space becomes `%20`, which is a space everywhere, as `+` is
/// not.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => escaped.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'(' | b')' | b',' | b'/' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_or_change_a_value_is_encoded() {
        assert_eq!(escaped("a=b&c+d #é%"), "a%3Db%26c%2Bd%20%23%C3%A9%25");
        assert_eq!(escaped("id in ('1','2')"), "id%20in%20(%271%27,%272%27)");
        assert_eq!(escaped("https://g.example/.default"), "https%3A//g.example/.default");
    }
}
