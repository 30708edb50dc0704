//! `halligan prove`: whether the accounts get in under every condition, as things are or after a
//! change.

use std::path::{Path, PathBuf};

use halligan_app::prove::change::{Outcome, Proposal, compare, must_exist};
use halligan_app::prove::suppose::TargetsWord;
use halligan_app::prove::{Proving, prove_accounts};
use halligan_app::{clock, live};
use halligan_core::ca::Verdict;
use halligan_core::tenant::Snapshot;

use super::ground::{Ground, Supposition};
use super::person::{SignInArguments, asked};
use super::runtime;
use super::source::{Declared, TenantSource, counted};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::PartProgress;
use crate::terminal::{self, say, say_warning};
use crate::view::proof::{Options, ProofFormat, render, render_change};

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Examples:
  halligan prove                                  the tenant that halligan.toml declares
  halligan prove --snapshot FILE                  as a snapshot file shows it
  halligan prove --with policies/                 before and after a change, for a pipeline
  halligan prove --from DIR --member-of GROUP-ID --method fido2 --format json
                                                  an account that is only supposed, no register

Exit codes:
  0  proved; with --with: no account is worse off
  1  it could not be done
  2  the command line makes no sense
  3  harmed or locked out; with --with: an account is worse off
  4  it cannot be decided with what could be read";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    source: TenantSource,
    /// Prove before and after a change: files or folders of new and changed policies, as exports
    /// hold them
    #[arg(long, value_name = "FILE", num_args = 1..)]
    with: Vec<PathBuf>,
    /// Ask Microsoft's own engine (What If) about every sign-in that is shown; takes the permission
    /// Policy.Read.ConditionalAccess
    #[arg(long, conflicts_with_all = ["from", "with"])]
    confirm: bool,
    /// What the sign-ins are for: `portals`, `graph`, `all`, or a target as the register names it;
    /// repeat it for each [default: what the register declares]
    #[arg(long, value_name = "TARGET")]
    target: Vec<TargetsWord>,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ProofFormat,
    /// Where to; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the output file when it is there already
    #[arg(long, requires = "output")]
    force: bool,
    /// Also list what every policy does to every account
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    sign_in: SignInArguments,
    #[command(flatten)]
    declared: Declared,
    #[command(flatten)]
    supposed: Supposition,
}

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let now = clock::now();
    if let Some(path) = arguments.output.as_deref().filter(|path| *path != Path::new("-"))
        && !arguments.force
    {
        halligan_app::files::must_be_new(path)?;
    }
    arguments.with.iter().try_for_each(|path| must_exist(path))?;
    let Arguments { source, sign_in, declared, supposed, .. } = arguments;
    let ground = Ground::read(source, sign_in, declared, supposed, verbose, now)?;
    let ground = ground.aimed_at(&arguments.target);
    // Reading may have taken minutes.
    let now = clock::now();
    let is_supposed = ground.is_supposed();
    let options = Options { width: terminal::width(), all: arguments.all, is_supposed };
    let Ground { snapshot, environment, .. } = &ground;
    let (text, exit) = if arguments.with.is_empty() {
        let subjects = ground.subjects(snapshot, now);
        let mut proving = prove_accounts(snapshot, environment, subjects, now)?;
        proving.look_ahead(snapshot, ground.group())?;
        if arguments.confirm {
            confirm(&mut proving, snapshot, source, sign_in, verbose)?;
        }
        // What Microsoft's engine contradicts is not certain, whatever the proof says.
        let exit = match (proving.verdict(), proving.is_contradicted()) {
            (Verdict::Proved, true) => Exit::Undecided,
            (verdict, _) => exit_of(verdict),
        };
        (render(&proving, arguments.format, options), exit)
    } else {
        let proposal = Proposal::read(&arguments.with, now)?;
        let count = counted(proposal.policies.len(), "policy", "policies");
        say(&format!("{count} proposed"));
        let subjects = |snapshot: &_| ground.subjects(snapshot, now);
        let comparison = compare(snapshot, &proposal, environment, &subjects, now)?;
        let exit = match comparison.outcome() {
            Outcome::NoWorse => Exit::Holds,
            Outcome::Undecided => Exit::Undecided,
            Outcome::Worse => Exit::Finding,
        };
        (render_change(&comparison, arguments.format, options), exit)
    };
    terminal::print(&text, arguments.output.as_deref())?;
    Ok(exit)
}

/// Signs in, asks Microsoft's engine, and keeps what it says.
fn confirm(
    proving: &mut Proving,
    snapshot: &Snapshot,
    source: &TenantSource,
    sign_in: &SignInArguments,
    verbose: bool,
) -> Result<(), Failure> {
    let config = source.load(clock::now())?;
    let progress = PartProgress::new(verbose);
    let asked = asked(sign_in, &progress);
    let voice = progress.voice();
    runtime()?.block_on(async {
        let mut notice = |text: String| voice.aside(|| say_warning(&text));
        let client = live::client(&config, &asked, &mut notice).await?;
        proving.confirm(&client, snapshot).await;
        Ok::<_, Failure>(())
    })
}

/// The exit code of a verdict.
pub(super) fn exit_of(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Proved => Exit::Holds,
        Verdict::Undecided => Exit::Undecided,
        Verdict::Harmed | Verdict::LockedOut => Exit::Finding,
    }
}
