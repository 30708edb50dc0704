//! HTTPS, the names of Microsoft's clouds, and the twin as a proxy.

use std::net::SocketAddr;

use halligan_twin::{Directory, Fault, Options, Running, Twin, What, When, story};
use reqwest::{Certificate, ClientBuilder, Proxy};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::{Answer, answer, encoded, secret_form};

async fn start() -> Running {
    let options = Options { https: true, page_size: Some(3), ..Options::default() };
    Twin::start(Directory::story(), options).await.unwrap()
}

fn builder(running: &Running) -> ClientBuilder {
    _ = rustls::crypto::ring::default_provider().install_default();
    let authority = Certificate::from_pem(running.authority().unwrap().as_bytes()).unwrap();
    reqwest::Client::builder()
        .tls_certs_merge([authority])
        .timeout(std::time::Duration::from_secs(20))
}

fn address(running: &Running) -> SocketAddr {
    running.graph_url().strip_prefix("https://").unwrap().parse().unwrap()
}

/// A token from `login` for `graph`, both origins.
async fn token(http: &reqwest::Client, login: &str, graph: &str) -> Answer {
    let mut form = secret_form();
    form.retain(|(name, _)| *name != "scope");
    form.push(("scope", format!("{graph}/.default")));
    let pairs: Vec<String> =
        form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let url = format!("{login}/{}/oauth2/v2.0/token", story::TENANT);
    let request = http.post(url).header("content-type", "application/x-www-form-urlencoded");
    answer(request.body(pairs.join("&"))).await
}

async fn users(http: &reqwest::Client, graph: &str, token: &Answer) -> Answer {
    let token = token.body["access_token"].as_str().unwrap();
    answer(http.get(format!("{graph}/v1.0/users?$top=3")).bearer_auth(token)).await
}

#[tokio::test]
async fn https_is_believed_with_the_authority_and_only_with_it() {
    let running = start().await;
    let http = builder(&running).no_proxy().build().unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("https://{host}:{}", address(&running).port());
        let token = token(&http, &url, "https://graph.microsoft.com").await;
        let users = users(&http, &url, &token).await;
        assert_eq!(users.status, 200, "{host}: {}", users.body);
        let next = users.body["@odata.nextLink"].as_str().unwrap();
        assert!(next.starts_with(running.graph_url()), "{next}");
    }
    let stranger = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = running.graph_url();
    let error = stranger.get(url).send().await.unwrap_err();
    assert!(format!("{error:?}").contains("UnknownIssuer"), "{error:?}");
}

#[tokio::test]
async fn the_same_port_speaks_plain_http() {
    let running = start().await;
    let plain = format!("http://{}", address(&running));
    let http = crate::http();
    let token = token(&http, &plain, "https://graph.microsoft.com").await;
    assert_eq!(users(&http, &plain, &token).await.status, 200);
}

#[tokio::test]
async fn every_cloud_is_reached_by_its_names() {
    let running = start().await;
    let clouds = [
        ("login.microsoftonline.com", "graph.microsoft.com"),
        ("login.microsoftonline.us", "graph.microsoft.us"),
        ("login.microsoftonline.us", "dod-graph.microsoft.us"),
        ("login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn"),
        ("login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn"),
    ];
    let mut client = builder(&running).no_proxy();
    for (login, graph) in clouds {
        client = client.resolve(login, address(&running)).resolve(graph, address(&running));
    }
    let http = client.build().unwrap();
    let port = address(&running).port();
    for (login, graph) in clouds {
        let (login, resource) = (format!("https://{login}:{port}"), format!("https://{graph}"));
        let graph = format!("{resource}:{port}");
        let token = token(&http, &login, &resource).await;
        assert_eq!(token.status, 200, "{login}: {}", token.body);
        let users = users(&http, &graph, &token).await;
        assert_eq!(users.status, 200, "{graph}: {}", users.body);
        let next = users.body["@odata.nextLink"].as_str().unwrap();
        assert!(next.starts_with(&format!("{graph}/v1.0/users?")), "{next}");
        let metadata =
            answer(http.get(format!("{login}/x/v2.0/.well-known/openid-configuration"))).await;
        assert_eq!(metadata.body["token_endpoint"], format!("{login}/x/oauth2/v2.0/token"));
    }
}

