//! Three-valued truth: what cannot be told is neither yes nor no, and says why.
//!
//! The tables are Kleene's strong ones: a certain answer wins over a doubt that cannot change it.

use alloc::string::String;
use core::fmt;

use crate::tenant::{Gap, GapReason, PartKind};

/// Whether something holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It cannot be told, and why.
    Unknown(Doubt),
}

/// Why something cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// A part of the tenant was not read.
    Gap(Gap),
    /// What was read says it in a way that this version does not know, or not at all; one line.
    Unclear(String),
}

impl Doubt {
    /// The doubt as a gap of a part of this kind, for those who count gaps.
    pub fn as_gap(&self, kind: PartKind) -> Gap {
        match self {
            Self::Gap(gap) => gap.clone(),
            Self::Unclear(what) => Gap::new(kind, None, GapReason::Failed { what: what.clone() }),
        }
    }
}

impl From<Gap> for Doubt {
    fn from(gap: Gap) -> Self {
        Self::Gap(gap)
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap(gap) => fmt::Display::fmt(gap, f),
            Self::Unclear(what) => f.write_str(what),
        }
    }
}

impl Truth {
    /// Unknown for a reason in one line.
    pub(crate) fn unclear(what: impl Into<String>) -> Self {
        Self::Unknown(Doubt::Unclear(what.into()))
    }

    /// Either: yes wins, then the first doubt.
    pub(crate) fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => Self::Yes,
            Self::No => other(),
            Self::Unknown(doubt) => match other() {
                Self::Yes => Self::Yes,
                Self::No | Self::Unknown(_) => Self::Unknown(doubt),
            },
        }
    }

    /// Both: no wins, then the first doubt.
    pub(crate) fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Unknown(doubt) => match other() {
                Self::No => Self::No,
                Self::Yes | Self::Unknown(_) => Self::Unknown(doubt),
            },
        }
    }

    /// The opposite.
    pub(crate) fn negate(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown @ Self::Unknown(_) => unknown,
        }
    }

    /// Whether any of them holds.
    pub(crate) fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        truths.into_iter().fold(Self::No, |all, one| all.or(|| one))
    }

    /// Whether it is certain.
    pub(crate) fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// Whether it is ruled out.
    pub(crate) fn is_no(&self) -> bool {
        *self == Self::No
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

impl From<Result<bool, Gap>> for Truth {
    fn from(answer: Result<bool, Gap>) -> Self {
        answer.map_or_else(|gap| Self::Unknown(gap.into()), Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certain_answer_wins_over_a_doubt_that_cannot_change_it() {
        let doubt = || Truth::unclear("x");
        let all = [Truth::Yes, Truth::No, doubt()];
        for one in &all {
            assert_eq!(Truth::Yes.or(|| one.clone()), Truth::Yes);
            assert_eq!(one.clone().or(|| Truth::Yes), Truth::Yes);
            assert_eq!(Truth::No.and(|| one.clone()), Truth::No);
            assert_eq!(one.clone().and(|| Truth::No), Truth::No);
            assert_eq!(one.clone().or(|| Truth::No), one.clone());
            assert_eq!(one.clone().and(|| Truth::Yes), one.clone());
        }
        assert_eq!(doubt().negate(), doubt());
        assert_eq!((Truth::Yes.negate(), Truth::No.negate()), (Truth::No, Truth::Yes));
    }
}
