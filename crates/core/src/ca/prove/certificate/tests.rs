//! Certificates that were tampered with: what the checker accepts must be true, as the oracle has
//! it, and what changes a claim must be refused.

use alloc::vec;

use super::super::super::cover::Node;
use super::super::super::standing::Standing;
use super::super::{Tally, exhaust, prove};
use super::*;
use crate::check::Case;
use crate::check::sample::{ALPHA, password, policy, strength_policy};
use crate::register::Environment;
use crate::tenant::{ClientAppType, GrantControl, GrantOperator, Policy, PolicyState, RiskLevel};

/// A tenant, and what is asked about it.
struct Sample {
    name: &'static str,
    case: Case,
    policies: Vec<Policy>,
}

impl Sample {
    fn new(name: &'static str, policies: Vec<Policy>) -> Self {
        let mut case = Case::sound();
        case.now = "2026-11-22T00:00:00Z".parse().unwrap();
        // Two surfaces, on one platform: the oracle looks at each certificate's claim.
        case.register.environment.targets = vec![Target::GraphPowerShell, Target::AzurePortal];
        let platforms = vec![crate::register::Platform::Windows];
        case.register.environment.workstations[0].platforms = platforms;
        Self { name, case, policies }
    }

    fn standing(&self) -> Standing {
        Standing::of(ALPHA, &self.case.register, &self.case.snapshot, self.case.now)
    }

    fn question<'a>(&'a self, standing: &'a Standing) -> Question<'a> {
        Question {
            snapshot: &self.case.snapshot,
            policies: &self.policies,
            standing,
            environment: &self.case.register.environment,
            now: self.case.now,
            enforcing: Enforcing::AsIs,
        }
    }
}

fn everybody(id: &str, control: GrantControl) -> Policy {
    let mut policy = policy(id, control);
    policy.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
    policy
}

fn at_risk(id: &str, levels: &[RiskLevel]) -> Policy {
    let mut policy = everybody(id, GrantControl::Block);
    policy.conditions.sign_in_risk = levels.to_vec();
    policy
}

/// Tenants with every verdict, and with every kind of reason for a proof; all of two policies.
fn samples() -> Vec<Sample> {
    let (block, mfa) = (GrantControl::Block, GrantControl::Mfa);
    let off = |state| Policy { state, ..everybody("off", GrantControl::Block) };
    let mut elsewhere = everybody("elsewhere", block.clone());
    elsewhere.conditions.applications.include = vec![crate::tenant::AppRef::Office365];
    let mut legacy = everybody("legacy", block.clone());
    legacy.conditions.client_app_types = vec![ClientAppType::Legacy];
    let mut flows = everybody("flows", GrantControl::CompliantDevice);
    flows.conditions.transfer_methods = vec![crate::tenant::TransferMethod::DeviceCodeFlow];
    let mut both = everybody("both", mfa.clone());
    if let Some(grant) = &mut both.grant {
        grant.operator = Some(GrantOperator::And);
        grant.built_in.push(GrantControl::CompliantDevice);
    }
    let low = [RiskLevel::None, RiskLevel::Low];
    let high = [RiskLevel::Medium, RiskLevel::High];
    let mut odd = everybody("odd", block.clone());
    odd.conditions.unknown.insert("weather".into(), serde_json::json!("rain"));
    let mut samples = vec![
        Sample::new("excluded", vec![policy("one", block.clone()), policy("two", block.clone())]),
        Sample::new("switched off", vec![off(PolicyState::Disabled), off(PolicyState::ReportOnly)]),
        Sample::new("for others", vec![elsewhere, legacy]),
        Sample::new("met", vec![everybody("mfa", mfa.clone()), strength_policy("keys")]),
        Sample::new("apart in the flow", vec![flows, everybody("mfa", mfa.clone())]),
        Sample::new("blocked", vec![everybody("block", block.clone()), policy("x", mfa.clone())]),
        Sample::new("blocked by halves", vec![at_risk("low", &low), at_risk("high", &high)]),
        Sample::new("half blocked", vec![at_risk("high", &high), policy("x", mfa.clone())]),
        Sample::new("compliance", vec![both, at_risk("low", &low)]),
        Sample::new("in doubt", vec![odd, everybody("mfa", mfa.clone())]),
    ];
    let mut paper = Sample::new("paper", vec![everybody("mfa", mfa), policy("x", block.clone())]);
    paper.case.methods(ALPHA, vec![password()]);
    samples.push(paper);
    // On the one computer the platform keeps it away, and on the other the client.
    let mut linux = everybody("linux", block.clone());
    linux.conditions.platforms = Some(crate::tenant::Platforms {
        include: vec![crate::tenant::Platform::Linux],
        exclude: Vec::new(),
        unknown: Default::default(),
    });
    linux.conditions.devices = Some(crate::tenant::Devices {
        filter: Some(crate::tenant::DeviceFilter {
            mode: crate::tenant::FilterMode::Include,
            rule: "device.systemLabels -contains \"MultiUser\"".into(),
            unknown: Default::default(),
        }),
        unknown: Default::default(),
    });
    let mut two = Sample::new("apart by computers", vec![linux, policy("x", block)]);
    let workstations = &mut two.case.register.environment.workstations;
    let mut other = workstations[0].clone();
    other.kind = crate::register::WorkstationKind::Compliant;
    workstations[0].platforms = vec![crate::register::Platform::Linux];
    workstations.push(other);
    samples.push(two);
    samples
}

