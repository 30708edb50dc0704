//! `halligan watch declare`: a drill or an emergency, said before the accounts are used.

use std::path::{Path, PathBuf};

use halligan_app::clock;
use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::declared::{self, DeclareError};
use halligan_core::id::{PersonId, UserId};
use halligan_core::register::Register;
use halligan_core::time::{SignedDuration, Timestamp};
use halligan_core::watch::declaration::{Command as Wanted, Declaration, Declared};
use halligan_core::watch::watched::UseKind;

use super::super::custody::operator_named;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{self, say, say_hint, say_warning};
use crate::view::custody::Names;
use crate::view::watch::Format;
use crate::view::watch::declared as view;

/// What `--help` ends with.
pub(super) const HELP: &str = "\
While it lasts, a sign-in with an account that it names is evidence, and not the worst alarm. It is
still written down and printed, and so is the declaration. Nothing else weighs less: a failed
attempt, another credential than the sealed one, and every change of an account, a role, a group or
a policy are told as ever. It counts from when it was written down, never before. Whoever can write
beside the register can declare: that is why it is told.

Examples:
  halligan watch declare drill --as heron --with wren --reason \"drill of November\"
  halligan watch declare emergency --as heron --reason \"locked out\" --for 4h
  halligan watch declare list
  halligan watch declare end 1 --as heron

Exit codes:
  0  it is written down, or here is the list
  1  it could not be done
  2  the command line makes no sense
  3  it was refused
  4  it cannot be decided with what could be read";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Declare a drill: two people, at most 24 hours
    Drill(Use),
    /// Declare an emergency: at most 72 hours
    Emergency(Use),
    /// List what is declared and not over
    List(List),
    /// End one before its time
    End(End),
}

