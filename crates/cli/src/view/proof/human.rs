//! For somebody at three in the morning before a locked tenant: the verdict, a table of accounts
//! and surfaces, what is wrong and whose fault it is, what is open, and what all of it stands on.

use anstyle::Style;
use halligan_app::prove::Proving;
use halligan_core::ca::Verdict;
use unicode_width::UnicodeWidthStr as _;

use super::story::{self, Culprit};
use super::{Options, ahead, confirmed, words};
use crate::view::clean;
use crate::view::page::{BOLD, FAINT, GREEN, NORMAL, Page, RED, YELLOW};

/// Columns of a surface's name.
const SURFACE: usize = 38;
/// Columns of an account.
const ACCOUNT: usize = 20;

pub(super) fn render(proving: &Proving, options: Options) -> String {
    let mut page = Page::new(options.width);
    let (headline, meaning) = story::headline(proving);
    let headline = format!("{headline}:");
    page.line("", &[(style(proving.verdict()), &headline), (BOLD, &meaning)]);
    page.blank();
    page.line("", &[(NORMAL, &story::subject(proving))]);
    page.line("", &[(FAINT, &story::origin(proving))]);
    page.line("", &[(FAINT, &story::environment(proving))]);
    page.blank();
    table(&mut page, proving, options.width);
    wrong(&mut page, proving);
    mending(&mut page, proving);
    ways_in(&mut page, proving);
    open(&mut page, proving);
    registers(&mut page, proving);
    report_only(&mut page, proving);
    weaknesses(&mut page, proving);
    confirmed(&mut page, proving);
    if options.all {
        policies(&mut page, proving);
    }
    ground(&mut page, proving);
    page.finish()
}

/// The style of a verdict.
pub(super) const fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Proved => GREEN,
        Verdict::Undecided => YELLOW,
        Verdict::Harmed | Verdict::LockedOut => RED,
    }
}

/// Surfaces down, accounts across, as many beside each other as the page has room for.
fn table(page: &mut Page, proving: &Proving, width: usize) {
    let across = (width.saturating_sub(SURFACE) / ACCOUNT).max(1);
    for accounts in proving.accounts.chunks(across) {
        let names = accounts.iter().map(|one| padded(&one.subject.code_name, ACCOUNT));
        let head = format!("{}{}", " ".repeat(SURFACE), names.collect::<String>());
        page.whole("", head.trim_end());
        for (place, target) in proving.environment.targets.iter().enumerate() {
            let cells = accounts.iter().filter_map(|one| one.proof.surfaces.get(place));
            let cells: Vec<(Style, String)> = cells
                .map(|one| {
                    let text =
                        format!("{} {}", words::sign(one.verdict), words::verdict(one.verdict));
                    (style(one.verdict), padded(&text, ACCOUNT))
                })
                .collect();
            page.row(&padded(target.title(), SURFACE), &cells);
        }
    }
}

fn wrong(page: &mut Page, proving: &Proving) {
    let culprits = story::culprits(proving, |one| Some(&one.proof));
    if !culprits.is_empty() {
        page.heading("WHAT IS WRONG");
    }
    for (number, culprit) in culprits.iter().enumerate() {
        self::culprit(page, &format!("{:>3}. ", number + 1), culprit, proving);
    }
}

fn culprit(page: &mut Page, first: &str, culprit: &Culprit<'_>, proving: &Proving) {
    let name = words::blame(culprit.blame, &proving.policies);
    page.line(first, &[(BOLD, &name), (RED, culprit.deed())]);
    let reach = story::reach(&culprit.hits, &proving.environment.targets);
    page.line("     Whom:  ", &[(NORMAL, &reach)]);
    page.line("     Why:   ", &[(NORMAL, culprit.why)]);
    page.line("     Fails: ", &[(NORMAL, &culprit.sign_in.to_string())]);
}

fn mending(page: &mut Page, proving: &Proving) {
    let mending = ahead::mending(proving);
    if !mending.is_empty() {
        page.heading("THE SMALLEST CHANGE THAT MENDS IT (found by proving again)");
    }
    for (name, changes) in mending {
        let name = format!("{name}:");
        match changes {
            Some(changes) => {
                for change in changes {
                    page.line("  - ", &[(BOLD, &name), (NORMAL, &change)]);
                }
            }
            None => {
                let none = "no exclusion, key or membership that is known here mends it alone";
                page.line("  - ", &[(BOLD, &name), (NORMAL, none)]);
            }
        }
    }
}

/// What Microsoft's own engine says.
fn confirmed(page: &mut Page, proving: &Proving) {
    let told = confirmed::told(proving);
    if !told.is_empty() {
        page.heading("WHAT MICROSOFT'S ENGINE SAYS (What If, of the tenant as it is now)");
    }
    for one in told {
        let agrees = match one.agrees {
            0 => String::new(),
            1 => "agrees on 1 sign-in that is shown".into(),
            count => format!("agrees on {count} sign-ins that are shown"),
        };
        page.line("  - ", &[(BOLD, &format!("{}:", one.account)), (GREEN, &agrees)]);
        one.differs.iter().for_each(|line| page.line("    differs: ", &[(RED, line)]));
        for (why, count) in &one.not_asked {
            page.line("    not asked: ", &[(NORMAL, &format!("{why} (sign-ins: {count})"))]);
        }
        if let Some(hint) = one.hint {
            page.line("    hint: ", &[(NORMAL, hint)]);
        }
    }
}

