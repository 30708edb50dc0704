//! HG-ESTATE-11: what this tenant may do in its customers' tenants is narrow, and does not run out
//! unnoticed.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GLOBAL_ADMINISTRATOR, Guid, RoleTemplateId, TenantId};
use crate::power::role;
use crate::tenant::{
    DelegatedAdmin, DelegatedGroup, Gap, GapReason, Part, PartKind, RelationshipStatus, Unknown,
};
use crate::time::{Timestamp, days_between};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-ESTATE-11",
    title: "Delegated admin relationships of this partner are narrow and do not run out",
    family: Family::Estate,
    severity: Severity::Medium,
    why: "Whoever breaks in here administers every customer whose relationship carries Global \
          Administrator; and a relationship that has run out is the help that does not come when a \
          customer is locked out.",
    reads: &[PartKind::DelegatedAdmins],
    controls: &[nist("AC-6"), iso("A.5.19"), mitre("T1199")],
    remedy: Remedy {
        action: "Ask the customer for a relationship with narrower roles (Privileged \
                 Authentication Administrator reaches a locked-out administrator) that extends \
                 itself, then end {object}",
        portal: "Partner Center > Customers > the customer > Admin relationships",
        graph: "GET /v1.0/tenantRelationships/delegatedAdminRelationships/{object}",
    },
    sources: &[
        Link {
            title: "Introduction to granular delegated admin privileges (GDAP)",
            url: "https://learn.microsoft.com/partner-center/customers/gdap-introduction",
        },
        Link {
            title: "delegatedAdminRelationship resource type",
            url: "https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship",
        },
    ],
    judge,
    samples: &[
        Sample::not_applicable("this tenant is nobody's partner", |_| {}),
        Sample::pass("narrow, and far from its end", |case| relate(case, |_| {})),
        Sample::fail("with Global Administrator", |case| {
            relate(case, |one| one.roles.push(GLOBAL_ADMINISTRATOR));
        }),
        Sample::fail("a group here holds Global Administrator through it", |case| {
            relate(case, |one| {
                one.groups = Some(vec![DelegatedGroup {
                    group: Some(Guid::from_u128(0x9)),
                    status: Some(RelationshipStatus::Active),
                    roles: vec![GLOBAL_ADMINISTRATOR],
                }]);
            });
        }),
        Sample::fail("it ends in ten days", |case| {
            let end = after(case, 10);
            relate(case, |one| one.end = end);
        }),
        Sample::pass("it ends in ten days and extends itself", |case| {
            let end = after(case, 10);
            relate(case, |one| {
                one.end = end;
                one.auto_extend = Some("P180D".into());
            });
        }),
        Sample::fail("it is about to run out", |case| {
            relate(case, |one| one.status = RelationshipStatus::Expiring);
        }),
        Sample::fail("it has run out", |case| {
            relate(case, |one| one.status = RelationshipStatus::Expired);
        }),
        Sample::pass("one was ended", |case| {
            relate(case, |one| {
                one.status = RelationshipStatus::Terminated;
                one.roles.push(GLOBAL_ADMINISTRATOR);
            });
        }),
        Sample::pass("one waits for the customer", |case| {
            relate(case, |one| one.status = RelationshipStatus::ApprovalPending);
        }),
        Sample::gap("it does not say when it ends", |case| relate(case, |one| one.end = None)),
        Sample::gap("in a state that this version does not know", |case| {
            relate(case, |one| one.status = RelationshipStatus::Other("dormant".into()));
        }),
        Sample::gap("cannot be read", |case| {
            case.snapshot.delegated_admins = Part::Gap(Case::denied(PartKind::DelegatedAdmins));
        }),
    ],
};

/// The partner needs the customer's approval for a new one, which takes a while to get.
const DAYS_LEFT_MIN: i64 = 30;

fn after(case: &Case, days: i64) -> Option<Timestamp> {
    Timestamp::from_second(case.now.as_second() + days * 86_400).ok()
}

