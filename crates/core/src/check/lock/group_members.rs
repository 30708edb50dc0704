//! HG-LOCK-02: the emergency group contains the declared accounts and nobody else.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::{ROLE_ASSIGNABLE, group};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{ALPHA, BRAVO, Case, DAILY, member};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GroupId, PrincipalId};
use crate::tenant::{Member, ObjectKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-02",
    title: "The emergency group contains exactly the declared accounts",
    family: Family::Lock,
    severity: Severity::Critical,
    why: "Every other member is exempt from every policy without anybody having meant it, and a \
          declared account that is missing is not exempt at all.",
    reads: &[PartKind::GroupMembers, PartKind::GroupTransitiveMembers],
    controls: &[cis("1.1.2"), iso("A.8.2"), mitre("T1098"), nist("AC-2")],
    remedy: Remedy {
        action: "Make sure that halligan.toml declares the ids you mean. Then remove every member \
                 that is not a declared account, and add the ones that are missing",
        portal: "Entra admin center > Entra ID > Groups > the group > Members",
        graph: "DELETE /v1.0/groups/{group}/members/{principal}/$ref; for those that are missing \
                POST /v1.0/groups/{group}/members/$ref",
    },
    sources: &[ROLE_ASSIGNABLE],
    judge,
    samples: &[
        Sample::pass("exactly the accounts", |_| {}),
        Sample::not_applicable("no group is declared", |case| case.register.group = None),
        Sample::fail("a daily administrator too", |case| {
            both(
                case,
                &[
                    (ALPHA.into(), ObjectKind::User),
                    (BRAVO.into(), ObjectKind::User),
                    (DAILY.into(), ObjectKind::User),
                ],
            );
        }),
        Sample::fail("one account is missing", |case| {
            both(case, &[(ALPHA.into(), ObjectKind::User)]);
        }),
        Sample::fail("empty", |case| both(case, &[])),
        Sample::fail("thousands of others", |case| {
            let all: Vec<_> =
                (1..3000).map(|id| (PrincipalId::from_u128(id), ObjectKind::User)).collect();
            both(case, &all);
        }),
        Sample::fail("a nested group, even an empty one", |case| {
            both(
                case,
                &[
                    (ALPHA.into(), ObjectKind::User),
                    (BRAVO.into(), ObjectKind::User),
                    (PrincipalId::from_u128(77), ObjectKind::Group),
                ],
            );
        }),
        Sample::fail("an application", |case| {
            both(
                case,
                &[
                    (ALPHA.into(), ObjectKind::User),
                    (BRAVO.into(), ObjectKind::User),
                    (PrincipalId::from_u128(78), ObjectKind::ServicePrincipal),
                ],
            );
        }),
        Sample::fail("somebody through a nested group", |case| {
            let nested = GroupId::from_u128(77);
            let accounts = [(ALPHA.into(), ObjectKind::User), (BRAVO.into(), ObjectKind::User)];
            both(case, &accounts);
            let at = case.now;
            let mut all: Vec<Member> =
                accounts.iter().map(|(id, k)| member(*id, k.clone())).collect();
            all.push(member(nested, ObjectKind::Group));
            all.push(member(DAILY, ObjectKind::User));
            case.group_read(|read| read.transitive = Part::Read { at, value: all });
        }),
        Sample::gap("members cannot be read", |case| {
            case.group_read(|read| {
                read.members = Part::Gap(Case::denied(PartKind::GroupMembers));
            });
        }),
        Sample::gap("nesting cannot be read", |case| {
            case.group_read(|read| {
                read.transitive = Part::Gap(Case::denied(PartKind::GroupTransitiveMembers));
            });
        }),
    ],
};

fn both(case: &mut Case, members: &[(PrincipalId, ObjectKind)]) {
    let at = case.now;
    let value: Vec<_> = members.iter().map(|(id, kind)| member(*id, kind.clone())).collect();
    case.group_read(|read| {
        read.members = Part::Read { at, value: value.clone() };
        read.transitive = Part::Read { at, value };
    });
}

fn judge(context: &Context<'_>) -> Judgement {
    let declared: BTreeSet<PrincipalId> =
        context.accounts.iter().map(|account| account.id.into()).collect();
    group(context, |read, _| {
        let subject = Subject::Group(read.id);
        let mut statements = Vec::new();
        let mut seen = BTreeSet::new();
        for (part, how) in [(&read.members, "directly"), (&read.transitive, "through nesting")] {
            match part.value() {
                Ok(members) => {
                    statements.extend(foreign(read.id, members, &declared, &mut seen, how));
                    seen.extend(members.iter().map(|member| member.id));
                }
                Err(gap) => statements.push(Statement::unknown(subject.clone(), gap)),
            }
        }
        if let Ok(members) = read.transitive.value() {
            let present: BTreeSet<_> = members.iter().map(|member| member.id).collect();
            for account in &context.accounts {
                let is_member = present.contains(&account.id.into());
                let subject = context.subject(account);
                statements.push(match is_member {
                    true => Statement::holds(subject, "is a member"),
                    false => Statement::broken(subject, "is not a member: nothing exempts it"),
                });
            }
        }
        statements
    })
}

/// The members that are no declared account and that were not named before.
fn foreign(
    group: GroupId,
    members: &[Member],
    declared: &BTreeSet<PrincipalId>,
    seen: &mut BTreeSet<PrincipalId>,
    how: &str,
) -> Vec<Statement> {
    /// A group of thousands is one finding, not thousands.
    const NAMED: usize = 20;
    let foreign: Vec<_> = members
        .iter()
        .filter(|member| !declared.contains(&member.id) && !seen.contains(&member.id))
        .collect();
    let mut statements: Vec<_> = foreign
        .iter()
        .take(NAMED)
        .map(|member| {
            let name = member.display_name.clone();
            let kind = member.kind.as_graph().rsplit('.').next().unwrap_or("object");
            let text = format!("is a member {how} and no declared account ({kind})");
            Statement::broken(Subject::Principal { id: member.id, name }, text)
        })
        .collect();
    if let Some(more) = foreign.len().checked_sub(NAMED).filter(|more| *more > 0) {
        let text = format!("{more} further members {how} are no declared accounts");
        statements.extend(vec![Statement::broken(Subject::Group(group), text)]);
    }
    statements
}
