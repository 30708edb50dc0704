use super::file::{Until, read_file, read_pipe};
use super::*;
use halligan_core::watch::detect::{Severity, sample_watched};
use halligan_wire::event::framing::Framing;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The account, the group and the name of the samples of detections.
const ACCOUNT: &str = "00000000-0000-0000-0000-0000000000b1";
const NAME: &str = "breakglass1@contoso.onmicrosoft.com";

fn ingest() -> Ingest {
    let watched = sample_watched();
    let accounts = BTreeMap::from([(ACCOUNT.parse().unwrap(), "alpha".into())]);
    let names = TenantNames { code_name: "contoso".into(), id: None, accounts };
    Ingest::new(vec![WatchedTenant { names, watched, standing: None }])
}

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn sign_in(id: &str, user: &str, name: &str, code: i64) -> Value {
    json!({
        "id": id, "createdDateTime": "2026-11-23T11:58:00Z", "userId": user,
        "userPrincipalName": name, "isInteractive": true, "status": {"errorCode": code},
        "conditionalAccessStatus": "success", "appDisplayName": "Azure Portal",
        "ipAddress": "198.51.100.7"
    })
}

/// What a stream gives: severity, detection and line of each.
fn told(ingest: &mut Ingest, text: &[u8]) -> Vec<(Severity, &'static str, u64)> {
    let source: Arc<str> = "test".into();
    let mut found = Vec::new();
    let mut framing = Framing::default();
    let mut take = |piece: Piece<'_>| found.extend(ingest.piece(piece, &source, now).detected);
    framing.push(text, &mut take);
    framing.end(&mut take);
    let each = found.into_iter();
    each.map(|one| (one.fired.severity, one.fired.detection.id, one.place.line.unwrap())).collect()
}

#[test]
fn records_of_others_are_left_unread_and_ours_are_told_once() {
    let mut ingest = ingest();
    let other = sign_in("1", "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21", "ada@contoso.com", 0);
    let ours = sign_in("2", ACCOUNT, NAME, 0);
    let text = format!("{other}\n{ours}\n{ours}\n");
    let expected = [(Severity::Critical, "HG-WATCH-01", 2)];
    assert_eq!(told(&mut ingest, text.as_bytes()), expected);
    assert_eq!(told(&mut ingest, text.as_bytes()), [], "a batch that comes again");
    // The same event in the envelope of diagnostic settings is the same event.
    let envelope = json!({"records": [
        {"category": "SignInLogs", "properties": other},
        {"category": "SignInLogs", "properties": ours, "resultType": "0"},
    ]});
    assert_eq!(told(&mut ingest, envelope.to_string().as_bytes()), []);
    let counts = ingest.counts();
    assert_eq!((counts.records, counts.read, counts.unreadable), (8, 5, 0));
}

#[test]
fn a_failure_of_an_unknown_user_is_found_by_its_name() {
    let mut ingest = ingest();
    let zeros = "00000000-0000-0000-0000-000000000000";
    for (number, user) in [zeros, ""].into_iter().enumerate() {
        let record = sign_in(&number.to_string(), user, &NAME.to_uppercase(), 50034);
        let found = told(&mut ingest, record.to_string().as_bytes());
        assert_eq!(found, [(Severity::High, "HG-WATCH-02", 1)], "{user}");
    }
}

#[test]
fn a_burst_is_told_beside_its_failures() {
    let mut ingest = ingest();
    let lines: Vec<String> =
        (0..6).map(|one| sign_in(&one.to_string(), ACCOUNT, NAME, 50126).to_string()).collect();
    let found = told(&mut ingest, lines.join("\n").as_bytes());
    let bursts: Vec<_> = found.iter().filter(|one| one.1 == "HG-WATCH-16").collect();
    assert_eq!(found.len(), 7);
    assert_eq!(bursts, [&(Severity::High, "HG-WATCH-16", 5)]);
    // The same lines again are no new failures.
    assert_eq!(told(&mut ingest, lines.join("\n").as_bytes()), []);
}

