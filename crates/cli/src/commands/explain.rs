//! `halligan explain`: one policy in plain words, and what it does to each account.

use halligan_app::clock;
use halligan_app::prove::find::find;
use halligan_app::prove::prove_accounts;

use super::ground::{Ground, Supposition};
use super::person::SignInArguments;
use super::source::{Declared, TenantSource};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal;
use crate::view::explain_policy::{Explained, render};
use crate::view::proof::ProofFormat;

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Examples:
  halligan explain \"Require MFA for administrators\"
  halligan explain 5e11da00-0000-4000-8000-0000000ca003 --snapshot FILE
  halligan explain NAME --from DIR --member-of GROUP-ID --method fido2

It exits with 0 whatever the policy does; `halligan prove` is what decides.";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The policy, by its id, its display name or the beginning of it, in any letter case
    #[arg(value_name = "POLICY")]
    policy: String,
    #[command(flatten)]
    source: TenantSource,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ProofFormat,
    #[command(flatten)]
    sign_in: SignInArguments,
    #[command(flatten)]
    declared: Declared,
    #[command(flatten)]
    supposed: Supposition,
}

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let now = clock::now();
    let Arguments { source, sign_in, declared, supposed, .. } = arguments;
    let ground = Ground::read(source, sign_in, declared, supposed, verbose, now)?;
    let snapshot = &ground.snapshot;
    let policies = match snapshot.policies.value() {
        Ok(policies) => policies,
        Err(gap) => return Err(Failure::new(format!("the policies were not read: {gap}"), None)),
    };
    let place =
        find(policies, &arguments.policy).map_err(|error| Failure::usage(&error, &error.hint()))?;
    let now = clock::now();
    let subjects = ground.subjects(snapshot, now);
    let proving = prove_accounts(snapshot, &ground.environment, subjects, now)?;
    let explained = Explained { snapshot, proving: &proving, place };
    terminal::print(&render(&explained, arguments.format, terminal::width()), None)?;
    Ok(Exit::Holds)
}
