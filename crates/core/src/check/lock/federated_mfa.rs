//! HG-LOCK-21: no identity provider outside vouches for administrators.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::samples::{hold, person};
use crate::check::applications::{is_application, open};
use crate::check::controls::{cis, iso, mitre, nist, scuba};
use crate::check::powers::Powers;
use crate::check::sample::{ALPHA, Case};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GLOBAL_ADMINISTRATOR, UserId};
use crate::tenant::{
    AccountState, AuthenticationType, Domain, FederatedMfa, Federation, Gap, GapReason, ObjectKind,
    Part, PartKind, Unknown, User,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-21",
    title: "No identity provider outside answers for the sign-ins of administrators",
    family: Family::Lock,
    severity: Severity::High,
    why: "Whoever holds the signing key of a federated domain signs in as anybody of that domain, \
          and where the tenant believes its word on multifactor authentication, past every policy \
          that demands it.",
    reads: &[
        PartKind::Domains,
        PartKind::Federations,
        PartKind::Holder,
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
    ],
    controls: &[
        cis("1.1.1"),
        scuba("MS.AAD.7.3v1"),
        nist("IA-2(1)"),
        iso("A.8.5"),
        mitre("T1556.007"),
        mitre("T1484.002"),
    ],
    remedy: Remedy {
        action: "Move the administrators to a managed domain, and let Entra ID do multifactor \
                 authentication for the domain (rejectMfaByFederatedIdp)",
        portal: "Microsoft Graph only; the users under Entra admin center > Entra ID > Users > \
                 the user > \
                 User principal name",
        graph: "PATCH /v1.0/domains/{object}/federationConfiguration/{configuration} \
                {\"federatedIdpMfaBehavior\": \"rejectMfaByFederatedIdp\"}",
    },
    sources: &[Link {
        title: "internalDomainFederation resource type",
        url: "https://learn.microsoft.com/graph/api/resources/internaldomainfederation",
    }],
    judge,
    samples: &[
        Sample::pass("no federated domain", |_| {}),
        Sample::fail("it takes the provider's word, where an administrator lives", |case| {
            federate(case, Some(FederatedMfa::AcceptIfMfaDoneByFederatedIdp));
            resident(case);
        }),
        Sample::fail("it always takes the provider's word, where one lives", |case| {
            federate(case, Some(FederatedMfa::EnforceMfaByFederatedIdp));
            resident(case);
        }),
        Sample::fail("an emergency account lives there", |case| {
            federate(case, Some(FederatedMfa::EnforceMfaByFederatedIdp));
            case.user(ALPHA, |user| user.user_principal_name = "k7vd@FED.example".into());
        }),
        Sample::fail("an administrator lives there, without the provider's word", |case| {
            federate(case, Some(FederatedMfa::RejectMfaByFederatedIdp));
            resident(case);
        }),
        Sample::pass("no administrator lives there", |case| {
            federate(case, Some(FederatedMfa::RejectMfaByFederatedIdp));
        }),
        Sample::pass("it takes the provider's word for others", |case| {
            federate(case, Some(FederatedMfa::AcceptIfMfaDoneByFederatedIdp));
        }),
        Sample::fail("it is not said whose word counts, and one lives there", |case| {
            federate(case, None);
            resident(case);
        }),
        Sample::fail("federation cannot be read, and an administrator lives there", |case| {
            federate(case, None);
            resident(case);
            case.snapshot.federations = Part::Gap(Case::denied(PartKind::Federations));
        }),
        Sample::gap("it is not said whose word counts", |case| federate(case, None)),
        Sample::gap("no configuration of the domain is listed", |case| {
            federate(case, None);
            case.snapshot.federations = Part::Read { at: case.now, value: Vec::new() };
        }),
        Sample::gap("an administrator cannot be read", |case| {
            federate(case, Some(FederatedMfa::RejectMfaByFederatedIdp));
            hold(case, RESIDENT.into(), ObjectKind::User, GLOBAL_ADMINISTRATOR.0, "/");
        }),
        Sample::gap("domains cannot be read", |case| {
            case.snapshot.domains = Part::Gap(Case::denied(PartKind::Domains));
        }),
        Sample::gap("federation cannot be read", |case| {
            federate(case, None);
            case.snapshot.federations = Part::Gap(Case::denied(PartKind::Federations));
        }),
        Sample::pass("its configuration writes the domain in other letters", |case| {
            federate(case, Some(FederatedMfa::RejectMfaByFederatedIdp));
            if let Part::Read { value, .. } = &mut case.snapshot.federations {
                value.iter_mut().for_each(|one| one.domain = "Fed.Example".into());
            }
        }),
        Sample::fail("an administrator lives there, and the domain is in other letters", |case| {
            federate(case, Some(FederatedMfa::RejectMfaByFederatedIdp));
            if let Part::Read { value, .. } = &mut case.snapshot.domains {
                value.iter_mut().for_each(|one| one.name = one.name.to_uppercase());
            }
            resident(case);
        }),
        Sample::fail("one lives in a domain whose kind this version does not know", |case| {
            federate(case, Some(FederatedMfa::RejectMfaByFederatedIdp));
            if let Part::Read { value, .. } = &mut case.snapshot.domains {
                let added = value.iter_mut().filter(|one| one.name == DOMAIN);
                added.for_each(|one| one.authentication = AuthenticationType::Other("X".into()));
            }
            resident(case);
        }),
    ],
};

