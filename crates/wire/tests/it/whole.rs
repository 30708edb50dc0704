//! Whole sets of policies that others wrote: the prover and the oracle agree on each, for accounts
//! that somebody could have.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use halligan_core::ca::{
    Credential, CredentialKind, Enforcing, Question, Standing, Usable, Verdict, exhaust, prove,
};
use halligan_core::id::{GroupId, UserId};
use halligan_core::register::{Environment, Place, Platform, Target, Workstation};
use halligan_core::tenant::*;
use halligan_core::time::Timestamp;
use halligan_wire::export::{Item, read_file};

use crate::shared;

/// One set, as a tenant would hold it.
#[derive(Default)]
struct Set {
    policies: Vec<Policy>,
    locations: Vec<NamedLocation>,
    strengths: Vec<Strength>,
}

impl Set {
    fn add(&mut self, path: &Path) {
        let name = path.file_name().unwrap().to_str().unwrap();
        // What cannot be read or is none is `exports`' to test.
        for item in read_file(name, &fs::read(path).unwrap()).into_iter().flatten() {
            match item {
                Item::Policy(policy) => self.policies.push(policy),
                Item::NamedLocation(location) => self.locations.push(location),
                Item::Strength(strength) => self.strengths.push(strength),
                Item::Group(_) | Item::MethodsPolicy(_) => {}
            }
        }
    }

    fn snapshot(&self, at: Timestamp) -> Snapshot {
        let mut snapshot = Snapshot::unread(at, Source::Files, &GapReason::NotInSource);
        snapshot.policies = Part::Read { at, value: self.policies.clone() };
        if !self.locations.is_empty() {
            snapshot.locations = Part::Read { at, value: self.locations.clone() };
        }
        if !self.strengths.is_empty() {
            snapshot.strengths = Part::Read { at, value: self.strengths.clone() };
        }
        snapshot
    }

    /// The group that the most policies exclude.
    fn excluded_most(&self) -> Option<GroupId> {
        let mut counts: BTreeMap<GroupId, usize> = BTreeMap::new();
        let users = self.policies.iter().filter_map(|one| one.conditions.users.as_ref());
        for group in users.flat_map(|users| &users.exclude_groups) {
            if let GroupRef::Id(id) = group {
                *counts.entry(*id).or_default() += 1;
            }
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(id, _)| id)
    }
}

/// Every set, by name: a folder, or what one folder or file holds of several.
fn sets(root: &Path) -> BTreeMap<String, Set> {
    let mut sets: BTreeMap<String, Set> = BTreeMap::new();
    for path in shared::json_files(root) {
        let inside = path.strip_prefix(root).unwrap().to_str().unwrap();
        let (folder, file) = inside.split_once('/').unwrap();
        let name = match folder {
            "oracle" => continue,
            "tenants" => inside.split('/').take(2).collect::<Vec<_>>().join("/"),
            "jsa2+caOptics" | "cisagov+ScubaGear" => inside.to_owned(),
            // `PolicySets_Category structure for AADP1_100 - RING - …`
            _ if file.starts_with("Policy") => {
                let mut parts = file.split('_');
                let whole = parts.next().unwrap();
                match whole {
                    "PolicySets" => format!("{folder}/{}", parts.next().unwrap()),
                    _ => format!("{folder}/{whole}"),
                }
            }
            _ => folder.to_owned(),
        };
        sets.entry(name).or_default().add(&path);
    }
    sets.retain(|_, set| !set.policies.is_empty());
    sets
}

fn credential(kind: CredentialKind) -> Credential {
    Credential {
        kind,
        method: None,
        aaguid: None,
        name: kind.title().into(),
        use_at_sign_in: Usable::Yes,
    }
}

/// A borrowed computer in one country: few enough sign-ins for the oracle. For the tenants, whose
/// named locations are there, it may be anywhere.
fn environment(name: &str) -> Environment {
    let usual = Environment::default();
    let workstation =
        Workstation { platforms: vec![Platform::Windows], ..usual.workstations[0].clone() };
    let mut place = Place { countries: vec!["NL".into()], ..usual.places[0].clone() };
    if name.starts_with("tenants/") {
        place.countries.clear();
    }
    Environment {
        workstations: vec![workstation],
        places: vec![place],
        targets: vec![Target::EntraAdminCenter, Target::GraphPowerShell],
        device_code: false,
    }
}

#[test]
fn the_prover_and_the_oracle_agree_on_every_whole_set() {
    let Some(root) = shared::folder("ca-policies") else { return };
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    let (mut proofs, mut sign_ins) = (0, 0);
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    let sets = sets(&root);
    for (name, set) in &sets {
        let snapshot = set.snapshot(now);
        let environment = environment(name);
        for standing in standings(set) {
            for policies in [set.policies.clone(), all_enabled(&set.policies)] {
                let question = Question {
                    snapshot: &snapshot,
                    policies: &policies,
                    standing: &standing,
                    environment: &environment,
                    now,
                    enforcing: Enforcing::AsIs,
                };
                sign_ins += agree(name, question, &mut verdicts);
                proofs += 1;
            }
        }
    }
    println!("{} sets, {proofs} proofs, {sign_ins} sign-ins judged: {verdicts:?}", sets.len());
    assert!(sets.len() >= 26, "{:?}", sets.keys());
    assert_eq!(verdicts.len(), 4, "every answer is there: {verdicts:?}");
}

/// An account with and without the exclusion, with and without a key.
fn standings(set: &Set) -> Vec<Standing> {
    let id = UserId::from_u128(0xa1fa);
    let password = credential(CredentialKind::Password);
    let key = credential(CredentialKind::Passkey);
    let paper = vec![password.clone()];
    let safe = vec![password, key];
    let groups = [None, set.excluded_most()];
    let mut all = Vec::new();
    for group in &groups[..1 + usize::from(groups[1].is_some())] {
        for credentials in [&paper, &safe] {
            all.push(Standing::supposed(id, *group, Ok(credentials.clone())));
        }
    }
    all
}

/// The set on the day on which somebody switches everything on.
fn all_enabled(policies: &[Policy]) -> Vec<Policy> {
    let enabled = |one: &Policy| Policy { state: PolicyState::Enabled, ..one.clone() };
    policies.iter().map(enabled).collect()
}

/// Holds a proof against the oracle; how many sign-ins that took.
fn agree(name: &str, question: Question<'_>, verdicts: &mut BTreeMap<&str, usize>) -> u64 {
    let proof = prove(question).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(proof.certificate.check(question), Ok(()), "{name}");
    let tallies = exhaust(question).unwrap_or_else(|error| panic!("{name}: {error}"));
    let mut judged = 0;
    for (surface, tally) in proof.surfaces.iter().zip(tallies) {
        let (denied, unknown) = (tally.denied, tally.unknown);
        let is_counted = match surface.verdict {
            Verdict::Proved => denied + unknown == 0 && tally.reliable > 0,
            Verdict::LockedOut => tally.granted + unknown == 0 && denied > 0,
            Verdict::Harmed => denied > 0 && tally.granted + unknown > 0,
            Verdict::Undecided => denied == 0 && unknown > 0,
        };
        assert!(is_counted, "{name}: {:?} {tally:?}", surface.verdict);
        assert_eq!(surface.way_in.is_some(), tally.reliable > 0, "{name}: {tally:?}");
        *verdicts.entry(surface.verdict.name()).or_default() += 1;
        judged += tally.granted + denied + unknown;
    }
    judged
}
