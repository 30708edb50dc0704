//! What a change of policies does: for the person who is about to save it, and for the pipeline
//! that keeps policies as code.

use halligan_app::prove::change::{Change, ChangeKind, Comparison, Effect, Outcome};
use halligan_app::prove::request::request;
use halligan_core::ca::{Blame, PolicyVerdict};
use halligan_core::register::Target;
use halligan_core::tenant::{Policy, PolicyState};
use serde_json::{Value, json};

use super::json::{assumptions, blame, doubt, facts, surface};
use super::{Options, human, plain, story, words};
use crate::view::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};
use crate::view::plain::Lines;

/// The outcome in words, and what it means.
fn headline(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::NoWorse => ("SAFE TO SAVE", "no account is worse off than before."),
        Outcome::Undecided => ("CANNOT BE TOLD", "an account may be worse off than before."),
        Outcome::Worse => ("DO NOT SAVE", "accounts are worse off than before."),
    }
}

/// What becomes of a policy, in words.
fn said(change: &Change, comparison: &Comparison) -> Option<String> {
    let policy = comparison.after.policies.get(change.policy)?;
    let name = words::policy(policy);
    let state = words::state(&policy.state);
    Some(match change.kind {
        ChangeKind::Added => format!("adds {name}, {state}"),
        ChangeKind::Replaced => format!("changes {name}, {state}"),
        ChangeKind::ReplacedByName => {
            format!("changes {name}, {state}; the file has no id, and the name is the same")
        }
        ChangeKind::Same => format!("leaves {name} as it is"),
    })
}

fn code_name<'c>(effect: &Effect, comparison: &'c Comparison) -> &'c str {
    let account = comparison.after.accounts.get(effect.account);
    account.map_or("", |one| one.subject.code_name.as_str())
}

/// Changed policies that are not enforced and would deny something if they were.
fn dormant(comparison: &Comparison) -> Vec<(&Policy, &str, &str)> {
    let mut found: Vec<(&Policy, &str, &str)> = Vec::new();
    for account in &comparison.after.accounts {
        for answer in &account.proof.policies {
            let Some(policy) = comparison.after.policies.get(answer.policy) else { continue };
            let PolicyVerdict::Blocking { why, .. } = &answer.verdict else { continue };
            let is_new = comparison.touches(answer.policy) && policy.state != PolicyState::Enabled;
            if is_new && !found.iter().any(|(one, ..)| one.id == policy.id) {
                found.push((policy, why, &account.subject.code_name));
            }
        }
    }
    found
}

pub(super) fn human(comparison: &Comparison, options: Options) -> String {
    let mut page = Page::new(options.width);
    let outcome = comparison.outcome();
    let style = match outcome {
        Outcome::NoWorse => GREEN,
        Outcome::Undecided => YELLOW,
        Outcome::Worse => RED,
    };
    let (word, meaning) = headline(outcome);
    page.line("", &[(style, &format!("{word}:")), (BOLD, meaning)]);
    page.blank();
    page.line("", &[(NORMAL, &story::subject(&comparison.after))]);
    page.line("", &[(FAINT, &story::origin(&comparison.after))]);
    page.line("", &[(FAINT, &story::environment(&comparison.after))]);
    page.heading("THE CHANGE");
    for text in comparison.changes.iter().filter_map(|one| said(one, comparison)) {
        page.line("  - ", &[(NORMAL, &text)]);
    }
    effects(&mut page, comparison);
    let dormant = dormant(comparison);
    if !dormant.is_empty() {
        page.heading("NOT ENFORCED, AND HARMFUL ONCE IT IS");
    }
    for (policy, why, name) in dormant {
        let state = format!("({})", words::state(&policy.state));
        page.line("  - ", &[(BOLD, &words::policy(policy)), (YELLOW, &state)]);
        page.line("    ", &[(NORMAL, &format!("{name}: {why}"))]);
    }
    human::ground(&mut page, &comparison.after);
    page.finish()
}

fn effects(page: &mut Page, comparison: &Comparison) {
    page.heading("WHAT IT DOES");
    if comparison.effects.is_empty() {
        let verdict = words::verdict(comparison.after.verdict());
        let text = format!("nothing to any account: {verdict} before and after");
        page.line("  ", &[(NORMAL, &text)]);
    }
    for (effect, targets) in alike(&comparison.effects) {
        let hits = [(code_name(effect, comparison), targets)];
        let reach = story::reach(&hits, &comparison.after.environment.targets);
        let name = format!("{reach}:");
        let (before, after) = (words::verdict(effect.before), words::verdict(effect.after));
        page.line(
            "  - ",
            &[
                (BOLD, &name),
                (human::style(effect.before), before),
                (NORMAL, "→"),
                (human::style(effect.after), after),
            ],
        );
        for denial in &effect.denials {
            let by = words::blame(&denial.blame, &comparison.after.policies);
            page.line("    By:    ", &[(NORMAL, &by)]);
            page.line("    Why:   ", &[(NORMAL, &denial.why)]);
            page.line("    Fails: ", &[(NORMAL, &denial.sign_in.to_string())]);
        }
        for (by, doubt) in &effect.doubts {
            let by = words::blame(by, &comparison.after.policies);
            page.line("    Open:  ", &[(NORMAL, &format!("{by}: {doubt}"))]);
        }
    }
}

