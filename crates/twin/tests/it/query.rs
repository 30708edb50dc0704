//! Query options, paging, filters, relations, preview features, hostile input.

use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid};
use halligan_twin::{Directory, Options, Size, Throttling, story};
use serde_json::{Value, json};

use crate::{start, story_twin};

#[tokio::test]
async fn pages_follow_each_other_and_keep_their_options() {
    let size = Size { policies: 0, groups: 0, role_holders: 0, users: 23 };
    let options = Options { page_size: Some(4), throttling: Throttling::Off, ..Options::default() };
    let (_running, client) = start(Directory::generate(1, &size), options).await;
    let first = client.get("/v1.0/users?$select=id,userType&$top=10").await;
    assert_eq!(first.ids().len(), 4);
    let next = first.body["@odata.nextLink"].as_str().unwrap();
    assert!(next.starts_with(&client.base), "{next}");
    assert!(next.contains("$select=id,userType") && next.contains("$top=10"), "{next}");
    let all = client.all("/v1.0/users?$select=id,userType&$top=10").await;
    let mut ids: Vec<&str> = all.iter().map(|user| user["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 25);
    assert!(all.iter().all(|user| user.as_object().unwrap().len() == 2));
    let answer = client.get(&next.replace("$top=10", "$top=9")).await;
    assert_eq!((answer.status, answer.code()), (400, "Directory_ExpiredPageToken"));
    let filtered = client.all("/v1.0/users?$filter=accountEnabled eq true&$top=1").await;
    assert!(!filtered.is_empty() && filtered.len() < 25);
}

#[tokio::test]
async fn documented_page_sizes_are_kept() {
    let size = Size { policies: 0, groups: 0, role_holders: 0, users: 1_100 };
    let options = Options { throttling: Throttling::Off, ..Options::default() };
    let (_running, client) = start(Directory::generate(1, &size), options).await;
    assert_eq!(client.get("/v1.0/users").await.ids().len(), 100);
    assert_eq!(client.get("/v1.0/users?$top=999").await.ids().len(), 999);
    assert_eq!(client.get("/v1.0/users?$top=1000").await.status, 400);
    assert_eq!(client.all("/v1.0/users?$top=999").await.len(), 1_102);
}

#[tokio::test]
async fn counts_need_an_advanced_query() {
    let (_running, client) = story_twin().await;
    let path = "/v1.0/users?$count=true&$top=2";
    assert!(client.get(path).await.body.get("@odata.count").is_none());
    let request = client.request(path).header("ConsistencyLevel", "eventual");
    assert_eq!(crate::answer(request).await.body["@odata.count"], 9);
    let path = "/v1.0/users?$count=true&$filter=userType ne 'Guest'";
    let answer = client.get(path).await;
    assert_eq!((answer.status, answer.code()), (400, "Request_UnsupportedQuery"));
    let request = client.request(path).header("ConsistencyLevel", "eventual");
    assert_eq!(crate::answer(request).await.ids().len(), 9);
}

#[tokio::test]
async fn filters_work_over_http() {
    let (_running, client) = story_twin().await;
    let (alpha, bravo) = (story::ACCOUNT_ALPHA.to_string(), story::ACCOUNT_BRAVO.to_string());
    let missing = story::MISSING_GROUP;
    for (path, expected) in [
        (format!("/v1.0/users?$filter=id in ('{alpha}','{missing}')"), 1),
        (format!("/v1.0/users?$filter=id%20in%20('{alpha}',%20'{bravo}')&$select=id"), 2),
        ("/v1.0/users?$filter=startswith(userPrincipalName,'SYS-')".to_owned(), 2),
        (format!("/v1.0/groups?$filter=id+in+('{missing}','{}')", story::PILOT_GROUP), 1),
        ("/v1.0/groups?$filter=isAssignableToRole eq true".to_owned(), 2),
        ("/v1.0/users?$filter=displayName eq 'Tomás Vidal'".to_owned(), 1),
    ] {
        assert_eq!(client.get(&path).await.ids().len(), expected, "{path}");
    }
    let many: Vec<String> = (0..16).map(|_| format!("'{alpha}'")).collect();
    let answer = client.get(&format!("/v1.0/users?$filter=id in ({})", many.join(","))).await;
    assert_eq!((answer.status, answer.code()), (400, "Request_UnsupportedQuery"));
}

#[tokio::test]
async fn v1_hides_policies_with_preview_features() {
    let (running, client) = story_twin().await;
    let v1 = client.get("/v1.0/identity/conditionalAccess/policies?$select=id").await.ids();
    let beta = client.get("/beta/identity/conditionalAccess/policies").await.ids();
    assert_eq!((v1.len(), beta.len()), (8, 9));
    assert!(!v1.contains(&story::PREVIEW_POLICY.to_owned()));
    let path = format!("/identity/conditionalAccess/policies/{}", story::PREVIEW_POLICY);
    let answer = client.get(&format!("/v1.0{path}")).await;
    assert_eq!((answer.status, answer.code()), (400, "BadRequest"));
    let message = answer.body["error"]["message"].as_str().unwrap();
    assert!(message.contains("preview features. Use the Beta endpoint"), "{message}");
    assert_eq!(client.get(&format!("/beta{path}")).await.status, 200);
    running.change(|directory| {
        directory.preview_policies.insert(story::FORGOTTEN_POLICY.into());
    });
    assert_eq!(client.get("/v1.0/identity/conditionalAccess/policies").await.ids().len(), 7);
}

#[tokio::test]
async fn v1_lists_no_service_principal_in_a_group() {
    let (running, client) = story_twin().await;
    let (emergency, admins) = (story::EMERGENCY_GROUP.0, story::ADMIN_GROUP.0);
    let apps = [0xa1, 0xa2].map(Guid::from_u128);
    // One application directly, another one through a nested group.
    running.change(|directory| {
        for id in apps {
            let app = json!({"id": id.to_string(), "displayName": "Deployer"});
            directory.service_principals.insert(id, app.as_object().unwrap().clone());
        }
        directory.groups.get_mut(&emergency).unwrap().members.extend([apps[0], admins]);
        directory.groups.get_mut(&emergency).unwrap().owners.push(apps[0]);
        directory.groups.get_mut(&admins).unwrap().members.push(apps[1]);
    });
    for (relation, expected) in
        [("members", &apps[..1]), ("owners", &apps[..1]), ("transitiveMembers", &apps[..])]
    {
        let path = format!("groups/{emergency}/{relation}?$select=id,displayName&$count=true");
        let [v1, beta] = ["v1.0", "beta"].map(|version| format!("/{version}/{path}"));
        let counted = client.request(&v1).header("ConsistencyLevel", "eventual");
        let v1 = crate::answer(counted).await;
        assert_eq!(v1.body["@odata.count"], v1.ids().len(), "{relation}");
        let beta = client.get(&beta).await;
        let mut more = beta.ids();
        more.retain(|id| !v1.ids().contains(id));
        more.sort_unstable();
        assert_eq!(more, expected.iter().map(Guid::to_string).collect::<Vec<_>>(), "{relation}");
        let items = beta.body["value"].as_array().unwrap();
        let app = items.iter().find(|item| item["id"] == more[0].as_str()).unwrap();
        let kind = "#microsoft.graph.servicePrincipal";
        assert_eq!((&app["@odata.type"], &app["displayName"]), (&json!(kind), &json!("Deployer")));
    }
}

#[tokio::test]
async fn v1_has_no_compliant_network_locations() {
    let (running, client) = story_twin().await;
    let location = crate::compliant_network();
    let id = location["id"].as_str().unwrap().to_owned();
    running.change(|directory| directory.locations.push(location.clone()));
    let path = "/identity/conditionalAccess/namedLocations";
    let v1 = client.get(&format!("/v1.0{path}")).await.ids();
    let beta = client.get(&format!("/beta{path}")).await.ids();
    assert_eq!((v1.len(), beta.len()), (2, 3));
    assert_eq!((v1.contains(&id), beta.contains(&id)), (false, true));
    assert_eq!(client.get(&format!("/v1.0{path}/{id}")).await.status, 404);
    let answer = client.get(&format!("/beta{path}/{id}")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["compliantNetworkType"], "allTenantCompliantNetworks");
    let office = format!("{path}/{}", story::OFFICE_LOCATION);
    for version in ["v1.0", "beta"] {
        assert_eq!(client.get(&format!("/{version}{office}")).await.status, 200);
    }
}

#[tokio::test]
async fn late_enum_members_want_their_header() {
    let (running, client) = story_twin().await;
    running.change(|directory| {
        let controls = &mut directory.policies[1]["grantControls"]["builtInControls"];
        *controls = serde_json::json!(["riskRemediation"]);
    });
    let path = "/beta/identity/conditionalAccess/policies";
    let control = |body: &Value| body["value"][1]["grantControls"]["builtInControls"][0].clone();
    assert_eq!(control(&client.get(path).await.body), "unknownFutureValue");
    let request = client.request(path).header("Prefer", "include-unknown-enum-members");
    assert_eq!(control(&crate::answer(request).await.body), "riskRemediation");
}

#[tokio::test]
async fn strengths_are_written_in_full_in_policies() {
    let (_running, client) = story_twin().await;
    let id = story::STRENGTH_POLICY;
    let policy = client.get(&format!("/v1.0/identity/conditionalAccess/policies/{id}")).await.body;
    let strength = &policy["grantControls"]["authenticationStrength"];
    assert_eq!(strength["displayName"], "Phishing-resistant MFA");
    assert_eq!(strength["allowedCombinations"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn relations_are_resolved() {
    let (running, client) = story_twin().await;
    let (pilot, admins) = (story::PILOT_GROUP, story::ADMIN_GROUP);
    // The pilot group contains the administrators, and they, which Entra forbids, the pilots.
    running.change(|directory| {
        // `memberOf` wants more than `transitiveMemberOf` does.
        let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        app.permissions.insert("Directory.Read.All".into());
        directory.groups.get_mut(&pilot.0).unwrap().members.push(admins.0);
        directory.groups.get_mut(&admins.0).unwrap().members.push(pilot.0);
    });
    let direct = client.get(&format!("/v1.0/groups/{pilot}/members")).await.ids();
    assert_eq!(direct.len(), 3);
    let all = client.get(&format!("/v1.0/groups/{pilot}/transitiveMembers")).await.ids();
    assert_eq!(all.len(), 4);
    let owners = client.get(&format!("/v1.0/groups/{}/owners", story::EMERGENCY_GROUP)).await;
    assert_eq!(owners.ids(), [story::GROUP_OWNER.to_string()]);
    let kinds = |body: &Value| {
        let items = body["value"].as_array().unwrap().iter();
        let mut kinds: Vec<String> =
            items.map(|item| item["@odata.type"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds
    };
    let user = story::GROUP_ADMIN;
    let direct = client.get(&format!("/v1.0/users/{user}/memberOf")).await.body;
    assert_eq!(kinds(&direct), ["#microsoft.graph.group"]);
    let transitive = client.get(&format!("/v1.0/users/{user}/transitiveMemberOf")).await.body;
    let expected =
        ["#microsoft.graph.directoryRole", "#microsoft.graph.group", "#microsoft.graph.group"];
    assert_eq!(kinds(&transitive), expected);
}

#[tokio::test]
async fn role_assignments_want_a_filter_and_expand_one_relation() {
    let (_running, client) = story_twin().await;
    let path = "/v1.0/roleManagement/directory/roleAssignments";
    assert_eq!(client.get(path).await.status, 400);
    let filtered = format!("{path}?$filter=roleDefinitionId eq '{GLOBAL_ADMINISTRATOR}'");
    let plain = client.get(&filtered).await;
    assert_eq!(plain.ids().len(), 5);
    assert!(plain.body["value"][0].get("principal").is_none());
    let expanded = client.get(&format!("{filtered}&$expand=principal")).await.body;
    let kinds: Vec<&Value> = expanded["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|assignment| &assignment["principal"]["@odata.type"])
        .collect();
    assert!(kinds.contains(&&Value::from("#microsoft.graph.group")), "{kinds:?}");
    for query in ["$expand=principal,roleDefinition", "$expand=directoryScope", "$expand=x"] {
        assert_eq!(client.get(&format!("{filtered}&{query}")).await.status, 400, "{query}");
    }
    let none = format!("{path}?$filter=roleDefinitionId in ('{GLOBAL_ADMINISTRATOR}')");
    assert_eq!(client.get(&none).await.status, 400);
    let ending = "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances";
    let all = client.get(ending).await.body;
    let with_end: Vec<&Value> = all["value"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|instance| !instance["endDateTime"].is_null())
        .collect();
    assert_eq!(with_end.len(), 1);
    assert_eq!(with_end[0]["principalId"], story::ENDING_ADMIN.to_string());
}

#[tokio::test]
async fn users_are_found_by_id_and_by_name() {
    let (_running, client) = story_twin().await;
    let user = client.get(&format!("/v1.0/users/{}", story::ACCOUNT_ALPHA)).await.body;
    assert!(user.get("accountEnabled").is_none());
    let name = user["userPrincipalName"].as_str().unwrap();
    let again = client.get(&format!("/v1.0/users/{}", crate::encoded(name))).await.body;
    assert_eq!(again["id"], user["id"]);
    let selected = format!("/v1.0/users/{name}?$select=accountEnabled,passwordPolicies");
    let selected = client.get(&selected).await.body;
    assert_eq!(selected["passwordPolicies"], "DisablePasswordExpiration");
    let answer = client.get(&format!("/v1.0/users/{}", story::DELETED_USER)).await;
    assert_eq!((answer.status, answer.code()), (404, "Request_ResourceNotFound"));
    let deleted = client.get("/v1.0/directory/deletedItems/microsoft.graph.user").await;
    assert_eq!(deleted.ids(), [story::DELETED_USER.to_string()]);
}

#[tokio::test]
async fn hostile_requests_are_refused_and_harm_nothing() {
    let (_running, client) = story_twin().await;
    let open = "(".repeat(3_000);
    for (path, status) in [
        ("/v1.0", 400),
        ("/v1.0/", 400),
        ("/v2.0/users", 400),
        ("/", 400),
        ("/v1.0/nothing", 400),
        ("/v1.0/users/%ff", 400),
        ("/v1.0/users/..%2f..%2fetc", 404),
        ("/v1.0/groups/not-a-guid", 404),
        ("/beta/users", 400),
        ("/v1.0/users?$orderby=displayName", 400),
        ("/v1.0/users?$select=displayName&$select=id", 400),
        ("/v1.0/users?$select=nothing", 400),
        ("/v1.0/users?$filter=", 400),
        (&format!("/v1.0/users?$filter={open}"), 400),
        ("/v1.0/users?$filter=id eq 'a' or", 400),
        ("/v1.0/users?$filter=passwordProfile eq 'x'", 400),
        ("/v1.0/users?$top=0", 400),
        ("/v1.0/users?$skip=1", 400),
        ("/v1.0/users?$skiptoken=AAAA", 400),
        ("/v1.0/users?$expand=memberOf", 400),
        ("/v1.0/users?%24unknown=1", 400),
        ("/v1.0/users?&&&=&x", 200),
        ("/v1.0/users?other=1", 200),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(status == 200 || answer.body["error"]["message"].is_string(), "{path}");
    }
    let url = format!("{}/v1.0/users", client.base);
    let posted = client.http.post(url).bearer_auth(&client.token).body("{}");
    assert_eq!(crate::answer(posted).await.status, 405);
}

#[tokio::test]
async fn garbage_on_the_wire_harms_nobody_else() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let (_running, client) = story_twin().await;
    let address = client.base.strip_prefix("http://").unwrap();
    for garbage in ["\0\0\0\0\r\n\r\n", "GET /v1.0/users HTTP/9\r\n\r\n", "\u{16}\u{3}\u{1}", ""] {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(garbage.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        _ = stream.read_to_end(&mut answer).await;
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
    assert_eq!(client.get("/v1.0/organization").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_clients_get_their_own_answers() {
    let (running, client) = story_twin().await;
    let client = std::sync::Arc::new(client);
    let users = [story::ACCOUNT_ALPHA, story::ACCOUNT_BRAVO, story::GROUP_OWNER];
    let tasks: Vec<_> = (0..60)
        .map(|number| {
            let (client, user) = (std::sync::Arc::clone(&client), users[number % users.len()]);
            tokio::spawn(async move {
                let answer = client.get(&format!("/v1.0/users/{user}?$select=id")).await;
                assert_eq!(answer.body["id"], user.to_string());
            })
        })
        .collect();
    running.change(|directory| directory.policies.clear());
    for task in tasks {
        task.await.unwrap();
    }
}
