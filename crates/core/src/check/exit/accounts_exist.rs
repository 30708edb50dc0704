//! HG-EXIT-01: every declared account exists.

use alloc::vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{ALPHA, BRAVO, Case};
use crate::check::{Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement};
use crate::tenant::{AccountState, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-01",
    title: "Every declared emergency access account exists",
    family: Family::Exit,
    severity: Severity::Critical,
    why: "An id that resolves to nothing is an account that nobody can sign in with, however many \
          policies exclude it. Ids count and names do not: an account that is renamed is still the \
          same, and one that looks like it is not.",
    reads: &[PartKind::Account],
    controls: &[cis("1.1.2"), nist("AC-2"), iso("A.5.17"), mitre("T1531")],
    remedy: Remedy {
        action: "Check the id in halligan.toml. If it is right, restore the account from the \
                 recycle bin (30 days), or create a new one and declare its object id",
        portal: "Entra admin center > Entra ID > Users > Deleted users",
        graph: "POST /v1.0/directory/deletedItems/{id}/restore",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("both exist", |_| {}),
        Sample::pass("one was renamed: the id is what counts", |case| {
            case.user(ALPHA, |user| user.user_principal_name = "w3@sound.onmicrosoft.com".into());
        }),
        Sample::fail("one is in the recycle bin", |case| gone(case, AccountState::SoftDeleted)),
        Sample::fail("one id is of nothing", |case| gone(case, AccountState::Absent)),
        Sample::gap("users cannot be read", |case| {
            let gap = Case::denied(PartKind::Account);
            for account in case.snapshot.accounts.values_mut() {
                account.state = Part::Gap(gap.clone());
            }
        }),
        Sample::gap("the snapshot is of other accounts", |case| {
            case.snapshot.accounts.remove(&ALPHA);
        }),
    ],
};

fn gone(case: &mut Case, value: AccountState) {
    let at = case.now;
    if let Some(account) = case.snapshot.accounts.get_mut(&BRAVO) {
        account.state = Part::Read { at, value };
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let mut statements = vec![];
    for declared in &context.accounts {
        let subject = context.subject(declared);
        statements.push(match context.account_state(declared) {
            Ok(AccountState::Present(_)) => Statement::holds(subject, "exists"),
            Ok(AccountState::SoftDeleted) => {
                Statement::broken(subject, "is deleted; it can be restored for 30 days")
            }
            Ok(AccountState::Absent) => Statement::broken(
                subject,
                "does not exist: no user has this id, and none was seen in the recycle bin",
            ),
            Err(gap) => Statement::unknown(subject, &gap),
        });
    }
    Judgement::Stated(statements)
}
