//! HG-ESTATE-01: how many people can be Global Administrator, each counted once.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{cis, iso, mitre, nist, scuba};
use crate::check::powers::{is_group, members};
use crate::check::sample::{ALPHA, BRAVO, Case, DAILY, EMERGENCY, member, schedule};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GroupId, UserId};
use crate::register::Range;
use crate::tenant::{Gap, ObjectKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-01",
    title: "The number of Global Administrators is within bounds",
    family: Family::Estate,
    severity: Severity::Medium,
    why: "With one, a lost phone is a lost tenant; with many, one of them is phished. Each person \
          counts once: direct, through groups, eligible, and eligible for or activated in such a \
          group. CIS wants two to four, Microsoft fewer than five, SCuBA two to eight: [bounds] \
          global_administrators settles it.",
    reads: &[
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
        PartKind::GroupTransitiveMembers,
        PartKind::GroupEligibilities,
        PartKind::GroupSchedules,
    ],
    controls: &[
        cis("1.1.3"),
        scuba("MS.AAD.7.1v1"),
        nist("AC-6(5)"),
        iso("A.8.2"),
        mitre("T1078.004"),
    ],
    remedy: Remedy {
        action: "Give the others a narrower role, or set [bounds] global_administrators in \
                 halligan.toml to what your policy says",
        portal: "Entra admin center > Entra ID > Roles & admins > Global Administrator > \
                 Assignments",
        graph: "GET /v1.0/roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq \
                '62e90394-69f5-4237-9190-012177145e10'",
    },
    sources: &[
        Link {
            title: "Best practices for Microsoft Entra roles",
            url: "https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices",
        },
        crate::check::exit::CIS_BENCHMARK,
        crate::check::exit::SCUBA_BASELINE,
    ],
    judge,
    samples: &[
        Sample::pass("three", |_| {}),
        Sample::pass("an eligible one who is active too counts once", |case| {
            eligible(case, &[DAILY]);
        }),
        Sample::pass("five, where the register allows eight", |case| {
            eligible(case, &[UserId::from_u128(1), UserId::from_u128(2)]);
            read(case, &[1, 2]);
            case.register.global_administrators = Range { least: 2, most: 8 };
        }),
        Sample::fail("five", |case| {
            eligible(case, &[UserId::from_u128(1), UserId::from_u128(2)]);
        }),
        Sample::fail("one", |case| case.assignments(&[(ALPHA.into(), ObjectKind::User)])),
        Sample::fail("five, two of them eligible for a group that holds the role", |case| {
            case.assignments(&[
                (ALPHA.into(), ObjectKind::User),
                (BRAVO.into(), ObjectKind::User),
                (DAILY.into(), ObjectKind::User),
                (EMERGENCY.into(), ObjectKind::Group),
            ]);
            let at = case.now;
            let value = [3, 4].map(|id| schedule(UserId::from_u128(id), None)).to_vec();
            case.group_read(|read| read.eligibilities = Part::Read { at, value });
        }),
        Sample::fail("five, two of whom have activated such a group", |case| {
            case.assignments(&[
                (ALPHA.into(), ObjectKind::User),
                (BRAVO.into(), ObjectKind::User),
                (DAILY.into(), ObjectKind::User),
                (EMERGENCY.into(), ObjectKind::Group),
            ]);
            let at = case.now;
            let value = [3, 4].map(|id| schedule(UserId::from_u128(id), None)).to_vec();
            case.group_read(|read| read.schedules = Part::Read { at, value });
        }),
        Sample::pass("three, and two whose activation has ended", |case| {
            case.assignments(&[
                (ALPHA.into(), ObjectKind::User),
                (DAILY.into(), ObjectKind::User),
                (EMERGENCY.into(), ObjectKind::Group),
            ]);
            let at = case.now;
            let value = [3, 4].map(|id| schedule(UserId::from_u128(id), Some(at))).to_vec();
            case.group_read(|read| read.schedules = Part::Read { at, value });
        }),
        Sample::fail("five, two of them in a group that is eligible for such a group", |case| {
            case.assignments(&[
                (ALPHA.into(), ObjectKind::User),
                (BRAVO.into(), ObjectKind::User),
                (DAILY.into(), ObjectKind::User),
                (EMERGENCY.into(), ObjectKind::Group),
            ]);
            let at = case.now;
            let value = vec![schedule(INNER, None)];
            if let Some(mut inner) = case.snapshot.groups.get(&EMERGENCY).cloned() {
                inner.id = INNER;
                let people = [3, 4].map(|id| member(UserId::from_u128(id), ObjectKind::User));
                inner.transitive = Part::Read { at, value: people.to_vec() };
                case.snapshot.groups.insert(INNER, inner);
            }
            case.group_read(|read| read.eligibilities = Part::Read { at, value });
        }),
        Sample::pass("three, and two whose eligibility has ended", |case| {
            let end = Some(case.now);
            if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
                value.extend([3, 4].map(|id| schedule(UserId::from_u128(id), end)));
            }
        }),
        Sample::gap("one who is eligible may be a group, of which nothing was read", |case| {
            eligible(case, &[UserId::from_u128(1)]);
        }),
        Sample::gap("a group's members cannot be read", |case| {
            case.assignments(&[
                (ALPHA.into(), ObjectKind::User),
                (DAILY.into(), ObjectKind::User),
                (GroupId::from_u128(5).into(), ObjectKind::Group),
            ]);
        }),
        Sample::gap("eligibilities cannot be read", |case| {
            let gap = Case::denied(PartKind::RoleEligibilities);
            case.snapshot.role_eligibilities = Part::Gap(gap);
        }),
    ],
};

