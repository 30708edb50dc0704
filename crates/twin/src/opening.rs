//! How a connection begins: with plain HTTP, with TLS, or with the wish to be let through.
//!
//! A port with HTTPS tells the three apart by their first byte. `CONNECT` to a name of Microsoft's
//! clouds is answered as a proxy answers it, so that a client whose `HTTPS_PROXY` is the twin
//! meets the twin under the names that it knows; to anywhere else it is refused.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::hosts::{self, Site};

/// The longest head of a `CONNECT`, in bytes.
const CONNECT_BYTES_MAX: usize = 8 * 1024;
/// How long a client may take to begin.
const OPENING_PATIENCE: Duration = Duration::from_secs(10);
/// The first byte of a TLS handshake (RFC 8446, section 5.1: content type `handshake`).
const HANDSHAKE: u8 = 22;

/// A connection that has begun: what the server reads and writes.
#[derive(Debug)]
pub(crate) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Finds out how a connection begins, and begins it.
pub(crate) async fn open(stream: TcpStream, acceptor: TlsAcceptor) -> io::Result<Stream> {
    let opened = timeout(OPENING_PATIENCE, begin(stream, &acceptor)).await;
    opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}

async fn begin(mut stream: TcpStream, acceptor: &TlsAcceptor) -> io::Result<Stream> {
    let mut first = first_byte(&stream).await?;
    // No other method of HTTP that the twin knows begins with this letter.
    if first == b'C' {
        connect(&mut stream).await?;
        first = first_byte(&stream).await?;
    }
    if first == HANDSHAKE {
        return Ok(Stream::Tls(Box::new(acceptor.accept(stream).await?)));
    }
    Ok(Stream::Plain(stream))
}

async fn first_byte(stream: &TcpStream) -> io::Result<u8> {
    let mut first = [0];
    match stream.peek(&mut first).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(first[0]),
    }
}

/// Reads a `CONNECT` to its end and answers it; an error when the connection is over.
async fn connect(stream: &mut TcpStream) -> io::Result<()> {
    let mut head = Vec::new();
    // Byte by byte: what follows the head belongs to TLS.
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() == CONNECT_BYTES_MAX {
            let answer = format!(
                "HTTP/1.1 431 Request Header Fields Too Large\r\n\
                 Connection: close\r\n\r\nmore than CONNECT_BYTES_MAX ({CONNECT_BYTES_MAX})\n"
            );
            stream.write_all(answer.as_bytes()).await?;
            return Err(io::ErrorKind::InvalidData.into());
        }
        head.push(stream.read_u8().await?);
    }
    if is_wanted(&head) {
        return stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await;
    }
    let answer = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n\
                  the twin stands for the names of Microsoft's clouds only\n";
    stream.write_all(answer.as_bytes()).await?;
    Err(io::ErrorKind::PermissionDenied.into())
}

/// Whether a head is a `CONNECT` to the HTTPS port of a name that the twin stands for.
fn is_wanted(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let mut words = line.split(' ');
    let (method, target) = (words.next(), words.next().unwrap_or_default());
    method == Some("CONNECT") && target.ends_with(":443") && hosts::site(target) != Site::Own
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(context),
            Self::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twin_lets_through_to_microsoft_s_names_only() {
        for (head, expected) in [
            ("CONNECT graph.microsoft.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", true),
            ("CONNECT login.microsoftonline.us:443 HTTP/1.1\r\n\r\n", true),
            ("CONNECT graph.microsoft.com:22 HTTP/1.1\r\n\r\n", false),
            ("CONNECT evil.example:443 HTTP/1.1\r\n\r\n", false),
            ("CONNECT 127.0.0.1:443 HTTP/1.1\r\n\r\n", false),
            ("CONNECTgraph.microsoft.com:443\r\n\r\n", false),
            ("COPY graph.microsoft.com:443 HTTP/1.1\r\n\r\n", false),
            ("CONNECT\r\n\r\n", false),
        ] {
            assert_eq!(is_wanted(head.as_bytes()), expected, "{head}");
        }
    }
}
