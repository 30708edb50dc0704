//! Tokens: what gets one, what does not, and what one is worth.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::AppId;
use halligan_core::time::Timestamp;
use halligan_twin::{App, Directory, Options, Running, Twin, story};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PSS_SHA256, RsaKeyPair};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde_json::{Value, json};

use crate::{Answer, answer, ask_token, http, secret_form, story_twin};

const PEM: &[u8] = include_bytes!("../fixtures/app.pem");
const SIGNER: AppId = AppId::from_u128(0x51);

async fn signed_twin() -> Running {
    let mut directory = Directory::story();
    let app = App::new(SIGNER, "Signer", &["Domain.Read.All"]).with_certificate(PEM).unwrap();
    directory.register(app);
    Twin::start(directory, Options::default()).await.unwrap()
}

fn thumbprint() -> String {
    let der = CertificateDer::from_pem_slice(PEM).unwrap();
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, &der))
}

fn url(running: &Running) -> String {
    format!("{}/{}/oauth2/v2.0/token", running.login_url(), story::TENANT)
}

fn claims(running: &Running) -> Value {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = i64::try_from(now.as_secs()).unwrap();
    json!({
        "aud": url(running), "iss": SIGNER.to_string(), "sub": SIGNER.to_string(),
        "jti": "00000000-0000-0000-0000-000000000001", "nbf": now, "iat": now, "exp": now + 300,
    })
}

fn header() -> Value {
    json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint()})
}

fn sign(header: &Value, claims: &Value) -> String {
    let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let key = PrivatePkcs8KeyDer::from_pem_slice(PEM).unwrap();
    let key = RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()).unwrap();
    let mut signature = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    key.sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature).unwrap();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn assert_with(running: &Running, assertion: &str) -> Answer {
    let form = [
        ("grant_type", "client_credentials".into()),
        ("client_id", SIGNER.to_string()),
        ("scope", format!("{}/.default", running.graph_url())),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
        ),
        ("client_assertion", assertion.to_owned()),
    ];
    ask_token(running, &story::TENANT.to_string(), &form).await
}

#[tokio::test]
async fn a_secret_gets_a_token_that_opens_graph() {
    let (running, client) = story_twin().await;
    for tenant in [story::INITIAL_DOMAIN, story::FEDERATED_DOMAIN] {
        let answer = ask_token(&running, tenant, &secret_form()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body["expires_in"], 3_599);
    }
    assert_eq!(client.get("/v1.0/organization").await.status, 200);
    running.revoke_tokens();
    let answer = client.get("/v1.0/organization").await;
    assert_eq!((answer.status, answer.code()), (401, "InvalidAuthenticationToken"));
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
}

#[tokio::test]
async fn wrong_requests_get_their_number() {
    let (running, _client) = story_twin().await;
    let tenant = story::TENANT.to_string();
    for (tenant, field, value, status, error, number) in [
        ("other.example", "", "", 400, "invalid_request", 90_002),
        ("common", "", "", 400, "invalid_request", 90_002),
        (&tenant, "client_id", "x", 400, "unauthorized_client", 700_016),
        (&tenant, "client_secret", "wrong", 401, "invalid_client", 7_000_215),
        (&tenant, "client_secret", "", 401, "invalid_client", 7_000_216),
        (&tenant, "grant_type", "implicit", 400, "unsupported_grant_type", 70_003),
        (&tenant, "grant_type", "", 400, "invalid_request", 900_144),
        (&tenant, "scope", "User.Read", 400, "invalid_scope", 70_011),
        (&tenant, "scope", "https://other.example/.default", 400, "invalid_scope", 70_011),
    ] {
        let mut form = secret_form();
        if let Some(pair) = form.iter_mut().find(|(name, _)| *name == field) {
            pair.1 = value.into();
        }
        let answer = ask_token(&running, tenant, &form).await;
        assert_eq!(answer.status, status, "{field}={value}: {}", answer.body);
        assert_eq!(answer.body["error"], error);
        assert_eq!(answer.body["error_codes"], json!([number]));
        let description = answer.body["error_description"].as_str().unwrap();
        assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
        assert!(description.contains(" Trace ID: "), "{description}");
        assert!(!description.contains("wrong"), "{description}");
    }
    let timestamp = ask_token(&running, "x", &secret_form()).await.body["timestamp"].clone();
    let timestamp = timestamp.as_str().unwrap().replace(' ', "T");
    assert!(timestamp.parse::<Timestamp>().is_ok(), "{timestamp}");
}

