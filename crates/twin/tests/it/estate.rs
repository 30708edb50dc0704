//! Thousands of tenants behind one address, each with a door of its own.

use std::time::{Duration, Instant};

use halligan_twin::{
    Consent, ESTATE_TENANTS_IN_MEMORY, Estate, EstateTenant, Licence, Options, Running, Throttling,
    Twin,
};

use crate::openapi::Schemas;
use crate::{Answer, Client, ask_token, ask_token_with, http};

fn estate(tenants: usize) -> Estate {
    Estate::new(7, tenants, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap()
}

async fn start(estate: &Estate, throttling: Throttling) -> Running {
    let options = Options { throttling, record: true, ..Options::default() };
    Twin::start_estate(estate.clone(), options).await.unwrap()
}

fn form(client: &str, secret: String) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "client_credentials".into()),
        ("client_id", client.into()),
        ("client_secret", secret),
        ("scope", "https://graph.microsoft.com/.default".into()),
    ]
}

async fn sign_in(running: &Running, estate: &Estate, tenant: &EstateTenant) -> Answer {
    sign_in_with(&http(), running, estate, tenant).await
}

async fn sign_in_with(
    http: &reqwest::Client,
    running: &Running,
    estate: &Estate,
    tenant: &EstateTenant,
) -> Answer {
    let form = form(&tenant.client_id.to_string(), estate.secret(tenant.id));
    ask_token_with(http, running, &tenant.id.to_string(), &form).await
}

async fn client(running: &Running, estate: &Estate, tenant: &EstateTenant) -> Client {
    client_with(&http(), running, estate, tenant).await
}

async fn client_with(
    http: &reqwest::Client,
    running: &Running,
    estate: &Estate,
    tenant: &EstateTenant,
) -> Client {
    let answer = sign_in_with(http, running, estate, tenant).await;
    let token = answer.body["access_token"].as_str().unwrap().to_owned();
    Client { http: http.clone(), base: running.graph_url().to_owned(), token }
}

fn first(estate: &Estate, wanted: impl Fn(&EstateTenant) -> bool) -> EstateTenant {
    (0..estate.tenants()).map(|n| estate.tenant(n).unwrap()).find(wanted).unwrap()
}

#[tokio::test]
async fn a_token_opens_its_own_tenant_and_no_other() {
    let estate = estate(20);
    let running = start(&estate, Throttling::Off).await;
    let is_open = |tenant: &EstateTenant| tenant.consent == Consent::Granted;
    let one = first(&estate, is_open);
    let other = first(&estate, |tenant| is_open(tenant) && tenant.id != one.id);
    for tenant in [&one, &other, &estate.partner()] {
        let client = client(&running, &estate, tenant).await;
        let organization = client.get("/v1.0/organization").await;
        assert_eq!(organization.body["value"][0]["id"], tenant.id.to_string());
        assert_eq!(organization.body["value"][0]["displayName"], tenant.display_name);
    }
    // By the domain as well, and with no other tenant's credential.
    let secret = estate.secret(one.id);
    let own = form(&one.client_id.to_string(), secret.clone());
    assert_eq!(ask_token(&running, &one.initial_domain, &own).await.status, 200);
    let elsewhere = ask_token(&running, &other.id.to_string(), &own).await;
    assert_eq!(elsewhere.body["error_codes"][0], 700_016);
    let wrong = form(&other.client_id.to_string(), secret);
    let refused = ask_token(&running, &other.id.to_string(), &wrong).await;
    assert_eq!(refused.body["error_codes"][0], 7_000_215);
    let nowhere = ask_token(&running, "nowhere.onmicrosoft.com", &own).await;
    assert_eq!(nowhere.body["error_codes"][0], 90_002);
}

#[tokio::test]
async fn consent_is_each_administrator_s_own() {
    let estate = estate(300);
    let running = start(&estate, Throttling::Off).await;
    let with = |consent: Consent| first(&estate, |tenant| tenant.consent == consent);
    let absent = sign_in(&running, &estate, &with(Consent::NotRegistered)).await;
    assert_eq!((absent.status, &absent.body["error_codes"][0]), (400, &700_016.into()));
    let closed = client(&running, &estate, &with(Consent::None)).await.get("/v1.0/users").await;
    assert_eq!((closed.status, closed.code()), (403, "Authorization_RequestDenied"));
    let partial = client(&running, &estate, &with(Consent::Partial)).await;
    assert_eq!(partial.get("/v1.0/users").await.status, 200);
}

