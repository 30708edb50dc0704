use super::*;
use std::vec::Vec;

/// A Monday at midnight, eight weeks before the clocks of Europe change (2026-10-25).
const BEGIN: &str = "2026-08-31T00:00:00Z";
const DAY: i64 = 24 * 60;

fn at(minutes: i64) -> Timestamp {
    second(minutes * 60)
}

fn second(seconds: i64) -> Timestamp {
    let begin: Timestamp = BEGIN.parse().unwrap();
    Timestamp::from_second(begin.as_second() + seconds).unwrap()
}

/// Dice that fall the same each time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    /// Thousands of people in one time zone, and machines at night.
    Busy,
    /// Thirty people; something happens at any hour, in clusters.
    Small,
    /// An office: nothing from Friday evening to Monday morning, nor at night.
    Office,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Busy, Self::Small, Self::Office];

    /// Records that an hour brings, of a local time.
    fn rate(self, local: i64) -> u64 {
        let is_work = local.div_euclid(DAY).rem_euclid(7) < 5
            && (8 * 60..18 * 60).contains(&local.rem_euclid(DAY));
        match (self, is_work) {
            (Self::Busy, true) => 2_000,
            (Self::Busy, false) => 150,
            (Self::Small, true) => 12,
            (Self::Small, false) => 2,
            (Self::Office, true) => 60,
            (Self::Office, false) => 0,
        }
    }

    /// How many minutes of an outage pass before it is told, by the time at which it begins: on a
    /// working day before the afternoon, or at any time.
    fn told_within(self) -> (i64, i64) {
        match self {
            Self::Busy => (30, 35),
            Self::Small => (5 * 60, 24 * 60),
            // From Friday afternoon to Monday morning.
            Self::Office => (35, 66 * 60),
        }
    }
}

/// A tenant, minute by minute.
struct Tenant {
    kind: Kind,
    dice: Dice,
    /// How busy this hour is, of a hundred.
    mood: u64,
    /// Minutes for which a cluster goes on.
    cluster: u64,
}

impl Tenant {
    fn new(kind: Kind, seed: u64) -> Self {
        Self { kind, dice: Dice(seed), mood: 100, cluster: 0 }
    }

    /// Whether a minute has a record; in winter everything is an hour later.
    fn speaks(&mut self, minute: i64) -> bool {
        let summer = 55 * DAY;
        let local = minute + if minute < summer { 120 } else { 60 };
        if minute % 60 == 0 {
            self.mood = 50 + self.dice.below(100);
        }
        if self.cluster > 0 {
            self.cluster -= 1;
            return self.dice.below(2) == 0;
        }
        // Whether a minute has a record at all: thousands an hour leave none without.
        let speaks = self.dice.below(6_000) < self.kind.rate(local) * self.mood;
        if speaks && matches!(self.kind, Kind::Small) {
            self.cluster = self.dice.below(5);
        }
        speaks
    }
}

/// Lets minutes pass; when a silence was told, in minutes.
fn run(rhythm: &mut Rhythm, tenant: &mut Tenant, minutes: core::ops::Range<i64>) -> Vec<i64> {
    let mut told = Vec::new();
    for minute in minutes {
        if rhythm.overdue(at(minute)).is_some() {
            told.push(minute);
        }
        if tenant.speaks(minute) {
            rhythm.seen(second(minute * 60 + 7));
        }
    }
    told
}

/// Minutes until a silence that begins at `minute` is told.
fn silence(mut rhythm: Rhythm, minute: i64) -> i64 {
    let mut looks = minute..minute + 30 * DAY;
    looks.find(|now| rhythm.overdue(at(*now)).is_some()).unwrap() - minute
}

/// A tenant that was watched for so many days.
fn watched(kind: Kind, days: i64) -> (Rhythm, Tenant) {
    let (mut rhythm, mut tenant) = (Rhythm::default(), Tenant::new(kind, 7));
    assert_eq!(run(&mut rhythm, &mut tenant, 0..days * DAY), [0; 0]);
    (rhythm, tenant)
}

