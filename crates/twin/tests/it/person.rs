//! Persons sign in: the page, codes, device codes, renewal, and what their permissions are worth.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::UserId;
use halligan_twin::{
    Certificate, Directory, Fault, FederatedCredential, IDENTITY_HEADER, Options, Running,
    Throttling, Twin, What, When, story,
};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::{Value, json};

use crate::{Answer, answer, ask_token, encoded, http};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Of the verifier; both are the example of RFC 7636, appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const HOME: &str = "http://localhost:4711";
const SCOPE: &str = "openid profile offline_access Policy.Read.All User.Read.All";

async fn twin() -> Running {
    let options = Options {
        throttling: Throttling::Off,
        device_code_interval_seconds: Some(0),
        record: true,
        ..Options::default()
    };
    Twin::start(Directory::story(), options).await.unwrap()
}

fn browser() -> reqwest::Client {
    http();
    let builder = reqwest::Client::builder().no_proxy();
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

/// Opens the sign-in page with these fields over the usual ones; an empty value leaves one out.
async fn open(running: &Running, change: &[(&str, &str)]) -> (u16, String, String) {
    let client = story::PUBLIC_CLIENT.to_string();
    let mut fields = vec![
        ("client_id", client.as_str()),
        ("response_type", "code"),
        ("redirect_uri", HOME),
        ("scope", SCOPE),
        ("state", "st&te"),
        ("nonce", "n0nce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in change {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    let query: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let tenant = story::TENANT;
    let url = format!("{}/{tenant}/oauth2/v2.0/authorize?{}", running.login_url(), query.join("&"));
    let response = browser().get(url).send().await.unwrap();
    let status = response.status().as_u16();
    let location = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
    (status, location.unwrap_or_default(), response.text().await.unwrap())
}

/// A parameter of the address that the browser was sent back to.
fn parameter(location: &str, name: &str) -> String {
    let (_, query) = location.split_once('?').unwrap_or(("", ""));
    let found = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    found.unwrap_or_default().to_owned()
}

async fn code_of(running: &Running, user: UserId) -> String {
    let user = user.to_string();
    let (status, location, _) = open(running, &[("pick", &user)]).await;
    assert!(status == 302 && location.starts_with(&format!("{HOME}/?code=")), "{location}");
    assert_eq!(parameter(&location, "state"), "st%26te");
    parameter(&location, "code")
}

fn redemption(code: &str) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "authorization_code".into()),
        ("client_id", story::PUBLIC_CLIENT.to_string()),
        ("code", code.into()),
        ("redirect_uri", HOME.into()),
        ("code_verifier", VERIFIER.into()),
    ]
}

async fn token(running: &Running, form: &[(&str, String)]) -> Answer {
    ask_token(running, &story::TENANT.to_string(), form).await
}

async fn signed_in(running: &Running, user: UserId) -> Value {
    let code = code_of(running, user).await;
    let answered = token(running, &redemption(&code)).await;
    assert_eq!(answered.status, 200, "{}", answered.body);
    answered.body
}

async fn get(running: &Running, body: &Value, path: &str) -> Answer {
    let request = http().get(format!("{}{path}", running.graph_url()));
    answer(request.bearer_auth(body["access_token"].as_str().unwrap())).await
}

const POLICIES: &str = "/beta/identity/conditionalAccess/policies";

