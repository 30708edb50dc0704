//! The command line: a file per command.

mod access;
mod check;
mod checks;
mod custody;
mod demo;
mod doctor;
mod explain;
mod ground;
mod init;
mod install;
mod inventory;
mod notify;
mod person;
mod prove;
mod reading;
mod serve;
mod shape;
mod snapshot;
mod source;
mod twin;
mod watch;
mod whatif;

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use halligan_app::files::must_be_new;
use tokio::runtime::{Builder, Runtime};

use crate::exit::{self, Exit};
use crate::failure::Failure;
use crate::terminal;
use crate::view::{self, Format};

/// Threads of the runtime: the work is waiting for answers.
const WORKERS: usize = 2;

/// Emergency ("break-glass") access to a Microsoft 365 / Entra tenant: is it there, does it open
/// the door, and does it open it for nobody else?
#[derive(Debug, Parser)]
#[command(name = "halligan", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Say on standard error what is being done
    #[arg(long, short, global = true, display_order = 990)]
    verbose: bool,
}

const AFTER_HELP: &str = "\
Start here:
  halligan demo                                   a simulated tenant and its assessment
  halligan check --from DIR --account ID          a folder of exported policies
  halligan init --tenant contoso.com              writes the halligan.toml of a tenant
  halligan check                                  the tenant that halligan.toml declares, read as
                                                  the application that it names, or as yourself

Halligan only reads the tenant. Exit codes: 0 it holds, 1 it could not be done, 2 usage, 3 something
was found, 4 it cannot be decided with what could be read.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Assess a simulated tenant that has the classic faults
    ///
    /// Starts the tenant on this machine, reads it over HTTP as a real one is read, and shows the
    /// assessment. Needs no account, no network and no configuration.
    Demo(demo::Arguments),
    /// Propose the tenant's emergency accounts and group, and write halligan.toml
    ///
    /// Reads the tenant, or a snapshot file, and shows which accounts and which group look like
    /// emergency access, with every reason for and against. You choose, at the terminal or with
    /// options; nothing is written that you did not choose.
    Init(init::Arguments),
    /// Read the tenant into one file, to be judged later or elsewhere
    Snapshot(snapshot::Arguments),
    /// Assess the tenant's emergency access
    ///
    /// Reads the tenant that halligan.toml declares, a snapshot file, or a folder of exported
    /// policies.
    #[command(after_help = exit::HELP)]
    Check(check::Arguments),
    /// Prove whether the accounts get in, under every condition
    ///
    /// For every sign-in of the declared environment: each account gets in with what it holds, or
    /// here is the sign-in that fails and the policy to blame. With `--with`, the same before and
    /// after a change of policies that nobody has saved yet.
    #[command(after_help = prove::HELP)]
    Prove(prove::Arguments),
    /// Say what one sign-in meets, policy by policy
    ///
    /// Each policy applies, or here is the first condition that does not match; what it demands,
    /// and by what that is met or why not. What is not said of the sign-in is taken, and told.
    #[command(after_help = whatif::HELP)]
    Whatif(Box<whatif::Arguments>),
    /// Say in plain words what a policy does, and what to each account
    #[command(after_help = explain::HELP)]
    Explain(explain::Arguments),
    /// List every check, or explain one in full
    Checks(checks::Arguments),
    /// Who holds which key, envelope and sheet: write it down, list it, verify it
    ///
    /// People and places are declared in halligan.toml; what happens to items is written down as
    /// facts, in a chain beside it that shows tampering. Each fact is by somebody's word: typed by
    /// an operator (asserted), or signed by whom it is about (confirmed).
    #[command(after_help = custody::HELP)]
    Custody(custody::Arguments),
    /// List who can become Global Administrator, and how
    ///
    /// Path by path: through roles, eligibility, groups, applications, owners and those who reset
    /// credentials; with how each signs in, when it was last used and what stands out.
    Inventory(inventory::Arguments),
    /// Say who gets in, what locks the owners out, and who walks in
    ///
    /// From the tenant, the proof of its policies, the declared people and places, and the ledger
    /// of custody beside the register: the smallest failures that lock the owners out, and the
    /// smallest coalitions that walk in. Neither should be of one.
    #[command(after_help = access::HELP)]
    Access(Box<access::Arguments>),
    /// Tell every touch of the door in the logs: sign-ins, changes, and what weakens it
    ///
    /// Reads records of sign-ins and of the audit log, in whatever shape they come, and prints each
    /// detection once, with what it means and what to do first.
    #[command(after_help = watch::HELP)]
    Watch(watch::Arguments),
    /// Run as a daemon: watch, and write down every detection before it is told
    #[command(after_help = serve::HELP)]
    Serve(watch::Watching),
    /// Say which permissions the watcher has, lacks, and should not have
    ///
    /// Signs in and looks at the token alone: nothing is asked of the tenant.
    #[command(after_help = exit::HELP)]
    Doctor(doctor::Arguments),
    /// Run the simulated tenant until Ctrl-C
    Twin(twin::Arguments),
    /// Print the schema of halligan.toml, for editors
    Schema,
    /// Print what makes a shell complete the command line
    Completions(install::Completions),
    /// Print or write the man pages
    Man(install::ManPages),
}

/// How a report is printed.
#[derive(Clone, Debug, Args)]
struct Report {
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Where to; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the output file when it is there already
    #[arg(long, requires = "output")]
    force: bool,
    /// Also list what passes and what does not apply, and every statement of every check
    #[arg(long)]
    all: bool,
}

impl Report {
    /// Refuses, before anything is read, to write over a file: it may be the register itself.
    fn ready(&self) -> Result<(), Failure> {
        match self.output.as_deref().filter(|path| *path != Path::new("-")) {
            Some(path) if !self.force => Ok(must_be_new(path)?),
            _ => Ok(()),
        }
    }

    fn print(&self, assessment: &halligan_core::report::Assessment) -> Result<(), Failure> {
        let options = view::Options { width: terminal::width(), all: self.all };
        let text = view::render(assessment, self.format, options);
        terminal::print(&text, self.output.as_deref())
    }
}

/// Runs the command.
pub(crate) fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let verbose = arguments.verbose;
    match arguments.command {
        Command::Demo(arguments) => demo::run(&arguments, verbose),
        Command::Init(arguments) => init::run(&arguments, verbose),
        Command::Snapshot(arguments) => snapshot::run(&arguments, verbose),
        Command::Check(arguments) => check::run(&arguments, verbose),
        Command::Prove(arguments) => prove::run(&arguments, verbose),
        Command::Whatif(arguments) => whatif::run(&arguments, verbose),
        Command::Explain(arguments) => explain::run(&arguments, verbose),
        Command::Checks(arguments) => checks::run(&arguments),
        Command::Custody(arguments) => custody::run(&arguments),
        Command::Inventory(arguments) => inventory::run(&arguments, verbose),
        Command::Access(arguments) => access::run(&arguments, verbose),
        Command::Watch(arguments) => watch::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Twin(arguments) => twin::run(&arguments),
        Command::Schema => install::print_schema(),
        Command::Completions(arguments) => install::completions(&arguments),
        Command::Man(arguments) => install::man(&arguments),
    }
}

/// A runtime, for the commands that talk to a service; the others start faster without.
fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start threads: {error}"), None))
}
