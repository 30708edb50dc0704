//! SHA-256 digests in the one spelling that Halligan writes: `sha256:` and 64 lower-case digits.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use sha2::{Digest as _, Sha256};

/// A SHA-256 digest, comparable and printable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Digests `bytes` as they stand.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In one piece: streams print three digests for each record that they verify.
        let mut text = String::with_capacity(71);
        text.push_str("sha256:");
        for byte in self.0 {
            for half in [byte >> 4, byte & 0x0f] {
                text.push(char::from_digit(half.into(), 16).unwrap_or('0'));
            }
        }
        f.write_str(&text)
    }
}

/// A text that is not `sha256:` followed by 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotADigest(pub String);

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let refuse = || NotADigest(text.into());
        let digits = text.strip_prefix("sha256:").ok_or_else(refuse)?;
        // Digits one by one: a number in Rust may begin with `+`.
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(refuse());
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let pair = core::str::from_utf8(pair).map_err(|_| refuse())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| refuse())?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn the_empty_digest_is_the_published_one() {
        // FIPS 180-4, SHA-256 of the empty message.
        let text = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), text);
        assert_eq!(text.parse(), Ok(Digest::of(b"")));
    }

    #[test]
    fn near_misses_are_refused() {
        for text in ["", "sha256:", "e3b0c442", "sha256:zz", "md5:e3b0", "sha256:é"] {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
        let signed = Digest::of(b"").to_string().replacen("e3", "+3", 1);
        assert_eq!(signed.parse::<Digest>(), Err(NotADigest(signed)));
    }
}
