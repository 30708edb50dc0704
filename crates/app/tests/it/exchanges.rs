//! What the client asks and what the twin answers, held to Graph's published schema; and that no
//! read of the client's table goes untried.

use std::collections::BTreeSet;

use halligan_app::simulated::{Origin, Simulated, Size, TwinOptions};
use halligan_graph::read::OPERATIONS;
use halligan_twin::{Throttling, story};
use serde_json::json;

use crate::openapi::Schemas;
use crate::read;

async fn start(origin: &Origin) -> Simulated {
    let options = TwinOptions {
        record: true,
        page_size: Some(3),
        throttling: Throttling::Off,
        ..TwinOptions::default()
    };
    Simulated::start(origin, options).await.unwrap()
}

#[tokio::test]
async fn every_request_and_every_answer_is_as_the_schema_says() {
    let Some(mut schemas) = Schemas::load() else { return };
    let size = Size { policies: 9, groups: 12, role_holders: 12, users: 20 };
    let mut used = BTreeSet::new();
    for origin in [Origin::Story, Origin::Seed(3, size)] {
        let tenant = start(&origin).await;
        read(&tenant).await.unwrap();
        // Once more without an account, a group and a permission, with synchronisation, and with a
        // privileged role that is newer than this version.
        tenant.running().change(|directory| {
            let mut role = directory.role_definitions[0].clone();
            let id = "00000000-0000-0000-0000-0000000c0002";
            for name in ["id", "templateId"] {
                role.insert(name.into(), id.into());
            }
            role.insert("isPrivileged".into(), true.into());
            directory.role_definitions.push(role);
            directory.organization.insert("onPremisesSyncEnabled".into(), true.into());
            let id = directory.tenant.to_string();
            let sync = json!({"id": id, "configuration": {}, "features": {}});
            directory.settings.directory_sync = sync.as_object().cloned();
            directory.users.remove(&story::ACCOUNT_ALPHA.0);
            directory.groups.remove(&story::EMERGENCY_GROUP.0);
            let watcher = directory.apps.get_mut(&story::WATCHER.0).unwrap();
            watcher.permissions.remove("Domain.Read.All");
        });
        tenant.running().revoke_tokens();
        read(&tenant).await.unwrap();
        let exchanges = tenant.running().exchanges();
        assert!(exchanges.len() > 20);
        // A batch is its parts, each of which is recorded as well.
        let (batches, exchanges): (Vec<_>, Vec<_>) =
            exchanges.into_iter().partition(|one| one.path == "/$batch");
        assert!(batches.iter().all(|one| (one.method.as_str(), one.status) == ("POST", 200)));
        assert!(exchanges.iter().filter(|one| one.is_part).count() > 10);
        let wrong: Vec<String> =
            exchanges.iter().filter_map(|one| schemas.check(one).err()).collect();
        assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
        for one in exchanges {
            let is_token = one.path.ends_with("/oauth2/v2.0/token");
            assert_eq!(one.method, if is_token { "POST" } else { "GET" }, "{}", one.path);
            assert!(!format!("{one:?}").contains(story::WATCHER_SECRET));
            if let (Some(version), Some(operation)) = (one.version, one.operation) {
                used.insert((version.as_str(), operation));
            }
        }
        tenant.stop().await;
    }
    let unused: Vec<_> = OPERATIONS
        .iter()
        .filter(|operation| !used.contains(&(operation.version, operation.path)))
        // Only a partner has relationships, whose groups are asked for one by one.
        .filter(|operation| !operation.path.ends_with("/accessAssignments"))
        .collect();
    assert!(unused.is_empty(), "never asked: {unused:#?}");
}
