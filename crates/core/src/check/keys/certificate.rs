//! HG-KEYS-09: where a certificate opens an account, what it depends on stands.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::ca::{Factors, allowing, barred, certificate_factors};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{ALPHA, Case, method, passkey, target};
use crate::check::{Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement};
use crate::register::DeclaredAccount;
use crate::tenant::{
    Feature, MethodConfiguration, MethodKind, Part, PartKind, TargetKind, Unknown,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-09",
    title: "Certificates work now, and are no account's only way in",
    family: Family::Keys,
    severity: Severity::High,
    why: "A certificate needs the method switched on for the account, an authority that has not \
          run out, and a revocation list that Entra can fetch: your servers, on the day on which \
          they may be what is broken. Whoever can issue certificates can sign in.",
    reads: &[PartKind::AccountMethods, PartKind::MethodsPolicy],
    controls: &[cis("1.1.2"), nist("IA-2(1)"), iso("A.8.5"), mitre("T1556.006")],
    remedy: Remedy {
        action: "Register a passkey (FIDO2) on the account beside the certificate; watch when the \
                 authority's certificate and revocation list run out",
        portal: "Entra admin center > Entra ID > Authentication methods > Policies > \
                 Certificate-based \
                 authentication",
        graph: "GET /v1.0/policies/authenticationMethodsPolicy/\
                authenticationMethodConfigurations/x509Certificate",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Certificate revocation list validation in certificate-based authentication",
            url: "https://learn.microsoft.com/entra/identity/authentication/concept-certificate-based-authentication-certificate-revocation-list",
        },
    ],
    judge,
    samples: &[
        Sample::not_applicable("no certificate", |_| {}),
        Sample::pass("beside a key", |case| hold(case, true, None)),
        Sample::pass("beside a key, with revocation lists", |case| {
            hold(case, true, Some("enabled"));
        }),
        Sample::pass("alone, without revocation lists", |case| hold(case, false, Some("disabled"))),
        Sample::fail("alone, with revocation lists", |case| hold(case, false, Some("enabled"))),
        Sample::fail("the method is off", |case| {
            hold(case, true, None);
            case.methods_policy(|policy| {
                policy.configurations.iter_mut().for_each(|one| one.state = Feature::Disabled);
            });
        }),
        Sample::fail("the method is not in the policy", |case| {
            let certificate = method(MethodKind::X509Certificate);
            case.methods(ALPHA, vec![passkey("1"), certificate]);
        }),
        Sample::fail("the method is for others", |case| {
            hold(case, true, None);
            case.methods_policy(|policy| {
                let other = target(TargetKind::Group, "00000000-0000-0000-0000-00000000000a");
                policy.configurations.iter_mut().for_each(|one| one.include = vec![other.clone()]);
            });
        }),
        Sample::fail("it counts as one factor, as it does by default", |case| {
            hold(case, true, None);
            modes(case, "x509CertificateSingleFactor", None);
        }),
        Sample::pass("each rule makes it count as several", |case| {
            hold(case, true, None);
            modes(case, "x509CertificateMultiFactor", Some("x509CertificateMultiFactor"));
        }),
        Sample::gap("some certificates count as several factors, by a rule", |case| {
            hold(case, true, None);
            modes(case, "x509CertificateSingleFactor", Some("x509CertificateMultiFactor"));
        }),
        Sample::gap("some certificates count as one factor, by a rule", |case| {
            hold(case, true, None);
            modes(case, "x509CertificateMultiFactor", Some("x509CertificateSingleFactor"));
        }),
        Sample::gap("what it counts as was not said", |case| {
            hold(case, true, None);
            case.methods_policy(|policy| {
                policy.configurations.iter_mut().for_each(|one| drop(one.unknown.remove(MODES)));
            });
        }),
        Sample::gap("methods cannot be read", |case| {
            let gap = Case::denied(PartKind::AccountMethods);
            case.account(ALPHA, |one| one.methods = Part::Gap(gap));
        }),
        Sample::gap("the policy cannot be read", |case| {
            hold(case, true, None);
            case.snapshot.methods_policy = Part::Gap(Case::denied(PartKind::MethodsPolicy));
        }),
    ],
};

