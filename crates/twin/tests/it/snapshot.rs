//! A twin of a snapshot: what a snapshot shows, the twin answers.

use halligan_core::tenant::{
    Domain, GapReason, Organization, Part, Policy, RoleAssignment, Snapshot, Source,
};
use halligan_twin::{Directory, Licence, Options, story};
use halligan_wire::Entity;
use serde_json::Value;

use crate::{Client, start, story_twin};

async fn page<T: Entity>(client: &Client, path: &str) -> Part<Vec<T>> {
    let request = client.request(path).header("Prefer", "include-unknown-enum-members");
    let text = request.send().await.unwrap().text().await.unwrap();
    let page = halligan_wire::read_page::<T>(text.as_bytes()).unwrap();
    Part::Read { at: "2026-11-20T12:00:00Z".parse().unwrap(), value: page.items }
}

#[tokio::test]
async fn a_tenant_survives_being_read_and_played_back() {
    let (_running, client) = story_twin().await;
    let taken = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut snapshot = Snapshot::unread(taken, Source::Files, &GapReason::NotInSource);
    let organization = page::<Organization>(&client, "/v1.0/organization").await;
    snapshot.organization = organization.map(|mut list| list.remove(0));
    snapshot.domains = page::<Domain>(&client, "/v1.0/domains").await;
    let policies = "/beta/identity/conditionalAccess/policies";
    snapshot.policies = page::<Policy>(&client, policies).await;
    let role = halligan_core::id::GLOBAL_ADMINISTRATOR;
    let assignments = format!(
        "/v1.0/roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq '{role}'\
         &$expand=principal"
    );
    snapshot.role_assignments = page::<RoleAssignment>(&client, &assignments).await;

    let mut copy = Directory::from_snapshot(&snapshot);
    assert_eq!((copy.tenant, copy.licence), (story::TENANT, Licence::P2));
    assert_eq!(copy.policies.len(), 9);
    assert!(copy.groups.contains_key(&story::ADMIN_GROUP.0));
    let scenario = Directory::from_scenario(copy.to_scenario().as_bytes());
    assert_eq!(scenario.as_ref(), Ok(&copy));

    let app = Directory::story().apps[&story::WATCHER.0].clone();
    copy.register(app);
    let options = Options { throttling: halligan_twin::Throttling::Off, ..Options::default() };
    let (_running, copied) = start(copy, options).await;
    for path in [policies, "/v1.0/domains", assignments.as_str()] {
        let (one, other) = (client.get(path).await, copied.get(path).await);
        let names = |body: &Value| {
            let items = body["value"].as_array().unwrap().iter();
            items.map(|item| item["id"].to_string()).collect::<Vec<String>>()
        };
        assert_eq!(names(&one.body), names(&other.body), "{path}");
        assert!(!names(&one.body).is_empty());
    }
}
