//! HG-EXIT-21: each account has signed in within the register's days.
//!
//! The directory keeps the last success as long as the account exists; sign-in logs are gone after
//! 30 days, and a failed attempt moves the other two times.

use alloc::format;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, ism, itsg, nist};
use crate::check::sample::{ALPHA, BRAVO, Case, used};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::register::DeclaredAccount;
use crate::tenant::{Gap, GapReason, Part, PartKind, SignInActivity};
use crate::time::{Timestamp, days_between};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-21",
    title: "Each account has signed in lately: the drill was held",
    family: Family::Exit,
    severity: Severity::Medium,
    why: "A door that nobody has opened is not known to open. Microsoft wants a drill every 90 \
          days, the Canadian guardrails a sign-in within 365: [bounds] sign_in_days says which. \
          What counts is the last success; a failed attempt proves nothing.",
    reads: &[PartKind::AccountActivity, PartKind::Account],
    controls: &[cis("1.1.2"), nist("CP-4"), itsg("AC-2(11)"), ism("ISM-1610"), ism("ISM-1615")],
    remedy: Remedy {
        action: "Hold a drill: sign in with each account and each key from a safe place, do an \
                 administrator's task, see that the alarm came, and seal everything again",
        portal: "Entra admin center > Entra ID > Users > the account > Sign-in logs",
        graph: "GET /v1.0/users/{id}?$select=signInActivity",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Guardrails of the Government of Canada: break glass accounts",
            url: "https://github.com/canada-ca/cloud-guardrails",
        },
    ],
    judge,
    samples: &[
        Sample::pass("just used", |_| {}),
        Sample::pass("90 days ago", |case| after(case, "1970-04-01T00:00:00Z")),
        Sample::fail("91 days ago", |case| after(case, "1970-04-02T00:00:00Z")),
        Sample::pass("91 days ago, where the register allows 365", |case| {
            after(case, "1970-04-02T00:00:00Z");
            case.register.choices.sign_in_days = 365;
        }),
        Sample::fail("never used", |case| {
            let at = case.now;
            let value = SignInActivity::default();
            case.account(ALPHA, |one| one.activity = Part::Read { at, value });
        }),
        Sample::fail("attempts failed, and none succeeded", |case| {
            let at = case.now;
            let value = SignInActivity { last_interactive: Some(at), ..Default::default() };
            case.account(BRAVO, |one| one.activity = Part::Read { at, value });
        }),
        Sample::gap("activity cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountActivity);
            case.account(ALPHA, |one| one.activity = Part::Gap(gap));
        }),
        Sample::not_applicable("no P1: the directory does not show it", |case| {
            let reason = GapReason::MissingLicence { code: "NonPremium".into() };
            case.snapshot.withhold(&PartKind::AccountActivity, &reason);
        }),
    ],
};

/// Lets time pass to `now` after the last sign-in at the epoch.
fn after(case: &mut Case, now: &str) {
    let last = case.now;
    case.now = now.parse().unwrap_or(last);
    for id in [ALPHA, BRAVO] {
        let value = used(last);
        case.account(id, |one| one.activity = Part::Read { at: last, value });
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let activities: Vec<_> =
        context.accounts.iter().map(|one| (*one, activity(context, one))).collect();
    let code = |activity: &Result<&SignInActivity, Gap>| match activity {
        Err(Gap { reason: GapReason::MissingLicence { code }, .. }) => Some(code.clone()),
        _ => None,
    };
    let lacking = activities.iter().map(|(_, activity)| code(activity));
    if let Some(Some(code)) = lacking.reduce(Option::and) {
        let why = format!(
            "licence: `{code}`: without P1 the directory shows no sign-ins, and only the written \
             record of the drill stands in their place"
        );
        return Judgement::NotApplicable(why);
    }
    let of = |(declared, activity): &(&DeclaredAccount, Result<&SignInActivity, Gap>)| {
        let subject = context.subject(declared);
        let (days, now) = (context.register.choices.sign_in_days, context.now);
        match activity {
            Ok(activity) => match late(activity.last_successful, now, days) {
                Some(text) => Statement::broken(subject, text),
                None => Statement::holds(subject, format!("has signed in within {days} days")),
            },
            Err(gap) => Statement::unknown(subject, gap),
        }
    };
    Judgement::Stated(activities.iter().map(of).collect())
}

fn late(last: Option<Timestamp>, now: Timestamp, days: i64) -> Option<alloc::string::String> {
    let Some(last) = last else {
        return Some("was never used, as far as the directory knows: nobody has proved it".into());
    };
    let age = days_between(last, now);
    (age > days).then(|| format!("last signed in {age} days ago; {days} are allowed"))
}

fn activity<'a>(
    context: &Context<'a>,
    declared: &DeclaredAccount,
) -> Result<&'a SignInActivity, Gap> {
    match context.account(declared) {
        Some(account) => account.activity.value().map_err(Clone::clone),
        None => {
            let kind = PartKind::AccountActivity;
            Err(Gap::new(kind, Some(declared.id.0), GapReason::NotInSource))
        }
    }
}
