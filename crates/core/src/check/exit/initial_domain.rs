//! HG-EXIT-05: the accounts are in the tenant's initial domain, and it is managed.

use alloc::vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, mitre, nist, scuba};
use crate::check::sample::{ALPHA, BRAVO, Case};
use crate::check::{Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement};
use crate::register::DeclaredAccount;
use crate::tenant::{AuthenticationType, Domain, Part, PartKind, User};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-05",
    title: "Each account is in the tenant's initial domain, and that domain is managed",
    family: Family::Exit,
    severity: Severity::High,
    why: "The initial onmicrosoft.com domain needs no DNS of yours and no identity provider of \
          yours. An account elsewhere is lost with a domain registration or a federation server.",
    reads: &[PartKind::Account, PartKind::Domains],
    controls: &[cis("1.1.2"), scuba("MS.AAD.7.3v1"), nist("AC-6(5)"), mitre("T1556.007")],
    remedy: Remedy {
        action: "Create a new account in the initial domain: renaming one breaks the passkeys \
                 that are registered on it",
        portal: "Entra admin center > Entra ID > Domain names",
        graph: "GET /v1.0/domains",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("initial and managed", |_| {}),
        Sample::fail("a custom domain", |case| {
            case.user(ALPHA, |user| user.user_principal_name = "k7vd@sound.example".into());
        }),
        Sample::pass("in another letter case", |case| {
            case.user(ALPHA, |user| user.user_principal_name = "k7vd@Sound.OnMicrosoft.com".into());
        }),
        Sample::fail("a second onmicrosoft.com domain, which the tenant added later", |case| {
            case.user(BRAVO, |user| user.user_principal_name = "q@other.onmicrosoft.com".into());
            if let Part::Read { value, .. } = &mut case.snapshot.domains
                && let Some(first) = value.first().cloned()
            {
                let name = "other.onmicrosoft.com".into();
                value.push(Domain { name, is_initial: false, ..first });
            }
        }),
        Sample::fail("a domain that the tenant does not have", |case| {
            case.user(BRAVO, |user| user.user_principal_name = "q@other.onmicrosoft.com".into());
        }),
        Sample::fail("the initial domain is federated", |case| {
            if let Part::Read { value, .. } = &mut case.snapshot.domains {
                value.iter_mut().for_each(|d| d.authentication = AuthenticationType::Federated);
            }
        }),
        Sample::gap("domains cannot be read", |case| {
            case.snapshot.domains = Part::Gap(Case::denied(PartKind::Domains));
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    let domains = context.snapshot.domains.value();
    Judgement::Stated(context.each_user(|declared, user| {
        vec![match domains {
            Ok(domains) => account(context, declared, user, domains),
            Err(gap) => Statement::unknown(context.subject(declared), gap),
        }]
    }))
}

fn account(
    context: &Context<'_>,
    declared: &DeclaredAccount,
    user: &User,
    domains: &[Domain],
) -> Statement {
    let subject = context.subject(declared);
    let suffix = user.user_principal_name.rsplit_once('@').map_or("", |(_, domain)| domain);
    let domain = domains.iter().find(|domain| domain.name.eq_ignore_ascii_case(suffix));
    match domain {
        None => Statement::broken(subject, "is in a domain that the tenant does not list"),
        Some(domain) if domain.authentication != AuthenticationType::Managed => {
            let text = alloc::format!(
                "is in the domain `{}`, whose authentication is {}",
                domain.name,
                domain.authentication
            );
            Statement::broken(subject, text)
        }
        Some(domain) if !domain.is_initial => {
            let text = alloc::format!("is in `{}`, which is not the initial domain", domain.name);
            Statement::broken(subject, text)
        }
        Some(_) => Statement::holds(subject, "is in the initial domain, which is managed"),
    }
}
