//! HG-LOCK-01: the emergency group is of the kind that ordinary administrators cannot change.

use alloc::vec;
use alloc::vec::Vec;

use super::ROLE_ASSIGNABLE;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{Case, EMERGENCY};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{Group, GroupState, GroupType, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-01",
    title: "The emergency group is role-assignable, security-enabled, with assigned membership",
    family: Family::Lock,
    severity: Severity::High,
    why: "Whoever can change the group decides who is exempt from every policy. Only the few \
          privileged roles can change a role-assignable group, and the property is set at creation \
          for good. A dynamic group obeys whoever edits user attributes.",
    reads: &[PartKind::Group],
    controls: &[cis("1.1.2"), iso("A.8.2"), mitre("T1098"), nist("AC-6(5)")],
    remedy: Remedy {
        action: "Check `group` in halligan.toml. If it is right, create a new role-assignable \
                 group with assigned membership, put the accounts into it, exclude it in every \
                 policy beside the old one, then remove the old one",
        portal: "Entra admin center > Entra ID > Groups > New group > Microsoft Entra roles can \
                 be assigned \
                 to the group: Yes",
        graph: "POST /v1.0/groups {\"securityEnabled\": true, \"isAssignableToRole\": true, …}",
    },
    sources: &[ROLE_ASSIGNABLE],
    judge,
    samples: &[
        Sample::pass("as it should be", |_| {}),
        Sample::not_applicable("no group is declared", |case| case.register.group = None),
        Sample::fail("not role-assignable", |case| {
            case.group(|group| group.is_assignable_to_role = None);
        }),
        Sample::fail("not security-enabled", |case| {
            case.group(|group| group.security_enabled = Some(false));
        }),
        Sample::fail("dynamic", |case| {
            case.group(|group| group.group_types = vec![GroupType::DynamicMembership]);
        }),
        Sample::fail("it does not exist", |case| {
            let at = case.now;
            case.group_read(|read| read.state = Part::Read { at, value: GroupState::Absent });
        }),
        Sample::gap("it cannot be read", |case| {
            case.group_read(|read| read.state = Part::Gap(Case::denied(PartKind::Group)));
        }),
        Sample::gap("the snapshot is of another group", |case| {
            case.snapshot.groups.remove(&EMERGENCY);
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    match context.emergency_group() {
        None => Judgement::NotApplicable("no emergency group is declared".into()),
        Some(Err(statement)) => Judgement::Stated(vec![statement]),
        Some(Ok((read, group))) => Judgement::Stated(statements(&Subject::Group(read.id), group)),
    }
}

fn statements(subject: &Subject, group: &Group) -> Vec<Statement> {
    let is_dynamic = group.group_types.contains(&GroupType::DynamicMembership)
        || group.membership_rule.as_ref().is_some_and(|rule| !rule.is_empty());
    let findings = [
        (group.security_enabled != Some(true), "is not security-enabled"),
        // Graph leaves the property null for groups that are not.
        (group.is_assignable_to_role != Some(true), "is not role-assignable"),
        (is_dynamic, "has dynamic membership"),
    ];
    let broken: Vec<_> = findings
        .iter()
        .filter(|(is_wrong, _)| *is_wrong)
        .map(|(_, text)| Statement::broken(subject.clone(), *text))
        .collect();
    if broken.is_empty() {
        let text = "is role-assignable, security-enabled, with assigned membership";
        return vec![Statement::holds(subject.clone(), text)];
    }
    broken
}
