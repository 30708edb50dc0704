//! The proof as a job: which accounts, in which environment, against which policies.
//!
//! Every proof is held against its certificate before anybody sees it. [`suppose`] gives accounts
//! that no register declares, [`change`] the same question before and after a change of policies,
//! and [`request`] a witness as Microsoft's own engine is asked about it.

pub mod ask;
pub mod change;
pub mod find;
pub mod request;
pub mod suppose;
pub mod weak;

use std::time::Instant;

use halligan_core::ca::{
    Assumption, Change, Enforcing, Fact, Grounds, Proof, Question, Refuted, Standing, Truth,
    Unprovable, Verdict, assumptions, prove,
};
use halligan_core::id::{GroupId, TenantId, UserId};
use halligan_core::register::{Environment, Register, WorkstationKind};
use halligan_core::tenant::{Policy, PolicyState, Snapshot, Source};
use halligan_core::time::Timestamp;
use halligan_graph::Client;
use thiserror::Error;
use weak::Weakness;

use crate::confirm::{Confirmation, Confirmed, confirm};

/// An account to prove something about.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// Its object id.
    pub id: UserId,
    /// What the register calls it; what a supposed account is called otherwise.
    pub code_name: String,
    /// What it is, is in, and holds.
    pub standing: Standing,
}

/// What was proved about one account.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountProof {
    /// The account.
    pub subject: Subject,
    /// With the policies as they are.
    pub proof: Proof,
    /// With every report-only policy enforced as well; `None` where there is none.
    pub report_only: Option<Proof>,
    /// The smallest change that mends what is wrong, found by proving again; `None` where nothing
    /// is, nothing that is known here mends it, or nobody looked ([`Proving::look_ahead`]).
    pub mending: Option<Vec<Change>>,
}

/// What was proved, and on what it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Proving {
    /// The tenant, where it is known.
    pub tenant: Option<TenantId>,
    /// Its name, where it is known.
    pub tenant_name: Option<String>,
    /// Where it was read.
    pub source: Source,
    /// When reading it ended.
    pub taken: Timestamp,
    /// For which time it was judged.
    pub judged: Timestamp,
    /// The policies, to which places in proofs refer.
    pub policies: Vec<Policy>,
    /// The environment.
    pub environment: Environment,
    /// One answer per account, in the order of their declaration.
    pub accounts: Vec<AccountProof>,
    /// What takes the last way in of all accounts together, by surface; empty where nobody looked.
    pub weaknesses: Vec<Weakness>,
    /// What Microsoft's own engine said to the witnesses of each account, by code name; `None`
    /// where it was not asked.
    pub confirmations: Option<Vec<(String, Vec<Confirmed>)>>,
    /// Dated facts that the proofs rest on.
    pub facts: Vec<&'static Fact>,
    /// What they take for granted.
    pub assumptions: Vec<&'static Assumption>,
    /// How long the proofs took, in seconds; reading and parsing are not counted.
    pub seconds: f64,
}

/// Why nothing could be proved.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ProveError {
    /// There is nobody to prove something about.
    #[error("no emergency access account is declared")]
    NoAccount,
    /// A limit was reached, or the environment holds a value that is none.
    #[error("{0}")]
    Unprovable(Unprovable),
    /// The checker of certificates does not follow the prover.
    #[error("the certificate of the proof does not hold: {0}")]
    Refuted(Refuted),
}

impl ProveError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoAccount => Some(
                "declare the accounts in a register, or suppose one with `--from DIR --member-of \
                 GROUP-ID --method METHOD`"
                    .into(),
            ),
            Self::Unprovable(_) => None,
            Self::Refuted(_) => Some("nothing is claimed; please report it".into()),
        }
    }
}

impl Proving {
    /// What was asked about one of the accounts in the tenant of `snapshot`.
    fn question<'q>(&'q self, snapshot: &'q Snapshot, account: &'q AccountProof) -> Question<'q> {
        Question {
            snapshot,
            policies: &self.policies,
            standing: &account.subject.standing,
            environment: &self.environment,
            now: self.judged,
            enforcing: Enforcing::AsIs,
        }
    }

    /// Finds the smallest changes that mend what is wrong, and the smallest failures that take the
    /// last way in; `group` is the emergency group.
    pub fn look_ahead(
        &mut self,
        snapshot: &Snapshot,
        group: Option<GroupId>,
    ) -> Result<(), ProveError> {
        let begun = Instant::now();
        weak::look_ahead(self, snapshot, group)?;
        self.seconds += begun.elapsed().as_secs_f64();
        Ok(())
    }

    /// The verdict over all accounts: that of the worst.
    pub fn verdict(&self) -> Verdict {
        let each = self.accounts.iter().map(|one| one.proof.verdict());
        each.max().unwrap_or(Verdict::Undecided)
    }

    /// Asks Microsoft's own engine about every sign-in that the proofs show. `snapshot` is the one
    /// that was proved.
    pub async fn confirm(&mut self, client: &Client, snapshot: &Snapshot) {
        let mut all = Vec::new();
        for account in &self.accounts {
            let question = Question {
                snapshot,
                policies: &self.policies,
                standing: &account.subject.standing,
                environment: &self.environment,
                now: self.judged,
                enforcing: Enforcing::AsIs,
            };
            let confirmed = confirm(client, question, &account.proof).await;
            all.push((account.subject.code_name.clone(), confirmed));
        }
        self.confirmations = Some(all);
    }

    /// Whether Microsoft's engine was asked and said something else to a witness.
    pub fn is_contradicted(&self) -> bool {
        let all = self.confirmations.iter().flatten().flat_map(|(_, all)| all);
        all.into_iter().any(|one| matches!(one.answer, Confirmation::Differs { .. }))
    }

    /// The verdict over all accounts with report-only policies enforced; `None` without one.
    pub fn report_only(&self) -> Option<Verdict> {
        self.accounts.iter().filter_map(|one| Some(one.report_only.as_ref()?.verdict())).max()
    }
}

