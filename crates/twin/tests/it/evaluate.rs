//! What If: the documented examples, what is left out, and refusals.

use std::collections::BTreeMap;

use halligan_core::id::{GLOBAL_ADMINISTRATOR, Guid};
use halligan_twin::{Directory, Group, Object, Options, Running, Throttling, User, story};
use serde_json::{Value, json};

use crate::openapi::Schemas;
use crate::{Answer, Client, start, story_twin};

/// Where What If is asked.
pub(crate) const PATH: &str = "/identity/conditionalAccess/evaluate";

const SHAREPOINT: &str = "00000003-0000-0ff1-ce00-000000000000";
const PORTAL: &str = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";
const USER: &str = "15dc174b-f34c-4588-ac45-61d6e05dce93";
const EXCLUDED: &str = "f7ca74b0-8562-4083-b66c-0476f942cfd0";

/// A question in full: an ordinary computer at SharePoint Online.
pub(crate) fn question(user: &str) -> Value {
    json!({
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": user},
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": [SHAREPOINT],
        },
        "signInConditions": {
            "devicePlatform": "windows",
            "clientAppType": "browser",
            "signInRiskLevel": "none",
            "userRiskLevel": "none",
            "country": "US",
            "ipAddress": "40.77.182.32",
            "insiderRiskLevel": "none",
            "authenticationFlow": {"transferMethod": "none"},
            "deviceInfo": {"isCompliant": true},
        },
    })
}

/// The same with another value; `null` leaves the member out.
fn with(mut question: Value, pointer: &str, value: Value) -> Value {
    let (outer, name) = pointer.rsplit_once('/').unwrap();
    let outer = question.pointer_mut(outer).unwrap().as_object_mut().unwrap();
    match value {
        Value::Null => _ = outer.remove(name),
        value => _ = outer.insert(name.into(), value),
    }
    question
}

fn policy(id: u8, conditions: Value) -> Object {
    let conditions = {
        let mut whole = json!({
            "clientAppTypes": ["all"],
            "users": {"includeUsers": ["All"], "excludeUsers": [EXCLUDED]},
            "applications": {"includeApplications": ["All"]},
        });
        let own = conditions.as_object().unwrap().clone();
        whole.as_object_mut().unwrap().extend(own);
        whole
    };
    let policy = json!({
        "id": format!("00000000-0000-0000-0000-0000000000{id:02x}"),
        "displayName": format!("policy {id}"),
        "state": "enabled",
        "conditions": conditions,
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    });
    policy.as_object().unwrap().clone()
}

/// A tenant with the documentation's user, an administrator, and these policies.
async fn twin(policies: Vec<Object>) -> (Running, Client) {
    let mut directory = Directory::story();
    for id in [USER, EXCLUDED] {
        let object = json!({"id": id, "userPrincipalName": format!("{id}@contoso.example")});
        let user = User { object: object.as_object().unwrap().clone(), methods: Vec::new() };
        directory.users.insert(id.parse().unwrap(), user);
    }
    // An administrator through a group in a group.
    for (group, member) in [(0x91, USER.parse().unwrap()), (0x92, Guid::from_u128(0x91))] {
        let object = json!({"id": Guid::from_u128(group).to_string(), "displayName": "group"});
        let object = object.as_object().unwrap().clone();
        let group_of = Group { object, members: vec![member], owners: Vec::new() };
        directory.groups.insert(Guid::from_u128(group), group_of);
    }
    let assignment = json!({
        "id": "assignment",
        "principalId": Guid::from_u128(0x92).to_string(),
        "roleDefinitionId": GLOBAL_ADMINISTRATOR.to_string(),
        "directoryScopeId": "/",
    });
    directory.role_assignments.push(assignment.as_object().unwrap().clone());
    directory.policies = policies;
    let options = Options { throttling: Throttling::Off, ..Options::default() };
    start(directory, options).await
}

/// By the last two digits of the policy's id, why it does not apply; empty where it does.
fn reasons(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let results = answer.body["value"].as_array().unwrap();
    let one = |result: &Value| {
        let applies = result["policyApplies"].as_bool().unwrap();
        let reason = result["analysisReasons"].as_str().unwrap();
        assert_eq!(applies, reason == "notSet", "{result}");
        let id = result["id"].as_str().unwrap();
        (id[id.len() - 2..].to_owned(), reason.replace("notSet", ""))
    };
    results.iter().map(one).collect()
}

fn told(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(id, reason)| ((*id).into(), (*reason).into())).collect()
}

