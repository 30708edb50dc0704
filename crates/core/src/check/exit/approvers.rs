//! HG-EXIT-17: activating the role does not wait for somebody who is not there.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::approving::{Activated, of_rules};
use super::{EMERGENCY_ACCESS, ROLE_SETTINGS};
use crate::check::controls::{cis, mitre, nist, scuba};
use crate::check::powers::is_group;
use crate::check::sample::{
    ALPHA, BRAVO, Case, DAILY, EMERGENCY, approver, member, role_policy, schedule,
};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, Guid, PrincipalId, UserId};
use crate::tenant::{
    AccountState, Gap, GapReason, GroupAccess, GroupPolicy, GroupRead, GroupState, ObjectKind,
    Part, PartKind, RoleDemand, RoleSchedule, Unknown,
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
        PartKind::RoleEligibilities,
        PartKind::Holder,
        PartKind::GroupTransitiveMembers,
        PartKind::GroupEligibilities,
        PartKind::GroupPolicies,
    ],
    controls: &[cis("5.3.4"), scuba("MS.AAD.7.6v1"), nist("AC-6(1)"), mitre("T1531")],
    remedy: Remedy {
        action: "Name at least two people as approvers who are enabled and no emergency accounts, \
                 or a group of them",
        portal: "Entra admin center > ID Governance > Privileged Identity Management > \
                 Microsoft Entra roles > Settings > Global Administrator > Edit > Activation; of \
                 a group: Groups > the group > Settings > Member or Owner > Edit > Activation",
        graph: "PATCH /v1.0/policies/roleManagementPolicies/{settings}/rules/\
                Approval_EndUser_Assignment",
    },
    sources: &[
        EMERGENCY_ACCESS,
        ROLE_SETTINGS,
        Link {
            title: "Configure PIM for Groups settings",
            url: "https://learn.microsoft.com/entra/id-governance/privileged-identity-management/groups-role-settings",
        },
    ],
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
        Sample::fail("a group holds the role, and the accounts approve its memberships", |case| {
            through_group(case, &[ALPHA.0]);
        }),
        Sample::fail("a group holds the role, and nobody is named", |case| {
            through_group(case, &[]);
        }),
        Sample::pass("a group holds the role, and a daily administrator approves", |case| {
            through_group(case, &[DAILY.0]);
        }),
        Sample::pass("a group holds the role, and nobody is eligible", |case| {
            through_group(case, &[ALPHA.0]);
            let at = case.now;
            case.group_read(|read| read.eligibilities = Part::Read { at, value: vec![] });
        }),
        Sample::pass("a group holds the role, and its membership waits for nobody", |case| {
            through_group(case, &[ALPHA.0]);
            case.group_read(|read| {
                if let Part::Read { value, .. } = &mut read.policies {
                    value.iter_mut().for_each(|one| one.rules = role_policy(false, vec![]).rules);
                }
            });
        }),
        Sample::fail("a group may activate the role, and the accounts approve", |case| {
            through_group(case, &[ALPHA.0]);
            case.assignments(&[(DAILY.into(), ObjectKind::User)]);
            if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
                value.push(schedule(PrincipalId(EMERGENCY.0), None));
            }
        }),
        Sample::pass("a group that holds the role is gone", |case| {
            through_group(case, &[ALPHA.0]);
            let at = case.now;
            case.group_read(|read| read.state = Part::Read { at, value: GroupState::Absent });
        }),
        Sample::gap("a group holds the role, and its ownership has no settings", |case| {
            through_group(case, &[DAILY.0]);
            case.group_read(|read| {
                if let Part::Read { value, .. } = &mut read.eligibilities {
                    let owner = |one: &mut RoleSchedule| {
                        _ = one.unknown.insert("accessId".into(), "owner".into());
                    };
                    value.iter_mut().for_each(owner);
                }
            });
        }),
        Sample::gap("who may activate a membership cannot be read", |case| {
            through_group(case, &[DAILY.0]);
            case.group_read(|read| {
                read.eligibilities = Part::Gap(Case::denied(PartKind::GroupEligibilities));
            });
        }),
        Sample::gap("a group holds the role, and its settings cannot be read", |case| {
            through_group(case, &[DAILY.0]);
            case.group_read(|read| {
                read.policies = Part::Gap(Case::denied(PartKind::GroupPolicies));
            });
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

/// The emergency group holds the role, and somebody may activate a membership that these approve.
fn through_group(case: &mut Case, approvers: &[Guid]) {
    let at = case.now;
    case.assignments(&[
        (PrincipalId(EMERGENCY.0), ObjectKind::Group),
        (DAILY.into(), ObjectKind::User),
    ]);
    let approvers = approvers.iter().map(|id| approver(*id, USER)).collect();
    let policy = GroupPolicy {
        id: "g1".into(),
        access: GroupAccess::Member,
        rules: role_policy(true, approvers).rules,
        unknown: Unknown::new(),
    };
    let eligible = schedule(BRAVO, None);
    case.group_read(|read| {
        read.eligibilities = Part::Read { at, value: vec![eligible] };
        read.policies = Part::Read { at, value: vec![policy] };
    });
}

fn judge(context: &Context<'_>) -> Judgement {
    let mut statements = of_role(context);
    statements.extend(of_groups(context));
    Judgement::Stated(statements)
}

fn of_role(context: &Context<'_>) -> Vec<Statement> {
    let policies = match context.snapshot.role_policies.value() {
        Ok(policies) => policies,
        Err(gap) => return vec![Statement::unknown(Subject::Tenant, gap)],
    };
    let Some(policy) = policies.iter().find(|one| one.role == GLOBAL_ADMINISTRATOR.0) else {
        let gap = Activated::Role.gap("the settings of Global Administrator are not among them");
        return vec![Statement::unknown(Subject::Tenant, &gap)];
    };
    of_rules(context, &Activated::Role, &policy.rules, &policy.unknown)
}

/// The same of each group that holds the role or may activate it, and has a membership or ownership
/// to activate.
fn of_groups(context: &Context<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut next = Vec::new();
    match context.active_holdings() {
        Ok(all) => next.extend(all.iter().filter(|one| one.is_group).map(|one| one.principal)),
        Err(gap) => statements.push(Statement::unknown(Subject::Tenant, gap)),
    }
    match context.eligible_administrators() {
        Ok(all) => statements.extend(add_groups(all, context, &mut next)),
        Err(gap) => statements.push(Statement::unknown(Subject::Tenant, gap)),
    }
    let mut seen = BTreeSet::new();
    while let Some(id) = next.pop().map(|id| GroupId(id.0)) {
        if !seen.insert(id) {
            continue;
        }
        let Some(read) = context.snapshot.groups.get(&id) else {
            let gap = Gap::new(PartKind::Group, Some(id.0), GapReason::NotInSource);
            statements.push(Statement::unknown(Subject::Group(id), &gap));
            continue;
        };
        if matches!(read.state.value(), Ok(GroupState::SoftDeleted | GroupState::Absent)) {
            continue;
        }
        match context.licensed(&read.eligibilities) {
            Ok(all) => {
                let live = || all.iter().filter(|one| one.is_live(context.now));
                // Members of a group that may activate a membership may activate it as well.
                statements.extend(add_groups(live(), context, &mut next));
                let accesses: BTreeSet<_> = live().map(RoleSchedule::group_access).collect();
                statements.extend(
                    accesses.into_iter().flat_map(|one| of_group_access(context, read, one)),
                );
            }
            Err(gap) => statements.push(Statement::unknown(Subject::Group(id), gap)),
        }
    }
    statements
}

/// Adds the groups among those who may activate something, and tells who may be one.
fn add_groups<'a>(
    all: impl Iterator<Item = &'a RoleSchedule>,
    context: &Context<'_>,
    groups: &mut Vec<PrincipalId>,
) -> Vec<Statement> {
    let mut open = Vec::new();
    for one in all.filter(|one| one.is_live(context.now)) {
        match is_group(context, one.principal) {
            Ok(true) => groups.push(one.principal),
            Ok(false) => {}
            Err(gap) => open.push(Statement::unknown(Subject::Tenant, &gap)),
        }
    }
    open
}

fn of_group_access(context: &Context<'_>, read: &GroupRead, access: GroupAccess) -> Vec<Statement> {
    let activated = Activated::Group(read.id, access.clone());
    let policies = match context.licensed(&read.policies) {
        Ok(policies) => policies,
        Err(gap) => return vec![Statement::unknown(activated.subject(), gap)],
    };
    let Some(policy) = policies.iter().find(|policy| policy.access == access) else {
        let gap = activated.gap(&format!("no settings for `{access}` are listed"));
        return vec![Statement::unknown(activated.subject(), &gap)];
    };
    of_rules(context, &activated, &policy.rules, &policy.unknown)
}
