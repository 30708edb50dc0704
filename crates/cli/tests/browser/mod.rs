//! A browser for tests: a script that writes down where it is sent, and a hand that goes there,
//! picks a user of the twin and comes back.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use halligan_core::id::UserId;

/// Puts the script `browser` into a folder.
pub(crate) fn install(folder: &Path) {
    let script = folder.join("browser");
    let seen = folder.join("seen").display().to_string();
    let text = format!("#!/bin/sh\nprintf %s \"$1\" > {seen}.new && mv {seen}.new {seen}\n");
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Waits until the script was sent somewhere, signs in as `user`, and gives the last page; `None`
/// when it is not sent in time.
pub(crate) fn visit(folder: &Path, user: UserId, within: Duration) -> Option<String> {
    let seen = folder.join("seen");
    let end = Instant::now() + within;
    while !seen.exists() {
        if Instant::now() > end {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let address = fs::read_to_string(&seen).unwrap();
    fs::remove_file(&seen).unwrap();
    let back = location(&get(&format!("{address}&pick={user}")));
    Some(get(&back))
}

/// One request, without a library that would follow or hide something.
fn get(address: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, target) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn location(answer: &str) -> String {
    let line = answer.lines().find_map(|line| line.strip_prefix("location: "));
    line.unwrap_or_else(|| panic!("no redirect: {answer}")).to_owned()
}
