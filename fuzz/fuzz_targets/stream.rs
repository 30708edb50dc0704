//! Streams: any bytes are records or are refused, and what a chain accepts is, to the byte, what
//! its records print. Whatever parses as an anchor prints as one.
#![no_main]

use halligan_core::stream::{Anchor, Chain, Record, append, is_cut};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut chain = Chain::new("example".parse().expect("a name"));
    for line in bytes.split(|byte| *byte == b'\n') {
        let Ok(record) = Record::from_line(line) else {
            is_cut(line);
            continue;
        };
        assert_eq!(record.to_line().as_bytes(), line, "a line has two spellings");
        assert!(!is_cut(line), "a whole line is taken for a torn one");
        let before = chain.head();
        if chain.accept(&record).is_ok() && record.following == 0 && !chain.is_within_append() {
            assert_eq!(chain.head(), record.head());
            if record.sequence == before.length + 1 {
                let name = "example".parse().expect("a name");
                let again = append(&name, &before, record.at, vec![record.body.clone()]);
                assert_eq!(again.as_deref(), Ok(&[record][..]), "a record no append makes");
            }
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(anchor) = text.parse::<Anchor>() {
        assert_eq!(anchor.to_string().parse(), Ok(anchor), "an anchor changed by being printed");
    }
});
