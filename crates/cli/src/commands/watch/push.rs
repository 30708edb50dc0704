//! Records that others push as a source.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use halligan_app::clock;
use halligan_app::ingest::Place;
use halligan_app::push::{self, PushTokenError, Take};
use tokio::net::TcpListener;

use super::work::Work;
use crate::failure::Failure;
use crate::terminal::{say, say_warning};

impl Work {
    /// Takes what is pushed to an address of this machine until somebody says stop; how many bytes
    /// came.
    pub(super) async fn push(self: &Arc<Self>, address: SocketAddr) -> Result<u64, Failure> {
        let declared = self.config.as_ref().and_then(|config| config.push.as_ref());
        let Some(place) = declared else {
            return Err(Failure::usage(
                "the register has no `[push]`",
                "declare what senders show: `token = { file = \"…\" }`",
            ));
        };
        let refused = |error: PushTokenError| Failure::new(&error, error.hint());
        let token = push::token(place, &mut |notice| say_warning(&notice)).await;
        let token = token.map_err(refused)?;
        let failed = |error: std::io::Error| {
            Failure::new(format!("cannot listen on {address}: {error}"), None)
        };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        say(&format!("records are taken at http://{address}/push"));
        let (taker, stop) = (Taker { work: self.clone(), bytes: AtomicU64::new(0) }, self.clone());
        let taker = Arc::new(taker);
        let stopped = async move { stop.stopped().await };
        push::serve(listener, &token, taker.clone(), stopped).await.map_err(failed)?;
        Ok(taker.bytes.load(Ordering::Relaxed))
    }
}

struct Taker {
    work: Arc<Work>,
    bytes: AtomicU64,
}

impl Take for Taker {
    fn take(&self, bytes: &[u8]) -> Option<u64> {
        self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        let place = Place { source: "push".into(), line: None, offset: None };
        let mut shared = self.work.shared();
        let now = clock::exactly_now();
        let taken = shared.ingest.message(bytes, &place, now);
        shared.came(&place.source, || now);
        self.work.tell(&mut shared, taken).ok()?;
        Some(self.work.ledger().handed_on())
    }

    fn is_safe(&self, mark: u64) -> bool {
        self.work.ledger().is_safe(mark)
    }

    fn refused(&self) {
        say_warning("push: somebody showed a wrong token, or none");
    }
}
