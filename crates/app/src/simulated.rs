//! The simulated tenant: started from a story, a seed or a file, with a register that fits it.

mod custody;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use halligan_core::id::{GroupId, PolicyId, UserId};
use halligan_core::permission::needs;
use halligan_core::register::{DeclaredAccount, Register, Shape};
use halligan_core::tenant::Snapshot;
use halligan_graph::{
    AZURE_RESOURCE_MANAGER, Client, Credential, EndpointError, Endpoints, SecretText, SignIn,
    Trust, TrustError,
};
use halligan_twin::{
    App, Directory, Running, ScenarioError, Twin, TwinError, is_twin_authority, story,
};
use serde_json::{Value, json};
use thiserror::Error;

use crate::clock::clock;
use crate::files::{self, FileError, must_be_new, read_limited, write_whole};
use crate::ingest::graph::{self, Health, Polled, Schedule};
use crate::ingest::{Detected, Ingest, Place};
use crate::live::{LiveError, Progress, read_with};
use crate::snapshot_file::{self, SnapshotFileError};
use crate::trust::TRUST_BYTES_MAX;

pub use custody::{one_safe, with_one_safe};
pub use halligan_twin::{
    Attempt, Exchange, Licence, Options as TwinOptions, Shown, Size, Stream, Throttling,
};

/// The largest scenario file that is read.
pub const SCENARIO_BYTES_MAX: u64 = 256 << 20;

/// How often the logs of a simulated tenant are asked for.
const WATCH_EVERY: Duration = Duration::from_millis(100);

/// The register's file in a folder that [`Simulated::write`] fills.
const REGISTER_FILE: &str = "halligan.toml";
/// The secret's file there.
const SECRET_FILE: &str = "watcher.secret";
/// The file of the authority that vouches for the twin's HTTPS, there.
const AUTHORITY_FILE: &str = "authority.pem";
/// The first line of a register that may be replaced, because the twin wrote it.
const MARK: &str = "# Written by `halligan twin` for a simulated tenant.";

/// Where a simulated tenant comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The demo's tenant, with a handful of the classic faults.
    Story,
    /// A small tenant without a premium licence, that has security defaults and nothing else.
    SecurityDefaults,
    /// A tenant of another origin as it would be had it never had more than this licence.
    Licensed(Box<Origin>, Licence),
    /// A seed: a tenant of any size, always the same.
    Seed(u64, Size),
    /// A scenario file.
    Scenario(PathBuf),
    /// A snapshot file: a tenant as it was.
    Snapshot(PathBuf),
}

/// A simulated tenant that runs until it is stopped or dropped.
#[derive(Debug)]
pub struct Simulated {
    running: Running,
    register: Register,
}

/// Why a simulated tenant cannot be had.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum SimulatedError {
    /// A file cannot be read or written.
    #[error("{0}")]
    File(FileError),
    /// The snapshot file cannot be used.
    #[error("{0}")]
    Snapshot(SnapshotFileError),
    /// The scenario file cannot be used.
    #[error("`{}`: {error}", path.display())]
    Scenario {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: ScenarioError,
    },
    /// It cannot be started.
    #[error("{0}")]
    Start(TwinError),
    /// Its address cannot be used.
    #[error("{0}")]
    Address(EndpointError),
    /// The certificate of its authority cannot be used.
    #[error("{0}")]
    Authority(TrustError),
    /// It could not be read.
    #[error("{0}")]
    Read(LiveError),
}

impl SimulatedError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(FileError::Exists { .. }) => {
                Some("name an empty folder: only what a twin wrote is replaced".into())
            }
            Self::File(error) => error.hint(),
            Self::Snapshot(error) => error.hint(),
            Self::Start(_) => Some("leave `--port` out, and a free one is taken".into()),
            Self::Read(error) => error.hint(),
            Self::Scenario { .. } | Self::Address(_) | Self::Authority(_) => None,
        }
    }
}

