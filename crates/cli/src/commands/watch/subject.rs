//! Whose door is watched: what a register declares, or what the command line names.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use halligan_app::clock;
use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::ingest::WatchedTenant;
use halligan_app::snapshot_file;
use halligan_core::id::{GroupId, UserId};
use halligan_core::register::{DeclaredAccount, Register, Shape};
use halligan_core::watch::watched::Subject;

use super::super::source::counted;
use crate::failure::Failure;
use crate::terminal::{say_hint, say_warning};

#[derive(Debug, clap::Args)]
pub(crate) struct SubjectArguments {
    /// The register: which tenant, which accounts [default: halligan.toml]
    #[arg(long, value_name = "FILE", conflicts_with = "account")]
    register: Option<PathBuf>,
    /// A snapshot of the tenant: the accounts' names, policies, owners and roles
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// Without a register: an emergency access account by its object id and a name that it signs
    /// in with; repeat it for each, and for each further name
    #[arg(long, value_name = "ID[=UPN]")]
    account: Vec<AccountName>,
    /// Without a register: the object id of the group that policies exclude
    #[arg(long, value_name = "ID", conflicts_with = "register")]
    group: Option<GroupId>,
}

/// A tenant to watch.
#[derive(Debug)]
pub(crate) struct Subjected {
    /// The tenant.
    pub(crate) tenant: WatchedTenant,
    /// The register that declares it, and where it lies; `None` where the command line does.
    pub(crate) register: Option<(PathBuf, Config)>,
    /// Whether the register declares a canary.
    pub(crate) has_canary: bool,
}

/// An account's id, and one of its names.
#[derive(Clone, Debug)]
struct AccountName {
    id: UserId,
    name: Option<String>,
}

impl FromStr for AccountName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (id, name) = match text.split_once('=') {
            Some((id, name)) => (id, Some(name.trim())),
            None => (text, None),
        };
        let id = id.trim().parse().map_err(|error| format!("{error}"))?;
        match name {
            Some(name) if !name.contains('@') => {
                Err("behind `=` stands a name to sign in with, such as `spare@contoso.com`".into())
            }
            name => Ok(Self { id, name: name.map(Into::into) }),
        }
    }
}

/// Says what is missed of so many accounts without names.
pub(super) fn say_nameless(nameless: usize, hint: &str) {
    if nameless > 0 {
        let accounts = counted(nameless, "account is", "accounts are");
        say_warning(&format!(
            "{accounts} watched by id alone: a failed sign-in that the log gives no id is missed"
        ));
        say_hint(hint);
    }
}

impl SubjectArguments {
    /// The tenant to watch.
    pub(crate) fn read(&self) -> Result<Subjected, Failure> {
        let (register, config) = self.register()?;
        let snapshot = self.snapshot.as_deref().map(snapshot_file::load).transpose()?;
        let mut tenant = WatchedTenant::of(&register, snapshot.as_ref());
        if let Some(code_name) = config.as_ref().and_then(|one| one.watch.code_name.as_ref()) {
            tenant.names.code_name.clone_from(code_name);
        }
        let canary = config.as_ref().and_then(|one| one.watch.canary.as_ref());
        if let Some(canary) = canary {
            let subject = Subject::Decoy(canary.id);
            tenant.watched.watch_id(&canary.id.to_string(), &subject);
            tenant.watched.watch_name(&canary.account, &subject);
        }
        let has_canary = canary.is_some();
        if self.account.is_empty() {
            tenant.watched.seal_as_declared(&register);
        }
        for one in &self.account {
            if let Some(name) = &one.name {
                tenant.watched.watch_name(name, &Subject::Account(one.id));
            }
        }
        let register = config.map(|config| (self.path().to_owned(), config));
        Ok(Subjected { tenant, register, has_canary })
    }

    /// Whether a register is named, or lies where one is looked for.
    pub(crate) fn has_register(&self) -> bool {
        self.account.is_empty() && (self.register.is_some() || self.path().exists())
    }

    /// Whether a snapshot is given.
    pub(super) const fn has_snapshot(&self) -> bool {
        self.snapshot.is_some()
    }

    /// Says what is missed without the accounts' names.
    pub(crate) fn say_nameless(&self, tenant: &WatchedTenant) {
        let hint = match self.account.is_empty() {
            true => "give the names: `--snapshot FILE`, from `halligan snapshot`",
            false => "give the name as well: `--account ID=UPN`",
        };
        say_nameless(tenant.nameless(), hint);
    }

    fn path(&self) -> &Path {
        self.register.as_deref().unwrap_or(Path::new(REGISTER_FILE))
    }

    fn register(&self) -> Result<(Register, Option<Config>), Failure> {
        if self.account.is_empty() {
            let path = self.path();
            if self.register.is_none() && !path.exists() {
                return Err(Failure::usage(
                    "nothing says whose door is watched",
                    "name an account: `--account ID=UPN`, or give a register: `--register FILE`",
                ));
            }
            let config = Config::load(path, clock::now())?;
            let register = config.register.clone();
            let register = Register { group: self.group.or(register.group), ..register };
            return Ok((register, Some(config)));
        }
        let mut accounts: Vec<DeclaredAccount> = Vec::new();
        for one in &self.account {
            if accounts.iter().all(|known| known.id != one.id) {
                let code_name = format!("account-{}", accounts.len() + 1);
                accounts.push(DeclaredAccount { id: one.id, code_name });
            }
        }
        Ok((Register::of(accounts, self.group, Shape::Exempt), None))
    }
}
