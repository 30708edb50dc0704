//! `halligan watch`: what happens at the door, record by record.

mod alarm;
mod canary;
mod coverage;
mod declare;
mod heard;
mod push;
mod reading;
mod source;
mod subject;
mod test;
mod topics;
mod work;

use halligan_app::ingest::Ingest;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::view::watch::Format;

pub(super) use canary::Flight;
use source::{SourceArguments, nothing_named};
use subject::SubjectArguments;
pub(super) use work::{Sink, Work, print};

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Examples:
  halligan watch --source file:signins.ndjson --once --account 11111111-…=breakglass1@contoso.com
  tail -F events.ndjson | halligan watch --source - --format json
  halligan watch --source graph
  halligan watch --source graph --source activity
  halligan watch declare drill --as heron --with wren --reason drill
  halligan watch test
  halligan watch coverage

Exit codes:
  0  nothing was detected
  1  it could not be done
  2  the command line makes no sense
  3  something was detected
  4  nothing was, but some logs or records could not be read, or are of another tenant";

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    watching: Watching,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Put the samples of every detection through the whole way that a record takes
    Test(test::Arguments),
    /// Declare a drill or an emergency before the accounts are used, list or end one
    #[command(after_help = declare::HELP)]
    Declare(Box<declare::Arguments>),
    /// List every activity that is watched, and which public rule sets look for it
    Coverage(coverage::Arguments),
}

/// Whose door is watched, from what, and how it is told.
#[derive(Debug, clap::Args)]
pub(super) struct Watching {
    #[command(flatten)]
    pub(super) sources: SourceArguments,
    #[command(flatten)]
    pub(super) subject: SubjectArguments,
    /// How to print detections
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Some(Command::Test(arguments)) => test::run(arguments),
        Some(Command::Declare(arguments)) => declare::run(arguments),
        Some(Command::Coverage(arguments)) => coverage::run(arguments),
        None => watch(&arguments.watching),
    }
}

fn watch(watching: &Watching) -> Result<Exit, Failure> {
    if watching.sources.is_empty() && !watching.subject.has_register() {
        return Err(nothing_named());
    }
    let subject = watching.subject.read()?;
    let sources = watching.sources.all(subject.register.as_ref().map(|(_, config)| config))?;
    let config = subject.register.as_ref().map(|(_, config)| config);
    let reads_tenant = watching.reads_tenant(config, &sources);
    if !reads_tenant {
        watching.subject.say_nameless(&subject.tenant);
    }
    let mut ingest = Ingest::new(vec![subject.tenant]);
    if let Some((register, _)) = &subject.register {
        ingest.read_declared(register);
        if subject.has_canary {
            ingest.begin(halligan_app::clock::exactly_now());
            ingest.read_announced(register);
        }
    }
    let config = subject.register.map(|(_, config)| config);
    let sink = Sink::Print(watching.format);
    let work = Work::new(ingest, watching.sources.until(), sink, config);
    if reads_tenant {
        work.ask_tenant();
    }
    work.run(&sources)
}