#[test]
fn what_cannot_be_read_is_counted_and_told_where_it_names_the_door() {
    let mut ingest = ingest();
    let ours = sign_in("2", ACCOUNT, NAME, 0).to_string();
    let cut = &ours[..ours.len() - 4];
    let other = sign_in("1", "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21", "ada@contoso.com", 0);
    let text = format!("{}\n{cut}\n{ours}", &other.to_string()[..80]);
    let found = told(&mut ingest, text.as_bytes());
    let expected = [(Severity::High, "HG-WATCH-20", 2), (Severity::Critical, "HG-WATCH-01", 3)];
    assert_eq!(found, expected);
    assert_eq!(ingest.counts().unreadable, 2);
    // Bytes that are no UTF-8 are a record that cannot be read, and not the end.
    let mut bytes = format!("{{\"category\":\"AuditLogs\",\"x\":\"{ACCOUNT}").into_bytes();
    bytes.extend([0xff, b'"', b'}', b'\n']);
    bytes.extend(sign_in("9", ACCOUNT, NAME, 0).to_string().into_bytes());
    let found: Vec<_> = told(&mut ingest, &bytes).into_iter().map(|one| one.1).collect();
    assert_eq!(found, ["HG-WATCH-20", "HG-WATCH-01"]);
}

#[test]
fn a_record_with_too_many_copies_is_told_and_detected_by_the_first() {
    let mut ingest = ingest();
    let ours = sign_in("2", ACCOUNT, NAME, 0).to_string();
    let codes: String = (0..9).map(|code| format!("\"errorCode\":{code},")).collect();
    let text = ours.replacen("\"errorCode\":0", &format!("{codes}\"a\":1"), 1);
    let expected = [(Severity::High, "HG-WATCH-20", 1), (Severity::Critical, "HG-WATCH-01", 1)];
    assert_eq!(told(&mut ingest, text.as_bytes()), expected);
    assert_eq!(ingest.counts().unreadable, 1);
}

#[test]
fn a_record_that_is_too_long_is_one_and_is_searched_to_its_end() {
    let mut ingest = ingest();
    let filler = "x".repeat(20 << 20);
    let text = format!("[{{\"x\":\"{filler}\",\n\"y\":\"{ACCOUNT}\"}}]");
    let found = told(&mut ingest, text.as_bytes());
    assert_eq!(found, [(Severity::High, "HG-WATCH-20", 1)]);
    assert_eq!(ingest.counts().unreadable, 1);
}

#[test]
fn an_account_that_is_renamed_is_followed() {
    let mut ingest = ingest();
    let renamed = json!({
        "id": "a-1", "activityDisplayName": "Update user", "category": "UserManagement",
        "result": "success", "activityDateTime": "2026-11-23T11:00:00Z",
        "targetResources": [{"id": ACCOUNT, "type": "User", "modifiedProperties": [{
            "displayName": "UserPrincipalName", "oldValue": format!("[\"{NAME}\"]"),
            "newValue": "[\"innocent@contoso.com\"]"}]}]
    });
    let by_name = sign_in("1", "", "innocent@contoso.com", 50126).to_string();
    assert_eq!(told(&mut ingest, by_name.as_bytes()), []);
    let found = told(&mut ingest, renamed.to_string().as_bytes());
    assert_eq!(found.first().map(|one| one.1), Some("HG-WATCH-05"));
    assert!(ingest.take_outdated() && !ingest.take_outdated(), "the tenant is to be read, once");
    let later = sign_in("2", "", "Innocent@contoso.com", 50126).to_string();
    assert_eq!(told(&mut ingest, later.as_bytes()).len(), 1);
}

