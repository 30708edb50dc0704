//! HG-EXIT-17: activating the role does not wait for somebody who is not there.

use alloc::format;
use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::{EMERGENCY_ACCESS, ROLE_SETTINGS};
use crate::check::applications::is_application;
use crate::check::controls::{cis, mitre, nist, scuba};
use crate::check::sample::{
    ALPHA, BRAVO, Case, DAILY, EMERGENCY, approver, member, role_policy, schedule,
};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, Guid, PrincipalId, UserId};
use crate::tenant::{
    AccountState, Approver, Gap, GapReason, GroupState, ObjectKind, Part, PartKind, RoleDemand,
    RoleRule,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-17",
    title: "Somebody other than the emergency accounts can approve the activation of the role",
    family: Family::Exit,
    severity: Severity::Medium,
    why: "Where Global Administrator is eligible and its activation waits for approval, a tenant \
          whose approvers are gone, or are the emergency accounts themselves, has no other \
          administrator: the scenario of Microsoft's own page. Every approval then opens the back \
          door.",
    reads: &[
        PartKind::RolePolicies,
        PartKind::RoleAssignments,
        PartKind::Holder,
        PartKind::GroupTransitiveMembers,
    ],
    controls: &[cis("5.3.4"), scuba("MS.AAD.7.6v1"), nist("AC-6(1)"), mitre("T1531")],
    remedy: Remedy {
        action: "Name at least two people as approvers who are enabled and no emergency accounts, \
                 or a group of them",
        portal: "Entra admin center > ID Governance > Privileged Identity Management > \
                 Microsoft Entra roles > Settings > Global Administrator > Edit > Activation",
        graph: "PATCH /v1.0/policies/roleManagementPolicies/{settings}/rules/\
                Approval_EndUser_Assignment",
    },
    sources: &[EMERGENCY_ACCESS, ROLE_SETTINGS],
    judge,
    samples: &[
        Sample::pass("no approval", |_| {}),
        Sample::pass("a daily administrator approves", |case| ask(case, &[(DAILY.0, USER)])),
        Sample::pass("nobody is named, and a daily administrator is there", |case| ask(case, &[])),
        Sample::pass("one approver is gone and one is there", |case| {
            ask(case, &[(NOBODY.0, USER), (DAILY.0, USER)]);
        }),
        Sample::pass("a group of which one is gone and one is there", |case| {
            ask(case, &[(EMERGENCY.0, "groupMembers")]);
            let at = case.now;
            if let Some(mut gone) = case.snapshot.holders.get(&DAILY).cloned() {
                gone.id = NOBODY;
                gone.state = Part::Read { at, value: AccountState::Absent };
                case.snapshot.holders.insert(NOBODY, gone);
            }
            let value = [ALPHA, NOBODY, DAILY].map(|id| member(id, ObjectKind::User)).to_vec();
            case.group_read(|read| read.transitive = Part::Read { at, value });
        }),
        Sample::fail("nobody is named, and beside the accounts an application is there", |case| {
            ask(case, &[]);
            let robot = PrincipalId::from_u128(7);
            case.assignments(&[
                (ALPHA.into(), ObjectKind::User),
                (robot, ObjectKind::ServicePrincipal),
            ]);
        }),
        Sample::gap("the role's settings do not say whether somebody approves", |case| {
            if let Part::Read { value, .. } = &mut case.snapshot.role_policies {
                value.iter_mut().for_each(|one| one.rules.clear());
            }
        }),
        Sample::fail("the accounts approve for each other", |case| {
            ask(case, &[(ALPHA.0, USER), (BRAVO.0, USER)]);
        }),
        Sample::fail("the group of the accounts approves", |case| {
            ask(case, &[(EMERGENCY.0, "groupMembers")]);
        }),
        Sample::fail("the approvers' group is gone", |case| {
            ask(case, &[(EMERGENCY.0, "groupMembers")]);
            let at = case.now;
            case.group_read(|read| read.state = Part::Read { at, value: GroupState::SoftDeleted });
        }),
        Sample::fail("the approver is deleted", |case| {
            ask(case, &[(DAILY.0, USER)]);
            let at = case.now;
            if let Some(daily) = case.snapshot.holders.get_mut(&DAILY) {
                daily.state = Part::Read { at, value: AccountState::SoftDeleted };
            }
        }),
        Sample::fail("the approver is disabled", |case| {
            ask(case, &[(DAILY.0, USER)]);
            if let Some(daily) = case.snapshot.holders.get_mut(&DAILY)
                && let Part::Read { value: AccountState::Present(user), .. } = &mut daily.state
            {
                user.account_enabled = Some(false);
            }
        }),
        Sample::fail("nobody is named, and only the accounts hold the role", |case| {
            ask(case, &[]);
            case.assignments(&[(ALPHA.into(), ObjectKind::User)]);
            if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
                value.push(schedule(DAILY, None));
            }
        }),
        Sample::gap("the approver was not read", |case| ask(case, &[(NOBODY.0, USER)])),
        Sample::gap("the role's settings are not among those read", |case| {
            case.snapshot.role_policies = Part::Read { at: case.now, value: vec![] };
        }),
        Sample::gap("role settings cannot be read", |case| {
            case.snapshot.role_policies = Part::Gap(Case::denied(PartKind::RolePolicies));
        }),
        Sample::not_applicable("no P2: nothing is activated", |case| {
            let reason = GapReason::MissingLicence { code: "P2".into() };
            case.snapshot.withhold(&PartKind::RolePolicies, &reason);
        }),
        Sample::fail(
            "it is not said whether approval is required, and the accounts are named",
            |case| {
                ask(case, &[(ALPHA.0, USER)]);
                if let Part::Read { value, .. } = &mut case.snapshot.role_policies {
                    for rule in value.iter_mut().flat_map(|one| &mut one.rules) {
                        if let RoleDemand::Approval { is_required, .. } = &mut rule.demand {
                            *is_required = None;
                        }
                    }
                }
            },
        ),
        Sample::fail("a group that holds nobody but a nested group", |case| {
            ask(case, &[(EMERGENCY.0, "groupMembers")]);
            let at = case.now;
            let nested = member(PrincipalId::from_u128(0x4e57), ObjectKind::Group);
            let value = vec![member(ALPHA, ObjectKind::User), nested];
            case.group_read(|read| read.transitive = Part::Read { at, value });
        }),
    ],
};