#[tokio::test]
async fn a_signed_assertion_gets_a_token() {
    let running = signed_twin().await;
    let answered = assert_with(&running, &sign(&header(), &claims(&running))).await;
    assert_eq!(answered.status, 200, "{}", answered.body);
    let token = answered.body["access_token"].as_str().unwrap();
    let url = format!("{}/v1.0/domains", running.graph_url());
    assert_eq!(answer(http().get(url).bearer_auth(token)).await.status, 200);
}

#[tokio::test]
async fn assertions_are_really_checked() {
    let running = signed_twin().await;
    let (good_header, good) = (header(), claims(&running));
    let header_with = |name: &str, value: Value| {
        let mut header = good_header.clone();
        header[name] = value;
        sign(&header, &good)
    };
    let claims_with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        sign(&good_header, &claims)
    };
    let now = good["nbf"].as_i64().unwrap();
    let valid = sign(&good_header, &good);
    let (body, _) = valid.rsplit_once('.').unwrap();
    let forged = {
        let other = claims_with("jti", json!("other"));
        let (_, signature) = other.rsplit_once('.').unwrap();
        format!("{body}.{signature}")
    };
    for (what, assertion, number) in [
        ("no JWT", "x".to_owned(), 50_027),
        ("no base64", "%.%.%".to_owned(), 50_027),
        ("none", header_with("alg", json!("none")), 50_027),
        ("RS256", header_with("alg", json!("RS256")), 50_027),
        ("another key", header_with("x5t#S256", json!("AAAA")), 700_027),
        ("another signature", forged, 700_027),
        ("no signature", format!("{body}."), 700_027),
        ("issuer", claims_with("iss", json!("x")), 700_021),
        ("subject", claims_with("sub", json!(story::WATCHER.to_string())), 700_021),
        ("audience", claims_with("aud", json!(running.graph_url())), 700_023),
        ("over", claims_with("exp", json!(now - 301)), 700_024),
        ("not yet", claims_with("nbf", json!(now + 400)), 700_024),
        ("too long", claims_with("exp", json!(now + 90_000)), 700_024),
        ("far off", claims_with("exp", json!(i64::MAX)), 700_024),
        ("no end", claims_with("exp", Value::Null), 700_024),
        ("no id", claims_with("jti", Value::Null), 50_027),
    ] {
        let answer = assert_with(&running, &assertion).await;
        assert_eq!(answer.body["error_codes"], json!([number]), "{what}: {}", answer.body);
    }
    assert_eq!(assert_with(&running, &valid).await.status, 200);
}

#[tokio::test]
async fn strange_tokens_open_nothing() {
    let (running, _client) = story_twin().await;
    let url = format!("{}/v1.0/organization", running.graph_url());
    for authorization in ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "Bearer x y"] {
        let answer = answer(http().get(&url).header("authorization", authorization)).await;
        assert_eq!(answer.status, 401, "{authorization}");
        assert_eq!(answer.code(), "InvalidAuthenticationToken");
    }
    let large = http().post(format!("{}/x/oauth2/v2.0/token", running.login_url()));
    assert_eq!(answer(large.body("x".repeat(100_000))).await.status, 413);
}

#[tokio::test]
async fn nothing_secret_is_recorded() {
    let options = Options { record: true, ..Options::default() };
    let (running, client) = crate::start(Directory::story(), options).await;
    client.get("/v1.0/organization").await;
    let recorded = format!("{:?}", running.exchanges());
    assert!(!recorded.contains(story::WATCHER_SECRET));
    assert!(!recorded.contains(&client.token));
    assert!(recorded.contains("(hidden)"));
    assert!(!format!("{running:?}").contains(story::WATCHER_SECRET));
}
