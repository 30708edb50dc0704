//! A policy as people name it: by its id, its display name or the beginning of it, in any letter
//! case.

use halligan_core::tenant::Policy;
use thiserror::Error;

/// How many names are suggested for one that there is not.
const SUGGESTIONS_MAX: usize = 3;

/// Why no policy is meant.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FindError {
    /// There is none.
    #[error("there is no policy `{asked}`")]
    None {
        /// What was asked for.
        asked: String,
        /// The names that are spelled most alike.
        nearest: Vec<String>,
    },
    /// There are several.
    #[error("{} policies are called `{asked}`, or begin so", ids.len())]
    Several {
        /// What was asked for.
        asked: String,
        /// Their ids.
        ids: Vec<String>,
    },
}

impl FindError {
    /// The next thing to do.
    pub fn hint(&self) -> String {
        match self {
            Self::None { nearest, .. } if nearest.is_empty() => "there is no policy at all".into(),
            Self::None { nearest, .. } => format!("did you mean `{}`?", nearest.join("`, `")),
            Self::Several { ids, .. } => format!("give an id: `{}`", ids.join("`, `")),
        }
    }
}

/// The place of the policy that is meant.
pub fn find(policies: &[Policy], asked: &str) -> Result<usize, FindError> {
    let wanted = asked.trim();
    let is_id = |one: &Policy| one.id.as_str().eq_ignore_ascii_case(wanted);
    if let Some(place) = policies.iter().position(is_id) {
        return Ok(place);
    }
    let lower = wanted.to_lowercase();
    let named = |one: &Policy| one.display_name.trim().to_lowercase() == lower;
    let begins = |one: &Policy| one.display_name.trim().to_lowercase().starts_with(&lower);
    let places_of = |fits: &dyn Fn(&Policy) -> bool| -> Vec<usize> {
        (0..policies.len()).filter(|place| policies.get(*place).is_some_and(fits)).collect()
    };
    let places = match places_of(&named) {
        none if none.is_empty() && !lower.is_empty() => places_of(&begins),
        some => some,
    };
    match places.as_slice() {
        [place] => Ok(*place),
        [] => Err(FindError::None { asked: asked.into(), nearest: nearest(policies, &lower) }),
        several => {
            let ids = several.iter().filter_map(|place| Some(policies.get(*place)?.id.to_string()));
            Err(FindError::Several { asked: asked.into(), ids: ids.collect() })
        }
    }
}

fn nearest(policies: &[Policy], lower: &str) -> Vec<String> {
    let distance = |name: &str| {
        let name = name.to_lowercase();
        // A part of a name is as good as its beginning spelled right.
        if name.contains(lower) { 0 } else { strsim::damerau_levenshtein(&name, lower) }
    };
    let mut names: Vec<(usize, &str)> = policies
        .iter()
        .map(|one| (distance(&one.display_name), one.display_name.as_str()))
        .collect();
    names.sort_unstable();
    names.into_iter().take(SUGGESTIONS_MAX).map(|(_, name)| name.into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::check::sample::policy;
    use halligan_core::tenant::GrantControl;

    #[test]
    fn a_policy_is_found_as_people_name_it() {
        let named = |id: &str, name: &str| {
            let mut policy = policy(id, GrantControl::Mfa);
            policy.display_name = name.into();
            policy
        };
        let all = [named("A1", "MFA for all"), named("b2", "Twin"), named("c3", "twin")];
        assert_eq!(find(&all, "a1"), Ok(0));
        assert_eq!(find(&all, " mfa FOR all "), Ok(0));
        assert_eq!(find(&all, "B2"), Ok(1));
        let FindError::Several { ids, .. } = find(&all, "TWIN").unwrap_err() else { panic!() };
        assert_eq!(ids, ["b2", "c3"]);
        assert_eq!(find(&all, "mfa"), Ok(0));
        let FindError::Several { ids, .. } = find(&all, "tw").unwrap_err() else { panic!() };
        assert_eq!(ids, ["b2", "c3"]);
        let FindError::None { nearest, .. } = find(&all, "for all").unwrap_err() else { panic!() };
        assert_eq!(nearest[0], "MFA for all");
        assert!(find(&[], "x").unwrap_err().hint().contains("no policy at all"));
    }
}
