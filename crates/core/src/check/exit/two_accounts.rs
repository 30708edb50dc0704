//! HG-EXIT-02: at least two accounts are declared, each once.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, nist, scuba};
use crate::check::sample::{ALPHA, declared};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::PartKind;

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-02",
    title: "At least two emergency access accounts are declared, each once",
    family: Family::Exit,
    severity: Severity::Critical,
    why: "With one account, one broken key or one mistake locks the owners out. One account that \
          is written down twice is one account.",
    reads: &[PartKind::Account],
    controls: &[cis("1.1.2"), scuba("MS.AAD.7.1v1"), nist("AC-2")],
    remedy: Remedy {
        action: "Correct an id that is written twice in halligan.toml; otherwise create a second \
                 emergency access account and declare its object id",
        portal: "Entra admin center > Users > New user",
        graph: "POST /v1.0/users",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("two", |_| {}),
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
    statements.push(match context.accounts.len() {
        count @ (0 | 1) => {
            Statement::broken(Subject::Tenant, format!("accounts declared: {count}"))
        }
        count => Statement::holds(Subject::Tenant, format!("{count} accounts are declared")),
    });
    Judgement::Stated(statements)
}
