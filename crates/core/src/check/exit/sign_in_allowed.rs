//! HG-EXIT-03: the accounts may sign in.
//!
//! A leave date is judged where the snapshot holds one. The reader does not ask for it: without the
//! permission `User-LifeCycleInfo.Read.All` Graph answers `null`, which is no answer.

use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, mitre, nist};
use crate::check::sample::{ALPHA, BRAVO, Case};
use crate::check::{Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement};
use crate::register::DeclaredAccount;
use crate::tenant::{Part, PartKind, User, UserType};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-03",
    title: "Each account is an enabled member of the organization",
    family: Family::Exit,
    severity: Severity::Critical,
    why: "A disabled account does not sign in, and a guest signs in somewhere else first. A leave \
          date, where the snapshot holds one, hands the account to lifecycle workflows.",
    reads: &[PartKind::Account],
    controls: &[cis("1.1.2"), nist("AC-2(2)"), mitre("T1531")],
    remedy: Remedy {
        action: "Enable the account, make it a member, and clear its leave date",
        portal: "Entra admin center > Entra ID > Users > the account > Edit properties > Settings",
        graph: "PATCH /v1.0/users/{id} {\"accountEnabled\": true}",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("enabled members", |_| {}),
        Sample::fail("one is disabled", |case| {
            case.user(ALPHA, |u| u.account_enabled = Some(false))
        }),
        Sample::fail("one is a guest", |case| {
            case.user(BRAVO, |user| user.user_type = Some(UserType::Guest));
        }),
        Sample::fail("one is a member who was invited from elsewhere", |case| {
            case.user(BRAVO, |user| {
                user.user_principal_name = "q_else.example#EXT#@sound.onmicrosoft.com".into();
            });
        }),
        Sample::fail("one has a leave date", |case| {
            let leave = case.now;
            case.account(ALPHA, |account| {
                account.leave = Part::Read { at: leave, value: Some(leave) };
            });
        }),
        Sample::gap("whether it has a leave date cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountLeave);
            case.account(ALPHA, |account| account.leave = Part::Gap(gap));
        }),
        Sample::gap("whether it is enabled was not said", |case| {
            case.user(ALPHA, |user| user.account_enabled = None);
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    Judgement::Stated(context.each_user(|declared, user| account(context, declared, user)))
}

fn account(context: &Context<'_>, declared: &DeclaredAccount, user: &User) -> Vec<Statement> {
    let subject = || context.subject(declared);
    let mut statements = match user.account_enabled {
        Some(true) => vec![Statement::holds(subject(), "is enabled")],
        Some(false) => vec![Statement::broken(subject(), "is disabled: every sign-in fails")],
        None => vec![unsaid(context, declared)],
    };
    match &user.user_type {
        // Objects from before the property existed have none, and are members.
        Some(UserType::Member) | None if user.is_external() => {
            let text = "was invited as a member, and signs in in another organization";
            statements.push(Statement::broken(subject(), text));
        }
        Some(UserType::Member) | None => {}
        Some(other) => {
            let text = alloc::format!("is a {other}, not a member of the organization");
            statements.push(Statement::broken(subject(), text));
        }
    }
    match context.account(declared).map(|account| account.leave.value()) {
        Some(Ok(Some(leave))) => {
            let text =
                alloc::format!("has the leave date {leave}: lifecycle workflows may remove it");
            statements.push(Statement::broken(subject(), text));
        }
        Some(Ok(None)) | None => {}
        Some(Err(gap)) => statements.push(Statement::unknown(subject(), gap)),
    }
    statements
}

fn unsaid(context: &Context<'_>, declared: &DeclaredAccount) -> Statement {
    let gap = match context.account(declared).map(|account| &account.state) {
        Some(Part::Gap(gap)) => gap.clone(),
        _ => crate::tenant::Gap::new(
            PartKind::Account,
            Some(declared.id.0),
            crate::tenant::GapReason::Failed { what: "`accountEnabled` was not returned".into() },
        ),
    };
    Statement::unknown(context.subject(declared), &gap)
}
