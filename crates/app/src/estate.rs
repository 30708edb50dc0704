//! An estate of simulated tenants, and the list that says how to reach each of them.

use std::path::Path;

use halligan_core::id::{GroupId, UserId};
use halligan_core::register::{DeclaredAccount, Register, Shape};
use halligan_core::time::Timestamp;
use halligan_graph::{
    Credential, EndpointError, Endpoints, Options, SecretText, SignIn, Trust, TrustError,
};
use halligan_twin::{Estate, EstateError, Licence, Running, Twin, TwinError};
use thiserror::Error;

use crate::clock::clock;
use crate::files::{FileError, must_be_new, read_limited, write_whole};
use crate::simulated::TwinOptions;

pub use halligan_twin::{Consent, EstateTenant};

/// The head of a list of tenants, by which one that may be replaced is known.
const HEAD: &str =
    "kind,tenant_id,initial_domain,display_name,licence,client_id,client_secret,consent,flaws\n";
/// The largest list that is read to see whether it is one: twice that of the largest estate.
const LIST_BYTES_MAX: u64 = 4 << 20;

/// An estate that answers until it is stopped or dropped.
#[derive(Debug)]
pub struct SimulatedEstate {
    running: Running,
    estate: Estate,
}

/// Why there is no estate, or no list of it.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum SimulatedEstateError {
    /// It cannot be of that size.
    #[error("{0}")]
    Size(EstateError),
    /// It cannot be started.
    #[error("{0}")]
    Start(TwinError),
    /// The list cannot be written.
    #[error("{0}")]
    File(FileError),
    /// Its address cannot be used.
    #[error("{0}")]
    Address(EndpointError),
    /// The certificate of its authority cannot be used.
    #[error("{0}")]
    Authority(TrustError),
}

impl SimulatedEstateError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Start(_) => Some("leave `--port` out, and a free one is taken".into()),
            Self::File(FileError::Exists { .. }) => {
                Some("name a new file: only a list of an estate is replaced".into())
            }
            Self::File(error) => error.hint(),
            Self::Size(_) | Self::Address(_) | Self::Authority(_) => None,
        }
    }
}

impl SimulatedEstate {
    /// Starts an estate of so many customers on this machine; wants a Tokio runtime around it.
    pub async fn start(
        tenants: usize,
        seed: u64,
        as_of: Timestamp,
        options: TwinOptions,
    ) -> Result<Self, SimulatedEstateError> {
        let estate = Estate::new(seed, tenants, as_of).map_err(SimulatedEstateError::Size)?;
        let running = Twin::start_estate(estate.clone(), options);
        let running = running.await.map_err(SimulatedEstateError::Start)?;
        Ok(Self { running, estate })
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        self.running.graph_url()
    }

    /// What it is made of.
    pub fn estate(&self) -> &Estate {
        &self.estate
    }

    /// The twin itself.
    pub fn running(&self) -> &Running {
        &self.running
    }

    /// What the owners of the tenant with this number would declare: the accounts and the group
    /// that it was made with. `None` where there is no such tenant.
    pub fn register(&self, number: usize) -> Option<Register> {
        let directory = self.estate.directory(number)?;
        let is_ours = |object: &halligan_twin::Object| {
            let name = object.get("displayName").and_then(serde_json::Value::as_str);
            name.is_some_and(|name| name.starts_with("Emergency access"))
        };
        let users = directory.users.iter().filter(|(_, user)| is_ours(&user.object));
        let accounts = users.enumerate().map(|(place, (id, _))| DeclaredAccount {
            id: UserId(*id),
            code_name: format!("account-{}", place + 1),
        });
        let mut groups = directory.groups.iter().filter(|(_, group)| is_ours(&group.object));
        let group = groups.next().map(|(id, _)| GroupId(*id));
        Some(Register::of(accounts.collect(), group, Shape::Exempt))
    }

    /// Options of a client that may read `tenant`, as far as its administrator consented.
    pub fn client_options(&self, tenant: &EstateTenant) -> Result<Options, SimulatedEstateError> {
        let (login, graph) = (self.running.login_url(), self.running.graph_url());
        let endpoints = Endpoints::custom(login, graph).map_err(SimulatedEstateError::Address)?;
        let secret = Credential::Secret(SecretText::from(self.estate.secret(tenant.id)));
        let id = tenant.id.to_string();
        let sign_in = SignIn::Application { client_id: tenant.client_id, credential: secret };
        let mut options = Options::new(endpoints, &id, sign_in, clock());
        if let Some(authority) = self.running.authority() {
            options.trust =
                Trust::from_pem(authority.as_bytes()).map_err(SimulatedEstateError::Authority)?;
        }
        Ok(options)
    }

    /// The partner and every customer, with the credential that reads each, as CSV (RFC 4180).
    pub fn list(&self) -> String {
        let mut text = HEAD.to_owned();
        let customers = (0..self.estate.tenants()).filter_map(|number| self.estate.tenant(number));
        text.push_str(&self.line("partner", &self.estate.partner()));
        customers.for_each(|tenant| text.push_str(&self.line("customer", &tenant)));
        text
    }

    /// Writes the list; of what is there, only an earlier list is replaced.
    pub fn write_list(&self, path: &Path) -> Result<(), SimulatedEstateError> {
        let old = read_limited(path, "LIST_BYTES_MAX", LIST_BYTES_MAX);
        if !old.is_ok_and(|text| text.starts_with(HEAD.as_bytes())) {
            must_be_new(path).map_err(SimulatedEstateError::File)?;
        }
        write_whole(path, self.list().as_bytes()).map_err(SimulatedEstateError::File)
    }

    /// Stops it.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    /// A line of the list. No name or word in it holds a comma or a quotation mark.
    fn line(&self, kind: &str, tenant: &EstateTenant) -> String {
        let EstateTenant { id, display_name, initial_domain, client_id, .. } = tenant;
        let licence = match tenant.licence {
            Licence::Free => "free",
            Licence::P1 => "p1",
            Licence::P2 => "p2",
        };
        let flaws: Vec<&str> = tenant.flaws.iter().map(|flaw| flaw.as_str()).collect();
        let (secret, consent) = (self.estate.secret(*id), Consent::as_str(tenant.consent));
        format!(
            "{kind},{id},{initial_domain},{display_name},{licence},{client_id},{secret},{consent},\
             {}\n",
            flaws.join(" ")
        )
    }
}
