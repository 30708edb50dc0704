//! Starting and stopping a twin, and the handle on a running one.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use halligan_core::watch::event::Event;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::attempt::{Attempt, attempt, save_policy};
use crate::clock;
use crate::cut::{CutListener, Wire};
use crate::directory::{Directory, Object};
use crate::estate::Estate;
use crate::fault::Fault;
use crate::record::Exchange;
use crate::serve::{STOP_PATIENCE, Shared, handle, lock};
use crate::stream::Stream;
use crate::tenants::Tenants;
use crate::throttle::Throttling;
use crate::tls::Tls;

/// How a twin behaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The port on 127.0.0.1; 0 for any that is free.
    pub port: u16,
    /// Items on a page at most; `None` for the service's own sizes (100, and 999 on request).
    pub page_size: Option<usize>,
    /// Whether documented limits are kept.
    pub throttling: Throttling,
    /// Faults in force from the start.
    pub faults: Vec<Fault>,
    /// Whether exchanges are recorded, all of them and in memory.
    pub record: bool,
    /// Whether HTTPS is spoken as well, with a certificate of a test authority made at start
    /// ([`Running::authority`]). The same port then answers HTTP, HTTPS, and `CONNECT` to the
    /// names of Microsoft's clouds, and the addresses that the twin names itself are `https`.
    pub https: bool,
    /// Seconds between two questions whether a device code was entered; `None` for the service's 5.
    pub device_code_interval_seconds: Option<u32>,
    /// Seconds that a device code can be entered; `None` for the service's 900.
    pub device_code_seconds: Option<u32>,
    /// Delegated permissions that Microsoft Graph does not have here, as in a national cloud. A
    /// sign-in that asks for one is refused as a whole.
    pub unknown_permissions: Vec<String>,
}

/// A twin could not start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TwinError {
    /// The port could not be opened.
    #[error("port {port} on 127.0.0.1 could not be opened: {what}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        what: String,
    },
    /// No certificate for HTTPS could be made.
    #[error("no certificate for HTTPS could be made: {what}")]
    Tls {
        /// What the library says.
        what: String,
    },
}

/// The simulated tenant, ready to start.
#[derive(Clone, Copy, Debug)]
pub struct Twin;

impl Twin {
    /// Serves `directory` on 127.0.0.1 until the handle is stopped or dropped; wants a Tokio
    /// runtime around it.
    ///
    /// # Errors
    ///
    /// When the port cannot be opened, or no certificate can be made.
    pub async fn start(directory: Directory, options: Options) -> Result<Running, TwinError> {
        Self::start_with(Tenants::one(directory), options).await
    }

    /// Serves every tenant of `estate`, each under its own id and domain; otherwise as
    /// [`Twin::start`]. No tenant is made before it is asked for, and
    /// [`crate::ESTATE_TENANTS_IN_MEMORY`] of them stay in memory.
    ///
    /// # Errors
    ///
    /// When the port cannot be opened, or no certificate can be made.
    pub async fn start_estate(estate: Estate, options: Options) -> Result<Running, TwinError> {
        Self::start_with(Tenants::many(estate), options).await
    }

    async fn start_with(tenants: Tenants, options: Options) -> Result<Running, TwinError> {
        let failed = |error: std::io::Error| TwinError::Listen {
            port: options.port,
            what: error.to_string(),
        };
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(failed)?;
        let tls = options.https.then(|| Tls::new(clock::now())).transpose();
        let tls = tls.map_err(|what| TwinError::Tls { what })?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().map_err(failed)?);
        let (acceptor, authority) = tls.map(|tls| (tls.acceptor, tls.authority)).unzip();
        let shared = Arc::new(Shared::new(tenants, url, &options));
        let service: IntoMakeServiceWithConnectInfo<Router, Wire> = Router::new()
            .fallback(handle)
            .with_state(Arc::clone(&shared))
            .into_make_service_with_connect_info();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = axum::serve(CutListener { listener, acceptor }, service);
        let server = tokio::spawn(async move {
            let server = server.with_graceful_shutdown(async { _ = stopped.await });
            _ = server.await;
        });
        Ok(Running { shared, authority, stop: Some(stop), server: Some(server) })
    }
}

/// A running twin; it stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    shared: Arc<Shared>,
    authority: Option<String>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Running {
    /// Microsoft Graph's address, without the version: `http://127.0.0.1:<port>`, or `https`
    /// where that was wanted.
    pub fn graph_url(&self) -> &str {
        &self.shared.url
    }

    /// The login service's address, to which `/{tenant}/oauth2/v2.0/token` is added.
    pub fn login_url(&self) -> &str {
        &self.shared.url
    }

    /// The certificate of the authority that vouches for the twin's HTTPS, in PEM; `None` without
    /// HTTPS. Its private key exists nowhere but in the twin's memory.
    pub fn authority(&self) -> Option<&str> {
        self.authority.as_deref()
    }

    /// Azure Resource Manager's address, to which `/providers/microsoft.aadiam/…` is added.
    pub fn management_url(&self) -> &str {
        &self.shared.url
    }

    /// What was asked and answered since the start or the last [`Running::forget`], in the order
    /// of the answers; empty when nothing is recorded.
    pub fn exchanges(&self) -> Vec<Exchange> {
        lock(&self.shared.exchanges).clone()
    }

    /// Forgets the recorded exchanges.
    pub fn forget(&self) {
        lock(&self.shared.exchanges).clear();
    }

    /// Looks at the directory; in an estate, at the partner's.
    pub fn read<T>(&self, look: impl FnOnce(&Directory) -> T) -> T {
        look(&self.shared.tenants.home().read())
    }

    /// Changes the directory between two requests; in an estate, the partner's.
    pub fn change<T>(&self, change: impl FnOnce(&mut Directory) -> T) -> T {
        change(&mut self.shared.tenants.home().write())
    }

    /// Tries to sign in, and writes the record; gives what was written.
    pub fn attempt(&self, one: &Attempt) -> Event {
        self.change(|directory| attempt(directory, one, clock::now()))
    }

    /// The logs as diagnostic settings stream them to an event hub, a message each.
    pub fn stream(&self, stream: &Stream) -> Vec<Vec<u8>> {
        let messages = stream.messages(&self.shared.tenants.home().read(), clock::now());
        messages.iter().map(|one| one.to_string().into_bytes()).collect()
    }

    /// Saves a Conditional Access policy, new or in the place of the one with its id, in the name
    /// of a person, and writes the record; gives what was written.
    pub fn save_policy(&self, policy: Object, by: &str) -> Event {
        self.change(|directory| save_policy(directory, policy, by, clock::now()))
    }

    /// How many customers of an estate are in memory.
    pub fn tenants_in_memory(&self) -> usize {
        self.shared.tenants.in_memory()
    }

    /// Adds a fault, whose count begins now.
    pub fn add_fault(&self, fault: Fault) {
        lock(&self.shared.faults).add(fault);
    }

    /// Takes every fault away.
    pub fn clear_faults(&self) {
        lock(&self.shared.faults).clear();
    }

    /// Ends every token that was issued: the next request with one meets 401.
    pub fn revoke_tokens(&self) {
        self.shared.revoke_tokens();
    }

    /// Ends what persons' tokens are renewed with: they have to sign in again.
    pub fn revoke_sessions(&self) {
        self.shared.revoke_sessions();
    }

    /// Closes the port; answers under way have a moment to end.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            _ = stop.send(());
        }
        if let Some(server) = self.server.take() {
            let abort = server.abort_handle();
            if tokio::time::timeout(STOP_PATIENCE, server).await.is_err() {
                abort.abort();
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            server.abort();
        }
    }
}