/// Which register, and how it is printed.
#[derive(Debug, clap::Args)]
struct Common {
    /// The register: which accounts and people; declarations are written down beside it
    #[arg(long, value_name = "FILE", default_value = REGISTER_FILE)]
    register: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

#[derive(Debug, clap::Args)]
struct Use {
    /// Who declares it, by id or code name [default: HALLIGAN_PERSON of the environment]
    #[arg(long = "as", value_name = "PERSON")]
    operator: Option<String>,
    /// Who else knows of it; a drill needs somebody
    #[arg(long, value_name = "PERSON")]
    with: Option<String>,
    /// Why, in one line that names nobody: it is kept for good
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// An account that will be used, by code name or object id; repeat it for each [default: all]
    #[arg(long, value_name = "ACCOUNT")]
    account: Vec<String>,
    /// From when, as 2026-11-23T09:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// For how long, such as 90m or 4h [default: 2h for a drill, 8h for an emergency]
    #[arg(long = "for", value_name = "TIME", conflicts_with = "until")]
    duration: Option<SignedDuration>,
    /// Until when
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct List {
    /// Also those that are over
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    common: Common,
}

#[derive(Debug, clap::Args)]
struct End {
    /// Its number in the list
    #[arg(value_name = "NUMBER")]
    number: u64,
    /// Who ends it, by id or code name [default: HALLIGAN_PERSON of the environment]
    #[arg(long = "as", value_name = "PERSON")]
    operator: Option<String>,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Command::Drill(one) => declare(UseKind::Drill, one),
        Command::Emergency(one) => declare(UseKind::Emergency, one),
        Command::List(one) => list(one),
        Command::End(one) => end(one),
    }
}

fn declare(kind: UseKind, one: &Use) -> Result<Exit, Failure> {
    let now = clock::now();
    let register = load(&one.common.register, now)?;
    let by = person(&register, &operator_named(one.operator.as_deref())?)?;
    let with = one.with.as_deref().map(|name| person(&register, name)).transpose()?;
    let from = one.from.unwrap_or(now);
    let lasts = one.duration.unwrap_or(SignedDuration::from_hours(kind.hours()));
    let until = one.until.map_or_else(|| from.checked_add(lasts), Ok);
    let until = until.map_err(|_| Failure::usage("it ends beyond all time", "shorten `--for`"))?;
    let accounts = accounts(&register, &one.account)?;
    let reason = one.reason.trim().to_owned();
    let declared = Declared { number: 0, kind, by, with, reason, accounts, from, until };
    write(&one.common, &register, &Wanted::Declare(declared), now)
}

fn end(one: &End) -> Result<Exit, Failure> {
    let now = clock::now();
    let register = load(&one.common.register, now)?;
    let by = person(&register, &operator_named(one.operator.as_deref())?)?;
    write(&one.common, &register, &Wanted::End { number: one.number, by }, now)
}

fn list(one: &List) -> Result<Exit, Failure> {
    let now = clock::now();
    let register = load(&one.common.register, now)?;
    let state = declared::read(&one.common.register)?;
    let is_shown = |declaration: &&Declaration| one.all || !declaration.is_over(now);
    let shown: Vec<&Declaration> = state.all.iter().filter(is_shown).collect();
    print(&shown, &one.common, &register, now)
}

/// Writes it down, and prints what is declared now.
fn write(
    common: &Common,
    register: &Register,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Exit, Failure> {
    let ran = declared::record(&common.register, wanted, now)?;
    if let Some(repair) = &ran.repaired {
        say_warning(&repair.to_string());
    }
    let is_it = |one: &&Declaration| match wanted {
        Wanted::Declare(_) => true,
        Wanted::End { number, .. } => one.declared.number == *number,
    };
    let last = ran.state.all.iter().rev().find(is_it);
    let shown: Vec<&Declaration> = last.into_iter().collect();
    print(&shown, common, register, now)?;
    match wanted {
        Wanted::Declare(_) => {
            say("a running daemon takes it, and tells that it was declared");
            say_hint("end it as soon as it is over: `halligan watch declare end NUMBER`");
        }
        Wanted::End { .. } => say("from now on a use is told as any other"),
    }
    Ok(Exit::Holds)
}

fn print(
    shown: &[&Declaration],
    common: &Common,
    register: &Register,
    now: Timestamp,
) -> Result<Exit, Failure> {
    let names = Names { declared: Some(&register.custody), accounts: &register.accounts };
    let text = view::render(shown, &names, now, common.format, terminal::width());
    terminal::print(&text, None)?;
    Ok(Exit::Holds)
}

fn load(path: &Path, now: Timestamp) -> Result<Register, Failure> {
    Ok(Config::load(path, now)?.register)
}

/// Somebody whom the register declares; where it declares nobody, any id.
fn person(register: &Register, text: &str) -> Result<PersonId, Failure> {
    let declared = &register.custody;
    if let Some(person) = declared.person_called(text) {
        return Ok(person.id.clone());
    }
    if declared.people.is_empty() {
        let no_id = |error| Failure::usage(error, "an id such as `p-1`: no name, no address");
        return text.parse().map_err(no_id);
    }
    Err(Failure::refused(
        format!("nobody is declared as `{text}`"),
        "name somebody of `[[custody.people]]`, by id or code name",
    ))
}

/// The accounts of these names; all where none is named.
fn accounts(register: &Register, names: &[String]) -> Result<Vec<UserId>, Failure> {
    let all = register.distinct_accounts();
    if names.is_empty() {
        return Ok(all.into_iter().map(|one| one.id).collect());
    }
    let mut found: Vec<UserId> = Vec::new();
    for name in names {
        let id: Option<UserId> = name.parse().ok();
        let one = all.iter().find(|one| one.code_name == *name || Some(one.id) == id);
        let one = one.ok_or_else(|| {
            let hint = "name it by its code name in the register, or by its object id";
            Failure::refused(format!("no account is declared as `{name}`"), hint)
        })?;
        if !found.contains(&one.id) {
            found.push(one.id);
        }
    }
    Ok(found)
}

impl From<DeclareError> for Failure {
    fn from(error: DeclareError) -> Self {
        match error.refusal() {
            Some(refusal) => Self::refused(refusal, refusal.hint()),
            None if matches!(error, DeclareError::Unread(_)) => {
                Self::undecided(&error, error.hint())
            }
            None => Self::new(&error, error.hint()),
        }
    }
}
