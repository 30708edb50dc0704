//! A proof as one JSON object: `halligan.proof`, version 1.
//!
//! Members are only ever added within a version. Absent values are `null`, lists are never absent.
//! A witness is the body of a request to `POST /identity/conditionalAccess/evaluate`.

use halligan_app::prove::request::request;
use halligan_app::prove::{AccountProof, Proving};
use halligan_core::ca::{Blame, Doubt, Proof, SurfaceProof};
use halligan_core::id::UserId;
use halligan_core::tenant::Policy;
use serde_json::{Map, Value, json};

use super::{Options, ahead, confirmed, story, words};
use crate::view::json::gap;

pub(super) fn render(proving: &Proving, options: Options) -> String {
    let mut whole = Map::new();
    let mut set = |name: &str, value: Value| whole.insert(name.into(), value);
    set("format", "halligan.proof".into());
    set("version", 1.into());
    set("halligan", env!("CARGO_PKG_VERSION").into());
    set("verdict", proving.verdict().name().into());
    match proving.accounts.first().filter(|_| options.is_supposed) {
        Some(one) => {
            set("surfaces", surfaces(one.subject.id, &one.proof, proving));
            set("policies", policies(one.subject.id, &one.proof, &proving.policies));
        }
        None => {
            let accounts = proving.accounts.iter().map(|one| account(one, proving));
            set("accounts", accounts.collect());
        }
    }
    let weaknesses = proving.weaknesses.iter();
    let weaknesses = weaknesses.map(|one| json!({ "target": one.target.name(), "cuts": one.cuts }));
    set("weaknesses", weaknesses.collect());
    let mending = ahead::mending(proving).into_iter();
    let mending = mending.map(|(name, changes)| json!({ "account": name, "changes": changes }));
    set("mending", mending.collect());
    set("confirmed", confirmed::json(proving));
    set("report_only", report_only(proving));
    set("assumptions", assumptions(proving));
    set("facts", facts(proving));
    set("seconds", proving.seconds.into());
    format!("{:#}\n", Value::Object(whole))
}

fn account(one: &AccountProof, proving: &Proving) -> Value {
    let id = one.subject.id;
    json!({
        "id": id.to_string(),
        "code_name": one.subject.code_name,
        "verdict": one.proof.verdict().name(),
        "surfaces": surfaces(id, &one.proof, proving),
        "policies": policies(id, &one.proof, &proving.policies),
    })
}

fn surfaces(id: UserId, proof: &Proof, proving: &Proving) -> Value {
    proof.surfaces.iter().map(|one| surface(id, one, &proving.policies)).collect()
}

pub(super) fn surface(id: UserId, one: &SurfaceProof, policies: &[Policy]) -> Value {
    let denials = one.denials.iter().map(|denial| {
        json!({
            "by": blame(&denial.blame, policies),
            "reason": denial.why,
            "sign_in": denial.sign_in.to_string(),
            "witness": request(id, &denial.sign_in),
        })
    });
    let way_in = one.way_in.as_ref().map(
        |way| json!({ "sign_in": way.sign_in.to_string(), "witness": request(id, &way.sign_in) }),
    );
    let undecided = one.doubts.iter().map(|(by, doubt)| self::doubt(by, doubt, policies));
    json!({
        "target": one.target.name(),
        "title": one.target.title(),
        "verdict": one.verdict.name(),
        "denials": denials.collect::<Vec<_>>(),
        "way_in": way_in,
        "core": one.core.iter().map(|by| blame(by, policies)).collect::<Vec<_>>(),
        "undecided": undecided.collect::<Vec<_>>(),
        "registers": one.registers,
    })
}

pub(super) fn blame(blame: &Blame, policies: &[Policy]) -> Value {
    let kind = match blame {
        Blame::Policy(_) => "policy",
        Blame::Position(_) => "position",
        Blame::Barrier(_) => "barrier",
        Blame::Unread(_) => "unread",
    };
    let policy = blame.policy().and_then(|place| policies.get(place));
    json!({
        "kind": kind,
        "id": policy.map(|one| one.id.as_str()),
        "name": policy.map(|one| one.display_name.as_str()),
        "text": words::blame(blame, policies),
    })
}

pub(super) fn doubt(by: &Blame, doubt: &Doubt, policies: &[Policy]) -> Value {
    json!({
        "by": blame(by, policies),
        "reason": doubt.to_string(),
        "gap": match doubt {
            Doubt::Gap(missing) => gap(missing),
            Doubt::Unclear(_) => Value::Null,
        },
        "decided_by": words::decides(doubt),
    })
}

fn policies(id: UserId, proof: &Proof, policies: &[Policy]) -> Value {
    let answers = proof.policies.iter().filter_map(|answer| {
        let policy = policies.get(answer.policy)?;
        let witness = answer.verdict.witness().map(|sign_in| request(id, sign_in));
        Some(json!({
            "id": policy.id.as_str(),
            "name": policy.display_name,
            "state": policy.state.to_string(),
            "verdict": words::policy_verdict(&answer.verdict),
            "reason": words::policy_reason(&answer.verdict),
            "witness": witness,
        }))
    });
    answers.collect()
}

fn report_only(proving: &Proving) -> Value {
    let Some(verdict) = proving.report_only() else { return Value::Null };
    let accounts = proving.accounts.iter().filter_map(|one| {
        let proof = one.report_only.as_ref()?;
        Some(json!({
            "id": one.subject.id.to_string(),
            "code_name": one.subject.code_name,
            "verdict": proof.verdict().name(),
            "surfaces": surfaces(one.subject.id, proof, proving),
        }))
    });
    let harmful = story::would_harm(proving).into_iter().filter_map(|one| {
        let policy = proving.policies.get(one.blame.policy()?)?;
        Some(json!({
            "id": policy.id.as_str(),
            "name": policy.display_name,
            "reason": one.why,
            "from_template": story::may_be_managed(policy),
        }))
    });
    json!({
        "verdict": verdict.name(),
        "accounts": accounts.collect::<Vec<_>>(),
        "policies": harmful.collect::<Vec<_>>(),
    })
}

pub(super) fn assumptions(proving: &Proving) -> Value {
    proving.assumptions.iter().map(|one| json!({ "id": one.id, "says": one.says })).collect()
}

pub(super) fn facts(proving: &Proving) -> Value {
    let facts = proving.facts.iter().map(|fact| {
        json!({
            "id": fact.id,
            "says": fact.says,
            "since": fact.since,
            "source": fact.source,
            "checked": fact.checked,
        })
    });
    facts.collect()
}
