use halligan_core::stream::{Body, append};
use halligan_core::time::Timestamp;

use super::*;

fn name() -> StreamName {
    "custody".parse().unwrap()
}

/// Appends of one, three and one facts.
fn records() -> Vec<Record> {
    let mut head = Head::empty(&name());
    let mut records = Vec::new();
    for count in [1, 3, 1] {
        let fact = |number| Body::parse(&format!("{{\"n\":{number},\"of\":\"\u{e9}\"}}")).unwrap();
        let now = Timestamp::from_second(1_795_406_400).unwrap();
        let facts = (1..=count).map(fact).collect();
        records.extend(append(&name(), &head, now, facts).unwrap());
        head = records.last().unwrap().head();
    }
    records
}

fn bytes_of(records: &[Record]) -> Vec<u8> {
    records.iter().map(|record| record.to_line() + "\n").collect::<String>().into_bytes()
}

/// How many lines begin at or before this byte: the position of the record that it is of.
fn position_of(bytes: &[u8], place: usize) -> u64 {
    let ends = bytes[..place].iter().filter(|byte| **byte == b'\n').count();
    u64::try_from(ends).unwrap() + 1
}

#[test]
fn an_empty_file_is_an_empty_stream() {
    let empty = scan(&name(), b"").unwrap();
    assert_eq!((empty.head, empty.end, empty.torn), (Head::empty(&name()), 0, None));
}

#[test]
fn any_byte_that_is_changed_is_found_in_its_record() {
    let bytes = bytes_of(&records());
    assert_eq!(scan(&name(), &bytes).map(|scan| scan.records), Ok(records()));
    for place in 0..bytes.len() {
        let position = position_of(&bytes, place);
        let masks = [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff];
        let changed = masks.map(|mask| bytes[place] ^ mask).into_iter().chain(*b"\n\r\0 \"\\}0");
        for byte in changed.filter(|byte| *byte != bytes[place]) {
            let mut changed = bytes.clone();
            changed[place] = byte;
            let found = scan(&name(), &changed).map_err(|tampered| tampered.position);
            assert_eq!(found.map(|scan| scan.torn), Err(position), "byte {place}: {byte:#04x}");
        }
    }
}

#[test]
fn any_byte_that_is_added_or_removed_is_found_in_its_record() {
    let bytes = bytes_of(&records());
    for place in 0..bytes.len() - 1 {
        let position = position_of(&bytes, place);
        let mut removed = bytes.clone();
        removed.remove(place);
        let found = scan(&name(), &removed).map_err(|tampered| tampered.position);
        assert_eq!(found.map(|scan| scan.torn), Err(position), "without byte {place}");
        for byte in *b" \n0\0\r" {
            let mut added = bytes.clone();
            added.insert(place, byte);
            let found = scan(&name(), &added).map_err(|tampered| tampered.position);
            // Between a record and the end of its line, it makes an empty line behind the record.
            let is_behind = byte == b'\n' && bytes[place] == b'\n';
            let position = position + u64::from(is_behind);
            assert_eq!(found.map(|scan| scan.torn), Err(position), "{byte:#04x} at {place}");
        }
    }
}

#[test]
fn a_file_that_is_cut_anywhere_ends_with_a_whole_append() {
    let (bytes, records) = (bytes_of(&records()), records());
    let ends: Vec<_> = [0, 1, 4, 5].map(|count| (count, bytes_of(&records[..count]).len())).into();
    for length in 0..=bytes.len() {
        let found = scan(&name(), &bytes[..length]).unwrap();
        // A line without its end is whole.
        let (count, end) = *ends.iter().rfind(|(_, end)| *end <= length + 1).unwrap();
        let end = end.min(length);
        assert_eq!((found.records.len(), found.end), (count, end), "{length}");
        assert_eq!(found.records, records[..count]);
        assert_eq!(found.is_terminated, end == 0 || bytes[end - 1] == b'\n');
        let position = u64::try_from(count).unwrap() + 1;
        let torn =
            (length > end).then(|| Torn { position, bytes: u64::try_from(length - end).unwrap() });
        assert_eq!(found.torn, torn, "{length}");
    }
}

#[test]
fn zeros_where_the_rest_would_be_are_a_torn_write() {
    let (bytes, records) = (bytes_of(&records()), records());
    let end = bytes_of(&records[..4]).len();
    for length in end..bytes.len() - 1 {
        let zeros = [&bytes[..length], &[0; 700]].concat();
        let found = scan(&name(), &zeros).unwrap();
        assert_eq!((found.records.len(), found.end), (4, end), "{length}");
        assert_eq!(found.torn.map(|torn| torn.position), Some(5));
    }
}

#[test]
fn what_is_behind_the_end_and_no_beginning_of_a_record_is_tampering() {
    let bytes = bytes_of(&records());
    for behind in ["\n", "x", "[", "{}", "{}\n", "\r\n", "  ", "\u{feff}", "{\"a\":1}", "null"] {
        let found = scan(&name(), &[&bytes, behind.as_bytes()].concat());
        assert_eq!(found.map_err(|tampered| tampered.position).err(), Some(6), "{behind:?}");
    }
    let own = records()[4].to_line();
    for behind in [own.clone(), own + "\n"] {
        let found = scan(&name(), &[&bytes, behind.as_bytes()].concat()).unwrap_err();
        assert_eq!(found, Tampered { position: 6, what: Damage::Sequence { found: 5 } });
    }
}
