//! What a check sees: the register, the snapshot, the time, and look-ups made once.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::string::ToString as _;
use alloc::vec::Vec;
use core::cell::OnceCell;

use super::{Statement, Subject};
use crate::access::{self, Access};
use crate::ca::{
    Enforcing, Holding, PolicyAnswer, Proof, Question, Standing, Unprovable, holdings, prove,
};
use crate::custody::State;
use crate::id::{
    GLOBAL_ADMINISTRATOR, NamedLocationId, PrincipalId, RoleTemplateId, StrengthId, UserId,
};
use crate::register::{DeclaredAccount, Register};
use crate::tenant::{
    Account, AccountState, Gap, GapReason, Group, GroupRead, GroupState, Method, Part, PartKind,
    Policy, RoleSchedule, Snapshot, User, Watcher,
};
use crate::time::Timestamp;

/// What is known of who holds what.
#[derive(Clone, Debug)]
pub enum Ledger<'a> {
    /// Nobody keeps a ledger.
    None,
    /// What its facts come to.
    Kept(&'a State),
    /// It cannot be told what they come to, and why.
    Unread(String),
}

impl<'a> Ledger<'a> {
    /// What its facts come to, where that is known.
    pub const fn state(&self) -> Option<&'a State> {
        match self {
            Self::Kept(state) => Some(state),
            Self::None | Self::Unread(_) => None,
        }
    }
}

impl<'a> From<Option<&'a State>> for Ledger<'a> {
    fn from(state: Option<&'a State>) -> Self {
        state.map_or(Self::None, Self::Kept)
    }
}

/// What a check sees.
#[derive(Debug)]
pub struct Context<'a> {
    /// What is wanted.
    pub register: &'a Register,
    /// What is.
    pub snapshot: &'a Snapshot,
    /// Who holds what.
    pub ledger: Ledger<'a>,
    /// When the question is asked: acceptances end and schedules run out by it.
    pub now: Timestamp,
    /// The declared accounts without repetitions.
    pub accounts: Vec<&'a DeclaredAccount>,
    /// Ids of every named location, when they could be read.
    pub(super) location_ids: Result<BTreeSet<&'a NamedLocationId>, &'a Gap>,
    /// Ids of every authentication strength, when they could be read.
    pub(super) strength_ids: Result<BTreeSet<&'a StrengthId>, &'a Gap>,
    /// Templates and ids of every role, when they could be read.
    pub(super) role_ids: Result<BTreeSet<RoleTemplateId>, &'a Gap>,
    /// What each account is a member of, in the order of `accounts`.
    standings: BTreeMap<UserId, Standing>,
    /// What was proved about each account; made when the first check asks.
    proofs: OnceCell<BTreeMap<UserId, Result<Proof, Unprovable>>>,
    /// Who gets in with what; made when the first check asks.
    access: OnceCell<Access>,
}

impl<'a> Context<'a> {
    /// Looks everything up once.
    pub fn new(
        register: &'a Register,
        snapshot: &'a Snapshot,
        ledger: impl Into<Ledger<'a>>,
        now: Timestamp,
    ) -> Self {
        let accounts = register.distinct_accounts();
        let locations = snapshot.locations.value();
        let strengths = snapshot.strengths.value();
        let roles = snapshot.role_definitions.value();
        let standings = accounts
            .iter()
            .map(|declared| (declared.id, Standing::of(declared.id, register, snapshot, now)))
            .collect();
        Self {
            register,
            snapshot,
            ledger: ledger.into(),
            now,
            accounts,
            location_ids: locations.map(|all| all.iter().map(|location| &location.id).collect()),
            strength_ids: strengths.map(|all| all.iter().map(|strength| &strength.id).collect()),
            role_ids: roles.map(|all| {
                all.iter()
                    .flat_map(|role| [Some(RoleTemplateId(role.id)), role.template])
                    .flatten()
                    .collect()
            }),
            standings,
            proofs: OnceCell::new(),
            access: OnceCell::new(),
        }
    }

