//! Who gets in: one line per account, by the proof.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use crate::ca::{Blame, Enforcing, Question, Standing, SurfaceProof, Verdict, decide, overall};
use crate::register::{Register, Target};
use crate::tenant::{Policy, Snapshot};
use crate::time::Timestamp;

/// Whether one declared account gets in.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its code name.
    pub code_name: String,
    /// The verdict over all surfaces.
    pub verdict: Verdict,
    /// The verdict for each surface, in the order of the declared targets.
    pub surfaces: Vec<(Target, Verdict)>,
    /// The sign-in that fails, where some do: of a surface that is shut before one that is harmed.
    pub failing: Option<Failing>,
    /// What keeps the verdict from being certain, in one line.
    pub doubt: Option<String>,
}

/// A sign-in that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The surface.
    pub target: Target,
    /// The sign-in, in one line.
    pub sign_in: String,
    /// Whose fault it is: a policy with its name and id, or what stands beside policies.
    pub blame: String,
    /// Why, in one line.
    pub why: String,
}

/// An entry for each declared account, in their order.
pub(super) fn entries(register: &Register, snapshot: &Snapshot, now: Timestamp) -> Vec<Entry> {
    let policies = snapshot.policies.value().map(Vec::as_slice).unwrap_or_default();
    let accounts = register.distinct_accounts();
    let entry = |code_name: &str, standing: &Standing| {
        let question = Question {
            snapshot,
            policies,
            standing,
            environment: &register.environment,
            now,
            enforcing: Enforcing::AsIs,
        };
        match decide(question) {
            Ok(surfaces) => of(code_name, &surfaces, policies),
            Err(error) => Entry {
                code_name: code_name.into(),
                verdict: Verdict::Undecided,
                surfaces: Vec::new(),
                failing: None,
                doubt: Some(error.to_string()),
            },
        }
    };
    accounts
        .into_iter()
        .map(|declared| {
            let standing = Standing::of(declared.id, register, snapshot, now);
            entry(&declared.code_name, &standing)
        })
        .collect()
}

fn of(code_name: &str, surfaces: &[SurfaceProof], policies: &[Policy]) -> Entry {
    let mut worst: Vec<&SurfaceProof> = surfaces.iter().collect();
    worst.sort_by_key(|surface| core::cmp::Reverse(surface.verdict));
    let failing = worst.iter().find_map(|surface| {
        // What shuts a surface altogether says more than what shuts a part of it.
        let of_core = surface.denials.iter().find(|denial| surface.core.contains(&denial.blame));
        let denial = of_core.or(surface.denials.first())?;
        Some(Failing {
            target: surface.target,
            sign_in: denial.sign_in.to_string(),
            blame: blame(&denial.blame, policies),
            why: denial.why.clone(),
        })
    });
    let doubt = surfaces.iter().find_map(|surface| {
        let (to_blame, doubt) = surface.doubts.first()?;
        Some(format!("{}: {doubt}", blame(to_blame, policies)))
    });
    Entry {
        code_name: code_name.into(),
        verdict: overall(surfaces),
        surfaces: surfaces.iter().map(|one| (one.target, one.verdict)).collect(),
        failing,
        doubt,
    }
}

fn blame(blame: &Blame, policies: &[Policy]) -> String {
    match blame {
        Blame::Policy(place) | Blame::Position(place) => match policies.get(*place) {
            Some(policy) => format!("policy `{}` ({})", policy.display_name, policy.id),
            None => "a policy".into(),
        },
        Blame::Barrier(barrier) => barrier.to_string(),
        Blame::Unread(gap) => gap.part.to_string(),
    }
}

impl Entry {
    /// Where it gets in and where not, in one line.
    pub fn sentence(&self) -> String {
        let titles = |verdict: Verdict| {
            let of = self.surfaces.iter().filter(|(_, one)| *one == verdict);
            of.map(|(target, _)| target.title()).collect::<Vec<_>>().join(", ")
        };
        let is_same = self.surfaces.iter().all(|(_, one)| *one == self.verdict);
        if is_same && self.surfaces.len() > 1 && self.verdict != Verdict::Undecided {
            return "everywhere that is declared".into();
        }
        let parts = [
            (Verdict::LockedOut, "locked out of"),
            (Verdict::Harmed, "some sign-ins fail at"),
            (Verdict::Undecided, "cannot be told for"),
            (Verdict::Proved, "gets in at"),
        ];
        let said: Vec<String> = parts
            .iter()
            .map(|(verdict, words)| (titles(*verdict), words))
            .filter(|(titles, _)| !titles.is_empty())
            .map(|(titles, words)| format!("{words} {titles}"))
            .collect();
        match said.is_empty() {
            true => "cannot be told".into(),
            false => said.join("; "),
        }
    }

    /// The verdict in words that begin a line.
    pub const fn word(&self) -> &'static str {
        match self.verdict {
            Verdict::Proved => "gets in",
            Verdict::Undecided => "not proved",
            Verdict::Harmed => "IN PART",
            Verdict::LockedOut => "LOCKED OUT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Case;
    use crate::check::sample::{ALPHA, policy};
    use crate::tenant::{AppRef, GrantControl, UserRef};
    use alloc::vec;

    #[test]
    fn a_policy_that_forgot_one_account_is_told_of_that_account() {
        let mut case = Case::sound();
        let mut helpful = policy("help", GrantControl::CompliantDevice);
        helpful.conditions.applications.include = vec![AppRef::MicrosoftAdminPortals];
        let users = helpful.conditions.users.as_mut().unwrap();
        users.exclude_groups.clear();
        users.exclude_users = vec![UserRef::Id(ALPHA)];
        case.add_policy(helpful);
        let entries = entries(&case.register, &case.snapshot, case.now);
        assert_eq!((entries[0].verdict, entries[0].failing.is_none()), (Verdict::Proved, true));
        let bravo = &entries[1];
        assert_eq!((bravo.verdict, bravo.word()), (Verdict::Harmed, "IN PART"));
        let failing = bravo.failing.as_ref().unwrap();
        assert_eq!(failing.target, Target::EntraAdminCenter);
        assert!(failing.blame.contains("help"), "{}", failing.blame);
        assert!(failing.sign_in.starts_with("to Azure portal"), "{}", failing.sign_in);
        assert!(bravo.sentence().starts_with("locked out of Microsoft Entra admin center"));
    }
}