#[tokio::test]
async fn premium_parts_are_refused_as_graph_refuses_them() {
    let estate = estate(100);
    let running = start(&estate, Throttling::Off).await;
    let schedules = "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances";
    for (licence, status, code) in [
        (Licence::Free, 400, "AadPremiumLicenseRequired"),
        (Licence::P1, 400, "AadPremiumLicenseRequired"),
        (Licence::P2, 200, ""),
    ] {
        let wanted =
            |tenant: &EstateTenant| tenant.licence == licence && tenant.consent == Consent::Granted;
        let client = client(&running, &estate, &first(&estate, wanted)).await;
        let answer = client.get(schedules).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{licence:?}");
        let path = "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy";
        let defaults = client.get(path).await;
        assert_eq!(defaults.body["isEnabled"], licence == Licence::Free, "{licence:?}");
        let policies = client.get("/beta/identity/conditionalAccess/policies").await;
        assert_eq!(policies.ids().is_empty(), licence == Licence::Free, "{licence:?}");
    }
}

#[tokio::test]
async fn each_tenant_has_its_own_allowance() {
    let estate = estate(20);
    let running = start(&estate, Throttling::Documented).await;
    let is_open = |tenant: &EstateTenant| tenant.consent == Consent::Granted;
    let one = first(&estate, is_open);
    let other = first(&estate, |tenant| is_open(tenant) && tenant.id != one.id);
    let path = "/beta/identity/conditionalAccess/policies";
    let one = client(&running, &estate, &one).await;
    assert_eq!(one.get(path).await.status, 200);
    assert_eq!(one.get(path).await.status, 429);
    assert_eq!(client(&running, &estate, &other).await.get(path).await.status, 200);
}

#[tokio::test]
async fn the_partner_alone_lists_its_customers() {
    let estate = estate(60);
    let running = start(&estate, Throttling::Off).await;
    let partner = client(&running, &estate, &estate.partner()).await;
    let customers = partner.get("/v1.0/tenantRelationships/delegatedAdminCustomers").await;
    assert!((40..60).contains(&customers.ids().len()));
    let path = "/v1.0/tenantRelationships/delegatedAdminRelationships";
    let ended = partner.get(&format!("{path}?$filter=status eq 'expired'")).await;
    for id in ended.ids() {
        let assignments = partner.get(&format!("{path}/{id}/accessAssignments")).await;
        let value = assignments.body["value"].as_array().unwrap();
        assert!(!value.is_empty() && value.iter().all(|one| one["status"] == "deleted"));
    }
    assert!(!ended.ids().is_empty());
    let customer = first(&estate, |tenant| tenant.consent == Consent::Granted);
    let customer = client(&running, &estate, &customer).await;
    assert_eq!(customer.get(path).await.code(), "Authorization_RequestDenied");
}

#[tokio::test]
async fn two_thousand_tenants_start_at_once_and_take_little_memory() {
    let before = Instant::now();
    let estate = estate(2_000);
    let options = Options { throttling: Throttling::Off, ..Options::default() };
    let running = Twin::start_estate(estate.clone(), options).await.unwrap();
    // Milliseconds on a quiet machine.
    assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
    assert_eq!(running.tenants_in_memory(), 0);
    let (http, memory) = (http(), resident_kilobytes());
    for number in 0..estate.tenants() {
        let tenant = estate.tenant(number).unwrap();
        let expected = if tenant.consent == Consent::NotRegistered { 400 } else { 200 };
        let answer = sign_in_with(&http, &running, &estate, &tenant).await;
        assert_eq!(answer.status, expected, "{tenant:?}");
        assert!(running.tenants_in_memory() <= ESTATE_TENANTS_IN_MEMORY);
    }
    assert_eq!(running.tenants_in_memory(), ESTATE_TENANTS_IN_MEMORY);
    if let (Some(before), Some(after)) = (memory, resident_kilobytes()) {
        let grown = after.saturating_sub(before) / 1_024;
        assert!(grown < 150, "{grown} MiB for {ESTATE_TENANTS_IN_MEMORY} tenants in memory");
    }
}

/// What this process has in memory, where the system says so.
fn resident_kilobytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

#[tokio::test]
async fn every_kind_of_tenant_answers_as_the_schema_says() {
    let Some(mut schemas) = Schemas::load() else { return };
    let (http, estate) = (http(), estate(12));
    let running = start(&estate, Throttling::Off).await;
    for number in 0..estate.tenants() {
        let tenant = estate.tenant(number).unwrap();
        if tenant.consent == Consent::NotRegistered {
            continue;
        }
        let client = client_with(&http, &running, &estate, &tenant).await;
        for path in [
            "/v1.0/organization",
            "/v1.0/domains",
            "/v1.0/subscribedSkus",
            "/v1.0/users",
            "/v1.0/groups",
            "/beta/identity/conditionalAccess/policies",
            "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy",
            "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances",
        ] {
            client.get(path).await;
        }
    }
    let exchanges = running.exchanges();
    let wrong: Vec<String> =
        exchanges.iter().filter_map(|exchange| schemas.check(exchange).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), exchanges.len(), wrong.join("\n\n"));
}
