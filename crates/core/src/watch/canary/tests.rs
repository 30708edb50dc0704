use super::*;
use crate::stream::{Body, Head, append, fold};
use crate::tenant::PartKind;
use alloc::format;
use alloc::string::ToString as _;
use std::vec;

const MISS: Command = Command::Miss { begun: None };
const DECOY: UserId = UserId::from_u128(0xdec0);

fn at(minute: i64) -> Timestamp {
    let begin: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
    begin + SignedDuration::from_mins(minute)
}

fn wish(request: u128) -> Wish {
    Wish {
        request: Guid::from_u128(request),
        account: DECOY,
        target: Target::Decoy,
        is_incident: false,
        every: EVERY_BOUNDS.0,
        within: Duration::from_secs(600),
    }
}

/// The journal after a command, which must be taken.
fn taken(state: Attempts, command: Command, now: Timestamp) -> Attempts {
    let facts = Journal::decide(&state, &command, now).unwrap();
    assert!(!facts.is_empty(), "{command:?}");
    facts.iter().fold(state, |state, fact| Journal::fold(state, fact, now))
}

fn announced(state: Attempts, request: u128, minute: i64) -> Attempts {
    taken(state, Command::Announce(wish(request)), at(minute))
}

fn answered(state: Attempts, request: u128, answer: Answer, minute: i64) -> Attempts {
    taken(state, Command::Answer { request: Guid::from_u128(request), answer }, at(minute))
}

/// One attempt at minute 0, refused as it should be.
fn knocked() -> Attempts {
    answered(announced(Attempts::default(), 1, 0), 1, Answer::WrongPassword, 0)
}

fn sighting<'a>(event: &str, correlation: &'a str, minute: i64) -> Sighting<'a> {
    Sighting {
        event: event.into(),
        correlation,
        account: DECOY,
        at: Some(at(minute)),
        code: Some(50126),
    }
}

#[test]
fn a_record_is_recognised_once_by_its_announced_id_in_its_time() {
    let state = knocked();
    let id = Guid::from_u128(1).to_string();
    let ours = Verdict::Ours(Guid::from_u128(1));
    let record = sighting("e1", &id, 0);
    assert_eq!(state.verdict(&record, Some(at(9))), ours);
    assert_eq!(state.verdict(&sighting("e1", &id.to_uppercase(), 0), Some(at(9))), ours);
    for (what, record, came, expected) in [
        (
            "another id",
            sighting("e1", "00000000-0000-0000-0000-000000000002", 0),
            9,
            Verdict::Foreign,
        ),
        ("no id", sighting("e1", "", 0), 9, Verdict::Foreign),
        ("it came late", record.clone(), 11, Verdict::Untimely),
        ("it happened later", sighting("e1", &id, 6), 9, Verdict::Untimely),
        ("it happened before", sighting("e1", &id, -6), 9, Verdict::Untimely),
        ("it says no time", Sighting { at: None, ..record.clone() }, 9, Verdict::Untimely),
        ("somebody is in", Sighting { code: Some(0), ..record.clone() }, 9, Verdict::Open),
        ("the right password", Sighting { code: Some(50076), ..record.clone() }, 9, Verdict::Open),
        ("it says no end", Sighting { code: None, ..record.clone() }, 9, Verdict::Open),
        (
            "another account",
            Sighting { account: UserId::from_u128(9), ..record.clone() },
            9,
            Verdict::Foreign,
        ),
    ] {
        assert_eq!(state.verdict(&record, Some(at(came))), expected, "{what}");
    }
    let see = Command::See { request: Guid::from_u128(1), event: "e1".into() };
    let state = taken(state, see.clone(), at(9));
    assert_eq!(state.verdict(&record, Some(at(99))), Verdict::Copy);
    assert_eq!(state.verdict(&record, None), Verdict::Copy);
    assert_eq!(state.verdict(&sighting("e2", &id, 0), Some(at(9))), Verdict::Again);
    assert_eq!(Journal::decide(&state, &see, at(9)), Ok(vec![]), "it is seen once");
    let open = Sighting { code: Some(0), ..record.clone() };
    assert_eq!(state.verdict(&open, None), Verdict::Open, "an update that says success");
}

#[test]
fn what_is_not_back_in_time_is_missed_once() {
    let state = knocked();
    assert_eq!(Journal::decide(&state, &MISS, at(10)), Ok(vec![]));
    let state = taken(state, MISS, at(11));
    assert_eq!(Journal::decide(&state, &MISS, at(12)), Ok(vec![]));
    let id = Guid::from_u128(1).to_string();
    let late = state.verdict(&sighting("e1", &id, 0), Some(at(9)));
    assert_eq!(late, Verdict::Untimely, "the clock was set back");
}

