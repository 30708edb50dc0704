//! Every way to sign in, against the twin over real HTTP, and what goes wrong with each.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use halligan_app::live::{Contact, Flow, Invitation, LiveError};
use halligan_core::id::{AppId, UserId};
use halligan_core::tenant::{PartKind, Snapshot};
use halligan_graph::{
    AZURE_RESOURCE_MANAGER, AssertionSource, AzureCli, Credential, Federation, ManagedEndpoint,
    ManagedIdentity, Person, Problem, SecretText, SignIn,
};
use halligan_twin::{Directory, Fault, IDENTITY_HEADER, What, When, story as names};

use crate::{read_signed_in, story, unread, unread_by_a_person};
use halligan_app::simulated::Simulated;

/// A person with a browser who follows every invitation at once, as a user of the twin.
struct Visitor {
    pick: String,
    /// What they were invited to, in words.
    invited: Mutex<Vec<String>>,
}

impl Visitor {
    fn of(user: UserId) -> Arc<Self> {
        Self::saying(&format!("pick={user}"))
    }

    /// One who adds these fields to the page instead.
    fn saying(fields: &str) -> Arc<Self> {
        Arc::new(Self { pick: fields.into(), invited: Mutex::default() })
    }

    fn invited(&self) -> Vec<String> {
        self.invited.lock().unwrap().clone()
    }
}

impl Contact for Visitor {
    fn invite(&self, invitation: &Invitation<'_>) {
        let (said, address) = match invitation {
            Invitation::Browse { address, again, .. } => {
                let again = if *again { "again" } else { "browse" };
                (again.to_owned(), format!("{address}&{}", self.pick))
            }
            Invitation::EnterCode { address, code, .. } => {
                ("code".to_owned(), format!("{address}?code={code}&{}", self.pick))
            }
        };
        self.invited.lock().unwrap().push(said);
        // The redirect to the client is followed, as a browser does.
        tokio::spawn(async {
            reqwest::Client::builder().no_proxy().build()?.get(address).send().await
        });
    }
}

fn person(flow: Flow, visitor: &Arc<Visitor>) -> Person {
    let mut person = Person::new(flow, visitor.clone());
    person.patience.sign_in = Duration::from_secs(20);
    person.patience.poll_min = Duration::from_millis(10);
    person.patience.slow_down = Duration::from_millis(10);
    person
}

async fn read(tenant: &Simulated, person: Person) -> Result<Snapshot, LiveError> {
    read_signed_in(tenant, SignIn::Person(person)).await
}

/// A tenant of a cloud that does not know some permissions.
async fn old_cloud(unknown: &[&str]) -> Simulated {
    crate::twin_with(|options| {
        options.device_code_interval_seconds = Some(0);
        options.unknown_permissions = unknown.iter().map(|&name| name.into()).collect();
    })
    .await
}

async fn tenant(change: impl FnOnce(&mut Directory)) -> Simulated {
    let tenant = crate::twin_with(|options| {
        options.device_code_interval_seconds = Some(0);
        options.record = true;
    })
    .await;
    tenant.running().change(change);
    tenant
}

fn fault(tenant: &Simulated, path: &str, when: When, what: What) {
    tenant.running().add_fault(Fault { path: path.into(), when, what });
}