    /// The subject of a declared account.
    pub fn subject(&self, declared: &DeclaredAccount) -> Subject {
        Subject::Account { id: declared.id, code_name: declared.code_name.clone() }
    }

    /// What was read about a declared account; `None` when the snapshot is of other accounts.
    pub fn account(&self, declared: &DeclaredAccount) -> Option<&'a Account> {
        self.snapshot.accounts.get(&declared.id)
    }

    /// The state of a declared account, or the gap in its place.
    pub fn account_state(&self, declared: &DeclaredAccount) -> Result<&'a AccountState, Gap> {
        match self.account(declared) {
            Some(account) => account.state.value().map_err(Clone::clone),
            None => Err(not_in_source(PartKind::Account, declared.id)),
        }
    }

    /// The registered methods of a declared account, or the gap in their place.
    pub fn methods(&self, declared: &DeclaredAccount) -> Result<&'a [Method], Gap> {
        match self.account(declared) {
            Some(account) => account.methods.value().map(Vec::as_slice).map_err(Clone::clone),
            None => Err(not_in_source(PartKind::AccountMethods, declared.id)),
        }
    }

    /// What an account is and is a member of.
    pub(super) fn standing(&self, declared: &DeclaredAccount) -> Option<&Standing> {
        self.standings.get(&declared.id)
    }

    /// Whether an account gets in, by every surface and policy.
    pub(super) fn proof(&self, declared: &DeclaredAccount) -> Option<Result<&Proof, Gap>> {
        let proofs = self.proofs.get_or_init(|| {
            let prove = |standing| prove(self.question(standing));
            self.standings.iter().map(|(id, standing)| (*id, prove(standing))).collect()
        });
        Some(match proofs.get(&declared.id)? {
            Ok(proof) => Ok(proof),
            Err(error) => {
                let reason = GapReason::Failed { what: error.to_string() };
                Err(Gap::new(PartKind::Policies, None, reason))
            }
        })
    }

    /// Who gets in with what, and who walks in.
    pub(super) fn access(&self) -> &Access {
        self.access.get_or_init(|| {
            let Self { register, snapshot, now, .. } = *self;
            let custody = self.ledger.state();
            Access::of(&access::Question { register, snapshot, custody, now })
        })
    }

    /// What the policy at a place of the list does to an account.
    pub(super) fn policy_answer(
        &self,
        place: usize,
        declared: &DeclaredAccount,
    ) -> Option<Result<&PolicyAnswer, Gap>> {
        let proof = self.proof(declared)?;
        proof.map(|proof| proof.policies.get(place)).transpose()
    }

    fn question<'q>(&'q self, standing: &'q Standing) -> Question<'q> {
        Question {
            snapshot: self.snapshot,
            // What is missing from them, the proof sees in the snapshot.
            policies: self.policies().unwrap_or_default(),
            standing,
            environment: &self.register.environment,
            now: self.now,
            enforcing: Enforcing::AsIs,
        }
    }

    /// Whether the methods policy lets an account use the method with this id.
    pub(super) fn may_use(&self, declared: &DeclaredAccount, method: &str) -> Result<bool, Gap> {
        let policy = self.snapshot.methods_policy.value().map_err(Clone::clone)?;
        match self.standing(declared) {
            Some(standing) => standing.may_use(policy, method),
            None => Err(not_in_source(PartKind::Account, declared.id)),
        }
    }

    /// The statements about each declared account whose user object exists; for the others one that
    /// leaves the question open.
    pub fn each_user(
        &self,
        mut judge: impl FnMut(&'a DeclaredAccount, &'a User) -> Vec<Statement>,
    ) -> Vec<Statement> {
        let mut statements = Vec::new();
        for declared in &self.accounts {
            match self.account_state(declared) {
                Ok(AccountState::Present(user)) => statements.extend(judge(declared, user)),
                // That it does not exist is HG-EXIT-01's finding; here it leaves the question open.
                Ok(AccountState::SoftDeleted | AccountState::Absent) => {
                    let gone = Statement::broken(self.subject(declared), "it does not exist");
                    statements.push(gone.left_open("HG-EXIT-01"));
                }
                Err(gap) => statements.push(Statement::unknown(self.subject(declared), &gap)),
            }
        }
        statements
    }

    /// The declared group as it was read: its id and the object, a broken or unknown statement
    /// when there is none, or `None` when no group is declared.
    pub fn emergency_group(&self) -> Option<Result<(&'a GroupRead, &'a Group), Statement>> {
        let id = self.register.group?;
        let subject = Subject::Group(id);
        let Some(read) = self.snapshot.groups.get(&id) else {
            let gap = Gap::new(PartKind::Group, Some(id.0), GapReason::NotInSource);
            return Some(Err(Statement::unknown(subject, &gap)));
        };
        Some(match read.state.value() {
            Ok(GroupState::Present(group)) => Ok((read, group)),
            Ok(GroupState::SoftDeleted) => {
                Err(Statement::broken(subject, "the group is deleted and can be restored"))
            }
            Ok(GroupState::Absent) => Err(Statement::broken(
                subject,
                "the group does not exist, and was not seen in the recycle bin",
            )),
            Err(gap) => Err(Statement::unknown(subject, gap)),
        })
    }

    /// With what the snapshot was read.
    pub(super) fn watcher(&self) -> Result<&'a Watcher, &'a Gap> {
        self.snapshot.watcher.value()
    }

    /// Whether `id` is one of the declared accounts.
    pub(super) fn is_declared(&self, id: PrincipalId) -> bool {
        self.accounts.iter().any(|account| account.id.0 == id.0)
    }

    /// Every policy, or the gap in their place.
    pub fn policies(&self) -> Result<&'a [Policy], &'a Gap> {
        self.snapshot.policies.value().map(Vec::as_slice)
    }

    /// What is taken as declared, where no directory was given.
    pub(super) fn assumption(&self) -> Option<Statement> {
        self.standings.values().any(|standing| standing.is_assumed).then(|| {
            let text = "no directory was given: each account is taken to be a member user, Global \
                        Administrator, and in the declared group and no other";
            Statement::note(Subject::Tenant, text)
        })
    }

    /// What is missing from the policies that were read, as statements.
    pub(super) fn unread_policies(&self) -> impl Iterator<Item = Statement> {
        let missing = self.snapshot.incomplete.iter();
        let missing = missing.filter(|gap| gap.part.kind == PartKind::Policies);
        missing.map(|gap| Statement::unknown(Subject::Part(gap.part.clone()), gap))
    }

    /// A part that a missing licence makes empty instead of unknown: without P2 there are no
    /// schedules and no eligibilities.
    pub fn licensed<T>(&self, part: &'a Part<Vec<T>>) -> Result<&'a [T], &'a Gap> {
        match part.value() {
            Err(Gap { reason: GapReason::MissingLicence { .. }, .. }) => Ok(&[]),
            other => other.map(Vec::as_slice),
        }
    }

    /// How each principal holds Global Administrator, active holdings only.
    pub(super) fn active_holdings(&self) -> Result<Vec<Holding<'a>>, &'a Gap> {
        let mut all = holdings(self.snapshot)?;
        all.retain(|holding| holding.role == GLOBAL_ADMINISTRATOR.0);
        Ok(all)
    }

    /// Who may activate Global Administrator; none where the tenant lacks the licence.
    pub(super) fn eligible_administrators(
        &self,
    ) -> Result<impl Iterator<Item = &'a RoleSchedule>, &'a Gap> {
        let all = self.licensed(&self.snapshot.role_eligibilities)?;
        Ok(all.iter().filter(|one| one.role == Some(GLOBAL_ADMINISTRATOR.0)))
    }
}

fn not_in_source(kind: PartKind, account: UserId) -> Gap {
    Gap::new(kind, Some(account.0), GapReason::NotInSource)
}

/// A person's words for a list: `a, b and 3 more`.
pub(super) fn some_of(items: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = items.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match items.len().checked_sub(SHOWN) {
        None | Some(0) => shown,
        Some(more) => alloc::format!("{shown} and {more} more"),
    }
}