#[test]
fn after_downtime_an_attempt_has_its_whole_time_again() {
    let mut state = knocked();
    let miss = Command::Miss { begun: Some(at(60)) };
    assert_eq!(Journal::decide(&state, &miss, at(70)), Ok(vec![]));
    assert_eq!(Journal::decide(&state, &miss, at(71)).unwrap().len(), 1);
    let soon = Command::Miss { begun: Some(at(0)) };
    assert_eq!(Journal::decide(&state, &soon, at(11)).unwrap().len(), 1, "it is its own run's");
    let id = Guid::from_u128(1).to_string();
    let record = sighting("e1", &id, 0);
    assert_eq!(state.verdict(&record, Some(at(61))), Verdict::Untimely);
    state.begin(at(60));
    assert_eq!(state.verdict(&record, Some(at(70))), Verdict::Ours(Guid::from_u128(1)));
    assert_eq!(state.verdict(&record, Some(at(71))), Verdict::Untimely);
    let late = sighting("e1", &id, 60);
    assert_eq!(state.verdict(&late, Some(at(61))), Verdict::Untimely, "it happened later");
}

#[test]
fn of_what_was_not_sent_or_has_no_record_nothing_is_missed() {
    let announced = announced(Attempts::default(), 1, 0);
    assert_eq!(Journal::decide(&announced, &MISS, at(99)), Ok(vec![]), "a crash");
    for answer in [Answer::Nothing, Answer::NoUser, Answer::Client, Answer::RightPassword] {
        let state = answered(announced.clone(), 1, answer, 0);
        assert_eq!(Journal::decide(&state, &MISS, at(99)), Ok(vec![]), "{answer:?}");
    }
    let locked = answered(announced, 1, Answer::Locked, 0);
    assert_eq!(Journal::decide(&locked, &MISS, at(99)).unwrap().len(), 1);
}

#[test]
fn the_next_one_waits_for_its_time_and_for_the_record() {
    let state = knocked();
    assert_eq!(held(&state, &wish(2), at(5)), Some(Held::Open(at(10))));
    assert_eq!(held(&state, &wish(2), at(11)), Some(Held::NotDue(at(30))));
    assert_eq!(held(&state, &wish(1), at(30)), Some(Held::Repeated));
    assert_eq!(held(&state, &wish(2), at(30)), None);
}

#[test]
fn it_is_never_beyond_the_budget_however_often_the_daemon_starts() {
    // Nobody waits for anything, as if each were announced by a daemon that crashed.
    let hasty = |request| Wish { every: Duration::ZERO, within: Duration::ZERO, ..wish(request) };
    let mut state = Attempts::default();
    let mut made: vec::Vec<i64> = vec![];
    for minute in 1..=600 {
        let command = Command::Announce(hasty(minute as u128));
        if let Ok(facts) = Journal::decide(&state, &command, at(minute)) {
            state = facts.iter().fold(state, |state, fact| Journal::fold(state, fact, at(minute)));
            made.push(minute);
        }
    }
    assert!(made.len() > 10, "{made:?}");
    for first in &made {
        let within = made.iter().filter(|one| (*first..first + 60).contains(one)).count();
        assert!(within <= BUDGET_ATTEMPTS, "{made:?}");
    }
}

#[test]
fn a_clock_that_is_set_back_grants_no_more() {
    let state = announced(Attempts::default(), 1, 600);
    for minute in [0, 540, 599] {
        assert_eq!(held(&state, &wish(2), at(minute)), Some(Held::ClockBehind), "{minute}");
    }
    // A fact that says an earlier time than it was written down at.
    let early =
        Fact::Announced { request: Guid::from_u128(1), account: DECOY, at: at(0), until: at(10) };
    let state = Journal::fold(Attempts::default(), &early, at(600));
    assert_eq!(held(&state, &wish(2), at(601)), Some(Held::NotDue(at(630))));
}

#[test]
fn never_in_an_incident_with_a_role_or_with_an_emergency_account() {
    let state = Attempts::default();
    let with = |change: fn(&mut Wish)| {
        let mut wish = wish(1);
        change(&mut wish);
        held(&state, &wish, at(0))
    };
    assert_eq!(with(|_| {}), None);
    assert_eq!(with(|wish| wish.is_incident = true), Some(Held::Incident));
    assert_eq!(with(|wish| wish.target = Target::Privileged), Some(Held::Privileged));
    assert_eq!(with(|wish| wish.target = Target::Unknown), Some(Held::RolesUnknown));
    assert_eq!(with(|wish| wish.target = Target::Emergency), Some(Held::Emergency));
    assert_eq!(with(|wish| wish.target = Target::EmergencyInDrill), None);
}

