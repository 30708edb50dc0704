//! A proof with every step of it held against what does not share the step: the oracle, which
//! judges every sign-in; the reference evaluator, for each witness; the certificate checker; and
//! the prover itself with fewer policies, for the minimal core.

use std::fmt::Display;

use halligan_core::ca::network::needs_position;
use halligan_core::ca::{
    Blame, Condition, Denial, Enforcing, Met, PolicyResult, Proof, Question, SignIn, Surface,
    SurfaceProof, Tally, Truth, Usable, Verdict, WayIn, evaluate, exhaust, prove,
};
use halligan_core::register::Environment;
use halligan_core::tenant::{Policy, PolicyState};

/// The proof of a question, once everything in it has been checked. `of` says which question it is
/// where something does not hold.
pub(crate) fn held(question: Question<'_>, of: &dyn Display) -> Proof {
    let proof = prove(question).unwrap_or_else(|error| panic!("{of}: {error}"));
    let checked = proof.certificate.check(question);
    assert_eq!(checked, Ok(()), "{of}");
    let tallies = exhaust(question).unwrap_or_else(|error| panic!("{of}: {error}"));
    assert_eq!(proof.surfaces.len(), tallies.len(), "{of}");
    for (surface, tally) in proof.surfaces.iter().zip(&tallies) {
        let case = Case { question, surface, tally, of };
        case.counted();
        surface.denials.iter().for_each(|denial| case.denies(denial));
        surface.way_in.iter().for_each(|way| case.lets_in(way));
        if surface.verdict == Verdict::LockedOut {
            case.is_minimal();
        }
    }
    proof
}

/// One surface of a proof.
struct Case<'a> {
    question: Question<'a>,
    surface: &'a SurfaceProof,
    tally: &'a Tally,
    of: &'a dyn Display,
}

