//! HG-ESTATE-10: no job of Entra Backup and Recovery changes objects, or has lately.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{Gap, GapReason, Part, PartKind, RecoveryJob, Unknown};
use crate::time::{Timestamp, days_between};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-10",
    title: "No recovery job changes objects, or has changed them lately",
    family: Family::Estate,
    severity: Severity::Medium,
    why: "One job sets users, groups, Conditional Access policies, named locations and methods \
          back to a day before: exclusions and keys that were added since are gone, and it is a \
          quick way to undo a defence.",
    reads: &[PartKind::RecoveryJobs],
    controls: &[nist("CP-10"), iso("A.8.13"), mitre("T1098")],
    remedy: Remedy {
        action: "Ask who started job {object} and why, assess the tenant again after its end, and \
                 accept the finding; [bounds] recovery_job_days says how long it is one",
        portal: "Entra admin center > Backup and recovery > Jobs",
        graph: "GET /beta/directory/recovery/jobs/{object}",
    },
    sources: &[Link {
        title: "Microsoft Entra Backup and Recovery",
        url: "https://learn.microsoft.com/entra/backup/overview",
    }],
    judge,
    samples: &[
        Sample::pass("no jobs", |_| {}),
        Sample::fail("one runs", |case| job(case, Some(true), "running", Some(0), None)),
        Sample::fail("one has ended lately", |case| {
            job(case, Some(true), "successful", Some(-2), Some(-1));
        }),
        Sample::fail("one that failed lately may have changed something", |case| {
            job(case, Some(true), "failed", Some(-2), Some(-1));
        }),
        Sample::pass("one ended long ago", |case| {
            job(case, Some(true), "successful", Some(-40), Some(-39));
        }),
        Sample::fail("one ended before, and the register looks back further", |case| {
            job(case, Some(true), "successful", Some(-40), Some(-39));
            case.register.recovery_job_days = 60;
        }),
        Sample::pass("a preview changes nothing", |case| {
            job(case, Some(false), "running", Some(0), None);
        }),
        Sample::pass("one that ended without saying when, and began long ago", |case| {
            job(case, Some(true), "successful", Some(-40), None);
        }),
        Sample::gap("a job that does not say what it is", |case| {
            job(case, None, "running", Some(0), None);
        }),
        Sample::gap("one that ended and does not say when", |case| {
            job(case, Some(true), "successful", None, None);
        }),
        Sample::gap("cannot be read", |case| {
            case.snapshot.recovery_jobs = Part::Gap(Case::denied(PartKind::RecoveryJobs));
        }),
        Sample::fail("one that began long ago and still runs", |case| {
            job(case, Some(true), "running", Some(-40), None);
        }),
        Sample::fail("one ended on the last day that counts", |case| {
            let days = i64::from(case.register.recovery_job_days);
            job(case, Some(true), "successful", Some(-days), Some(-days));
        }),
    ],
};

/// Days from the sample's time.
fn job(
    case: &mut Case,
    is_recovery: Option<bool>,
    status: &str,
    started: Option<i64>,
    ended: Option<i64>,
) {
    let now = case.now.as_second();
    let time =
        |days: Option<i64>| days.and_then(|days| Timestamp::from_second(now + days * 86_400).ok());
    let job = RecoveryJob {
        id: "j1".into(),
        is_recovery,
        status: Some(status.into()),
        started: time(started),
        ended: time(ended),
        unknown: Unknown::new(),
    };
    case.snapshot.recovery_jobs = Part::Read { at: case.now, value: vec![job] };
}

/// States after which a job changes nothing more.
const ENDED: [&str; 5] = ["successful", "succeeded", "failed", "abandoned", "canceled"];

fn judge(context: &Context<'_>) -> Judgement {
    let jobs = match context.snapshot.recovery_jobs.value() {
        Ok(jobs) => jobs,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let mut statements: Vec<_> = jobs.iter().map(|job| judge_one(context, job)).collect();
    if statements.is_empty() {
        statements.push(Statement::holds(Subject::Tenant, "no recovery job is listed"));
    }
    Judgement::Stated(statements)
}

fn judge_one(context: &Context<'_>, job: &RecoveryJob) -> Statement {
    let subject = Subject::Object { kind: "recovery job", id: job.id.clone(), name: None };
    let days = i64::from(context.register.recovery_job_days);
    let status = job.status.as_deref().unwrap_or("unknown");
    let has_ended = ENDED.iter().any(|word| status.eq_ignore_ascii_case(word));
    // A job cannot end before it starts: without an end, its start is the least that is known.
    let last = job.ended.or(job.started.filter(|_| has_ended));
    let age = last.map(|last| days_between(last, context.now));
    if job.is_recovery == Some(false) {
        return Statement::holds(subject, "is a preview and changes nothing");
    }
    let unclear = |what: &str| {
        let gap = Gap::new(PartKind::RecoveryJobs, None, GapReason::Failed { what: what.into() });
        Statement::unknown(subject.clone(), &gap)
    };
    match age {
        Some(age) if age > days => Statement::holds(subject, format!("ended {age} days ago")),
        None if has_ended => unclear("the job does not say when it ended"),
        _ if job.is_recovery.is_none() => unclear("the job does not say whether it is a preview"),
        Some(age) => {
            let text = format!("changed objects {age} days ago (`{status}`)");
            Statement::broken(subject, text)
        }
        None => Statement::broken(subject, format!("changes objects now (`{status}`)")),
    }
}
