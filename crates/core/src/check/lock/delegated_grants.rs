//! HG-LOCK-16: no application may act for administrators with what is a way in.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::samples::APPLICATION;
use crate::check::applications::open;
use crate::check::context::some_of;
use crate::check::controls::{cis, iso, mitre, nist, scuba};
use crate::check::powers::{Powers, name_of};
use crate::check::sample::{ALPHA, BRAVO, Case, DAILY};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{PrincipalId, UserId};
use crate::power::permission;
use crate::tenant::{ConsentType, DelegatedGrant, Part, PartKind, Unknown};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-16",
    title: "No unknown application acts for administrators with a permission that is a way in",
    family: Family::Lock,
    severity: Severity::Medium,
    why: "A grant for everybody lets the application do in the name of any administrator who opens \
          it whatever the administrator may do. A phished consent or a stolen session of it is \
          enough, and an emergency account that opens it takes part.",
    reads: &[
        PartKind::DelegatedGrants,
        PartKind::RoleDefinitions,
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
    ],
    controls: &[cis("5.1.5.1"), nist("AC-6"), iso("A.8.2"), mitre("T1528"), scuba("MS.AAD.5.2v1")],
    remedy: Remedy {
        action: "Remove the grant, or require assignment of users to the application and list its \
                 service principal {principal} under [known] applications in halligan.toml",
        portal: "Entra admin center > Entra ID > Enterprise apps > the application > Permissions",
        graph: "DELETE /v1.0/oauth2PermissionGrants/{grant}",
    },
    sources: &[Link {
        title: "Overview of permissions and consent in the Microsoft identity platform",
        url: "https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview",
    }],
    judge,
    samples: &[
        Sample::pass("none", |_| {}),
        Sample::pass("for everybody, to read", |case| consent(case, None, "User.Read Mail.Read")),
        Sample::fail("for everybody, to assign roles", |case| {
            consent(case, None, "openid RoleManagement.ReadWrite.Directory");
        }),
        Sample::fail("for everybody, all that the person may do", |case| {
            consent(case, None, "Directory.AccessAsUser.All");
        }),
        Sample::fail("in other letters", |case| {
            consent(case, None, "directory.accessasuser.all");
        }),
        Sample::fail("for one administrator", |case| {
            consent(case, Some(DAILY), "RoleManagement.ReadWrite.Directory");
        }),
        Sample::fail("for one emergency account, to read", |case| {
            consent(case, Some(ALPHA), "User.Read");
        }),
        Sample::pass("for one person without a role", |case| {
            consent(case, Some(UserId::from_u128(0x9e45)), "Directory.AccessAsUser.All");
        }),
        Sample::pass("to an application that is known", |case| {
            consent(case, None, "Directory.AccessAsUser.All");
            case.register.known.applications.push(APPLICATION);
        }),
        Sample::fail("for another kind of people than this version knows", |case| {
            consent(case, Some(BRAVO), "Directory.AccessAsUser.All");
            if let Part::Read { value, .. } = &mut case.snapshot.delegated_grants {
                value.iter_mut().for_each(|grant| {
                    grant.consent = ConsentType::Other("Tribe".into());
                    grant.principal = None;
                });
            }
        }),
        Sample::gap("grants cannot be read", |case| {
            case.snapshot.delegated_grants = Part::Gap(Case::denied(PartKind::DelegatedGrants));
        }),
        Sample::gap("for one person, where roles cannot be read", |case| {
            consent(case, Some(DAILY), "Directory.AccessAsUser.All");
            case.snapshot.role_assignments = Part::Gap(Case::denied(PartKind::RoleAssignments));
        }),
    ],
};

fn consent(case: &mut Case, principal: Option<UserId>, scopes: &str) {
    let grant = DelegatedGrant {
        id: "g1".into(),
        client: APPLICATION,
        consent: match principal {
            None => ConsentType::AllPrincipals,
            Some(_) => ConsentType::Principal,
        },
        principal: principal.map(Into::into),
        scopes: scopes.split(' ').map(String::from).collect(),
        unknown: Unknown::new(),
    };
    if let Part::Read { value, .. } = &mut case.snapshot.delegated_grants {
        value.push(grant);
    }
}

/// Lets an application do whatever the person may do; the table of application permissions has no
/// such entry, because no application can hold it by itself.
const AS_THE_PERSON: &str = "Directory.AccessAsUser.All";

fn judge(context: &Context<'_>) -> Judgement {
    let grants = match context.snapshot.delegated_grants.value() {
        Ok(grants) => grants,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let powers = Powers::of(context);
    let ways_in = powers.ways_in();
    let mut statements: Vec<_> =
        grants.iter().filter_map(|grant| finding(context, grant, &ways_in)).collect();
    if statements.is_empty() && powers.gaps.is_empty() {
        let text = format!("{} grants, none of them for administrators and a way in", grants.len());
        statements = vec![Statement::holds(Subject::Tenant, text)];
    }
    statements.extend(open(&powers.gaps));
    Judgement::Stated(statements)
}

fn finding(
    context: &Context<'_>,
    grant: &DelegatedGrant,
    ways_in: &BTreeSet<PrincipalId>,
) -> Option<Statement> {
    if context.register.known.applications.contains(&grant.client) {
        return None;
    }
    let name = name_of(context, grant.client);
    let subject = Subject::Principal { id: grant.client, name };
    if let Some(account) = grant.principal.filter(|id| context.is_declared(*id)) {
        let text = format!("may act for the emergency account {account}");
        let scopes: Vec<_> = grant.scopes.iter().map(|scope| format!("`{scope}`")).collect();
        let statement = Statement::broken(subject, text).with_witness(some_of(&scopes));
        return Some(statement.with_id("{grant}", grant.id.as_str()));
    }
    // A grant for nobody in particular counts as one for everybody.
    let concerns = grant.principal.is_none_or(|person| ways_in.contains(&person));
    let scopes: Vec<_> = grant.scopes.iter().filter(|scope| is_way_in(scope)).collect();
    if !concerns || scopes.is_empty() {
        return None;
    }
    let whom = grant.principal.map_or_else(
        || "everybody who opens it".into(),
        |person| format!("the administrator {person}"),
    );
    let scopes: Vec<_> = scopes.iter().map(|scope| format!("`{scope}`")).collect();
    let text = format!("may act for {whom} with {}", some_of(&scopes));
    let statement = Statement::broken(subject, text);
    let statement = statement.with_witness(format!("grant `{}`", grant.id));
    Some(statement.with_id("{grant}", grant.id.as_str()))
}

fn is_way_in(scope: &str) -> bool {
    let powers = permission(scope).map(|permission| permission.powers).unwrap_or_default();
    scope.eq_ignore_ascii_case(AS_THE_PERSON) || powers.iter().any(|power| power.is_way_in())
}
