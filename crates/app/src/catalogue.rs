//! The checks as a catalogue: one by its id as people type it, or all that fit.

use halligan_core::check::{ALL, Check, Family, Framework, Severity};

/// How many ids are suggested for one that there is not.
const SUGGESTIONS_MAX: usize = 3;

/// What a check must be to be listed; `None` leaves it open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Its family.
    pub family: Option<Family>,
    /// Its severity.
    pub severity: Option<Severity>,
    /// A framework of which it serves a control.
    pub framework: Option<Framework>,
}

/// A text of a remedy as the catalogue shows it, where no finding says which object it is about.
pub fn shown(text: &str) -> String {
    text.replace("{object}", "{id}")
}

/// The checks that fit, in their order.
pub fn matching(filter: &Filter) -> Vec<&'static Check> {
    let serves = |check: &Check, framework| {
        check.controls.iter().any(|control| control.framework == framework)
    };
    let fits = |check: &&&Check| {
        filter.family.is_none_or(|family| check.family == family)
            && filter.severity.is_none_or(|severity| check.severity == severity)
            && filter.framework.is_none_or(|framework| serves(check, framework))
    };
    ALL.iter().filter(fits).copied().collect()
}

/// The check with this id, in any letter case, with or without its `HG-`.
///
/// # Errors
///
/// The ids that are spelled most alike, the nearest first.
pub fn find(id: &str) -> Result<&'static Check, Vec<&'static str>> {
    let wanted = id.trim().to_ascii_uppercase();
    let whole = if wanted.starts_with("HG-") { wanted } else { format!("HG-{wanted}") };
    ALL.iter().find(|check| check.id == whole).copied().ok_or_else(|| nearest(&whole))
}

fn nearest(id: &str) -> Vec<&'static str> {
    let mut distances: Vec<(usize, &'static str)> =
        ALL.iter().map(|check| (strsim::damerau_levenshtein(id, check.id), check.id)).collect();
    distances.sort();
    distances.into_iter().take(SUGGESTIONS_MAX).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_as_people_type_it() {
        for id in ["HG-EXIT-03", "hg-exit-03", " exit-03 "] {
            assert_eq!(find(id).map(|check| check.id), Ok("HG-EXIT-03"), "{id}");
        }
    }

    #[test]
    fn an_unknown_id_gives_the_nearest_ones() {
        assert_eq!(find("HG-LOCK-99").unwrap_err().len(), SUGGESTIONS_MAX);
        assert!(find("HG-EXTI-03").unwrap_err().first().is_some_and(|id| *id == "HG-EXIT-03"));
        assert!(find("lokc-2").unwrap_err().contains(&"HG-LOCK-02"));
        assert!(find("").is_err());
    }

    #[test]
    fn filters_narrow_and_add_up() {
        assert_eq!(matching(&Filter::default()).len(), ALL.len());
        let critical = Filter { severity: Some(Severity::Critical), ..Filter::default() };
        let exits = Filter { family: Some(Family::Exit), ..critical };
        let both = matching(&exits);
        assert!(!both.is_empty() && both.len() < ALL.len());
        assert!(
            both.iter().all(|check| {
                check.family == Family::Exit && check.severity == Severity::Critical
            })
        );
        let scuba = Filter { framework: Some(Framework::Scuba), ..Filter::default() };
        assert!(matching(&scuba).iter().all(|check| {
            check.controls.iter().any(|control| control.framework == Framework::Scuba)
        }));
        assert!((1..ALL.len()).contains(&matching(&scuba).len()));
    }
}
