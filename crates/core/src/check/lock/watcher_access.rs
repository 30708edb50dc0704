//! HG-LOCK-26: nobody else can act as the watcher.

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::application_credentials::{BEST_PRACTICES, credentials};
use super::samples::{credential, trust};
use super::watcher_reads::{change, person, subject};
use crate::check::controls::{iso, mitre, nist};
use crate::check::sample::{Case, DAILY, WATCHER, member};
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{
    AppCredentialKind, ApplicationRead, ApplicationState, Gap, GapReason, ObjectKind, Part,
    PartKind, ServicePrincipal, ServicePrincipalKind,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-26",
    title: "Nobody else can act as the watcher: no owners, and one good credential",
    family: Family::Lock,
    severity: Severity::Medium,
    why: "What the watcher reads is a map of the door: members, methods, gaps. An owner or a \
          forgotten secret reads it unseen, and can break the watcher when it is needed.",
    reads: &[
        PartKind::Watcher,
        PartKind::Application,
        PartKind::ApplicationOwners,
        PartKind::Registration,
        PartKind::RegistrationOwners,
        PartKind::FederatedCredentials,
    ],
    controls: &[nist("IA-5"), iso("A.5.17"), mitre("T1098.001")],
    remedy: Remedy {
        action: "Remove the owners of the watcher's service principal and registration, and every \
                 credential but the one certificate in use",
        portal: "Entra admin center > Entra ID > App registrations > the watcher > Owners, \
                 Certificates & \
                 secrets",
        graph: "GET /v1.0/servicePrincipals/{watcher}/owners, then DELETE \
                /v1.0/servicePrincipals/{watcher}/owners/{owner}/$ref",
    },
    sources: &[BEST_PRACTICES],
    judge,
    samples: &[
        Sample::pass("one certificate, and no owners", renew),
        Sample::not_applicable("a person signed in", person),
        Sample::fail("an owner of the service principal", |case| {
            renew(case);
            let at = case.now;
            let value = vec![member(DAILY, ObjectKind::User)];
            own(case, |read| read.owners = Part::Read { at, value });
        }),
        Sample::fail("an owner of the registration", |case| {
            renew(case);
            let at = case.now;
            let value = vec![member(DAILY, ObjectKind::User)];
            own(case, |read| read.registration_owners = Part::Read { at, value });
        }),
        Sample::fail("a secret", |case| certify(case, AppCredentialKind::Secret, 90)),
        Sample::fail("a certificate that has ended", |case| {
            certify(case, AppCredentialKind::Certificate, -1);
        }),
        Sample::fail("a federated credential for whatever fits a pattern", |case| {
            renew(case);
            let at = case.now;
            let one = trust(None, Some("claims['sub'] matches 'repo:contoso/*'"));
            own(case, |read| read.federated = Part::Read { at, value: vec![one] });
        }),
        Sample::gap("its federated credentials cannot be read", |case| {
            renew(case);
            let gap = Case::denied(PartKind::FederatedCredentials);
            own(case, |read| read.federated = Part::Gap(gap));
        }),
        Sample::pass("a managed identity", |case| {
            let at = case.now;
            own(case, |read| {
                read.registration = Part::Read { at, value: None };
                if let Part::Read { value: ApplicationState::Present(one), .. } = &mut read.state {
                    one.kind = Some(ServicePrincipalKind::ManagedIdentity);
                }
            });
        }),
        Sample::gap("it is not known which application it is", |case| {
            change(case, |watcher| watcher.principal = None);
        }),
        Sample::gap("its service principal was not read", |case| {
            case.snapshot.applications.clear();
        }),
        Sample::gap("its service principal cannot be read", |case| {
            own(case, |read| read.state = Part::Gap(Case::denied(PartKind::Application)));
        }),
        Sample::gap("its owners cannot be read", |case| {
            renew(case);
            own(case, |read| read.owners = Part::Gap(Case::denied(PartKind::ApplicationOwners)));
        }),
    ],
};

fn own(case: &mut Case, change: impl FnOnce(&mut ApplicationRead)) {
    if let Some(read) = case.snapshot.applications.get_mut(&WATCHER) {
        change(read);
    }
}

fn renew(case: &mut Case) {
    certify(case, AppCredentialKind::Certificate, 90);
}

fn certify(case: &mut Case, kind: AppCredentialKind, days: i64) {
    let one = credential(case, kind, Some(days));
    own(case, |read| {
        if let Part::Read { value: Some(registration), .. } = &mut read.registration {
            registration.credentials = vec![one];
        }
    });
}

fn judge(context: &Context<'_>) -> Judgement {
    let watcher = match context.watcher() {
        Ok(watcher) => watcher,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    if watcher.is_delegated {
        let why: String = "a person signed in, and not the application itself".into();
        return Judgement::NotApplicable(why);
    }
    let subject = subject(watcher);
    let read = watcher.principal.and_then(|id| context.snapshot.applications.get(&id));
    let statements = match read.map(|read| (read, read.state.value())) {
        Some((read, Ok(ApplicationState::Present(one)))) => judge_one(context, &subject, read, one),
        Some((_, Err(gap))) => vec![Statement::unknown(subject, gap)],
        None | Some((_, Ok(ApplicationState::Absent))) => {
            let id = watcher.principal.map(|id| id.0);
            let gap = Gap::new(PartKind::Application, id, GapReason::NotInSource);
            vec![Statement::unknown(subject, &gap)]
        }
    };
    Judgement::Stated(statements)
}

fn judge_one(
    context: &Context<'_>,
    subject: &Subject,
    read: &ApplicationRead,
    principal: &ServicePrincipal,
) -> Vec<Statement> {
    let mut statements = match &principal.kind {
        Some(ServicePrincipalKind::ManagedIdentity) => {
            let text = "is a managed identity: Azure changes its credentials";
            vec![Statement::holds(subject.clone(), text)]
        }
        _ => credentials(subject, read, principal, context.now),
    };
    let places = [(&read.owners, "it"), (&read.registration_owners, "its registration")];
    for (part, what) in places {
        match part.value() {
            Err(gap) => statements.push(Statement::unknown(subject.clone(), gap)),
            Ok(owners) => statements.extend(owners.iter().map(|owner| {
                let name = owner.display_name.clone();
                let text = alloc::format!("owns {what} and can act as the watcher");
                let subject = Subject::Principal { id: owner.id, name };
                let id = owner.id.to_string();
                Statement::broken(subject, text).with_id("{owner}", id)
            })),
        }
    }
    statements
}
