//! Microsoft's Graph SDK for Python against the twin, in a virtual environment under `target`.
//!
//! The SDK is used as it comes: the twin is its proxy, stands for the usual addresses, and is
//! believed because the SDK is told of its authority. What is asserted is in `tests/python/sdk.py`.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use halligan_twin::{Directory, Object, Options, Running, Throttling, Twin, story};
use serde_json::json;
use tokio::process::Command;
use tokio::time::timeout;

/// The SDK and its parts, with their versions.
const REQUIREMENTS: &str = include_str!("../python/requirements.txt");
/// How long the installation may take: the SDK has some 20,000 modules.
const INSTALL_PATIENCE: Duration = Duration::from_secs(300);
/// How long the SDK may take to read everything.
const READ_PATIENCE: Duration = Duration::from_secs(120);
/// Whether the twin answers `$batch`.
const BATCH: bool = true;
/// What pip says when the network is at fault, and not what it was asked for.
const UNREACHABLE: [&str; 7] = [
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "SSLError",
    "Temporary failure in name resolution",
    "Network is unreachable",
];

#[tokio::test]
async fn microsoft_s_python_sdk_reads_the_twin() {
    let python = match environment().await {
        Ok(python) => python,
        Err(why) => return eprintln!("skipped: Microsoft's Graph SDK for Python: {why}"),
    };
    let running = start().await;
    let folder = tempfile::tempdir().unwrap();
    let authority = folder.path().join("authority.pem");
    std::fs::write(&authority, running.authority().unwrap()).unwrap();
    let mut command = Command::new(python);
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/sdk.py"))
        .args(BATCH.then_some("batch"))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env("HTTPS_PROXY", running.graph_url().replace("https", "http"))
        .env("SSL_CERT_FILE", &authority)
        .env("REQUESTS_CA_BUNDLE", &authority)
        .env("TENANT", story::TENANT.to_string())
        .env("CLIENT_ID", story::WATCHER.to_string())
        .env("CLIENT_SECRET", story::WATCHER_SECRET)
        .env("METHODS_USER", story::ACCOUNT_BRAVO.to_string())
        .env("METHODS", METHODS.join(" "));
    let output = run(&mut command, READ_PATIENCE).await.expect("the SDK reads in time");
    let (said, failed) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{said}\n{failed}");
    for name in [
        "CA policies",
        "named locations",
        "users",
        "authentication methods",
        "groups",
        "members",
        "role assignments",
        "pages",
        "errors",
    ] {
        assert!(said.contains(&format!("ok: {name} (")), "{name} is missing in:\n{said}");
    }
    assert_eq!(said.contains("ok: batch ("), BATCH);
}

async fn start() -> Running {
    let mut directory = Directory::story();
    let bravo = directory.users.get_mut(&story::ACCOUNT_BRAVO.0).unwrap();
    bravo.methods = METHODS.iter().map(|kind| method(kind)).collect();
    let options = Options { https: true, throttling: Throttling::Off, ..Options::default() };
    Twin::start(directory, options).await.unwrap()
}

/// Every kind of authentication method that v1.0 lists.
const METHODS: [&str; 10] = [
    "Password",
    "Phone",
    "Fido2",
    "Email",
    "MicrosoftAuthenticator",
    "WindowsHelloForBusiness",
    "SoftwareOath",
    "TemporaryAccessPass",
    "PlatformCredential",
    "External",
];

/// A method of a kind, with a member or two of its own.
fn method(kind: &str) -> Object {
    let first = kind[..1].to_lowercase();
    let own = match kind {
        "Phone" => json!({"phoneNumber": "+49 15550100", "phoneType": "mobile",
                          "smsSignInState": "ready"}),
        "Fido2" => json!({"aaGuid": "2fc0579f-8113-47ea-b116-bb5a8db9202a", "model": "YubiKey 5",
                          "attestationLevel": "attested", "passkeyType": "deviceBound"}),
        "Email" => json!({"emailAddress": "somebody@harbourpine.example"}),
        "MicrosoftAuthenticator" => json!({"displayName": "Phone", "phoneAppVersion": "6.2511"}),
        "WindowsHelloForBusiness" => json!({"displayName": "Laptop", "keyStrength": "normal"}),
        "TemporaryAccessPass" => json!({
            "lifetimeInMinutes": 60,
            "isUsableOnce": true,
            "isUsable": true,
            "methodUsabilityReason": "EnabledByPolicy",
        }),
        "PlatformCredential" => json!({"displayName": "Mac", "platform": "macOS",
                                       "keyStrength": "normal"}),
        "External" => json!({"displayName": "Another provider's MFA",
                             "configurationId": "2fc0579f-8113-47ea-b116-bb5a8db9202b"}),
        _ => json!({}),
    };
    let mut method = own.as_object().unwrap().clone();
    let kind = format!("#microsoft.graph.{first}{}AuthenticationMethod", &kind[1..]);
    method.insert("@odata.type".into(), kind.as_str().into());
    method.insert("id".into(), format!("id of {kind}").into());
    method.insert("createdDateTime".into(), "2026-11-01T08:00:00Z".into());
    method
}

/// The interpreter of an environment with the SDK in it; why there is none.
async fn environment() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("graph-sdk");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let mark = folder.join("installed.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|text| text == REQUIREMENTS) {
        return Ok(python);
    }
    let program = if cfg!(windows) { "python" } else { "python3" };
    let mut make = Command::new(program);
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    let made = run(&mut make, INSTALL_PATIENCE).await;
    let made = made.map_err(|why| format!("`{program}` cannot be run: {why}"))?;
    if !made.status.success() {
        let why = last_line(&made.stdout);
        return Err(format!("no virtual environment (Debian package `python3-venv`): {why}"));
    }
    let mut install = Command::new(&python);
    install
        .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"])
        .args(["--retries", "1", "--timeout", "20", "--requirement"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/requirements.txt"));
    let installed = run(&mut install, INSTALL_PATIENCE).await?;
    let said = text(&installed.stderr);
    if installed.status.success() {
        std::fs::write(&mark, REQUIREMENTS).unwrap();
        return Ok(python);
    }
    let network = UNREACHABLE.iter().find(|known| said.contains(**known));
    let network = network.unwrap_or_else(|| panic!("the SDK cannot be installed: {said}"));
    Err(format!("the package registry cannot be reached ({network})"))
}

/// Runs a program to its end, or ends it.
async fn run(command: &mut Command, patience: Duration) -> Result<Output, String> {
    let output = command.stdin(Stdio::null()).kill_on_drop(true).output();
    match timeout(patience, output).await {
        Ok(output) => output.map_err(|error| error.to_string()),
        Err(_) => Err(format!("it did not end in {} s", patience.as_secs())),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn last_line(bytes: &[u8]) -> String {
    text(bytes).lines().last().unwrap_or_default().to_owned()
}