/// What a certificate claims of a surface, held against the oracle.
fn is_true(claim: &Claim, tally: &Tally) -> bool {
    match claim {
        Claim::Proved(_) => tally.denied + tally.unknown == 0 && tally.granted > 0,
        Claim::LockedOut(_) => tally.granted + tally.unknown == 0 && tally.denied > 0,
        Claim::Witnessed => true,
    }
}

/// Every reason that there is for so many workstations, and some that there are not.
fn every_reason(workstations: usize) -> Vec<Reason> {
    let apart = (0..Dimension::ALL.len() + 2).map(Within::Apart);
    let within: Vec<Within> = [Within::Met].into_iter().chain(apart).collect();
    let mut each = vec![Vec::new()];
    for _ in 0..workstations {
        let longer = |one: &Vec<Within>| {
            let one = one.clone();
            within.iter().map(move |last| one.iter().copied().chain([*last]).collect())
        };
        each = each.iter().flat_map(longer).collect();
    }
    // One workstation too few.
    each.push(vec![Within::Met; workstations - 1]);
    let plain = [Reason::NotEnforced, Reason::NotHit, Reason::OtherTarget];
    plain.into_iter().chain(each.into_iter().map(Reason::OnEach)).collect()
}

#[test]
fn a_certificate_for_one_tenant_says_nothing_false_of_another() {
    let samples = samples();
    let standings: Vec<Standing> = samples.iter().map(Sample::standing).collect();
    let (mut accepted, mut refused) = (0, 0);
    for (sample, standing) in samples.iter().zip(&standings) {
        let question = sample.question(standing);
        let tallies = exhaust(question).unwrap();
        for (other, its) in samples.iter().zip(&standings) {
            let certificate = prove(other.question(its)).unwrap().certificate;
            let claims = certificate.surfaces.iter().zip(&tallies);
            let holds = claims.clone().all(|(one, tally)| is_true(&one.claim, tally));
            let checked = certificate.check(question).is_ok();
            assert!(holds || !checked, "{} by that of {}", sample.name, other.name);
            let is_own = core::ptr::eq(sample, other);
            assert!(checked || !is_own, "{}", sample.name);
            accepted += u32::from(checked);
            refused += u32::from(!checked);
        }
    }
    assert!(accepted >= 11 && refused > 50, "{accepted} accepted, {refused} refused");
}

