//! What a check says: statements about subjects, and the outcome that follows from them.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

use crate::id::{GroupId, PolicyId, PrincipalId, UserId};
use crate::register::Register;
use crate::tenant::{Gap, GapReason, PartKind, PartName, Policy, PolicyState};
use crate::time::Timestamp;

/// What a check's judging ends with.
#[derive(Clone, Debug, PartialEq)]
pub enum Judgement {
    /// It does not concern this tenant or register, and why.
    NotApplicable(String),
    /// What was examined. Empty is a gap, not a pass.
    Stated(Vec<Statement>),
}

/// One thing that a check examined, and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it is about.
    pub subject: Subject,
    /// How it stands.
    pub state: State,
    /// One sentence for a person, without a final period.
    pub text: String,
    /// A concrete sign-in or fact that shows it, where there is one.
    pub witness: Option<String>,
    /// Ids beside the subject's that the remedy needs, by the placeholder that they fill.
    pub ids: Vec<(&'static str, String)>,
}

impl Statement {
    /// The subject is as it should be.
    pub fn holds(subject: Subject, text: impl Into<String>) -> Self {
        Self { subject, state: State::Holds, text: text.into(), witness: None, ids: Vec::new() }
    }

    /// The subject is not as it should be.
    pub fn broken(subject: Subject, text: impl Into<String>) -> Self {
        Self { subject, state: State::Broken, text: text.into(), witness: None, ids: Vec::new() }
    }

    /// It cannot be told, because of a gap.
    pub fn unknown(subject: Subject, gap: &Gap) -> Self {
        let state = State::Unknown(gap.clone());
        Self { subject, state, text: gap.to_string(), witness: None, ids: Vec::new() }
    }

    /// Worth knowing, and neither good nor bad; it does not count as examined.
    pub fn note(subject: Subject, text: impl Into<String>) -> Self {
        Self { subject, state: State::Note, text: text.into(), witness: None, ids: Vec::new() }
    }

    /// The same statement as one that `check` makes and that leaves this question open.
    pub(super) fn left_open(self, check: &str) -> Self {
        if self.state != State::Broken {
            return self;
        }
        let (kind, id) = match &self.subject {
            Subject::Account { id, .. } => (PartKind::Account, Some(id.0)),
            Subject::Group(id) => (PartKind::Group, Some(id.0)),
            _ => (PartKind::Organization, None),
        };
        let what = format!("{} ({check})", self.text);
        Self::unknown(self.subject, &Gap::new(kind, id, GapReason::Failed { what }))
    }

    /// The same statement with something concrete that shows it.
    #[must_use]
    pub fn with_witness(mut self, witness: impl Into<String>) -> Self {
        self.witness = Some(witness.into());
        self
    }

    /// The same statement with an id that fills `placeholder` in the remedy, such as `{grant}`.
    #[must_use]
    pub fn with_id(mut self, placeholder: &'static str, id: impl Into<String>) -> Self {
        self.ids.push((placeholder, id.into()));
        self
    }
}

/// How a statement's subject stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should.
    Holds,
    /// Not as it should.
    Broken,
    /// It cannot be told.
    Unknown(Gap),
    /// Worth knowing.
    Note,
}

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The tenant.
    Tenant,
    /// A declared account.
    Account {
        /// Its object id.
        id: UserId,
        /// Its code name.
        code_name: String,
    },
    /// A group.
    Group(GroupId),
    /// A Conditional Access policy.
    Policy {
        /// Its id.
        id: PolicyId,
        /// Its display name.
        name: String,
        /// Whether it is enforced.
        state: PolicyState,
    },
    /// A user, group or application that is none of the declared ones.
    Principal {
        /// Its object id.
        id: PrincipalId,
        /// Its display name; `None` when the caller may not read it.
        name: Option<String>,
    },
    /// Something else that has an id: a partner's tenant, a domain, a setting.
    Object {
        /// What it is, in one or two words for a person: `domain`, `tenant`.
        kind: &'static str,
        /// Its id.
        id: String,
        /// Its display name, where it has one.
        name: Option<String>,
    },
    /// A part of the snapshot.
    Part(PartName),
}

impl Subject {
    /// The subject of a policy.
    pub fn policy(policy: &Policy) -> Self {
        Self::Policy {
            id: policy.id.clone(),
            name: policy.display_name.clone(),
            state: policy.state.clone(),
        }
    }