/// The accounts that a register declares, as a snapshot shows them.
pub fn subjects(register: &Register, snapshot: &Snapshot, now: Timestamp) -> Vec<Subject> {
    let declared = register.distinct_accounts().into_iter();
    let subject = |account: &halligan_core::register::DeclaredAccount| Subject {
        id: account.id,
        code_name: account.code_name.clone(),
        standing: Standing::of(account.id, register, snapshot, now),
    };
    declared.map(subject).collect()
}

/// Proves for each of `subjects` whether it gets in.
pub fn prove_accounts(
    snapshot: &Snapshot,
    environment: &Environment,
    subjects: Vec<Subject>,
    now: Timestamp,
) -> Result<Proving, ProveError> {
    if subjects.is_empty() {
        return Err(ProveError::NoAccount);
    }
    let policies = snapshot.policies.value().map_or(&[][..], Vec::as_slice);
    let has_report_only = policies.iter().any(|policy| policy.state == PolicyState::ReportOnly);
    let grounds = Grounds {
        is_from_files: snapshot.source == Source::Files,
        is_supposed: subjects.iter().any(|one| one.standing.is_assumed),
        has_known_device: environment
            .workstations
            .iter()
            .any(|one| one.kind != WorkstationKind::Unmanaged),
        is_federated: subjects.iter().any(|one| one.standing.is_federated == Truth::Yes),
    };
    let begun = Instant::now();
    let mut accounts = Vec::new();
    for subject in subjects {
        let ask = |enforcing| {
            let standing = &subject.standing;
            checked(Question { snapshot, policies, standing, environment, now, enforcing })
        };
        let proof = ask(Enforcing::AsIs)?;
        let report_only = has_report_only.then(|| ask(Enforcing::ReportOnlyToo)).transpose()?;
        accounts.push(AccountProof { proof, report_only, mending: None, subject });
    }
    let seconds = begun.elapsed().as_secs_f64();
    let mut facts: Vec<&'static Fact> = Vec::new();
    for fact in accounts.iter().flat_map(|one| &one.proof.facts) {
        if !facts.contains(fact) {
            facts.push(fact);
        }
    }
    let organization = snapshot.organization.value().ok();
    Ok(Proving {
        tenant: snapshot.tenant_id(),
        tenant_name: organization.map(|one| one.display_name.clone()),
        source: snapshot.source.clone(),
        taken: snapshot.taken,
        judged: now,
        policies: policies.to_vec(),
        environment: environment.clone(),
        accounts,
        weaknesses: Vec::new(),
        confirmations: None,
        facts,
        assumptions: assumptions(grounds).collect(),
        seconds,
    })
}

/// A proof whose certificate the checker has followed.
fn checked(question: Question<'_>) -> Result<Proof, ProveError> {
    let proof = prove(question).map_err(ProveError::Unprovable)?;
    proof.certificate.check(question).map_err(ProveError::Refuted)?;
    Ok(proof)
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::check::Case;
    use halligan_core::check::sample::{ALPHA, BRAVO, password, policy};
    use halligan_core::tenant::GrantControl;

    pub(super) fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn proving(case: &Case) -> Proving {
        let subjects = subjects(&case.register, &case.snapshot, now());
        prove_accounts(&case.snapshot, &case.register.environment, subjects, now()).unwrap()
    }

    #[test]
    fn each_declared_account_is_proved() {
        let proving = proving(&Case::sound());
        assert_eq!(proving.verdict(), Verdict::Proved);
        let ids: Vec<_> = proving.accounts.iter().map(|one| one.subject.id).collect();
        assert_eq!(ids, [ALPHA, BRAVO]);
        assert_eq!(proving.report_only(), None, "no policy is report-only");
        assert!(proving.facts.iter().any(|fact| fact.id == "mandatory-mfa-portals"));
        assert!(proving.assumptions.iter().all(|one| one.id != "supposed-account"));
    }

    #[test]
    fn the_worst_account_decides() {
        let mut case = Case::sound();
        case.methods(BRAVO, vec![password()]);
        let proving = proving(&case);
        let each: Vec<_> = proving.accounts.iter().map(|one| one.proof.verdict()).collect();
        assert_eq!(each, [Verdict::Proved, Verdict::Harmed]);
        assert_eq!(proving.verdict(), Verdict::Harmed);
    }

    #[test]
    fn report_only_policies_are_proved_apart() {
        let mut case = Case::sound();
        let mut block = policy("block", GrantControl::Block);
        block.state = PolicyState::ReportOnly;
        block.conditions.users.iter_mut().for_each(|users| users.exclude_groups.clear());
        case.add_policy(block);
        let proving = proving(&case);
        assert_eq!(proving.verdict(), Verdict::Proved);
        assert_eq!(proving.report_only(), Some(Verdict::LockedOut));
    }

    #[test]
    fn nobody_is_no_proof() {
        let case = Case::sound();
        let environment = Environment::default();
        let refused = prove_accounts(&case.snapshot, &environment, Vec::new(), now()).unwrap_err();
        assert_eq!(refused, ProveError::NoAccount);
        assert!(refused.hint().unwrap().contains("--member-of"));
    }
}
