//! `halligan check`: the assessment of a tenant, a snapshot file, or a folder of exported files.

use halligan_app::assess::assess;
use halligan_app::clock;
use halligan_app::notify::{Notifier, is_unread};
use halligan_core::check::{CheckResult, State, Statement};
use halligan_core::id::TenantId;
use halligan_core::register::{Acceptance, Register};
use halligan_core::report::Assessment;
use halligan_core::tenant::Snapshot;
use halligan_core::time::Timestamp;

use super::person::SignInArguments;
use super::source::{Declared, TenantSource};
use super::{Report, notify};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::say_warning;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    source: TenantSource,
    #[command(flatten)]
    report: Report,
    #[command(flatten)]
    notify: notify::Notification,
    #[command(flatten)]
    sign_in: SignInArguments,
    #[command(flatten)]
    declared: Declared,
}

pub(super) fn run(arguments: &Arguments, verbose: bool) -> Result<Exit, Failure> {
    let now = clock::now();
    arguments.report.ready()?;
    let path = arguments.source.register.as_deref();
    let from_folder = arguments.source.from.is_some();
    // The register's tenant, for a letter that says that it could not be read.
    let mut tenant = None;
    let load = || arguments.source.load(now);
    let config = || load().inspect(|config| tenant = config.register.tenant);
    let notify = arguments.notify.wanted(path, config, from_folder)?;
    let notifier = notify.as_ref().map(Notifier::begin).transpose()?;
    let (register, snapshot, assessment) = match judge(arguments, verbose, now) {
        Ok(judged) => judged,
        Err(failure) => return Err(tell_failure(failure, notifier, arguments, tenant)),
    };
    for acceptance in &register.accepted {
        warn_of_idle(acceptance, &assessment);
    }
    // Who is to be told is told also when the report cannot be written.
    let printed = arguments.report.print(&assessment);
    if let Some(notifier) = notifier {
        match is_unread(&snapshot) {
            Some(hindrance) => arguments.notify.tell_hindered(notifier, tenant, &hindrance)?,
            None => arguments.notify.tell(notifier, &register, &assessment)?,
        }
    }
    printed?;
    Ok(assessment.verdict.into())
}

/// Takes what is to be judged from where the command line says, and judges it.
fn judge(
    arguments: &Arguments,
    verbose: bool,
    now: Timestamp,
) -> Result<(Register, Snapshot, Assessment), Failure> {
    let Arguments { source, sign_in, declared, .. } = arguments;
    let (register, snapshot) = source.read(sign_in, declared, verbose, now)?;
    // Reading may have taken minutes.
    let kept = source.kept();
    let assessment = assess(&register, &snapshot, kept.ledger(), clock::now())?;
    Ok((register, snapshot, assessment))
}

/// Tells those who wait for the result that there is none; whoever pressed Ctrl-C knows.
fn tell_failure(
    failure: Failure,
    notifier: Option<Notifier<'_>>,
    arguments: &Arguments,
    tenant: Option<TenantId>,
) -> Failure {
    let (Some(notifier), Some(hindrance)) = (notifier, failure.hindrance()) else {
        return failure;
    };
    match arguments.notify.tell_hindered(notifier, tenant, hindrance) {
        Ok(()) => failure,
        Err(also) => failure.and(also),
    }
}

/// Says of an acceptance that it changes nothing: it has ended, or what it names was not found.
fn warn_of_idle(acceptance: &Acceptance, assessment: &Assessment) {
    let Acceptance { check, subject, by, until, .. } = acceptance;
    let is_of = |result: &&CheckResult| result.check.id.eq_ignore_ascii_case(check);
    let is_broken = |one: &Statement| {
        let named = subject.as_ref().is_none_or(|name| one.subject.is_named(name));
        one.state == State::Broken && named
    };
    let result = assessment.results.iter().find(is_of);
    let covers = result.is_some_and(|result| result.statements.iter().any(is_broken));
    if *until <= assessment.judged {
        say_warning(&format!("what {by} accepted of {check} ended at {until} and counts again"));
    } else if !covers {
        let of = subject.as_ref().map_or(String::new(), |name| format!(" about `{name}`"));
        say_warning(&format!("{by} accepted {check}{of}, and nothing of that was found"));
    }
}
