//! The way to a server that may be spoken to: TCP, STARTTLS where needed, TLS, `EHLO`.
//!
//! The words before TLS are read byte by byte, and everything after the server's consent to
//! STARTTLS goes to the TLS handshake. A reader with a buffer would keep what somebody on the line
//! slipped in behind that consent, and take it for the server's answer to the first private
//! command (CVE-2011-0411). That is why this part is not left to the library.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::extension::ClientId;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{Options, SmtpError, Step, Trust};

/// The longest reply before TLS, in bytes: what a server offers is a tenth of it.
const REPLY_BYTES_MAX: usize = 8_192;

/// A connection on which mail may be sent.
pub(super) async fn connect(options: &Options) -> Result<AsyncSmtpConnection, SmtpError> {
    let server = &options.server;
    let opened = TcpStream::connect((server.host.as_str(), server.port));
    let not_reached = |error: io::Error| {
        let server = server.clone();
        SmtpError::NotReached { server, what: error.to_string() }
    };
    let mut stream = timed(options, Step::Connect, opened).await?.map_err(not_reached)?;
    // On loopback nobody is on the line, unless an authority says that TLS is wanted there too.
    if !server.tls && server.is_loopback() && matches!(options.trust, Trust::System) {
        return hello(options, Box::new(stream)).await;
    }
    let mut greeting: &[u8] = b"";
    if !server.tls {
        timed(options, Step::Greeting, start_tls(options, &mut stream)).await??;
        // The library waits for a greeting, and the server's came before TLS.
        greeting = b"220 over TLS\r\n";
    }
    let stream = timed(options, Step::Tls, handshake(options, stream)).await??;
    hello(options, Box::new(Secured { greeting, stream })).await
}

async fn timed<T>(
    options: &Options,
    step: Step,
    work: impl Future<Output = T>,
) -> Result<T, SmtpError> {
    let ended = tokio::time::timeout(options.timeout, work).await;
    ended.map_err(|_| SmtpError::timed_out(options, step))
}

/// Reads the greeting and says `EHLO`. The name says nothing about this machine.
async fn hello(
    options: &Options,
    stream: Box<dyn AsyncTokioStream>,
) -> Result<AsyncSmtpConnection, SmtpError> {
    let name = ClientId::default();
    let said = AsyncSmtpConnection::connect_with_transport(stream, &name);
    let said = timed(options, Step::Greeting, said).await?;
    said.map_err(|error| SmtpError::of(options, Step::Greeting, &error))
}

async fn handshake(
    options: &Options,
    stream: TcpStream,
) -> Result<TlsStream<TcpStream>, SmtpError> {
    let tls = |what: String| SmtpError::Tls { server: options.server.clone(), what };
    let config = options.trust.client().map_err(|error| tls(error.to_string()))?;
    let name = ServerName::try_from(options.server.host.clone());
    let name = name.map_err(|error| tls(error.to_string()))?;
    let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
    connected.map_err(|error| tls(error.to_string()))
}

/// Greeting, `EHLO` and `STARTTLS`, up to the server's consent and not a byte further.
async fn start_tls(options: &Options, stream: &mut TcpStream) -> Result<(), SmtpError> {
    let greeting = Step::Greeting;
    expect(options, stream, greeting, b"220").await?;
    say(options, stream, greeting, &format!("EHLO {}\r\n", ClientId::default())).await?;
    let offers = expect(options, stream, greeting, b"250").await?;
    let offered = offers.lines().filter_map(|line| line.get(4..));
    if !offered.into_iter().any(|word| word.trim().eq_ignore_ascii_case("STARTTLS")) {
        return Err(SmtpError::NoStartTls { server: options.server.clone() });
    }
    say(options, stream, Step::Tls, "STARTTLS\r\n").await?;
    expect(options, stream, Step::Tls, b"220").await.map(|_| ())
}

async fn say(
    options: &Options,
    stream: &mut TcpStream,
    step: Step,
    text: &str,
) -> Result<(), SmtpError> {
    let written = stream.write_all(text.as_bytes()).await;
    written.map_err(|error| SmtpError::broken(options, step, &error.to_string()))
}

/// A reply of one or more lines, which must have this code.
async fn expect(
    options: &Options,
    stream: &mut TcpStream,
    step: Step,
    code: &[u8],
) -> Result<String, SmtpError> {
    let mut reply = Vec::new();
    let mut line_start = 0;
    loop {
        let byte = stream.read_u8().await;
        let byte = byte.map_err(|error| SmtpError::broken(options, step, &error.to_string()))?;
        reply.push(byte);
        if reply.len() > REPLY_BYTES_MAX {
            let what = format!("a reply of more than REPLY_BYTES_MAX ({REPLY_BYTES_MAX} bytes)");
            return Err(SmtpError::broken(options, step, &what));
        }
        if byte != b'\n' {
            continue;
        }
        let line = reply.get(line_start..).unwrap_or_default();
        // `250-` has more lines behind it, `250 ` has none.
        if line.get(3) != Some(&b'-') {
            break;
        }
        line_start = reply.len();
    }
    let text = String::from_utf8_lossy(&reply).into_owned();
    match reply.starts_with(code) {
        true => Ok(text),
        false => Err(SmtpError::refused(options, step, &text)),
    }
}

/// A TLS stream, with words that are read before its own.
struct Secured {
    greeting: &'static [u8],
    stream: TlsStream<TcpStream>,
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secured")
    }
}

impl AsyncTokioStream for Secured {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        }
        let (first, rest) = self.greeting.split_at(self.greeting.len().min(buffer.remaining()));
        buffer.put_slice(first);
        self.greeting = rest;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
