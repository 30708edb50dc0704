//! HG-ESTATE-12: the logs that an alarm lives on leave the tenant.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{cis, iso, mitre, nist, scuba};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{DiagnosticSetting, Gap, GapReason, Part, PartKind, Unknown};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-12",
    title: "Sign-in and audit logs go where an alarm can read them",
    family: Family::Estate,
    severity: Severity::High,
    why: "An alarm that polls sees a sign-in minutes late and non-interactive ones not at all. \
          Without a diagnostic setting nothing else sees them, and after 30 days nobody can.",
    reads: &[PartKind::DiagnosticSettings, PartKind::AccountActivity],
    controls: &[
        cis("2.2.1"),
        scuba("MS.AAD.4.1v1"),
        nist("AU-4"),
        nist("AU-6"),
        iso("A.8.15"),
        mitre("T1562.008"),
    ],
    remedy: Remedy {
        action: "Add a diagnostic setting that sends AuditLogs, SignInLogs and \
                 NonInteractiveUserSignInLogs to an event hub or a Log Analytics workspace; \
                 sign-in logs take Entra ID P1",
        portal: "Entra admin center > Entra ID > Monitoring & health > Diagnostic settings",
        graph: "PUT /providers/microsoft.aadiam/diagnosticSettings/{name}?api-version=2017-04-01 \
                of Azure Resource Manager",
    },
    sources: &[Link {
        title: "Stream activity logs to an event hub",
        url: "https://learn.microsoft.com/entra/identity/monitoring-health/howto-stream-logs-to-event-hub",
    }],
    judge,
    samples: &[
        Sample::pass("all of them to an event hub", |_| {}),
        Sample::pass("to a workspace, by two settings", |case| {
            let audit = setting("one", &["AuditLogs"], &["workspace"]);
            let logs = ["SignInLogs", "NonInteractiveUserSignInLogs"];
            set(case, vec![audit, setting("two", &logs, &["workspace"])]);
        }),
        Sample::pass("in other letters", |case| {
            let logs = ["auditlogs", "signinlogs", "noninteractiveusersigninlogs"];
            set(case, vec![setting("one", &logs, &["EventHub", "storage"])]);
        }),
        Sample::fail("no setting at all", |case| set(case, vec![])),
        Sample::fail("no non-interactive sign-ins", |case| {
            set(case, vec![setting("one", &["AuditLogs", "SignInLogs"], &["eventHub"])]);
        }),
        Sample::fail("no audit logs", |case| {
            let logs = ["SignInLogs", "NonInteractiveUserSignInLogs"];
            set(case, vec![setting("one", &logs, &["eventHub"])]);
        }),
        Sample::fail("to storage only, which nobody watches", |case| {
            set(case, vec![setting("one", &NEEDED, &["storage"])]);
        }),
        Sample::fail("one of the logs to storage only", |case| {
            let audit = setting("one", &["AuditLogs"], &["storage"]);
            let logs = ["SignInLogs", "NonInteractiveUserSignInLogs"];
            set(case, vec![audit, setting("two", &logs, &["eventHub"])]);
        }),
        Sample::gap("to a target that this version does not know", |case| {
            set(case, vec![setting("one", &NEEDED, &["pigeon"])]);
        }),
        Sample::fail("the tenant lacks P1, and settings cannot be read", |case| {
            without_p1(case);
            let gap = Case::denied(PartKind::DiagnosticSettings);
            case.snapshot.diagnostic_settings = Part::Gap(gap);
        }),
        Sample::fail("the tenant lacks P1: no alarm on sign-ins is possible", |case| {
            without_p1(case);
            set(case, vec![setting("one", &["AuditLogs"], &["eventHub"])]);
        }),
        Sample::gap("cannot be read", |case| {
            let gap = Case::denied(PartKind::DiagnosticSettings);
            case.snapshot.diagnostic_settings = Part::Gap(gap);
        }),
    ],
};

/// Logs without which an alarm misses what happens to an account.
const NEEDED: [&str; 3] = ["AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs"];
/// Those of them that take Entra ID P1.
const SIGN_INS: [&str; 2] = ["SignInLogs", "NonInteractiveUserSignInLogs"];
/// Logs that show what applications do, which are ways in as well.
const USEFUL: [&str; 2] = ["ServicePrincipalSignInLogs", "MicrosoftGraphActivityLogs"];
/// Targets that something can read as records arrive.
const WATCHED: [&str; 3] = ["eventHub", "workspace", "marketplace"];
const STORAGE: &str = "storage";

