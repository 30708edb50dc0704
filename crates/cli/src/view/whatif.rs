//! One sign-in, told policy by policy.

use halligan_app::prove::Subject;
use halligan_app::prove::request::request;
use halligan_core::ca::{Hit, Met, PolicyWhatIf, SignIn, Truth, WhatIf};
use halligan_core::tenant::Policy;
use serde_json::{Value, json};

use super::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};
use super::plain::Lines;
use super::proof::{ProofFormat, words};

/// What is told.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    /// The account.
    pub(crate) subject: &'a Subject,
    /// Its sign-in.
    pub(crate) sign_in: &'a SignIn,
    /// What was taken because it was not said.
    pub(crate) taken: &'a [&'static str],
    /// The policies.
    pub(crate) policies: &'a [Policy],
    /// What comes of it.
    pub(crate) what_if: WhatIf,
}

/// Prints it.
pub(crate) fn render(told: &Told<'_>, format: ProofFormat, width: usize) -> String {
    match format {
        ProofFormat::Human => human(told, width),
        ProofFormat::Plain => plain(told),
        ProofFormat::Json => json(told),
    }
}

/// The outcome: a word for people, one for programs, and why.
fn outcome(told: &Told<'_>) -> (&'static str, &'static str, String) {
    match &told.what_if.outcome {
        Met::Nothing => ("GETS IN", "granted", "nothing that applies demands anything".into()),
        Met::By { .. } => {
            ("GETS IN", "granted", format!("with {}", with(told, &told.what_if.outcome)))
        }
        Met::No(_) => ("DENIED", "denied", format!("by {}", deniers(told).join(" and "))),
        Met::Unknown(doubt) => ("CANNOT BE TOLD", "undecided", doubt.to_string()),
    }
}

fn deniers(told: &Told<'_>) -> Vec<String> {
    let counts = |one: &&(&Policy, &PolicyWhatIf)| {
        one.1.is_enforced == Truth::Yes && matches!(one.1.met, Met::No(_))
    };
    let policies = each(told).collect::<Vec<_>>();
    let policies = policies.iter().filter(counts).map(|(policy, _)| words::policy(policy));
    let beside = told.what_if.beside.iter().filter(|(_, met)| matches!(met, Met::No(_)));
    policies.chain(beside.map(|(barrier, _)| barrier.to_string())).collect()
}

fn each<'t>(told: &'t Told<'_>) -> impl Iterator<Item = (&'t Policy, &'t PolicyWhatIf)> {
    told.policies.iter().zip(&told.what_if.policies)
}

/// The credentials that meet a demand.
fn with(told: &Told<'_>, met: &Met) -> String {
    let Met::By { credentials, what } = met else { return String::new() };
    let Ok(all) = &told.subject.standing.credentials else { return what.clone() };
    let names: Vec<&str> =
        credentials.iter().filter_map(|place| Some(all.get(*place)?.name.as_str())).collect();
    if names.is_empty() { what.clone() } else { words::listed(&names) }
}

/// What a policy does: a word, and why.
fn does(told: &Told<'_>, one: &PolicyWhatIf) -> (&'static str, String) {
    match &one.met {
        Met::No(why) => return ("denies", why.clone()),
        Met::Unknown(doubt) => return ("may deny", doubt.to_string()),
        Met::Nothing | Met::By { .. } => {}
    }
    let applies = one.result.applies();
    let first = one.result.conditions.iter().find(|(_, truth)| *truth == Truth::No);
    match (applies, first, &one.met) {
        (Truth::No, Some((condition, _)), _) => {
            let why = match &one.result.hit {
                Hit::No(why) => why.to_string(),
                _ => format!("the sign-in does not match its {}", condition),
            };
            ("does not apply", why)
        }
        (_, _, Met::By { what, .. }) => {
            ("is met", format!("{what}, with {}", with(told, &one.met)))
        }
        (Truth::Unknown(doubt), ..) => ("demands nothing", format!("if it applies: {doubt}")),
        _ => ("demands nothing", "it applies, and denies no sign-in".into()),
    }
}

