//! Points in time, always given to core and never taken by it.

pub use jiff::{SignedDuration, Timestamp};

/// Seconds in a day, for ages and terms that people count in days.
const DAY_SECONDS: i64 = 86_400;

/// Whole days from `earlier` to `later`; negative when `later` comes first.
pub fn days_between(earlier: Timestamp, later: Timestamp) -> i64 {
    (later.as_second() - earlier.as_second()).div_euclid(DAY_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_whole_and_signed() {
        let monday: Timestamp = "2026-11-16T23:59:59Z".parse().unwrap();
        let tuesday: Timestamp = "2026-11-17T23:59:58.9999999Z".parse().unwrap();
        assert_eq!(days_between(monday, tuesday), 0);
        assert_eq!(days_between(tuesday, monday), -1);
        assert_eq!(days_between(monday, "2026-11-18T00:00:00Z".parse().unwrap()), 1);
    }
}