#[tokio::test]
async fn a_cloud_is_closed_to_another_cloud_s_tokens() {
    let running = start().await;
    let (login, china) = ("login.microsoftonline.us", "microsoftgraph.chinacloudapi.cn");
    let government = "graph.microsoft.us";
    let mut client = builder(&running).no_proxy();
    for name in [login, china, government] {
        client = client.resolve(name, address(&running));
    }
    let http = client.build().unwrap();
    let at = |name: &str| format!("https://{name}:{}", address(&running).port());
    let refused = token(&http, &at(login), "https://graph.microsoft.com").await;
    assert_eq!((refused.status, &refused.body["error"]), (400, &"invalid_scope".into()));
    let token = token(&http, &at(login), &format!("https://{government}")).await;
    assert_eq!(users(&http, &at(government), &token).await.status, 200);
    let answer = users(&http, &at(china), &token).await;
    assert_eq!((answer.status, answer.code()), (401, "InvalidAuthenticationToken"));
    // Each name is one service: the token service is not at Graph's name, nor the reverse.
    assert_eq!(users(&http, &at(login), &token).await.status, 400);
    assert_eq!(crate::https::token(&http, &at(china), "x").await.status, 400);
}

#[tokio::test]
async fn a_client_whose_proxy_is_the_twin_needs_nothing_else() {
    let running = start().await;
    let proxy = Proxy::https(format!("http://{}", address(&running))).unwrap();
    let http = builder(&running).proxy(proxy).build().unwrap();
    let graph = "https://graph.microsoft.com";
    let token = token(&http, "https://login.microsoftonline.com", graph).await;
    let users = users(&http, graph, &token).await;
    assert_eq!(users.status, 200);
    let next = users.body["@odata.nextLink"].as_str().unwrap();
    assert!(next.starts_with("https://graph.microsoft.com/v1.0/users?"), "{next}");
}

#[tokio::test]
async fn the_twin_is_a_proxy_to_nowhere_else() {
    let running = start().await;
    for (request, expected) in [
        ("CONNECT example.com:443 HTTP/1.1\r\n\r\n".to_owned(), "HTTP/1.1 403 Forbidden"),
        (format!("CONNECT {}\r\n\r\n", "x".repeat(9_000)), "HTTP/1.1 431 "),
    ] {
        let mut stream = TcpStream::connect(address(&running)).await.unwrap();
        _ = stream.write_all(request.as_bytes()).await;
        let mut text = vec![0; 64];
        let read = stream.read(&mut text).await.unwrap();
        let text = String::from_utf8_lossy(&text[..read]).into_owned();
        assert!(text.starts_with(expected), "{text}");
    }
}

#[tokio::test]
async fn faults_strike_inside_tls_as_well() {
    let running = start().await;
    let http = builder(&running).no_proxy().build().unwrap();
    let url = running.graph_url();
    let token = token(&http, url, "https://graph.microsoft.com").await;
    for what in [What::DropConnection, What::TruncateBody(5)] {
        running.clear_faults();
        running.add_fault(Fault { path: "/v1.0/users".into(), when: When::Nth(1), what });
        let bearer = token.body["access_token"].as_str().unwrap();
        let sent = http.get(format!("{url}/v1.0/users")).bearer_auth(bearer).send().await;
        let body = match sent {
            Ok(response) => response.bytes().await.map(|_| ()),
            Err(error) => Err(error),
        };
        assert!(body.is_err());
        assert_eq!(users(&http, url, &token).await.status, 200);
    }
}

#[tokio::test]
async fn a_client_that_never_begins_holds_up_nobody() {
    let running = start().await;
    let _silent = TcpStream::connect(address(&running)).await.unwrap();
    let mut rude = TcpStream::connect(address(&running)).await.unwrap();
    rude.write_all(&[22, 3, 1, 255, 255, 0]).await.unwrap();
    let http = builder(&running).no_proxy().build().unwrap();
    let token = token(&http, running.graph_url(), "https://graph.microsoft.com").await;
    assert_eq!(token.status, 200);
}
