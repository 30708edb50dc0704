//! What reading costs: it grows with policies, role holders and named groups, never with users.

use std::collections::BTreeMap;

use halligan_app::simulated::{Origin, Simulated, TwinOptions};
use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid};
use halligan_twin::{Directory, Throttling, User};
use serde_json::{Value, json};

use crate::read;

/// A user as the directory keeps one.
fn user(number: u128) -> (Guid, User) {
    let id = Guid::from_u128(0x05e2_0000_0000_0000_0000_0000_0000_0000 + number);
    let Value::Object(object) = json!({
        "id": id.to_string(), "displayName": format!("User {number}"), "accountEnabled": true,
        "userPrincipalName": format!("user{number}@harbourpine.onmicrosoft.com"),
    }) else {
        unreachable!("an object was written")
    };
    (id, User { object, ..User::default() })
}

/// How often each operation was asked for, in the demo's tenant after a change.
async fn cost(change: impl FnOnce(&mut Directory)) -> BTreeMap<String, usize> {
    let options = TwinOptions {
        record: true,
        // Small pages, so that a list that grows with users is found out at once.
        page_size: Some(5),
        throttling: Throttling::Off,
        ..TwinOptions::default()
    };
    let tenant = Simulated::start(&Origin::Story, options).await.unwrap();
    tenant.running().change(change);
    read(&tenant).await.unwrap();
    let mut counts = BTreeMap::new();
    for exchange in tenant.running().exchanges() {
        let operation = exchange.operation.map_or(exchange.path, str::to_owned);
        *counts.entry(operation).or_default() += 1;
    }
    tenant.stop().await;
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn more_users_cost_nothing_and_a_holder_costs_a_few_requests() {
    let small = cost(|_| {}).await;
    let large = cost(|directory| directory.users.extend((0..300).map(user))).await;
    assert_eq!(small, large);
    assert!(small.values().sum::<usize>() > 100, "{small:?}");

    let more = cost(|directory| {
        let (id, holder) = user(0);
        directory.users.insert(id, holder);
        let Some(one) = directory.role_assignments.first().cloned() else { return };
        let mut assignment = one;
        assignment.insert("id".into(), "one-more".into());
        assignment.insert("principalId".into(), id.to_string().into());
        let role = GLOBAL_ADMINISTRATOR.to_string();
        assignment.insert("roleDefinitionId".into(), role.into());
        directory.role_assignments.push(assignment);
    })
    .await;
    let (before, after) = (small.values().sum::<usize>(), more.values().sum::<usize>());
    // The user, its methods, its activity, its consents; and a page of assignments and schedules.
    assert!((4..=6).contains(&(after - before)), "{before} and {after}");
}