const RESIDENT: UserId = UserId::from_u128(0xfed);
const DOMAIN: &str = "fed.example";

fn federate(case: &mut Case, mfa: Option<FederatedMfa>) {
    let domain = Domain {
        name: DOMAIN.into(),
        authentication: AuthenticationType::Federated,
        is_initial: false,
        is_default: false,
        is_verified: true,
        password_validity_days: None,
        unknown: Unknown::new(),
    };
    if let Part::Read { value, .. } = &mut case.snapshot.domains {
        value.push(domain);
    }
    let federation = Federation {
        id: "f1".into(),
        domain: DOMAIN.into(),
        issuer: Some("https://sts.fed.example".into()),
        mfa,
        unknown: Unknown::new(),
    };
    case.snapshot.federations = Part::Read { at: case.now, value: vec![federation] };
}

fn resident(case: &mut Case) {
    person(case, RESIDENT, |user| user.user_principal_name = "ada@fed.example".into());
    hold(case, RESIDENT.into(), ObjectKind::User, GLOBAL_ADMINISTRATOR.0, "/");
}

fn judge(context: &Context<'_>) -> Judgement {
    let domains = match context.snapshot.domains.value() {
        Ok(domains) => domains,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let mut federated = domains.iter().filter(|d| d.authentication != AuthenticationType::Managed);
    let Some(first) = federated.next() else {
        let text = "every domain is managed by Entra ID";
        return Judgement::Stated(vec![Statement::holds(Subject::Tenant, text)]);
    };
    let (residents, gaps) = residents(context);
    let mut statements: Vec<_> = [first]
        .into_iter()
        .chain(federated)
        .map(|domain| judge_one(context, domain, residents.get(&domain.name.to_lowercase())))
        .collect();
    statements.extend(open(&gaps));
    Judgement::Stated(statements)
}

/// Everybody with a way in, the accounts included, by the domain of their sign-in names.
fn residents(context: &Context<'_>) -> (BTreeMap<String, BTreeSet<UserId>>, Vec<Gap>) {
    let powers = Powers::of(context);
    let mut gaps = powers.gaps.clone();
    let mut all: BTreeMap<String, BTreeSet<UserId>> = BTreeMap::new();
    let declared = context.accounts.iter().map(|account| account.id);
    let people = powers.ways_in().into_iter().map(|id| UserId(id.0)).chain(declared);
    for id in people {
        let snapshot = context.snapshot;
        let of_holder = snapshot.holders.get(&id).map(|holder| &holder.state);
        let state = snapshot.accounts.get(&id).map(|account| &account.state).or(of_holder);
        match state.map(Part::value) {
            Some(Ok(AccountState::Present(user))) => {
                all.entry(domain_of(user)).or_default().insert(id);
            }
            Some(Ok(_)) => {}
            Some(Err(gap)) => gaps.push(gap.clone()),
            None if is_application(context, id.into()) => {}
            None => gaps.push(Gap::new(PartKind::Holder, Some(id.0), GapReason::NotInSource)),
        }
    }
    gaps.sort();
    gaps.dedup();
    (all, gaps)
}

fn domain_of(user: &User) -> String {
    user.user_principal_name.rsplit('@').next().unwrap_or_default().to_lowercase()
}

fn judge_one(
    context: &Context<'_>,
    domain: &Domain,
    residents: Option<&BTreeSet<UserId>>,
) -> Statement {
    let subject = Subject::Object { kind: "domain", id: domain.name.clone(), name: None };
    let mfa = trust(context, &domain.name);
    let Some(residents) = residents else {
        return match mfa {
            Err(gap) => Statement::unknown(subject, &gap),
            Ok(mfa) => {
                let text = format!("no administrator signs in with it ({mfa})");
                Statement::holds(subject, text)
            }
        };
    };
    let (word, how) = match &mfa {
        Ok(mfa @ FederatedMfa::RejectMfaByFederatedIdp) => ("", mfa.to_string()),
        Ok(mfa) => (" and multifactor authentication", mfa.to_string()),
        Err(_) => ("", "whose multifactor authentication counts is not known".into()),
    };
    let ids: Vec<_> = residents.iter().map(|id| format!("{id}")).collect();
    let text = format!(
        "an identity provider outside answers for passwords{word} of {} administrators",
        residents.len()
    );
    let witness = format!("{}, {how}", crate::check::context::some_of(&ids));
    let statement = Statement::broken(subject, text).with_witness(witness);
    let federations = context.snapshot.federations.value().map(Vec::as_slice).unwrap_or_default();
    match federations.iter().find(|one| one.domain.eq_ignore_ascii_case(&domain.name)) {
        Some(found) => statement.with_id("{configuration}", found.id.as_str()),
        None => statement,
    }
}

/// Whose multifactor authentication counts for a federated domain.
fn trust<'a>(context: &Context<'a>, domain: &str) -> Result<&'a FederatedMfa, Gap> {
    let federations = context.snapshot.federations.value().map_err(Clone::clone)?;
    let found = federations.iter().find(|one| one.domain.eq_ignore_ascii_case(domain));
    found.and_then(|one| one.mfa.as_ref()).ok_or_else(|| {
        let what = format!("`{domain}` does not say whose multifactor authentication counts");
        Gap::new(PartKind::Federations, None, GapReason::Failed { what })
    })
}
