//! Proofs confirmed by the service's own engine: the twin's, over HTTP.
//!
//! The twin decides by the same evaluator, so that these tests are about asking and comparing: a
//! twin that changed after it was read disagrees.

use std::time::Duration;

use halligan_app::confirm::{Confirmation, Confirmed, NotAsked, QUESTIONS_MAX, Witness, confirm};
use halligan_app::simulated::Simulated;
use halligan_core::ca::{Blame, Enforcing, Proof, Question, SignIn, Standing, Verdict, prove};
use halligan_core::id::{AppId, PolicyId};
use halligan_core::register::Environment;
use halligan_core::tenant::{Policy, Snapshot};
use halligan_graph::{Client, EvaluateError};
use halligan_twin::{Directory, story as names};
use halligan_wire::evaluate::Unsaid;
use serde_json::json;

use crate::{read, story, twin_with};

const FORGOTTEN: &str = names::FORGOTTEN_POLICY;

/// A tenant that was read, and the account to prove something about.
struct Desk {
    tenant: Simulated,
    snapshot: Snapshot,
    standing: Standing,
    environment: Environment,
}

impl Desk {
    async fn of(tenant: Simulated) -> Self {
        let snapshot = read(&tenant).await.unwrap();
        let register = tenant.register();
        let standing = Standing::of(names::ACCOUNT_BRAVO, register, &snapshot, snapshot.taken);
        let environment = register.environment.clone();
        Self { tenant, snapshot, standing, environment }
    }

    async fn story() -> Self {
        Self::of(story(|_| {}).await).await
    }

    fn client(&self) -> Client {
        let mut options = self.tenant.client_options().unwrap();
        options.pace.conditional_access_gap = Duration::ZERO;
        options.pace.back_off_first = Duration::from_millis(5);
        Client::new(options).unwrap()
    }

    fn saved(&self) -> &[Policy] {
        self.snapshot.policies.value().unwrap()
    }

    fn question<'a>(&'a self, policies: &'a [Policy]) -> Question<'a> {
        Question {
            snapshot: &self.snapshot,
            policies,
            standing: &self.standing,
            environment: &self.environment,
            now: self.snapshot.taken,
            enforcing: Enforcing::AsIs,
        }
    }

    fn proof(&self) -> Proof {
        prove(self.question(self.saved())).unwrap()
    }

    async fn confirm(&self, proof: &Proof) -> Vec<Confirmed> {
        confirm(&self.client(), self.question(self.saved()), proof).await
    }

    /// How many questions the twin got.
    fn asked(&self) -> usize {
        let exchanges = self.tenant.running().exchanges();
        exchanges.iter().filter(|one| one.path.ends_with("/evaluate")).count()
    }
}

/// Answers to denials by this policy.
fn denials<'a>(
    proof: &Proof,
    confirmed: &'a [Confirmed],
    policies: &[Policy],
    id: &str,
) -> Vec<&'a Confirmation> {
    let is_by = |one: &&Confirmed| {
        let Witness::Denial(place) = one.witness else { return false };
        let surface = proof.surfaces.iter().find(|surface| surface.target == one.surface).unwrap();
        let policy = surface.denials[place].blame.policy();
        policy.is_some_and(|policy| policies[policy].id == PolicyId::from(id))
    };
    confirmed.iter().filter(is_by).map(|one| &one.answer).collect()
}

fn change(desk: &Desk, id: &str, change: impl Fn(&mut halligan_twin::Object)) {
    desk.tenant.running().change(|directory: &mut Directory| {
        let found = directory.policies.iter_mut().find(|policy| policy["id"] == id);
        change(found.unwrap());
    });
}

