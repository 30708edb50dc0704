//! What a proof amounts to, once for every format that people read.

use halligan_app::prove::{AccountProof, Proving};
use halligan_core::ca::{Blame, Denial, Doubt, Proof, SignIn, SurfaceProof, Verdict, WayIn};
use halligan_core::register::Target;
use halligan_core::tenant::{Policy, PolicyState, Source};

use super::words;
use crate::view::story::minute;

/// The verdict in one or two words, and what it means in one sentence.
pub(super) fn headline(proving: &Proving) -> (&'static str, String) {
    let of = |verdict: Verdict| -> Vec<&str> {
        let those = proving.accounts.iter().filter(|one| one.proof.verdict() == verdict);
        those.map(|one| one.subject.code_name.as_str()).collect()
    };
    match proving.verdict() {
        Verdict::Proved => {
            ("PROVED", format!("under every declared condition {} in.", gets(&of(Verdict::Proved))))
        }
        Verdict::LockedOut => (
            "LOCKED OUT",
            format!("no declared sign-in of {} gets in.", words::listed(&of(Verdict::LockedOut))),
        ),
        Verdict::Harmed => {
            let harmed = words::listed(&of(Verdict::Harmed));
            ("HARMED", format!("some sign-ins of {harmed} are denied, as shown below."))
        }
        Verdict::Undecided => (
            "CANNOT BE TOLD",
            "nothing known shuts an account out, and what is not known may.".into(),
        ),
    }
}

fn gets(names: &[&str]) -> String {
    let verb = if names.len() == 1 { "gets" } else { "get" };
    format!("{} {verb}", words::listed(names))
}

/// What was proved about.
pub(super) fn subject(proving: &Proving) -> String {
    let tenant = match (&proving.tenant_name, proving.tenant) {
        (Some(name), Some(id)) => format!("{name} (tenant {id})"),
        (Some(name), None) => name.clone(),
        (None, Some(id)) => format!("tenant {id}"),
        (None, None) => "exported policies".to_owned(),
    };
    let counted = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let accounts = counted(proving.accounts.len(), "account", "accounts");
    let policies = counted(proving.policies.len(), "policy", "policies");
    // A proof over templates, which nobody enforces, says little.
    let enforced = proving.policies.iter().filter(|one| one.state == PolicyState::Enabled);
    format!("{tenant}, {accounts}, {policies}, {} enforced", enforced.count())
}

/// Where and when it was read, and when judged.
pub(super) fn origin(proving: &Proving) -> String {
    let source = match &proving.source {
        Source::Graph { endpoint } => endpoint.as_str(),
        Source::Files => "exported files",
    };
    let (taken, judged) = (minute(proving.taken), minute(proving.judged));
    if taken == judged {
        return format!("read from {source}, {taken}");
    }
    format!("read from {source}, {taken}; proved {judged}")
}

/// The environment in one line.
pub(super) fn environment(proving: &Proving) -> String {
    let environment = &proving.environment;
    let on: Vec<&str> = environment.workstations.iter().map(|one| one.name.as_str()).collect();
    let from: Vec<&str> = environment.places.iter().map(|one| one.name.as_str()).collect();
    format!(
        "on {}, from {}, at any risk{}",
        words::listed(&on),
        words::listed(&from),
        if environment.device_code { ", with a device code as well" } else { "" }
    )
}

/// One that is to blame, with everything that it denies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Culprit<'p> {
    pub(super) blame: &'p Blame,
    pub(super) why: &'p str,
    /// A sign-in that is denied.
    pub(super) sign_in: &'p SignIn,
    /// Accounts by code name, each with the surfaces on which something is denied.
    pub(super) hits: Vec<(&'p str, Vec<Target>)>,
    /// Whether no way in is left on some surface, and this one is needed for that.
    pub(super) shuts: bool,
    /// Whether it does so only together with others.
    pub(super) needs_others: bool,
}

