//! `halligan init`: what looks like the emergency access of a tenant, and the register that
//! declares what a person chose of it.
//!
//! Options and answers lead to one [`Draft`], and so to one file. There is no option that says yes
//! to everything: who the emergency accounts are is for people to know.

mod ask;
mod choose;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use halligan_app::assess::same_tenant;
use halligan_app::config::{Config, REGISTER_FILE};
use halligan_app::files::{READABLE_BY, must_be_new};
use halligan_app::init::{self, Draft, SCHEMA_FILE, Survey, sign_in_table, tenant_table};
use halligan_app::{clock, snapshot_file};
use halligan_core::id::{AppId, GroupId, TenantId, UserId};
use halligan_core::proposal::{Fit, Proposal, Speaks};
use halligan_core::register::Shape;
use halligan_core::tenant::{Snapshot, Source};
use toml::{Table, Value};

use self::ask::Terminal;
use self::choose::{Chosen, Named, Options};
use super::person::{SIGN_IN, SignInArguments, asked};
use super::runtime;
use super::shape::{ShapeWord, shape};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::progress::PartProgress;
use crate::terminal::{self, say, say_hint, say_warning};
use crate::view::proposal::{ProposalFormat, flags, render};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Object id of an emergency access account, with the code name that reports call it by;
    /// repeat it for each
    #[arg(long, value_name = "ID[=CODE-NAME]")]
    account: Vec<Named>,
    /// Object id of the group that policies exclude; leave it out where they name the accounts
    #[arg(long, value_name = "ID")]
    group: Option<GroupId>,
    /// How the accounts get past Conditional Access
    #[arg(long, value_enum, value_name = "SHAPE")]
    shape: Option<ShapeWord>,
    /// Id of the one policy that applies to the accounts, with `exempt+strength`
    #[arg(long, value_name = "ID", requires = "shape")]
    strength_policy: Option<String>,
    /// Which of Microsoft's clouds the tenant is in, such as usGov [default: global]
    #[arg(long, value_name = "CLOUD")]
    cloud: Option<String>,
    /// What the register says of who signs in; without it, a person is asked at the terminal
    #[arg(long = "sign-in", value_enum, value_name = "KIND")]
    keeps: Option<SignInWord>,
    /// The application's client id, with `--sign-in certificate`
    #[arg(long, value_name = "ID", requires = "keeps", requires = "certificate")]
    client_id: Option<AppId>,
    /// The PEM file of its certificate and key, with `--sign-in certificate`
    #[arg(long, value_name = "FILE", requires = "client_id")]
    certificate: Option<PathBuf>,
    /// Take tenant and sign-in over from this register
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cloud", "keeps"])]
    register: Option<PathBuf>,
    /// Look at a snapshot file instead of reading the tenant
    #[arg(long, value_name = "FILE", conflicts_with_all = [SIGN_IN[1], SIGN_IN[2]])]
    snapshot: Option<PathBuf>,
    /// The register to write; `-` is standard output
    #[arg(long, short, value_name = "FILE", default_value = REGISTER_FILE)]
    output: PathBuf,
    /// Replace the register when it is there already
    #[arg(long)]
    force: bool,
    /// How to print the proposal
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ProposalFormat,
    #[command(flatten)]
    sign_in: SignInArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SignInWord {
    /// A person, in the browser
    Browser,
    /// A person, with a code entered on any device
    DeviceCode,
    /// Whoever is signed in to Azure CLI
    AzureCli,
    /// The managed identity of the Azure resource that this runs on
    ManagedIdentity,
    /// An application with a certificate
    Certificate,
}

const NOBODY: &str =
    "nothing was written: this is a proposal, and nobody is at a terminal to choose";

/// What was looked at.
struct Look {
    snapshot: Snapshot,
    person: Option<UserId>,
}

