//! A stream cut into records: whatever the bytes and the portions that they come in, the pieces are
//! the same, none of them is longer than what came, and every record among them is in the stream.
#![no_main]

use halligan_wire::event::framing::{Framing, Piece, split};
use libfuzzer_sys::fuzz_target;

type Seen = Vec<(u64, Vec<u8>, bool)>;

fn pieces(bytes: &[u8], portion: usize) -> Seen {
    let mut seen = Seen::new();
    let mut take = |piece: Piece<'_>| {
        seen.push((piece.line, piece.bytes.to_vec(), piece.flaw.is_some()));
    };
    let mut framing = Framing::default();
    for portion in bytes.chunks(portion) {
        framing.push(portion, &mut take);
    }
    framing.end(&mut take);
    seen
}

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let whole = pieces(bytes, bytes.len().max(1));
    assert_eq!(pieces(bytes, usize::from(*first).max(1)), whole);
    let total: usize = whole.iter().map(|(_, piece, _)| piece.len()).sum();
    assert!(total <= bytes.len(), "more came out than went in");
    let lines = 1 + bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    assert!(whole.iter().all(|(line, ..)| (1..=lines).contains(line)), "a line that is none");
    split(bytes, &mut |piece| assert!(piece.bytes.len() <= bytes.len()));
});