#[test]
fn ten_weeks_of_three_kinds_raise_no_false_alarm_and_outages_are_told_in_their_time() {
    for kind in Kind::ALL {
        let (mut most_work, mut most) = (0, 0);
        for seed in 0..6 {
            let (mut rhythm, mut tenant) = (Rhythm::default(), Tenant::new(kind, seed));
            let mut minute = 0;
            // After three weeks an outage is tried every eleven hours: at all hours of the week.
            for end in (21 * DAY..70 * DAY).step_by(11 * 60) {
                let told = run(&mut rhythm, &mut tenant, minute..end);
                assert_eq!(told, [0; 0], "{kind:?}, seed {seed}");
                minute = end;
                let lasts = silence(rhythm.clone(), minute);
                let is_work = minute.rem_euclid(7 * DAY) < 5 * DAY
                    && (8 * 60..13 * 60).contains(&minute.rem_euclid(DAY));
                most_work = if is_work { lasts.max(most_work) } else { most_work };
                most = lasts.max(most);
            }
        }
        let (within_work, within) = kind.told_within();
        assert!(most_work <= within_work && most_work * 2 > within_work, "{kind:?}: {most_work}");
        assert!(most <= within && most * 2 > within, "{kind:?}: {most} at any time");
    }
}

#[test]
fn a_silence_is_told_once_and_so_is_its_end() {
    let (mut rhythm, mut tenant) = watched(Kind::Busy, 23);
    let begin = 23 * DAY + 9 * 60;
    assert_eq!(run(&mut rhythm, &mut tenant, 23 * DAY..begin), [0; 0]);
    let due = rhythm.due_at().unwrap();
    let looks: Vec<_> =
        (begin..begin + 500).filter_map(|minute| rhythm.overdue(at(minute))).collect();
    let [told] = looks[..] else { panic!("{looks:?}") };
    assert_eq!(Some(told.last), rhythm.last());
    assert!((0..60).contains(&(told.last.as_second() + (told.minutes + 1) * 60 - due.as_second())));
    assert_eq!((rhythm.due_at(), rhythm.is_silent()), (None, true));
    let ended = rhythm.seen(at(begin + 500)).unwrap();
    assert_eq!((ended.last, ended.minutes), (told.last, 500));
    assert_eq!((rhythm.seen(at(begin + 500)), rhythm.is_silent()), (None, false));
    assert_eq!(rhythm.attentive_since(), Some(at(begin + 500)));
    // The outage made nothing ordinary: the next is told as fast.
    assert_eq!(run(&mut rhythm, &mut tenant, begin + 500..26 * DAY + 9 * 60), [0; 0]);
    assert!(silence(rhythm, 26 * DAY + 9 * 60) <= 30);
}

#[test]
fn what_has_no_rhythm_yet_is_told_after_the_plain_limit() {
    let (rhythm, _) = watched(Kind::Busy, 1);
    assert_eq!(silence(rhythm, DAY), SILENCE_PLAIN * 60);
    // From the second week on it has one.
    let (rhythm, _) = watched(Kind::Busy, 8);
    assert!((20..50).contains(&silence(rhythm, 8 * DAY)));
    // A source that never gave a record.
    let mut rhythm = Rhythm::default();
    assert_eq!(rhythm.due_at(), None);
    assert_eq!(rhythm.overdue(at(0)), None);
    assert_eq!(rhythm.due_at(), Some(at(SILENCE_PLAIN * 60)));
    let mut looks = 1..=SILENCE_PLAIN * 60;
    let told = looks.find_map(|minute| rhythm.overdue(at(minute))).unwrap();
    assert_eq!(told, Silence { last: at(0), minutes: SILENCE_PLAIN * 60 });
    assert_eq!(looks.next(), None);
    // One record a week, at most twice what was ordinary and nothing shorter.
    let mut rhythm = Rhythm::default();
    let weekly = |minute: i64| minute.rem_euclid(7 * DAY) == 0;
    for minute in 0..8 * 7 * DAY {
        let told = rhythm.overdue(at(minute));
        assert!(told.is_none() || minute < 7 * DAY, "{minute}");
        if weekly(minute) {
            rhythm.seen(at(minute));
        }
    }
}

