//! `--notify`: mail about what changed since the last run.

use std::path::Path;

use halligan_app::clock;
use halligan_app::config::{Config, Notify};
use halligan_app::notify::{Hindrance, Notifier, Told};
use halligan_core::id::TenantId;
use halligan_core::register::Register;
use halligan_core::report::Assessment;

use super::runtime;
use crate::failure::Failure;
use crate::terminal::{say, say_warning};
use crate::view::minute;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Mail what changed since the last run")]
pub(super) struct Notification {
    /// Mail what changed, or everything the first time, to whom `[notify]` of the register names
    #[arg(long)]
    notify: bool,
    /// Mail also when nothing changed
    #[arg(long, requires = "notify")]
    notify_always: bool,
}

impl Notification {
    /// Whom to tell, out of the register at `path`; `None` when nobody is to be told.
    pub(super) fn wanted(
        &self,
        path: Option<&Path>,
        load: impl FnOnce() -> Result<Config, Failure>,
        is_folder: bool,
    ) -> Result<Option<Notify>, Failure> {
        if !self.notify {
            return Ok(None);
        }
        if is_folder && path.is_none() {
            let hint = "give one with `--register FILE`; its `[notify]` says who is told";
            return Err(Failure::usage("`--notify` needs a register", hint));
        }
        match load()?.notify {
            Some(notify) => Ok(Some(notify)),
            None => Err(Failure::new(
                "the register has no [notify]",
                Some("add it with `to`, `from` and `smtp` (docs/guide/run-every-night.md)".into()),
            )),
        }
    }

    /// Tells what is different in `assessment`.
    pub(super) fn tell(
        &self,
        notifier: Notifier<'_>,
        register: &Register,
        assessment: &Assessment,
    ) -> Result<(), Failure> {
        let mut warn = |text: String| say_warning(&text);
        let told = notifier.tell(register, assessment, self.notify_always, &mut warn);
        say_told(&runtime()?.block_on(told)?);
        Ok(())
    }

    /// Tells that the check of `tenant` could not run.
    pub(super) fn tell_hindered(
        &self,
        notifier: Notifier<'_>,
        tenant: Option<TenantId>,
        hindrance: &Hindrance,
    ) -> Result<(), Failure> {
        let mut warn = |text: String| say_warning(&text);
        let (now, always) = (clock::now(), self.notify_always);
        let told = notifier.tell_hindered(tenant, now, hindrance, always, &mut warn);
        say_told(&runtime()?.block_on(told)?);
        Ok(())
    }
}

fn say_told(told: &Told) {
    match told {
        Told::Mailed { people, subject } => {
            let noun = if *people == 1 { "person" } else { "people" };
            say(&format!("mailed to {people} {noun}: {subject}"));
        }
        Told::Quiet { since } => {
            say(&format!("nothing changed since {}: no mail", minute(*since)));
        }
        Told::StillHindered { since } => {
            let since = minute(*since);
            say(&format!("that the check cannot run was told on {since}: no mail"));
        }
    }
}
