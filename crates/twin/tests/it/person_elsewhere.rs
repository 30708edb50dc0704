//! Persons in the tenants of an estate, under the names of the clouds, and in batches.

use std::net::SocketAddr;

use halligan_twin::{
    Consent, Directory, Estate, EstateTenant, Fault, Options, Running, Twin, What, When, story,
};
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use crate::{Answer, answer, encoded, http};

const HOME: &str = "http://localhost:4711/";

/// A sign-in service as a client knows it, and a tenant of it.
struct Door {
    http: reqwest::Client,
    login: String,
    tenant: String,
}

fn estate() -> Estate {
    Estate::new(7, 40, "2026-11-22T00:00:00Z".parse().unwrap()).unwrap()
}

/// Two customers that let everything in.
fn customers(estate: &Estate) -> [EstateTenant; 2] {
    let all = (0..estate.tenants()).map(|number| estate.tenant(number).unwrap());
    let open: Vec<_> = all.filter(|tenant| tenant.consent == Consent::Granted).take(2).collect();
    open.try_into().unwrap()
}

/// Somebody of a tenant who may sign in: the first by name.
fn somebody(directory: &Directory) -> String {
    let enabled = directory.users.values().filter(|user| user.object["accountEnabled"] == true);
    enabled.map(|user| user.object["id"].as_str().unwrap().to_owned()).next().unwrap()
}

fn door(running: &Running, tenant: impl ToString) -> Door {
    http();
    let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    Door { http, login: running.login_url().to_owned(), tenant: tenant.to_string() }
}

impl Door {
    fn url(&self, last: &str) -> String {
        format!("{}/{}/oauth2/v2.0/{last}", self.login, self.tenant)
    }

    async fn post(&self, last: &str, fields: &[(&str, &str)]) -> Answer {
        let client = story::PUBLIC_CLIENT.to_string();
        let fields = fields.iter().copied().chain([("client_id", client.as_str())]);
        let body: Vec<String> =
            fields.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        answer(self.http.post(self.url(last)).body(body.join("&"))).await
    }

    /// Where the browser is sent when `user` is picked.
    async fn pick(&self, user: &str, scope: &str) -> String {
        let url = format!(
            "{}?client_id={}&response_type=code&redirect_uri={}&scope={}&pick={user}",
            self.url("authorize"),
            story::PUBLIC_CLIENT,
            encoded(HOME),
            encoded(scope),
        );
        let response = self.http.get(url).send().await.unwrap();
        let location = response.headers().get("location");
        location.map_or("", |to| to.to_str().unwrap()).to_owned()
    }

    async fn code(&self, user: &str, scope: &str) -> String {
        let location = self.pick(user, scope).await;
        let code = location.strip_prefix(HOME).and_then(|rest| rest.strip_prefix("?code="));
        code.unwrap_or_else(|| panic!("{location}")).split('&').next().unwrap().to_owned()
    }

    async fn redeem(&self, code: &str) -> Answer {
        let grant = ("grant_type", "authorization_code");
        self.post("token", &[grant, ("code", code), ("redirect_uri", HOME)]).await
    }