/// Claims that everything is let through, for every combination of reasons.
#[test]
fn no_forged_reasons_prove_what_is_not_so() {
    let (mut accepted, mut refused) = (0, 0);
    for sample in samples() {
        let standing = sample.standing();
        let question = sample.question(&standing);
        let environment = Environment {
            targets: vec![Target::GraphPowerShell],
            ..sample.case.register.environment.clone()
        };
        let question = Question { environment: &environment, ..question };
        let tally = exhaust(question).unwrap()[0];
        let proof = prove(question).unwrap();
        let every = every_reason(environment.workstations.len());
        for first in &every {
            for second in &every {
                let mut forged = proof.certificate.clone();
                forged.surfaces[0].claim = Claim::Proved(vec![first.clone(), second.clone()]);
                let checked = forged.check(question);
                let holds = is_true(&forged.surfaces[0].claim, &tally);
                assert!(holds || checked.is_err(), "{}: {first:?} {second:?}", sample.name);
                accepted += u32::from(checked.is_ok());
                refused += u32::from(checked.is_err());
            }
        }
        let mut short = proof.certificate.clone();
        short.surfaces[0].claim = Claim::Proved(vec![Reason::NotHit]);
        assert!(short.check(question).is_err(), "{}: a reason is missing", sample.name);
    }
    assert!(accepted >= 5 && refused > 1_500, "{accepted} accepted, {refused} refused");
}

#[test]
fn a_reason_holds_only_where_the_policy_alone_denies_nothing() {
    for sample in samples() {
        let standing = sample.standing();
        let question = sample.question(&standing);
        let model = Model::new(question).unwrap();
        for (place, policy) in sample.policies.iter().enumerate() {
            let alone = core::slice::from_ref(policy);
            let with = exhaust(Question { policies: alone, ..question }).unwrap();
            let without = exhaust(Question { policies: &[], ..question }).unwrap();
            for (surface, (with, without)) in model.surfaces.iter().zip(with.iter().zip(&without)) {
                let checker = Checker::new(&model, surface, Enforcing::AsIs);
                let every = every_reason(question.environment.workstations.len());
                let held = every.into_iter().find(|one| checker.holds(place, one));
                let is_harmless = with.denied + with.unknown == 0;
                // Where everything is denied beside it, a policy's own harm does not show.
                if without.granted > 0 {
                    assert_eq!(held.is_some(), is_harmless, "{} {place} {held:?}", sample.name);
                }
            }
        }
    }
}

#[test]
fn a_claim_of_another_kind_or_of_another_surface_is_refused() {
    for sample in samples() {
        let standing = sample.standing();
        let question = sample.question(&standing);
        let certificate = prove(question).unwrap().certificate;
        assert_eq!(certificate.check(question), Ok(()), "{}", sample.name);

        let mut fewer = certificate.clone();
        fewer.surfaces.pop();
        assert_eq!(fewer.check(question), Err(Refuted::OtherSurfaces));
        let mut swapped = certificate.clone();
        swapped.surfaces.reverse();
        assert_eq!(swapped.check(question), Err(Refuted::OtherSurfaces));
        let too = Question { enforcing: Enforcing::ReportOnlyToo, ..question };
        assert_eq!(certificate.check(too), Err(Refuted::OtherSurfaces));

        for place in 0..certificate.surfaces.len() {
            let mut other = certificate.clone();
            let claim = &mut other.surfaces[place].claim;
            *claim = match claim {
                Claim::LockedOut(covered) => {
                    let met = Reason::OnEach(vec![Within::Met; covered.len()]);
                    Claim::Proved(vec![met.clone(), met])
                }
                Claim::Proved(_) | Claim::Witnessed => {
                    let tree = vec![Node::Closed(0)];
                    let owners = vec![Blame::Policy(0)];
                    let boxes = Vec::new();
                    Claim::LockedOut(vec![Covered { tree, boxes, owners }])
                }
            };
            assert!(other.check(question).is_err(), "{}", sample.name);
        }
    }
}

/// Trees, boxes and owners of what is locked out, each changed in every single place.
#[test]
fn a_tree_that_was_tampered_with_is_refused() {
    let (mut accepted, mut refused) = (0, 0);
    let mut look = |sample: &Sample, changed: &Certificate, is_the_same: bool| {
        let standing = sample.standing();
        let question = sample.question(&standing);
        let checked = changed.check(question);
        assert!(checked.is_ok() || !is_the_same, "{}", sample.name);
        accepted += u32::from(checked.is_ok());
        refused += u32::from(checked.is_err());
    };
    for sample in samples() {
        let standing = sample.standing();
        let certificate = prove(sample.question(&standing)).unwrap().certificate;
        for surface in 0..certificate.surfaces.len() {
            let Claim::LockedOut(covered) = &certificate.surfaces[surface].claim else { continue };
            look(&sample, &certificate, true);
            for (number, one) in covered.iter().enumerate() {
                for other in tampered(one) {
                    let mut changed = certificate.clone();
                    let mut covered = covered.clone();
                    covered[number] = other;
                    changed.surfaces[surface].claim = Claim::LockedOut(covered);
                    look(&sample, &changed, false);
                }
            }
            let mut none = certificate.clone();
            none.surfaces[surface].claim = Claim::LockedOut(Vec::new());
            assert!(none.check(sample.question(&standing)).is_err());
        }
    }
    // Some are true still: the node of an empty part, a box that is named by another owner who
    // denies the same.
    assert!(refused > 100 && refused > accepted, "{accepted} accepted, {refused} refused");
}