#[test]
fn time_that_nobody_watched_is_no_silence_and_teaches_nothing() {
    let (rhythm, _) = watched(Kind::Busy, 30);
    let begin = 30 * DAY;
    // A start that is quicker than a pause is one all the same.
    let mut started = rhythm.clone();
    started.begin(at(begin + 2));
    assert_eq!(started.attentive_since(), Some(at(begin + 2)));
    assert_eq!((started.silent, started.surprise), (rhythm.silent, rhythm.surprise));
    for pause in [PAUSE + 1, 12 * 60, 40 * DAY, -1, -12 * 60, -20 * DAY] {
        let mut rhythm = rhythm.clone();
        let hours = rhythm.hours.clone();
        let now = begin + pause;
        assert_eq!(rhythm.overdue(at(now)), None, "{pause}");
        assert_eq!(rhythm.attentive_since(), Some(at(now)), "{pause}");
        // It speaks again within the time that it is given, and all is as it was.
        for minute in now..now + GRACE {
            assert_eq!(rhythm.overdue(at(minute)), None, "{pause}");
        }
        assert_eq!(rhythm.seen(at(now + GRACE)), None, "{pause}");
        let learnt = rhythm.hours.iter().zip(&hours).filter(|(now, before)| now != before).count();
        assert!(learnt <= 2, "{pause}: {learnt} hours are others");
        // And where it does not, that is told.
        assert!(silence(rhythm, now + GRACE) <= 45, "{pause}");
    }
}

#[test]
fn a_silence_that_is_nearly_due_waits_for_the_source_to_speak_after_a_start() {
    let (mut rhythm, _) = watched(Kind::Busy, 30);
    let nearly = silence(rhythm.clone(), 30 * DAY) - 1;
    for minute in 30 * DAY..=30 * DAY + nearly {
        assert_eq!(rhythm.overdue(at(minute)), None);
    }
    let start = 31 * DAY;
    rhythm.begin(at(start));
    assert_eq!(rhythm.due_at(), Some(at(start + GRACE)));
    assert_eq!(silence(rhythm, start), GRACE);
}

#[test]
fn a_daemon_that_starts_every_night_tells_and_learns_as_one_that_does_not() {
    let (mut rhythm, mut tenant) = (Rhythm::default(), Tenant::new(Kind::Small, 3));
    for day in 0..40 {
        let text = serde_json::to_string(&rhythm).unwrap();
        let read: Rhythm = serde_json::from_str(&text).unwrap();
        assert_eq!(read, rhythm);
        assert!(read.is_sound() && text.len() < 8_000, "{}", text.len());
        rhythm = read;
        let told = run(&mut rhythm, &mut tenant, day * DAY..day * DAY + 21 * 60);
        assert_eq!(told, [0; 0], "day {day}");
    }
    // An outage that begins on the day before goes on after the night.
    let silent: Vec<i64> = (40..44)
        .flat_map(|day| day * DAY..day * DAY + 21 * 60)
        .filter(|minute| rhythm.overdue(at(*minute)).is_some())
        .collect();
    assert!(silent.len() == 1 && silent[0] < 42 * DAY, "{silent:?}");
}

#[test]
fn a_backlog_and_a_repeated_batch_are_one_part_of_an_hour() {
    let (mut rhythm, _) = watched(Kind::Office, 30);
    // A thousand records on Wednesday at three in the night.
    for _ in 0..1000 {
        rhythm.seen(at(30 * DAY + 60));
    }
    let mut learnt = rhythm.hours.iter().map(|hour| hour.heard);
    assert!(learnt.all(|heard| heard <= MINUTES_REMEMBERED * MINUTE + PART));
    assert_eq!(rhythm.usual_minutes(at(37 * DAY + 60)), Some(1));
    assert_eq!(rhythm.usual_minutes(at(37 * DAY + 10 * 60)), Some(60));
}

#[test]
fn a_source_that_became_quiet_for_good_is_learnt_anew() {
    let (mut rhythm, _) = watched(Kind::Busy, 30);
    let mut told = Vec::new();
    for minute in 30 * DAY..180 * DAY {
        if rhythm.overdue(at(minute)).is_some() {
            told.push(minute / DAY);
        }
        if minute % (6 * 60) == 0 {
            rhythm.seen(at(minute));
        }
    }
    assert!(told.len() > 20 && told.iter().all(|day| *day < 130), "{told:?}");
}

#[test]
fn what_was_not_written_by_halligan_is_not_believed() {
    let sound = |text: &str| serde_json::from_str::<Rhythm>(text).is_ok_and(|one| one.is_sound());
    assert!(sound("{}"));
    assert!(!sound("{\"hours\":[{\"watched\":1,\"heard\":1}]}"));
    assert!(!sound("{\"looked\":9223372036854775807}"));
    assert!(!sound("{\"usual_silent\":-1}"));
    assert!(!sound("{\"pending\":{\"168\":1}}"));
}