/// Exits with 4 where nothing was chosen and nobody is there to choose.
pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let options = options(arguments)?;
    let may_ask = ask::is_possible();
    let writes = options.is_complete() || may_ask;
    let to_stdout = arguments.output == Path::new("-");
    if writes && !to_stdout && !arguments.force {
        must_be_new(&arguments.output)?;
    }
    let (config, mut draft) = begin(arguments)?;
    let look = match (&options, &arguments.snapshot, config.register.tenant) {
        // Everything is said already; whether it is true is what `check` is for.
        (options, None, Some(_)) if options.is_complete() => None,
        _ => Some(look(arguments, &config, verbose)?),
    };
    let proposal = look.as_ref().map(|look| Proposal::of(&look.snapshot, clock::now()));
    if let Some(look) = &look {
        know_tenant(&mut draft.tenant, arguments, &look.snapshot);
    }
    let chosen = match (options.is_complete(), &proposal, &look) {
        (false, Some(proposal), Some(look)) => {
            let text = render(proposal, arguments.format, terminal::width());
            terminal::print(&text, None)?;
            if !may_ask {
                say(NOBODY);
                say_hint(&format!(
                    "choose with options, such as `{}`",
                    flags(proposal, &source(arguments))
                ));
                return Ok(Exit::Undecided);
            }
            let shapes = |accounts: &[UserId]| {
                halligan_core::proposal::propose_shape(&look.snapshot, accounts, clock::now())
            };
            choose::ask(options, proposal, &shapes, &mut Terminal::default())?
        }
        _ => options.finish()?,
    };
    let person = look.as_ref().and_then(|look| look.person);
    refuse_own_account(&chosen, person)?;
    warn(&chosen, proposal.as_ref());
    draft.shape = chosen.shape;
    draft.group = chosen.group;
    draft.accounts = chosen.accounts;
    write(arguments, &draft)
}

/// The options that say what is read, as they were given.
fn source(arguments: &Arguments) -> String {
    let file = |path: &PathBuf| path.display().to_string();
    let given = [
        ("--register", arguments.register.as_ref().map(file)),
        ("--tenant", arguments.sign_in.tenant().map(String::from)),
        ("--cloud", arguments.cloud.clone()),
        ("--snapshot", arguments.snapshot.as_ref().map(file)),
    ];
    let output = Some(&arguments.output).filter(|path| *path != Path::new(REGISTER_FILE));
    let given = given.into_iter().chain([("--output", output.map(file))]);
    given.filter_map(|(name, value)| Some(format!(" {name} {}", value?))).collect()
}

fn options(arguments: &Arguments) -> Result<Options, Failure> {
    let policy = arguments.strength_policy.as_deref();
    let shape = arguments.shape.map(|word| shape(word, policy)).transpose()?;
    let (accounts, group) = (arguments.account.clone(), arguments.group);
    Ok(Options { accounts, group, shape })
}

/// How the tenant is read, and the register as far as it is known before.
fn begin(arguments: &Arguments) -> Result<(Config, Draft), Failure> {
    let empty = |tenant, sign_in| {
        let (shape, group, accounts) = (Shape::Exempt, None, Vec::new());
        Draft { tenant, sign_in, shape, group, accounts }
    };
    if let Some(path) = &arguments.register {
        let taken = init::take_over(path, &arguments.output, clock::now())?;
        return Ok((taken.config, empty(taken.tenant, taken.sign_in)));
    }
    let id: Option<TenantId> = arguments.sign_in.tenant().and_then(|text| text.parse().ok());
    let tenant = tenant_table(id, arguments.cloud.as_deref());
    let draft = empty(tenant, sign_in(arguments)?);
    Ok((draft.config(&arguments.output, clock::now())?, draft))
}

fn sign_in(arguments: &Arguments) -> Result<Table, Failure> {
    let word = match (arguments.keeps, &arguments.certificate, arguments.client_id) {
        (None, ..) => return Ok(Table::new()),
        (Some(SignInWord::Certificate), Some(path), Some(client_id)) => {
            // A relative path starts at the register's folder.
            let is_here = arguments.output.components().count() == 1;
            let path = match is_here {
                true => path.clone(),
                false => std::path::absolute(path).unwrap_or_else(|_| path.clone()),
            };
            let file = Value::String(path.display().to_string());
            let place = Table::from_iter([("file".to_owned(), file)]);
            return Ok(Table::from_iter([
                ("client_id".to_owned(), Value::String(client_id.to_string())),
                ("certificate".to_owned(), Value::Table(place)),
            ]));
        }
        (Some(SignInWord::Certificate), ..) => {
            return Err(Failure::usage(
                "`--sign-in certificate` needs to know the application and its certificate",
                "add `--client-id ID --certificate FILE`",
            ));
        }
        (Some(_), Some(_), _) => {
            return Err(Failure::usage(
                "`--certificate` belongs to `--sign-in certificate`",
                "leave it and `--client-id` out, or choose that kind",
            ));
        }
        (Some(SignInWord::Browser), ..) => "browser",
        (Some(SignInWord::DeviceCode), ..) => "device-code",
        (Some(SignInWord::AzureCli), ..) => "azure-cli",
        (Some(SignInWord::ManagedIdentity), ..) => "managed-identity",
    };
    Ok(sign_in_table(word))
}

