//! `halligan demo --access`: two accounts that hang on one safe and one person, and what one change
//! does.

use std::collections::BTreeSet;

use halligan_app::clock;
use halligan_app::simulated::{Origin, Size, one_safe, with_one_safe};
use halligan_core::access::{Access, Proposed, Question, Scope};
use halligan_core::custody::State;
use halligan_core::register::Register;
use halligan_core::tenant::Snapshot;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{self, say};
use crate::view::access::{AccessFormat, Asked, Options, Show, Told, render, render_proposal};

/// A tenant in which nothing but the arrangement is wrong.
const TENANT: Origin = Origin::Seed(5, Size { policies: 6, groups: 4, role_holders: 0, users: 8 });

pub(super) fn run(verbose: bool) -> Result<Exit, Failure> {
    let (register, snapshot) = super::super::runtime()?.block_on(async {
        let (tenant, snapshot) = super::read(&TENANT, verbose).await?;
        let register = with_one_safe(tenant.register());
        tenant.stop().await;
        Ok::<_, Failure>((register, snapshot))
    })?;
    let state = one_safe(&register, &snapshot);
    say("every key of two accounts lies in the harbour safe, which Ada opens");
    let access = show(&register, &snapshot, &state, Show::All)?;
    let question = question(&register, &snapshot, &state);
    let proposal = access.propose(&question);
    let text = render_proposal(&access, &proposal, AccessFormat::Human, terminal::width());
    terminal::print(&format!("\n{text}\n"), None)?;
    if let Proposed::Changes(steps) = &proposal.outcome {
        let (register, state) = Access::arranged(&question, steps);
        say("and after it:");
        show(&register, &snapshot, &state, Show::Singles)?;
    }
    Ok(Exit::Holds)
}

fn question<'a>(register: &'a Register, snapshot: &'a Snapshot, state: &'a State) -> Question<'a> {
    Question { register, snapshot, custody: Some(state), now: clock::now() }
}

fn show(
    register: &Register,
    snapshot: &Snapshot,
    state: &State,
    show: Show,
) -> Result<Access, Failure> {
    let access = Access::of(&question(register, snapshot, state));
    let asked = Asked { scope: Scope::Tenant, absent: BTreeSet::new() };
    let told = Told::of(&access, register, snapshot, asked);
    let options = Options { width: terminal::width(), show, all: false };
    terminal::print(&render(&told, AccessFormat::Human, options), None)?;
    Ok(access)
}
