//! Whether an alarm is possible at all: some source has to bring the sign-ins.

use halligan_app::ingest::graph::{Log, Problem, WITHOUT_LICENCE, is_without_licence};

use super::source::Source;
use crate::terminal::{say, say_hint, say_no_alarm, say_warning};

/// What was said of the sources that bring sign-ins; each thing once.
#[derive(Debug, Default)]
pub(super) struct Alarm {
    is_said: bool,
}

/// Who brings the sign-ins that Microsoft Graph does not give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bringer {
    /// The unified audit log.
    Activity,
    /// What a file or pipe holds, which is not known.
    Perhaps,
    Nobody,
}

impl Bringer {
    fn of(sources: &[Source]) -> Self {
        let has = |is_it: fn(&Source) -> bool| sources.iter().any(is_it);
        if has(|one| *one == Source::Activity) {
            Self::Activity
        } else if has(|one| !matches!(one, Source::Graph | Source::Activity)) {
            Self::Perhaps
        } else {
            Self::Nobody
        }
    }
}

impl Alarm {
    /// Says what it means that a log cannot be read; `true` where that is as it was meant to be,
    /// and no detection.
    pub(super) fn failed(&mut self, log: Log, problem: &Problem, sources: &[Source]) -> bool {
        let is_without_licence = is_without_licence(log, problem);
        let bringer = Bringer::of(sources);
        let is_meant = is_without_licence && bringer == Bringer::Activity;
        if self.is_said {
            return is_meant;
        }
        let is_alone = log == Log::Unified && !sources.contains(&Source::Graph);
        match bringer {
            _ if is_alone && problem.is_lasting() => {
                say_no_alarm("the unified audit log cannot be read, and nothing else is asked");
            }
            _ if !is_without_licence => return false,
            Bringer::Activity => {
                say("Graph gives no sign-ins without Entra ID P1: `activity` has to bring them");
            }
            Bringer::Perhaps => {
                say_warning(
                    "Graph gives no sign-ins without Entra ID P1: there is an alarm only where \
                     another source brings them",
                );
                say_hint(WITHOUT_LICENCE);
            }
            Bringer::Nobody => {
                say_no_alarm(
                    "the tenant has no Entra ID P1, without which Graph gives no sign-ins",
                );
                say_hint(WITHOUT_LICENCE);
            }
        }
        self.is_said = true;
        is_meant
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn licence() -> Problem {
        let trace = halligan_app::ingest::graph::Trace::default();
        Problem::Licence { code: "x".into(), message: "y".into(), trace }
    }

    #[test]
    fn a_missing_licence_is_no_detection_where_the_unified_log_brings_the_sign_ins() {
        let both = [Source::Graph, Source::Activity];
        let file = [Source::Graph, Source::File("x".into())];
        for (sources, expected) in [(&both[..], true), (&file[..], false), (&[], false)] {
            let mut alarm = Alarm::default();
            assert_eq!(alarm.failed(Log::SignIns, &licence(), sources), expected);
            assert_eq!(alarm.failed(Log::SignInsBeta, &licence(), sources), expected);
            assert!(alarm.is_said);
        }
    }

    #[test]
    fn other_failures_are_told_as_they_are() {
        let mut alarm = Alarm::default();
        let both = [Source::Graph, Source::Activity];
        assert!(!alarm.failed(Log::DirectoryAudits, &licence(), &both));
        assert!(!alarm.failed(Log::SignIns, &Problem::Interrupted, &both));
        assert!(!alarm.failed(Log::Unified, &Problem::Interrupted, &[Source::Activity]));
        assert!(!alarm.is_said);
        let denied = Problem::NoActivity;
        assert!(!alarm.failed(Log::Unified, &denied, &both));
        assert!(!alarm.is_said, "Graph may bring the sign-ins");
    }
}
