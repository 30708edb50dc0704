//! HG-LOCK-17: applications that are a way in prove themselves with few, short-lived certificates.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::samples::{credential, federate, grant, principal, read, registration};
use crate::check::applications::{Applications, Mighty, unless_told};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, State, Statement, Subject,
};
use crate::tenant::{
    AppCredential, AppCredentialKind, ApplicationRead, FederatedCredential, Gap, GapReason, Part,
    PartKind, ServicePrincipal, ServicePrincipalKind,
};
use crate::time::{Timestamp, days_between};

/// What federated credentials are, and what an expression of theirs can say.
pub(super) const FEDERATION: Link = Link {
    title: "Flexible federated identity credentials",
    url: "https://learn.microsoft.com/entra/workload-id/\
          workload-identities-flexible-federated-identity-credentials",
};

/// How credentials of applications are recommended to be.
pub(super) const BEST_PRACTICES: Link = Link {
    title: "Security best practices for application properties in Microsoft Entra ID",
    url: "https://learn.microsoft.com/entra/identity-platform/security-best-practices-for-app-registration",
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-17",
    title: "Applications that are a way in have few certificates, no secrets, and nothing hidden",
    family: Family::Lock,
    severity: Severity::High,
    why: "A secret is copied into files and chats; a credential on the service principal itself \
          shows on no registration and is a burglar's usual way back; each further one is one more \
          that can leak. A federated credential has nothing to leak, and lets somebody outside \
          sign in as the application: whoever fits, if it asks for a pattern.",
    reads: &[
        PartKind::AppRoleGrants,
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::Application,
        PartKind::Registration,
        PartKind::FederatedCredentials,
    ],
    controls: &[cis("5.1.5.3"), nist("IA-5"), iso("A.5.17"), mitre("T1098.001")],
    remedy: Remedy {
        action: "Use a managed identity or federated credentials; otherwise one certificate on the \
                 registration, renewed within a year. Remove every other credential, and let a \
                 federated one name exactly one subject whose owners may hold these powers",
        portal: "Entra admin center > Entra ID > App registrations > the application > \
                 Certificates & secrets",
        graph: "POST /v1.0/servicePrincipals/{principal}/removePassword {\"keyId\": \"…\"}",
    },
    sources: &[BEST_PRACTICES, FEDERATION],
    judge,
    samples: &[
        Sample::pass("no such application", |_| {}),
        Sample::pass("one certificate", mighty),
        Sample::pass("two certificates while they are changed", |case| add(case, CERTIFICATE, 9)),
        Sample::fail("three certificates", |case| {
            add(case, CERTIFICATE, 9);
            add(case, CERTIFICATE, 9);
        }),
        Sample::fail("a secret", |case| add(case, AppCredentialKind::Secret, 9)),
        Sample::fail("one that has expired", |case| add(case, CERTIFICATE, -9)),
        Sample::fail("one for two years", |case| add(case, CERTIFICATE, 730)),
        Sample::fail("one on the service principal itself", |case| {
            mighty(case);
            let one = credential(case, CERTIFICATE, Some(9));
            principal(case, |principal| principal.credentials.push(one));
        }),
        Sample::pass("a managed identity, whose credentials Azure changes", |case| {
            mighty(case);
            let one = credential(case, CERTIFICATE, Some(9));
            principal(case, |principal| {
                principal.credentials.push(one);
                principal.kind = Some(ServicePrincipalKind::ManagedIdentity);
            });
            let at = case.now;
            read(case, |read| read.registration = Part::Read { at, value: None });
        }),
        Sample::pass("registered elsewhere: HG-LOCK-18 speaks of it", |case| {
            mighty(case);
            let at = case.now;
            read(case, |read| read.registration = Part::Read { at, value: None });
        }),
        Sample::pass("a federated credential for one subject", |case| {
            mighty(case);
            federate(case, Some("repo:contoso/web:ref:refs/heads/main"), None);
        }),
        Sample::pass("an expression that only one subject fits", |case| {
            mighty(case);
            federate(case, None, Some("claims['sub'] eq 'repo:contoso/web:environment:live'"));
        }),
        Sample::fail("a federated credential for whatever fits a pattern", |case| {
            mighty(case);
            federate(case, None, Some("claims['sub'] matches 'repo:contoso/*'"));
        }),
        Sample::gap("a federated credential that names nobody", |case| {
            mighty(case);
            federate(case, None, None);
        }),
        Sample::gap("the federated credentials cannot be read", |case| {
            mighty(case);
            let gap = Case::denied(PartKind::FederatedCredentials);
            read(case, |read| read.federated = Part::Gap(gap));
        }),
        Sample::gap("a credential of a kind that this version does not know", |case| {
            add(case, AppCredentialKind::Other("rune".into()), 9);
        }),
        Sample::gap("one that does not say when it ends", |case| {
            mighty(case);
            let one = credential(case, CERTIFICATE, None);
            registration(case, |registration| registration.credentials = vec![one]);
        }),
        Sample::gap("the registration cannot be read", |case| {
            mighty(case);
            read(case, |read| read.registration = Part::Gap(Case::denied(PartKind::Registration)));
        }),
    ],
};

