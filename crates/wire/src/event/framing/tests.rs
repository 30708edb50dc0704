use super::*;
use proptest::prelude::*;
use serde_json::json;

type Seen = (u64, String, Option<Flaw>);

/// The pieces of a text that comes in portions of so many bytes.
fn pieces_of(text: &[u8], portion: usize) -> Vec<Seen> {
    let mut seen = Vec::new();
    let mut take = |piece: Piece<'_>| {
        let text = String::from_utf8_lossy(piece.bytes).into_owned();
        seen.push((piece.line, text, piece.flaw));
    };
    let mut framing = Framing::default();
    for bytes in text.chunks(portion) {
        framing.push(bytes, &mut take);
    }
    framing.end(&mut take);
    seen
}

#[track_caller]
fn check(text: &str, expected: &[(u64, &str, Option<Flaw>)]) {
    let expected: Vec<Seen> =
        expected.iter().map(|(line, text, flaw)| (*line, (*text).into(), *flaw)).collect();
    for portion in [1, 2, 7, text.len().max(1)] {
        assert_eq!(pieces_of(text.as_bytes(), portion), expected, "{portion}");
    }
}

#[test]
fn a_record_on_each_line() {
    check(
        "\u{feff}{\"a\":1}\r\n\n  {\"b\":\"}{\"}  \n{\"c\":[{}]}",
        &[(1, "{\"a\":1}", None), (3, "{\"b\":\"}{\"}", None), (4, "{\"c\":[{}]}", None)],
    );
    check("", &[]);
    check(" \n\n", &[]);
}

#[test]
fn records_over_several_lines_and_in_lists() {
    let one = "{\n \"a\": {\"b\": [1, {\"c\": \"]\\\"\"}]}\n}";
    check(one, &[(1, one, None)]);
    check(&format!("[\n{one},\n {{}}]\n"), &[(2, one, None), (5, "{}", None)]);
    check(
        &format!("[{{\"a\":1}}, {{\"b\":2}}]\n{one}"),
        &[(1, "{\"a\":1}", None), (1, "{\"b\":2}", None), (2, one, None)],
    );
    check("[]", &[]);
}

#[test]
fn records_without_a_line_between_them_are_split() {
    let split = |text: &str| {
        let mut seen = Vec::new();
        split(text.as_bytes(), &mut |piece| {
            seen.push((String::from_utf8_lossy(piece.bytes).into_owned(), piece.flaw));
        });
        seen
    };
    let (one, two) = ("{\"a\":\"}{\"}", "{\"b\":[{}]}");
    let both = [(one.to_owned(), None), (two.to_owned(), None)];
    for between in ["", " ", ",", " , "] {
        assert_eq!(split(&format!("{one}{between}{two}")), both, "{between:?}");
    }
    assert_eq!(split(one), both[..1]);
    let broken = split(&format!("{one}{{\"c\":"));
    assert_eq!(broken.first(), both.first());
    assert_eq!(broken.get(1).map(|piece| piece.1), Some(Some(Flaw::Broken)));
}

#[test]
fn records_in_a_member_of_an_object() {
    let page = "{\n\"@odata.context\": \"x\", \"Value\": [\n\
        {\"a\":1},{\"b\":{\"value\":[{}]}}\n],\n\"more\": {\"deep\": {\"x\": [{}]}}}";
    check(page, &[(3, "{\"a\":1}", None), (3, "{\"b\":{\"value\":[{}]}}", None)]);
    // On one line it is taken as it is, and opened by who reads it.
    check("{\"records\":[{\"a\":1}]}", &[(1, "{\"records\":[{\"a\":1}]}", None)]);
    // A member of that name deeper down holds no records.
    let other = "{\"x\":\n{\"records\":[{\"a\":1}]}}";
    check(other, &[(1, other, None)]);
    check("{\n\"records\":[]}", &[]);
}

