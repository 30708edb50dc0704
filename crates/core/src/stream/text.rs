//! Serde for values that facts hold as their text.

use core::fmt;

/// For `#[serde(with)]`: as its `Display` writes and its `FromStr` reads it.
pub(crate) mod as_text {
    use alloc::string::String;
    use core::fmt::Display;
    use core::str::FromStr;

    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    use super::Debugged;

    pub(crate) fn serialize<T: Display, S: Serializer>(
        value: &T,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
    where
        T: FromStr<Err: core::fmt::Debug>,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(from)?;
        text.parse().map_err(|why| D::Error::custom(Debugged(why)))
    }
}

/// The same for a list.
pub(crate) mod as_texts {
    use alloc::string::String;
    use alloc::vec::Vec;
    use core::fmt::Display;
    use core::str::FromStr;

    use serde::de::{Deserialize as _, Deserializer, Error as _};
    use serde::ser::Serializer;

    use super::{Debugged, Written};

    pub(crate) fn serialize<T: Display, S: Serializer>(
        values: &[T],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(values.iter().map(Written))
    }

    pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<Vec<T>, D::Error>
    where
        T: FromStr<Err: core::fmt::Debug>,
        D: Deserializer<'de>,
    {
        let texts = Vec::<String>::deserialize(from)?;
        let read = |text: &String| text.parse().map_err(|why| D::Error::custom(Debugged(why)));
        texts.iter().map(read).collect()
    }
}

/// An error that need not be an error of the standard kind.
struct Debugged<T>(T);

impl<T: fmt::Debug> fmt::Display for Debugged<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

struct Written<'a, T>(&'a T);

impl<T: fmt::Display> serde::Serialize for Written<'_, T> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self.0)
    }
}
