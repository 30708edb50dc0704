//! Views of what is watched: detections as they come, the samples, and the table of activities.

pub(crate) mod coverage;
pub(crate) mod declared;
pub(crate) mod rehearsal;

use std::collections::BTreeMap;
use std::fmt;

use clap::ValueEnum;
use halligan_app::ingest::{Detected, Place, ProvedEffect, TenantNames};
use halligan_core::watch::detect::{Severity, Why};
use halligan_core::watch::watched::Likeness;
use serde_json::{Value, json};

use super::page::{BOLD, FAINT, NORMAL, Page, RED, YELLOW};
use super::{clean, minute};

/// How detections are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A paragraph each; for a person at a terminal
    #[default]
    Human,
    /// A line each, without colour or layout; for screen readers and grep
    Plain,
    /// One JSON object a line
    Json,
}

/// How many detections there were, by severity.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally(BTreeMap<Severity, u64>);

impl Tally {
    /// Counts one.
    pub(crate) fn add(&mut self, severity: Severity) {
        *self.0.entry(severity).or_default() += 1;
    }

    /// The worst of all.
    pub(crate) fn worst(&self) -> Option<Severity> {
        self.0.keys().next_back().copied()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nothing detected");
        }
        for (place, (severity, count)) in self.0.iter().rev().enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{count} {}", severity.word())?;
        }
        Ok(())
    }
}

/// Prints one detection.
pub(crate) fn render(
    detected: &Detected,
    tenant: &TenantNames,
    format: Format,
    width: usize,
) -> String {
    match format {
        Format::Human => human(detected, tenant, width),
        Format::Plain => plain(detected, tenant),
        Format::Json => format!("{}\n", json_of(detected, tenant)),
    }
}

fn human(detected: &Detected, tenant: &TenantNames, width: usize) -> String {
    let fired = &detected.fired;
    let style = match fired.severity {
        Severity::Critical | Severity::High => RED,
        Severity::Medium => YELLOW,
        Severity::Low | Severity::Evidence => FAINT,
    };
    let mut page = Page::new(width);
    let word = fired.severity.word().to_uppercase();
    let at = happened(detected).unwrap_or_else(|| "at an unknown time".into());
    page.line("", &[(style, &word), (BOLD, fired.detection.title), (FAINT, &at)]);
    page.line("  ", &[(NORMAL, &what(detected, tenant))]);
    for step in fired.detection.first_steps {
        page.line("  → ", &[(NORMAL, step)]);
    }
    let why = format!("{} · {}: {}", fired.detection.id, place(detected), why(detected, tenant));
    page.line("  ", &[(FAINT, &why)]);
    page.blank();
    page.finish()
}

fn plain(detected: &Detected, tenant: &TenantNames) -> String {
    let fired = &detected.fired;
    let line = format!(
        "{} {} {} {}: {}: {} ({}; {})",
        happened(detected).unwrap_or_else(|| "-".into()),
        fired.severity.word(),
        fired.detection.id,
        tenant.code_name,
        fired.detection.title,
        what(detected, tenant),
        place(detected),
        why(detected, tenant),
    );
    format!("{}\n", clean(&line))
}

/// What happened, and with which account.
fn what(detected: &Detected, tenant: &TenantNames) -> String {
    match &detected.fired.why {
        Why::Touch(touch) => format!("{}: {}", tenant.called(&touch.subject), detected.fired.what),
        Why::Activity(_) | Why::Sign => detected.fired.what.clone(),
    }
}

fn happened(detected: &Detected) -> Option<String> {
    detected.event.at.map(minute)
}

fn place(detected: &Detected) -> String {
    let Place { source, line, offset } = &detected.place;
    match (line, offset) {
        (Some(line), _) => format!("{source}:{line}"),
        (None, Some(offset)) => format!("{source}:{offset}"),
        (None, None) => source.to_string(),
    }
}

/// Why it fired: where the record names what.
fn why(detected: &Detected, tenant: &TenantNames) -> String {
    match &detected.fired.why {
        Why::Touch(touch) => {
            let names = match touch.likeness {
                Likeness::Same => "names",
                Likeness::LookAlike => "looks like the name of",
            };
            format!("`{}` {names} {}", touch.member, tenant.called(&touch.subject))
        }
        Why::Activity(activity) => format!("the activity is `{}`", activity.trim()),
        Why::Sign => "by several records, or none".into(),
    }
}

fn json_of(detected: &Detected, tenant: &TenantNames) -> Value {
    let fired = &detected.fired;
    let why = match &fired.why {
        Why::Touch(touch) => json!({
            "kind": "identifier",
            "member": touch.member,
            "names": tenant.called(&touch.subject),
            "likeness": match touch.likeness {
                Likeness::Same => "same",
                Likeness::LookAlike => "look-alike",
            },
        }),
        Why::Activity(activity) => json!({"kind": "activity", "activity": activity.trim()}),
        Why::Sign => json!({"kind": "several-records"}),
    };
    let proof = detected.proof.as_ref().map(|proof| {
        let effect = |one: &ProvedEffect| {
            json!({
                "account": one.account,
                "surface": one.target.name(),
                "before": one.before.name(),
                "after": one.after.name(),
            })
        };
        json!({
            "outcome": proof.outcome.word(),
            "effects": proof.effects.iter().map(effect).collect::<Vec<_>>(),
            "seconds": proof.seconds,
        })
    });
    let (sms, mail) = detected.texts(tenant);
    json!({
        "detection": fired.detection.id,
        "title": fired.detection.title,
        "severity": fired.severity.word(),
        "tenant": tenant.code_name,
        "event_id": detected.event.id,
        "at": detected.event.at.map(|at| at.to_string()),
        "seen": detected.seen.to_string(),
        "source": &*detected.place.source,
        "line": detected.place.line,
        "offset": detected.place.offset,
        "what": fired.what,
        "why": why,
        "proof": proof,
        "mitre": fired.detection.mitre,
        "sms": sms,
        "mail": { "subject": mail.subject, "text": mail.text },
    })
}
