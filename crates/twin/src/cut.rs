//! Connections that can be cut: what drops and truncates answers is the socket itself.
//!
//! The server believes that it answers; the bytes beyond the cut never leave, and the connection
//! closes. Clients meet exactly what a crashed proxy gives them. Under TLS, what is cut is the
//! text inside.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::opening::{self, Stream};

/// Where the next answer on a connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Cut {
    /// Nowhere: it is sent whole.
    #[default]
    Never,
    /// Before its first byte.
    AtOnce,
    /// After this many bytes behind the head, of whose end `matched` bytes were seen.
    InBody { left: usize, matched: usize },
}

/// A handle on a connection, for the handler of its requests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wire(Arc<Mutex<Cut>>);

impl Wire {
    /// Lets the next answer leave whole.
    pub(crate) fn send_all(&self) {
        self.set(Cut::Never);
    }

    /// Closes the connection instead of answering.
    pub(crate) fn drop_connection(&self) {
        self.set(Cut::AtOnce);
    }

    /// Closes the connection after `left` bytes of the answer's body.
    pub(crate) fn truncate_body(&self, left: usize) {
        self.set(Cut::InBody { left, matched: 0 });
    }

    fn set(&self, cut: Cut) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = cut;
    }

    /// How many of the bytes may leave; `None` when the connection is over.
    fn allow(&self, bytes: &[u8]) -> Option<usize> {
        let mut cut = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *cut {
            Cut::Never => Some(bytes.len()),
            Cut::AtOnce => None,
            Cut::InBody { left, matched } => allow_body(bytes, left, matched),
        }
    }
}

/// The bytes that end an answer's head.
const HEAD_END: &[u8] = b"\r\n\r\n";

fn allow_body(bytes: &[u8], left: &mut usize, matched: &mut usize) -> Option<usize> {
    let mut allowed = 0;
    for byte in bytes {
        if *matched < HEAD_END.len() {
            let continues = HEAD_END.get(*matched) == Some(byte);
            *matched = if continues { *matched + 1 } else { usize::from(*byte == b'\r') };
        } else if *left == 0 {
            break;
        } else {
            *left -= 1;
        }
        allowed += 1;
    }
    (allowed > 0 || bytes.is_empty()).then_some(allowed)
}

/// A listener whose connections can be cut; with an acceptor, they may begin with TLS.
pub(crate) struct CutListener {
    pub(crate) listener: TcpListener,
    pub(crate) acceptor: Option<TlsAcceptor>,
}

impl Listener for CutListener {
    type Io = CutStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        _ = stream.set_nodelay(true);
        let state = match &self.acceptor {
            // Opened by the connection's own task, so that a slow client holds up nobody else.
            Some(acceptor) => State::Opening(Box::pin(opening::open(stream, acceptor.clone()))),
            None => State::Open(Stream::Plain(stream)),
        };
        (CutStream { state, wire: Wire::default() }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, CutListener>> for Wire {
    fn connect_info(stream: IncomingStream<'_, CutListener>) -> Self {
        stream.io().wire.clone()
    }
}

/// A connection that can be cut.
pub(crate) struct CutStream {
    state: State,
    wire: Wire,
}

enum State {
    Opening(Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>),
    Open(Stream),
}

impl CutStream {
    /// The opened connection. An error is the connection's last word: it is not asked again.
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Pin<&mut Stream>>> {
        if let State::Opening(opening) = &mut self.state {
            match opening.as_mut().poll(context) {
                Poll::Ready(Ok(stream)) => self.state = State::Open(stream),
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        match &mut self.state {
            State::Open(stream) => Poll::Ready(Ok(Pin::new(stream))),
            State::Opening(_) => Poll::Pending,
        }
    }
}

/// The opened connection, or the caller's return.
macro_rules! opened {
    ($this:expr, $context:expr) => {
        match $this.poll_open($context) {
            Poll::Ready(Ok(stream)) => stream,
            Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
            Poll::Pending => return Poll::Pending,
        }
    };
}

impl AsyncRead for CutStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        opened!(self, context).poll_read(context, buffer)
    }
}

impl AsyncWrite for CutStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // A byte counts as sent once it is allowed, so the socket has to be ready for it first.
        if let Stream::Plain(stream) = opened!(self, context).get_mut() {
            match stream.poll_write_ready(context) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                Poll::Pending => return Poll::Pending,
            }
        }
        let before = *self.wire.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(allowed) = self.wire.allow(bytes) else {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        };
        let bytes = bytes.get(..allowed).unwrap_or(bytes);
        let written = opened!(self, context).poll_write(context, bytes);
        let sent = match &written {
            Poll::Ready(Ok(sent)) => *sent,
            _ => 0,
        };
        if sent < bytes.len() {
            self.wire.set(before);
            self.wire.allow(bytes.get(..sent).unwrap_or_default());
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        opened!(self, context).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        opened!(self, context).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cut_counts_the_body_only() {
        let wire = Wire::default();
        assert_eq!(wire.allow(b"anything"), Some(8));
        wire.truncate_body(3);
        assert_eq!(wire.allow(b"HTTP/1.1 200 OK\r\nA: b\r\n\r"), Some(24));
        assert_eq!(wire.allow(b"\nab"), Some(3));
        assert_eq!(wire.allow(b"cdef"), Some(1));
        assert_eq!(wire.allow(b"def"), None);
        wire.drop_connection();
        assert_eq!(wire.allow(b"HTTP"), None);
    }
}