impl Simulated {
    /// Starts a tenant on this machine; wants a Tokio runtime around it.
    pub async fn start(origin: &Origin, options: TwinOptions) -> Result<Self, SimulatedError> {
        let (mut directory, shape) = directory(origin)?;
        let accounts = accounts(&directory, origin);
        directory.register(watcher());
        directory.logs.unified.readers.insert(story::WATCHER.0);
        directory.register(story::public_client());
        let mut register = register(&directory, accounts, shape);
        register.tenant = Some(directory.tenant);
        let running = Twin::start(directory, options).await.map_err(SimulatedError::Start)?;
        Ok(Self { running, register })
    }

    /// The register that fits the tenant.
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        self.running.graph_url()
    }

    /// The twin itself, for faults and changes while it runs.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// Reads it over HTTP, as a real tenant is read.
    pub async fn read(&self, progress: &dyn Progress) -> Result<Snapshot, SimulatedError> {
        read_with(self.client_options()?, &self.register, progress)
            .await
            .map_err(SimulatedError::Read)
    }

    /// Watches it through its logs over HTTP, as a real one is watched but without the waits that
    /// the service's limits impose, until `stop` is ready. `take` is given each detection.
    pub async fn watch(
        &self,
        ingest: &mut Ingest,
        stop: impl Future<Output = ()>,
        mut take: impl FnMut(&Detected),
    ) -> Result<(), SimulatedError> {
        let mut options = self.client_options()?;
        options.pace.reports_gap = Duration::ZERO;
        let client =
            Client::new(options).map_err(|error| SimulatedError::Read(LiveError::SetUp(error)))?;
        // What is learnt on the way is asked for in the next round.
        let wanted = |ingest: &Ingest| ingest.tenants().first().map(graph::wanted);
        let wanted_now = RefCell::new(wanted(ingest).unwrap_or_default());
        let schedule = Schedule { every: WATCH_EVERY, ..Schedule::default() };
        let place = Place { source: "graph".into(), line: None, offset: None };
        let mut health = Health::default();
        let polled = |polled: Polled<'_>| {
            let now = crate::clock::exactly_now();
            let found = match polled {
                Polled::Page(_, bytes) => ingest.message(bytes, &place, now).detected,
                Polled::Failed(log, problem) => {
                    let event = health.failed(log, problem, None, now);
                    event.map(|event| ingest.event(event, &place, now)).unwrap_or_default()
                }
                Polled::Round { .. } => {
                    health.round();
                    wanted_now.replace(wanted(ingest).unwrap_or_default());
                    Vec::new()
                }
            };
            found.iter().for_each(&mut take);
        };
        client.poll(|| wanted_now.borrow().clone(), &schedule, stop, polled).await;
        Ok(())
    }

    /// Somebody tries to sign in with one of the accounts, by its place in the register.
    pub fn attempt(&self, account: usize, shown: Shown) {
        let id = self.register.accounts.get(account).map(|account| account.id);
        let name = self.running.read(|directory| {
            let user = directory.users.get(&id?.0)?;
            user.object.get("userPrincipalName")?.as_str().map(str::to_owned)
        });
        if let Some(name) = name {
            self.running.attempt(&Attempt::new(&name, shown));
        }
    }

    /// Somebody saves a policy that blocks everybody, with nobody excluded; gives its name.
    pub fn block_everybody(&self) -> &'static str {
        const NAME: &str = "Block everybody until the incident is over";
        let policy = json!({
            "id": "b10c0000-4b1d-4c0e-9a2f-10c47b0a2099",
            "displayName": NAME,
            "state": "enabled",
            "createdDateTime": null,
            "conditions": {
                "users": {"includeUsers": ["All"]},
                "applications": {"includeApplications": ["All"]},
                "clientAppTypes": ["all"],
            },
            "grantControls": {
                "operator": "OR",
                "builtInControls": ["block"],
                "customAuthenticationFactors": [],
                "termsOfUse": [],
            },
            "sessionControls": null,
        });
        if let Value::Object(policy) = policy {
            self.running.save_policy(policy, "ada@harbourpine.onmicrosoft.com");
        }
        NAME
    }

    /// Options of a client that may read it.
    pub fn client_options(&self) -> Result<halligan_graph::Options, SimulatedError> {
        let (login, graph) = (self.running.login_url(), self.running.graph_url());
        let arm = self.running.management_url();
        let endpoints = Endpoints::custom(login, graph)
            .and_then(|endpoints| endpoints.with_arm(arm, AZURE_RESOURCE_MANAGER))
            .and_then(|endpoints| endpoints.with_activity(self.url()))
            .map_err(SimulatedError::Address)?;
        let tenant = self.register.tenant.map(|id| id.to_string()).unwrap_or_default();
        let credential = Credential::Secret(SecretText::from(story::WATCHER_SECRET));
        let sign_in = SignIn::Application { client_id: story::WATCHER, credential };
        let mut options = halligan_graph::Options::new(endpoints, &tenant, sign_in, clock());
        if let Some(authority) = self.running.authority() {
            options.trust =
                Trust::from_pem(authority.as_bytes()).map_err(SimulatedError::Authority)?;
        }
        Ok(options)
    }

    /// Refuses a folder that [`Self::write`] would refuse, before anything is started for it.
    pub fn may_write(folder: &Path) -> Result<(), SimulatedError> {
        let path = folder.join(REGISTER_FILE);
        let old = read_limited(&path, "REGISTER_BYTES_MAX", crate::config::REGISTER_BYTES_MAX);
        if !old.is_ok_and(|text| text.starts_with(MARK.as_bytes())) {
            must_be_new(&path).map_err(SimulatedError::File)?;
            must_be_new(&folder.join(SECRET_FILE)).map_err(SimulatedError::File)?;
        }
        Ok(())
    }

    /// Writes a register and the watcher's secret into `folder`; gives the register's path.
    pub fn write(&self, folder: &Path) -> Result<PathBuf, SimulatedError> {
        files::create_folder(folder).map_err(SimulatedError::File)?;
        Self::may_write(folder)?;
        if self.running.authority().is_some() {
            write_authority(&self.running, &folder.join(AUTHORITY_FILE))?;
        }
        let path = folder.join(REGISTER_FILE);
        let secret = format!("{}\n", story::WATCHER_SECRET);
        let write = |path: &Path, text: &str| {
            write_whole(path, text.as_bytes()).map_err(SimulatedError::File)
        };
        write(&folder.join(SECRET_FILE), &secret)?;
        write(&path, &self.register_text())?;
        Ok(path)
    }

    fn register_text(&self) -> String {
        let Register { tenant, shape, accounts, group, .. } = &self.register;
        let url = self.url();
        let mut text = format!("{MARK}\n\n[tenant]\n");
        if let Some(tenant) = tenant {
            text.push_str(&format!("id = \"{tenant}\"\n"));
        }
        text.push_str(&format!("graph = \"{url}\"\nlogin = \"{url}\"\nazure = \"{url}\"\n"));
        text.push_str(&format!("activity = \"{url}\"\n"));
        if self.running.authority().is_some() {
            text.push_str(&format!("trust = \"{AUTHORITY_FILE}\"\n"));
        }
        text.push('\n');
        let watcher = story::WATCHER;
        text.push_str(&format!(
            "[sign-in]\nclient_id = \"{watcher}\"\nsecret = {{ file = \"{SECRET_FILE}\" }}\n\n"
        ));
        text.push_str(&format!("[access]\nshape = \"{shape}\"\n"));
        if let Shape::ExemptWithStrength { policy } = shape {
            text.push_str(&format!("strength_policy = \"{policy}\"\n"));
        }
        if let Some(group) = group {
            text.push_str(&format!("group = \"{group}\"\n"));
        }
        for DeclaredAccount { id, code_name } in accounts {
            text.push_str(&format!("\n[[account]]\nid = \"{id}\"\ncode_name = \"{code_name}\"\n"));
        }
        text
    }

    /// Stops it.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}

