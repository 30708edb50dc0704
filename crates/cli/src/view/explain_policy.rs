//! One policy in plain words, and what it does to each account.

mod plain_words;
#[cfg(test)]
mod tests;

use halligan_app::prove::Proving;
use halligan_app::prove::request::request;
use halligan_core::ca::{Hit, PolicyVerdict};
use halligan_core::tenant::{Policy, PolicyState, Snapshot};
use serde_json::json;

use super::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};
use super::plain::Lines;
use super::proof::{ProofFormat, words};
use plain_words::{Names, told};

/// What is explained.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Explained<'a> {
    /// The tenant, for names.
    pub(crate) snapshot: &'a Snapshot,
    /// The proofs.
    pub(crate) proving: &'a Proving,
    /// The policy, by its place.
    pub(crate) place: usize,
}

/// What the policy does to one account.
struct Deed {
    name: String,
    id: halligan_core::id::UserId,
    verdict: PolicyVerdict,
    hit: String,
}

/// Prints it.
pub(crate) fn render(explained: &Explained<'_>, format: ProofFormat, width: usize) -> String {
    let Some(policy) = explained.proving.policies.get(explained.place) else {
        return String::new();
    };
    match format {
        ProofFormat::Human => human(policy, explained, width),
        ProofFormat::Plain => plain(policy, explained),
        ProofFormat::Json => json(policy, explained),
    }
}

fn sentences(policy: &Policy, explained: &Explained<'_>) -> Vec<(&'static str, String)> {
    told(policy, &Names::of(explained.snapshot, explained.proving))
}

fn deeds(explained: &Explained<'_>) -> Vec<Deed> {
    let names = Names::of(explained.snapshot, explained.proving);
    let accounts = explained.proving.accounts.iter();
    let deeds = accounts.filter_map(|account| {
        let answer = account.proof.policies.get(explained.place)?;
        let hit = match &answer.hit {
            Hit::Yes(through) => format!("it picks the account through {}", names.through(through)),
            Hit::No(why) => why.to_string(),
            Hit::Unknown(gap) => format!("whether it picks the account is not known: {gap}"),
        };
        Some(Deed {
            name: account.subject.code_name.clone(),
            id: account.subject.id,
            verdict: answer.verdict.clone(),
            hit,
        })
    });
    deeds.collect()
}

/// What the policy does, beside how it picks the account.
fn does(verdict: &PolicyVerdict, policy: &Policy) -> String {
    match verdict {
        PolicyVerdict::NotHit(_) => "not hit".into(),
        PolicyVerdict::Blocking { why, .. } => match policy.state {
            PolicyState::ReportOnly | PolicyState::Disabled => {
                format!("would deny sign-ins if it were enforced: {why}")
            }
            _ => format!("denies sign-ins: {why}"),
        },
        PolicyVerdict::Indeterminate(doubt) => format!("cannot be told: {doubt}"),
        other => words::policy_reason(other),
    }
}

fn human(policy: &Policy, explained: &Explained<'_>, width: usize) -> String {
    let mut page = Page::new(width);
    page.line("", &[(BOLD, &policy.display_name)]);
    let state = words::state(&policy.state);
    page.line("", &[(FAINT, &format!("{}, {state}", policy.id))]);
    page.blank();
    for (label, text) in sentences(policy, explained) {
        page.line(&format!("{label:<9}"), &[(NORMAL, &text)]);
    }
    page.heading("WHAT IT DOES TO EACH ACCOUNT");
    for deed in deeds(explained) {
        let style = match deed.verdict {
            PolicyVerdict::Blocking { .. } => RED,
            PolicyVerdict::Indeterminate(_) => YELLOW,
            _ => GREEN,
        };
        let name = format!("{}:", deed.name);
        page.line("  - ", &[(BOLD, &name), (style, &does(&deed.verdict, policy))]);
        page.line("    ", &[(NORMAL, &deed.hit)]);
        if let PolicyVerdict::Blocking { sign_in, .. } = &deed.verdict {
            page.line("    Fails: ", &[(NORMAL, &sign_in.to_string())]);
        }
    }
    page.finish()
}

fn plain(policy: &Policy, explained: &Explained<'_>) -> String {
    let mut lines = Lines::default();
    lines.add("policy", &policy.display_name);
    lines.add("id", &policy.id);
    lines.add("state", words::state(&policy.state));
    for (label, text) in sentences(policy, explained) {
        lines.add(&label.to_lowercase(), text);
    }
    for deed in deeds(explained) {
        let what = format!("account {}", deed.name);
        lines.add(&what, format_args!("{}; {}", does(&deed.verdict, policy), deed.hit));
        if let PolicyVerdict::Blocking { sign_in, .. } = &deed.verdict {
            lines.add(&format!("{what} fails"), sign_in.to_string());
        }
    }
    lines.finish()
}

/// `halligan.policy`, version 1.
fn json(policy: &Policy, explained: &Explained<'_>) -> String {
    let told = sentences(policy, explained).into_iter();
    let told = told.map(|(label, text)| json!({ "about": label.to_lowercase(), "text": text }));
    let accounts = deeds(explained).into_iter().map(|deed| {
        let witness = deed.verdict.witness().map(|sign_in| request(deed.id, sign_in));
        json!({
            "id": deed.id.to_string(),
            "code_name": deed.name,
            "verdict": words::policy_verdict(&deed.verdict),
            "reason": words::policy_reason(&deed.verdict),
            "hit": deed.hit,
            "witness": witness,
        })
    });
    let whole = json!({
        "format": "halligan.policy",
        "version": 1,
        "halligan": env!("CARGO_PKG_VERSION"),
        "id": policy.id.as_str(),
        "name": policy.display_name,
        "state": policy.state.to_string(),
        "told": told.collect::<Vec<_>>(),
        "accounts": accounts.collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}
