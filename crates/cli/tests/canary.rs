//! The daemon's canary: it flies to the simulated tenant, its record comes back, and what else is
//! tried with the decoy is told.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests fail by panicking"
)]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use halligan_app::canary::{Canary, Standing, request_id};
use halligan_app::config::Config;
use halligan_app::simulated::{Attempt, Origin, Shown, Simulated, Throttling, TwinOptions};
use halligan_core::id::UserId;
use halligan_core::time::{SignedDuration, Timestamp};
use halligan_core::watch::canary::{Answer, Target};
use serde_json::Value;

const TOKEN: &str = "correct-horse-battery-staple";
const PLAIN: UserId = UserId::from_u128(0xdec0);
const PATIENCE: Duration = Duration::from_secs(60);

/// A running tenant, and the folder of a register whose canary knocks at one of its accounts.
struct Lab {
    folder: tempfile::TempDir,
    tenant: Simulated,
    runtime: tokio::runtime::Runtime,
    decoy: UserId,
    name: String,
    address: SocketAddr,
}

impl Lab {
    fn new(is_decoy: impl Fn(&Simulated, UserId) -> bool) -> Self {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
        let tenant = runtime.block_on(Simulated::start(&Origin::Story, options)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        tenant.write(folder.path()).unwrap();
        // Everybody else of the story holds a role, or a way to one.
        tenant.running().change(|directory| {
            let mut user = directory.users.values().next().unwrap().clone();
            user.object.insert("id".into(), PLAIN.to_string().into());
            user.object.insert("userPrincipalName".into(), "reception@contoso.com".into());
            directory.users.insert(PLAIN.0, user);
        });
        let users: Vec<(UserId, String)> = tenant.running().change(|directory| {
            let name = |object: &Value| object["userPrincipalName"].as_str().unwrap().to_owned();
            let users = directory.users.iter();
            users.map(|(id, user)| (UserId(*id), name(&user.object.clone().into()))).collect()
        });
        let (decoy, name) = users.into_iter().find(|(id, _)| is_decoy(&tenant, *id)).unwrap();
        let register = folder.path().join("halligan.toml");
        let text = fs::read_to_string(&register).unwrap();
        let canary = format!(
            "{text}\n[push]\ntoken = {{ file = \"token\" }}\n[watch]\ncode_name = \"NORTH\"\n\
             [watch.canary]\naccount = \"{name}\"\nid = \"{decoy}\"\nevery = \"30m\"\n"
        );
        fs::write(register, canary).unwrap();
        fs::write(folder.path().join("token"), TOKEN).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        Self { folder, tenant, runtime, decoy, name, address }
    }

    fn serve(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_halligan"))
            .current_dir(self.folder.path())
            .args(["serve", "--format", "json", "--source", &format!("push:{}", self.address)])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// Starts a daemon with another register, and gives why its canary does not fly.
    fn grounded(&self, change: impl Fn(&str) -> String) -> String {
        let register = self.folder.path().join("halligan.toml");
        let text = fs::read_to_string(&register).unwrap();
        fs::write(&register, change(&text)).unwrap();
        let mut daemon = self.serve();
        let mut talk = BufReader::new(daemon.stderr.take().unwrap()).lines();
        let said = talk.find(|line| line.as_ref().unwrap().contains("does not fly"));
        daemon.kill().unwrap();
        daemon.wait().unwrap();
        assert_eq!(self.journal(), "");
        said.unwrap().unwrap()
    }

    /// The records of attempts with the decoy that the tenant's log has.
    fn records(&self) -> Vec<Value> {
        let log = self.tenant.running().change(|directory| directory.logs.sign_ins.clone());
        let records = log.into_iter().map(|one| Value::Object(one.object));
        records.filter(|one| one["userId"] == self.decoy.to_string()).collect()
    }

    /// Sends a record to the daemon as whatever carries the logs does.
    fn push(&self, record: &Value) {
        let begun = Instant::now();
        let mut stream = loop {
            match TcpStream::connect(self.address) {
                Ok(stream) => break stream,
                Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        let body = record.to_string();
        let length = body.len();
        let head = format!(
            "POST /push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: \
             {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn journal(&self) -> String {
        let file = self.folder.path().join("halligan.streams/watch.canary.ndjson");
        fs::read_to_string(file).unwrap_or_default()
    }

    fn end(self) {
        self.runtime.block_on(self.tenant.stop());
    }
}

#[track_caller]
fn wait(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn is_emergency(tenant: &Simulated, id: UserId) -> bool {
    tenant.register().accounts.iter().any(|one| one.id == id)
}

#[test]
fn it_comes_back_silently_and_a_stranger_at_the_decoy_is_told() {
    let lab = Lab::new(|tenant, id| !is_emergency(tenant, id));
    let mut daemon = lab.serve();
    wait("an attempt reaches the tenant", || lab.records().len() == 1);
    let ours = lab.records().remove(0);
    assert_eq!(ours["status"]["errorCode"], 50126);
    let request = ours["correlationId"].as_str().unwrap().to_owned();
    let journal = lab.journal();
    assert!(journal.contains("\"kind\":\"announced\"") && journal.contains(&request), "{journal}");
    assert!(!journal.contains(&lab.name), "a name stands in no journal");
    lab.push(&ours);
    wait("the record is noted", || lab.journal().contains("\"kind\":\"seen\""));
    lab.push(&ours);

    lab.tenant.running().attempt(&Attempt::new(&lab.name, Shown::WrongPassword));
    let foreign = lab.records().pop().unwrap();
    lab.push(&foreign);
    let mut told = BufReader::new(daemon.stdout.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    let first: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(first["detection"], "HG-WATCH-27", "the canary itself is silent: {line}");
    assert_eq!((&first["severity"], &first["tenant"]), (&"high".into(), &"NORTH".into()));
    assert_eq!(first["event_id"], foreign["id"]);

    // Whoever watches beside the daemon takes the canary for what it is.
    let lines: String = lab.records().iter().map(|record| format!("{record}\n")).collect();
    fs::write(lab.folder.path().join("log.ndjson"), lines).unwrap();
    let watched = Command::new(env!("CARGO_BIN_EXE_halligan"))
        .current_dir(lab.folder.path())
        .args(["watch", "--once", "--format", "plain", "--source", "file:log.ndjson"])
        .output()
        .unwrap();
    let told = String::from_utf8(watched.stdout).unwrap();
    assert_eq!(told.matches("HG-WATCH-27").count(), 1, "the stranger alone: {told}");

    // A restart sends none before its time.
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    let mut again = lab.serve();
    lab.push(&ours);
    std::thread::sleep(Duration::from_millis(2500));
    assert_eq!(lab.records().len(), 2, "ours and the stranger's");
    again.kill().unwrap();
    let output = again.wait_with_output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert_eq!(told, "", "a copy after a restart");
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(!talk.contains(&lab.name), "{talk}");
    lab.end();
}

#[test]
fn an_emergency_account_is_not_tried_outside_of_a_drill() {
    let lab = Lab::new(is_emergency);
    let mut daemon = lab.serve();
    let mut talk = BufReader::new(daemon.stderr.take().unwrap()).lines();
    let said = talk.find(|line| line.as_ref().unwrap().contains("does not fly")).unwrap();
    assert!(said.unwrap().contains("it is an emergency access account, and no drill covers it"));
    assert_eq!(lab.journal(), "");
    assert_eq!(lab.records().len(), 0);
    let drill = Command::new(env!("CARGO_BIN_EXE_halligan"))
        .current_dir(lab.folder.path())
        .args(["watch", "declare", "drill", "--as", "p-1", "--with", "p-2", "--reason", "x"])
        .output()
        .unwrap();
    assert!(drill.status.success(), "{}", String::from_utf8_lossy(&drill.stderr));
    wait("inside of the drill it flies", || lab.records().len() == 1);
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    lab.end();
}

#[test]
fn what_an_earlier_run_left_is_told_and_what_came_meanwhile_is_taken() {
    let lab = Lab::new(|tenant, id| !is_emergency(tenant, id));
    let register = lab.folder.path().join("halligan.toml");
    let now = Timestamp::now();
    let ago = |minutes: i64| now - SignedDuration::from_mins(minutes);
    let config = Config::load(&register, now).unwrap();
    let declared = config.watch.canary.unwrap();
    let mut canary = Canary::beside(&register, declared, None, ago(200)).unwrap();
    let knock = |canary: &mut Canary, minutes: i64| {
        let request = request_id().unwrap();
        let calm = Standing { target: Target::Decoy, is_incident: false };
        canary.announce(request, calm, ago(minutes)).unwrap().unwrap();
        canary.answered(request, Answer::WrongPassword, ago(minutes)).unwrap();
        request
    };
    // One was missed, and that was told to nobody; of the next one the record came meanwhile.
    knock(&mut canary, 200);
    assert_eq!(canary.overdue(ago(100)).unwrap().len(), 1);
    let request = knock(&mut canary, 90);
    let mut daemon = lab.serve();
    let mut told = BufReader::new(daemon.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&told.next().unwrap().unwrap()).unwrap() };
    assert_eq!(next()["detection"], "HG-WATCH-28");
    lab.push(&serde_json::json!({
        "id": "late", "createdDateTime": ago(90).to_string(), "userId": lab.decoy.to_string(),
        "userPrincipalName": lab.name, "correlationId": request.to_string(),
        "status": { "errorCode": 50126 },
    }));
    assert_eq!(next()["detection"], "HG-WATCH-25", "neither missed nor a stranger's");
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    lab.end();
}

#[test]
fn the_name_of_an_emergency_account_with_the_id_of_a_decoy_is_not_tried() {
    let lab = Lab::new(|tenant, id| !is_emergency(tenant, id));
    let door = lab.tenant.register().accounts[0].id.0;
    let name = lab.tenant.running().change(|directory| {
        directory.users[&door].object["userPrincipalName"].as_str().unwrap().to_owned()
    });
    let said = lab.grounded(|text| text.replace(&lab.name, &name));
    assert!(said.contains("it is an emergency access account"), "{said}");
    lab.end();
}

#[test]
fn an_account_with_a_role_is_not_tried() {
    let lab = Lab::new(|tenant, id| !is_emergency(tenant, id) && id != PLAIN);
    let said = lab.grounded(str::to_owned);
    assert!(said.contains("the account holds a role"), "{said}");
    lab.end();
}

#[test]
fn an_account_whose_roles_nobody_read_is_not_tried() {
    let lab = Lab::new(|tenant, id| !is_emergency(tenant, id));
    let said = lab.grounded(|text| {
        let (front, behind) = text.split_once("[sign-in]").unwrap();
        let (_, behind) = behind.split_once("\n\n").unwrap();
        format!("{front}{behind}")
    });
    assert!(said.contains("whether the account holds a role is not known"), "{said}");
    lab.end();
}
