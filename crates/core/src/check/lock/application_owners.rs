//! HG-LOCK-19: nobody without a role owns an application that is a way in.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::samples::{APPLICATION, REGISTRATION, eligible, grant, hold, own, read};
use crate::check::applications::{Applications, Mighty, unless_told};
use crate::check::controls::{cis, iso, mitre, nist, scuba};
use crate::check::powers::{Powers, name_of};
use crate::check::sample::{Case, DAILY, member};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{Guid, PrincipalId, UserId};
use crate::power::Power;
use crate::tenant::{ApplicationRead, Member, ObjectKind, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-19",
    title: "Only administrators own, or manage, an application that is a way in",
    family: Family::Lock,
    severity: Severity::Critical,
    why: "An owner adds a credential and acts as the application. Owners hold no role and show in \
          no list of administrators: one phished person, or whoever resets that person's \
          password, becomes Global Administrator alone.",
    reads: &[
        PartKind::AppRoleGrants,
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
        PartKind::Application,
        PartKind::ApplicationOwners,
        PartKind::Registration,
        PartKind::RegistrationOwners,
    ],
    controls: &[
        cis("5.1.2.2"),
        scuba("MS.AAD.5.1v1"),
        nist("AC-6(5)"),
        iso("A.8.2"),
        mitre("T1098.001"),
    ],
    remedy: Remedy {
        action: "Remove the owner from the service principal and from the registration; \
                 administrators of applications can still manage both",
        portal: "Entra admin center > Entra ID > Enterprise apps, and App registrations > the \
                 application > Owners",
        graph: "DELETE /v1.0/{objects}/{application}/owners/{principal}/$ref",
    },
    sources: &[Link {
        title: "Overview of enterprise application ownership",
        url: "https://learn.microsoft.com/entra/identity/enterprise-apps/overview-assign-app-owners",
    }],
    judge,
    samples: &[
        Sample::pass("no such application", |_| {}),
        Sample::pass("no owners", mighty),
        Sample::fail("a plain user owns the service principal", |case| {
            mighty(case);
            own(case, member(PLAIN, ObjectKind::User));
        }),
        Sample::fail("a plain user owns the registration", |case| {
            mighty(case);
            let at = case.now;
            let value = vec![member(PLAIN, ObjectKind::User)];
            read(case, |read| read.registration_owners = Part::Read { at, value });
        }),
        Sample::fail("another application owns it", |case| {
            mighty(case);
            own(case, member(PrincipalId::from_u128(0xa9b), ObjectKind::ServicePrincipal));
        }),
        Sample::pass("an administrator with a way in owns it", |case| {
            mighty(case);
            own(case, member(DAILY, ObjectKind::User));
        }),
        Sample::fail("a plain user administers this application only", |case| {
            mighty(case);
            let scope = format!("/{REGISTRATION}");
            hold(case, PLAIN.into(), ObjectKind::User, APPLICATION_ADMINISTRATOR, &scope);
        }),
        Sample::fail("a plain user administers this service principal only", |case| {
            mighty(case);
            let scope = format!("/{APPLICATION}");
            hold(case, PLAIN.into(), ObjectKind::User, APPLICATION_ADMINISTRATOR, &scope);
        }),
        Sample::fail("a plain user may activate the administration of this application", |case| {
            mighty(case);
            eligible(case, PLAIN.into(), APPLICATION_ADMINISTRATOR);
            if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
                value.iter_mut().for_each(|one| one.scope = Some(format!("/{REGISTRATION}")));
            }
        }),
        Sample::fail("an agent administers this application only", |case| {
            mighty(case);
            let scope = format!("/{REGISTRATION}");
            let agent = PrincipalId::from_u128(0xa9e47);
            hold(case, agent, ObjectKind::AgentIdentity, APPLICATION_ADMINISTRATOR, &scope);
        }),
        Sample::pass("a plain user reads this application only", |case| {
            mighty(case);
            let scope = format!("/{REGISTRATION}");
            hold(case, PLAIN.into(), ObjectKind::User, SECURITY_READER, &scope);
        }),
        Sample::pass("a plain user administers another application only", |case| {
            mighty(case);
            let scope = format!("/{}", Guid::from_u128(0xa9c));
            hold(case, PLAIN.into(), ObjectKind::User, APPLICATION_ADMINISTRATOR, &scope);
        }),
        Sample::gap("owners cannot be read", |case| {
            mighty(case);
            let gap = Case::denied(PartKind::ApplicationOwners);
            read(case, |read| read.owners = Part::Gap(gap));
        }),
        Sample::gap("the registration's owners cannot be read", |case| {
            mighty(case);
            let gap = Case::denied(PartKind::RegistrationOwners);
            read(case, |read| read.registration_owners = Part::Gap(gap));
        }),
        Sample::fail("a plain user administers its service principal only", |case| {
            mighty(case);
            let scope = format!("/{APPLICATION}");
            hold(case, PLAIN.into(), ObjectKind::User, APPLICATION_ADMINISTRATOR, &scope);
        }),
        Sample::pass("an administrator with a way in administers it as well", |case| {
            mighty(case);
            let scope = format!("/{REGISTRATION}");
            hold(case, DAILY.into(), ObjectKind::User, APPLICATION_ADMINISTRATOR, &scope);
        }),
        Sample::pass(
            "a plain user holds another role for it, which gives it no credentials",
            |case| {
                mighty(case);
                let scope = format!("/{REGISTRATION}");
                let role = crate::check::sample::CA_ADMINISTRATOR.0;
                hold(case, PLAIN.into(), ObjectKind::User, role, &scope);
            },
        ),
    ],
};

