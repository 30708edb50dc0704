use super::*;

const BEGIN: i64 = 1_790_000_000;

fn second(seconds: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + seconds).unwrap()
}

/// A record every ten minutes that takes as long as `takes` says; what is told, by hour.
fn told(
    latency: &mut Latency,
    hours: core::ops::Range<i64>,
    takes: impl Fn(i64) -> i64,
) -> std::vec::Vec<(i64, Turn)> {
    let mut told = std::vec::Vec::new();
    for minute in hours.start * 60..hours.end * 60 {
        if minute % 10 == 0 {
            let number = minute / 10;
            latency.seen(second(minute * 60 - takes(number)), second(-10 * HOUR), at(minute));
        }
        told.extend(latency.look(at(minute)).map(|turn| (minute / 60, turn)));
    }
    told
}

fn at(minute: i64) -> Timestamp {
    second(minute * 60)
}

/// Two minutes, and one record in fifty an hour.
fn usual(number: i64) -> i64 {
    if number % 50 == 49 { 3600 } else { 60 + number % 7 * 10 }
}

#[test]
fn growth_is_told_once_and_so_is_its_end() {
    let mut latency = Latency::default();
    assert_eq!(told(&mut latency, 0..400, usual), []);
    assert_eq!((latency.median(), latency.most(at(400 * 60))), (Some(90), Some(120)));
    assert_eq!((latency.usual(), latency.hours().count()), (Some(120), HOURS_MAX));
    // Half an hour on top: told within the hour, and once.
    let grown = told(&mut latency, 400..420, |number| usual(number) + 1800);
    let [(400, Turn::Grown { seconds: 1860.., usual: 120 })] = grown[..] else {
        panic!("{grown:?}")
    };
    // What it is for days does not become usual, whoever looks.
    assert_eq!(told(&mut latency, 420..700, |number| usual(number) + 1800), []);
    assert!(latency.is_grown() && latency.hours().all(|hour| hour.is_grown));
    let well = told(&mut latency, 700..730, usual);
    let [(709.., Turn::Well { seconds: 120 })] = well[..] else { panic!("{well:?}") };
    assert!(!latency.is_grown() && latency.usual().is_none_or(|usual| usual == 120));
}

#[test]
fn a_slow_source_that_was_always_slow_has_not_grown() {
    let mut latency = Latency::default();
    let slow = |number: i64| 3600 + number % 10 * 180;
    assert_eq!(told(&mut latency, 0..300, slow), []);
    assert_eq!(latency.usual(), Some(3600 + 9 * 180));
    assert_eq!(told(&mut latency, 300..320, |number| slow(number) * 4).len(), 1);
    // Nor is anything before a day is known, nor below the floor.
    let mut fresh = Latency::default();
    let first = i64::try_from(HOURS_MIN).unwrap();
    assert_eq!(told(&mut fresh, 0..first - 2, usual), []);
    assert_eq!(told(&mut fresh, first - 2..first - 1, |_| 7200), []);
    let mut quick = Latency::default();
    assert_eq!(told(&mut quick, 0..200, |_| 5), []);
    assert_eq!(told(&mut quick, 200..210, |_| GROWN_MIN * 60), []);
    assert_eq!(told(&mut quick, 210..230, |_| GROWN_MIN * 60 + 1).len(), 1);
}

#[test]
fn one_batch_that_is_late_is_no_growth() {
    let mut latency = Latency::default();
    assert_eq!(told(&mut latency, 0..200, usual), []);
    let now = 200 * 60;
    for _ in 0..60 {
        latency.seen(second(now * 60 - 7200), second(-10 * HOUR), at(now));
    }
    for minute in now..now + STANDING {
        assert_eq!(latency.look(at(minute)), None);
    }
    for _ in 0..60 {
        latency.seen(second(now * 60), second(-10 * HOUR), at(now));
    }
    assert_eq!(latency.look(at(now + STANDING)), None);
    assert_eq!(told(&mut latency, 201..240, usual), []);
}

#[test]
fn what_waited_or_came_days_late_is_counted_apart() {
    let mut latency = Latency::default();
    assert_eq!(told(&mut latency, 0..100, usual), []);
    let before = latency.clone();
    let now = at(100 * 60);
    // The daemon was off for a night.
    for minute in 0..60 {
        latency.seen(at(95 * 60 + minute), at(99 * 60), now);
    }
    let days_ago = Timestamp::from_second(now.as_second() - 3 * 86_400).unwrap();
    latency.seen(days_ago, days_ago, now);
    assert_eq!((latency.waited(), latency.late()), (60, 1));
    assert_eq!(latency.recent, before.recent);
    // A clock that is ahead.
    latency.seen(at(200 * 60), at(99 * 60), now);
    assert_eq!(latency.recent.back().map(|one| one.1), Some(0));
}

#[test]
fn it_is_written_down_and_read_again() {
    let mut latency = Latency::default();
    told(&mut latency, 0..400, usual);
    let text = serde_json::to_string(&latency).unwrap();
    assert!(text.len() < 16_000, "{}", text.len());
    assert_eq!(serde_json::from_str::<Latency>(&text).unwrap(), latency);
    assert!(latency.is_sound());
    let sound = |text: &str| serde_json::from_str::<Latency>(text).is_ok_and(|one| one.is_sound());
    assert!(sound("{}"));
    assert!(!sound("{\"recent\":[[9223372036854775807,1]]}"));
    assert!(!sound("{\"late\":18446744073709551615}"));
}

#[test]
fn quantiles_are_values_that_occurred() {
    let values: Vec<i64> = (1..=100).rev().collect();
    assert_eq!(quantile(values.clone(), 50), Some(50));
    assert_eq!(quantile(values, 95), Some(95));
    assert_eq!(quantile(Vec::new(), 95), None);
    assert_eq!(quantile([7].into(), 50), Some(7));
}
