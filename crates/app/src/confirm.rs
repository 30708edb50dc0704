//! Asks Microsoft's own engine (What If) about the witnesses of a proof, and compares.
//!
//! What If says which policies apply to a sign-in, and not whether an account can meet what they
//! demand. So a denial is confirmed when the policy to blame applies there as well; a way in, when
//! exactly those policies apply that apply here. It asks about the tenant as it is: a policy that
//! is only proposed, a switch beside Conditional Access, or a condition that What If has no words
//! for is not asked about, and is reported so.
//!
//! Source: <https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate>.

use std::collections::BTreeMap;
use std::fmt;

use halligan_core::ca::{
    Barrier, Blame, Denial, Doubt, PolicyResult, Proof, Question, SignIn, Truth, WayIn, evaluate,
};
use halligan_core::id::PolicyId;
use halligan_core::register::Target;
use halligan_core::tenant::{Gap, Policy, PolicyState};
use halligan_graph::{Client, EvaluateError};
use halligan_wire::evaluate::{NotAskable, Unsaid, WhatIf, unsaid};

/// Most questions that one confirmation asks: the service answers one in a second, for all
/// applications of a tenant together.
pub const QUESTIONS_MAX: usize = 50;

/// A witness of a proof, and what the service says to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// The surface whose witness it is.
    pub surface: Target,
    /// Which of its witnesses.
    pub witness: Witness,
    /// The sign-in.
    pub sign_in: SignIn,
    /// What came of it.
    pub answer: Confirmation,
}

/// Which witness of a surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// A denial, by its place in the list.
    Denial(usize),
    /// The way in.
    WayIn,
}

/// What the service says to a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// The same.
    Agrees {
        /// How many policies were compared.
        compared: usize,
        /// Policies that could not be, and why.
        apart: Vec<(PolicyId, NotAsked)>,
    },
    /// Something else, of this policy first.
    Differs {
        /// The policy.
        policy: PolicyId,
        /// Whether it applies here.
        ours: bool,
        /// Whether it applies there; `None` where the service does not know it.
        theirs: Option<bool>,
        /// Why it does not apply there, in the service's words; empty where it does.
        reasons: Vec<String>,
    },
    /// Nothing: there was nothing that it could be asked.
    NotAsked(NotAsked),
}

/// Why the service was not asked, or not about a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAsked {
    /// No policy is to blame: What If knows policies only.
    Barrier(Barrier),
    /// What is to blame was not read.
    Unread(Gap),
    /// It has no words for what the sign-in is for.
    NotAskable(NotAskable),
    /// It cannot be told this about the sign-in, and the policy asks for it.
    Unsaid(Unsaid),
    /// The policy is not saved in the tenant in this form.
    NotSaved,
    /// The policy is off: What If judges those that are on or in report-only.
    Off,
    /// v1.0 hides the policy.
    Hidden,
    /// Whether the policy applies cannot be told here.
    Unsure(Doubt),
    /// [`QUESTIONS_MAX`] were asked.
    Limit,
    /// The service does not answer, for want of a permission or for another reason.
    Failed(EvaluateError),
}

impl NotAsked {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Failed(error) => error.hint(),
            _ => None,
        }
    }
}

impl fmt::Display for NotAsked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Barrier(barrier) => write!(f, "What If knows policies only, and not {barrier}"),
            Self::Unread(gap) => write!(f, "{gap}"),
            Self::NotAskable(why) => write!(f, "{why}"),
            Self::Unsaid(what) => write!(f, "What If cannot be told {what}"),
            Self::NotSaved => f.write_str("the tenant has no such policy saved"),
            Self::Off => f.write_str("the policy is off, and What If leaves those out"),
            Self::Hidden => f.write_str("v1.0 hides the policy, which uses a preview feature"),
            Self::Unsure(doubt) => write!(f, "whether it applies cannot be told: {doubt}"),
            Self::Limit => write!(f, "more than QUESTIONS_MAX ({QUESTIONS_MAX}) questions"),
            Self::Failed(error) => write!(f, "{error}"),
        }
    }
}

