//! The port on this machine that the browser comes back to: opened for one answer, then closed.
//!
//! Source: RFC 8252, 7.3. Entra ID ignores the port of a redirect URI only for `http://localhost`,
//! which Microsoft's own client has registered, so that the address says `localhost` while the port
//! is on 127.0.0.1 alone: <https://learn.microsoft.com/entra/identity-platform/reply-url>.

use std::net::Ipv4Addr;
use std::time::Duration;

use halligan_wire::error::OAuthError;
use reqwest::Url;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::answer::refusal;
use super::page::Page;
use super::problem::SignInProblem;
use crate::problem::Problem;
use crate::secret::SecretText;

/// Longest request that is read, in bytes: codes are a few kilobytes.
const REQUEST_BYTES_MAX: usize = 32 << 10;

/// Longest time that a connection has to say what it wants. Browsers open some without a word.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// Most requests that are not the answer before the sign-in ends.
const STRAY_REQUESTS_MAX: usize = 100;

/// The open port.
#[derive(Debug)]
pub(super) struct Loopback {
    listener: TcpListener,
    port: u16,
}

/// What a request turned out to be.
enum Came {
    /// The answer: a code.
    Code(SecretText),
    /// The answer: a refusal.
    Refusal(OAuthError),
    /// Something else.
    Else,
}

impl Loopback {
    /// Opens a free port.
    pub(super) async fn open() -> Result<Self, SignInProblem> {
        let failed = |why: std::io::Error| SignInProblem::Listen(why.to_string());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Self { listener, port })
    }

    /// The address that the browser comes back to.
    pub(super) fn redirect_uri(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// Waits for the answer that carries `state`; the port closes with `self`.
    ///
    /// Other requests are turned away and do not end the sign-in: any page in the browser, and any
    /// program on the machine, can make them.
    pub(super) async fn answer(&self, state: &SecretText) -> Result<SecretText, Problem> {
        let mut connections = JoinSet::new();
        let mut strays = 0;
        loop {
            tokio::select! {
                accepted = self.listener.accept() => {
                    let (stream, _) = accepted
                        .map_err(|why| Problem::SignIn(SignInProblem::Listen(why.to_string())))?;
                    connections.spawn(serve(stream, self.port, state.clone()));
                }
                Some(served) = connections.join_next() => match served {
                    Ok(Came::Code(code)) => return Ok(code),
                    Ok(Came::Refusal(said)) => return Err(Problem::Token(refusal(&said))),
                    Ok(Came::Else) | Err(_) => strays += 1,
                },
            }
            if strays > STRAY_REQUESTS_MAX {
                let (name, value) = ("STRAY_REQUESTS_MAX", STRAY_REQUESTS_MAX);
                return Err(Problem::SignIn(SignInProblem::Stray { name, value }));
            }
        }
    }
}

/// Reads one request, answers it with a page, and says what it was.
async fn serve(mut stream: TcpStream, port: u16, state: SecretText) -> Came {
    let read = timeout(CONNECTION_TIMEOUT, receive(&mut stream)).await.ok().flatten();
    let Some(request) = read else { return Came::Else };
    let (came, page) = judge(&request, port, &state);
    // The browser may be gone, which changes nothing.
    let _ = timeout(CONNECTION_TIMEOUT, async {
        stream.write_all(page.answer().as_bytes()).await?;
        stream.shutdown().await
    })
    .await;
    came
}

/// The head of a request; `None` when it is longer than it may be, or no text.
async fn receive(stream: &mut TcpStream) -> Option<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(REQUEST_BYTES_MAX));
    loop {
        let mut piece = Zeroizing::new([0; 2048]);
        let count = stream.read(piece.as_mut()).await.ok().filter(|count| *count > 0)?;
        if bytes.len() + count > REQUEST_BYTES_MAX {
            return None;
        }
        bytes.extend_from_slice(piece.get(..count)?);
        if bytes.windows(4).any(|window| window == b"\r\n\r\n") {
            return std::str::from_utf8(&bytes).ok().map(|text| Zeroizing::new(text.to_owned()));
        }
    }
}

fn judge(request: &str, port: u16, state: &SecretText) -> (Came, Page) {
    let mut lines = request.split("\r\n");
    let target = lines.next().and_then(|line| {
        let (target, version) = line.strip_prefix("GET ")?.split_once(' ')?;
        version.starts_with("HTTP/1.").then_some(target)
    });
    // A name that somebody lets point to this machine is not how the browser was sent here.
    let host = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("host").then_some(value.trim())
    });
    let ours = [format!("localhost:{port}"), format!("127.0.0.1:{port}")];
    let is_ours = host.is_some_and(|host| ours.iter().any(|name| name == host));
    let target = target.filter(|target| is_ours && target.starts_with('/'));
    let url = target.and_then(|target| Url::parse(&format!("http://localhost{target}")).ok());
    let Some(url) = url.filter(|url| url.path() == "/" && url.query().is_some()) else {
        return (Came::Else, Page::Nothing);
    };
    let field = |name: &str| {
        let found = url.query_pairs().find(|(known, _)| known == name);
        found.map(|(_, value)| value.into_owned())
    };
    if !field("state").is_some_and(|given| is_same(&given, state.open())) {
        return (Came::Else, Page::Stranger);
    }
    if let Some(error) = field("error") {
        let description = field("error_description").unwrap_or_default();
        let (trace_id, correlation_id) = (field("trace_id"), field("correlation_id"));
        let said = OAuthError { error, description, codes: vec![], trace_id, correlation_id };
        return (Came::Refusal(said), Page::Refused);
    }
    match field("code").filter(|code| !code.is_empty()) {
        Some(code) => (Came::Code(code.into()), Page::Done),
        None => (Came::Else, Page::Stranger),
    }
}

