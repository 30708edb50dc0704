//! What a person signs, and how a signature is verified. Signing happens elsewhere.
//!
//! A statement is six lines of text, so that whoever signs can read what they sign:
//!
//! ```text
//! halligan custody statement v1
//! ledger: 8f1c…                              the ledger, so that it counts in no other
//! person: p-1                                who signs
//! made: 2026-11-23T04:00:00Z                 when, by the signer's clock
//! revision: 3                                how often the subject had changed before
//! event: {"from":…,"kind":"handedOver",…}    what happened: JSON in the form of RFC 8785
//! ```
//!
//! Each line ends with one line feed, and no value can hold one. The first line is the domain: no
//! other use of the key signs a text that begins so. A signature is Ed25519 (RFC 8032) over those
//! bytes, verified strictly: small-order keys and malleable signatures are refused.
//!
//! Nothing can be replayed. The revision counts the facts that changed the subject (the item, the
//! person, the secret), so that a signed hand-over fits once. A confirmation of presence changes
//! nothing and keeps the revision; it counts from `made`, so that sent again it says nothing new.

use alloc::string::{String, ToString as _};
use core::fmt;
use core::str::FromStr;

use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};

use super::event::Event;
use super::text::canonical;
use crate::id::{LedgerId, PersonId};
use crate::time::Timestamp;

/// The first line of every statement.
pub(super) const DOMAIN: &str = "halligan custody statement v1";

/// What a person says by signing.
#[derive(Clone, Copy, Debug)]
pub struct Statement<'a> {
    /// The ledger.
    pub ledger: &'a LedgerId,
    /// Who signs.
    pub person: &'a PersonId,
    /// When, by the signer's clock.
    pub made: Timestamp,
    /// How often the subject had changed before; [`super::State::revision`] gives it.
    pub revision: u64,
    /// What happened.
    pub event: &'a Event,
}

/// The statement's text, whose bytes are signed.
impl fmt::Display for Statement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ledger, person, made, revision, event } = self;
        let event = canonical(&serde_json::to_value(event).map_err(|_| fmt::Error)?);
        writeln!(f, "{DOMAIN}\nledger: {ledger}\nperson: {person}\nmade: {made}")?;
        writeln!(f, "revision: {revision}\nevent: {event}")
    }
}

impl Statement<'_> {
    /// Whether `signature` is that of `key` over this statement.
    pub fn is_signed(&self, key: &PublicKey, signature: &Signature) -> bool {
        key.verifies(self.to_string().as_bytes(), signature)
    }
}

/// A person's enrolled key: Ed25519, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The key of these bytes, unless somebody else could sign with it too.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, NotAKey> {
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NotAKey)?;
        if key.is_weak() { Err(NotAKey) } else { Ok(Self(bytes)) }
    }

    fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
    }
}

/// A text that is no key that somebody can sign with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAKey;

impl fmt::Display for NotAKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no public key of Ed25519 (64 hexadecimal digits)")
    }
}

impl core::error::Error for NotAKey {}

impl FromStr for PublicKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        Self::from_bytes(bytes_of(text).ok_or(NotAKey)?)
    }
}

/// A signature: Ed25519, written as 128 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Signature([u8; 64]);

impl Signature {
    /// The signature of these bytes.
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }
}

/// A text that is no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotASignature;

impl fmt::Display for NotASignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no signature of Ed25519 (128 hexadecimal digits)")
    }
}

impl core::error::Error for NotASignature {}

impl FromStr for Signature {
    type Err = NotASignature;

    fn from_str(text: &str) -> Result<Self, NotASignature> {
        bytes_of(text).map(Self).ok_or(NotASignature)
    }
}

macro_rules! hexadecimal {
    ($($name:ident, $error:ident;)+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, $error> {
                text.parse()
            }
        }
    )+};
}

hexadecimal! {
    PublicKey, NotAKey;
    Signature, NotASignature;
}

/// The bytes of lower-case hexadecimal digits: one spelling, so that equal facts are equal bytes.
fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 2 * N || !text.bytes().all(is_digit) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