const CERTIFICATE: AppCredentialKind = AppCredentialKind::Certificate;

/// Two certificates overlap while one replaces the other.
const CERTIFICATES_MAX: usize = 2;
/// A year, and a day for leap years.
const DAYS_MAX: i64 = 366;

fn mighty(case: &mut Case) {
    grant(case, "RoleManagement.ReadWrite.Directory");
}

fn add(case: &mut Case, kind: AppCredentialKind, days: i64) {
    mighty(case);
    let one = credential(case, kind, Some(days));
    registration(case, |registration| registration.credentials.push(one));
}

fn judge(context: &Context<'_>) -> Judgement {
    let applications = Applications::of(context);
    let mut statements =
        applications.each_way_in(|one, read, principal| judge_one(context, one, read, principal));
    unless_told(&mut statements, "no application is a way in");
    Judgement::Stated(statements)
}

fn judge_one(
    context: &Context<'_>,
    one: &Mighty<'_>,
    read: &ApplicationRead,
    principal: &ServicePrincipal,
) -> Vec<Statement> {
    if principal.kind == Some(ServicePrincipalKind::ManagedIdentity) {
        let text = "is a managed identity: Azure changes its credentials";
        return vec![Statement::holds(one.subject(), text)];
    }
    credentials(&one.subject(), read, principal, context.now)
}

/// What is wrong with the credentials of an application and its registration.
pub(super) fn credentials(
    subject: &Subject,
    read: &ApplicationRead,
    principal: &ServicePrincipal,
    now: Timestamp,
) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut found = |all: &[AppCredential], place: &str| {
        statements.extend(all.iter().flat_map(|one| faults(subject, one, place, now)));
    };
    found(&principal.credentials, "on the service principal itself");
    if let Ok(Some(registration)) = read.registration.value() {
        found(&registration.credentials, "");
        let count = registration.credentials.len();
        if count > CERTIFICATES_MAX {
            let text = format!("has {count} credentials; {CERTIFICATES_MAX} are enough");
            statements.push(Statement::broken(subject.clone(), text));
        }
    }
    let mut fine = match read.registration.value() {
        Err(gap) => {
            statements.push(Statement::unknown(subject.clone(), gap));
            return statements;
        }
        Ok(Some(_)) => "has few certificates, and nothing else",
        Ok(None) => "has no credential here: they are where it is registered",
    };
    match read.federated.value() {
        Err(gap) => statements.push(Statement::unknown(subject.clone(), gap)),
        Ok(all) => {
            if !all.is_empty() {
                fine = "has few certificates, no secrets, and trusts whom it names";
            }
            statements.extend(all.iter().map(|one| federated(subject, one)));
        }
    }
    if statements.iter().all(|one| one.state == State::Note) {
        statements.push(Statement::holds(subject.clone(), fine));
    }
    statements
}

/// Who outside signs in as the application. One subject is as good as a certificate, and somebody
/// who reads its name can tell who that is; a pattern lets in whoever comes to fit it.
fn federated(subject: &Subject, one: &FederatedCredential) -> Statement {
    let FederatedCredential { name, issuer, .. } = one;
    let who = match (&one.subject, &one.expression) {
        (_, Some(expression)) => format!("whoever fits `{expression}`"),
        (Some(named), None) => format!("`{named}`"),
        (None, None) => {
            let what = format!("the federated credential `{name}` does not say for whom it is");
            let kind = PartKind::FederatedCredentials;
            let gap = Gap::new(kind, None, GapReason::Failed { what });
            return Statement::unknown(subject.clone(), &gap);
        }
    };
    let text = format!("can be signed in as from outside: `{issuer}` says that it is {who}");
    match one.is_pattern() {
        true => Statement::broken(subject.clone(), text),
        false => Statement::note(subject.clone(), text),
    }
}

fn faults(subject: &Subject, one: &AppCredential, place: &str, now: Timestamp) -> Vec<Statement> {
    let id = one.id.map_or_else(|| "without an id".into(), |id| id.to_string());
    let what = format!("{} {id}", one.kind);
    let mut faults: Vec<String> = Vec::new();
    if !place.is_empty() {
        faults.push(format!("has the {what} {place}"));
    }
    if one.kind == AppCredentialKind::Secret {
        faults.push(format!("has the {what} instead of a certificate"));
    }
    let unclear = match (&one.kind, one.end) {
        (AppCredentialKind::Other(_), _) => Some(format!("`{what}` is of an unknown kind")),
        (_, None) => Some(format!("{what} does not say when it ends")),
        (_, Some(end)) => {
            let left = days_between(now, end);
            if left < 0 {
                faults.push(format!("has the {what}, which ended at {end}"));
            } else if left > DAYS_MAX {
                faults.push(format!("has the {what}, which counts for {left} more days"));
            }
            None
        }
    };
    let unclear = unclear.map(|what| {
        let gap = Gap::new(PartKind::Registration, None, GapReason::Failed { what });
        Statement::unknown(subject.clone(), &gap)
    });
    let broken = faults.into_iter().map(|text| Statement::broken(subject.clone(), text));
    broken.chain(unclear).collect()
}