fn setting(name: &str, categories: &[&str], targets: &[&str]) -> DiagnosticSetting {
    let strings = |all: &[&str]| all.iter().map(|&one| String::from(one)).collect();
    DiagnosticSetting {
        name: name.into(),
        categories: strings(categories),
        targets: strings(targets),
        unknown: Unknown::new(),
    }
}

fn without_p1(case: &mut Case) {
    let code = "Authentication_RequestFromNonPremiumTenantOrB2CTenant".into();
    let reason = GapReason::MissingLicence { code };
    case.snapshot.withhold(&PartKind::AccountActivity, &reason);
}

fn set(case: &mut Case, value: Vec<DiagnosticSetting>) {
    case.snapshot.diagnostic_settings = Part::Read { at: case.now, value };
}

fn judge(context: &Context<'_>) -> Judgement {
    let unlicensed = unlicensed(context);
    let settings = match context.snapshot.diagnostic_settings.value() {
        Ok(settings) => settings,
        Err(gap) => {
            let mut statements: Vec<_> = unlicensed.into_iter().collect();
            statements.push(Statement::unknown(Subject::Tenant, gap));
            return Judgement::Stated(statements);
        }
    };
    let needed = NEEDED.iter().filter(|name| unlicensed.is_none() || !SIGN_INS.contains(name));
    let mut statements: Vec<_> = needed.map(|name| judge_one(settings, name)).collect();
    statements.extend(unlicensed);
    let missing = USEFUL.iter().filter(|name| exporting(settings, name).next().is_none());
    let missing: Vec<_> = missing.map(|name| format!("`{name}`")).collect();
    if !missing.is_empty() {
        let text = format!("not exported, and useful: {}", missing.join(", "));
        statements.push(Statement::note(Subject::Tenant, text));
    }
    Judgement::Stated(statements)
}

/// That the tenant has no log of sign-ins to export, where Graph refuses to show one for want of
/// the licence: that no setting can mend it is no reason for silence.
fn unlicensed(context: &Context<'_>) -> Option<Statement> {
    let activities = context.snapshot.accounts.values().map(|account| account.activity.value());
    let code = activities.filter_map(Result::err).find_map(|gap| match &gap.reason {
        GapReason::MissingLicence { code } => Some(code),
        _ => None,
    })?;
    let subject = Subject::Object { kind: "log", id: "SignInLogs".into(), name: None };
    let text = format!(
        "the tenant lacks Entra ID P1 (`{code}`): sign-ins cannot be exported, and no alarm on \
         them is possible"
    );
    Some(Statement::broken(subject, text))
}

/// The settings that export a category.
fn exporting<'a>(
    settings: &'a [DiagnosticSetting],
    category: &str,
) -> impl Iterator<Item = &'a DiagnosticSetting> {
    settings.iter().filter(move |setting| {
        setting.categories.iter().any(|one| one.eq_ignore_ascii_case(category))
    })
}

fn judge_one(settings: &[DiagnosticSetting], category: &'static str) -> Statement {
    let subject = Subject::Object { kind: "log", id: category.to_string(), name: None };
    let targets: BTreeSet<&str> =
        exporting(settings, category).flat_map(|one| &one.targets).map(String::as_str).collect();
    let names: Vec<_> = targets.iter().map(|target| format!("`{target}`")).collect();
    let is = |target: &str, known: &str| target.eq_ignore_ascii_case(known);
    let is_watched = |target: &&str| WATCHED.iter().any(|known| is(target, known));
    if targets.iter().any(is_watched) {
        return Statement::holds(subject, format!("goes to {}", names.join(", ")));
    }
    match targets.iter().find(|target| !is(target, STORAGE)) {
        Some(target) => {
            let what = format!("this version does not know the target `{target}`");
            let gap = Gap::new(PartKind::DiagnosticSettings, None, GapReason::Failed { what });
            Statement::unknown(subject, &gap)
        }
        None if targets.is_empty() => {
            Statement::broken(subject, "no diagnostic setting exports it")
        }
        None => Statement::broken(subject, "goes to storage only, where no alarm reads it"),
    }
}