impl Culprit<'_> {
    /// What it does, in few words.
    pub(super) const fn deed(&self) -> &'static str {
        match (self.shuts, self.needs_others) {
            (false, _) => "denies some sign-ins",
            (true, false) => "shuts the door",
            (true, true) => "shuts the door together with others here",
        }
    }
}

/// Everybody to blame in the proofs that `of` picks, those that shut a surface first.
pub(super) fn culprits<'p>(
    proving: &'p Proving,
    of: impl Fn(&'p AccountProof) -> Option<&'p Proof>,
) -> Vec<Culprit<'p>> {
    let mut culprits: Vec<Culprit<'p>> = Vec::new();
    for (account, surface) in surfaces(proving, of) {
        for Denial { sign_in, blame, why } in &surface.denials {
            let found = culprits.iter_mut().find(|one| one.blame == blame && one.why == why);
            let culprit = match found {
                Some(culprit) => culprit,
                None => {
                    let (hits, shuts, needs_others) = (Vec::new(), false, true);
                    culprits.push(Culprit { blame, why, sign_in, hits, shuts, needs_others });
                    match culprits.last_mut() {
                        Some(culprit) => culprit,
                        None => continue,
                    }
                }
            };
            let is_needed = surface.core.contains(blame);
            culprit.shuts |= is_needed;
            culprit.needs_others &= !(is_needed && surface.core.len() == 1);
            note(&mut culprit.hits, &account.subject.code_name, surface.target);
        }
    }
    culprits.sort_by_key(|one| !one.shuts);
    culprits
}

/// Report-only policies that would deny something and do not yet.
pub(super) fn would_harm(proving: &Proving) -> Vec<Culprit<'_>> {
    let all = culprits(proving, |one| one.report_only.as_ref());
    let is_report_only = |one: &Culprit<'_>| {
        let policy = one.blame.policy().and_then(|place| proving.policies.get(place));
        policy.is_some_and(|policy| policy.state == PolicyState::ReportOnly)
    };
    all.into_iter().filter(is_report_only).collect()
}

/// Whether Microsoft may switch a report-only policy on by itself: its own policies come from
/// templates, as do those that an administrator makes from one.
pub(super) fn may_be_managed(policy: &Policy) -> bool {
    policy.template_id.is_some()
}

/// Something that keeps answers from being certain, with what it keeps open.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Open<'p> {
    pub(super) blame: &'p Blame,
    pub(super) doubt: &'p Doubt,
    pub(super) hits: Vec<(&'p str, Vec<Target>)>,
}

/// Everything that is open, once each. An account whose part is open is named with it.
pub(super) fn open(proving: &Proving) -> Vec<Open<'_>> {
    let mut all: Vec<Open<'_>> = Vec::new();
    for (account, surface) in surfaces(proving, |one| Some(&one.proof)) {
        for (blame, doubt) in &surface.doubts {
            let place = all.iter().position(|one| one.blame == blame && one.doubt == doubt);
            let place = place.unwrap_or_else(|| {
                all.push(Open { blame, doubt, hits: Vec::new() });
                all.len() - 1
            });
            if let Some(one) = all.get_mut(place) {
                note(&mut one.hits, &account.subject.code_name, surface.target);
            }
        }
    }
    all
}

/// Accounts that whoever holds the password first could make theirs, with the surfaces.
pub(super) fn registers(proving: &Proving) -> Vec<(&str, Vec<Target>)> {
    let mut hits = Vec::new();
    for (account, surface) in surfaces(proving, |one| Some(&one.proof)) {
        if surface.registers {
            note(&mut hits, &account.subject.code_name, surface.target);
        }
    }
    hits
}

/// What such a registration means.
pub(super) const REGISTERS: &str = "whoever signs in there with the password first is asked to \
    register a method, and can: that is a way in for you, and the account for a thief";

