//! A mail server that answers as it is told, on a free port of loopback.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How long a server waits for a client that says nothing.
const PATIENCE: Duration = Duration::from_secs(20);

/// What one was sent: the lines of the client, those of the mails included.
#[derive(Clone, Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    /// All lines so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// How many mails were taken.
    pub(crate) fn mails(&self) -> usize {
        self.lines().iter().filter(|line| *line == ".").count()
    }
}

/// Starts a server; `answer` gives the reply to a line, or `None` for the usual one. An empty
/// reply hangs up. Gives its port.
pub(crate) fn start(
    answer: impl Fn(&str) -> Option<&'static str> + Send + 'static,
) -> (u16, Heard) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let all = heard.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that goes away is what some tests are about.
            let _ = serve(stream, &answer, &all);
        }
    });
    (port, heard)
}

fn serve(
    stream: TcpStream,
    answer: &impl Fn(&str) -> Option<&'static str>,
    heard: &Heard,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut out = stream.try_clone()?;
    out.write_all(answer("").unwrap_or("220 ready\r\n").as_bytes())?;
    let mut in_mail = false;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        heard.0.lock().unwrap().push(line.clone());
        if in_mail && line != "." {
            continue;
        }
        let usual = match line.get(..4).unwrap_or(&line) {
            _ if in_mail => "250 taken\r\n",
            "EHLO" => "250-localhost\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n",
            "AUTH" => "235 welcome\r\n",
            "DATA" => "354 go on\r\n",
            "QUIT" => "221 bye\r\n",
            _ => "250 ok\r\n",
        };
        let reply = answer(&line).unwrap_or(usual);
        if reply.is_empty() {
            return Ok(());
        }
        in_mail = reply.starts_with("354");
        out.write_all(reply.as_bytes())?;
    }
    Ok(())
}
