//! HG-LOCK-11: everybody whose role can change the door is known to the owners.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::samples::{custom_role, eligible, hold};
use crate::check::applications::open;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::powers::{Powerful, Powers, name_of};
use crate::check::sample::{CA_ADMINISTRATOR, Case, DAILY, EMERGENCY, member};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GLOBAL_ADMINISTRATOR, PrincipalId, UserId};
use crate::tenant::{GapReason, ObjectKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-11",
    title: "Everybody whose role can change the door is a known administrator",
    family: Family::Lock,
    severity: Severity::High,
    why: "Global Administrator is not the only role that opens or closes the door: others give \
          administrators new credentials, act as applications, change policies, members or \
          accounts. A holder whom nobody knows is how a break-in looks.",
    reads: &[
        PartKind::RoleDefinitions,
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
        PartKind::GroupTransitiveMembers,
        PartKind::GroupEligibilities,
        PartKind::GroupSchedules,
    ],
    controls: &[cis("1.1.3"), cis("5.3.1"), nist("AC-6(5)"), iso("A.8.2"), mitre("T1098.003")],
    remedy: Remedy {
        action: "Remove the role, or list the id under [known] administrators in halligan.toml",
        portal: "Entra admin center > Entra ID > Roles & admins > the role > Assignments",
        graph: "GET /v1.0/roleManagement/directory/roleAssignments?$filter=principalId eq \
                '{principal}'",
    },
    sources: &[
        Link {
            title: "Microsoft Entra built-in roles",
            url: "https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference",
        },
        Link {
            title: "Create custom roles in Microsoft Entra ID",
            url: "https://learn.microsoft.com/entra/identity/role-based-access-control/custom-create",
        },
    ],
    judge,
    samples: &[
        Sample::not_applicable("nobody is declared", |_| {}),
        Sample::pass("the daily administrator is known", known),
        Sample::pass("a role without powers", |case| {
            known(case);
            custom_role(
                case,
                STRANGER,
                ObjectKind::User,
                &["microsoft.directory/users/standard/read"],
            );
        }),
        Sample::fail("a Conditional Access Administrator", |case| {
            known(case);
            hold(case, STRANGER, ObjectKind::User, CA_ADMINISTRATOR.0, "/");
        }),
        Sample::fail("one who is eligible", |case| {
            known(case);
            eligible(case, STRANGER, CA_ADMINISTRATOR.0);
        }),
        Sample::fail("one for a single unit", |case| {
            known(case);
            hold(case, STRANGER, ObjectKind::User, CA_ADMINISTRATOR.0, "/administrativeUnits/1");
        }),
        Sample::fail("one with a custom role", |case| {
            known(case);
            custom_role(
                case,
                STRANGER,
                ObjectKind::User,
                &["microsoft.directory/groups/members/update"],
            );
        }),
        Sample::fail("one through a group", |case| {
            known(case);
            let group = EMERGENCY.into();
            hold(case, group, ObjectKind::Group, GLOBAL_ADMINISTRATOR.0, "/");
            let at = case.now;
            let value = vec![member(STRANGER, ObjectKind::User)];
            case.group_read(|read| read.transitive = Part::Read { at, value });
        }),
        Sample::fail("one who activated the membership of a group", |case| {
            known(case);
            let group = EMERGENCY.into();
            hold(case, group, ObjectKind::Group, GLOBAL_ADMINISTRATOR.0, "/");
            super::samples::activate(case, STRANGER);
        }),
        Sample::fail("one in a group that may activate such a group", |case| {
            known(case);
            let (outer, inner) = (EMERGENCY, crate::id::GroupId::from_u128(0x1e4));
            hold(case, outer.into(), ObjectKind::Group, GLOBAL_ADMINISTRATOR.0, "/");
            case.register.known.administrators.push(inner.into());
            let at = case.now;
            if let Some(mut read) = case.snapshot.groups.get(&outer).cloned() {
                let value = vec![member(STRANGER, ObjectKind::User)];
                read.id = inner;
                read.transitive = Part::Read { at, value };
                case.snapshot.groups.insert(inner, read);
            }
            let mut one = crate::check::sample::schedule(inner, None);
            one.role = None;
            case.group_read(|read| read.eligibilities = Part::Read { at, value: vec![one] });
        }),
        Sample::pass("through a group that is known itself", |case| {
            known(case);
            let group = EMERGENCY.into();
            case.register.known.administrators.push(group);
            hold(case, group, ObjectKind::Group, GLOBAL_ADMINISTRATOR.0, "/");
            let at = case.now;
            let value = vec![member(STRANGER, ObjectKind::User)];
            case.group_read(|read| read.transitive = Part::Read { at, value });
        }),
        Sample::gap("a role that no definition describes", |case| {
            known(case);
            hold(case, STRANGER, ObjectKind::User, crate::id::Guid::from_u128(0x707e), "/");
        }),
        Sample::gap("assignments cannot be read", |case| {
            known(case);
            let gap = Case::denied(PartKind::RoleAssignments);
            case.snapshot.role_assignments = Part::Gap(gap);
        }),
        Sample::gap("eligibilities cannot be read", |case| {
            known(case);
            let gap = Case::denied(PartKind::RoleEligibilities);
            case.snapshot.role_eligibilities = Part::Gap(gap);
        }),
        Sample::pass("no P2: nobody is eligible", |case| {
            known(case);
            let reason = GapReason::MissingLicence { code: "P2".into() };
            case.snapshot.withhold(&PartKind::RoleEligibilities, &reason);
            case.snapshot.withhold(&PartKind::RoleSchedules, &reason);
        }),
        Sample::pass("an application that is known as one", |case| {
            known(case);
            case.register.known.applications.push(STRANGER);
            hold(case, STRANGER, ObjectKind::ServicePrincipal, CA_ADMINISTRATOR.0, "/");
        }),
        Sample::pass("an application that is eligible, was read, and is known as one", |case| {
            known(case);
            super::samples::grant(case, "Policy.Read.All");
            let application = super::samples::APPLICATION;
            case.register.known.applications.push(application);
            eligible(case, application, CA_ADMINISTRATOR.0);
        }),
        Sample::pass("a built-in role of no table, whatever its actions are called", |case| {
            known(case);
            let actions = ["microsoft.directory/groups/members/update"];
            custom_role(case, STRANGER, ObjectKind::User, &actions);
            if let Part::Read { value, .. } = &mut case.snapshot.role_definitions {
                value.iter_mut().for_each(|one| one.is_built_in = true);
            }
        }),
    ],
};