const USER: &str = "singleUser";
const NOBODY: UserId = UserId::from_u128(0x404);

fn ask(case: &mut Case, approvers: &[(Guid, &str)]) {
    let approvers = approvers.iter().map(|(id, kind)| approver(*id, kind)).collect();
    let value = vec![role_policy(true, approvers)];
    case.snapshot.role_policies = Part::Read { at: case.now, value };
}

fn judge(context: &Context<'_>) -> Judgement {
    let policies = match context.snapshot.role_policies.value() {
        Ok(policies) => policies,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let Some(policy) = policies.iter().find(|one| one.role == GLOBAL_ADMINISTRATOR.0) else {
        let what = "the settings of Global Administrator are not among them".into();
        let gap = Gap::new(PartKind::RolePolicies, None, GapReason::Failed { what });
        return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, &gap)]);
    };
    let rules = policy.rules.iter().filter(|rule| rule.is_for_activation());
    let asked = rules.filter_map(|rule| match &rule.demand {
        RoleDemand::Approval { is_required, approvers } if *is_required != Some(false) => {
            Some(approvers)
        }
        _ => None,
    });
    let asked: Vec<_> = asked.collect();
    let is_approval = |rule: &&RoleRule| matches!(rule.demand, RoleDemand::Approval { .. });
    if !policy.rules.iter().filter(|rule| rule.is_for_activation()).any(|rule| is_approval(&rule)) {
        let what =
            "the settings of Global Administrator do not say whether activation waits".into();
        let gap = Gap::new(PartKind::RolePolicies, None, GapReason::Failed { what });
        return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, &gap)]);
    }
    if asked.is_empty() {
        let text = "the activation of Global Administrator waits for nobody";
        return Judgement::Stated(vec![Statement::holds(Subject::Tenant, text)]);
    }
    let settings = policy.unknown.get("policyId").and_then(serde_json::Value::as_str);
    let of = |approvers: &&Vec<Approver>| match (approval(context, approvers), settings) {
        (statement, Some(id)) => statement.with_id("{settings}", id),
        (statement, None) => statement,
    };
    Judgement::Stated(asked.iter().map(of).collect())
}

/// Somebody who approves: whether they can.
enum Approval {
    Can,
    Cannot,
    Unknown(Gap),
}

fn approval(context: &Context<'_>, approvers: &[Approver]) -> Statement {
    let by_default = approvers.is_empty();
    let verdicts: Vec<Approval> = match by_default {
        true => default_approvers(context),
        false => approvers.iter().map(|one| of_approver(context, one)).collect(),
    };
    if verdicts.iter().any(|one| matches!(one, Approval::Can)) {
        let text = "somebody who is no emergency account can approve the activation";
        return Statement::holds(Subject::Tenant, text);
    }
    if let Some(gap) = verdicts.iter().find_map(|one| match one {
        Approval::Unknown(gap) => Some(gap),
        _ => None,
    }) {
        return Statement::unknown(Subject::Tenant, gap);
    }
    let who = match by_default {
        true => {
            "no approver is named, so that active Global Administrators approve, and only the \
                 emergency accounts are"
        }
        false => "each named approver is gone, disabled, or an emergency account",
    };
    let text = format!("the activation of Global Administrator waits for approval: {who}");
    Statement::broken(role(), text)
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