    /// The id by which an acceptance or another tool names it.
    pub fn key(&self) -> String {
        match self {
            Self::Tenant => "tenant".into(),
            Self::Account { id, .. } => id.to_string(),
            Self::Group(id) => id.to_string(),
            Self::Policy { id, .. } => id.to_string(),
            Self::Principal { id, .. } => id.to_string(),
            Self::Object { id, .. } => id.clone(),
            Self::Part(part) => part.to_string(),
        }
    }

    /// Whether an acceptance's `name` means this subject: its key or its code name.
    pub fn is_named(&self, name: &str) -> bool {
        let code = matches!(self, Self::Account { code_name, .. } if code_name == name);
        code || self.key().eq_ignore_ascii_case(name)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant => f.write_str("tenant"),
            Self::Account { code_name, .. } => write!(f, "account {code_name}"),
            Self::Group(id) => write!(f, "group {id}"),
            Self::Policy { name, state, id } => match state {
                PolicyState::Enabled => write!(f, "policy `{name}` ({id})"),
                PolicyState::ReportOnly => write!(f, "report-only policy `{name}` ({id})"),
                PolicyState::Disabled => write!(f, "disabled policy `{name}` ({id})"),
                PolicyState::Other(state) => {
                    write!(f, "policy `{name}` ({id}) in state `{state}`")
                }
            },
            Self::Principal { id, name: Some(name) } => write!(f, "`{name}` ({id})"),
            Self::Principal { id, name: None } => write!(f, "principal {id}"),
            Self::Object { kind, id, name: Some(name) } => write!(f, "{kind} `{name}` ({id})"),
            Self::Object { kind, id, name: None } => write!(f, "{kind} {id}"),
            Self::Part(part) => part.fmt(f),
        }
    }
}

/// How a check came out.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Something was examined, and all of it is as it should be.
    Pass,
    /// Something is not as it should be.
    Fail,
    /// Nothing is known to be wrong, and something could not be told.
    Gap(Vec<Gap>),
    /// It does not concern this tenant or register.
    NotApplicable(String),
    /// It fails, and somebody accepted that until a day.
    Accepted {
        /// Who, the one whose acceptance ends first.
        by: String,
        /// Why.
        reason: String,
        /// Until when.
        until: Timestamp,
    },
}

impl Outcome {
    /// The outcome's one word, as every format prints it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Gap(_) => "gap",
            Self::NotApplicable(_) => "not applicable",
            Self::Accepted { .. } => "accepted",
        }
    }
}

/// The outcome that follows from a judgement, with the register's acceptances in force at `now`.
pub(super) fn conclude(
    check: &'static str,
    judgement: Judgement,
    register: &Register,
    now: Timestamp,
) -> (Outcome, Vec<Statement>) {
    let statements = match judgement {
        Judgement::NotApplicable(why) => return (Outcome::NotApplicable(why), Vec::new()),
        Judgement::Stated(statements) => statements,
    };
    let outcome = weigh(check, &statements, register, now);
    (outcome, statements)
}

fn weigh(
    check: &'static str,
    statements: &[Statement],
    register: &Register,
    now: Timestamp,
) -> Outcome {
    let broken: Vec<_> = statements.iter().filter(|s| s.state == State::Broken).collect();
    let gaps: Vec<Gap> = statements.iter().filter_map(unknown).cloned().collect();
    if !broken.is_empty() {
        return match accepted(check, &broken, register, now) {
            None => Outcome::Fail,
            // What is known was accepted; nobody can have accepted what is not.
            Some(_) if !gaps.is_empty() && only_licences(&gaps).is_none() => Outcome::Gap(gaps),
            Some(accepted) => accepted,
        };
    }
    if let Some(code) = only_licences(&gaps) {
        return Outcome::NotApplicable(format!("licence: `{code}`"));
    }
    if !gaps.is_empty() || !statements.iter().any(|s| s.state == State::Holds) {
        return Outcome::Gap(gaps);
    }
    Outcome::Pass
}

fn unknown(statement: &Statement) -> Option<&Gap> {
    match &statement.state {
        State::Unknown(gap) => Some(gap),
        _ => None,
    }
}

/// The error code of the first gap, when a missing licence is the reason of all of them.
fn only_licences(gaps: &[Gap]) -> Option<&str> {
    let mut codes = gaps.iter().map(|gap| match &gap.reason {
        GapReason::MissingLicence { code } => Some(code.as_str()),
        _ => None,
    });
    let first = codes.next()??;
    codes.all(|code| code.is_some()).then_some(first)
}