fn surfaces<'p>(
    proving: &'p Proving,
    of: impl Fn(&'p AccountProof) -> Option<&'p Proof>,
) -> impl Iterator<Item = (&'p AccountProof, &'p SurfaceProof)> {
    let proofs = proving.accounts.iter().filter_map(move |one| Some((one, of(one)?)));
    proofs.flat_map(|(one, proof)| proof.surfaces.iter().map(move |surface| (one, surface)))
}

fn note<'p>(hits: &mut Vec<(&'p str, Vec<Target>)>, name: &'p str, target: Target) {
    match hits.iter_mut().find(|(have, _)| *have == name) {
        Some((_, targets)) if targets.contains(&target) => {}
        Some((_, targets)) => targets.push(target),
        None => hits.push((name, Vec::from([target]))),
    }
}

/// Accounts with their surfaces; said once where all have the same.
pub(super) fn reach(hits: &[(&str, Vec<Target>)], all: &[Target]) -> String {
    let titles = |targets: &[Target]| -> String {
        if targets == all && all.len() > 1 {
            return "everything declared".into();
        }
        let titles: Vec<&str> = targets.iter().map(|one| one.title()).collect();
        words::listed(&titles)
    };
    let is_same = hits.windows(2).all(|two| match two {
        [(_, one), (_, other)] => one == other,
        _ => true,
    });
    match hits.first() {
        Some((_, targets)) if is_same => {
            let names: Vec<&str> = hits.iter().map(|(name, _)| *name).collect();
            format!("{}: {}", words::listed(&names), titles(targets))
        }
        _ => {
            let each: Vec<String> =
                hits.iter().map(|(name, targets)| format!("{name}: {}", titles(targets))).collect();
            each.join("; ")
        }
    }
}

/// When a report-only policy may be switched on without anybody here doing it.
///
/// Source: <https://learn.microsoft.com/entra/identity/conditional-access/managed-policies>.
pub(super) const MANAGED: &str = "it comes from a template; if it is one of Microsoft's own, \
    Microsoft switches it on by itself, 45 days or more after it came";

/// The credentials of a way in, as the beginning of what it is; empty where any would do.
pub(super) fn with(account: &AccountProof, way: &WayIn) -> String {
    let Ok(credentials) = &account.subject.standing.credentials else { return String::new() };
    let used = way.credentials.iter().filter_map(|place| credentials.get(*place));
    let names: Vec<&str> = used.map(|one| one.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("with {}, ", words::listed(&names)) }
}

/// What still opens for one account.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct StillOpens<'p> {
    pub(super) name: &'p str,
    /// The surfaces, and with what.
    pub(super) what: String,
    /// A sign-in that gets in; `None` where every one does.
    pub(super) sign_in: Option<&'p SignIn>,
}

/// What still opens, account by account; surfaces that open with the same credentials are told
/// together.
pub(super) fn ways_in(proving: &Proving) -> Vec<StillOpens<'_>> {
    let mut ways = Vec::new();
    for account in &proving.accounts {
        let name = account.subject.code_name.as_str();
        if account.proof.verdict() == Verdict::Proved {
            let what = "everything declared, under every condition".into();
            ways.push(StillOpens { name, what, sign_in: None });
            continue;
        }
        let mut alike: Vec<(&WayIn, Vec<Target>)> = Vec::new();
        for surface in &account.proof.surfaces {
            let Some(way) = &surface.way_in else { continue };
            match alike.iter_mut().find(|(one, _)| one.credentials == way.credentials) {
                Some((_, targets)) => targets.push(surface.target),
                None => alike.push((way, Vec::from([surface.target]))),
            }
        }
        ways.extend(alike.into_iter().map(|(way, targets)| {
            let titles: Vec<&str> = targets.iter().map(|target| target.title()).collect();
            let what = format!("{}{}", with(account, way), words::listed(&titles));
            StillOpens { name, what, sign_in: Some(&way.sign_in) }
        }));
    }
    ways
}