    async fn renew(&self, body: &Value) -> Answer {
        let token = body["refresh_token"].as_str().unwrap();
        self.post("token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    async fn sign_in(&self, user: &str, scope: &str) -> Value {
        let answered = self.redeem(&self.code(user, scope).await).await;
        assert_eq!(answered.status, 200, "{}", answered.body);
        answered.body
    }

    async fn get(&self, url: &str, body: &Value) -> Answer {
        answer(self.http.get(url).bearer_auth(body["access_token"].as_str().unwrap())).await
    }
}

#[tokio::test]
async fn persons_of_an_estate_sign_in_to_their_own_tenant_alone() {
    let estate = estate();
    let running = Twin::start_estate(estate.clone(), Options::default()).await.unwrap();
    let [one, other] = customers(&estate);
    let scope = "openid offline_access Organization.Read.All";
    for tenant in [&one, &estate.partner()] {
        let door = door(&running, tenant.id);
        let number = (0..estate.tenants()).find(|n| estate.tenant(*n).unwrap().id == tenant.id);
        let directory = number.and_then(|number| estate.directory(number));
        let user = somebody(&directory.unwrap_or_else(|| estate.partner_directory()));
        let body = door.sign_in(&user, scope).await;
        let url = format!("{}/v1.0/organization", running.graph_url());
        let organization = door.get(&url, &body).await;
        assert_eq!(organization.body["value"][0]["id"], tenant.id.to_string());
        assert_eq!(door.renew(&body).await.status, 200);
        // What one tenant issued is worth nothing at another.
        let elsewhere = self::door(&running, other.id);
        assert_eq!(elsewhere.renew(&body).await.body["error_codes"], json!([700_082]));
        let code = door.code(&user, scope).await;
        assert_eq!(elsewhere.redeem(&code).await.body["error_codes"], json!([54_005]));
        let location = elsewhere.pick(&user, scope).await;
        assert!(location.contains("AADSTS50034"), "{location}");
    }
}

#[tokio::test]
async fn a_device_code_lists_the_users_of_its_own_tenant() {
    let estate = estate();
    let options = Options { device_code_interval_seconds: Some(0), ..Options::default() };
    let running = Twin::start_estate(estate.clone(), options).await.unwrap();
    let [_, tenant] = customers(&estate);
    let number = (0..estate.tenants()).find(|n| estate.tenant(*n).unwrap().id == tenant.id);
    let directory = estate.directory(number.unwrap()).unwrap();
    let user = somebody(&directory);
    let name = directory.user_name(&user);
    let door = door(&running, tenant.id);
    let started = door.post("devicecode", &[("scope", "Organization.Read.All")]).await.body;
    let page = async |rest: String| {
        let url = format!("{}{rest}", started["verification_uri"].as_str().unwrap());
        door.http.get(url).send().await.unwrap().text().await.unwrap()
    };
    // Before there is a code, nobody's users are shown.
    assert!(!page(String::new()).await.contains("name=\"pick\""));
    let code = started["user_code"].as_str().unwrap();
    assert!(page(format!("?code={code}")).await.contains(&name));
    assert!(page(format!("?code={code}&pick={user}")).await.contains("Done"));
    let device_code = started["device_code"].as_str().unwrap();
    let poll = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", device_code),
    ];
    let [other, _] = customers(&estate);
    let elsewhere = self::door(&running, other.id).post("token", &poll).await;
    assert_eq!(elsewhere.body["error"], "bad_verification_code");
    let answered = door.post("token", &poll).await;
    let url = format!("{}/v1.0/organization", running.graph_url());
    let organization = door.get(&url, &answered.body).await;
    assert_eq!(organization.body["value"][0]["id"], tenant.id.to_string());
}

/// Names that tests look for on pages.
trait UserName {
    fn user_name(&self, id: &str) -> String;
}

impl UserName for Directory {
    fn user_name(&self, id: &str) -> String {
        let user = &self.users[&id.parse().unwrap()].object;
        user["userPrincipalName"].as_str().unwrap().to_owned()
    }
}

/// A twin under the names of two clouds, and the client that finds it there.
async fn clouds() -> (Running, reqwest::Client, u16) {
    let options = Options { https: true, ..Options::default() };
    let running = Twin::start(Directory::story(), options).await.unwrap();
    let address: SocketAddr =
        running.graph_url().strip_prefix("https://").unwrap().parse().unwrap();
    _ = rustls::crypto::ring::default_provider().install_default();
    let authority =
        reqwest::Certificate::from_pem(running.authority().unwrap().as_bytes()).unwrap();
    let mut client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .tls_certs_merge([authority])
        .timeout(std::time::Duration::from_secs(20));
    for name in [
        "login.microsoftonline.us",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "login.chinacloudapi.cn",
        "microsoftgraph.chinacloudapi.cn",
    ] {
        client = client.resolve(name, address);
    }
    (running, client.build().unwrap(), address.port())
}

