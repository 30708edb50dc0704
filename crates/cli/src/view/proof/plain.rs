//! One fact per line, each with the words that say what it is: for screen readers and grep.

use halligan_app::prove::Proving;

use super::story::{self, Culprit};
use super::{Options, ahead, confirmed, words};
use crate::view::plain::Lines;

pub(super) fn render(proving: &Proving, options: Options) -> String {
    let mut lines = Lines::default();
    let (_, meaning) = story::headline(proving);
    lines.add("verdict", words::verdict(proving.verdict()));
    lines.add("meaning", meaning.trim_end_matches('.'));
    lines.add("proved about", story::subject(proving));
    lines.add("origin", story::origin(proving));
    lines.add("environment", story::environment(proving));
    for account in &proving.accounts {
        let name = &account.subject.code_name;
        lines.add(&format!("account {name}"), words::verdict(account.proof.verdict()));
        for surface in &account.proof.surfaces {
            let what = format!("account {name} {}", surface.target);
            lines.add(&what, words::verdict(surface.verdict));
            if let Some(way) = &surface.way_in {
                let with = story::with(account, way);
                let sign_in = way.sign_in.to_string();
                lines.add(&format!("{what} way in"), format_args!("{with}{sign_in}"));
            }
        }
    }
    for (place, culprit) in story::culprits(proving, |one| Some(&one.proof)).iter().enumerate() {
        self::culprit(&mut lines, &format!("wrong {}", place + 1), culprit, proving);
    }
    for (name, changes) in ahead::mending(proving) {
        let what = format!("mends {name}");
        match changes {
            Some(changes) => changes.iter().for_each(|change| lines.add(&what, change)),
            None => lines.add(&what, "nothing that is known here alone"),
        }
    }
    for one in story::open(proving) {
        let name = words::blame(one.blame, &proving.policies);
        let reach = story::reach(&one.hits, &proving.environment.targets);
        lines.add("open", format_args!("{name}: {}; {reach}", one.doubt));
        if let Some(how) = words::decides(one.doubt) {
            lines.add("open decided by", how);
        }
    }
    let hits = story::registers(proving);
    if !hits.is_empty() {
        let reach = story::reach(&hits, &proving.environment.targets);
        lines.add("registers", format_args!("{reach}; {}", story::REGISTERS));
    }
    if let Some(verdict) = proving.report_only() {
        lines.add("with report-only policies enforced", words::verdict(verdict));
    }
    for (place, culprit) in story::would_harm(proving).iter().enumerate() {
        self::culprit(&mut lines, &format!("would harm {}", place + 1), culprit, proving);
    }
    for one in confirmed::told(proving) {
        let what = format!("confirmed {}", one.account);
        lines.add(&format!("{what} agrees"), one.agrees);
        one.differs.iter().for_each(|line| lines.add(&format!("{what} differs"), line));
        for (why, count) in &one.not_asked {
            lines.add(&format!("{what} not asked"), format_args!("{why} (sign-ins: {count})"));
        }
    }
    for (titles, cuts) in ahead::weaknesses(proving) {
        for cut in cuts {
            lines.add(&format!("would shut everybody out of {titles}"), cut);
        }
    }
    if options.all {
        policies(&mut lines, proving);
    }
    ground(&mut lines, proving);
    lines.finish()
}

/// What the proof stands on.
pub(super) fn ground(lines: &mut Lines, proving: &Proving) {
    for fact in &proving.facts {
        let dates = format!("since {}, read {}, {}", fact.since, fact.checked, fact.source);
        lines.add(&format!("fact {}", fact.id), format_args!("{} ({dates})", fact.says));
    }
    for one in &proving.assumptions {
        lines.add(&format!("assumption {}", one.id), one.says);
    }
}

fn culprit(lines: &mut Lines, what: &str, culprit: &Culprit<'_>, proving: &Proving) {
    lines.add(what, words::blame(culprit.blame, &proving.policies));
    let reach = story::reach(&culprit.hits, &proving.environment.targets);
    lines.add(&format!("{what} whom"), reach);
    lines.add(&format!("{what} why"), culprit.why);
    lines.add(&format!("{what} fails"), culprit.sign_in.to_string());
    let policy = culprit.blame.policy().and_then(|place| proving.policies.get(place));
    let is_off = policy.is_some_and(|one| one.state != halligan_core::tenant::PolicyState::Enabled);
    if is_off && policy.is_some_and(story::may_be_managed) {
        lines.add(&format!("{what} note"), story::MANAGED);
    }
}

fn policies(lines: &mut Lines, proving: &Proving) {
    for account in &proving.accounts {
        for answer in &account.proof.policies {
            let Some(policy) = proving.policies.get(answer.policy) else { continue };
            let word = words::policy_verdict(&answer.verdict).replace('_', " ");
            let reason = words::policy_reason(&answer.verdict);
            let state = words::state(&policy.state);
            let text = format!("{}, {state}: {word}: {reason}", words::policy(policy));
            lines.add(&format!("account {}", account.subject.code_name), text);
        }
    }
}
