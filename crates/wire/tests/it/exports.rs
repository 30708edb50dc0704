//! Policies of nine public repositories, each written by another tool or by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use halligan_core::tenant::Policy;
use halligan_wire::export::{Item, Refusal, read_file};
use halligan_wire::{Entity, read};

use crate::shared;

#[derive(Debug, Default, PartialEq)]
struct Counts {
    policies: usize,
    locations: usize,
    groups: usize,
    other: usize,
    broken: usize,
}

fn policies(policies: usize) -> Counts {
    Counts { policies, ..Counts::default() }
}

/// Per folder: what PROVENANCE.md counts as policies, and what else lies there.
///
/// It counts 214 for AlexFilipin: three of those give `sessionControls` twice in one object, once
/// as `null` and once with a control. Which one counts depends on the program that reads it, so
/// they are refused.
fn expected() -> BTreeMap<&'static str, Counts> {
    BTreeMap::from([
        ("AlexFilipin+ConditionalAccess", Counts { broken: 3, ..policies(211) }),
        ("Azure-Samples+azure-ad-conditional-access-apis", policies(6)),
        ("DataGuys+ConditionalAccessAnalyzer", policies(18)),
        ("Fortigi+ConditionalAccess", policies(4)),
        ("cisagov+ScubaGear", policies(35)),
        ("jsa2+caOptics", policies(57)),
        ("nathanmcnulty+nathanmcnulty", policies(6)),
        (
            "tenants/Clutch2View+nis2-conditional-access-policies",
            Counts { locations: 5, other: 7, ..policies(22) },
        ),
        (
            "tenants/j0eyv+ConditionalAccessBaseline",
            Counts { locations: 3, groups: 36, other: 1, ..policies(36) },
        ),
    ])
}

#[test]
fn every_file_is_read_or_refused_with_what_it_looks_like() {
    let Some(root) = shared::folder("ca-policies") else { return };
    for (folder, expected) in expected() {
        let mut found = Counts::default();
        for path in shared::json_files(&root.join(folder)) {
            let name = path.file_name().unwrap().to_str().unwrap();
            match read_file(name, &fs::read(&path).unwrap()) {
                Ok(items) => items.iter().for_each(|item| match item {
                    Item::Policy(policy) => {
                        found.policies += 1;
                        same_again(policy);
                    }
                    Item::NamedLocation(location) => {
                        found.locations += 1;
                        same_again(location);
                    }
                    Item::Group(_) => found.groups += 1,
                    Item::Strength(_) => panic!("{folder} holds no strength"),
                    Item::MethodsPolicy(_) => panic!("{folder} holds no methods policy"),
                }),
                Err(Refusal::NotAPolicy { what, .. }) => {
                    found.other += 1;
                    assert!(what.contains("no `conditions`"), "{name}: {what}");
                }
                Err(broken) => {
                    found.broken += 1;
                    let message = broken.to_string();
                    assert!(message.contains("`sessionControls` is given twice"), "{message}");
                }
            }
        }
        assert_eq!(found, expected, "{folder}");
    }
}

fn same_again<T: Entity + PartialEq + std::fmt::Debug>(entity: &T) {
    let text = serde_json::to_string(&entity.write()).unwrap();
    assert_eq!(&read::<T>(text.as_bytes()).unwrap(), entity);
}

/// What policies of these folders say and no type knows; the checks take it as "may apply".
const UNKNOWN: [&str; 7] = [
    "applications.globalSecureAccess",
    "applications.networkAccess",
    "clientApplications.includeAgentIdServicePrincipals",
    "conditions.agentContext",
    "conditions.agents",
    "sessionControls.globalSecureAccessFilteringProfile",
    "sessionControls.networkAccessSecurity",
];

#[test]
fn only_preview_features_are_unknown() {
    let Some(root) = shared::folder("ca-policies") else { return };
    let mut seen = BTreeSet::new();
    for folder in expected().keys() {
        for path in shared::json_files(&root.join(folder)) {
            let name = path.file_name().unwrap().to_str().unwrap();
            for item in read_file(name, &fs::read(&path).unwrap()).unwrap_or_default() {
                if let Item::Policy(policy) = item {
                    unknown_members(&policy, &mut seen);
                }
            }
        }
    }
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), UNKNOWN);
}

fn unknown_members(policy: &Policy, seen: &mut BTreeSet<String>) {
    let mut note = |place: &str, unknown| {
        for name in halligan_core::tenant::said(unknown) {
            seen.insert(format!("{place}.{name}"));
        }
    };
    note("policy", &policy.unknown);
    let conditions = &policy.conditions;
    note("conditions", &conditions.unknown);
    note("applications", &conditions.applications.unknown);
    if let Some(users) = &conditions.users {
        note("users", &users.unknown);
    }
    if let Some(applications) = &conditions.client_applications {
        note("clientApplications", &applications.unknown);
    }
    if let Some(devices) = &conditions.devices {
        note("devices", &devices.unknown);
    }
    if let Some(grant) = &policy.grant {
        note("grantControls", &grant.unknown);
    }
    if let Some(session) = &policy.session {
        note("sessionControls", &session.unknown);
    }
}