#[tokio::test]
async fn the_service_agrees_with_every_witness_that_it_can_be_asked_about() {
    let desk = Desk::of(twin_with(|options| options.record = true).await).await;
    let proof = desk.proof();
    assert_eq!(proof.verdict(), Verdict::Harmed);
    let confirmed = desk.confirm(&proof).await;
    let witnesses: usize = proof
        .surfaces
        .iter()
        .map(|surface| surface.denials.len() + usize::from(surface.way_in.is_some()))
        .sum();
    assert_eq!(confirmed.len(), witnesses);
    let forgotten = denials(&proof, &confirmed, desk.saved(), FORGOTTEN);
    assert!(!forgotten.is_empty());
    let agrees = Confirmation::Agrees { compared: 1, apart: Vec::new() };
    assert!(forgotten.iter().all(|answer| **answer == agrees), "{forgotten:?}");
    let ways: Vec<_> = confirmed.iter().filter(|one| one.witness == Witness::WayIn).collect();
    assert!(!ways.is_empty());
    for way in ways {
        let Confirmation::Agrees { compared, apart } = &way.answer else { panic!("{way:?}") };
        assert_eq!(compared + apart.len(), desk.saved().len());
        assert!(*compared >= desk.saved().len() - 2, "{apart:?}");
    }
    // The same sign-in is asked about once.
    let mut distinct: Vec<&SignIn> = confirmed.iter().map(|one| &one.sign_in).collect();
    distinct.sort();
    distinct.dedup();
    let asked = desk.asked();
    assert!(asked > 0 && asked <= distinct.len() && asked <= QUESTIONS_MAX, "{asked}");
    // What goes over the wire is the account's id and the sign-in, and no credential.
    let exchanges = desk.tenant.running().exchanges();
    let posts = exchanges.iter().filter(|one| one.method != "GET");
    let ends = ["/oauth2/v2.0/token", "/$batch", "/identity/conditionalAccess/evaluate"];
    for one in posts {
        assert!(one.method == "POST" && ends.iter().any(|end| one.path.ends_with(end)), "{one:?}");
    }
    let question = exchanges.iter().find(|one| one.path.ends_with("/evaluate")).unwrap();
    assert!(question.body.contains(&names::ACCOUNT_BRAVO.to_string()));
    assert!(!question.body.contains("onmicrosoft"), "{}", question.body);
}

#[tokio::test]
async fn a_policy_that_was_mended_since_differs_with_the_reason() {
    let desk = Desk::story().await;
    let proof = desk.proof();
    change(&desk, FORGOTTEN, |policy| {
        let group = names::EMERGENCY_GROUP.to_string();
        policy["conditions"]["users"]["excludeGroups"] = json!([group]);
    });
    let confirmed = desk.confirm(&proof).await;
    let differs = Confirmation::Differs {
        policy: PolicyId::from(FORGOTTEN),
        ours: true,
        theirs: Some(false),
        reasons: vec!["users".into()],
    };
    let answers = denials(&proof, &confirmed, desk.saved(), FORGOTTEN);
    assert!(!answers.is_empty() && answers.iter().all(|answer| **answer == differs));
}

#[tokio::test]
async fn a_policy_that_is_gone_differs_as_well() {
    let desk = Desk::story().await;
    let proof = desk.proof();
    desk.tenant.running().change(|directory| {
        directory.policies.retain(|policy| policy["id"] != FORGOTTEN);
    });
    let confirmed = desk.confirm(&proof).await;
    let gone = Confirmation::Differs {
        policy: PolicyId::from(FORGOTTEN),
        ours: true,
        theirs: None,
        reasons: Vec::new(),
    };
    let answers = denials(&proof, &confirmed, desk.saved(), FORGOTTEN);
    assert!(!answers.is_empty() && answers.iter().all(|answer| **answer == gone));
}

#[tokio::test]
async fn a_new_policy_is_told_where_nothing_else_changed() {
    let desk = Desk::story().await;
    let proof = desk.proof();
    let new = "11111111-0000-4000-8000-000000000001";
    desk.tenant.running().change(|directory| {
        let mut policy = directory.policies[0].clone();
        policy.insert("id".into(), new.into());
        policy["conditions"] = json!({
            "users": {"includeUsers": ["All"]},
            "applications": {"includeApplications": ["All"]},
            "clientAppTypes": ["all"],
        });
        directory.policies.push(policy);
    });
    let confirmed = desk.confirm(&proof).await;
    let expected = Confirmation::Differs {
        policy: PolicyId::from(new),
        ours: false,
        theirs: Some(true),
        reasons: Vec::new(),
    };
    let mut ways = confirmed.iter().filter(|one| one.witness == Witness::WayIn).peekable();
    assert!(ways.peek().is_some());
    assert!(ways.all(|way| way.answer == expected), "{confirmed:?}");
}