#[test]
fn what_an_account_is_the_register_the_snapshot_and_its_name_say() {
    let case = crate::check::Case::sound();
    let emergency = case.register.distinct_accounts()[0].id;
    let mut watched = Watched::of(&case.register, Some(&case.snapshot));
    let door = watched.names_of(&Subject::Account(emergency)).next().unwrap().to_string();
    let of =
        |account, name: &str, watched: &Watched, snapshot: Option<&crate::tenant::Snapshot>| {
            Target::of(&Knock { account, name, register: &case.register, watched, snapshot }, at(0))
        };
    let (spare, snapshot) = ("spare@example.org", Some(&case.snapshot));
    assert_eq!(of(DECOY, spare, &watched, snapshot), Target::Decoy);
    assert_eq!(of(DECOY, spare, &watched, None), Target::Unknown, "nobody knows");
    for (account, name) in [(emergency, spare), (emergency, &*door), (DECOY, &*door)] {
        assert_eq!(of(account, name, &watched, snapshot), Target::Emergency, "{name}");
        assert_eq!(of(account, name, &watched, snapshot.filter(|_| false)), Target::Emergency);
    }
    let assignments = case.snapshot.role_assignments.value().unwrap();
    let is_other = |id: &UserId| case.register.accounts.iter().all(|one| one.id != *id);
    let holder = assignments.iter().map(|one| UserId(one.principal.0)).find(is_other).unwrap();
    assert_eq!(of(holder, spare, &watched, snapshot), Target::Privileged);
    let (kind, from, until) = (UseKind::Drill, at(-1), at(1));
    watched.declare(super::super::watched::DeclaredUse { kind, account: emergency, from, until });
    assert_eq!(of(DECOY, &door, &watched, snapshot), Target::EmergencyInDrill);
    assert_eq!(of(holder, spare, &watched, snapshot), Target::Privileged);
    let lacking = |kind: PartKind, reason: &GapReason| {
        let mut lacking = case.snapshot.clone();
        lacking.withhold(&kind, reason);
        of(DECOY, spare, &watched, Some(&lacking))
    };
    let failed = GapReason::Failed { what: "429".into() };
    let licence = GapReason::MissingLicence { code: "AadPremiumLicenseRequired".into() };
    assert_eq!(lacking(PartKind::RoleAssignments, &failed), Target::Unknown);
    for kind in [PartKind::RoleSchedules, PartKind::RoleEligibilities] {
        assert_eq!(lacking(kind.clone(), &failed), Target::Unknown);
        assert_eq!(lacking(kind, &licence), Target::Decoy, "there are none");
    }
}

#[test]
fn only_the_last_attempts_are_known_again() {
    let mut attempts = Attempts::default();
    for request in 0..=ATTEMPTS_KEPT as u128 {
        attempts.announce(Attempt::new(Guid::from_u128(request), DECOY, at(0), at(10)));
    }
    assert_eq!(attempts.all().len(), ATTEMPTS_KEPT);
    let id = Guid::from_u128(0).to_string();
    assert_eq!(attempts.verdict(&sighting("e", &id, 0), Some(at(1))), Verdict::Foreign);
}

#[test]
fn answers_are_told_apart() {
    for (code, expected) in [
        (50126, Answer::WrongPassword),
        (50053, Answer::Locked),
        (50034, Answer::NoUser),
        (50057, Answer::NoPassword),
        (50076, Answer::RightPassword),
        (53003, Answer::RightPassword),
        (7_000_218, Answer::Client),
        (90_033, Answer::Nothing),
        (12345, Answer::Other { code: 12345 }),
    ] {
        assert_eq!(Answer::of_refusal(code), expected);
        let sentence = expected.sentence();
        assert!(!sentence.is_empty() && !sentence.contains('@'), "{sentence}");
    }
}

#[test]
fn facts_read_back_and_fold_to_what_they_were_decided_on() {
    let name = stream().unwrap();
    let request = Guid::from_u128(1);
    let (account, event) = (DECOY, "e1".into());
    let facts = [
        Fact::Announced { request, account, at: at(0), until: at(10) },
        Fact::Answered { request, answer: Answer::Other { code: 7 } },
        Fact::Seen { request, event, at: at(1) },
        Fact::Missed { request },
    ];
    let bodies = facts.iter().map(|fact| Body::of(fact).unwrap()).collect();
    let records = append(&name, &Head::empty(&name), at(0), bodies).unwrap();
    let folded = fold::<Journal>(&records);
    assert_eq!(folded.unread, []);
    let attempt = folded.state.of(request).unwrap();
    assert_eq!(attempt.answer, Some(Answer::Other { code: 7 }));
    assert_eq!((attempt.seen.as_deref(), attempt.is_missed), (Some("e1"), false));
    let text = records[0].body.to_string();
    let expected = format!(
        "{{\"account\":\"{DECOY}\",\"at\":\"2026-11-23T00:00:00Z\",\"kind\":\"announced\",\
         \"request\":\"{request}\",\"until\":\"2026-11-23T00:10:00Z\"}}"
    );
    assert_eq!(text, expected);
}