/// The watcher with every permission that reading needs, the Azure role included.
fn watcher() -> App {
    let needs = needs();
    let needed = needs.iter().filter(|need| need.is_of_graph());
    let permissions: Vec<&str> = needed.map(|need| need.permission).collect();
    App::new(story::WATCHER, "Halligan watcher", &permissions)
        .with_secret(story::WATCHER_SECRET)
        .reading_diagnostic_settings()
}

/// Writes the certificate of the authority that vouches for a twin's HTTPS; of what is there, only
/// the certificate of an earlier twin's authority is replaced.
pub fn write_authority(twin: &Running, path: &Path) -> Result<(), SimulatedError> {
    let old = read_limited(path, "TRUST_BYTES_MAX", TRUST_BYTES_MAX);
    if !old.is_ok_and(|pem| is_twin_authority(&pem)) {
        must_be_new(path).map_err(SimulatedError::File)?;
    }
    let authority = twin.authority().unwrap_or_default();
    write_whole(path, authority.as_bytes()).map_err(SimulatedError::File)
}

fn directory(origin: &Origin) -> Result<(Directory, Shape), SimulatedError> {
    match origin {
        Origin::Story => {
            let policy = PolicyId::from(story::STRENGTH_POLICY);
            Ok((Directory::story(), Shape::ExemptWithStrength { policy }))
        }
        Origin::SecurityDefaults => Ok((Directory::security_defaults_only(), Shape::Exempt)),
        Origin::Licensed(of, licence) => {
            let (directory, shape) = directory(of)?;
            // No licence, no policy that could demand a strength of the accounts.
            let shape = if *licence == Licence::Free { Shape::Exempt } else { shape };
            Ok((directory.with_licence(*licence), shape))
        }
        Origin::Seed(seed, size) => Ok((Directory::generate(*seed, size), Shape::Exempt)),
        Origin::Scenario(path) => {
            let bytes = read_limited(path, "SCENARIO_BYTES_MAX", SCENARIO_BYTES_MAX)
                .map_err(SimulatedError::File)?;
            let read = Directory::from_scenario(&bytes);
            let directory =
                read.map_err(|error| SimulatedError::Scenario { path: path.clone(), error })?;
            Ok((directory, Shape::Exempt))
        }
        Origin::Snapshot(path) => {
            let snapshot = snapshot_file::load(path).map_err(SimulatedError::Snapshot)?;
            Ok((Directory::from_snapshot(&snapshot), Shape::Exempt))
        }
    }
}

