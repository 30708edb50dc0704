//! The daemon takes what is pushed, and says so when it is safe.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests fail by panicking")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ACCOUNT: &str = "7a1e5c90-4b2d-4f6a-9c3e-0d8b6a5f4e21";
const TOKEN: &str = "correct-horse-battery-staple";
const PATIENCE: Duration = Duration::from_secs(60);

/// A port that is free now.
fn address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn serve(folder: &Path, address: SocketAddr) -> Child {
    Command::new(env!("CARGO_BIN_EXE_halligan"))
        .current_dir(folder)
        .args(["serve", "--format", "json", "--source", &format!("push:{address}")])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The status of an answer to `body`.
fn push(address: SocketAddr, token: &str, body: &str) -> String {
    let begun = Instant::now();
    let mut stream = loop {
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(error) => assert!(begun.elapsed() < PATIENCE, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = body.len();
    let head = format!(
        "POST /push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: \
         {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn what_is_pushed_is_on_the_disk_before_the_sender_hears_so_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let register = format!(
        "[access]\nshape = \"exempt\"\n[[account]]\nid = \"{ACCOUNT}\"\n\
         code_name = \"alpha\"\n[push]\ntoken = {{ file = \"token\" }}\n"
    );
    fs::write(folder.path().join("halligan.toml"), register).unwrap();
    fs::write(folder.path().join("token"), TOKEN).unwrap();
    let record = format!(
        "{{\"category\":\"SignInLogs\",\"properties\":{{\"id\":\"one\",\"userId\":\"{ACCOUNT}\",\
         \"status\":{{\"errorCode\":50126}}}}}}"
    );
    let address = address();
    let mut daemon = serve(folder.path(), address);
    assert_eq!(push(address, "guessed-horse-battery-staple", &record), "401");
    assert_eq!(push(address, TOKEN, &record), "200");
    // Whatever happens from here on.
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    let mut told = BufReader::new(daemon.stdout.take().unwrap()).lines();
    assert!(told.next().unwrap().unwrap().contains("\"event_id\":\"one\""));
    let mut again = serve(folder.path(), address);
    assert_eq!(push(address, TOKEN, &record), "200");
    let other = record.replace("\"one\"", "\"two\"");
    assert_eq!(push(address, TOKEN, &other), "200");
    let mut told = BufReader::new(again.stdout.take().unwrap()).lines();
    let first = told.next().unwrap().unwrap();
    assert!(first.contains("\"event_id\":\"two\""), "{first}");
    again.kill().unwrap();
    again.wait().unwrap();
}