const STRANGER: PrincipalId = PrincipalId::from_u128(0x57a6e);

fn known(case: &mut Case) {
    case.register.known.administrators = vec![DAILY.into()];
}

fn judge(context: &Context<'_>) -> Judgement {
    let register = context.register;
    if register.known.administrators.is_empty() {
        let why = "the register names no administrators ([known] administrators)";
        return Judgement::NotApplicable(why.into());
    }
    let known = &register.known;
    let known: BTreeSet<PrincipalId> =
        known.administrators.iter().chain(&known.applications).copied().collect();
    let powers = Powers::of(context);
    let mut statements = Vec::new();
    for (principal, ways) in powers.by_principal() {
        let is_known = context.is_declared(principal) || known.contains(&principal);
        let unknown: Vec<_> =
            ways.into_iter().filter(|way| !is_known && !through_known(way, &known)).collect();
        let subject = subject(context, principal);
        statements.push(match gravest(&unknown) {
            None => Statement::holds(subject, "is a known administrator"),
            Some(way) => Statement::broken(subject, way.words()).with_witness(all(&unknown)),
        });
    }
    statements.extend(open(&powers.gaps));
    Judgement::Stated(statements)
}

/// Whether the way is a group that is known itself: its members are known by it.
fn through_known(way: &Powerful, known: &BTreeSet<PrincipalId>) -> bool {
    way.through.is_some_and(|group| known.contains(&group.into()))
}

fn subject(context: &Context<'_>, id: PrincipalId) -> Subject {
    let declared = context.accounts.iter().find(|account| account.id == UserId(id.0));
    match declared {
        Some(declared) => context.subject(declared),
        None => Subject::Principal { id, name: name_of(context, id) },
    }
}

fn gravest<'a, 'p>(ways: &'a [&'p Powerful]) -> Option<&'a &'p Powerful> {
    ways.iter().min_by_key(|way| (!way.is_way_in(), way.powers.first(), way.is_eligible))
}

/// Every role by which a principal comes by a power, once.
fn all(ways: &[&Powerful]) -> String {
    let roles: BTreeSet<_> = ways.iter().map(|way| format!("`{}`", way.role)).collect();
    roles.into_iter().collect::<Vec<_>>().join(", ")
}