#[tokio::test]
async fn a_person_s_token_and_renewal_stay_in_their_cloud() {
    let (_running, http, port) = clouds().await;
    let at = |login: &str| Door {
        http: http.clone(),
        login: format!("https://{login}:{port}"),
        tenant: story::TENANT.to_string(),
    };
    let government = at("login.microsoftonline.us");
    let auditor = story::AUDITOR.to_string();
    for (graph, prefix) in [
        ("graph.microsoft.us", ""),
        ("graph.microsoft.us", "https://graph.microsoft.us/"),
        ("dod-graph.microsoft.us", "https://dod-graph.microsoft.us/"),
    ] {
        let scope = format!("openid offline_access {prefix}User.Read.All");
        let body = government.sign_in(&auditor, &scope).await;
        assert_eq!(body["scope"], format!("https://{graph}/User.Read.All"));
        for known in ["graph.microsoft.us", "dod-graph.microsoft.us"] {
            let url = format!("https://{known}:{port}/v1.0/users?$top=1");
            let expected = if known == graph { 200 } else { 401 };
            assert_eq!(government.get(&url, &body).await.status, expected, "{known}, {graph}");
        }
        assert_eq!(government.renew(&body).await.status, 200);
        let china = at("login.chinacloudapi.cn");
        assert_eq!(china.renew(&body).await.body["error_codes"], json!([700_082]));
    }
    let both = "https://graph.microsoft.us/A https://dod-graph.microsoft.us/A";
    assert!(government.pick(&auditor, both).await.contains("AADSTS28000"));
    let foreign = "https://graph.microsoft.com/User.Read.All";
    assert!(government.pick(&auditor, foreign).await.contains("AADSTS70011"));
    // The page for codes is the cloud's own, and the services of a machine are nobody's.
    let started = government.post("devicecode", &[("scope", "User.Read.All")]).await.body;
    let page = format!("https://login.microsoftonline.us:{port}/devicelogin");
    assert_eq!(started["verification_uri"], page);
    for host in ["login.microsoftonline.us", "graph.microsoft.us"] {
        let url = format!("https://{host}:{port}/metadata/identity/oauth2/token");
        let asked = answer(http.get(url).header("metadata", "true")).await;
        assert_eq!((asked.status, asked.code()), (400, "BadRequest"), "{host}");
    }
    let url = format!("https://graph.microsoft.us:{port}/{}/oauth2/v2.0/token", story::TENANT);
    assert_eq!(answer(http.post(url)).await.code(), "BadRequest");
}

#[tokio::test]
async fn a_challenge_names_the_cloud_s_sign_in() {
    let (running, http, port) = clouds().await;
    let what = What::ClaimsChallenge("c7".into());
    running.add_fault(Fault { path: "/v1.0".into(), when: When::Always, what });
    let login = format!("https://login.microsoftonline.us:{port}");
    let government = Door { http, login, tenant: story::TENANT.to_string() };
    let body = government.sign_in(&story::AUDITOR.to_string(), "User.Read.All").await;
    let url = format!("https://graph.microsoft.us:{port}/v1.0/users");
    let refused = government.get(&url, &body).await;
    let header = refused.header("www-authenticate");
    let named = "authorization_uri=\"https://login.microsoftonline.us/common/oauth2/authorize\"";
    assert!(refused.status == 401 && header.contains(named), "{header}");
}

#[tokio::test]
async fn parts_of_a_batch_may_no_more_than_the_person() {
    let running = Twin::start(Directory::story(), Options::default()).await.unwrap();
    let door = door(&running, story::TENANT);
    let what = What::SignInRefused { error: "access_denied", number: 53_003 };
    running.add_fault(Fault { path: "/v1.0/groups".into(), when: When::Always, what });
    let parts = json!({"requests": [
        {"id": "policies", "method": "GET", "url": "/identity/conditionalAccess/policies"},
        {"id": "user", "method": "GET", "url": format!("/users/{}", story::ACCOUNT_ALPHA)},
        {"id": "domains", "method": "GET", "url": "/domains"},
        {"id": "groups", "method": "GET", "url": "/groups"},
    ]});
    // The reader's role opens policies, the member's none; neither asked for domains or groups;
    // and a refusal of the sign-in service is none of Graph's answers.
    for (user, policies) in [(story::AUDITOR, 200), (story::GROUP_OWNER, 403)] {
        let body = door.sign_in(&user.to_string(), "Policy.Read.All User.Read.All").await;
        let request = http()
            .post(format!("{}/v1.0/$batch", running.graph_url()))
            .bearer_auth(body["access_token"].as_str().unwrap())
            .header("content-type", "application/json");
        let whole = answer(request.body(parts.to_string())).await.body;
        let status = |id: &str| {
            let mut answers = whole["responses"].as_array().unwrap().iter();
            answers.find(|one| one["id"] == id).unwrap()["status"].as_u64().unwrap()
        };
        assert_eq!(status("policies"), policies, "{whole}");
        assert_eq!((status("user"), status("domains"), status("groups")), (200, 403, 403));
    }
}
