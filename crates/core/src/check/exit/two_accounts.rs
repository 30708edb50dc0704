//! HG-EXIT-02: as many accounts are declared as the register wants, at least two, each once.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use super::{CIS_BENCHMARK, EMERGENCY_ACCESS};
use crate::check::controls::{cis, hipaa, itsg, mcsb, nist, scuba};
use crate::check::sample::{ALPHA, DAILY, declared};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::register::Range;
use crate::tenant::PartKind;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-02",
    title: "As many emergency access accounts are declared as the register wants, each once",
    family: Family::Exit,
    severity: Severity::Critical,
    why: "With one account, one broken key or one mistake locks the owners out. One account that \
          is written down twice is one account. Microsoft wants two or more, CIS exactly two: \
          [bounds] emergency_accounts in halligan.toml says which.",
    reads: &[PartKind::Account],
    controls: &[
        cis("1.1.2"),
        scuba("MS.AAD.7.1v1"),
        nist("AC-2"),
        hipaa("164.312(a)(2)(ii)"),
        mcsb("PA-5"),
        itsg("AC-2"),
    ],
    remedy: Remedy {
        action: "Correct an id that is written twice in halligan.toml; otherwise create a second \
                 emergency access account and declare its object id",
        portal: "Entra admin center > Entra ID > Users > New user",
        graph: "POST /v1.0/users",
    },
    sources: &[EMERGENCY_ACCESS, CIS_BENCHMARK],
    judge,
    samples: &[
        Sample::pass("two", |_| {}),
        Sample::pass("three, as Microsoft allows", |case| {
            case.register.accounts.push(declared(DAILY, "gamma"));
        }),
        Sample::fail("three, where the register wants two, as CIS does", |case| {
            case.register.accounts.push(declared(DAILY, "gamma"));
            case.register.choices.emergency_accounts = Range { least: 2, most: 2 };
        }),
        Sample::fail("one", |case| drop(case.register.accounts.pop())),
        Sample::fail("none", |case| case.register.accounts.clear()),
        Sample::fail("one of two is written down twice", |case| {
            case.register.accounts.push(declared(ALPHA, "gamma"));
        }),
        Sample::fail("one account under two names", |case| {
            case.register.accounts.truncate(1);
            case.register.accounts.push(declared(ALPHA, "gamma"));
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let mut statements = Vec::new();
    let mut seen = BTreeSet::new();
    for account in &context.register.accounts {
        if !seen.insert(account.id) {
            let text = "is declared more than once, and counts once";
            statements.push(Statement::broken(context.subject(account), text));
        }
    }
    let wanted = context.register.choices.emergency_accounts;
    let count = context.accounts.len();
    statements.push(if count < 2 || !wanted.contains(count) {
        let Range { least, most } = wanted;
        let text = format!("accounts declared: {count}; {least} to {most} are wanted");
        Statement::broken(Subject::Tenant, text)
    } else {
        Statement::holds(Subject::Tenant, format!("{count} accounts are declared"))
    });
    Judgement::Stated(statements)
}