#[test]
fn records_without_a_line_between_them_are_read_one_by_one() {
    let mut ingest = ingest();
    let (one, two) = (sign_in("1", ACCOUNT, NAME, 0), sign_in("2", ACCOUNT, NAME, 50126));
    for (number, between) in ["", ","].into_iter().enumerate() {
        let id = |name: &str| format!("{name}{number}");
        let text = format!("{one}{between}{two}")
            .replace("\"1\"", &format!("\"{}\"", id("one")))
            .replace("\"2\"", &format!("\"{}\"", id("two")));
        let found = told(&mut ingest, text.as_bytes());
        let ids: Vec<&str> = found.iter().map(|one| one.1).collect();
        assert_eq!(ids, ["HG-WATCH-01", "HG-WATCH-02"], "{text}");
        assert_eq!(ingest.came().records, 2);
    }
    assert_eq!((ingest.counts().records, ingest.counts().unreadable), (4, 0));
    // The rest of a line that was broken off is said, and what is whole is read.
    let broken = format!("{}{{\"userId\":", one.to_string().replace("\"1\"", "\"x\""));
    let broken = format!("{broken}{two}");
    assert!(!told(&mut ingest, broken.as_bytes()).is_empty());
}

#[test]
fn what_a_topic_has_that_cannot_be_read_is_kept_as_evidence_and_named_nowhere() {
    let mut ingest = ingest();
    let place = |offset| Place { source: "kafka:entra/3".into(), line: None, offset: Some(offset) };
    let mut found = ingest.message(b"{\"a\":", &place(17), now()).detected;
    assert_eq!(ingest.message(b"{\"a\":", &place(17), now()).detected.len(), 0, "it came again");
    found.extend(ingest.message(b"\"ada@contoso.com\"", &place(18), now()).detected);
    assert_eq!((ingest.counts().parked, found.len()), (2, 2));
    for (one, offset) in found.iter().zip([17, 18]) {
        assert_eq!(one.fired.detection.id, "HG-WATCH-20");
        assert_eq!((one.fired.severity, one.place.offset), (Severity::Evidence, Some(offset)));
        assert!(!one.fired.what.contains("ada"), "{}", one.fired.what);
    }
    // One that names an account is an alarm, and not both.
    let named = format!("{{\"userId\":\"{ACCOUNT}\",");
    let told = ingest.message(named.as_bytes(), &place(19), now()).detected;
    let severities: Vec<_> = told.iter().map(|one| one.fired.severity).collect();
    assert_eq!((severities, ingest.counts().parked), (vec![Severity::High], 3));
    // A file has lines, which are said.
    let line = Place { source: "x".into(), line: Some(1), offset: None };
    assert_eq!(ingest.message(b"{\"a\":", &line, now()).detected.len(), 0);
    let before = ingest.counts().parked;
    let mut kept = 0;
    for offset in 20..PARKED_MAX + 100 {
        let place = place(i64::try_from(offset).unwrap());
        kept += ingest.message(b"{", &place, now()).detected.len() as u64;
    }
    assert_eq!(kept, PARKED_MAX - before, "with more, they are counted");
    assert!(ingest.counts().parked > PARKED_MAX);
}

#[test]
fn a_change_of_the_group_says_what_it_does() {
    let case = halligan_core::check::Case::sound();
    let mut ingest = Ingest::new(vec![WatchedTenant::of(&case.register, Some(&case.snapshot))]);
    let (group, account) = (case.register.group.unwrap(), halligan_core::check::sample::ALPHA);
    let record = json!({
        "id": "1", "activityDateTime": "2096-11-23T11:58:00Z", "result": "success",
        "activityDisplayName": "Remove member from group", "category": "GroupManagement",
        "targetResources": [{"id": account.to_string(), "type": "User", "modifiedProperties": [
            {"displayName": "Group.ObjectID", "oldValue": format!("\"{group}\""), "newValue": null}
        ]}]
    });
    let source = Place { source: "test".into(), line: None, offset: None };
    let found = ingest.message(record.to_string().as_bytes(), &source, now()).detected;
    let one = found.iter().find(|one| one.fired.detection.id == "HG-WATCH-06").unwrap();
    let sentence = &one.proof.as_ref().unwrap().sentence;
    assert!(one.fired.what.starts_with(&**sentence), "{}", one.fired.what);
}

