//! Published vectors, made and checked by other implementations.

use std::format;
use std::string::{String, ToString as _};

use super::*;
use crate::custody::{Event, Holder, Witness};

/// RFC 8032, section 7.1: secret key left out; public key, message, signature.
const RFC_8032: [(&str, &[u8], &str); 3] = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        b"",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155\
         5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        b"\x72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
         085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        b"\xaf\x82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
         18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
];

#[test]
fn the_vectors_of_rfc_8032_hold() {
    for (key, message, signature) in RFC_8032 {
        let key: PublicKey = key.parse().unwrap();
        assert!(key.verifies(message, &signature.parse().unwrap()));
        assert!(!key.verifies(b"another message", &signature.parse().unwrap()));
    }
}

/// The public key of the seed 00 01 02 … 1f.
const KEY: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";

const TEXT: &str = "halligan custody statement v1\n\
ledger: ledger-1\n\
person: ada\n\
made: 2026-11-23T04:00:00Z\n\
revision: 1\n\
event: {\"from\":{\"person\":\"ada\"},\"item\":\"key-1\",\"kind\":\"handedOver\",\
\"openedBy\":[\"ada\",\"cyd\"],\"to\":{\"place\":\"safe\"},\"witness\":{\"person\":\"cyd\"}}\n";

/// Made with the Python package `cryptography` from that seed over that text.
const SIGNATURE: &str = "aab78671817d3e478be3d702ef7c13287ce202d9e971b0d981c3ee6acf2c4353\
                         77f49a78b9859fda36415d5af16d1faaf16341a5db91f280a29ddf91bc54b002";

fn hand_over(witness: &str) -> Event {
    Event::HandedOver {
        item: "key-1".parse().unwrap(),
        from: Holder::Person("ada".parse().unwrap()),
        to: Holder::Place("safe".parse().unwrap()),
        opened_by: ["ada", "cyd"].map(|one| one.parse().unwrap()).into(),
        witness: Witness::Person(witness.parse().unwrap()),
    }
}

#[test]
fn a_statement_is_this_text_and_this_signature() {
    let (ledger, person) = ("ledger-1".parse().unwrap(), "ada".parse().unwrap());
    let (event, other) = (hand_over("cyd"), hand_over("dan"));
    let made = "2026-11-23T04:00:00Z".parse().unwrap();
    let statement =
        Statement { ledger: &ledger, person: &person, made, revision: 1, event: &event };
    assert_eq!(statement.to_string(), TEXT);
    let (key, signature) = (KEY.parse().unwrap(), SIGNATURE.parse().unwrap());
    assert!(statement.is_signed(&key, &signature));
    let bob = "bob".parse().unwrap();
    for wrong in [
        Statement { ledger: &"ledger-2".parse().unwrap(), ..statement },
        Statement { person: &bob, ..statement },
        Statement { made: "2026-11-23T04:00:01Z".parse().unwrap(), ..statement },
        Statement { revision: 2, ..statement },
        Statement { event: &other, ..statement },
    ] {
        assert!(!wrong.is_signed(&key, &signature), "{wrong}");
    }
}

/// No reason can end its line and begin another: two events never read the same.
#[test]
fn a_statement_has_six_lines_whatever_is_in_it() {
    let (ledger, person) = ("l".parse().unwrap(), "ada".parse().unwrap());
    let reason = "gone\nevent: {}\r\u{2028}\u{0}\"";
    let event = Event::Lost { item: "key-1".parse().unwrap(), reason: reason.into() };
    let made = "2026-11-23T04:00:00.5Z".parse().unwrap();
    let text = Statement { ledger: &ledger, person: &person, made, revision: 0, event: &event };
    let text = text.to_string();
    assert_eq!(text.matches('\n').count(), 6, "{text:?}");
    assert!(text.contains("made: 2026-11-23T04:00:00.5Z\n"));
    assert!(text.contains(r#""reason":"gone\nevent: {}\r"#), "{text:?}");
}

#[test]
fn keys_and_signatures_have_one_spelling() {
    let key: PublicKey = KEY.parse().unwrap();
    assert_eq!(serde_json::to_string(&key).unwrap(), format!("\"{KEY}\""));
    assert_eq!(serde_json::from_str::<PublicKey>(&format!("\"{KEY}\"")).unwrap(), key);
    // Of order 1 and 2; not on the curve; in capitals; too short; too long; no digits.
    let one = format!("01{}", "0".repeat(62));
    let minus_one = format!("ec{}7f", "ff".repeat(30));
    let off = format!("02{}", "0".repeat(62));
    let long = format!("{KEY}0");
    for text in [&one, &minus_one, &off, &KEY.to_uppercase(), &KEY[1..], &long, &"g".repeat(64), ""]
    {
        assert_eq!(text.parse::<PublicKey>(), Err(NotAKey), "{text}");
    }
    let signature: Signature = SIGNATURE.parse().unwrap();
    assert_eq!(String::from(signature), SIGNATURE);
    for text in [&SIGNATURE[2..], &SIGNATURE.to_uppercase(), "é"] {
        assert_eq!(text.parse::<Signature>(), Err(NotASignature), "{text}");
    }
}

/// The same signature plus the group's order verifies elsewhere; here it does not.
#[test]
fn a_bent_signature_is_refused() {
    let (key, message, signature) = RFC_8032[0];
    let key: PublicKey = key.parse().unwrap();
    let mut bytes = signature.parse::<Signature>().unwrap().0;
    // The order of the group, little end first.
    let order: [u8; 32] =
        bytes_of("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut carry = 0_u16;
    for (byte, add) in bytes[32..].iter_mut().zip(order) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert!(!key.verifies(message, &Signature(bytes)));
    for place in 0..64 {
        let mut bytes = signature.parse::<Signature>().unwrap().0;
        bytes[place] ^= 1;
        assert!(!key.verifies(message, &Signature(bytes)), "{place}");
    }
}