#[tokio::test]
async fn the_page_lists_users_and_sends_back_a_code_that_works_once() {
    let running = twin().await;
    let (status, _, page) = open(&running, &[]).await;
    assert!(status == 200 && page.contains("Amara Diallo") && page.contains("n0nce"), "{page}");
    let code = code_of(&running, story::AUDITOR).await;
    let body = token(&running, &redemption(&code)).await.body;
    let payload = body["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!(claims["nonce"], "n0nce");
    assert_eq!(claims["oid"], story::AUDITOR.to_string());
    assert_eq!(claims["tid"], story::TENANT.to_string());
    assert_eq!(claims["aud"], story::PUBLIC_CLIENT.to_string());
    assert_eq!(get(&running, &body, POLICIES).await.status, 200);
    let again = token(&running, &redemption(&code)).await;
    assert_eq!(again.body["error_codes"], json!([54_005]), "{}", again.body);
}

#[tokio::test]
async fn permissions_are_those_that_were_given_and_that_the_roles_allow() {
    let running = twin().await;
    let reader = signed_in(&running, story::AUDITOR).await;
    let member = signed_in(&running, story::GROUP_OWNER).await;
    let user = format!("/v1.0/users/{}", story::ACCOUNT_ALPHA);
    assert_eq!(get(&running, &member, &user).await.status, 200);
    assert_eq!(get(&running, &member, POLICIES).await.code(), "Authorization_RequestDenied");
    assert_eq!(get(&running, &reader, POLICIES).await.status, 200);
    // Not asked for, so not given, though the role would allow it.
    assert_eq!(get(&running, &reader, "/v1.0/domains").await.status, 403);
    running.change(|directory| {
        directory.role_assignments.retain(|one| one["principalId"] != story::AUDITOR.to_string());
    });
    assert_eq!(get(&running, &reader, POLICIES).await.status, 403);
    running.change(|directory| directory.users.remove(&story::AUDITOR.0));
    assert_eq!(get(&running, &reader, &user).await.status, 401);
}

#[tokio::test]
async fn a_code_is_for_whoever_asked_for_it() {
    let running = twin().await;
    for (field, value, number) in [
        ("code_verifier", "another".to_owned(), 501_481),
        ("code_verifier", String::new(), 501_481),
        ("redirect_uri", "http://localhost:1".into(), 500_112),
        ("code", "x".into(), 54_005),
        ("client_id", story::WATCHER.to_string(), 54_005),
        ("client_id", "x".into(), 700_016),
    ] {
        let mut form = redemption(&code_of(&running, story::AUDITOR).await);
        form.iter_mut().find(|(name, _)| *name == field).unwrap().1 = value;
        let answered = token(&running, &form).await;
        assert_eq!(answered.body["error_codes"], json!([number]), "{field}: {}", answered.body);
    }
    let mut form = redemption(&code_of(&running, story::AUDITOR).await);
    form.push(("client_secret", "x".into()));
    assert_eq!(token(&running, &form).await.body["error_codes"], json!([700_025]));
}

#[tokio::test]
async fn what_is_wrong_before_the_address_is_known_stays_on_the_page() {
    let running = twin().await;
    let watcher = story::WATCHER.to_string();
    for (change, told) in [
        (("client_id", "x"), "AADSTS700016"),
        (("client_id", watcher.as_str()), "AADSTS50011"),
        (("redirect_uri", "https://evil.example"), "AADSTS50011"),
        (("redirect_uri", "http://localhost.evil.example"), "AADSTS50011"),
    ] {
        let (status, location, page) = open(&running, &[change, ("pick", "x")]).await;
        assert!(status == 400 && location.is_empty() && page.contains(told), "{told}: {page}");
    }
}

#[tokio::test]
async fn other_refusals_go_back_to_the_client() {
    let running = twin().await;
    let reader = story::AUDITOR.to_string();
    let pick = ("pick", reader.as_str());
    for (change, error, number) in [
        (("decline", "1"), "access_denied", 65_004),
        (("pick", "nobody@example.com"), "access_denied", 50_034),
        (("scope", "openid Mail.Read"), "consent_required", 65_001),
        (("scope", "https://other.example/x"), "invalid_scope", 70_011),
        (("response_type", "token"), "invalid_request", 900_561),
        (("code_challenge_method", "plain"), "invalid_request", 501_491),
        (("claims", "{"), "invalid_request", 9_000_410),
    ] {
        let (status, location, _) = open(&running, &[pick, change]).await;
        assert_eq!(status, 302, "{change:?}");
        assert_eq!(parameter(&location, "error"), error, "{change:?}");
        let number = format!("AADSTS{number}:");
        assert!(parameter(&location, "error_description").starts_with(&number), "{location}");
        assert_eq!(parameter(&location, "state"), "st%26te");
    }
}

#[tokio::test]
async fn a_session_is_renewed_until_it_is_revoked() {
    let running = twin().await;
    let body = signed_in(&running, story::AUDITOR).await;
    let form = [
        ("grant_type", "refresh_token".to_owned()),
        ("client_id", story::PUBLIC_CLIENT.to_string()),
        ("refresh_token", body["refresh_token"].as_str().unwrap().to_owned()),
    ];
    let renewed = token(&running, &form).await.body;
    assert_ne!(renewed["access_token"], body["access_token"]);
    assert_eq!(get(&running, &renewed, POLICIES).await.status, 200);
    running.revoke_sessions();
    let over = token(&running, &form).await;
    assert_eq!(over.body["error"], "invalid_grant");
    let recorded = format!("{:?}", running.exchanges());
    for secret in ["refresh_token", "access_token", "id_token"] {
        assert!(!recorded.contains(body[secret].as_str().unwrap()), "{secret} is recorded");
    }
}

async fn device(running: &Running) -> Value {
    let form = format!("client_id={}&scope={}", story::PUBLIC_CLIENT, encoded(SCOPE));
    let url = format!("{}/{}/oauth2/v2.0/devicecode", running.login_url(), story::TENANT);
    answer(http().post(url).body(form)).await.body
}

async fn poll(running: &Running, started: &Value) -> Answer {
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code".to_owned()),
        ("client_id", story::PUBLIC_CLIENT.to_string()),
        ("device_code", started["device_code"].as_str().unwrap_or("x").to_owned()),
    ];
    token(running, &form).await
}

