//! What changed between two assessments, when it is told, and in which words.

use halligan_core::change::{
    Changes, HEARTBEAT_DAYS, Hindrance, LINES_MAX, Last, Mark, Occasion, Outage, OutageOccasion,
    Record, compare, letter, occasion, outage_letter, outage_occasion,
};
use halligan_core::check::run;
use halligan_core::check::sample::{ALPHA, BRAVO, Case, DAILY, EMERGENCY, member};
use halligan_core::register::Acceptance;
use halligan_core::report::{Assessment, Verdict};
use halligan_core::tenant::{ObjectKind, Part, PartKind};
use halligan_core::time::Timestamp;

fn record(case: &Case) -> Record {
    let results = run(&case.register, &case.snapshot, case.custody.as_ref(), case.now).unwrap();
    let assessment = Assessment::new(
        &case.register,
        &case.snapshot,
        &case.custody.as_ref().into(),
        case.now,
        results,
    );
    Record::of(&case.register, &assessment)
}

fn at(case: &mut Case, time: &str) {
    case.now = time.parse().unwrap();
}

/// A tenant whose group has an owner who is none of the declared accounts.
fn owned() -> Case {
    let mut case = Case::sound();
    let (at, value) = (case.now, vec![member(DAILY, ObjectKind::User)]);
    case.group_read(|read| read.owners = Part::Read { at, value });
    case
}

fn accept(case: &mut Case, check: &str, until: &str) {
    case.register.accepted.push(Acceptance {
        check: check.into(),
        subject: Some(DAILY.to_string()),
        by: "Ada".into(),
        reason: "known".into(),
        until: until.parse().unwrap(),
    });
}

/// A check's id, how it came out before and after, and the joined names found and mended.
type Told = (String, Option<Mark>, Option<Mark>, String, String);

fn told(changes: &Changes) -> Vec<Told> {
    let one = changes.checks.iter();
    one.map(|c| (c.id.clone(), c.was, c.is, c.found.join(" "), c.mended.join(" "))).collect()
}

#[test]
fn nothing_is_different_from_itself() {
    for case in [Case::sound(), owned()] {
        let changes = compare(&record(&case), &record(&case));
        assert!(changes.is_empty() && changes.count() == 0 && !changes.is_worse());
    }
}

#[test]
fn a_new_finding_is_worse_and_its_mending_is_not() {
    let (before, after) = (record(&Case::sound()), record(&owned()));
    let changes = compare(&before, &after);
    let name = format!("principal {DAILY}");
    let (fail, pass) = (Some(Mark::Fail), Some(Mark::Pass));
    let id = "HG-LOCK-03".to_owned();
    assert_eq!(told(&changes), [(id.clone(), pass, fail, name.clone(), String::new())]);
    assert!(changes.is_worse());
    assert_eq!(changes.verdict_was, Some(Verdict::Holds));
    let back = compare(&after, &before);
    assert_eq!(told(&back), [(id, fail, pass, String::new(), name)]);
    assert!(!back.is_worse());
}

#[test]
fn a_second_finding_of_a_failing_check_is_told_although_it_fails_as_before() {
    let mut case = Case::sound();
    case.user(ALPHA, |user| user.account_enabled = Some(false));
    let before = record(&case);
    case.user(BRAVO, |user| user.account_enabled = Some(false));
    let changes = compare(&before, &record(&case));
    let change = changes.checks.iter().find(|change| change.id == "HG-EXIT-03").unwrap();
    assert_eq!((change.was, change.is), (Some(Mark::Fail), Some(Mark::Fail)));
    assert_eq!(change.found, ["account bravo"]);
    assert!(changes.is_worse());
}

#[test]
fn an_acceptance_and_its_end_are_told() {
    let mut case = owned();
    let open = record(&case);
    accept(&mut case, "hg-lock-03", "1970-02-01T00:00:00Z");
    let accepted = record(&case);
    let changes = compare(&open, &accepted);
    let change = &changes.checks[0];
    assert_eq!((change.was, change.is), (Some(Mark::Fail), Some(Mark::Accepted)));
    let until: Timestamp = "1970-02-01T00:00:00Z".parse().unwrap();
    assert_eq!(change.accepted, [(format!("principal {DAILY}"), until)]);
    assert!(!changes.is_worse());
    at(&mut case, "1970-02-01T00:00:00Z");
    let ended = compare(&accepted, &record(&case));
    assert_eq!(ended.checks[0].counts_again, [format!("principal {DAILY}")]);
    assert!(ended.is_worse());
    case.register.accepted[0].until = "1970-03-01T00:00:00Z".parse().unwrap();
    let renewed = compare(&accepted, &record(&case));
    assert_eq!(renewed.checks[0].accepted.len(), 1);
}

