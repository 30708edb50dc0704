//! Remedies that somebody can carry out at 3 a.m.: the call names the thing that is broken.

use halligan_core::check::sample::{ALPHA, EMERGENCY, WATCHER};
use halligan_core::check::{ALL, Expect, Registry, Remedy, Subject};

fn remedy(graph: &'static str) -> Remedy {
    Remedy { action: "a", portal: "p", graph }
}

#[test]
fn a_call_takes_the_id_of_what_it_is_about_and_no_other() {
    let account = Subject::Account { id: ALPHA, code_name: "alpha".into() };
    let group = Subject::Group(EMERGENCY);
    let stranger = Subject::Principal { id: WATCHER, name: None };
    for (graph, subject, expected) in [
        ("PATCH /users/{id}", &account, format!("PATCH /users/{ALPHA}")),
        ("PATCH /users/{id}", &group, "PATCH /users/{id}".to_owned()),
        (
            "POST /deletedItems/{id}/restore",
            &account,
            format!("POST /deletedItems/{ALPHA}/restore"),
        ),
        ("PATCH /groups/{id}", &group, format!("PATCH /groups/{EMERGENCY}")),
        (
            "DELETE /groups/{id}/members/{member id}/$ref",
            &stranger,
            format!("DELETE /groups/{{id}}/members/{WATCHER}/$ref"),
        ),
        (
            "DELETE /units/{unit id}/members/{group id}/$ref",
            &group,
            format!("DELETE /units/{{unit id}}/members/{EMERGENCY}/$ref"),
        ),
        ("GET /domains", &Subject::Tenant, "GET /domains".to_owned()),
    ] {
        assert_eq!(remedy(graph).call_for(subject), expected);
    }
}

/// A call about an account or group never leaves that id to the reader when a statement knows it.
#[test]
fn failing_samples_fill_in_the_ids_that_they_know() {
    let registry = Registry::new(ALL).unwrap();
    let mut filled = 0;
    for check in registry.checks() {
        for sample in check.samples.iter().filter(|one| one.expect == Expect::Fail) {
            let case = sample.case();
            let results = registry.run(&case.register, &case.snapshot, case.now);
            let result = results.iter().find(|result| result.check.id == check.id).unwrap();
            let calls = result.calls();
            assert!(!calls.is_empty(), "{} {}", check.id, sample.name);
            for call in &calls {
                let about_account = result
                    .statements
                    .iter()
                    .all(|statement| matches!(statement.subject, Subject::Account { .. }));
                let is_left = about_account && call.contains("users/{id}");
                assert!(!is_left, "{} {} {call}", check.id, sample.name);
                filled += usize::from(call != check.remedy.graph);
            }
        }
    }
    assert!(filled > 20, "only {filled} calls were filled in");
}
