//! `halligan check`: the assessment of a tenant, a snapshot file, or a folder of exported files.

use std::path::{Path, PathBuf};

use halligan_app::assess::assess;
use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::folder::{FileFate, Folder};
use halligan_app::notify::{Notifier, is_unread};
use halligan_app::{clock, snapshot_file};
use halligan_core::check::{CheckResult, State, Statement};
use halligan_core::id::{GroupId, TenantId, UserId};
use halligan_core::register::{Acceptance, DeclaredAccount, Register};
use halligan_core::report::Assessment;
use halligan_core::tenant::Snapshot;
use halligan_core::time::Timestamp;

use super::person::{SIGN_IN, SignInArguments};
use super::reading::{self, KEEPS, Resumed};
use super::shape::{ShapeWord, shape};
use super::{Report, notify};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{say, say_warning};

/// Refused files that are named one by one before the rest is counted.
const REFUSED_SHOWN_MAX: usize = 20;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The register: which tenant, which accounts, how to sign in [default: halligan.toml]
    #[arg(long, value_name = "FILE")]
    register: Option<PathBuf>,
    /// Judge a snapshot file instead of reading the tenant
    #[arg(long, value_name = "FILE", conflicts_with_all = ["from", "resume"])]
    #[arg(conflicts_with_all = SIGN_IN)]
    snapshot: Option<PathBuf>,
    /// Judge a folder of exported policies instead of reading the tenant
    #[arg(long, value_name = "DIR", conflicts_with = "resume", conflicts_with_all = SIGN_IN)]
    from: Option<PathBuf>,
    #[command(flatten)]
    resumed: Resumed,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    notify: notify::Notification,
    #[command(flatten)]
    sign_in: SignInArguments,
    #[command(flatten)]
    declared: Declared,
}

/// What has declarations of its own, beside which those of the command line would be ignored.
const SOURCES: [&str; 2] = ["register", "snapshot"];

/// What a register would say, for a folder that is judged without one.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "With --from, instead of a register")]
struct Declared {
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

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let now = clock::now();
    arguments.report.ready()?;
    let path = arguments.register.as_deref();
    let from_folder = arguments.from.is_some();
    // The register's tenant, for a letter that says that it could not be read.
    let mut tenant = None;
    let config = || load(arguments, now).inspect(|config| tenant = config.register.tenant);
    let notify = arguments.notify.wanted(path, config, from_folder)?;
    let notifier = notify.as_ref().map(Notifier::begin).transpose()?;
    let (register, snapshot, assessment) = match judge(arguments, verbose, now) {
        Ok(judged) => judged,
        Err(failure) => return Err(tell_failure(failure, notifier, arguments, tenant)),
    };
    for acceptance in &register.accepted {
        warn_of_idle(acceptance, &assessment);
    }
    // Who is to be told is told also when the report cannot be written.
    let printed = arguments.report.print(&assessment);
    if let Some(notifier) = notifier {
        match is_unread(&snapshot) {
            Some(hindrance) => arguments.notify.tell_hindered(notifier, tenant, &hindrance)?,
            None => arguments.notify.tell(notifier, &register, &assessment)?,
        }
    }
    printed?;
    Ok(assessment.verdict.into())
}

/// Takes what is to be judged from where the command line says, and judges it.
fn judge(
    arguments: &Arguments,
    verbose: bool,
    now: Timestamp,
) -> Result<(Register, Snapshot, Assessment), Failure> {
    let (register, snapshot) = if let Some(folder) = &arguments.from {
        let register = register_for_folder(arguments, now)?;
        let snapshot = folder_snapshot(folder, &register, arguments, verbose, now)?;
        (register, snapshot)
    } else if let Some(file) = &arguments.snapshot {
        let config = load(arguments, now)?;
        (config.register, snapshot_file::load(file)?)
    } else {
        let config = load(arguments, now)?;
        let reading =
            reading::read(&config, &arguments.sign_in, arguments.resumed.load()?, verbose)?;
        if reading.is_interrupted {
            return Err(Failure::interrupted("", Some(KEEPS.into())));
        }
        (config.register, reading.snapshot)
    };
    // Reading may have taken minutes.
    let assessment = assess(&register, &snapshot, clock::now())?;
    Ok((register, snapshot, assessment))
}

