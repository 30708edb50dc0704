//! HG-LOCK-12: who holds a way in is a member of this tenant, made in the cloud.

use alloc::string::String;
use alloc::vec::Vec;

use super::samples::{eligible, hold, person};
use crate::check::applications::{is_application, open, unless_told};
use crate::check::controls::{cis, iso, mitre, nist, scuba};
use crate::check::powers::{Powerful, Powers, name_of};
use crate::check::sample::{CA_ADMINISTRATOR, Case, DAILY};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GLOBAL_ADMINISTRATOR, PrincipalId, UserId};
use crate::tenant::{AccountState, Gap, GapReason, ObjectKind, Part, PartKind, User, UserType};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-12",
    title: "Nobody from outside holds a role that is a way in",
    family: Family::Lock,
    severity: Severity::High,
    why: "A guest's password is reset in another organization and a synchronised account's in a \
          directory on premises: whoever takes that over is an administrator here.",
    reads: &[
        PartKind::RoleDefinitions,
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
        PartKind::GroupTransitiveMembers,
        PartKind::Holder,
    ],
    controls: &[
        cis("1.1.1"),
        scuba("MS.AAD.7.3v1"),
        nist("AC-6(5)"),
        iso("A.8.2"),
        mitre("T1556.007"),
        mitre("T1078.004"),
    ],
    remedy: Remedy {
        action: "Give the person a cloud-only member account of this tenant for administration, \
                 and take the role from {principal}",
        portal: "Entra admin center > Entra ID > Roles & admins > the role > Assignments",
        graph: "GET /v1.0/roleManagement/directory/roleAssignments?$filter=principalId eq \
                '{principal}'",
    },
    sources: &[Link {
        title: "Protect Microsoft 365 from on-premises attacks",
        url: "https://learn.microsoft.com/entra/architecture/protect-m365-from-on-premises-attacks",
    }],
    judge,
    samples: &[
        Sample::pass("members of the cloud", |_| {}),
        Sample::fail("a guest", |case| {
            outsider(case, |user| user.user_type = Some(UserType::Guest))
        }),
        Sample::fail("a member who was invited", |case| {
            outsider(case, |user| {
                user.user_principal_name = "ada_else.example#ext#@sound.onmicrosoft.com".into();
            });
        }),
        Sample::fail("synchronised", |case| {
            outsider(case, |user| user.on_premises_sync_enabled = Some(true));
        }),
        Sample::fail("with the anchor of a synchronised object", |case| {
            outsider(case, |user| user.on_premises_immutable_id = Some("AAAA".into()));
        }),
        Sample::fail("a guest who is eligible", |case| {
            person(case, OUTSIDER, |user| user.user_type = Some(UserType::Guest));
            eligible(case, OUTSIDER.into(), GLOBAL_ADMINISTRATOR.0);
        }),
        Sample::pass("a guest with a role that is no way in", |case| {
            person(case, OUTSIDER, |user| user.user_type = Some(UserType::Guest));
            hold(case, OUTSIDER.into(), ObjectKind::User, CA_ADMINISTRATOR.0, "/");
        }),
        Sample::pass("one who is gone", |case| {
            person(case, OUTSIDER, |_| {});
            hold(case, OUTSIDER.into(), ObjectKind::User, GLOBAL_ADMINISTRATOR.0, "/");
            let at = case.now;
            if let Some(holder) = case.snapshot.holders.get_mut(&OUTSIDER) {
                holder.state = Part::Read { at, value: AccountState::Absent };
            }
        }),
        Sample::pass("an application alone: HG-LOCK-14 judges it", |case| {
            case.assignments(&[(PrincipalId::from_u128(7), ObjectKind::ServicePrincipal)]);
        }),
        Sample::gap("a holder was not read", |case| {
            hold(case, OUTSIDER.into(), ObjectKind::User, GLOBAL_ADMINISTRATOR.0, "/");
        }),
        Sample::gap("holders cannot be read", |case| {
            if let Some(holder) = case.snapshot.holders.get_mut(&DAILY) {
                holder.state = Part::Gap(Case::denied(PartKind::Holder));
            }
        }),
        Sample::pass("with an empty anchor, as Graph writes one that was taken away", |case| {
            outsider(case, |user| user.on_premises_immutable_id = Some("".into()));
        }),
    ],
};

const OUTSIDER: UserId = UserId::from_u128(0x0075);

fn outsider(case: &mut Case, change: impl FnOnce(&mut User)) {
    person(case, OUTSIDER, change);
    hold(case, OUTSIDER.into(), ObjectKind::User, GLOBAL_ADMINISTRATOR.0, "/");
}

fn judge(context: &Context<'_>) -> Judgement {
    let powers = Powers::of(context);
    let mut statements = Vec::new();
    for (id, ways) in powers.by_principal() {
        let way = ways.into_iter().find(|way| way.is_way_in());
        // That the accounts themselves are members of the cloud is HG-EXIT-04's question.
        if let Some(way) = way.filter(|_| !context.is_declared(id)) {
            statements.push(judge_one(context, id, way));
        }
    }
    statements.extend(open(&powers.gaps));
    unless_told(&mut statements, "nobody but the accounts holds a role that is a way in");
    Judgement::Stated(statements)
}

fn judge_one(context: &Context<'_>, id: PrincipalId, way: &Powerful) -> Statement {
    let subject = Subject::Principal { id, name: name_of(context, id) };
    if is_application(context, id) {
        return Statement::note(subject, "is an application: HG-LOCK-14 and HG-LOCK-18 judge it");
    }
    let Some(holder) = context.snapshot.holders.get(&UserId(id.0)) else {
        let gap = Gap::new(PartKind::Holder, Some(id.0), GapReason::NotInSource);
        return Statement::unknown(subject, &gap);
    };
    match holder.state.value() {
        Err(gap) => Statement::unknown(subject, gap),
        Ok(AccountState::Absent | AccountState::SoftDeleted) => {
            Statement::note(subject, "holds the role and does not exist")
        }
        Ok(AccountState::Present(user)) => match outside(user) {
            None => Statement::holds(subject, "is a member of the cloud"),
            Some(what) => Statement::broken(subject, what).with_witness(way.words()),
        },
    }
}

fn outside(user: &User) -> Option<String> {
    if user.user_type == Some(UserType::Guest) {
        return Some("is a guest".into());
    }
    if user.is_external() {
        return Some("is a member who signs in in another organization".into());
    }
    if user.on_premises_sync_enabled == Some(true) {
        return Some("is synchronised from a directory elsewhere".into());
    }
    let anchor = user.on_premises_immutable_id.as_ref().is_some_and(|anchor| !anchor.is_empty());
    anchor.then(|| "carries the anchor of a synchronised object".into())
}