#[tokio::test]
async fn without_the_permission_one_question_is_enough() {
    let desk = Desk::of(twin_with(|options| options.record = true).await).await;
    let proof = desk.proof();
    desk.tenant.running().change(|directory| {
        let watcher = directory.apps.get_mut(&names::WATCHER.0).unwrap();
        watcher.permissions.remove("Policy.Read.All");
    });
    let confirmed = desk.confirm(&proof).await;
    let refused: Vec<&NotAsked> = confirmed
        .iter()
        .filter_map(|one| match &one.answer {
            Confirmation::NotAsked(why @ NotAsked::Failed(EvaluateError::Permission(_))) => {
                Some(why)
            }
            _ => None,
        })
        .collect();
    assert!(refused.len() > 1, "{confirmed:?}");
    assert_eq!(desk.asked(), 1);
    assert!(refused[0].to_string().contains("`Policy.Read.ConditionalAccess`"), "{}", refused[0]);
    assert!(refused[0].hint().is_some());
    assert!(confirmed.iter().all(|one| matches!(one.answer, Confirmation::NotAsked(_))));
}

#[tokio::test]
async fn what_is_proposed_is_not_asked_about() {
    let desk = Desk::of(twin_with(|options| options.record = true).await).await;
    let mut policies = desk.saved().to_vec();
    let place = policies.iter().position(|one| one.id == PolicyId::from(FORGOTTEN)).unwrap();
    policies[place].display_name.push_str(" (proposed)");
    let question = desk.question(&policies);
    let proof = prove(question).unwrap();
    let confirmed = confirm(&desk.client(), question, &proof).await;
    let answers = denials(&proof, &confirmed, &policies, FORGOTTEN);
    let expected = Confirmation::NotAsked(NotAsked::NotSaved);
    assert!(!answers.is_empty() && answers.iter().all(|answer| **answer == expected));
    let Some(Confirmation::Agrees { apart, .. }) =
        confirmed.iter().find(|one| one.witness == Witness::WayIn).map(|one| &one.answer)
    else {
        panic!("{confirmed:?}");
    };
    assert!(apart.contains(&(PolicyId::from(FORGOTTEN), NotAsked::NotSaved)));
}

#[tokio::test]
async fn what_has_no_words_is_not_asked_and_questions_are_bounded() {
    let desk = Desk::of(twin_with(|options| options.record = true).await).await;
    let proof = desk.proof();
    let denied = |one: &&halligan_core::ca::Denial| one.blame.policy().is_some();
    let surfaces = proof.surfaces.iter().flat_map(|surface| &surface.denials);
    let policy_denial = surfaces.clone().find(denied).unwrap();
    let client = desk.client();
    // A policy that asks for the place, and a sign-in with a position.
    let mut saved = desk.saved().iter();
    let place = saved.position(|one| one.conditions.locations.is_some()).unwrap();
    let mut denial = policy_denial.clone();
    denial.blame = Blame::Policy(place);
    denial.sign_in.network.gps = Some("DE".parse().unwrap());
    let mut asker = halligan_app::confirm::Asker::new(&client, desk.question(desk.saved()));
    let answer = asker.denial(&denial).await;
    assert_eq!(answer, Confirmation::NotAsked(NotAsked::Unsaid(Unsaid::Position)));
    assert_eq!(asker.asked(), 0);
    // More sign-ins than may be asked about.
    let mut way_in = proof.surfaces.iter().find_map(|surface| surface.way_in.clone()).unwrap();
    for number in 0..QUESTIONS_MAX {
        let target = AppId::from_u128(0x7000 + number as u128);
        way_in.sign_in.target = halligan_core::ca::Target::Resource(target);
        let answer = asker.way_in(&way_in).await;
        assert!(matches!(answer, Confirmation::Agrees { .. }), "{answer:?}");
    }
    way_in.sign_in.target = halligan_core::ca::Target::Resource(AppId::from_u128(1));
    let answer = asker.way_in(&way_in).await;
    assert_eq!(answer, Confirmation::NotAsked(NotAsked::Limit));
    assert_eq!((asker.asked(), desk.asked()), (QUESTIONS_MAX, QUESTIONS_MAX));
    assert!(NotAsked::Limit.to_string().contains("QUESTIONS_MAX (50)"));
    // One that was asked about is remembered all the same.
    way_in.sign_in.target = halligan_core::ca::Target::Resource(AppId::from_u128(0x7000));
    assert!(matches!(asker.way_in(&way_in).await, Confirmation::Agrees { .. }));
}
