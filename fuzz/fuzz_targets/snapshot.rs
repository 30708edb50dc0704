//! Snapshot files: any bytes are read or refused, and a snapshot that was read survives being
//! written and read again.
//!
//! A random change breaks the digest, which would hide all that lies behind it; so the input is
//! read as it is and once more with its digest made right.
#![no_main]

use halligan_core::digest::Digest;
use halligan_wire::snapshot;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    if let Some(bytes) = with_digest(bytes) {
        read(&bytes);
    }
});

fn read(bytes: &[u8]) {
    if let Ok(taken) = snapshot::read(bytes) {
        let text = snapshot::write(&taken);
        let again = snapshot::read(text.as_bytes()).expect("what was written is readable");
        assert_eq!(again, taken, "a snapshot changed by being written and read");
    }
}

/// The document with the digest that it should have.
fn with_digest(bytes: &[u8]) -> Option<Vec<u8>> {
    let Value::Object(mut members) = serde_json::from_slice(bytes).ok()? else {
        return None;
    };
    members.remove("digest");
    let canonical = serde_json::to_vec(&members).ok()?;
    members.insert("digest".into(), Value::String(Digest::of(&canonical).to_string()));
    serde_json::to_vec(&members).ok()
}