/// Effects on one account that differ in their surface alone, told once.
fn alike(effects: &[Effect]) -> Vec<(&Effect, Vec<Target>)> {
    let mut groups: Vec<(&Effect, Vec<Target>)> = Vec::new();
    let reasons = |one: &Effect| -> Vec<(Blame, String)> {
        one.denials.iter().map(|denial| (denial.blame.clone(), denial.why.clone())).collect()
    };
    for effect in effects {
        let is_alike = |one: &Effect| {
            (one.account, one.before, one.after) == (effect.account, effect.before, effect.after)
                && reasons(one) == reasons(effect)
                && one.doubts == effect.doubts
        };
        match groups.iter_mut().find(|(one, _)| is_alike(one)) {
            Some((_, targets)) => targets.push(effect.target),
            None => groups.push((effect, vec![effect.target])),
        }
    }
    groups
}

/// One line per policy of the change, one per account and surface that it touches, and what the
/// proof stands on.
pub(super) fn plain(comparison: &Comparison) -> String {
    let mut lines = Lines::default();
    lines.add("outcome", comparison.outcome().word());
    lines.add("before", comparison.before.verdict().name());
    lines.add("after", comparison.after.verdict().name());
    for text in comparison.changes.iter().filter_map(|one| said(one, comparison)) {
        lines.add("change", text);
    }
    let policies = &comparison.after.policies;
    for effect in &comparison.effects {
        let what = format!("{} {}", code_name(effect, comparison), effect.target);
        let (before, after) = (effect.before.name(), effect.after.name());
        let mut text = format!("{before} -> {after}");
        for denial in &effect.denials {
            let by = words::blame(&denial.blame, policies);
            let sign_in = denial.sign_in.to_string();
            text.push_str(&format!("; {by}: {}; fails: {sign_in}", denial.why));
        }
        for (by, doubt) in &effect.doubts {
            text.push_str(&format!("; open: {}: {doubt}", words::blame(by, policies)));
        }
        lines.add(&what, text);
    }
    for (policy, why, name) in dormant(comparison) {
        let state = words::state(&policy.state);
        let text = format!("{} is {state}; enforced, {name}: {why}", words::policy(policy));
        lines.add("would harm", text);
    }
    plain::ground(&mut lines, &comparison.after);
    lines.finish()
}

/// The comparison as one JSON object: `halligan.change`, version 1.
pub(super) fn json(comparison: &Comparison) -> String {
    let policies = &comparison.after.policies;
    let changes = comparison.changes.iter().filter_map(|change| {
        let policy = policies.get(change.policy)?;
        Some(json!({
            "id": policy.id.as_str(),
            "name": policy.display_name,
            "state": policy.state.to_string(),
            "change": change.kind.word(),
        }))
    });
    let effects = comparison.effects.iter().filter_map(|effect| effect_json(effect, comparison));
    let would_harm = dormant(comparison).into_iter().map(|(policy, why, _)| {
        json!({
            "id": policy.id.as_str(),
            "name": policy.display_name,
            "state": policy.state.to_string(),
            "reason": why,
        })
    });
    let whole = json!({
        "format": "halligan.change",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "outcome": comparison.outcome().word(),
        "before": comparison.before.verdict().name(),
        "after": comparison.after.verdict().name(),
        "changes": changes.collect::<Vec<_>>(),
        "effects": effects.collect::<Vec<_>>(),
        "accounts": accounts(comparison),
        "would_harm": would_harm.collect::<Vec<_>>(),
        "assumptions": assumptions(&comparison.after),
        "facts": facts(&comparison.after),
        "seconds": comparison.before.seconds + comparison.after.seconds,
    });
    format!("{whole:#}\n")
}

fn effect_json(effect: &Effect, comparison: &Comparison) -> Option<Value> {
    let policies = &comparison.after.policies;
    let account = comparison.after.accounts.get(effect.account)?;
    let denials = effect.denials.iter().map(|denial| {
        let touches = |by: &Blame| by.policy().is_some_and(|place| comparison.touches(place));
        json!({
            "by": blame(&denial.blame, policies),
            "is_of_the_change": touches(&denial.blame),
            "reason": denial.why,
            "sign_in": denial.sign_in.to_string(),
            "witness": request(account.subject.id, &denial.sign_in),
        })
    });
    let undecided = effect.doubts.iter().map(|(by, open)| doubt(by, open, policies));
    Some(json!({
        "id": account.subject.id.to_string(),
        "code_name": account.subject.code_name,
        "target": effect.target.name(),
        "before": effect.before.name(),
        "after": effect.after.name(),
        "outcome": effect.outcome().word(),
        "denials": denials.collect::<Vec<_>>(),
        "undecided": undecided.collect::<Vec<_>>(),
    }))
}

fn accounts(comparison: &Comparison) -> Value {
    let both = comparison.before.accounts.iter().zip(&comparison.after.accounts);
    let accounts = both.map(|(before, after)| {
        let policies = &comparison.after.policies;
        let surfaces = after.proof.surfaces.iter();
        json!({
            "id": after.subject.id.to_string(),
            "code_name": after.subject.code_name,
            "before": before.proof.verdict().name(),
            "after": after.proof.verdict().name(),
            "surfaces": surfaces
                .map(|one| surface(after.subject.id, one, policies))
                .collect::<Vec<_>>(),
        })
    });
    accounts.collect()
}