/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/what-if-tool#examples>.
#[tokio::test]
async fn the_table_of_the_documentation() {
    let mut directory = Directory::story();
    let location = json!({
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "id": "00000000-0000-0000-0000-0000000000cc",
        "displayName": "United States",
        "countriesAndRegions": ["US"],
        "countryLookupMethod": "clientIpAddress",
        "includeUnknownCountriesAndRegions": false,
    });
    directory.locations.push(location.as_object().unwrap().clone());
    directory.policies = vec![policy(
        1,
        json!({
            "applications": {"includeApplications": ["Office365"]},
            "locations": {"includeLocations": ["00000000-0000-0000-0000-0000000000cc"]},
            "signInRiskLevels": ["high"],
        }),
    )];
    let options = Options { throttling: Throttling::Off, ..Options::default() };
    let (_running, client) = start(directory, options).await;
    let full = question(&story::ACCOUNT_ALPHA.to_string());
    let bare = with(full.clone(), "/signInConditions", json!({}));
    let in_country = with(bare.clone(), "/signInConditions/country", "US".into());
    let at_risk = with(in_country.clone(), "/signInConditions/signInRiskLevel", "high".into());
    for (asked, expected) in [(bare, "location"), (in_country, "signInRisk"), (at_risk, "")] {
        assert_eq!(reasons(&client.evaluate(&asked).await), told(&[("01", expected)]));
    }
    // A group of applications is no application.
    let group = with(full, "/signInContext/includeApplications", json!(["Office365"]));
    let answer = client.evaluate(&group).await;
    assert_eq!(answer.body["value"][0]["policyApplies"], false, "{}", answer.body);
}

/// Source: <https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate>, examples 1 to 3.
#[tokio::test]
async fn the_examples_of_the_documentation() {
    let none = json!({"includeUsers": ["None"]});
    let roles = json!({"includeUsers": [], "includeRoles": [GLOBAL_ADMINISTRATOR.to_string()]});
    let register = json!({"includeUserActions": ["urn:user:registersecurityinfo"]});
    let context = json!({"includeAuthenticationContextClassReferences": ["c1", "c37"]});
    let mut report_only =
        policy(1, json!({"applications": {"includeApplications": ["Office365"]}}));
    report_only.insert("state".into(), "enabledForReportingButNotEnforced".into());
    let mut off = policy(7, json!({}));
    off.insert("state".into(), "disabled".into());
    let (_running, client) = twin(vec![
        report_only,
        policy(2, json!({"userRiskLevels": ["high"]})),
        policy(3, json!({"applications": context})),
        policy(4, json!({"users": roles})),
        policy(5, json!({"applications": register})),
        policy(6, json!({"users": none})),
        off,
    ])
    .await;
    let off = ("07", "policyNotEnabled");
    let risky = with(question(USER), "/signInConditions/userRiskLevel", "high".into());
    let app = "application";
    assert_eq!(
        reasons(&client.evaluate(&risky).await),
        told(&[("01", ""), ("02", ""), ("03", app), ("04", ""), ("05", app), ("06", "users"), off])
    );
    let context = json!({
        "@odata.type": "#microsoft.graph.authContext",
        "authenticationContextValue": "c37",
    });
    let protected = with(question(USER), "/signInContext", context);
    let context = "authenticationContext";
    assert_eq!(
        reasons(&client.evaluate(&protected).await),
        told(&[
            ("01", context),
            ("02", context),
            ("03", ""),
            ("04", context),
            ("05", context),
            ("06", "users"),
            off,
        ])
    );
    let action = json!({
        "@odata.type": "#microsoft.graph.userActionContext",
        "userAction": "registerSecurityInformation",
    });
    let registering = with(risky, "/signInContext", action);
    let applied = with(registering.clone(), "/appliedPoliciesOnly", true.into());
    assert_eq!(
        reasons(&client.evaluate(&applied).await),
        told(&[("02", ""), ("04", ""), ("05", "")])
    );
    // Exclusion wins over every one of them.
    let excluded = with(registering, "/signInIdentity/userId", EXCLUDED.into());
    let reasons = reasons(&client.evaluate(&excluded).await);
    assert_eq!((reasons["02"].as_str(), reasons["05"].as_str()), ("users", "users"));
}

