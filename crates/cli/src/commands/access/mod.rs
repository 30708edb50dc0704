//! `halligan access`: who gets in, what locks the owners out, and who walks in.

mod explain;
mod propose;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use halligan_app::access::find::Things;
use halligan_app::access::{Built, build};
use halligan_app::clock;
use halligan_app::config::REGISTER_FILE;
use halligan_app::files::{must_be_new, write_whole};
use halligan_core::access::{Access, Outcome, Scope, Thing};
use halligan_core::id::UserId;
use halligan_core::register::{Register, Target};
use halligan_core::tenant::Snapshot;

use super::person::SignInArguments;
use super::source::{Declared, TenantSource};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{self, say, say_hint, say_warning};
use crate::view::access::{AccessFormat, Asked, Options, Show, Told, draw, render};

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Examples:
  halligan access                                 both sides, of the tenant that halligan.toml
                                                  declares
  halligan access --snapshot FILE                 as a snapshot file shows it
  halligan access --without ada --without north   what is left without a person and a place
  halligan access --pair                          what is enough in twos
  halligan access --picture access.svg            who and what leads to each account
  halligan access explain                         the formula
  halligan access propose                         what to move so that nothing single matters

Exit codes:
  0  no hole on either side; with --without: the owners get in all the same
  1  it could not be done
  2  the command line makes no sense
  3  a hole: one thing locks the owners out, or somebody walks in alone
  4  it cannot be decided with what could be read and was written down";

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    ask: Ask,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Say the formula in words: when each part is so
    ///
    /// Every named part once, from what is asked for down to people, places and items; first for
    /// the owners, then for those who walk in.
    #[command(after_help = explain::HELP)]
    Explain(explain::Arguments),
    /// Propose an arrangement in which nothing single locks the owners out or walks in
    ///
    /// With the people, places and items at hand: the fewest changes that were found, or why there
    /// is no such arrangement and the smallest thing to add.
    #[command(after_help = propose::HELP)]
    Propose(propose::Arguments),
}

/// Where tenant, register and ledger come from.
#[derive(Debug, clap::Args)]
struct Grounds {
    #[command(flatten)]
    source: TenantSource,
    /// Take files that cannot be read as if they were not there
    #[arg(long, requires = "from")]
    skip_broken: bool,
    #[command(flatten)]
    sign_in: SignInArguments,
}

#[derive(Debug, clap::Args)]
struct Ask {
    #[command(flatten)]
    grounds: Grounds,
    /// Ask about one account alone, by its code name or object id
    #[arg(long, value_name = "NAME")]
    account: Option<String>,
    /// Ask about one target alone, as the register names it
    #[arg(long, value_name = "TARGET", value_parser = target)]
    target: Option<Target>,
    /// What is left without this: a person, place, site, item, workstation, account, group, model,
    /// `phone-network`, `mail:DOMAIN` or `entra`, by id or code name; repeat it for each
    #[arg(long, value_name = "WHAT", conflicts_with_all = ["single", "pair"])]
    without: Vec<String>,
    /// Show only what is enough alone
    #[arg(long, conflicts_with = "pair")]
    single: bool,
    /// Show only what is enough in twos, what most turns on first
    #[arg(long)]
    pair: bool,
    /// Also draw a picture (SVG): who and what leads to each account
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: AccessFormat,
    /// Where to; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long)]
    force: bool,
    /// Also name the known administrators, and list what is only counted; in JSON as well
    #[arg(long)]
    all: bool,
}

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    match &arguments.command {
        Some(Command::Explain(arguments)) => explain::run(arguments, verbose),
        Some(Command::Propose(arguments)) => propose::run(arguments, verbose),
        None => ask(&arguments.ask, verbose),
    }
}

