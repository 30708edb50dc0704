//! What things, remarks and sets mean in words.

use halligan_core::access::{Names, Remark, Scope, Sets, Thing};

use super::told::Told;

pub(super) use crate::view::proof::words::listed;

/// Sizes of sets that are counted one by one before the rest is taken together.
const SIZES_SHOWN_MAX: usize = 4;

/// Whom the question is about, after "locks": `the owners out of Azure portal`.
pub(super) fn whom_out(scope: Scope, names: &Names) -> String {
    match scope {
        Scope::Tenant => "the owners out".into(),
        Scope::Surface(target) => format!("the owners out of {}", target.title()),
        Scope::Account(account) => format!("{} out", names.account(account)),
        Scope::At(account, target) => {
            format!("{} out of {}", names.account(account), target.title())
        }
    }
}

/// Whom the question is about, with the verb: `the owners get`, `alpha gets`.
pub(super) fn whom_get(scope: Scope, names: &Names, is_so: bool) -> String {
    let verb = |one: &str, not: &str| if is_so { one.to_owned() } else { format!("{not} get") };
    let (whom, verb, target) = match scope {
        Scope::Tenant => ("the owners".into(), verb("get", "do not"), None),
        Scope::Surface(target) => ("the owners".into(), verb("get", "do not"), Some(target)),
        Scope::Account(account) => (names.account(account), verb("gets", "does not"), None),
        Scope::At(account, target) => {
            (names.account(account), verb("gets", "does not"), Some(target))
        }
    };
    match target {
        None => format!("{whom} {verb} in"),
        Some(target) => format!("{whom} {verb} into {}", target.title()),
    }
}

/// Whether they get in, with the surfaces where they get into some: `the owners get into Microsoft
/// Graph PowerShell alone`.
pub(super) fn gets(told: &Told<'_>) -> String {
    let names = &told.access.names;
    let reached = told.reached();
    if told.answer.gets_in || reached.is_empty() {
        return whom_get(told.scope, names, told.answer.gets_in);
    }
    let reached: Vec<String> = reached.iter().map(|one| one.title().to_owned()).collect();
    let (whom, verb) = match told.scope {
        Scope::Tenant | Scope::Surface(_) => ("the owners".into(), "get"),
        Scope::Account(account) | Scope::At(account, _) => (names.account(account), "gets"),
    };
    format!("{whom} {verb} into {} alone", listed(&reached))
}

/// Whom the question is about, with "hang on".
pub(super) fn whom_hang(scope: Scope, names: &Names) -> String {
    match scope {
        Scope::Tenant => "the owners hang on".into(),
        Scope::Surface(target) => format!("for {}, the owners hang on", target.title()),
        Scope::Account(account) => format!("{} hangs on", names.account(account)),
        Scope::At(account, target) => {
            format!("for {}, {} hangs on", target.title(), names.account(account))
        }
    }
}

/// With a capital letter.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// What a thing is called where it is lost with others: `north safe and Ada`.
pub(super) fn things(things: &[Thing], names: &Names) -> String {
    listed(&things.iter().map(|one| names.thing(one)).collect::<Vec<_>>())
}

/// That a thing is there or works, as a sentence without a full stop.
pub(super) fn stands(thing: &Thing, names: &Names) -> String {
    let name = names.thing(thing);
    match thing {
        Thing::Entra | Thing::Service(_) | Thing::Federation | Thing::Mail(_) => {
            format!("{name} is up")
        }
        Thing::PhoneNetwork | Thing::Channel(_) => format!("{name} is up"),
        Thing::Tenant => format!("{name} exists"),
        Thing::Account(_) => format!("{name} exists and is enabled"),
        Thing::Group(_) => format!("{name} exists, with its members"),
        Thing::Place(_) | Thing::Site(_) | Thing::TrustedNetwork => {
            format!("{name} can be reached")
        }
        Thing::Item(_) | Thing::Credential(..) => format!("{name} is neither lost nor broken"),
        Thing::Person(_) => format!("{name} can come"),
        Thing::Workstation(_) => format!("{name} works"),
        _ => name,
    }
}