#[tokio::test]
async fn a_condition_that_is_left_out_is_not_met() {
    let filter =
        |rule: &str| json!({"devices": {"deviceFilter": {"mode": "include", "rule": rule}}});
    let (_running, client) = twin(vec![
        policy(1, json!({"clientAppTypes": ["browser"]})),
        policy(2, json!({"platforms": {"includePlatforms": ["windows"]}})),
        policy(3, json!({"platforms": {"includePlatforms": ["all"]}})),
        policy(4, json!({"locations": {"includeLocations": ["All"]}})),
        policy(5, filter("device.isCompliant -eq True")),
        policy(6, filter("device.model -ne \"X\"")),
        policy(7, json!({"authenticationFlows": {"transferMethods": "deviceCodeFlow"}})),
        policy(8, json!({"insiderRiskLevels": "elevated"})),
        policy(9, json!({"moonPhases": ["full"]})),
    ])
    .await;
    let unknown = ("09", "notEnoughInformation");
    let (flow, insider) = (("07", "authenticationFlow"), ("08", "insiderRisk"));
    assert_eq!(
        reasons(&client.evaluate(&question(USER)).await),
        told(&[
            ("01", ""),
            ("02", ""),
            ("03", ""),
            ("04", ""),
            ("05", ""),
            ("06", ""),
            flow,
            insider,
            unknown,
        ])
    );
    let bare = with(question(USER), "/signInConditions", json!({}));
    assert_eq!(
        reasons(&client.evaluate(&bare).await),
        told(&[
            ("01", "clientApps"),
            ("02", "devicePlatform"),
            ("03", ""),
            ("04", "location"),
            ("05", "devices"),
            ("06", "devices"),
            flow,
            insider,
            unknown,
        ])
    );
    // A device of which nothing is known is not the same as none.
    let unregistered = with(bare, "/signInConditions/deviceInfo", json!({}));
    let reasons = reasons(&client.evaluate(&unregistered).await);
    assert_eq!((reasons["05"].as_str(), reasons["06"].as_str()), ("devices", ""));
}

#[tokio::test]
async fn the_story_has_one_policy_that_forgets_one_of_the_accounts() {
    let (running, client) = story_twin().await;
    let applied = |account: &str| {
        let portal = with(question(account), "/signInContext/includeApplications", json!([PORTAL]));
        with(portal, "/appliedPoliciesOnly", true.into())
    };
    let excluded = applied(&story::ACCOUNT_ALPHA.to_string());
    let forgotten = applied(&story::ACCOUNT_BRAVO.to_string());
    let policy = story::FORGOTTEN_POLICY.to_owned();
    assert!(!client.evaluate(&excluded).await.ids().contains(&policy));
    let answer = client.evaluate(&forgotten).await;
    assert!(answer.ids().contains(&policy), "{:?}", answer.ids());
    assert!(!answer.ids().contains(&story::BLOCK_LEGACY_POLICY.to_owned()));
    running.change(|directory| {
        directory.policies.retain(|policy| policy["id"] != story::FORGOTTEN_POLICY);
    });
    let ids = client.evaluate(&forgotten).await.ids();
    assert!(!ids.contains(&policy));
}

#[tokio::test]
async fn what_is_wrong_is_refused_in_the_words_of_graph() {
    let (running, client) = story_twin().await;
    let stranger = "00000000-0000-0000-0000-000000000099";
    let answer = client.evaluate(&question(stranger)).await;
    assert_eq!((answer.status, answer.code()), (404, "Request_ResourceNotFound"));
    let answer = client.evaluate(&json!({"signInContext": {}})).await;
    assert_eq!((answer.status, answer.code()), (400, "BadRequest"));
    let message = answer.body["error"]["message"].as_str().unwrap();
    assert_eq!(message, "Invalid request body: signInConditions: is missing.");
    let get = client.get(&format!("/v1.0{PATH}")).await;
    assert_eq!(get.status, 405);
    let post = client.http.post(format!("{}/v1.0/users", client.base)).bearer_auth(&client.token);
    assert_eq!(crate::answer(post.body("{}")).await.status, 405);
    running.change(|directory| {
        let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        app.permissions.remove("Policy.Read.All");
    });
    let alpha = story::ACCOUNT_ALPHA.to_string();
    let answer = client.evaluate(&question(&alpha)).await;
    assert_eq!((answer.status, answer.code()), (403, "Authorization_RequestDenied"));
    running.change(|directory| {
        let app = directory.apps.get_mut(&story::WATCHER.0).unwrap();
        app.permissions.insert("Policy.Read.ConditionalAccess".into());
    });
    assert_eq!(client.evaluate(&question(&alpha)).await.status, 200);
}

#[tokio::test]
async fn questions_count_against_the_limit_of_conditional_access() {
    let (_running, client) = start(Directory::story(), Options::default()).await;
    let asked = question(&story::ACCOUNT_ALPHA.to_string());
    assert_eq!(client.evaluate(&asked).await.status, 200);
    assert_eq!(client.evaluate(&asked).await.status, 429);
}

#[tokio::test]
async fn an_answer_comes_whole_and_as_the_schema_says() {
    let Some(mut schemas) = Schemas::load() else { return };
    let options = Options {
        throttling: Throttling::Off,
        record: true,
        page_size: Some(2),
        ..Options::default()
    };
    let (running, client) = start(Directory::story(), options).await;
    let answer = client.evaluate(&question(&story::ACCOUNT_ALPHA.to_string())).await;
    let count = answer.body["value"].as_array().unwrap().len();
    assert_eq!((count, answer.body.get("@odata.nextLink")), (9, None));
    for exchange in running.exchanges() {
        assert_eq!(schemas.check(&exchange), Ok(()));
    }
}