fn ask(ask: &Ask, verbose: bool) -> Result<Exit, Failure> {
    ask.must_not_overwrite()?;
    let ground = ask.grounds.read(ask.target, verbose)?;
    let Ground { register, snapshot, built: Built { access, ledger } } = &ground;
    let account = ask.account.as_deref().map(|name| account(access, name)).transpose()?;
    let scope = match (account, ask.target) {
        (None, None) => Scope::Tenant,
        (None, Some(target)) => Scope::Surface(target),
        (Some(account), None) => Scope::Account(account),
        (Some(account), Some(target)) => Scope::At(account, target),
    };
    let things = Things::of(access, register, ledger.as_ref().map(|one| &one.state));
    let absent = ask.without.iter().map(|name| thing(&things, name));
    let absent: BTreeSet<Thing> = absent.collect::<Result<_, _>>()?;
    let told = Told::of(access, register, snapshot, Asked { scope, absent });
    let show = match (ask.single, ask.pair) {
        (true, _) => Show::Singles,
        (_, true) => Show::Pairs,
        _ => Show::All,
    };
    let options = Options { width: terminal::width(), show, all: ask.all };
    terminal::print(&render(&told, ask.format, options), ask.output.as_deref())?;
    if let Some(path) = &ask.picture {
        write_whole(path, draw(&told).as_bytes())?;
        say(&format!("picture written to `{}`", path.display()));
    }
    Ok(match told.outcome() {
        Outcome::Holds => Exit::Holds,
        Outcome::Undecided => Exit::Undecided,
        Outcome::Hole => Exit::Finding,
    })
}

impl Ask {
    /// Refuses, before anything is read, to write over a file.
    fn must_not_overwrite(&self) -> Result<(), Failure> {
        if self.picture.as_deref() == Some(Path::new("-")) {
            return Err(Failure::usage(
                "`--picture` needs the name of a file",
                "standard output has the answer: `--picture access.svg`",
            ));
        }
        if self.force {
            return Ok(());
        }
        let output = self.output.as_deref().filter(|path| *path != Path::new("-"));
        for path in output.into_iter().chain(self.picture.as_deref()) {
            must_be_new(path)?;
        }
        Ok(())
    }
}

/// What an answer stands on.
struct Ground {
    register: Register,
    snapshot: Snapshot,
    built: Built,
}

impl Grounds {
    /// Reads register, tenant and ledger, and builds both models; `target` is one that is asked
    /// about, declared or not.
    fn read(&self, target: Option<Target>, verbose: bool) -> Result<Ground, Failure> {
        let Self { source, sign_in, .. } = self;
        if source.from.is_some() && source.register.is_none() {
            return Err(Failure::usage(
                "`--from` needs a register",
                "accounts, people and places are declared in one: name it with `--register FILE`",
            ));
        }
        let path = source.register.as_deref().unwrap_or(Path::new(REGISTER_FILE));
        let declared = Declared::of(None, None, self.skip_broken);
        let (mut register, snapshot) = source.read(sign_in, &declared, verbose, clock::now())?;
        let targets = &mut register.environment.targets;
        if let Some(target) = target.filter(|one| !targets.contains(one)) {
            targets.push(target);
        }
        // Reading may have taken minutes.
        let built = build(path, &register, &snapshot, clock::now())?;
        if let Some(torn) = built.ledger.as_ref().and_then(|ledger| ledger.torn.as_ref()) {
            say_warning(&format!("{torn}; what it said is not counted"));
            say_hint("`halligan custody verify` says more, and the next fact removes it");
        }
        if let Some(ledger) = &built.ledger
            && !ledger.state.irregular.is_empty()
        {
            let count = ledger.state.irregular.len();
            say_warning(&format!("facts of the ledger that do not follow from others: {count}"));
            say_hint("`halligan custody verify` says which");
        }
        Ok(Ground { register, snapshot, built })
    }
}

/// The target of that word.
fn target(word: &str) -> Result<Target, String> {
    let none = |_| format!("it is none of `{}`", Target::NAMES.join("`, `"));
    word.parse().map_err(none)
}

/// The account that is meant.
fn account(access: &Access, name: &str) -> Result<UserId, Failure> {
    let wanted = name.trim().to_lowercase();
    let is_it =
        |id: UserId, called: &str| called.to_lowercase() == wanted || id.to_string() == wanted;
    let found = access.accounts.iter().find(|one| is_it(one.id, &one.code_name));
    found.map(|one| one.id).ok_or_else(|| {
        let names: Vec<&str> = access.accounts.iter().map(|one| one.code_name.as_str()).collect();
        let hint = format!("there is `{}`", names.join("`, `"));
        Failure::usage(format!("no account is called `{name}`"), &hint)
    })
}

/// The thing that is meant.
fn thing(things: &Things, name: &str) -> Result<Thing, Failure> {
    things.find(name).map_err(|error| Failure::usage(&error, &error.hint()))
}