fn human(told: &Told<'_>, width: usize) -> String {
    let mut page = Page::new(width);
    let (headline, _, why) = outcome(told);
    let style = match told.what_if.outcome {
        Met::Nothing | Met::By { .. } => GREEN,
        Met::No(_) => RED,
        Met::Unknown(_) => YELLOW,
    };
    page.line("", &[(style, &format!("{headline}:")), (BOLD, &format!("{why}."))]);
    page.blank();
    let who = format!("{} signs in", told.subject.code_name);
    page.line("", &[(NORMAL, &who), (NORMAL, &told.sign_in.to_string())]);
    if !told.taken.is_empty() {
        page.line("", &[(FAINT, "Not said, and taken:"), (FAINT, &told.taken.join("; "))]);
    }
    page.heading("POLICY BY POLICY");
    for (policy, one) in each(told) {
        let (word, why) = does(told, one);
        let style = match (&one.met, one.is_enforced == Truth::Yes) {
            (Met::No(_), true) => RED,
            (Met::Unknown(_), true) => YELLOW,
            _ => NORMAL,
        };
        let state = match one.is_enforced == Truth::Yes {
            true => String::new(),
            false => format!("({}, does not count)", words::state(&policy.state)),
        };
        page.line("  - ", &[(BOLD, &words::policy(policy)), (FAINT, &state)]);
        page.line("    ", &[(style, &format!("{word}:")), (NORMAL, &why)]);
    }
    page.heading("BESIDE POLICIES");
    for (barrier, met) in &told.what_if.beside {
        let (word, why) = beside(told, met);
        let style = if matches!(met, Met::No(_)) { RED } else { NORMAL };
        let name = format!("{barrier}:");
        page.line("  - ", &[(BOLD, &name), (style, word), (NORMAL, &why)]);
    }
    page.finish()
}

fn beside(told: &Told<'_>, met: &Met) -> (&'static str, String) {
    match met {
        Met::Nothing => ("in nobody's way", String::new()),
        Met::By { .. } => ("met with", with(told, met)),
        Met::No(why) => ("denies:", why.clone()),
        Met::Unknown(doubt) => ("may deny:", doubt.to_string()),
    }
}

fn plain(told: &Told<'_>) -> String {
    let mut lines = Lines::default();
    let (_, word, why) = outcome(told);
    lines.add("outcome", format_args!("{word}: {why}"));
    lines.add("account", &told.subject.code_name);
    lines.add("sign-in", told.sign_in.to_string());
    for taken in told.taken {
        lines.add("not said, and taken", taken);
    }
    for (policy, one) in each(told) {
        let (word, why) = does(told, one);
        let state = words::state(&policy.state);
        lines.add(&words::policy(policy), format_args!("{state}: {word}: {why}"));
    }
    for (barrier, met) in &told.what_if.beside {
        let (word, why) = beside(told, met);
        lines.add(&barrier.to_string(), format!("{word} {why}").trim_end());
    }
    lines.finish()
}

/// `halligan.whatif`, version 1.
fn json(told: &Told<'_>) -> String {
    let (_, outcome, why) = outcome(told);
    let truth = |truth: &Truth| match truth {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown(_) => "unknown",
    };
    let policies = each(told).map(|(policy, one)| {
        let (word, why) = does(told, one);
        let conditions = one.result.conditions.iter().map(|(condition, holds)| {
            json!({ "condition": condition.to_string(), "matches": truth(holds) })
        });
        json!({
            "id": policy.id.as_str(),
            "name": policy.display_name,
            "state": policy.state.to_string(),
            "applies": truth(&one.result.applies()),
            "does": word,
            "reason": why,
            "conditions": conditions.collect::<Vec<_>>(),
        })
    });
    let besides = told.what_if.beside.iter().map(|(barrier, met)| {
        let (word, why) = beside(told, met);
        json!({ "name": barrier.to_string(), "does": word.trim_end_matches(':'), "reason": why })
    });
    let whole: Value = json!({
        "format": "halligan.whatif",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "outcome": outcome,
        "reason": why,
        "account": { "id": told.subject.id.to_string(), "code_name": told.subject.code_name },
        "sign_in": told.sign_in.to_string(),
        "taken": told.taken,
        "request": request(told.subject.id, told.sign_in),
        "policies": policies.collect::<Vec<_>>(),
        "beside": besides.collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}