/// Asks about every denial and every way in of a proof, in their order. `question` is the one that
/// was proved. A sign-in that is a witness twice is asked about once; after a refusal that would
/// meet every question, no further one is sent.
pub async fn confirm(client: &Client, question: Question<'_>, proof: &Proof) -> Vec<Confirmed> {
    let mut asker = Asker::new(client, question);
    let mut confirmed = Vec::new();
    for surface in &proof.surfaces {
        let mut add = |witness, sign_in: &SignIn, answer| {
            let (surface, sign_in) = (surface.target, sign_in.clone());
            confirmed.push(Confirmed { surface, witness, sign_in, answer });
        };
        for (place, denial) in surface.denials.iter().enumerate() {
            add(Witness::Denial(place), &denial.sign_in, asker.denial(denial).await);
        }
        if let Some(way_in) = &surface.way_in {
            add(Witness::WayIn, &way_in.sign_in, asker.way_in(way_in).await);
        }
    }
    confirmed
}

/// Asks and compares, one witness at a time, within [`QUESTIONS_MAX`].
#[derive(Debug)]
pub struct Asker<'a> {
    client: &'a Client,
    question: Question<'a>,
    answers: BTreeMap<SignIn, Result<Vec<WhatIf>, NotAsked>>,
    /// Why no further question is sent.
    ended: Option<NotAsked>,
    asked: usize,
}

/// One policy, here and there.
enum Compared {
    Same,
    Other(Confirmation),
    Apart(NotAsked),
}

impl<'a> Asker<'a> {
    /// For a question about one account; nothing is sent yet.
    pub fn new(client: &'a Client, question: Question<'a>) -> Self {
        Self { client, question, answers: BTreeMap::new(), ended: None, asked: 0 }
    }

    /// How many questions were sent.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// Whether the policy to blame for a denial applies there as well.
    pub async fn denial(&mut self, denial: &Denial) -> Confirmation {
        let place = match &denial.blame {
            Blame::Policy(place) | Blame::Position(place) => *place,
            Blame::Barrier(barrier) => return Confirmation::NotAsked(NotAsked::Barrier(*barrier)),
            Blame::Unread(gap) => {
                return Confirmation::NotAsked(NotAsked::Unread(gap.as_ref().clone()));
            }
        };
        let Some(policy) = self.question.policies.get(place) else {
            return Confirmation::NotAsked(NotAsked::NotSaved);
        };
        // What could not be compared need not be asked.
        if let Some(why) = self.apart(policy, &denial.sign_in) {
            return Confirmation::NotAsked(why);
        }
        if policy.state == PolicyState::Disabled {
            return Confirmation::NotAsked(NotAsked::Off);
        }
        let results = self.ours(&denial.sign_in);
        let answers = match self.ask(&denial.sign_in).await {
            Ok(answers) => answers,
            Err(why) => return Confirmation::NotAsked(why),
        };
        match self.compare(policy, results.get(place), &answers, &denial.sign_in) {
            Compared::Same => Confirmation::Agrees { compared: 1, apart: Vec::new() },
            Compared::Other(differs) => differs,
            Compared::Apart(why) => Confirmation::NotAsked(why),
        }
    }

    /// Whether exactly those policies apply there that apply here.
    pub async fn way_in(&mut self, way_in: &WayIn) -> Confirmation {
        let sign_in = &way_in.sign_in;
        let answers = match self.ask(sign_in).await {
            Ok(answers) => answers,
            Err(why) => return Confirmation::NotAsked(why),
        };
        let results = self.ours(sign_in);
        let (mut compared, mut apart) = (0, Vec::new());
        for (place, policy) in self.question.policies.iter().enumerate() {
            match self.compare(policy, results.get(place), &answers, sign_in) {
                Compared::Same => compared += 1,
                Compared::Other(differs) => return differs,
                Compared::Apart(why) => apart.push((policy.id.clone(), why)),
            }
        }
        match answers.iter().find(|one| one.applies && !self.knows(&one.policy)) {
            Some(one) => Confirmation::Differs {
                policy: one.policy.clone(),
                ours: false,
                theirs: Some(true),
                reasons: Vec::new(),
            },
            None => Confirmation::Agrees { compared, apart },
        }
    }