#[test]
fn what_cannot_be_read_any_more_is_told_and_worse() {
    let mut case = Case::sound();
    let before = record(&case);
    case.snapshot.domains = Part::Gap(Case::denied(PartKind::Domains));
    let changes = compare(&before, &record(&case));
    assert_eq!(changes.unread, [PartKind::Domains.title()]);
    assert!(changes.is_worse());
    assert!(changes.checks.iter().all(|change| change.is == Some(Mark::Gap)));
    let back = compare(&record(&case), &before);
    assert_eq!(back.readable, [PartKind::Domains.title()]);
    assert!(!back.is_worse());
}

#[test]
fn a_check_that_came_with_a_version_is_told_when_it_finds_something() {
    let now = record(&owned());
    let mut older = now.clone();
    older.checks.remove("HG-LOCK-03");
    older.checks.remove("HG-EXIT-01");
    let changes = compare(&older, &now);
    assert_eq!(changes.checks.len(), 1);
    assert_eq!((changes.checks[0].was, changes.checks[0].is), (None, Some(Mark::Fail)));
    assert_eq!(compare(&now, &older).checks[0].is, None);
}

#[test]
fn the_worse_comes_first_and_then_the_more_severe() {
    let mut case = owned();
    let before = record(&case);
    let (at, value) = (case.now, vec![]);
    case.group_read(|read| read.owners = Part::Read { at, value });
    case.user(ALPHA, |user| user.account_enabled = Some(false));
    case.user(BRAVO, |user| user.user_principal_name = "breakglass@sound.onmicrosoft.com".into());
    let changes = compare(&before, &record(&case));
    let ids: Vec<_> = changes.checks.iter().map(|change| change.id.as_str()).collect();
    assert_eq!(ids, ["HG-EXIT-03", "HG-LOCK-06", "HG-LOCK-03"]);
}

#[test]
fn there_is_reason_to_write_once_then_on_change_and_then_to_be_heard_of() {
    let mut case = Case::sound();
    // Time alone changes what it says of items: whether they were seen lately.
    case.custody = None;
    let first = record(&case);
    assert_eq!(occasion(None, &first, false, 0), Some(Occasion::First));
    let since = first.judged;
    let last = Last { record: first, mailed: since };
    let mut asked = |time: &str, always, days| {
        at(&mut case, time);
        occasion(Some(&last), &record(&case), always, days)
    };
    assert_eq!(asked("1970-01-02T00:00:00Z", false, HEARTBEAT_DAYS), None);
    let always = asked("1970-01-02T00:00:00Z", true, HEARTBEAT_DAYS);
    assert_eq!(always, Some(Occasion::Asked { since }));
    assert_eq!(asked("1970-01-07T22:59:59Z", false, HEARTBEAT_DAYS), None);
    let due = asked("1970-01-07T23:00:00Z", false, HEARTBEAT_DAYS);
    assert_eq!(due, Some(Occasion::Heartbeat { since }), "a job may start an hour early");
    assert_eq!(asked("1970-02-01T00:00:00Z", false, 0), None);
    // A letter that a wrong clock dated in the future must not silence the heartbeat.
    let back = asked("1969-12-31T00:00:00Z", false, HEARTBEAT_DAYS);
    assert_eq!(back, Some(Occasion::Heartbeat { since }));
    let changed = occasion(Some(&last), &record(&owned()), false, 0).unwrap();
    assert!(matches!(changed, Occasion::Changed { since: of, .. } if of == since));
}

#[test]
fn a_letter_says_what_changed_then_the_verdict_then_how_to_see_the_rest() {
    let (before, after) = (record(&Case::sound()), record(&owned()));
    let changes = compare(&before, &after);
    let written = letter(&after, &Occasion::Changed { since: before.judged, changes });
    assert_eq!(written.subject, "Halligan: 1 change, worse; it does not hold");
    let places = [
        "WHAT CHANGED since 1970-01-01 00:00 UTC\n\nHG-LOCK-03 (",
        "\n  was pass, is fail\n  new: principal ",
        "\n\nVERDICT: it does not hold (before: it holds)\n1 fail, 0 gap, ",
        "\n\nTO SEE THE REST\n`halligan check`",
        "\ntenant ",
    ]
    .map(|text| written.body.find(text).unwrap_or_else(|| panic!("{text}: {}", written.body)));
    assert!(places.is_sorted(), "{}", written.body);
}

#[test]
fn first_letters_and_heartbeats_say_what_they_are() {
    let sound = record(&Case::sound());
    let first = letter(&sound, &Occasion::First);
    assert_eq!(first.subject, "Halligan: first report; it holds");
    assert!(first.body.contains("\nNothing.\n"));
    let faulty = letter(&record(&owned()), &Occasion::First);
    assert!(faulty.body.contains("  is fail\n  principal "), "{}", faulty.body);
    let since = sound.judged;
    let heartbeat = letter(&sound, &Occasion::Heartbeat { since });
    assert!(heartbeat.body.starts_with("NOTHING CHANGED since 1970-01-01 00:00 UTC\nThis letter"));
}

