//! HG-KEYS-13: every key of an account is an item of the ledger, and no place has all of them.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::custody::{ledger, unread};
use super::{EMERGENCY_ACCESS, custody};
use crate::ca::CredentialKind;
use crate::check::controls::{cis, cis_controls, iso, nist};
use crate::check::sample::custody::{issued, item};
use crate::check::sample::{ALPHA, Case, passkey, password};
use crate::check::{
    Check, Context, Family, Judgement, Ledger, Remedy, Sample, Severity, Statement, Subject,
};
use crate::custody::{Event, ItemKind};
use crate::id::Guid;
use crate::tenant::PartKind;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-13",
    title: "Who holds each key of each account is written down",
    family: Family::Keys,
    severity: Severity::Medium,
    why: "A key that nobody can find on the worst day is no key, and one that nobody misses may be \
          in use. The ledger knows each by its serial number, model, seal and holder; a credential \
          that it does not know is one that somebody else may have registered.",
    reads: &[PartKind::AccountMethods],
    controls: &[cis("1.1.2"), cis_controls("6.5"), nist("IA-5"), iso("A.5.17"), iso("A.5.9")],
    remedy: Remedy {
        action: "Write each key, PIN envelope and sheet into the ledger (`halligan custody \
                 issue`), and take off the account what nobody has",
        portal: "Entra admin center > Entra ID > Users > the account > Authentication methods",
        graph: "none: who holds what stands in the ledger",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("every key and password is in the ledger", |_| {}),
        Sample::fail("a key that is registered and in no ledger", |case| {
            case.methods(ALPHA, vec![password(), passkey("1"), passkey("2"), passkey("3")]);
        }),
        Sample::fail("a key in the ledger that is not registered", |case| {
            case.methods(ALPHA, vec![password(), passkey("1")]);
        }),
        Sample::fail("a key of another model than the one that is registered", |case| {
            let kind = ItemKind::SecurityKey { serial: "9".into(), aaguid: Guid::from_u128(0x9) };
            case.happened(issued("a-9", kind, vec![ALPHA], "cyd"));
        }),
        Sample::fail("a key that is lost and still registered", |case| {
            case.happened(Event::Lost { item: item("a-1"), reason: "moved".into() });
        }),
        Sample::fail("people are declared, and nobody keeps a ledger", |case| case.custody = None),
        Sample::gap("nobody is declared, and nobody keeps a ledger", |case| {
            case.custody = None;
            case.register.custody.people.clear();
        }),
        Sample::gap("methods cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountMethods);
            for id in [ALPHA, crate::check::sample::BRAVO] {
                let gap = gap.clone();
                case.account(id, |one| one.methods = crate::tenant::Part::Gap(gap));
            }
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let state = match ledger(context) {
        Ok(state) => state,
        Err(unknown) => {
            let is_declared = !context.register.custody.people.is_empty();
            let text = "people are declared, and nobody keeps a ledger of who holds what";
            let read = context.accounts.iter().filter(|one| context.methods(one).is_ok());
            let broken = |one: &&_| Statement::broken(context.subject(one), text);
            let mut statements = match &context.ledger {
                Ledger::None if is_declared => read.map(broken).collect(),
                _ => vec![unknown],
            };
            statements.extend(unread(context));
            return Judgement::Stated(statements);
        }
    };
    let access = context.access();
    let mut statements: Vec<Statement> = unread(context);
    for account in &access.accounts {
        let declared = context.accounts.iter().find(|one| one.id == account.id);
        let subject = || declared.map_or(Subject::Tenant, |one| context.subject(one));
        let registered = account.credentials.iter().enumerate();
        let keys = registered.filter(|(_, one)| one.kind == CredentialKind::Passkey);
        for (_, one) in keys.filter(|(place, _)| !account.keys.contains_key(place)) {
            let text = format!("{} is registered, and the ledger has no such item", one.name);
            statements.push(Statement::broken(subject(), text));
        }
        for item in &account.unregistered {
            let text = format!("item `{item}` is its key by the ledger, and is not registered");
            statements.push(Statement::broken(subject(), text));
        }
    }
    let known = access.accounts.iter().flat_map(|account| account.keys.values());
    for key in known.filter(|id| state.live().all(|(held, _)| held != *id)) {
        let text = "it is lost, and still opens the door to whoever has it";
        statements.push(Statement::broken(custody::item(key), text));
    }
    if !statements.iter().any(|one| one.state == crate::check::State::Broken) {
        let keys: usize = access.accounts.iter().map(|one| one.keys.len()).sum();
        let text = format!("the ledger has all {keys} registered keys");
        if keys > 0 {
            statements.push(Statement::holds(Subject::Tenant, text));
        }
    }
    Judgement::Stated(statements)
}