fn accepted(
    check: &str,
    broken: &[&Statement],
    register: &Register,
    now: Timestamp,
) -> Option<Outcome> {
    let mut soonest: Option<&crate::register::Acceptance> = None;
    for statement in broken {
        let acceptance = register.accepted.iter().find(|acceptance| {
            acceptance.check.eq_ignore_ascii_case(check)
                && acceptance.until > now
                && acceptance.subject.as_ref().is_none_or(|name| statement.subject.is_named(name))
        })?;
        if soonest.is_none_or(|other| acceptance.until < other.until) {
            soonest = Some(acceptance);
        }
    }
    soonest.map(|acceptance| Outcome::Accepted {
        by: acceptance.by.clone(),
        reason: acceptance.reason.clone(),
        until: acceptance.until,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{Acceptance, Shape};
    use crate::tenant::PartKind;
    use alloc::vec;

    fn gap(reason: GapReason) -> Statement {
        Statement::unknown(Subject::Tenant, &Gap::new(PartKind::Policies, None, reason))
    }

    fn licence() -> Statement {
        gap(GapReason::MissingLicence { code: "NoP2".into() })
    }

    fn outcome(statements: Vec<Statement>, accepted: &[(&str, Option<&str>, &str)]) -> Outcome {
        let mut register = Register::of(Vec::new(), None, Shape::Exempt);
        for (check, subject, until) in accepted {
            register.accepted.push(Acceptance {
                check: (*check).into(),
                subject: subject.map(Into::into),
                by: "Ada".into(),
                reason: "known".into(),
                until: until.parse().unwrap(),
            });
        }
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        conclude("HG-X-01", Judgement::Stated(statements), &register, now).0
    }

    #[test]
    fn nothing_examined_is_never_a_pass() {
        assert_eq!(outcome(vec![], &[]), Outcome::Gap(vec![]));
        assert_eq!(outcome(vec![Statement::note(Subject::Tenant, "n")], &[]), Outcome::Gap(vec![]));
        assert_eq!(outcome(vec![Statement::holds(Subject::Tenant, "h")], &[]), Outcome::Pass);
    }

    #[test]
    fn broken_beats_unknown_and_unknown_beats_holds() {
        let holds = || Statement::holds(Subject::Tenant, "h");
        let broken = || Statement::broken(Subject::Tenant, "b");
        let unknown = || gap(GapReason::NotInSource);
        assert_eq!(outcome(vec![holds(), unknown(), broken()], &[]), Outcome::Fail);
        assert!(
            matches!(outcome(vec![holds(), unknown()], &[]), Outcome::Gap(gaps) if gaps.len() == 1)
        );
    }

    #[test]
    fn a_licence_that_is_missing_everywhere_is_not_applicable() {
        assert_eq!(outcome(vec![licence()], &[]).word(), "not applicable");
        assert_eq!(outcome(vec![licence(), gap(GapReason::NotInSource)], &[]).word(), "gap");
    }

    #[test]
    fn an_acceptance_covers_what_it_names_until_it_ends() {
        let broken = || vec![Statement::broken(Subject::Tenant, "b")];
        let group = Subject::Group("11111111-1111-1111-1111-111111111111".parse().unwrap());
        let future = "2026-12-01T00:00:00Z";
        assert_eq!(outcome(broken(), &[("hg-x-01", None, future)]).word(), "accepted");
        assert_eq!(outcome(broken(), &[("HG-X-01", Some("tenant"), future)]).word(), "accepted");
        assert_eq!(outcome(broken(), &[("HG-X-02", None, future)]), Outcome::Fail);
        assert_eq!(outcome(broken(), &[("HG-X-01", None, "2026-11-22T12:00:00Z")]), Outcome::Fail);
        let both = vec![Statement::broken(group, "g"), Statement::broken(Subject::Tenant, "b")];
        assert_eq!(outcome(both, &[("HG-X-01", Some("tenant"), future)]), Outcome::Fail);
        let open = vec![Statement::broken(Subject::Tenant, "b"), gap(GapReason::NotInSource)];
        assert_eq!(outcome(open, &[("HG-X-01", None, future)]).word(), "gap");
        let licence = vec![Statement::broken(Subject::Tenant, "b"), licence()];
        assert_eq!(outcome(licence, &[("HG-X-01", None, future)]).word(), "accepted");
    }
}