#[test]
fn a_letter_names_nobody_and_shows_no_name_that_others_chose() {
    let mut case = owned();
    case.user(ALPHA, |user| {
        user.account_enabled = Some(false);
        user.user_principal_name = "sys-maple-31@sound.onmicrosoft.com".into();
        user.display_name = Some("Grandmother's safe".into());
    });
    case.policy(0, |policy| policy.display_name = "Grandmother's safe\r\nBcc: x@y.z".into());
    case.snapshot.accounts.get_mut(&ALPHA).unwrap().methods =
        Part::Gap(Case::denied(PartKind::AccountMethods));
    for policy in 0..3 {
        case.policy(policy, |policy| {
            let users = policy.conditions.users.as_mut();
            users.unwrap().exclude_groups.clear();
        });
    }
    let record = record(&case);
    let changes = compare(&self::record(&Case::sound()), &record);
    let since = record.judged;
    for occasion in [Occasion::First, Occasion::Changed { since, changes }] {
        let letter = letter(&record, &occasion);
        let text = format!("{}\n{}", letter.subject, letter.body);
        assert!(text.contains("account alpha"), "{text}");
        assert!(text.contains("policy "), "{text}");
        for secret in ["maple", "safe", "@", "Bcc", &ALPHA.to_string()] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
    let kept = format!("{record:?}");
    assert!(!kept.contains("maple") && !kept.contains("safe"), "{kept}");
    assert!(!kept.contains(&EMERGENCY.to_string()) || kept.contains("group"));
}

#[test]
fn a_long_list_is_cut_with_the_limit_named() {
    let mut now = record(&owned());
    let findings = &mut now.checks.get_mut("HG-LOCK-03").unwrap().findings;
    let one = findings.values().next().unwrap().clone();
    for number in 0..1_000 {
        findings.insert(format!("{number:04}"), one.clone());
    }
    let body = letter(&now, &Occasion::First).body;
    let rest = format!("more lines, beyond LINES_MAX ({LINES_MAX})");
    assert!(body.contains(&rest), "{body}");
    assert!(body.lines().count() < LINES_MAX + 20);
}

#[test]
fn an_outage_is_told_once_then_for_another_cause_and_then_as_a_heartbeat() {
    let time = |text: &str| -> Timestamp { text.parse().unwrap() };
    let since = time("1970-01-01T00:00:00Z");
    let outage = Outage { since, kind: "network".into(), mailed: since };
    let asked =
        |kind, now, always, days| outage_occasion(Some(&outage), kind, time(now), always, days);
    let began = outage_occasion(None, "network", since, false, 7);
    assert_eq!(began, Some(OutageOccasion::Began));
    let (next, week) = ("1970-01-02T00:00:00Z", "1970-01-08T00:00:00Z");
    assert_eq!(asked("network", next, false, 7), None);
    assert_eq!(asked("token", next, false, 7), Some(OutageOccasion::OtherCause));
    assert_eq!(asked("network", next, true, 7), Some(OutageOccasion::Lasts));
    assert_eq!(asked("network", week, false, 7), Some(OutageOccasion::Lasts));
    assert_eq!(asked("network", week, false, 0), None);
}

#[test]
fn the_letter_of_an_outage_says_why_and_what_was_known_and_the_next_that_it_is_over() {
    let sound = record(&Case::sound());
    let (since, now) = (sound.judged, "1970-01-03T00:00:00Z".parse().unwrap());
    let hint = Some("make a new one".to_owned());
    let hindrance = Hindrance { kind: "k".into(), why: "it has expired".into(), hint };
    let last = Last { record: sound.clone(), mailed: since };
    let written =
        |occasion, last| outage_letter(sound.tenant, now, since, &hindrance, occasion, last);
    let began = written(OutageOccasion::Began, Some(&last));
    assert_eq!(began.subject, "Halligan: the check could not run");
    let places = [
        "THE CHECK COULD NOT RUN\n",
        "\nWHY\nit has expired\n\nWHAT TO DO\nmake a new one\n\nLAST KNOWN",
        "\nit holds, judged 1970-01-01 00:00 UTC\n",
        ", tried 1970-01-03 00:00 UTC, and not since 1970-01-01 00:00 UTC\n",
    ]
    .map(|text| began.body.find(text).unwrap_or_else(|| panic!("{text}: {}", began.body)));
    assert!(places.is_sorted(), "{}", began.body);
    let lasts = written(OutageOccasion::Lasts, None);
    assert_eq!(lasts.subject, "Halligan: the check still cannot run");
    assert!(lasts.body.contains("It was never judged before."), "{}", lasts.body);
    let over = letter(&sound, &Occasion::Asked { since }).after_outage(since);
    assert_eq!(over.subject, "Halligan: the check runs again; nothing changed; it holds");
    assert!(
        over.body.starts_with("THE CHECK RUNS AGAIN: it could not since 1970-01-01 00:00 UTC\n")
    );
}
