//! Estates as wholes: every tenant different, every date in order.

use std::collections::BTreeSet;

use super::*;
use crate::directory::text_of;

fn estate(tenants: usize) -> Estate {
    Estate::new(7, tenants, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap()
}

#[test]
fn sizes_have_their_limits() {
    let as_of = "2026-11-22T00:00:00Z".parse().unwrap();
    for tenants in [0, ESTATE_TENANTS_MAX + 1] {
        let error = Estate::new(7, tenants, as_of).unwrap_err();
        assert!(error.to_string().contains("ESTATE_TENANTS_MAX"), "{error}");
    }
    assert_eq!(estate(3).tenant(3), None);
    assert_eq!(estate(3).directory(3), None);
}

#[test]
fn a_tenant_follows_from_seed_and_number_alone() {
    let (small, large) = (estate(3), estate(30));
    assert_eq!(small.tenant(2), large.tenant(2));
    assert_eq!(small.directory(2), large.directory(2));
    let other = Estate::new(8, 3, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap();
    assert_ne!(small.tenant(2), other.tenant(2));
}

#[test]
fn no_two_tenants_share_an_id_a_name_or_a_credential() {
    let estate = estate(500);
    let mut seen = BTreeSet::new();
    for number in 0..500 {
        let tenant = estate.tenant(number).unwrap();
        for text in [
            tenant.id.to_string(),
            tenant.client_id.to_string(),
            tenant.initial_domain.clone(),
            estate.secret(tenant.id),
        ] {
            assert!(seen.insert(text), "{tenant:?}");
        }
        assert_eq!(estate.number_named(&tenant.id.to_string()), Some(number));
        assert_eq!(estate.number_named(&tenant.initial_domain.to_uppercase()), Some(number));
    }
    for stranger in ["", "common", "x.onmicrosoft.com", "amber1.onmicrosoft.com", "99999999999999"]
    {
        assert_eq!(estate.number_named(stranger), None, "{stranger}");
    }
}

#[test]
fn an_estate_has_every_licence_consent_and_flaw() {
    let estate = estate(600);
    let all: Vec<EstateTenant> = (0..600).map(|n| estate.tenant(n).unwrap()).collect();
    for licence in [Licence::Free, Licence::P1, Licence::P2] {
        assert!(all.iter().any(|tenant| tenant.licence == licence), "{licence:?}");
    }
    for consent in [Consent::Granted, Consent::Partial, Consent::None, Consent::NotRegistered] {
        assert!(all.iter().any(|tenant| tenant.consent == consent), "{consent:?}");
    }
    let flaws: BTreeSet<Flaw> = all.iter().flat_map(|tenant| tenant.flaws.clone()).collect();
    assert_eq!(flaws.len(), 11);
    assert!(all.iter().any(|tenant| tenant.flaws.is_empty()));
    assert!(all.iter().all(|tenant| {
        tenant.licence == Licence::P2 || !tenant.flaws.contains(&Flaw::EligibleOnly)
    }));
}

#[test]
fn flaws_are_in_the_tenants_that_announce_them() {
    let estate = estate(300);
    for number in 0..300 {
        let described = estate.tenant(number).unwrap();
        let directory = estate.directory(number).unwrap();
        assert_eq!(directory.licence, described.licence);
        let emergency = flaw::Emergency::of(&directory);
        let has = |flaw| described.flaws.contains(&flaw);
        assert_eq!(emergency.accounts.len(), if has(Flaw::OneAccount) { 1 } else { 2 });
        let keys = emergency.accounts.iter().map(|id| directory.users[id].methods.len() - 1);
        assert_eq!(keys.sum::<usize>() == 0, has(Flaw::NoKey));
        let group = emergency.group.unwrap();
        let excludes = |policy: &crate::directory::Object| {
            let excluded = &policy["conditions"]["users"]["excludeGroups"];
            excluded.as_array().unwrap().contains(&group.to_string().into())
        };
        let forgot = directory.policies.iter().any(|policy| !excludes(policy));
        // A policy that looks at risk is not there without P2, whoever forgot what in it.
        if described.licence == Licence::P2 || !has(Flaw::ForgottenExclusion) {
            assert_eq!(forgot, has(Flaw::ForgottenExclusion), "{described:?}");
        }
        assert_eq!(!directory.groups[&group].owners.is_empty(), has(Flaw::GroupOwner));
    }
}

#[test]
fn relationships_have_every_state_and_dates_in_order() {
    let estate = estate(400);
    let partner = estate.partner_directory();
    let delegated = &partner.delegated_admin;
    let now = "2026-11-22T00:00:00Z";
    let mut states = BTreeSet::new();
    for relationship in &delegated.relationships {
        let object = &relationship.object;
        let status = text_of(object, "status");
        states.insert(status);
        let dates = ["createdDateTime", "activatedDateTime", "endDateTime"];
        let [created, activated, end] = dates.map(|name| text_of(object, name));
        assert!(created <= now && activated <= now, "{object:?}");
        match status {
            "active" | "terminationRequested" => assert!(end > now, "{object:?}"),
            "expired" | "terminated" => assert!(activated <= end && end <= now, "{object:?}"),
            _ => assert_eq!((activated, end), ("", "")),
        }
        assert!(relationship.access_assignments.iter().all(|assignment| {
            let team =
                text_of(assignment["accessContainer"].as_object().unwrap(), "accessContainerId");
            partner.groups.contains_key(&team.parse().unwrap())
        }));
        let customer = text_of(object["customer"].as_object().unwrap(), "tenantId");
        assert!(estate.number_named(customer).is_some());
    }
    let expected =
        ["active", "approvalPending", "created", "expired", "terminated", "terminationRequested"];
    assert_eq!(states.into_iter().collect::<Vec<_>>(), expected);
    assert!((300..400).contains(&delegated.customers.len()));
}