impl Case<'_> {
    /// The verdict is what the oracle counted, and the witnesses are there that it wants.
    fn counted(&self) {
        let Tally { granted, denied, unknown, reliable, .. } = *self.tally;
        let is_counted = match self.surface.verdict {
            Verdict::Proved => denied + unknown == 0 && reliable > 0,
            Verdict::LockedOut => granted + unknown == 0 && denied > 0,
            Verdict::Harmed => denied > 0 && granted + unknown > 0,
            Verdict::Undecided => denied == 0 && (unknown > 0 || granted == 0),
        };
        let (of, verdict) = (self.of, self.surface.verdict);
        assert!(is_counted, "{of}: {verdict:?} {:?} {:?}", self.tally, self.surface);
        assert_eq!(self.surface.way_in.is_some(), reliable > 0, "{of}: {:?}", self.tally);
        assert_eq!(!self.surface.denials.is_empty(), denied > 0, "{of}: {:?}", self.tally);
        let is_locked_out = verdict == Verdict::LockedOut;
        assert_eq!(!self.surface.core.is_empty(), is_locked_out, "{of}");
    }

    /// The evaluator says that the policy to blame applies to the sign-in and is not met.
    fn denies(&self, denial: &Denial) {
        let Denial { sign_in, blame, why } = denial;
        let of = self.of;
        assert!(self.targets().contains(sign_in), "{of}: the surface does not ask for {sign_in:?}");
        let place = match blame {
            Blame::Policy(place) | Blame::Position(place) => *place,
            Blame::Barrier(_) => return assert_eq!(self.tally.granted, 0, "{of}: {denial:?}"),
            Blame::Unread(_) => panic!("{of}: what was not read denies nothing: {denial:?}"),
        };
        assert_eq!(counts(self.question, place), Some(true), "{of}: {denial:?}");
        let result = self.results(sign_in).swap_remove(place);
        if matches!(blame, Blame::Policy(_)) {
            assert_eq!(result.applies(), Truth::Yes, "{of}: {denial:?}");
            assert_eq!(result.met, Some(Met::No(why.clone())), "{of}: {denial:?}");
        } else {
            assert_eq!(elsewhere(&result), Truth::Yes, "{of}: {denial:?}");
            assert_eq!(self.asks_for_position(place), Some(true), "{of}: {denial:?}");
        }
    }

    /// The evaluator says that every policy that may apply is met, for all that the surface asks.
    fn lets_in(&self, way: &WayIn) {
        let of = self.of;
        assert!(!way.sign_in.network.is_mfa_trusted, "{of}: {way:?}");
        let credentials = self.question.standing.credentials.as_ref();
        for place in &way.credentials {
            assert_eq!(credentials.unwrap()[*place].use_at_sign_in, Usable::Yes, "{of}: {way:?}");
        }
        assert!(way.workstation < self.question.environment.workstations.len(), "{of}: {way:?}");
        assert!(way.place < self.question.environment.places.len(), "{of}: {way:?}");
        for sign_in in self.targets().all(&way.sign_in) {
            for (place, result) in self.results(&sign_in).into_iter().enumerate() {
                let is_met = matches!(result.met, None | Some(Met::Nothing | Met::By { .. }));
                let is_out = counts(self.question, place) == Some(false);
                assert!(is_out || is_met, "{of}: policy {place} {result:?} {way:?}");
                let asks = self.asks_for_position(place) != Some(false);
                if asks && !is_out && elsewhere(&result) != Truth::No {
                    let kinds = credentials.unwrap().iter().map(|one| one.kind.title());
                    let kinds: Vec<_> = kinds.collect();
                    assert!(kinds.contains(&"Authenticator notification"), "{of}: {kinds:?}");
                }
            }
        }
    }

    /// The core locks out by itself, and nothing less than it does.
    fn is_minimal(&self) {
        let of = self.of;
        let core = &self.surface.core;
        let places: Vec<usize> = core.iter().filter_map(Blame::policy).collect();
        assert!(!core.is_empty() && self.is_locked_out_by(&places), "{of}: {core:?}");
        // What stands beside policies is in every question, whether or not it is of the core: with
        // it nothing can be told about fewer of them.
        let is_plain = places.len() == core.len() && !self.is_locked_out_by(&[]);
        if matches!(self.question.enforcing, Enforcing::Only(_)) || !is_plain {
            return;
        }
        for one in &places {
            let fewer: Vec<usize> = places.iter().copied().filter(|other| other != one).collect();
            assert!(!self.is_locked_out_by(&fewer), "{of}: {places:?} without {one}");
        }
    }

    /// Whether these policies alone lock the account out of the surface.
    fn is_locked_out_by(&self, places: &[usize]) -> bool {
        if let Enforcing::Only(place) = self.question.enforcing {
            return places == [place];
        }
        let all = self.question.policies;
        let policies: Vec<Policy> = places.iter().map(|place| all[*place].clone()).collect();
        let targets = vec![self.surface.target];
        let environment = Environment { targets, ..self.question.environment.clone() };
        let question = Question { policies: &policies, environment: &environment, ..self.question };
        prove(question).unwrap().verdict() == Verdict::LockedOut
    }

    fn results(&self, sign_in: &SignIn) -> Vec<PolicyResult> {
        let Question { snapshot, policies, standing, .. } = self.question;
        evaluate(snapshot, policies, standing, sign_in)
    }

    /// Whether a policy asks for a position; `None` where that cannot be told.
    fn asks_for_position(&self, place: usize) -> Option<bool> {
        let locations = self.question.policies[place].conditions.locations.as_ref();
        let named = self.question.snapshot.locations.value().map(Vec::as_slice);
        locations.map_or(Some(false), |one| needs_position(one, named).ok())
    }

    fn targets(&self) -> Targets {
        let Question { snapshot, now, .. } = self.question;
        Targets(Surface::of(self.surface.target, snapshot, now))
    }
}

/// What a surface asks for.
struct Targets(Surface);

impl Targets {
    fn contains(&self, sign_in: &SignIn) -> bool {
        self.0.client == sign_in.client && self.0.sign_in_targets.contains(&sign_in.target)
    }

    /// The sign-in, for each.
    fn all(&self, sign_in: &SignIn) -> Vec<SignIn> {
        let of = |target: &halligan_core::ca::Target| SignIn {
            target: target.clone(),
            ..sign_in.clone()
        };
        self.0.sign_in_targets.iter().map(of).collect()
    }
}

/// Whether a policy counts as enforced; `None` where that cannot be told.
fn counts(question: Question<'_>, place: usize) -> Option<bool> {
    match (question.enforcing, &question.policies[place].state) {
        (Enforcing::Only(one), _) => Some(one == place),
        (_, PolicyState::Enabled) | (Enforcing::ReportOnlyToo, PolicyState::ReportOnly) => {
            Some(true)
        }
        (_, PolicyState::Other(_)) => None,
        _ => Some(false),
    }
}

/// Whether every condition but that on locations matches.
fn elsewhere(result: &PolicyResult) -> Truth {
    let others = result.conditions.iter().filter(|(one, _)| *one != Condition::Locations);
    let mut all = Truth::Yes;
    for (_, truth) in others {
        match truth {
            Truth::No => return Truth::No,
            Truth::Unknown(_) => all = truth.clone(),
            Truth::Yes => {}
        }
    }
    all
}