/// A group that may activate the membership of the one that holds the role.
const INNER: GroupId = GroupId::from_u128(0x1e4);

/// Reads these users, as people who hold a role.
fn read(case: &mut Case, ids: &[u128]) {
    for id in ids.iter().map(|id| UserId::from_u128(*id)) {
        if let Some(mut holder) = case.snapshot.holders.get(&DAILY).cloned() {
            holder.id = id;
            case.snapshot.holders.insert(id, holder);
        }
    }
}

fn eligible(case: &mut Case, ids: &[UserId]) {
    if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
        value.extend(ids.iter().map(|id| schedule(*id, None)));
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let mut persons = BTreeSet::new();
    let mut gaps = Vec::new();
    let mut holders = BTreeSet::new();
    match context.active_holdings() {
        Ok(holdings) => holders.extend(holdings.iter().map(|one| one.principal)),
        Err(gap) => gaps.push(gap.clone()),
    }
    match context.eligible_administrators() {
        Ok(all) => {
            let live = all.filter(|one| one.is_live(context.now));
            holders.extend(live.map(|one| one.principal));
        }
        Err(gap) => gaps.push(gap.clone()),
    }
    for holder in holders {
        let is_group = is_group(context, holder);
        if is_group == Ok(true) {
            let (found, unread) = members(context, GroupId(holder.0));
            persons.extend(found.into_keys());
            gaps.extend(unread);
        } else {
            persons.insert(holder);
            gaps.extend(is_group.err());
        }
    }
    gaps.sort();
    gaps.dedup();
    Judgement::Stated(weigh(context, persons.len(), &gaps))
}

/// Too many is too many whatever else there is; enough is enough only when all was read.
fn weigh(context: &Context<'_>, count: usize, gaps: &[Gap]) -> Vec<Statement> {
    let range = context.register.global_administrators;
    let text = format!("{count} principals are or can become Global Administrator");
    if count > range.most || (gaps.is_empty() && !range.contains(count)) {
        let text = format!("{text}; {} to {} are wanted", range.least, range.most);
        return vec![Statement::broken(Subject::Tenant, text)];
    }
    if gaps.is_empty() {
        return vec![Statement::holds(Subject::Tenant, text)];
    }
    let unknown = |gap| Statement::unknown(Subject::Tenant, gap);
    gaps.iter().map(unknown).chain([Statement::note(Subject::Tenant, text)]).collect()
}
