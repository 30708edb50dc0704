//! `halligan access explain`: the formula in words.

use halligan_app::access::Built;
use halligan_app::access::find::Things;
use halligan_core::access::{Access, Part, Scope, Thing};

use super::{Grounds, thing};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{self, say};
use crate::view::access::{AccessFormat, Explained, render_explained};

/// What `--help` ends with.
pub(super) const HELP: &str = "\
Examples:
  halligan access explain                         both models
  halligan access explain alpha                   one account
  halligan access explain north --snapshot FILE   one place, and what leads into it

It exits with 0 whatever the formula says; `halligan access` is what decides.";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A person, place, item or account, by id or code name [default: everything]
    #[arg(value_name = "WHAT")]
    what: Option<String>,
    #[command(flatten)]
    grounds: Grounds,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: AccessFormat,
}

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let ground = arguments.grounds.read(None, verbose)?;
    let Built { access, ledger } = &ground.built;
    let explained = match &arguments.what {
        None => {
            let top = Vec::from([Part::Scope(Scope::Tenant)]);
            Explained { owners: top.clone(), others: top }
        }
        Some(name) => {
            let state = ledger.as_ref().map(|one| &one.state);
            let things = Things::of(access, &ground.register, state);
            let thing = thing(&things, name)?;
            let Some(explained) = explained(access, &thing) else {
                let name = access.names.thing(&thing);
                say(&match access.owners.leaves(&Part::Scope(Scope::Tenant)).contains(&thing) {
                    true => format!("{name}: nothing leads to it; `--without` says what needs it"),
                    false => format!("{name} leads to no account: neither formula names it"),
                });
                return Ok(Exit::Holds);
            };
            explained
        }
    };
    let text = render_explained(access, &explained, arguments.format, terminal::width());
    terminal::print(&text, None)?;
    Ok(Exit::Holds)
}

/// The parts of both models that are about a thing; `None` where there is none.
fn explained(access: &Access, thing: &Thing) -> Option<Explained> {
    let is_it = |part: &Part| match (part, thing) {
        (Part::Present(one), Thing::Person(id)) => one == id,
        (Part::Opened(one, _), Thing::Place(id)) => one == id,
        (Part::AtHand(one, _), Thing::Item(id)) => one == id,
        (Part::Account(one), Thing::Account(id)) => one == id,
        (Part::Scope(Scope::Account(one)), Thing::Account(id)) => one == id,
        (Part::Credential(account, place), Thing::Credential(of, at)) => {
            (account, place) == (of, at)
        }
        _ => false,
    };
    let owners: Vec<Part> = access.owners.parts().map(|(part, _)| part.clone()).collect();
    let others: Vec<Part> = access.others.parts().map(|(part, _)| part.clone()).collect();
    let of = |parts: Vec<Part>| -> Vec<Part> { parts.into_iter().filter(is_it).collect() };
    let explained = Explained { owners: of(owners), others: of(others) };
    (!explained.owners.is_empty() || !explained.others.is_empty()).then_some(explained)
}
