//! Where a tenant comes from, for the commands that judge one: Microsoft Graph, a snapshot file, or
//! a folder of exported policies; and what a register would say where there is none.

use std::path::{Path, PathBuf};

use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::custody::Kept;
use halligan_app::folder::{FileFate, Folder};
use halligan_app::snapshot_file;
use halligan_core::id::{GroupId, UserId};
use halligan_core::register::{DeclaredAccount, Register};
use halligan_core::tenant::Snapshot;
use halligan_core::time::Timestamp;

use super::person::{SIGN_IN, SignInArguments};
use super::reading::{self, KEEPS, Resumed};
use super::shape::{ShapeWord, shape};
use crate::failure::Failure;
use crate::terminal::{say, say_warning};

/// Refused files that are named one by one before the rest is counted.
const REFUSED_SHOWN_MAX: usize = 20;

/// Where a tenant comes from.
#[derive(Debug, clap::Args)]
pub(super) struct TenantSource {
    /// The register: which tenant, which accounts, how to sign in [default: halligan.toml]
    #[arg(long, value_name = "FILE")]
    pub(super) register: Option<PathBuf>,
    /// Judge a snapshot file instead of reading the tenant
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "resume"])]
    #[arg(conflicts_with_all = SIGN_IN)]
    snapshot: Option<PathBuf>,
    /// Judge a folder of exported policies instead of reading the tenant
    #[arg(long, value_name = "DIR", conflicts_with = "resume", conflicts_with_all = SIGN_IN)]
    pub(super) from: Option<PathBuf>,
    #[command(flatten)]
    resumed: Resumed,
}

/// What has declarations of its own, beside which those of the command line would be ignored.
pub(super) const SOURCES: [&str; 2] = ["register", "snapshot"];

/// What a register would say, for a folder that is judged without one.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "With --from, instead of a register")]
pub(super) struct Declared {
    /// Object id of an emergency access account; repeat it for each
    #[arg(long, value_name = "ID", requires = "from", conflicts_with_all = SOURCES)]
    account: Vec<UserId>,
    /// Object id of the group that policies exclude
    #[arg(long, value_name = "ID", requires = "from", conflicts_with_all = SOURCES)]
    group: Option<GroupId>,
    /// How the accounts get past Conditional Access [default: exempt]
    #[arg(long, value_enum, value_name = "SHAPE", requires = "from", conflicts_with_all = SOURCES)]
    shape: Option<ShapeWord>,
    /// Id of the one policy that applies to the accounts, with `exempt+strength`
    #[arg(long, value_name = "ID", requires = "shape", conflicts_with_all = SOURCES)]
    strength_policy: Option<String>,
    /// Take files that cannot be read as if they were not there
    #[arg(long, requires = "from")]
    skip_broken: bool,
}

impl TenantSource {
    /// The register and the tenant that it is about, from where the command line says.
    pub(super) fn read(
        &self,
        sign_in: &SignInArguments,
        declared: &Declared,
        verbose: bool,
        now: Timestamp,
    ) -> Result<(Register, Snapshot), Failure> {
        if let Some(folder) = &self.from {
            let register = self.register_for_folder(declared, now)?;
            let skip_broken = declared.skip_broken;
            let of = |folder: &Folder| folder.snapshot_for(&register);
            let snapshot = folder_snapshot(folder, skip_broken, verbose, now, of)?;
            return Ok((register, snapshot));
        }
        let config = self.load(now)?;
        if let Some(file) = &self.snapshot {
            return Ok((config.register, snapshot_file::load(file)?));
        }
        let reading = reading::read(&config, sign_in, self.resumed.load()?, verbose)?;
        if reading.is_interrupted {
            return Err(Failure::interrupted("", Some(KEEPS.into())));
        }
        Ok((config.register, reading.snapshot))
    }

    /// The configuration that the command line names, or the one of this folder.
    pub(super) fn load(&self, now: Timestamp) -> Result<Config, Failure> {
        let path = self.register.as_deref();
        Ok(Config::load(path.unwrap_or(Path::new(REGISTER_FILE)), now)?)
    }