/// Whether two texts are the same, in a time that does not tell how much of them is.
fn is_same(one: &str, other: &str) -> bool {
    let pairs = one.bytes().zip(other.bytes());
    let difference = pairs.fold(0, |difference, (one, other)| difference | (one ^ other));
    one.len() == other.len() && std::hint::black_box(difference) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> SecretText {
        "s7a7e".into()
    }

    async fn say(port: u16, request: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        _ = stream.read_to_string(&mut answer).await;
        answer
    }

    fn get(port: u16, target: &str) -> String {
        format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")
    }

    /// Sends the requests one after the other, and gives what came and the last page.
    async fn after(requests: impl Fn(u16) -> Vec<String>) -> (Result<String, Problem>, String) {
        let loopback = Loopback::open().await.unwrap();
        let (port, state) = (loopback.port, state());
        let browser = async {
            let mut page = String::new();
            for request in requests(port) {
                page = say(port, &request).await;
            }
            page
        };
        let (came, page) = tokio::join!(loopback.answer(&state), browser);
        (came.map(|code| code.open().to_owned()), page)
    }

    #[tokio::test]
    async fn the_code_of_this_sign_in_is_taken() {
        let (came, page) = after(|port| vec![get(port, "/?code=a%2Bb&state=s7a7e")]).await;
        assert_eq!(came.unwrap(), "a+b");
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("You are signed in"), "{page}");
        assert!(!page.contains("a+b") && !page.contains("s7a7e"));
    }

    #[tokio::test]
    async fn strangers_are_turned_away_and_the_sign_in_goes_on() {
        let strangers = |port: u16| {
            vec![
                get(port, "/favicon.ico"),
                get(port, "/?code=evil&state=other"),
                get(port, "/?code=evil&state=s7a7"),
                get(port, "/?code=evil"),
                get(port, "/?state=s7a7e"),
                get(port, "/x?code=evil&state=s7a7e"),
                format!("POST /?code=evil&state=s7a7e HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
                "GET /?code=evil&state=s7a7e HTTP/1.1\r\nHost: rebound.example\r\n\r\n".into(),
                "\u{1}\r\n\r\n".into(),
                format!("GET /?{} HTTP/1.1\r\n\r\n", "x".repeat(REQUEST_BYTES_MAX)),
                get(port, "/?code=good&state=s7a7e"),
            ]
        };
        assert_eq!(after(strangers).await.0.unwrap(), "good");
        let stale = |port| vec![get(port, "/?code=x&state=old"), get(port, "/?code=y&state=s7a7e")];
        assert_eq!(after(stale).await.0.unwrap(), "y");
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_holds_nobody_up() {
        let loopback = Loopback::open().await.unwrap();
        let (port, state) = (loopback.port, state());
        let silent = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let request = get(port, "/?code=good&state=s7a7e");
        let both = async { tokio::join!(loopback.answer(&state), say(port, &request)) };
        let (came, _) = timeout(Duration::from_secs(5), both).await.unwrap();
        assert_eq!(came.unwrap().open(), "good");
        drop(silent);
    }

    #[tokio::test]
    async fn a_refusal_is_told_with_its_number() {
        let target = "/?error=access_denied&error_description=AADSTS65004%3a+User+declined+to+\
                      consent.%0d%0aTrace+ID%3a+1&state=s7a7e";
        let (came, page) = after(|port| vec![get(port, target)]).await;
        let problem = came.unwrap_err();
        let told = problem.to_string();
        assert_eq!(told, "the token was refused: AADSTS65004: User declined to consent.");
        assert!(problem.hint().is_some_and(|hint| hint.contains("consent")));
        assert!(page.contains("The sign-in was refused") && !page.contains("AADSTS"), "{page}");
    }

    #[tokio::test]
    async fn too_many_strangers_end_it_by_name() {
        let strangers = |port: u16| vec![get(port, "/?code=x&state=y"); STRAY_REQUESTS_MAX + 1];
        let (came, _) = after(strangers).await;
        let problem = came.unwrap_err();
        assert!(problem.to_string().contains("STRAY_REQUESTS_MAX (100)"), "{problem}");
    }

    #[tokio::test]
    async fn the_port_is_on_this_machine_alone_and_closes_with_it() {
        let loopback = Loopback::open().await.unwrap();
        let address = loopback.listener.local_addr().unwrap();
        assert!(address.ip().is_loopback() && address.is_ipv4());
        drop(loopback);
        assert!(TcpStream::connect(address).await.is_err());
    }
}