fn tampered(one: &Covered) -> Vec<Covered> {
    let mut all = Vec::new();
    let with = |change: &dyn Fn(&mut Covered)| {
        let mut changed = one.clone();
        change(&mut changed);
        changed
    };
    for node in 0..one.tree.len() {
        all.push(with(&|it| it.tree.truncate(node)));
        for by in 0..one.owners.len() + 2 {
            all.push(with(&|it| it.tree[node] = Node::Closed(by)));
            for dimension in [0, 2, 9] {
                let (inside, outside) = (node, node + 1);
                let split = Node::Split { by, dimension, inside, outside };
                all.push(with(&|it| it.tree[node] = split.clone()));
            }
        }
    }
    for owner in 0..one.owners.len() {
        for blame in [Blame::Policy(1), Blame::Policy(7), Blame::Position(0)] {
            all.push(with(&|it| it.owners[owner] = blame.clone()));
        }
        all.push(with(&|it| it.owners.truncate(owner)));
    }
    for place in 0..one.boxes.len() {
        all.push(with(&|it| it.boxes.truncate(place)));
    }
    all.retain(|other| other != one);
    all
}

/// Trees that nobody proved anything with, over the boxes and owners that there are.
#[test]
fn no_forged_tree_locks_out_who_gets_in() {
    let mut throws: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut throw = |below: usize| {
        throws ^= throws << 13;
        throws ^= throws >> 7;
        throws ^= throws << 17;
        usize::try_from(throws >> 16).unwrap_or(0) % below
    };
    let mut accepted = 0_u32;
    for sample in samples() {
        let standing = sample.standing();
        let question = sample.question(&standing);
        let tallies = exhaust(question).unwrap();
        let certificate = prove(question).unwrap().certificate;
        let model = Model::new(question).unwrap();
        let failing = model.failing(Losses::default());
        for (place, surface) in model.surfaces.iter().enumerate() {
            let obligations = model.obligations(surface, Enforcing::AsIs, &failing);
            let possible = obligations.iter().flat_map(|one| one.possible.iter());
            let mut boxes: Vec<Region> = possible.cloned().collect();
            boxes.push(model.space.layout.whole());
            for _ in 0..300 {
                let nodes = 1 + throw(7);
                let node = |throw: &mut dyn FnMut(usize) -> usize, at: usize| match throw(2) {
                    0 => Node::Closed(throw(boxes.len())),
                    _ => Node::Split {
                        by: throw(boxes.len()),
                        dimension: throw(Dimension::ALL.len()),
                        inside: at + 1,
                        outside: at + 2,
                    },
                };
                let tree = (0..nodes).map(|at| node(&mut throw, at)).collect();
                let owner = |throw: &mut dyn FnMut(usize) -> usize| match throw(3) {
                    2 => Blame::Barrier(barriers(surface)[throw(3)]),
                    policy => Blame::Policy(policy),
                };
                let owners = boxes.iter().map(|_| owner(&mut throw)).collect();
                let mut forged = certificate.clone();
                let covered = Covered { tree, boxes: boxes.clone(), owners };
                forged.surfaces[place].claim = Claim::LockedOut(vec![covered]);
                let holds = is_true(&forged.surfaces[place].claim, &tallies[place]);
                let checked = forged.check(question);
                assert!(holds || checked.is_err(), "{}: {forged:?}", sample.name);
                accepted += u32::from(checked.is_ok());
            }
        }
    }
    assert!(accepted > 20, "only {accepted} forged trees happen to be true");
}