#[test]
fn what_is_cut_off_costs_itself_and_nothing_else() {
    let broken = Some(Flaw::Broken);
    check("{\"a\":\"x\n{\"b\":2}\n", &[(1, "{\"a\":\"x", broken), (2, "{\"b\":2}", None)]);
    check("{\"a\":1,\n{\"b\":2}", &[(1, "{\"a\":1,", broken), (2, "{\"b\":2}", None)]);
    check(
        "{\"a\":\n{\"b\":2}\n{\"c\":3}",
        &[(1, "{\"a\":", broken), (2, "{\"b\":2}", None), (3, "{\"c\":3}", None)],
    );
    check("[{\"a\":1},\n{\"b\"", &[(1, "{\"a\":1}", None), (2, "{\"b\"", broken)]);
    check("[{\"a\":1},\n", &[(1, "{\"a\":1}", None), (2, "", broken)]);
    check(
        "[{\"a\":1},\n{\"b\":},\n {\"c\":3}\n]\n{\"d\":4}",
        &[
            (1, "{\"a\":1}", None),
            (2, "{\"b\":},", broken),
            (3, "{\"c\":3}", None),
            (5, "{\"d\":4}", None),
        ],
    );
}

#[test]
fn what_is_no_object() {
    let no = Some(Flaw::NotAnObject);
    check("time,id\n{\"a\":1}", &[(1, "time,id", no), (2, "{\"a\":1}", None)]);
    // What follows what was broken off belongs to it.
    check(
        "oops\nagain\n{\"a\":1}\noops",
        &[(1, "oops", no), (1, "again", no), (3, "{\"a\":1}", None), (4, "oops", no)],
    );
    check("[1]\n{}", &[(1, "1]", no), (2, "{}", None)]);
    check("[[{}]]", &[(1, "[{}]]", no)]);
    check("[\"x\"]", &[(1, "\"x\"]", no)]);
}

#[test]
fn depth_and_length_have_ends() {
    let deep = format!("{{\"a\":\n{}1{}}}", "[".repeat(200), "]".repeat(200));
    let found = pieces_of(deep.as_bytes(), 64);
    assert_eq!(found.first().map(|one| one.2), Some(Some(Flaw::TooDeep)));

    let letters = "x".repeat(40 << 20);
    let long = format!("[{{\"a\":\"{letters}\"}},\n{{\"b\":2}}]");
    let mut held_max = 0;
    let mut seen = Vec::new();
    let mut bytes = 0;
    let mut framing = Framing::default();
    let mut take = |piece: Piece<'_>| {
        seen.push((piece.line, piece.flaw));
        bytes += piece.bytes.len();
    };
    for portion in long.as_bytes().chunks(256 << 10) {
        framing.push(portion, &mut take);
        held_max = held_max.max(framing.held.capacity());
    }
    framing.end(&mut take);
    let last = seen.pop();
    assert_eq!(last, Some((2, None)));
    assert!(seen.iter().all(|one| *one == (1, Some(Flaw::TooLong))), "{seen:?}");
    assert_eq!(seen.len(), 3);
    assert!(bytes > letters.len() && bytes < letters.len() + 2_000, "all is seen: {bytes}");
    assert!(held_max < 34 << 20, "{held_max}");
}

proptest! {
    /// However a stream is portioned, its pieces are the same.
    #[test]
    fn portions_do_not_matter(
        parts in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"records\"", "1", "\n", "{\"a\":1}", " ",
            "{\"value\":[", "{\n\"records\":[", "]}", "],", "\"\\\"\"", "\"", "\\", "\r\n",
            "tru", "{\"b\":2}\n",
        ]), 0..40),
        portion in 1_usize..9,
    ) {
        let text = parts.concat();
        let whole = pieces_of(text.as_bytes(), text.len().max(1));
        prop_assert_eq!(pieces_of(text.as_bytes(), portion), whole);
    }

    /// Records come out as they went in, in whatever order of layouts.
    #[test]
    fn records_are_found_in_every_layout(
        records in prop::collection::vec("[a-z{}\\[\\],: ]{0,12}", 1..6),
        layouts in prop::collection::vec(0_u8..4, 1..4),
    ) {
        let records: Vec<String> =
            records.iter().map(|text| json!({"x": text, "y": [{}]}).to_string()).collect();
        let mut text = String::new();
        let mut expected = Vec::new();
        for layout in layouts {
            text += &match layout {
                0 => format!("{}\n", records.join("\n")),
                1 => format!("[{}]\n", records.join(",\n")),
                2 => format!("[\n{}\n]\n", records.join("\n,")),
                _ => format!("{{\"next\": null, \"value\":[\n{}]}}\n", records.join(", ")),
            };
            expected.extend(records.iter().cloned());
        }
        let found: Vec<String> =
            pieces_of(text.as_bytes(), 16).into_iter().map(|(_, text, _)| text).collect();
        prop_assert_eq!(found, expected);
    }
}