/// The tenant's emergency access accounts. Only the story says which they are; elsewhere they are
/// taken to be the users of whose display name that is the beginning, as in generated tenants.
fn accounts(directory: &Directory, origin: &Origin) -> Vec<UserId> {
    match origin {
        Origin::Story => return vec![story::ACCOUNT_ALPHA, story::ACCOUNT_BRAVO],
        Origin::Licensed(of, _) => return accounts(directory, of),
        _ => {}
    }
    let named = |object: &halligan_twin::Object| {
        let name = object.get("displayName").and_then(|name| name.as_str());
        name.is_some_and(|name| name.starts_with("Emergency access"))
    };
    let users = directory.users.iter();
    users.filter(|(_, user)| named(&user.object)).map(|(id, _)| UserId(*id)).collect()
}

/// A register of these accounts and the first group that contains them all.
fn register(directory: &Directory, accounts: Vec<UserId>, shape: Shape) -> Register {
    let contains_all = |members: &[halligan_core::id::Guid]| {
        !accounts.is_empty() && accounts.iter().all(|id| members.contains(&id.0))
    };
    let group = directory
        .groups
        .iter()
        .find(|(_, group)| contains_all(&group.members))
        .map(|(id, _)| GroupId(*id));
    let names = ["alpha", "bravo", "charlie", "delta"];
    let declared = accounts.iter().enumerate().map(|(place, id)| {
        let code_name = names
            .get(place)
            .map_or_else(|| format!("account-{}", place + 1), |name| (*name).to_owned());
        DeclaredAccount { id: *id, code_name }
    });
    Register::of(declared.collect(), group, shape)
}
