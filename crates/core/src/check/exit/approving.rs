//! Whether somebody who is no emergency account can approve an activation, where one is asked for:
//! of the role (PIM), or of a group's membership or ownership (PIM for Groups).

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use crate::check::applications::is_application;
use crate::check::{Context, Statement, Subject};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, PrincipalId, UserId};
use crate::tenant::{
    AccountState, Approver, Gap, GapReason, GroupAccess, GroupState, ObjectKind, PartKind,
    RoleDemand, RoleRule, Unknown,
};

/// What is activated.
pub(super) enum Activated {
    /// Global Administrator.
    Role,
    /// A group's membership or ownership.
    Group(GroupId, GroupAccess),
}

impl Activated {
    /// What a statement about it is about.
    pub(super) fn subject(&self) -> Subject {
        match self {
            Self::Role => Subject::Tenant,
            Self::Group(id, _) => Subject::Group(*id),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Role => "the activation of Global Administrator".into(),
            Self::Group(_, access) => {
                format!("leads to Global Administrator, and activating it as {access}")
            }
        }
    }

    /// What could not be told about its settings.
    pub(super) fn gap(&self, what: &str) -> Gap {
        let reason = GapReason::Failed { what: what.into() };
        match self {
            Self::Role => Gap::new(PartKind::RolePolicies, None, reason),
            Self::Group(id, _) => Gap::new(PartKind::GroupPolicies, Some(id.0), reason),
        }
    }
}

/// Whether these rules let somebody approve, where they ask for it.
pub(super) fn of_rules(
    context: &Context<'_>,
    activated: &Activated,
    rules: &[RoleRule],
    beside: &Unknown,
) -> Vec<Statement> {
    let rules = rules.iter().filter(|rule| rule.is_for_activation());
    let approvals: Vec<_> = rules
        .filter_map(|rule| match &rule.demand {
            RoleDemand::Approval { is_required, approvers } => Some((*is_required, approvers)),
            _ => None,
        })
        .collect();
    if approvals.is_empty() {
        let gap = activated.gap("the settings do not say whether activation waits");
        return vec![Statement::unknown(activated.subject(), &gap)];
    }
    let asked = approvals.into_iter().filter(|(is_required, _)| *is_required != Some(false));
    let settings = beside.get("policyId").and_then(serde_json::Value::as_str);
    let of = |approvers: &Vec<Approver>| match (approval(context, activated, approvers), settings) {
        (statement, Some(id)) => statement.with_id("{settings}", id),
        (statement, None) => statement,
    };
    let statements: Vec<_> = asked.map(|(_, approvers)| of(approvers)).collect();
    if statements.is_empty() {
        let text = format!("{} waits for nobody", activated.words());
        return vec![Statement::holds(activated.subject(), text)];
    }
    statements
}

/// Somebody who approves: whether they can.
enum Approval {
    Can,
    Cannot,
    Unknown(Gap),
}

fn approval(context: &Context<'_>, activated: &Activated, approvers: &[Approver]) -> Statement {
    let is_role = matches!(activated, Activated::Role);
    let verdicts: Vec<Approval> = match approvers.is_empty() && is_role {
        true => default_approvers(context),
        false => approvers.iter().map(|one| of_approver(context, one)).collect(),
    };
    if verdicts.iter().any(|one| matches!(one, Approval::Can)) {
        let text = "somebody who is no emergency account can approve the activation";
        return Statement::holds(activated.subject(), text);
    }
    if let Some(gap) = verdicts.iter().find_map(|one| match one {
        Approval::Unknown(gap) => Some(gap),
        _ => None,
    }) {
        return Statement::unknown(activated.subject(), gap);
    }
    let who = match (approvers.is_empty(), is_role) {
        (true, true) => {
            "no approver is named, so that active Global Administrators approve, and only the \
             emergency accounts are"
        }
        // <https://learn.microsoft.com/entra/id-governance/privileged-identity-management/groups-role-settings>
        (true, false) => "no approver is named, and groups have none by default",
        (false, _) => "each named approver is gone, disabled, or an emergency account",
    };
    let text = format!("{} waits for approval: {who}", activated.words());
    Statement::broken(if is_role { role() } else { activated.subject() }, text)
}

/// The role whose settings these are.
fn role() -> Subject {
    let id = GLOBAL_ADMINISTRATOR.to_string();
    Subject::Object { kind: "role", id, name: Some("Global Administrator".into()) }
}

/// Where nobody is named, active Global Administrators approve.
fn default_approvers(context: &Context<'_>) -> Vec<Approval> {
    match context.active_holdings() {
        Ok(holdings) => holdings
            .iter()
            .map(|one| match one.is_group {
                true => of_group(context, GroupId(one.principal.0)),
                false => of_user(context, one.principal),
            })
            .collect(),
        Err(gap) => vec![Approval::Unknown(gap.clone())],
    }
}

fn of_approver(context: &Context<'_>, approver: &Approver) -> Approval {
    match approver.id {
        Some(id) if approver.kind.to_ascii_lowercase().ends_with("groupmembers") => {
            of_group(context, GroupId(id))
        }
        Some(id) => of_user(context, PrincipalId(id)),
        None => {
            let what = format!("an approver is a `{}`", approver.kind);
            let reason = GapReason::Failed { what };
            Approval::Unknown(Gap::new(PartKind::RolePolicies, None, reason))
        }
    }
}

fn of_user(context: &Context<'_>, id: PrincipalId) -> Approval {
    // An application approves nothing.
    if context.is_declared(id) || is_application(context, id) {
        return Approval::Cannot;
    }
    match context.snapshot.holders.get(&UserId(id.0)).map(|holder| holder.state.value()) {
        Some(Ok(AccountState::Present(user))) if user.account_enabled != Some(false) => {
            Approval::Can
        }
        Some(Ok(_)) => Approval::Cannot,
        Some(Err(gap)) => Approval::Unknown(gap.clone()),
        None => {
            let gap = Gap::new(PartKind::Holder, Some(id.0), GapReason::NotInSource);
            Approval::Unknown(gap)
        }
    }
}

fn of_group(context: &Context<'_>, id: GroupId) -> Approval {
    let Some(read) = context.snapshot.groups.get(&id) else {
        let gap = Gap::new(PartKind::Group, Some(id.0), GapReason::NotInSource);
        return Approval::Unknown(gap);
    };
    match (read.state.value(), read.transitive.value()) {
        (Ok(GroupState::SoftDeleted | GroupState::Absent), _) => Approval::Cannot,
        (Err(gap), _) | (_, Err(gap)) => Approval::Unknown(gap.clone()),
        (Ok(GroupState::Present(_)), Ok(members)) => {
            let others = members.iter().filter(|member| {
                let is_ours = context.accounts.iter().any(|one| one.id == UserId(member.id.0));
                member.kind == ObjectKind::User && !is_ours
            });
            // A member who holds no role was not read, and is a person all the same.
            let can = |id| !matches!(of_user(context, id), Approval::Cannot);
            match others.map(|member| member.id).any(can) {
                true => Approval::Can,
                false => Approval::Cannot,
            }
        }
    }
}
