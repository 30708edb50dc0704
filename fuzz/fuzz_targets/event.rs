//! Records of logs: any bytes are read or refused, and what the scan leaves unread is the sign-in
//! of somebody who is not watched, whatever the bytes look like. What is JSON is read, however fast
//! the reading goes through it, and what is cut off is not.
#![no_main]

use halligan_core::id::UserId;
use halligan_core::watch::event::What;
use halligan_core::watch::scan::Scan;
use halligan_core::watch::touch::touches;
use halligan_core::watch::watched::{Subject, Watched};
use halligan_wire::event::{read, records};
use libfuzzer_sys::fuzz_target;

const ID: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";

/// What is refused though it is JSON: a flood of copies, and what is no record.
const REFUSED: [&str; 3] = ["COPIES_MAX", "records within a record", "is an error that a service"];

fuzz_target!(|bytes: &[u8]| {
    let subject = Subject::Account(UserId(ID.parse().expect("a GUID")));
    let mut watched = Watched::default();
    watched.watch_id(ID, &subject);
    watched.watch_name("breakglass1@contoso.onmicrosoft.com", &subject);
    let scan = Scan::new([&watched]);
    let Ok(all) = records(bytes) else { return };
    for record in &all {
        let record = &**record;
        let is_object = record.trim_ascii_start().first() == Some(&b'{');
        let is_json = serde_json::from_slice::<serde_json::Value>(record).is_ok();
        let event = match read(record) {
            Ok(event) => event,
            Err(error) => {
                let why = error.to_string();
                let is_meant = REFUSED.iter().any(|reason| why.contains(reason));
                assert!(!(is_object && is_json) || is_meant, "JSON was refused: {why}");
                continue;
            }
        };
        let cut_off = record.trim_ascii_end().split_last().map(|(_, rest)| read(rest));
        assert!(matches!(cut_off, Some(Err(_))), "what is cut off was read");
        let found = touches(&event, &watched);
        if scan.reason(record).is_none() {
            assert!(matches!(event.what, What::SignIn(_)), "no sign-in was left unread");
            assert!(found.is_empty(), "somebody watched was left unread: {found:?}");
        }
    }
});
