//! Owners of ways in: read like holders of roles, and never without bound.

use halligan_core::id::{PrincipalId, UserId};
use halligan_core::tenant::{AccountState, ApplicationState, PartKind, Snapshot};
use halligan_graph::read::{OWNERS_READ_MAX, read_snapshot};
use serde_json::{Value, json};

use crate::service::{Asked, Reply, Service, json as answer};
use crate::snapshot::{but, read, wanted};
use crate::tenant::{ALPHA, HARMLESS, HOLDERS, OWNER, PORTER, ROBOT, WATCHER, gaps, healthy};

/// A user who is known to no answer of the healthy tenant.
const STRANGER: &str = "00000000-0000-0000-0000-00000000b0ff";
/// An application that is known to none.
const AGENT: &str = "00000000-0000-0000-0000-00000000abff";

fn list(items: &Value) -> Reply {
    answer(200, &json!({"value": items}))
}

fn one(kind: &str, id: &str) -> Value {
    json!([{"@odata.type": format!("#microsoft.graph.{kind}"), "id": id}])
}

/// Answers for the user and the application that the healthy tenant lacks.
fn more(asked: &Asked) -> Option<Reply> {
    let (_, path) = asked.path[1..].split_once('/')?;
    let of_agent = format!("servicePrincipals/{AGENT}");
    Some(match path {
        _ if path == format!("users/{STRANGER}") => answer(
            200,
            &json!({"id": STRANGER, "userPrincipalName": "s@contoso.example",
                "displayName": "Sam"}),
        ),
        _ if path == format!("users/{STRANGER}/authentication/methods") => {
            list(&one("passwordAuthenticationMethod", "28c10230-6103-485e-b985-444c60001490"))
        }
        _ if path == of_agent => answer(
            200,
            &json!({"id": AGENT, "appId": AGENT, "displayName": "an agent",
                "passwordCredentials": [], "keyCredentials": []}),
        ),
        "servicePrincipals" if asked.query.contains(AGENT) => list(&json!([{"id": AGENT}])),
        _ if path == format!("{of_agent}/owners") => list(&one("user", STRANGER)),
        _ => return None,
    })
}

/// The healthy tenant, in which `id` owns [`PORTER`]; of this kind, as the answer has it.
async fn owned_by(kind: &'static str, id: &'static str) -> (Snapshot, Service) {
    let owners = format!("/v1.0/servicePrincipals/{PORTER}/owners");
    let service = but(move |asked| match asked.path == owners {
        true => Some(list(&one(kind, id))),
        false => more(asked),
    })
    .await;
    (read(&service).await, service)
}

fn user(id: &str) -> UserId {
    id.parse().unwrap()
}

fn application(id: &str) -> PrincipalId {
    id.parse().unwrap()
}

#[tokio::test]
async fn an_owner_is_read_with_name_and_methods() {
    let (snapshot, _) = owned_by("user", STRANGER).await;
    assert_eq!(gaps(&snapshot).len(), 0);
    let holder = &snapshot.holders[&user(STRANGER)];
    let Ok(AccountState::Present(found)) = holder.state.value() else { panic!("{holder:?}") };
    assert_eq!(found.display_name.as_deref(), Some("Sam"));
    assert_eq!(holder.methods.value().unwrap().len(), 1);
    assert!(snapshot.holders.contains_key(&user(OWNER)), "who owns a registration as well");
}

#[tokio::test]
async fn an_application_that_owns_is_read_with_its_own_owners() {
    for kind in ["servicePrincipal", "agentIdentity", "somethingNew"] {
        let (snapshot, _) = owned_by(kind, AGENT).await;
        assert_eq!(gaps(&snapshot).len(), 0, "{kind}");
        let agent = &snapshot.applications[&application(AGENT)];
        assert!(matches!(agent.state.value(), Ok(ApplicationState::Present(_))), "{kind}");
        assert!(snapshot.holders.contains_key(&user(STRANGER)), "the owner of the owner: {kind}");
    }
}

#[tokio::test]
async fn applications_that_own_each_other_end() {
    let owners = format!("/v1.0/servicePrincipals/{AGENT}/owners");
    let cycle = format!("/v1.0/servicePrincipals/{PORTER}/owners");
    let service = but(move |asked| match &asked.path {
        path if *path == owners => Some(list(&one("servicePrincipal", PORTER))),
        path if *path == cycle => Some(list(&one("servicePrincipal", AGENT))),
        _ => more(asked),
    })
    .await;
    let snapshot = read(&service).await;
    assert!(snapshot.applications.contains_key(&application(AGENT)));
    assert_eq!(service.asked_at(&format!("/v1.0/servicePrincipals/{PORTER}/owners")).len(), 1);
}

#[tokio::test]
async fn what_is_no_way_in_keeps_its_owners_to_itself() {
    let service = but(|asked| match asked.path.as_str() {
        path if [WATCHER, HARMLESS].iter().any(|id| path.ends_with(&format!("{id}/owners"))) => {
            Some(list(&one("user", STRANGER)))
        }
        _ => more(asked),
    })
    .await;
    let snapshot = read(&service).await;
    assert!(!snapshot.holders.contains_key(&user(STRANGER)));
}

#[tokio::test]
async fn of_fifty_thousand_owners_only_so_many_are_read_and_the_limit_is_named() {
    const OWNERS: usize = 50_000;
    let all: Vec<Value> = (0..OWNERS)
        .map(|n| {
            json!({"@odata.type": "#microsoft.graph.user", "id": format!(
                "00000000-0000-0000-0001-{n:012x}"
            )})
        })
        .collect();
    let body = list(&Value::Array(all));
    let owners = format!("/beta/groups/{HOLDERS}/owners");
    let service = Service::start(move |asked| match asked.path.strip_prefix("/v1.0/users/") {
        _ if asked.path == owners => body.clone(),
        Some(id) if id.starts_with("00000000-0000-0000-0001-") => match id.split_once('/') {
            None => answer(200, &json!({"id": id, "userPrincipalName": "x@contoso.example"})),
            Some(_) => list(&json!([])),
        },
        _ => healthy(asked),
    })
    .await;
    let client = service.client_with(|options| options.limits = halligan_graph::Limits::default());
    let snapshot = read_snapshot(&client, &wanted(&[ALPHA]), &()).await.unwrap();
    let is_one = |id: &&UserId| id.to_string().starts_with("00000000-0000-0000-0001-");
    assert_eq!(snapshot.holders.keys().filter(is_one).count(), OWNERS_READ_MAX);
    let group = &snapshot.groups[&HOLDERS.parse().unwrap()];
    assert_eq!(group.owners.value().unwrap().len(), OWNERS);
    let [gap] = gaps(&snapshot)[..] else { panic!("{:?}", gaps(&snapshot)) };
    assert_eq!((&gap.part.kind, gap.part.subject), (&PartKind::Holder, HOLDERS.parse().ok()));
    let told = gap.to_string();
    assert!(told.contains("50000 owners, more than OWNERS_READ_MAX (100)"), "{told}");
    let users = service.asked().iter().filter(|one| one.path.contains("/users/")).count();
    assert!(users < 4 * OWNERS_READ_MAX, "{users}");
    assert!(snapshot.applications.contains_key(&application(ROBOT)));
}