/// How many sets there are, and of which sizes: `12 of them: 3 of one, 9 of two`.
pub(super) fn counted<L>(sets: &Sets<L>, what: &str) -> String {
    let bound = match &sets.bounded {
        Some(limit) => format!("; bounded: {limit}, all of up to {} are listed", sets.listed_to),
        None => String::new(),
    };
    let Some(count) = sets.count else { return format!("{what}: not all are counted{bound}") };
    let shown = sets.sizes.iter().take(SIZES_SHOWN_MAX);
    let mut sizes: Vec<String> =
        shown.map(|(size, count)| format!("{count} of {}", number(*size))).collect();
    let rest: u128 = sets.sizes.iter().skip(SIZES_SHOWN_MAX).map(|(_, count)| count).sum();
    if rest > 0 {
        sizes.push(format!("{rest} of more"));
    }
    match sizes.as_slice() {
        [one] if one == "1 of nothing" => format!("{what}: none is needed, it is so already"),
        [] => format!("{what}: {count}{bound}"),
        sizes => format!("{what}: {count} ({}){bound}", sizes.join(", ")),
    }
}

fn number(size: usize) -> String {
    match size {
        0 => "nothing".into(),
        1 => "one".into(),
        2 => "two".into(),
        3 => "three".into(),
        4 => "four".into(),
        5 => "five".into(),
        more => more.to_string(),
    }
}

/// The word of a remark in output for programs.
pub(super) const fn remark_word(remark: &Remark) -> &'static str {
    match remark {
        Remark::NoLedger => "no_ledger",
        Remark::NotInLedger(..) => "not_in_ledger",
        Remark::NotRegistered(..) => "not_registered",
        Remark::NoPin(_) => "no_pin",
        Remark::OutOfDate(_) => "out_of_date",
        Remark::Undeclared(_) => "undeclared",
        Remark::Left(_) => "left",
        Remark::UndeclaredPlace(_) => "undeclared_place",
        Remark::NeverOpens(_) => "never_opens",
        Remark::Circle(_) => "circle",
        Remark::TooDeep(_) => "too_deep",
        Remark::Unclear(..) => "unclear",
        Remark::ByModel(_) => "by_model",
        Remark::NoReach(_) => "no_reach",
        Remark::ReachedInside(_) => "reached_inside",
        Remark::OneMaker(_) => "one_maker",
        Remark::NoRole(_) => "no_role",
        Remark::ManyGroups(_) => "many_groups",
        Remark::Unproved(..) => "unproved",
    }
}

/// A remark as a sentence, and the next thing to do.
pub(super) fn remark(remark: &Remark, names: &Names) -> (String, &'static str) {
    let next = match remark {
        Remark::NoLedger => {
            "write it down with `halligan custody issue`, key by key and envelope by envelope"
        }
        Remark::NotInLedger(..) => {
            "issue it with `halligan custody issue`, or take it off the account"
        }
        Remark::NotRegistered(..) => "register it, or have it destroyed in the ledger",
        Remark::NoPin(_) => "set a new PIN, seal it apart from the key, and issue the envelope",
        Remark::OutOfDate(_) => "destroy it, and issue one with what is in force",
        Remark::Undeclared(_) => "declare them in `[[custody.people]]`, or have it handed over",
        Remark::Left(_) => "take back what they hold, and change what they know",
        Remark::UndeclaredPlace(_) => "declare it in `[[custody.places]]`, or move what lies there",
        Remark::NeverOpens(_) => "add people to its `opened_by`, or lower its `needs`",
        Remark::Circle(_) => "keep one of the combinations elsewhere",
        Remark::TooDeep(_) => "keep its combination nearer",
        Remark::Unclear(..) | Remark::ByModel(_) => {
            "name each passkey after the serial number of its key"
        }
        Remark::NoReach(_) => "say how in `reach`: who is reached in two ways hangs on neither",
        Remark::ReachedInside(_) => "add a way to `reach` that works while the tenant is locked",
        Remark::OneMaker(_) => "let the next key be of another maker",
        Remark::NoRole(_) => "assign it for good: who gets in without the role repairs nothing",
        Remark::ManyGroups(_) => "let one group carry the role and the exclusions",
        Remark::Unproved(..) => "`halligan prove` says what would decide it",
    };
    (remark.said(names), next)
}
