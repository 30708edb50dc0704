//! A server that answers as a test says, down to the bytes on the wire.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use halligan_core::id::AppId;
use halligan_graph::read::{Wanted, read_snapshot};
use halligan_graph::{Client, Credential, Endpoints, Limits, Options, Pace, Problem, SignIn};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

pub(crate) const CLIENT: AppId = AppId::from_u128(0xc11e_0047);
pub(crate) const SECRET: &str = "hunter2~/+ &";

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    /// Decoded.
    pub(crate) query: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
    pub(crate) at: Instant,
    /// How many requests came to the same path before.
    pub(crate) nth: usize,
}

/// What is sent back.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether the length is announced; without it the end of the connection ends the body.
    pub(crate) has_length: bool,
    /// Bytes of the body after which the connection is closed.
    pub(crate) cut: Option<usize>,
    /// Closes without a word.
    pub(crate) is_dropped: bool,
    pub(crate) delay: Duration,
}

pub(crate) fn reply(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
    Reply {
        status,
        headers: vec![
            ("content-type", kind.into()),
            ("request-id", "11111111-2222-3333-4444-555555555555".into()),
        ],
        body: body.into(),
        has_length: true,
        cut: None,
        is_dropped: false,
        delay: Duration::ZERO,
    }
}

pub(crate) fn json(status: u16, body: &Value) -> Reply {
    reply(status, "application/json;odata.metadata=minimal", body.to_string())
}

pub(crate) fn refuse(status: u16, code: &str, message: &str) -> Reply {
    json(status, &serde_json::json!({"error": {"code": code, "message": message}}))
}

pub(crate) fn dropped() -> Reply {
    Reply { is_dropped: true, ..reply(200, "", "") }
}

impl Reply {
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

type Answer = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A running server; it ends when it is dropped.
pub(crate) struct Service {
    pub(crate) url: String,
    log: Arc<Mutex<Log>>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Log {
    asked: Vec<Asked>,
    open: usize,
    most_open: usize,
}

impl Service {
    pub(crate) async fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Log::default()));
        let answer: Arc<Answer> = Arc::new(answer);
        let task = tokio::spawn({
            let log = log.clone();
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, answer.clone(), log.clone()));
                }
            }
        });
        Self { url, log, task }
    }

    /// What arrived so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.log.lock().unwrap().asked.clone()
    }

    /// What arrived at this path.
    pub(crate) fn asked_at(&self, path: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.path == path).collect()
    }

    /// The most requests that were under way at once.
    pub(crate) fn most_open(&self) -> usize {
        self.log.lock().unwrap().most_open
    }

    /// A client of this server, quick enough for tests.
    pub(crate) fn client(&self) -> Client {
        self.client_with(|_| {})
    }

    pub(crate) fn client_with(&self, change: impl FnOnce(&mut Options)) -> Client {
        let mut options = options(Endpoints::custom(&self.url, &self.url).unwrap());
        change(&mut options);
        Client::new(options).unwrap()
    }

    /// Reads the tenant without accounts and group.
    pub(crate) async fn read(&self) -> Result<halligan_core::tenant::Snapshot, Problem> {
        read_snapshot(&self.client(), &Wanted::default(), &()).await
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn options(endpoints: Endpoints) -> Options {
    let clock = Arc::new(|| "2026-11-22T10:00:00Z".parse().unwrap());
    let credential = Credential::Secret(SECRET.into());
    let sign_in = SignIn::Application { client_id: CLIENT, credential };
    let mut options = Options::new(endpoints, "contoso.example", sign_in, clock);
    options.pace = Pace {
        connect_timeout: Duration::from_secs(5),
        request_timeout: Duration::from_secs(5),
        attempts_max: 3,
        back_off_first: Duration::from_millis(4),
        back_off_max: Duration::from_millis(8),
        conditional_access_gap: Duration::from_millis(1),
        replication_wait: Duration::from_millis(5),
        // One request, one exchange; batches have tests of their own.
        batch_parts_max: 1,
        ..Pace::default()
    };
    options.limits = Limits { body_bytes_max: 100_000, pages_max: 5, items_max: 100 };
    options
}

/// Serves one request of one connection, then closes it.
async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: Arc<Answer>,
    log: Arc<Mutex<Log>>,
) {
    let Some(mut asked) = receive(&mut stream).await else { return };
    {
        let mut log = log.lock().unwrap();
        asked.nth = log.asked.iter().filter(|earlier| earlier.path == asked.path).count();
        log.asked.push(asked.clone());
        log.open += 1;
        log.most_open = log.most_open.max(log.open);
    }
    let reply = answer(&asked);
    tokio::time::sleep(reply.delay).await;
    log.lock().unwrap().open -= 1;
    if !reply.is_dropped {
        send(&mut stream, &reply).await;
    }
}

async fn receive(stream: &mut (impl AsyncRead + Unpin)) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: BTreeMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        body.extend_from_slice(&piece[..count]);
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    Some(Asked {
        method,
        path: path.into(),
        query: decoded(query),
        headers,
        body: String::from_utf8(body).unwrap(),
        at: Instant::now(),
        nth: 0,
    })
}

async fn send(stream: &mut (impl AsyncWrite + Unpin), reply: &Reply) {
    let mut head = format!("HTTP/1.1 {} X\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if reply.has_length {
        head.push_str(&format!("content-length: {}\r\n", reply.body.len()));
    }
    head.push_str("\r\n");
    let body = &reply.body[..reply.cut.unwrap_or(reply.body.len())];
    // The client may leave early, which is its right.
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(body).await;
    let _ = stream.shutdown().await;
}

/// Undoes percent-encoding, of queries and forms.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digits = [rest.next().unwrap(), rest.next().unwrap()];
                let digits = std::str::from_utf8(&digits).unwrap();
                bytes.push(u8::from_str_radix(digits, 16).unwrap());
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap()
}
