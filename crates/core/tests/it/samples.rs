//! Every sample of every check, and what the registry refuses.

use halligan_core::check::{ALL, Check, Expect, Family, Registry, RegistryError, Sample};

#[test]
fn every_check_says_to_its_samples_what_they_expect() {
    let registry = Registry::new(ALL).unwrap();
    let mut wrong = Vec::new();
    for check in registry.checks() {
        for sample in check.samples {
            let case = sample.case();
            let results = registry.run(&case.register, &case.snapshot, case.now);
            let result = results.iter().find(|result| result.check.id == check.id).unwrap();
            if !sample.expect.is(&result.outcome) {
                wrong.push(format!(
                    "{} `{}`: expected {:?}, got {:?}\n{:#?}",
                    check.id, sample.name, sample.expect, result.outcome, result.statements
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_sample_has_a_name_of_its_own() {
    for check in ALL {
        let mut names: Vec<_> = check.samples.iter().map(|sample| sample.name).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before, "{}", check.id);
    }
}

const SOUND: Check = Check {
    id: "HG-EXIT-99",
    title: "t",
    family: Family::Exit,
    why: "w",
    samples: &[Sample::pass("p", |_| {}), Sample::fail("f", |_| {})],
    ..*ALL[0]
};

#[test]
fn the_registry_refuses_a_check_that_lacks_something() {
    use RegistryError as E;
    static NO_PASS: Check = Check { samples: &[Sample::fail("f", |_| {})], ..SOUND };
    static NO_FAIL: Check = Check { samples: &[Sample::pass("p", |_| {})], ..SOUND };
    static NO_SAMPLES: Check = Check { samples: &[], ..SOUND };
    static NO_CONTROL: Check = Check { controls: &[], ..SOUND };
    static NO_SOURCE: Check = Check { sources: &[], ..SOUND };
    static NO_TITLE: Check = Check { title: "", ..SOUND };
    static READS_NOTHING: Check = Check { reads: &[], ..SOUND };
    static OTHER_FAMILY: Check = Check { family: Family::Lock, ..SOUND };
    static LONG_NUMBER: Check = Check { id: "HG-EXIT-100", ..SOUND };
    static FINE: Check = SOUND;
    let id = SOUND.id;
    for (checks, expected) in [
        (&[&NO_PASS] as &[&'static Check], E::NoPassingSample(id)),
        (&[&NO_FAIL], E::NoFailingSample(id)),
        (&[&NO_SAMPLES], E::NoPassingSample(id)),
        (&[&NO_CONTROL], E::NoControl(id)),
        (&[&NO_SOURCE], E::NoSource(id)),
        (&[&NO_TITLE], E::NoRemedy(id)),
        (&[&READS_NOTHING], E::ReadsNothing(id)),
        (&[&OTHER_FAMILY], E::MisshapenId(id)),
        (&[&LONG_NUMBER], E::MisshapenId("HG-EXIT-100")),
        (&[&FINE, &FINE], E::DuplicateId(id)),
    ] {
        assert_eq!(Registry::new(checks).err(), Some(expected));
    }
    assert!(Registry::new(&[&FINE]).is_ok());
}

#[test]
fn an_expectation_fits_one_outcome_only() {
    use halligan_core::check::Outcome;
    let outcomes = [
        (Expect::Pass, Outcome::Pass),
        (Expect::Fail, Outcome::Fail),
        (Expect::Gap, Outcome::Gap(vec![])),
        (Expect::NotApplicable, Outcome::NotApplicable("x".into())),
    ];
    for (place, (expect, _)) in outcomes.iter().enumerate() {
        for (other, (_, outcome)) in outcomes.iter().enumerate() {
            assert_eq!(expect.is(outcome), place == other);
        }
    }
}