fn modes(case: &mut Case, default: &str, rule: Option<&str>) {
    let rules: Vec<_> = rule
        .map(|mode| serde_json::json!({ "x509CertificateAuthenticationMode": mode }))
        .into_iter()
        .collect();
    let modes = serde_json::json!({
        "x509CertificateAuthenticationDefaultMode": default,
        "rules": rules,
    });
    case.methods_policy(|policy| {
        let configurations = policy.configurations.iter_mut().filter(|one| one.id == METHOD);
        configurations.for_each(|one| drop(one.unknown.insert(MODES.into(), modes.clone())));
    });
}

fn hold(case: &mut Case, has_key: bool, lists: Option<&str>) {
    let certificate = method(MethodKind::X509Certificate);
    let mut methods = vec![certificate];
    methods.extend(has_key.then(|| passkey("1")));
    case.methods(ALPHA, methods);
    let modes = serde_json::json!({
        "x509CertificateAuthenticationDefaultMode": "x509CertificateMultiFactor",
        "rules": [],
    });
    let mut unknown = Unknown::from([(MODES.into(), modes)]);
    if let Some(state) = lists {
        unknown.insert(CRL.into(), serde_json::json!({ "state": state }));
    }
    let configuration = MethodConfiguration {
        id: METHOD.into(),
        odata_type: None,
        state: Feature::Enabled,
        include: vec![target(TargetKind::Group, "all_users")],
        exclude: Vec::new(),
        fido2: None,
        unknown,
    };
    case.methods_policy(|policy| policy.configurations.push(configuration));
}

const METHOD: &str = "x509Certificate";
/// The method's setting for what a certificate counts as.
const MODES: &str = "authenticationModeConfiguration";
/// The method's setting for revocation lists.
const CRL: &str = "crlValidationConfiguration";

fn judge(context: &Context<'_>) -> Judgement {
    let statements: Vec<_> =
        context.accounts.iter().flat_map(|one| account(context, one)).collect();
    match statements.is_empty() && !context.accounts.is_empty() {
        true => Judgement::NotApplicable("no certificate is registered on an account".into()),
        false => Judgement::Stated(statements),
    }
}

fn account(context: &Context<'_>, declared: &DeclaredAccount) -> Vec<Statement> {
    let subject = || context.subject(declared);
    let methods = match context.methods(declared) {
        Ok(methods) => methods,
        Err(gap) => return vec![Statement::unknown(subject(), &gap)],
    };
    if methods.iter().all(|one| one.kind != MethodKind::X509Certificate) {
        return Vec::new();
    }
    let policy = match context.snapshot.methods_policy.value() {
        Ok(policy) => policy,
        Err(gap) => return vec![Statement::unknown(subject(), gap)],
    };
    let Some(standing) = context.standing(declared) else {
        return Vec::new();
    };
    let configuration = match allowing(standing.holder(), policy, METHOD) {
        Ok(Some((configuration, _))) => configuration,
        Ok(None) => {
            let why = barred(standing.holder(), policy, METHOD);
            let text = format!("has a certificate that does not work: {why}");
            return vec![Statement::broken(subject(), text)];
        }
        Err(gap) => return vec![Statement::unknown(subject(), &gap)],
    };
    let has_key = methods.iter().any(|one| one.passkey.is_some());
    let first = match (has_key, checks_lists(configuration)) {
        (false, true) => Statement::broken(
            subject(),
            "has a certificate and no key: where Entra cannot fetch the revocation list, it is \
             locked out",
        ),
        (true, true) => Statement::holds(
            subject(),
            "has a key beside the certificate, which needs its revocation list to be fetched",
        ),
        (_, false) => Statement::holds(subject(), "has a certificate that the policy takes"),
    };
    let factors = match certificate_factors(configuration) {
        Ok(Factors::Several) => Statement::note(subject(), "has a certificate that counts as MFA"),
        Ok(Factors::One) => Statement::broken(
            subject(),
            "has a certificate that counts as one factor only: what demands MFA stays shut for it",
        ),
        Err(gap) => Statement::unknown(subject(), &gap),
    };
    let text = "when the authority's certificate and its revocation list run out was not read";
    vec![first, factors, Statement::note(subject(), text)]
}

/// Whether a certificate without a reachable revocation list is refused.
fn checks_lists(configuration: &MethodConfiguration) -> bool {
    let state = configuration.unknown.get(CRL).and_then(|one| one.get("state"));
    state.and_then(serde_json::Value::as_str).is_some_and(|s| s.eq_ignore_ascii_case("enabled"))
}
