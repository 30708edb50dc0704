//! What a question about sign-ins stands on: a tenant, an environment, and whose sign-ins are
//! meant: those of the accounts of a register, or of one that is supposed.

use halligan_app::assess::same_tenant;
use halligan_app::prove::suppose::{MethodWord, TargetsWord, suppose, targets};
use halligan_app::prove::{Subject, subjects};
use halligan_core::id::GroupId;
use halligan_core::register::{Environment, Register};
use halligan_core::tenant::Snapshot;
use halligan_core::time::Timestamp;

use super::person::SignInArguments;
use super::source::{Declared, TenantSource, folder_snapshot};
use crate::failure::Failure;

/// An account that no register declares.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "With --from, an account that is supposed")]
pub(super) struct Supposition {
    /// Object id of a group that it is in; repeat it for each
    #[arg(long, value_name = "GROUP-ID", requires = "from", conflicts_with_all = DECLARED)]
    member_of: Vec<GroupId>,
    /// A method that it signs in with, such as `fido2`, `fido2:AAGUID` or `password`; repeat it for
    /// each
    #[arg(long, value_name = "METHOD", requires = "from", conflicts_with_all = DECLARED)]
    method: Vec<MethodWord>,
}

/// What declares accounts, beside which none is supposed.
const DECLARED: [&str; 4] = ["register", "snapshot", "account", "group"];

/// A tenant, an environment and accounts.
#[derive(Debug)]
pub(super) struct Ground {
    pub(super) snapshot: Snapshot,
    pub(super) environment: Environment,
    pub(super) who: Who,
}

/// Whose sign-ins are meant.
#[derive(Debug)]
pub(super) enum Who {
    /// Those of the accounts that are declared.
    Declared(Box<Register>),
    /// Those of an account that is supposed.
    Supposed(Supposition),
}

impl Supposition {
    fn is_empty(&self) -> bool {
        self.member_of.is_empty() && self.method.is_empty()
    }
}

impl Ground {
    /// Reads it from where the command line says.
    pub(super) fn read(
        source: &TenantSource,
        sign_in: &SignInArguments,
        declared: &Declared,
        supposed: &Supposition,
        verbose: bool,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let folder = source.from.as_deref().filter(|_| !supposed.is_empty());
        if source.from.is_some() && source.register.is_none() && folder.is_none() {
            declared.must_name("suppose one with `--method fido2` and `--member-of GROUP-ID`, ")?;
        }
        let Some(folder) = folder else {
            let (register, snapshot) = source.read(sign_in, declared, verbose, now)?;
            same_tenant(&register, &snapshot)?;
            let environment = register.environment.clone();
            return Ok(Self { snapshot, environment, who: Who::Declared(Box::new(register)) });
        };
        if supposed.method.is_empty() {
            return Err(Failure::usage(
                "what the supposed account signs in with is not known",
                "name each method with `--method`: `fido2`, `fido2:AAGUID`, `certificate`, \
                 `password`, `microsoftAuthenticator`, `sms`, `voice`, `softwareOath`, \
                 `hardwareOath` or `windowsHello`",
            ));
        }
        let skip_broken = declared.skips_broken();
        let of = |folder: &halligan_app::folder::Folder| folder.snapshot.clone();
        let snapshot = folder_snapshot(folder, skip_broken, verbose, now, of)?;
        let environment = Environment::default();
        Ok(Self { snapshot, environment, who: Who::Supposed(supposed.clone()) })
    }

    /// The same for these targets alone; all that are declared where none is named.
    pub(super) fn aimed_at(mut self, words: &[TargetsWord]) -> Self {
        if !words.is_empty() {
            self.environment.targets = targets(words);
        }
        self
    }

    /// Whether the account is supposed.
    pub(super) fn is_supposed(&self) -> bool {
        matches!(self.who, Who::Supposed(_))
    }

    /// The emergency group: the declared one, or the first that a supposed account is in.
    pub(super) fn group(&self) -> Option<GroupId> {
        match &self.who {
            Who::Declared(register) => register.group,
            Who::Supposed(supposed) => supposed.member_of.first().copied(),
        }
    }

    /// The accounts, as a snapshot shows them.
    pub(super) fn subjects(&self, snapshot: &Snapshot, now: Timestamp) -> Vec<Subject> {
        match &self.who {
            Who::Declared(register) => subjects(register, snapshot, now),
            Who::Supposed(supposed) => {
                Vec::from([suppose(&supposed.member_of, &supposed.method, snapshot)])
            }
        }
    }
}