#[test]
fn a_sign_in_that_both_logs_tell_is_told_once() {
    let mut graph = sign_in("1", ACCOUNT, NAME, 50126);
    let more = json!({"correlationId": "cor-1", "appId": ACCOUNT, "ipAddress": "198.51.100.7"});
    graph.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let unified = |id: &str| {
        let record = json!({
            "Id": id, "CreationTime": graph["createdDateTime"], "Operation": "UserLoginFailed",
            "RecordType": 15, "Workload": "AzureActiveDirectory", "UserId": NAME,
            "UserKey": ACCOUNT, "ApplicationId": ACCOUNT, "InterSystemsId": "COR-1",
            "ActorIpAddress": "198.51.100.7", "ErrorNumber": "50126",
            "Actor": [{"ID": ACCOUNT, "Type": 0}, {"ID": NAME, "Type": 5}],
        });
        record.to_string()
    };
    let mut ingest = ingest();
    ingest.join();
    assert_eq!(told(&mut ingest, graph.to_string().as_bytes()).len(), 1);
    assert_eq!(told(&mut ingest, unified("2").as_bytes()), []);
    assert_eq!(told(&mut ingest, unified("3").as_bytes()).len(), 1, "another attempt");
}

#[test]
fn a_copy_of_a_member_and_a_row_of_an_answer_are_told() {
    let fine = sign_in("1", "", "ada@contoso.com", 50126).to_string();
    let name = format!("\"userPrincipalName\":\"{NAME}\"");
    for text in
        [fine.replacen('{', &format!("{{{name},"), 1), fine.replace('}', &format!(",{name}}}"))]
    {
        assert_eq!(told(&mut ingest(), text.as_bytes()).len(), 1, "{text}");
    }
    let row = sign_in("1", ACCOUNT, NAME, 50126);
    let columns: Vec<_> =
        row.as_object().unwrap().keys().map(|name| json!({"name": name})).collect();
    let values: Vec<_> = row.as_object().unwrap().values().collect();
    let answer = json!({"tables": [{"name": "T", "columns": columns, "rows": [values, [1]]}]});
    let mut ingest = ingest();
    assert_eq!(told(&mut ingest, answer.to_string().as_bytes()).len(), 1);
    assert_eq!((ingest.counts().records, ingest.counts().unreadable), (2, 1));
}

#[test]
fn records_of_tenants_that_nobody_declared_are_counted() {
    let mut ingest = ingest();
    ingest.tenants[0].names.id = Some(TenantId::from_u128(1));
    let other = TenantId::from_u128(2);
    let record = json!({
        "category": "SignInLogs", "resourceId": format!("/tenants/{other}/providers/x"),
        "properties": sign_in("1", ACCOUNT, NAME, 0)
    });
    let found = told(&mut ingest, record.to_string().as_bytes());
    assert_eq!(found, [(Severity::Critical, "HG-WATCH-01", 1)]);
    assert_eq!(ingest.counts().foreign, BTreeMap::from([(other, 1)]));
    // It names the account all the same: the register may name a wrong tenant.
}

fn lines(path: &Path) -> (u64, Vec<String>) {
    let mut found = Vec::new();
    let mut take = |piece: Piece<'_>| found.push(String::from_utf8_lossy(piece.bytes).into_owned());
    let stop = AtomicBool::new(false);
    let bytes = read_file(path, Until::End, &stop, &mut take).unwrap();
    (bytes, found)
}