fn look(arguments: &Arguments, config: &Config, verbose: bool) -> Result<Look, Failure> {
    let is_named = arguments.register.is_some() || arguments.sign_in.tenant().is_some();
    if arguments.snapshot.is_none() && !is_named {
        return Err(Failure::usage(
            "nothing says which tenant",
            "name it by domain or id with `--tenant`, or give a snapshot with `--snapshot FILE`",
        ));
    }
    if let Some(file) = &arguments.snapshot {
        let snapshot = snapshot_file::load(file)?;
        same_tenant(&config.register, &snapshot)?;
        return Ok(Look { snapshot, person: None });
    }
    let Survey { snapshot, person, more } = read(arguments, config, verbose)?;
    if more > 0 {
        say_warning(&format!("{more} accounts and groups more were not looked at closely"));
    }
    Ok(Look { snapshot, person })
}

fn read(arguments: &Arguments, config: &Config, verbose: bool) -> Result<Survey, Failure> {
    // Accounts of a register that lends its tenant must not be signed in with either.
    let progress = PartProgress::new(verbose);
    let asked = asked(&arguments.sign_in, &progress);
    let voice = progress.voice();
    let end = interrupt::pressed();
    let mut notice = |text: String| voice.aside(|| say_warning(&text));
    let read = runtime()?.block_on(init::survey(config, &asked, &progress, &mut notice, end));
    progress.finish();
    read?.ok_or_else(|| Failure::interrupted("", Some("nothing was written".into())))
}

/// Completes `[tenant]` by what was read.
fn know_tenant(tenant: &mut Table, arguments: &Arguments, snapshot: &Snapshot) {
    if let Some(id) = snapshot.tenant_id() {
        tenant.entry("id").or_insert_with(|| Value::String(id.to_string()));
    }
    let is_said = arguments.cloud.is_some() || arguments.register.is_some();
    let Source::Graph { endpoint } = &snapshot.source else { return };
    match init::cloud_at(endpoint) {
        _ if is_said => {}
        Some("global") => {}
        Some(cloud) => drop(tenant.insert("cloud".into(), Value::String(cloud.into()))),
        None => say_warning(&format!(
            "the snapshot was read from {endpoint}, which the new register does not name: take it \
             over from a register that does, with `--register FILE`"
        )),
    }
}

fn refuse_own_account(chosen: &Chosen, person: Option<UserId>) -> Result<(), Failure> {
    let own = chosen.accounts.iter().find(|account| Some(account.id) == person);
    own.map_or(Ok(()), |account| {
        let what = format!("you are signed in as the account {} that you chose", account.id);
        let hint = "emergency access accounts stay untouched: sign in with an account of your own \
                    that has a reading role, such as Global Reader";
        Err(Failure::new(what, Some(hint.into())))
    })
}

/// Says what speaks against a choice. The choice stands.
fn warn(chosen: &Chosen, proposal: Option<&Proposal>) {
    if chosen.accounts.len() < 2 {
        say_warning("one account is not enough: Microsoft advises two or more");
    }
    let Some(proposal) = proposal else {
        say("nothing was read: the ids are taken as they were given");
        return;
    };
    for account in &chosen.accounts {
        let name = &account.code_name;
        let Some(candidate) = proposal.candidate(account.id) else {
            say_warning(&format!("`{name}` ({}) is not among those that were found", account.id));
            continue;
        };
        let against = candidate.reasons.iter().find(|one| one.speaks() == Speaks::Against);
        if let (true, Some(reason)) = (candidate.fit != Fit::Likely, against) {
            say_warning(&format!("`{name}` {}", reason.fact));
        }
    }
    let Some(group) = chosen.group else { return };
    let found = proposal.group(group);
    if found.is_none() {
        say_warning(&format!("no policy excludes the group {group}"));
    }
    let against = found
        .filter(|found| found.fit != Fit::Likely)
        .and_then(|found| found.reasons.iter().find(|one| one.speaks() == Speaks::Against));
    if let Some(reason) = against {
        say_warning(&format!("the group {group} {}", reason.fact));
    }
}

fn write(arguments: &Arguments, draft: &Draft) -> Result<Exit, Failure> {
    if arguments.output == Path::new("-") {
        draft.config(&arguments.output, clock::now())?;
        terminal::print(&draft.text(), None)?;
        return Ok(Exit::Holds);
    }
    draft.write(&arguments.output, arguments.force, clock::now())?;
    let path = arguments.output.display().to_string();
    say(&format!("written to `{path}`, {READABLE_BY}"));
    let register = match path == REGISTER_FILE {
        true => String::new(),
        false => format!(" --register {path}"),
    };
    let source = arguments.snapshot.as_ref();
    let source = source.map(|file| format!(" --snapshot {}", file.display())).unwrap_or_default();
    let schema = arguments.output.with_file_name(SCHEMA_FILE);
    say(&format!("next: `halligan check{register}{source}` assesses what it declares"));
    say(&format!("      `halligan schema > {}` lets your editor check it", schema.display()));
    Ok(Exit::Holds)
}
