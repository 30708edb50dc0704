//! Every sample of every check, and what the registry refuses.

use halligan_core::check::sample::{Case, EMERGENCY};
use halligan_core::check::{
    ALL, Check, CheckResult, Expect, Family, Outcome, Registry, RegistryError, Sample, State,
    Statement, Subject,
};
use halligan_core::id::{Guid, PrincipalId};
use halligan_core::tenant::GapReason;

#[test]
fn every_check_says_to_its_samples_what_they_expect() {
    Registry::new(ALL).unwrap();
    let mut wrong = Vec::new();
    for check in ALL {
        for sample in check.samples {
            let result = result(check, &sample.case());
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

/// What one check says to a case.
fn result(check: &'static Check, case: &Case) -> CheckResult {
    let checks = [check];
    let registry = Registry::new(&checks).unwrap();
    registry.run(&case.register, &case.snapshot, case.custody.as_ref(), case.now).remove(0)
}

/// Every result of every sample that its check must fail.
fn failures() -> impl Iterator<Item = (String, CheckResult)> {
    ALL.iter().flat_map(|check| {
        let failing = check.samples.iter().filter(|sample| sample.expect == Expect::Fail);
        failing.map(|sample| {
            (format!("{} `{}`", check.id, sample.name), result(check, &sample.case()))
        })
    })
}

/// Whether the text holds an id: a GUID anywhere in it, or something in backticks.
fn names_one(text: &str) -> bool {
    let is_id = |word: &str| word.parse::<Guid>().is_ok();
    let mut words = text.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
    words.any(is_id) || text.matches('`').count() >= 2
}

/// What concerns the tenant as a whole and can name nobody: too few, too many, a switch of the
/// tenant. Everything else that is broken has an id.
const OF_THE_TENANT: [&str; 2] = ["HG-EXIT-02", "HG-ESTATE-01"];

#[test]
fn whatever_is_broken_has_an_id_or_names_one() {
    let mut nameless = Vec::new();
    for (name, result) in failures().filter(|(_, r)| !OF_THE_TENANT.contains(&r.check.id)) {
        let broken = result.statements.iter().filter(|one| one.state == State::Broken);
        for one in broken {
            let has_id = !matches!(one.subject, Subject::Tenant | Subject::Part(_));
            if !has_id && !names_one(&one.text) {
                nameless.push(format!("{name}: {}", one.text));
            }
        }
    }
    assert!(nameless.is_empty(), "{}", nameless.join("\n"));
}

#[test]
fn what_is_wrong_with_the_tenant_as_a_whole_is_no_wider_than_it_must_be() {
    for id in OF_THE_TENANT {
        let of_it = failures().filter(|(_, result)| result.check.id == id);
        let tenant = |one: &Statement| one.subject == Subject::Tenant;
        let mut said = of_it.flat_map(|(_, result)| result.statements);
        assert!(said.any(|one| tenant(&one) && one.state == State::Broken), "{id} has its ids");
    }
}

/// A placeholder of a remedy, and which subjects fit in the place where it stands.
#[test]
fn remedies_carry_the_ids_that_are_known() {
    let fits = |placeholder: &str, template: &str, subject: &Subject| match placeholder {
        "{account}" => matches!(subject, Subject::Account { .. }),
        "{group}" => matches!(subject, Subject::Group(_)),
        "{policy}" => matches!(subject, Subject::Policy { .. }),
        "{principal}" => matches!(subject, Subject::Principal { .. }),
        "{object}" => matches!(subject, Subject::Object { .. }),
        // Of which kind it is, the path before it says.
        _ if template.contains("/policies/{id}") => matches!(subject, Subject::Policy { .. }),
        _ if template.contains("/groups/{id}") => matches!(subject, Subject::Group(_)),
        _ if template.contains("/users/{id}") => {
            matches!(subject, Subject::Account { .. } | Subject::Principal { .. })
        }
        _ => !matches!(subject, Subject::Tenant | Subject::Part(_)),
    };
    let mut wrong = Vec::new();
    for (name, result) in failures() {
        let remedy = &result.check.remedy;
        let mending = &result.mending;
        let texts = [(remedy.action, &mending.action), (remedy.graph, &mending.graph)];
        for (template, filled) in texts {
            for placeholder in
                ["{id}", "{account}", "{group}", "{policy}", "{principal}", "{object}"]
            {
                if !template.contains(placeholder) {
                    continue;
                }
                let broken = result.statements.iter().filter(|one| one.state == State::Broken);
                let fitting: Vec<String> = broken
                    .filter(|one| fits(placeholder, template, &one.subject))
                    .map(|one| one.subject.key())
                    .collect();
                let declared = (placeholder == "{group}").then(|| EMERGENCY.to_string());
                let mut known = fitting.iter().chain(&declared);
                let is_filled = known.any(|id| filled.contains(id.as_str()));
                let is_left = filled.contains(placeholder);
                // `{id}` is always known: only checks with a subject that has an id use it.
                let is_unknown = fitting.is_empty() && declared.is_none() && placeholder != "{id}";
                if is_filled == is_left || is_left != is_unknown {
                    wrong.push(format!("{name}: {placeholder} in `{filled}`"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_placeholder_that_nothing_fits_stays_for_a_person() {
    let case = Case::sound();
    let check = ALL.iter().find(|check| check.remedy.graph.contains("{principal}")).unwrap();
    let result = result(check, &case);
    assert!(result.mending.graph.contains("{principal}"), "{}", result.mending.graph);
    assert_eq!(result.mending.portal, check.remedy.portal);
}

/// Without the permission nothing fails: what is missing is missing, and says which permission.
#[test]
fn a_missing_permission_is_a_gap_that_names_it() {
    for check in ALL {
        for kind in check.reads {
            let mut case = Case::sound();
            let permission = kind.permission().to_string();
            let reason = GapReason::MissingPermission { permission };
            case.snapshot.withhold(kind, &reason);
            let result = result(check, &case);
            assert_ne!(result.outcome, Outcome::Fail, "{} without {kind}", check.id);
            if let Outcome::Gap(gaps) = &result.outcome {
                let names = gaps.iter().any(|gap| gap.reason == reason);
                assert!(names, "{} without {kind}: {gaps:?}", check.id);
                assert!(result.statements.iter().any(|one| one.text.contains(kind.permission())));
            }
        }
    }
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

/// A word in braces that is left in a remedy, such as `{grant}`.
fn placeholder(text: &str) -> Option<&str> {
    let words = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    words.map(|(word, _)| word).find(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// What a check knows of its findings is in its remedy: for each check there is a failing sample
/// after which nothing is left to fill in.
#[test]
fn a_remedy_carries_every_id_that_the_check_knows() {
    // The name of a diagnostic setting that is to be made is the reader's choice.
    let free = ["HG-ESTATE-12"];
    for check in ALL.iter().filter(|check| !free.contains(&check.id)) {
        let failing = check.samples.iter().filter(|sample| sample.expect == Expect::Fail);
        let mut left = Vec::new();
        for sample in failing {
            let result = result(check, &sample.case());
            let texts = [&result.mending.action, &result.mending.graph];
            left.push(texts.into_iter().find_map(|text| placeholder(text)).map(String::from));
        }
        let is_done = left.is_empty() || left.iter().any(Option::is_none);
        assert!(is_done, "{} {left:?}", check.id);
    }
}

/// Somebody who is a member of a group already does not need to activate the membership.
#[test]
fn a_member_who_is_eligible_as_well_holds_the_role_now() {
    use halligan_core::check::sample::{DAILY, member, schedule};
    use halligan_core::tenant::{ObjectKind, Part};
    let check = ALL.iter().find(|check| check.id == "HG-LOCK-11").unwrap();
    let said = |is_member: bool| {
        let mut case = Case::sound();
        case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
        case.register.known.administrators = vec![PrincipalId::from_u128(1)];
        let at = case.now;
        case.group_read(|read| {
            let members = is_member.then(|| member(DAILY, ObjectKind::User));
            read.transitive = Part::Read { at, value: members.into_iter().collect() };
            read.eligibilities = Part::Read { at, value: vec![schedule(DAILY, None)] };
        });
        let result = result(check, &case);
        let broken = result.statements.iter().find(|one| one.state == State::Broken);
        broken.unwrap().text.clone()
    };
    assert!(said(true).starts_with("holds `Global Administrator` through"), "{}", said(true));
    assert!(said(false).starts_with("can activate `Global Administrator`"), "{}", said(false));
}

/// A member who is so directly and through nesting is one finding, and a crowd is cut at twenty.
#[test]
fn members_of_the_group_are_named_once_and_twenty_of_them() {
    use halligan_core::check::sample::{ALPHA, BRAVO, member};
    use halligan_core::tenant::{ObjectKind, Part};
    let check = ALL.iter().find(|check| check.id == "HG-LOCK-02").unwrap();
    let said = |strangers: u128| {
        let mut case = Case::sound();
        let mut members: Vec<_> = [ALPHA, BRAVO].map(|id| member(id, ObjectKind::User)).into();
        let others = (1..=strangers).map(PrincipalId::from_u128);
        members.extend(others.map(|id| member(id, ObjectKind::User)));
        let at = case.now;
        case.group_read(|read| {
            read.members = Part::Read { at, value: members.clone() };
            read.transitive = Part::Read { at, value: members };
        });
        let statements = result(check, &case).statements;
        let broken = statements.iter().filter(|one| one.state == State::Broken);
        let (further, named): (Vec<_>, Vec<_>) =
            broken.map(|one| one.text.clone()).partition(|text| text.contains("further"));
        (named.len(), further)
    };
    assert_eq!(said(1), (1, vec![]));
    assert_eq!(said(20), (20, vec![]));
    let (named, further) = said(21);
    assert_eq!((named, further.len()), (20, 1));
    assert!(further[0].starts_with("1 further members"), "{further:?}");
}

/// Without P1 there are no sign-ins to export: that is said once, and not again for each log.
#[test]
fn a_log_that_cannot_be_exported_is_one_finding_and_useful_ones_are_a_note() {
    use halligan_core::tenant::{DiagnosticSetting, Part, PartKind, Unknown};
    let check = ALL.iter().find(|check| check.id == "HG-ESTATE-12").unwrap();
    let said = |categories: &[&str], is_licensed: bool| {
        let mut case = Case::sound();
        let setting = DiagnosticSetting {
            name: "one".into(),
            categories: categories.iter().map(|&one| one.into()).collect(),
            targets: vec!["eventHub".into()],
            unknown: Unknown::new(),
        };
        case.snapshot.diagnostic_settings = Part::Read { at: case.now, value: vec![setting] };
        if !is_licensed {
            let reason = GapReason::MissingLicence { code: "P1".into() };
            case.snapshot.withhold(&PartKind::AccountActivity, &reason);
        }
        let statements = result(check, &case).statements;
        let broken = statements.iter().filter(|one| one.state == State::Broken).count();
        let useful = statements.iter().find(|one| one.text.starts_with("not exported, and useful"));
        (broken, useful.map(|one| one.text.clone()))
    };
    assert_eq!(said(&["AuditLogs"], false).0, 1);
    assert_eq!(said(&["AuditLogs"], true).0, 2);
    let all = ["AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs"];
    let useful = ["ServicePrincipalSignInLogs", "MicrosoftGraphActivityLogs"];
    let (broken, note) = said(&all, true);
    assert_eq!(broken, 0);
    assert!(useful.iter().all(|name| note.as_ref().unwrap().contains(name)), "{note:?}");
    assert_eq!(said(&[&all[..], &useful[..]].concat(), true), (0, None));
}