async fn enter(running: &Running, started: &Value, rest: &str) -> u16 {
    let code = started["user_code"].as_str().unwrap().to_lowercase();
    let url = format!("{}?code={code}{rest}", started["verification_uri"].as_str().unwrap());
    _ = running;
    browser().get(url).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_device_code_waits_until_somebody_enters_it() {
    let running = twin().await;
    let started = device(&running).await;
    assert_eq!(poll(&running, &started).await.body["error"], "authorization_pending");
    assert_eq!(enter(&running, &started, "").await, 200);
    assert_eq!(poll(&running, &started).await.body["error"], "authorization_pending");
    assert_eq!(enter(&running, &started, &format!("&pick={}", story::AUDITOR)).await, 200);
    let answered = poll(&running, &started).await;
    assert_eq!(answered.status, 200, "{}", answered.body);
    assert_eq!(get(&running, &answered.body, POLICIES).await.status, 200);
    assert_eq!(poll(&running, &started).await.body["error"], "bad_verification_code");
    assert_eq!(enter(&running, &started, "&pick=x").await, 400);
}

#[tokio::test]
async fn a_device_code_is_declined_asked_for_too_often_or_over() {
    let running = twin().await;
    let started = device(&running).await;
    assert_eq!(enter(&running, &started, "&decline=1").await, 200);
    assert_eq!(poll(&running, &started).await.body["error"], "authorization_declined");
    let unknown = json!({});
    assert_eq!(poll(&running, &unknown).await.body["error"], "bad_verification_code");
    let options = Options { device_code_seconds: Some(0), ..Options::default() };
    let over = Twin::start(Directory::story(), options).await.unwrap();
    let started = device(&over).await;
    assert_eq!(poll(&over, &started).await.body["error"], "expired_token");
    let slow = Twin::start(Directory::story(), Options::default()).await.unwrap();
    let started = device(&slow).await;
    assert_eq!((&started["interval"], &started["expires_in"]), (&json!(5), &json!(900)));
    assert_eq!(poll(&slow, &started).await.body["error"], "authorization_pending");
    assert_eq!(poll(&slow, &started).await.body["error"], "slow_down");
}

#[tokio::test]
async fn a_challenge_is_met_by_a_sign_in_that_was_asked_for_claims() {
    let running = twin().await;
    let what = What::ClaimsChallenge("c7".into());
    running.add_fault(Fault { path: "/beta".into(), when: When::Always, what });
    let plain = signed_in(&running, story::AUDITOR).await;
    let refused = get(&running, &plain, POLICIES).await;
    assert_eq!(refused.status, 401);
    let header = refused.header("www-authenticate");
    assert!(header.contains("error=\"insufficient_claims\""), "{header}");
    let reader = story::AUDITOR.to_string();
    let claims = r#"{"access_token":{"acrs":{"essential":true,"value":"c7"}}}"#;
    let (_, location, _) = open(&running, &[("pick", &reader), ("claims", claims)]).await;
    let form = redemption(&parameter(&location, "code"));
    let stepped_up = token(&running, &form).await.body;
    assert_eq!(get(&running, &stepped_up, POLICIES).await.status, 200);
}

const PEM: &[u8] = include_bytes!("../fixtures/app.pem");
const ISSUER: &str = "https://token.actions.example";

fn foreign(change: impl FnOnce(&mut Value, &mut Value)) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = now.as_secs();
    let mut header = json!({"alg": "RS256", "typ": "JWT", "kid": "1"});
    let mut claims = json!({
        "iss": ISSUER, "sub": "repo:harbour/watch:ref:refs/heads/main",
        "aud": "api://AzureADTokenExchange", "iat": now, "exp": now + 300,
    });
    change(&mut header, &mut claims);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let key = PrivatePkcs8KeyDer::from_pem_slice(PEM).unwrap();
    let key = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn exchange(running: &Running, assertion: &str) -> Answer {
    let form = [
        ("grant_type", "client_credentials".to_owned()),
        ("client_id", story::WATCHER.to_string()),
        ("scope", format!("{}/.default", running.graph_url())),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
        ),
        ("client_assertion", assertion.to_owned()),
    ];
    token(running, &form).await
}