/// Adds a relationship that is in order but for `change`.
fn relate(case: &mut Case, change: impl FnOnce(&mut DelegatedAdmin)) {
    /// Helpdesk Administrator.
    const HELPDESK: RoleTemplateId =
        RoleTemplateId::from_u128(0x729827e3_9c14_49f7_bb1b_9608f156bbb8);
    let mut one = DelegatedAdmin {
        id: "r1".into(),
        display_name: Some("support".into()),
        customer: Some(TenantId::from_u128(0xc0)),
        status: RelationshipStatus::Active,
        end: after(case, 300),
        auto_extend: None,
        roles: vec![HELPDESK],
        groups: Some(Vec::new()),
        unknown: Unknown::new(),
    };
    change(&mut one);
    case.snapshot.delegated_admins = Part::Read { at: case.now, value: vec![one] };
}

fn judge(context: &Context<'_>) -> Judgement {
    match context.snapshot.delegated_admins.value() {
        Err(gap) => Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
        Ok(all) if all.is_empty() => {
            Judgement::NotApplicable("this tenant administers no other".into())
        }
        Ok(all) => Judgement::Stated(all.iter().flat_map(|one| judge_one(context, one)).collect()),
    }
}

fn judge_one(context: &Context<'_>, one: &DelegatedAdmin) -> Vec<Statement> {
    use RelationshipStatus as S;
    let subject = || Subject::Object {
        kind: "relationship",
        id: one.id.clone(),
        name: one.display_name.clone(),
    };
    let customer = one.customer.map_or_else(|| "a customer".into(), |id| id.to_string());
    let status = &one.status;
    match status {
        S::Active | S::Expiring => {}
        S::Expired => {
            let text = format!("has run out: nobody here can help {customer} through it");
            return vec![Statement::broken(subject(), text)];
        }
        S::Other(word) => {
            let what = format!("this version does not know the state `{word}`");
            let gap = Gap::new(PartKind::DelegatedAdmins, None, GapReason::Failed { what });
            return vec![Statement::unknown(subject(), &gap)];
        }
        _ => return vec![Statement::holds(subject(), format!("does not count (`{status}`)"))],
    }
    let mut statements = Vec::new();
    if let Some(what) = assigns_roles(one) {
        let text =
            format!("lets this tenant make anybody Global Administrator of {customer}: {what}");
        statements.push(Statement::broken(subject(), text));
    }
    statements.extend(ending(context, one, &subject(), &customer));
    if statements.is_empty() {
        let text = format!("is narrow, and does not run out soon ({customer})");
        statements.push(Statement::holds(subject(), text));
    }
    statements
}

/// A role of the relationship, or of a group that uses it, that assigns roles.
fn assigns_roles(one: &DelegatedAdmin) -> Option<String> {
    let of_groups = one.groups.iter().flatten().flat_map(|group| &group.roles);
    let mut roles = one.roles.iter().chain(of_groups).filter_map(|id| role(*id));
    let found = roles.find(|role| role.powers.contains(&crate::power::Power::AssignRoles))?;
    Some(format!("`{}`", found.name))
}

fn ending(
    context: &Context<'_>,
    one: &DelegatedAdmin,
    subject: &Subject,
    customer: &str,
) -> Option<Statement> {
    let extends = one.auto_extend.as_deref().is_some_and(|term| term != "PT0S" && !term.is_empty());
    let is_expiring = one.status == RelationshipStatus::Expiring;
    let Some(end) = one.end else {
        let what = "the relationship does not say when it ends".into();
        let gap = Gap::new(PartKind::DelegatedAdmins, None, GapReason::Failed { what });
        return Some(Statement::unknown(subject.clone(), &gap));
    };
    let left = days_between(context.now, end);
    let is_near = is_expiring || left < DAYS_LEFT_MIN;
    (is_near && !extends).then(|| {
        let text = format!("ends at {end} and does not extend itself ({customer})");
        Statement::broken(subject.clone(), text)
    })
}