    /// Who holds what, by the ledger beside the register; nothing for a folder without one.
    pub(super) fn kept(&self) -> Kept {
        match (&self.register, &self.from) {
            (Some(path), _) => Kept::beside(path),
            (None, None) => Kept::beside(Path::new(REGISTER_FILE)),
            (None, Some(_)) => Kept::None,
        }
    }

    fn register_for_folder(
        &self,
        declared: &Declared,
        now: Timestamp,
    ) -> Result<Register, Failure> {
        if self.register.is_some() {
            return Ok(self.load(now)?.register);
        }
        declared.must_name("")?;
        let word = declared.shape.unwrap_or(ShapeWord::Exempt);
        let shape = shape(word, declared.strength_policy.as_deref())?;
        let accounts = declared.account.iter().enumerate();
        let accounts = accounts
            .map(|(place, id)| DeclaredAccount {
                id: *id,
                code_name: format!("account-{}", place + 1),
            })
            .collect();
        Ok(Register::of(accounts, declared.group, shape))
    }
}

impl Declared {
    /// One account of a folder, for a question about it alone.
    pub(super) fn of(account: Option<UserId>, group: Option<GroupId>, skip_broken: bool) -> Self {
        let account = account.into_iter().collect();
        Self { account, group, shape: None, strength_policy: None, skip_broken }
    }

    /// Refuses to judge a folder without knowing whose; `or` is what else could be said.
    pub(super) fn must_name(&self, or: &str) -> Result<(), Failure> {
        if !self.account.is_empty() {
            return Ok(());
        }
        Err(Failure::usage(
            "`--from` needs to know the emergency access accounts",
            &format!(
                "name each with `--account ID`, such as `--account \
                 11111111-1111-4111-8111-111111111111`, {or}or give a register with `--register \
                 FILE`"
            ),
        ))
    }

    /// Whether files that cannot be read are taken as if they were not there.
    pub(super) fn skips_broken(&self) -> bool {
        self.skip_broken
    }
}

/// The snapshot of a folder. A file that should be read and cannot be may hold the one policy that
/// matters: it leaves what policies decide open, unless it is to be taken as if it were not there.
pub(super) fn folder_snapshot(
    path: &Path,
    skip_broken: bool,
    verbose: bool,
    now: Timestamp,
    of: impl FnOnce(&Folder) -> Snapshot,
) -> Result<Snapshot, Failure> {
    let folder = Folder::read(path, now)?;
    tell_refused(&folder);
    if verbose {
        for file in &folder.files {
            if let FileFate::NotAPolicy(what) = &file.fate {
                say(&format!("`{}`: {what}", file.path.display()));
            }
        }
    }
    let (files, policies) = (folder.files.len(), folder.policies());
    let refused = folder.refused().count();
    let unread = format!("{refused} of {files} JSON files cannot be read");
    if policies == 0 {
        let hint = "there is nothing to judge without them";
        return Err(Failure::new(unread, Some(hint.into())));
    }
    let mut snapshot = of(&folder);
    if skip_broken {
        snapshot.incomplete.clear();
    }
    if refused > 0 {
        let meaning = match snapshot.incomplete.is_empty() {
            true => "what follows is as if they were not there",
            false => "what they say of the accounts stays open (`--skip-broken` leaves them out)",
        };
        say_warning(&format!("{unread}: {meaning}"));
    }
    let (policy, file) = (counted(policies, "policy", "policies"), counted(files, "file", "files"));
    say(&format!("{policy} in {file} of JSON"));
    Ok(snapshot)
}

fn tell_refused(folder: &Folder) {
    let refused: Vec<_> = folder.refused().collect();
    for file in refused.iter().take(REFUSED_SHOWN_MAX) {
        if let FileFate::Refused(why) = &file.fate {
            say_warning(&format!("`{}`: {why}", file.path.display()));
        }
    }
    if let Some(more) = refused.len().checked_sub(REFUSED_SHOWN_MAX).filter(|more| *more > 0) {
        say_warning(&format!("… and {more} more files"));
    }
}

/// A number and what is counted, in the right form.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