/// What would take the last way in of all accounts.
fn weaknesses(page: &mut Page, proving: &Proving) {
    let weaknesses = ahead::weaknesses(proving);
    if !weaknesses.is_empty() {
        page.heading("WHAT WOULD SHUT EVERYBODY OUT");
    }
    for (titles, cuts) in weaknesses {
        page.line("  ", &[(BOLD, &format!("{titles}:"))]);
        cuts.iter().for_each(|cut| page.line("  - ", &[(NORMAL, cut)]));
    }
}

/// What still opens, where not everything does.
fn ways_in(page: &mut Page, proving: &Proving) {
    if proving.verdict() < Verdict::Harmed {
        return;
    }
    let ways = story::ways_in(proving);
    if !ways.is_empty() {
        page.heading("WHAT STILL OPENS");
    }
    for way in ways {
        let name = format!("{}:", way.name);
        page.line("  - ", &[(BOLD, &name), (NORMAL, &way.what)]);
        if let Some(sign_in) = way.sign_in {
            page.line("    For example: ", &[(NORMAL, &sign_in.to_string())]);
        }
    }
}

fn open(page: &mut Page, proving: &Proving) {
    let open = story::open(proving);
    if !open.is_empty() {
        page.heading("WHAT COULD NOT BE DECIDED");
    }
    for one in open {
        let name = words::blame(one.blame, &proving.policies);
        page.line("  - ", &[(YELLOW, &format!("{name}:")), (NORMAL, &one.doubt.to_string())]);
        page.line(
            "    Whom: ",
            &[(NORMAL, &story::reach(&one.hits, &proving.environment.targets))],
        );
        if let Some(how) = words::decides(one.doubt) {
            page.line("    To decide it: ", &[(NORMAL, &how)]);
        }
    }
}

fn registers(page: &mut Page, proving: &Proving) {
    let hits = story::registers(proving);
    if !hits.is_empty() {
        page.heading("WHO HAS THE PASSWORD HAS THE ACCOUNT");
        let reach = story::reach(&hits, &proving.environment.targets);
        page.line("  ", &[(BOLD, &format!("{reach}:")), (NORMAL, story::REGISTERS)]);
    }
}

fn report_only(page: &mut Page, proving: &Proving) {
    let culprits = story::would_harm(proving);
    let Some(verdict) = proving.report_only().filter(|_| !culprits.is_empty()) else { return };
    page.heading("IF REPORT-ONLY POLICIES WERE SWITCHED ON");
    if verdict > proving.verdict() {
        let meaning = format!("accounts would be {}.", words::verdict(verdict));
        page.line("  ", &[(style(verdict), &meaning)]);
    }
    for one in &culprits {
        culprit(page, "  -  ", one, proving);
        let policy = one.blame.policy().and_then(|place| proving.policies.get(place));
        if policy.is_some_and(story::may_be_managed) {
            page.line("     Note:  ", &[(NORMAL, story::MANAGED)]);
        }
    }
}

fn policies(page: &mut Page, proving: &Proving) {
    page.heading("EVERY POLICY");
    for (place, policy) in proving.policies.iter().enumerate() {
        let state = format!("({})", words::state(&policy.state));
        page.line("  - ", &[(BOLD, &words::policy(policy)), (FAINT, &state)]);
        for account in &proving.accounts {
            let Some(answer) = account.proof.policies.get(place) else { continue };
            let word = words::policy_verdict(&answer.verdict).replace('_', " ");
            let name = format!("{}:", account.subject.code_name);
            let reason = words::policy_reason(&answer.verdict);
            page.line("    ", &[(NORMAL, &name), (BOLD, &format!("{word}:")), (NORMAL, &reason)]);
        }
    }
}

/// What the proof stands on.
pub(super) fn ground(page: &mut Page, proving: &Proving) {
    if !proving.facts.is_empty() {
        page.heading("FACTS USED");
    }
    for fact in &proving.facts {
        let dates = format!("(since {}, read {})", fact.since, fact.checked);
        page.line("  - ", &[(NORMAL, fact.says), (FAINT, &dates)]);
        page.line("    ", &[(FAINT, fact.source)]);
    }
    page.heading("TAKEN FOR GRANTED");
    for one in &proving.assumptions {
        page.line("  - ", &[(NORMAL, one.says)]);
    }
}

/// Text in a column: what does not fit ends in `…`.
fn padded(text: &str, columns: usize) -> String {
    let text = clean(text);
    let room = columns.saturating_sub(1);
    if text.width() <= room {
        return format!("{text}{}", " ".repeat(columns - text.width()));
    }
    let mut cut = String::new();
    for c in text.chars() {
        if cut.width() + 2 > room {
            break;
        }
        cut.push(c);
    }
    let cut = format!("{}…", cut.trim_end());
    format!("{cut}{}", " ".repeat(columns.saturating_sub(cut.width())))
}