    /// What the reference evaluator says of each policy.
    fn ours(&self, sign_in: &SignIn) -> Vec<PolicyResult> {
        let Question { snapshot, policies, standing, .. } = self.question;
        evaluate(snapshot, policies, standing, sign_in)
    }

    fn compare(
        &self,
        policy: &Policy,
        ours: Option<&PolicyResult>,
        answers: &[WhatIf],
        sign_in: &SignIn,
    ) -> Compared {
        if let Some(why) = self.apart(policy, sign_in) {
            return Compared::Apart(why);
        }
        let applies = ours.map_or(Truth::No, PolicyResult::applies);
        let ours = match (&policy.state, applies) {
            (PolicyState::Disabled, _) | (_, Truth::No) => false,
            (PolicyState::Enabled | PolicyState::ReportOnly, Truth::Yes) => true,
            (_, Truth::Unknown(doubt)) => return Compared::Apart(NotAsked::Unsure(doubt)),
            (PolicyState::Other(text), Truth::Yes) => {
                let what = format!("this version does not know the policy state `{text}`");
                return Compared::Apart(NotAsked::Unsure(Doubt::Unclear(what)));
            }
        };
        let theirs = answers.iter().find(|one| one.policy == policy.id);
        if theirs.is_none() && self.is_hidden(policy) {
            return Compared::Apart(NotAsked::Hidden);
        }
        if theirs.is_some_and(|one| one.applies == ours) {
            return Compared::Same;
        }
        Compared::Other(Confirmation::Differs {
            policy: policy.id.clone(),
            ours,
            theirs: theirs.map(|one| one.applies),
            reasons: theirs.map(|one| one.reasons.clone()).unwrap_or_default(),
        })
    }

    /// Why an answer about the policy could not be compared with ours.
    fn apart(&self, policy: &Policy, sign_in: &SignIn) -> Option<NotAsked> {
        let saved = self.question.snapshot.policies.value();
        if !saved.is_ok_and(|saved| saved.contains(policy)) {
            return Some(NotAsked::NotSaved);
        }
        let asks_for = |what: &Unsaid| match what {
            Unsaid::UnknownPlatform => policy.conditions.platforms.is_some(),
            Unsaid::Position
            | Unsaid::MfaTrusted
            | Unsaid::CompliantNetwork
            | Unsaid::NoCountry => policy.conditions.locations.is_some(),
        };
        unsaid(sign_in).into_iter().find(asks_for).map(NotAsked::Unsaid)
    }

    /// Whether the policy is one of those that are proved or that were read.
    fn knows(&self, id: &PolicyId) -> bool {
        let saved = self.question.snapshot.policies.value().into_iter().flatten();
        saved.chain(self.question.policies).any(|policy| policy.id == *id)
    }

    /// Whether v1.0, which answers, is known not to show the policy.
    fn is_hidden(&self, policy: &Policy) -> bool {
        let shown = self.question.snapshot.policy_ids_v1.value();
        shown.is_ok_and(|shown| !shown.contains(&policy.id))
    }

    /// The answers about a sign-in, from the service or from memory.
    async fn ask(&mut self, sign_in: &SignIn) -> Result<Vec<WhatIf>, NotAsked> {
        if let Some(known) = self.answers.get(sign_in) {
            return known.clone();
        }
        if let Some(why) = &self.ended {
            return Err(why.clone());
        }
        if self.asked >= QUESTIONS_MAX {
            return Err(NotAsked::Limit);
        }
        let answer = self.client.evaluate(self.question.standing.id, sign_in).await;
        self.asked += 1;
        let answer = answer.map_err(|error| match error {
            EvaluateError::NotAskable(why) => NotAsked::NotAskable(why),
            error => NotAsked::Failed(error),
        });
        if let Err(why @ NotAsked::Failed(error)) = &answer
            && error.is_for_all()
        {
            self.ended = Some(why.clone());
        }
        self.answers.insert(sign_in.clone(), answer.clone());
        answer
    }
}