#[test]
fn plain_packed_and_wide_files_give_the_same_records() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events");
    let text = "{\"a\":1}\n{\"ü\":2}\n";
    let expected = vec!["{\"a\":1}".to_owned(), "{\"ü\":2}".into()];
    std::fs::write(&path, text).unwrap();
    assert_eq!(lines(&path), (17, expected.clone()));

    let wide: Vec<u8> =
        "\u{feff}".chars().chain(text.chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    std::fs::write(&path, &wide).unwrap();
    assert_eq!(lines(&path).1, expected);

    for content in [text.as_bytes(), &wide] {
        // Two members, as two runs of a log shipper append them.
        let mut packed = Vec::new();
        for part in content.chunks(content.len().div_ceil(2)) {
            let mut gz = flate2::write::GzEncoder::new(&mut packed, flate2::Compression::fast());
            gz.write_all(part).unwrap();
            gz.finish().unwrap();
        }
        std::fs::write(&path, &packed).unwrap();
        assert_eq!(lines(&path).1, expected);
        std::fs::write(&path, &packed[..packed.len() - 12]).unwrap();
        let stop = AtomicBool::new(false);
        let refused = read_file(&path, Until::End, &stop, &mut |_| {}).unwrap_err();
        assert!(refused.to_string().contains("cannot be read to its end"), "{refused}");
    }
    for short in ["", "{"] {
        std::fs::write(&path, short).unwrap();
        assert_eq!(lines(&path).1.len(), short.len());
    }
    let pipe = std::io::Cursor::new(text);
    let mut count = 0;
    let stop = AtomicBool::new(false);
    assert_eq!(read_pipe(pipe, "-", &stop, &mut |_| count += 1).unwrap(), 17);
    assert_eq!(count, 2);
}

#[test]
fn a_growing_file_is_followed_also_when_it_is_replaced_or_cut() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.ndjson");
    std::fs::write(&path, "{\"a\":1}\n{\"b\"").unwrap();
    let stop = AtomicBool::new(false);
    let seen = std::sync::Mutex::new(Vec::new());
    let wait_for = |count: usize| {
        let begun = Instant::now();
        while seen.lock().unwrap().len() < count {
            assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", seen.lock().unwrap());
            std::thread::sleep(Duration::from_millis(10));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut take = |piece: Piece<'_>| {
                seen.lock().unwrap().push(String::from_utf8_lossy(piece.bytes).into_owned());
            };
            read_file(&path, Until::Stopped, &stop, &mut take).unwrap();
        });
        wait_for(1);
        let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b":2}\n").unwrap();
        wait_for(2);
        // Replaced, as by a log shipper that rotates.
        std::fs::rename(&path, folder.path().join("old")).unwrap();
        std::fs::write(&path, "{\"c\":3}\n").unwrap();
        wait_for(3);
        // Whoever writes has not noticed yet.
        file.write_all(b"{\"late\":3}\n").unwrap();
        wait_for(4);
        // Cut, and written anew.
        std::fs::write(&path, "").unwrap();
        std::thread::sleep(Duration::from_millis(300));
        std::fs::write(&path, "{\"d\":4}\n").unwrap();
        wait_for(5);
        stop.store(true, Ordering::Relaxed);
    });
    let seen = seen.into_inner().unwrap();
    let expected = ["{\"a\":1}", "{\"b\":2}", "{\"c\":3}", "{\"late\":3}", "{\"d\":4}"];
    assert_eq!(seen, expected);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let stop = AtomicBool::new(false);
    let absent = Path::new("no-such-file.ndjson");
    let refused = read_file(absent, Until::End, &stop, &mut |_| {}).unwrap_err();
    assert_eq!(refused.to_string(), "cannot read `no-such-file.ndjson`: no such file or folder");
    let refused = read_file(&std::env::temp_dir(), Until::End, &stop, &mut |_| {}).unwrap_err();
    assert!(refused.to_string().ends_with("it is a folder"), "{refused}");
}