fn refusal(error: Result<Snapshot, LiveError>) -> (String, String) {
    let error = error.unwrap_err();
    (error.to_string(), error.hint().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_global_reader_reads_everything_in_either_way() {
    for (flow, invited) in [(Flow::Browser, "browse"), (Flow::DeviceCode, "code")] {
        let tenant = tenant(|_| {}).await;
        let visitor = Visitor::of(names::AUDITOR);
        let snapshot = read(&tenant, person(flow, &visitor)).await.unwrap();
        let unread = unread_by_a_person(&snapshot);
        assert!(unread.is_empty(), "{flow:?}: {unread:?}");
        assert_eq!(visitor.invited(), [invited]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_a_role_leaves_gaps_that_say_so() {
    let tenant = tenant(|_| {}).await;
    let visitor = Visitor::of(names::GROUP_OWNER);
    let snapshot = read(&tenant, person(Flow::Browser, &visitor)).await.unwrap();
    let gap = snapshot.policies.value().unwrap_err();
    let told = gap.to_string();
    let role = "the token has `Policy.Read.All`, so that more is missing: a directory role of \
                whoever signed in";
    assert!(told.contains(role), "{told}");
    assert!(snapshot.domains.value().is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_is_renewed_without_the_person() {
    let tenant = tenant(|_| {}).await;
    fault(&tenant, "/v1.0/domains", When::Nth(1), What::Unauthorized);
    let visitor = Visitor::of(names::AUDITOR);
    let snapshot = read(&tenant, person(Flow::Browser, &visitor)).await.unwrap();
    let unread = unread_by_a_person(&snapshot);
    assert!(unread.is_empty(), "{unread:?}");
    assert_eq!(visitor.invited(), ["browse"]);
    let renewals = tenant.running().exchanges();
    let renewals = renewals.iter().filter(|one| one.body.contains("grant_type=refresh_token"));
    assert_eq!(renewals.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_that_is_refused_asks_the_person_again() {
    let tenant = tenant(|_| {}).await;
    fault(&tenant, "/v1.0/domains", When::Nth(1), What::Unauthorized);
    let refused = What::SignInRefused { error: "invalid_grant", number: 50_173 };
    let path = format!("/{}/oauth2/v2.0/token", names::TENANT);
    fault(&tenant, &path, When::Nth(2), refused);
    let visitor = Visitor::of(names::AUDITOR);
    let snapshot = read(&tenant, person(Flow::Browser, &visitor)).await.unwrap();
    let unread = unread_by_a_person(&snapshot);
    assert!(unread.is_empty(), "{unread:?}");
    assert_eq!(visitor.invited(), ["browse", "again"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demand_for_more_is_met_once_in_the_browser() {
    let tenant = tenant(|_| {}).await;
    let challenge = || What::ClaimsChallenge("c1".into());
    fault(&tenant, "/beta", When::Always, challenge());
    fault(&tenant, "/v1.0/users", When::Always, challenge());
    let visitor = Visitor::of(names::AUDITOR);
    let snapshot = read(&tenant, person(Flow::Browser, &visitor)).await.unwrap();
    let unread = unread_by_a_person(&snapshot);
    assert!(unread.is_empty(), "{unread:?}");
    assert_eq!(visitor.invited(), ["browse", "again"], "many requests, one question");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_meet_a_demand_says_what_it_is() {
    let tenant = tenant(|_| {}).await;
    fault(&tenant, "/v1.0/domains", When::Always, What::ClaimsChallenge("c9".into()));
    let visitor = Visitor::of(names::AUDITOR);
    let by_code = read(&tenant, person(Flow::DeviceCode, &visitor)).await.unwrap();
    let by_secret = crate::read(&tenant).await.unwrap();
    for snapshot in [by_code, by_secret] {
        let told = snapshot.domains.value().unwrap_err().to_string();
        assert!(
            told.contains("Graph demands a sign-in under authentication context `c9`"),
            "{told}"
        );
        let unread: Vec<_> = unread(&snapshot).iter().map(|gap| &gap.part.kind).collect();
        assert!(unread.starts_with(&[&PartKind::Domains, &PartKind::Federations]), "{unread:?}");
    }
    fault(&tenant, "/v1.0/organization", When::Always, What::ClaimsChallenge("c9".into()));
    let (_, hint) = refusal(crate::read(&tenant).await);
    assert!(hint.contains("`--browser`"), "{hint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_a_person_are_told_with_what_to_do() {
    for (fields, told, next) in [
        ("decline=1", "AADSTS65004", "consent"),
        ("pick=nobody@example.com", "AADSTS50034", "tenant"),
    ] {
        let tenant = tenant(|_| {}).await;
        let visitor = Visitor::saying(fields);
        let (text, hint) = refusal(read(&tenant, person(Flow::Browser, &visitor)).await);
        assert!(text.contains(told) && hint.contains(next), "{text} | {hint}");
    }
    let no_consent = tenant(|directory| {
        directory.apps.get_mut(&names::PUBLIC_CLIENT.0).unwrap().delegated.clear();
    })
    .await;
    for flow in [Flow::Browser, Flow::DeviceCode] {
        let visitor = Visitor::of(names::AUDITOR);
        let (text, hint) = refusal(read(&no_consent, person(flow, &visitor)).await);
        assert!(text.contains("AADSTS65001"), "{text}");
        assert!(hint.contains("an administrator must consent once"), "{hint}");
    }
    let declined = tenant(|_| {}).await;
    let visitor = Visitor::saying("decline=1");
    let (text, hint) = refusal(read(&declined, person(Flow::DeviceCode, &visitor)).await);
    assert!(text.contains("declined"), "{text}");
    assert!(!hint.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_that_block_a_sign_in_are_told_apart() {
    let device = format!("/{}/oauth2/v2.0/devicecode", names::TENANT);
    let authorize = format!("/{}/oauth2/v2.0/authorize", names::TENANT);
    for (flow, path, number, next) in [
        (Flow::DeviceCode, &device, 530_036, "device code flow is blocked by a policy"),
        (Flow::DeviceCode, &device, 530_034, "use `--browser`"),
        (Flow::Browser, &authorize, 53_003, "Conditional Access policy blocks"),
        (Flow::Browser, &authorize, 50_105, "assign the person"),
        (Flow::Browser, &authorize, 53_000, "compliant or joined device"),
    ] {
        let tenant = tenant(|_| {}).await;
        let what = What::SignInRefused { error: "access_denied", number };
        fault(&tenant, path, When::Always, what);
        let visitor = Visitor::of(names::AUDITOR);
        let (text, hint) = refusal(read(&tenant, person(flow, &visitor)).await);
        assert!(text.contains(&format!("AADSTS{number}")), "{text}");
        assert!(hint.contains(next), "{number}: {hint}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_that_a_cloud_does_not_know_cost_their_parts_alone() {
    for flow in [Flow::Browser, Flow::DeviceCode] {
        let tenant = old_cloud(&["EntraBackup.Read.All", "Domain.Read.All"]).await;
        let visitor = Visitor::of(names::AUDITOR);
        let snapshot = read(&tenant, person(flow, &visitor)).await.unwrap();
        let watcher = snapshot.watcher.value().unwrap();
        let has = |name: &str| watcher.permissions.iter().any(|held| held == name);
        assert!(has("Policy.Read.All") && !has("Domain.Read.All"), "{:?}", watcher.permissions);
        assert!(snapshot.policies.value().is_ok());
        let told = snapshot.recovery_jobs.value().unwrap_err().to_string();
        assert!(told.contains("EntraBackup.Read.All"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_that_knows_hardly_anything_is_given_up_on() {
    let known = halligan_graph::read_permissions();
    let unknown: Vec<&str> = known
        .iter()
        .map(String::as_str)
        .take(halligan_graph::UNKNOWN_PERMISSIONS_MAX + 1)
        .collect();
    let tenant = old_cloud(&unknown).await;
    let visitor = Visitor::of(names::AUDITOR);
    let (text, hint) = refusal(read(&tenant, person(Flow::DeviceCode, &visitor)).await);
    assert!(text.contains("AADSTS650053") && text.contains("asked for scope"), "{text}");
    assert!(hint.contains("does not know the permission"), "{hint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_asks_for_patience_gets_it() {
    let tenant = tenant(|_| {}).await;
    let path = format!("/{}/oauth2/v2.0/token", names::TENANT);
    let slow = What::SignInRefused { error: "slow_down", number: 70_016 };
    fault(&tenant, &path, When::Nth(1), slow);
    let visitor = Visitor::of(names::AUDITOR);
    assert!(read(&tenant, person(Flow::DeviceCode, &visitor)).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_signs_in_is_waited_for_no_longer_than_agreed() {
    for flow in [Flow::Browser, Flow::DeviceCode] {
        let tenant = tenant(|_| {}).await;
        let visitor = Visitor::saying("");
        let mut person = person(flow, &visitor);
        person.patience.sign_in = Duration::from_millis(200);
        let (text, hint) = refusal(read(&tenant, person).await);
        assert!(text.contains("nobody signed in within SIGN_IN_TIMEOUT"), "{text}");
        assert!(hint.contains("--device-code"), "{hint}");
    }
}

/// An assertion that another provider's key signed for the watcher.
#[derive(Debug)]
struct Fixed(Result<&'static str, &'static str>);

impl AssertionSource for Fixed {
    fn fetch(
        &self,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<SecretText, String>> + Send + '_>> {
        Box::pin(async { self.0.map(SecretText::from).map_err(String::from) })
    }
}

async fn federated(assertion: Result<&'static str, &'static str>) -> (String, String) {
    let tenant = tenant(|_| {}).await;
    let credential = Credential::Federation(Federation::Source(Arc::new(Fixed(assertion))));
    let sign_in = SignIn::Application { client_id: names::WATCHER, credential };
    refusal(read_signed_in(&tenant, sign_in).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_that_is_none_is_not_sent() {
    let (text, hint) = federated(Err("file `x`: not found")).await;
    assert!(text.contains("no assertion to sign in with: file `x`: not found"), "{text}");
    assert!(hint.contains("`federation` under [sign-in]"), "{hint}");
    let (text, _) = federated(Ok("hunter2")).await;
    assert!(text.contains("is no JWT") && !text.contains("hunter2"), "{text}");
    let (text, _) = federated(Ok("e30.e30.hunter2")).await;
    assert!(text.contains("AADSTS") && !text.contains("hunter2"), "{text}");
}

fn managed(tenant: &Simulated, client_id: Option<AppId>) -> [SignIn; 2] {
    let url = tenant.url().to_owned();
    let app_service = format!("{url}/msi/token");
    let header = SecretText::from(IDENTITY_HEADER);
    [ManagedEndpoint::Metadata(url), ManagedEndpoint::AppService { url: app_service, header }]
        .map(|endpoint| SignIn::ManagedIdentity(ManagedIdentity { client_id, endpoint }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_managed_identity_reads_from_either_kind_of_resource() {
    let tenant = tenant(|directory| {
        let app = directory.apps.get_mut(&names::WATCHER.0).unwrap();
        app.secret = None;
        app.is_managed_identity = true;
    })
    .await;
    for client_id in [None, Some(names::WATCHER)] {
        for sign_in in managed(&tenant, client_id) {
            let snapshot = read_signed_in(&tenant, sign_in).await.unwrap();
            assert!(unread(&snapshot).is_empty(), "{:?}", unread(&snapshot));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_without_the_identity_says_so() {
    let tenant = tenant(|_| {}).await;
    for sign_in in managed(&tenant, Some(AppId::from_u128(7))) {
        let (text, hint) = refusal(read_signed_in(&tenant, sign_in).await);
        assert!(text.contains("Identity not found") && hint.contains("managed_identity"), "{text}");
    }
    let endpoint = ManagedEndpoint::Metadata("http://127.0.0.1:9".into());
    let nowhere = SignIn::ManagedIdentity(ManagedIdentity { client_id: None, endpoint });
    let (text, hint) = refusal(read_signed_in(&tenant, nowhere).await);
    assert!(text.contains("no token of a managed identity from `127.0.0.1:9`"), "{text}");
    assert!(hint.contains("Azure resource"), "{hint}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn azure_cli_gives_its_token_for_the_tenant() {
    use std::os::unix::fs::PermissionsExt as _;
    let tenant = story(|directory| {
        directory.apps.get_mut(&names::WATCHER.0).unwrap().is_managed_identity = true;
    })
    .await;
    _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let printed = async |resource: &str| {
        let resource = resource.replace('/', "%2F");
        let url = tenant.url();
        let url = format!("{url}/msi/token?api-version=2019-08-01&resource={resource}");
        let asked = http.get(url).header("x-identity-header", IDENTITY_HEADER);
        let given = asked.send().await.unwrap().text().await.unwrap();
        let given: serde_json::Value = serde_json::from_str(&given).unwrap();
        serde_json::json!({
            "accessToken": given["access_token"],
            "expires_on": given["expires_on"].as_str().unwrap().parse::<i64>().unwrap(),
            "tenant": names::TENANT.to_string(), "tokenType": "Bearer",
        })
    };
    let (graph, azure) = (printed(tenant.url()).await, printed(AZURE_RESOURCE_MANAGER).await);
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("az");
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in\n*{AZURE_RESOURCE_MANAGER}*) echo '{azure}';;\n\
         *) echo '{graph}';;\nesac\n"
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let cli = AzureCli { program: Some(program), timeout: Duration::from_secs(20) };
    let snapshot = read_signed_in(&tenant, SignIn::AzureCli(cli)).await.unwrap();
    assert!(unread(&snapshot).is_empty(), "{:?}", unread(&snapshot));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_sign_in_is_printed_or_recorded() {
    let tenant = tenant(|_| {}).await;
    let visitor = Visitor::of(names::AUDITOR);
    let person = person(Flow::Browser, &visitor);
    let printed = format!("{person:?}");
    assert!(printed.contains("Browser") && !printed.contains("Visitor"), "{printed}");
    read(&tenant, person).await.unwrap();
    let redeemed = tenant.running().exchanges();
    let redeemed = redeemed.iter().find(|one| one.body.contains("authorization_code")).unwrap();
    for field in ["code=(hidden)", "code_verifier=(hidden)"] {
        assert!(redeemed.body.contains(field), "{}", redeemed.body);
    }
    assert!(redeemed.answer.contains("\"refresh_token\":\"(hidden)\""), "{}", redeemed.answer);
    let problem = Problem::SignIn(halligan_graph::SignInProblem::Declined);
    assert!(problem.is_fatal());
}
