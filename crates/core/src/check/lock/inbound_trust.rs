//! HG-LOCK-23: multifactor authentication of other tenants does not count for everybody.

use alloc::format;
use alloc::vec;

use super::samples::partner;
use crate::check::controls::{iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::TenantId;
use crate::tenant::{Gap, GapReason, InboundTrust, Part, PartKind, Partner};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-23",
    title: "Other tenants' word on multifactor authentication and devices is not taken unasked",
    family: Family::Lock,
    severity: Severity::Medium,
    why: "Whoever administers a trusted tenant says for its people that they did multifactor \
          authentication and hold a managed device. By default that is anybody who makes a tenant; \
          for a service provider it is everybody who administers here from there.",
    reads: &[PartKind::Partners],
    controls: &[nist("IA-8"), iso("A.5.19"), mitre("T1199")],
    remedy: Remedy {
        action: "Switch inbound trust off in the defaults, and on only for the organizations that \
                 you agreed it with",
        portal: "Entra admin center > Entra ID > External Identities > Cross-tenant access \
                 settings > \
                 Inbound access > Trust settings",
        graph: "PATCH /v1.0/policies/crossTenantAccessPolicy/default {\"inboundTrust\": \
                {\"isMfaAccepted\": false, …}}",
    },
    sources: &[Link {
        title: "Cross-tenant access overview",
        url: "https://learn.microsoft.com/entra/external-id/cross-tenant-access-overview",
    }],
    judge,
    samples: &[
        Sample::pass("the defaults trust nothing", |_| {}),
        Sample::fail("the defaults trust multifactor authentication", |case| {
            defaults(case, Some(InboundTrust { mfa: true, ..InboundTrust::default() }));
        }),
        Sample::fail("the defaults trust devices", |case| {
            let trust = InboundTrust { compliant_device: true, ..InboundTrust::default() };
            defaults(case, Some(trust));
        }),
        Sample::fail("a service provider is trusted", |case| {
            partner(case, Some(true), Some(MFA));
        }),
        Sample::pass("a service provider that is known is trusted", |case| {
            partner(case, Some(true), Some(MFA));
            case.register.known.partners.push(TenantId::from_u128(0x9a47));
        }),
        Sample::pass("another organization is trusted by agreement", |case| {
            partner(case, Some(false), Some(MFA));
        }),
        Sample::fail("a service provider is trusted by the defaults", |case| {
            partner(case, Some(true), None);
            defaults(case, Some(MFA));
        }),
        Sample::pass("a service provider follows strict defaults", |case| {
            partner(case, Some(true), None);
        }),
        Sample::gap("the defaults do not say", |case| defaults(case, None)),
        Sample::gap("the defaults are not listed", |case| {
            case.snapshot.partners = Part::Read { at: case.now, value: vec![] };
        }),
        Sample::gap("cannot be read", |case| {
            case.snapshot.partners = Part::Gap(Case::denied(PartKind::Partners));
        }),
        Sample::fail("the defaults trust hybrid joined devices", |case| {
            let trust = InboundTrust { hybrid_joined_device: true, ..InboundTrust::default() };
            defaults(case, Some(trust));
        }),
    ],
};

const MFA: InboundTrust =
    InboundTrust { mfa: true, compliant_device: false, hybrid_joined_device: false };

fn defaults(case: &mut Case, trust: Option<InboundTrust>) {
    if let Part::Read { value, .. } = &mut case.snapshot.partners {
        let defaults = value.iter_mut().filter(|one| one.tenant.is_none());
        defaults.for_each(|one| one.inbound_trust.clone_from(&trust));
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let partners = match context.snapshot.partners.value() {
        Ok(partners) => partners,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let mut statements: alloc::vec::Vec<_> =
        partners.iter().map(|one| judge_one(context, one)).collect();
    if partners.iter().all(|one| one.tenant.is_some()) {
        statements.push(unclear(Subject::Tenant, "the defaults are not listed"));
    }
    Judgement::Stated(statements)
}

fn judge_one(context: &Context<'_>, one: &Partner) -> Statement {
    let Some(tenant) = one.tenant else {
        let subject = Subject::Object { kind: "setting", id: "default".into(), name: None };
        return match &one.inbound_trust {
            None => unclear(subject, "the defaults do not say what is trusted"),
            Some(trust) => match words(trust) {
                None => Statement::holds(subject, "trusts nothing of other tenants"),
                Some(what) => {
                    Statement::broken(subject, format!("takes {what} of every other tenant"))
                }
            },
        };
    };
    let subject = Subject::Object { kind: "tenant", id: format!("{tenant}"), name: None };
    let Some(what) = one.inbound_trust.as_ref().and_then(words) else {
        return Statement::note(subject, "is trusted no further than the defaults say");
    };
    let is_provider = one.is_service_provider == Some(true);
    if is_provider && !context.register.known.partners.contains(&tenant) {
        let text = format!("is a service provider whose {what} counts here");
        return Statement::broken(subject, text);
    }
    Statement::note(subject, format!("its {what} counts here"))
}

fn words(trust: &InboundTrust) -> Option<&'static str> {
    match (trust.mfa, trust.compliant_device || trust.hybrid_joined_device) {
        (false, false) => None,
        (true, false) => Some("multifactor authentication"),
        (false, true) => Some("word on devices"),
        (true, true) => Some("multifactor authentication and word on devices"),
    }
}

fn unclear(subject: Subject, what: &str) -> Statement {
    let gap = Gap::new(PartKind::Partners, None, GapReason::Failed { what: what.into() });
    Statement::unknown(subject, &gap)
}
