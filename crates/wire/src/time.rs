//! Points in time as Graph, PowerShell and its `ConvertTo-Json` write them.

use halligan_core::time::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Reads RFC 3339, the same without an offset (then it is UTC), or `/Date(1613679244000)/`.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    if let Some(inner) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")) {
        // An offset after the milliseconds (`…+0200`) says how to show the time, not when it is.
        let digits = inner.find(['+']).map_or(inner, |end| inner.get(..end).unwrap_or(inner));
        return Timestamp::from_millisecond(digits.parse().ok()?).ok();
    }
    let civil: DateTime = text.parse().ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// The same, and the form of the United States that some exporters of logs write:
/// `1/9/2007 9:41:00 AM +01:00`, in UTC where it has no offset.
pub(crate) fn read_leniently(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    read(text).or_else(|| {
        let broken = |format| jiff::fmt::strtime::parse(format, text).ok();
        let with_offset =
            broken("%m/%d/%Y %I:%M:%S %p %:z").and_then(|time| time.to_timestamp().ok());
        let utc = |format| {
            let civil = broken(format)?.to_datetime().ok()?;
            civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
        };
        with_offset.or_else(|| utc("%m/%d/%Y %I:%M:%S %p")).or_else(|| utc("%m/%d/%Y %H:%M:%S"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_gives_the_same_moment() {
        let moment: Timestamp = "2021-02-18T20:14:04Z".parse().unwrap();
        for text in [
            "2021-02-18T20:14:04Z",
            "2021-02-18T20:14:04.0000000Z",
            "2021-02-18T22:14:04+02:00",
            "2021-02-18T20:14:04",
            "/Date(1613679244000)/",
            "/Date(1613679244000+0200)/",
        ] {
            assert_eq!(read(text), Some(moment), "{text}");
        }
        assert_eq!(read("2022-10-13T06:07:41.2871117Z").unwrap().subsec_nanosecond(), 287_111_700);
    }

    #[test]
    fn exporters_of_logs_write_the_form_of_the_united_states() {
        let moment: Timestamp = "2007-01-09T09:41:00Z".parse().unwrap();
        for text in [
            "1/9/2007 9:41:00 AM",
            "1/9/2007 10:41:00 AM +01:00",
            "01/09/2007 09:41:00",
            " 2007-01-09T04:41:00-05:00",
        ] {
            assert_eq!(read_leniently(text), Some(moment), "{text}");
        }
        assert_eq!(read_leniently("9.1.2007"), None);
    }

    #[test]
    fn the_earliest_and_the_impossible() {
        assert_eq!(read("0001-01-01T00:00:00Z").unwrap().to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(read("/Date(-62135596800000)/"), read("0001-01-01T00:00:00Z"));
        for text in ["", "soon", "/Date()/", "/Date(99999999999999999999)/", "2021-13-01T00:00:00Z"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
