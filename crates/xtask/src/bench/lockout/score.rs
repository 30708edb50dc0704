//! Scores: how many harmful edits raise an alarm, and how many harmless ones do.

use super::edit::{Edit, Label};
use super::run::Answer;

/// Which of a contestant's answers counts as its alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counting {
    /// Any alarm on the edited tenant.
    Alarm,
    /// One about something that it did not find before the edit.
    Change,
}

/// A contestant's score over some edits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Score {
    /// Harmful edits.
    pub(super) harmful: usize,
    /// Those of them that raised an alarm.
    pub(super) caught: usize,
    /// Harmless edits.
    pub(super) harmless: usize,
    /// Those of them that raised an alarm.
    pub(super) false_alarms: usize,
}

impl Score {
    /// The score of answers to edits.
    pub(super) fn of<'a>(
        both: impl IntoIterator<Item = (&'a Edit, &'a Answer)>,
        counting: Counting,
    ) -> Self {
        let mut score = Self::default();
        for (edit, answer) in both {
            let is_alarm = usize::from(answer.is_alarm(counting));
            match edit.label {
                Label::Harmful => {
                    score.harmful += 1;
                    score.caught += is_alarm;
                }
                Label::Harmless => {
                    score.harmless += 1;
                    score.false_alarms += is_alarm;
                }
            }
        }
        score
    }

    /// Of the harmful edits, the percentage that raised an alarm.
    pub(super) fn recall(self) -> Option<f64> {
        percentage(self.caught, self.harmful)
    }

    /// Of the harmless edits, the percentage that raised one.
    pub(super) fn false_alarm_rate(self) -> Option<f64> {
        percentage(self.false_alarms, self.harmless)
    }

    /// Of the alarms, the percentage that was right.
    pub(super) fn precision(self) -> Option<f64> {
        percentage(self.caught, self.caught + self.false_alarms)
    }
}

impl Answer {
    /// Whether it is an alarm.
    pub(super) fn is_alarm(&self, counting: Counting) -> bool {
        match counting {
            Counting::Alarm => self.alarm,
            Counting::Change => self.newly,
        }
    }

    /// Whether it is right about an edit.
    pub(super) fn is_right(&self, edit: &Edit, counting: Counting) -> bool {
        self.is_alarm(counting) == (edit.label == Label::Harmful)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of edits are small")]
fn percentage(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}