/// Tells those who wait for the result that there is none; whoever pressed Ctrl-C knows.
fn tell_failure(
    failure: Failure,
    notifier: Option<Notifier<'_>>,
    arguments: &Arguments,
    tenant: Option<TenantId>,
) -> Failure {
    let (Some(notifier), Some(hindrance)) = (notifier, failure.hindrance()) else {
        return failure;
    };
    match arguments.notify.tell_hindered(notifier, tenant, hindrance) {
        Ok(()) => failure,
        Err(also) => failure.and(also),
    }
}

/// Says of an acceptance that it changes nothing: it has ended, or what it names was not found.
fn warn_of_idle(acceptance: &Acceptance, assessment: &Assessment) {
    let Acceptance { check, subject, by, until, .. } = acceptance;
    let is_of = |result: &&CheckResult| result.check.id.eq_ignore_ascii_case(check);
    let is_broken = |one: &Statement| {
        let named = subject.as_ref().is_none_or(|name| one.subject.is_named(name));
        one.state == State::Broken && named
    };
    let result = assessment.results.iter().find(is_of);
    let covers = result.is_some_and(|result| result.statements.iter().any(is_broken));
    if *until <= assessment.judged {
        say_warning(&format!("what {by} accepted of {check} ended at {until} and counts again"));
    } else if !covers {
        let of = subject.as_ref().map_or(String::new(), |name| format!(" about `{name}`"));
        say_warning(&format!("{by} accepted {check}{of}, and nothing of that was found"));
    }
}

fn load(arguments: &Arguments, now: Timestamp) -> Result<Config, Failure> {
    let path = arguments.register.as_deref();
    Ok(Config::load(path.unwrap_or(Path::new(REGISTER_FILE)), now)?)
}

fn register_for_folder(arguments: &Arguments, now: Timestamp) -> Result<Register, Failure> {
    if arguments.register.is_some() {
        return Ok(load(arguments, now)?.register);
    }
    let declared = &arguments.declared;
    if declared.account.is_empty() {
        return Err(Failure::usage(
            "`--from` needs to know the emergency access accounts",
            "name each with `--account ID`, such as `halligan check --from DIR --account \
             11111111-1111-4111-8111-111111111111`, or give a register with `--register FILE`",
        ));
    }
    let word = declared.shape.unwrap_or(ShapeWord::Exempt);
    let shape = shape(word, declared.strength_policy.as_deref())?;
    let accounts = declared.account.iter().enumerate();
    let accounts = accounts
        .map(|(place, id)| DeclaredAccount { id: *id, code_name: format!("account-{}", place + 1) })
        .collect();
    Ok(Register::of(accounts, declared.group, shape))
}

/// The snapshot of a folder. A file that should be read and cannot be may hold the one policy that
/// matters: it leaves what policies decide open, unless it is to be taken as if it were not there.
fn folder_snapshot(
    path: &Path,
    register: &Register,
    arguments: &Arguments,
    verbose: bool,
    now: Timestamp,
) -> Result<Snapshot, Failure> {
    let folder = Folder::read(path, now)?;
    let refused: Vec<_> = folder.refused().collect();
    for file in refused.iter().take(REFUSED_SHOWN_MAX) {
        if let FileFate::Refused(why) = &file.fate {
            say_warning(&format!("`{}`: {why}", file.path.display()));
        }
    }
    if refused.len() > REFUSED_SHOWN_MAX {
        let more = refused.len() - REFUSED_SHOWN_MAX;
        say_warning(&format!("… and {more} more files"));
    }
    if verbose {
        for file in &folder.files {
            if let FileFate::NotAPolicy(what) = &file.fate {
                say(&format!("`{}`: {what}", file.path.display()));
            }
        }
    }
    let (files, policies) = (folder.files.len(), folder.policies());
    let of = format!("{} of {files} JSON files cannot be read", refused.len());
    if policies == 0 {
        let hint = "there is nothing to judge without them";
        return Err(Failure::new(of, Some(hint.into())));
    }
    let mut snapshot = folder.snapshot_for(register);
    if arguments.declared.skip_broken {
        snapshot.incomplete.clear();
    }
    if !refused.is_empty() {
        let meaning = match snapshot.incomplete.is_empty() {
            true => "what follows is as if they were not there",
            false => "what they say of the accounts stays open (`--skip-broken` leaves them out)",
        };
        say_warning(&format!("{of}: {meaning}"));
    }
    let (policy, file) = (counted(policies, "policy", "policies"), counted(files, "file", "files"));
    say(&format!("{policy} in {file} of JSON"));
    Ok(snapshot)
}

pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