const PLAIN: UserId = UserId::from_u128(0x91a14);
/// Security Reader.
const SECURITY_READER: Guid = Guid::from_u128(0x5d6b6bb7_de71_4623_b4af_96380a352509);
/// Application Administrator.
const APPLICATION_ADMINISTRATOR: Guid = Guid::from_u128(0x9b895d92_2cd3_44c7_9d02_a6ac2d5ea5c3);

fn mighty(case: &mut Case) {
    grant(case, "RoleManagement.ReadWrite.Directory");
}

fn judge(context: &Context<'_>) -> Judgement {
    let powers = Powers::of(context);
    let ways_in = powers.ways_in();
    let applications = Applications::of(context);
    let mut statements = applications.each_way_in(|one, read, _| {
        let mut statements = owners(one, read, &ways_in);
        statements.extend(managers(context, one, read, (&powers, &ways_in)));
        if statements.is_empty() {
            let text = "only administrators own or manage it";
            statements.push(Statement::holds(one.subject(), text));
        }
        statements
    });
    unless_told(&mut statements, "no application is a way in");
    Judgement::Stated(statements)
}

/// Owners who hold no way in of their own, and what could not be read.
pub(super) fn owners(
    one: &Mighty<'_>,
    read: &ApplicationRead,
    ways_in: &BTreeSet<PrincipalId>,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    let registration = read.registration.value().ok().and_then(Option::as_ref);
    let places = [
        (&read.owners, "owns", "servicePrincipals", Some(one.id.to_string())),
        (
            &read.registration_owners,
            "owns the registration of",
            "applications",
            registration.map(|one| one.id.to_string()),
        ),
    ];
    for (part, how, objects, id) in places {
        match part.value() {
            Err(gap) => statements.push(Statement::unknown(one.subject(), gap)),
            Ok(owners) => {
                let plain = owners.iter().filter(|owner| !ways_in.contains(&owner.id));
                statements.extend(plain.map(|owner| {
                    let statement = finding(one, owner, how).with_id("{objects}", objects);
                    match &id {
                        Some(id) => statement.with_id("{application}", id.as_str()),
                        None => statement,
                    }
                }));
            }
        }
    }
    statements
}

fn finding(one: &Mighty<'_>, owner: &Member, how: &str) -> Statement {
    let subject = Subject::Principal { id: owner.id, name: owner.display_name.clone() };
    let kind = match &owner.kind {
        ObjectKind::User => "a user without a role that is a way in".into(),
        ObjectKind::ServicePrincipal => "an application".into(),
        ObjectKind::AgentIdentity => "an agent".into(),
        ObjectKind::AgentIdentityBlueprintPrincipal => "an agent's blueprint".into(),
        ObjectKind::AgentUser => "an agent's user".into(),
        other => format!("an object of the type `{other}`"),
    };
    let text = format!("{how} {}: {kind} can act as it", one.subject());
    Statement::broken(subject, text).with_witness(one.words())
}

/// Administrators of this one application who hold no way in otherwise.
fn managers(
    context: &Context<'_>,
    one: &Mighty<'_>,
    read: &ApplicationRead,
    (powers, ways_in): (&Powers, &BTreeSet<PrincipalId>),
) -> Vec<Statement> {
    let registration = read.registration.value().ok().and_then(Option::as_ref);
    let mut scopes: Vec<String> = registration.iter().map(|one| format!("/{}", one.id)).collect();
    scopes.push(format!("/{}", one.id));
    let mut statements: Vec<_> = powers
        .found
        .iter()
        .filter(|way| scopes.iter().any(|scope| scope.eq_ignore_ascii_case(&way.scope)))
        .filter(|way| way.powers.contains(&Power::ActAsApplications))
        .filter(|way| !ways_in.contains(&way.principal))
        .map(|way| {
            let name = name_of(context, way.principal);
            let subject = Subject::Principal { id: way.principal, name };
            let how = if way.is_eligible { "may administer" } else { "administers" };
            let text = format!("{how} {} as `{}`, and can act as it", one.subject(), way.role);
            Statement::broken(subject, text).with_witness(one.words())
        })
        .collect();
    if let Err(gap) = read.registration.value() {
        statements.push(Statement::unknown(one.subject(), gap));
    }
    statements
}
