//! What Microsoft's own engine said to the sign-ins that a proof shows, in words.

use halligan_app::confirm::{Confirmation, Confirmed};
use halligan_app::prove::Proving;
use halligan_core::tenant::Policy;
use serde_json::{Value, json};

/// What it said to the witnesses of one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) account: String,
    /// How many witnesses it agrees on.
    pub(super) agrees: usize,
    /// Each witness on which it does not, in one line.
    pub(super) differs: Vec<String>,
    /// Why it was not asked, each reason once, with how many witnesses it concerns.
    pub(super) not_asked: Vec<(String, usize)>,
    /// The next thing to do, where it could not be asked at all.
    pub(super) hint: Option<&'static str>,
}

/// What it said, account by account; empty where it was not asked.
pub(super) fn told(proving: &Proving) -> Vec<Told> {
    let all = proving.confirmations.iter().flatten();
    all.map(|(name, confirmed)| of(name, confirmed, &proving.policies)).collect()
}

fn of(name: &str, confirmed: &[Confirmed], policies: &[Policy]) -> Told {
    let mut told = Told { account: name.to_owned(), ..Told::default() };
    for one in confirmed {
        match &one.answer {
            Confirmation::Agrees { .. } => told.agrees += 1,
            Confirmation::Differs { policy, ours, theirs, reasons } => {
                let name = policies.iter().find(|known| known.id == *policy);
                let name = name.map_or(policy.as_str(), |known| known.display_name.as_str());
                let ours = applies(Some(*ours));
                let theirs = applies(*theirs);
                let because = match reasons.is_empty() {
                    true => String::new(),
                    false => format!(" ({})", reasons.join(", ")),
                };
                told.differs.push(format!(
                    "{}: policy `{name}` {ours} here and {theirs} there{because}: {}",
                    one.surface.title(),
                    one.sign_in
                ));
            }
            Confirmation::NotAsked(why) => {
                told.hint = told.hint.or(why.hint());
                let why = why.to_string();
                match told.not_asked.iter_mut().find(|(known, _)| *known == why) {
                    Some((_, count)) => *count += 1,
                    None => told.not_asked.push((why, 1)),
                }
            }
        }
    }
    told
}

const fn applies(applies: Option<bool>) -> &'static str {
    match applies {
        Some(true) => "applies",
        Some(false) => "does not apply",
        None => "is not known",
    }
}

/// The same for programs; `null` where it was not asked.
pub(super) fn json(proving: &Proving) -> Value {
    if proving.confirmations.is_none() {
        return Value::Null;
    }
    told(proving)
        .into_iter()
        .map(|one| {
            let not_asked = one.not_asked.iter();
            let not_asked = not_asked.map(|(why, count)| json!({ "why": why, "witnesses": count }));
            json!({
                "account": one.account,
                "agrees": one.agrees,
                "differs": one.differs,
                "not_asked": not_asked.collect::<Vec<_>>(),
            })
        })
        .collect()
}