#[tokio::test]
async fn an_assertion_of_another_issuer_is_checked_in_every_part() {
    let running = twin().await;
    running.change(|directory| {
        directory.issuers.insert(ISSUER.into(), Certificate::from_pem(PEM).unwrap());
        directory.apps.get_mut(&story::WATCHER.0).unwrap().federated = vec![FederatedCredential {
            issuer: ISSUER.into(),
            subject: "repo:harbour/watch:ref:refs/heads/main".into(),
            audience: "api://AzureADTokenExchange".into(),
        }];
    });
    let good = foreign(|_, _| {});
    let answered = exchange(&running, &good).await;
    assert_eq!(answered.status, 200, "{}", answered.body);
    assert_eq!(get(&running, &answered.body, POLICIES).await.status, 200);
    let listed = foreign(|_, claims| claims["aud"] = json!(["x", "api://AzureADTokenExchange"]));
    assert_eq!(exchange(&running, &listed).await.status, 200);
    let (body, _) = good.rsplit_once('.').unwrap();
    let other = foreign(|_, claims| claims["iat"] = json!(1));
    for (what, assertion, number) in [
        ("issuer", foreign(|_, claims| claims["iss"] = json!("https://x.example")), 700_211),
        ("subject", foreign(|_, claims| claims["sub"] = json!("repo:evil")), 700_213),
        ("audience", foreign(|_, claims| claims["aud"] = json!("x")), 700_212),
        ("over", foreign(|_, claims| claims["exp"] = json!(1)), 700_024),
        ("no end", foreign(|_, claims| claims["exp"] = Value::Null), 700_024),
        ("early", foreign(|_, claims| claims["nbf"] = json!(9_999_999_999_u64)), 700_024),
        ("none", foreign(|header, _| header["alg"] = json!("none")), 50_013),
        ("forged", format!("{body}.{}", other.rsplit_once('.').unwrap().1), 50_013),
    ] {
        let answered = exchange(&running, &assertion).await;
        assert_eq!(answered.body["error_codes"], json!([number]), "{what}: {}", answered.body);
    }
    running.change(|directory| directory.issuers.clear());
    assert_eq!(exchange(&running, &good).await.body["error_codes"], json!([50_013]));
}

#[tokio::test]
async fn a_machine_s_identity_is_given_to_whoever_asks_from_the_machine() {
    let running = twin().await;
    let manage = |directory: &mut Directory, is: bool| {
        directory.apps.get_mut(&story::WATCHER.0).unwrap().is_managed_identity = is;
    };
    let graph = encoded(running.graph_url());
    let at = |rest: &str| {
        format!("{}/metadata/identity/oauth2/token?resource={graph}{rest}", running.login_url())
    };
    let version = "&api-version=2018-02-01";
    let asked = |url: String| http().get(url).header("metadata", "true");
    let refused = |answer: Answer| answer.body["error_description"].as_str().unwrap().to_owned();
    assert_eq!(refused(answer(asked(at(version))).await), "Identity not found");
    running.change(|directory| manage(directory, true));
    let bare = answer(http().get(at(version))).await;
    assert_eq!(refused(bare), "Required metadata header not specified");
    let forwarded = asked(at(version)).header("x-forwarded-for", "10.0.0.1");
    assert!(refused(answer(forwarded).await).contains("forwarded"));
    assert_eq!(refused(answer(asked(at(""))).await), "Unsupported api-version");
    let given = answer(asked(at(version))).await;
    assert_eq!(given.body["expires_in"], "3599");
    assert_eq!(get(&running, &given.body, POLICIES).await.status, 200);
    let other = format!("{version}&client_id={}", story::PUBLIC_CLIENT);
    assert_eq!(refused(answer(asked(at(&other))).await), "Identity not found");
    let app = format!("{}/msi/token?resource={graph}&api-version=2019-08-01", running.login_url());
    assert_eq!(answer(http().get(&app)).await.status, 401);
    let given = answer(http().get(&app).header("x-identity-header", IDENTITY_HEADER)).await;
    assert_eq!(get(&running, &given.body, POLICIES).await.status, 200);
    running.change(|directory| {
        let mut second = directory.apps[&story::WATCHER.0].clone();
        second.client_id = halligan_core::id::AppId::from_u128(5);
        directory.register(second);
    });
    let several = answer(asked(at(version))).await;
    assert!(refused(several).starts_with("Multiple user assigned identities"));
}
