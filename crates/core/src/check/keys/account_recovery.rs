//! HG-KEYS-11: self-service account recovery does not reach the accounts.

use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{ALPHA, BRAVO, Case};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::tenant::{GapReason, Part, PartKind, RecoveryProfile, RecoveryPurpose, Unknown, User};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-11",
    title: "Self-service account recovery finds no name on an account",
    family: Family::Keys,
    severity: Severity::High,
    why: "Account recovery gives an account a new credential for an identity document whose names \
          match the account's. An emergency account with a name belongs to whoever has that \
          document, or makes one.",
    reads: &[PartKind::RecoveryProfiles, PartKind::Account],
    controls: &[cis("1.1.2"), nist("IA-5"), iso("A.5.17"), mitre("T1098")],
    remedy: Remedy {
        action: "Clear given name and surname of the account, and leave it out of the profile",
        portal: "Entra admin center > Verified ID > Profiles, and Users > the account > Properties",
        graph: "PATCH /v1.0/users/{id} {\"givenName\": null, \"surname\": null}",
    },
    sources: &[
        EMERGENCY_ACCESS,
        Link {
            title: "Microsoft Entra ID account recovery",
            url: "https://learn.microsoft.com/entra/identity/authentication/concept-self-service-account-recovery",
        },
    ],
    judge,
    samples: &[
        Sample::pass("no profile", |_| {}),
        Sample::pass("recovery, and no names", |case| add(case, &[RecoveryPurpose::Recovery])),
        Sample::pass("names, and a profile for newcomers", |case| {
            add(case, &[RecoveryPurpose::Onboarding]);
            name(case);
        }),
        Sample::pass("names, and a profile that only evaluates", |case| {
            add(case, &[RecoveryPurpose::Recovery]);
            name(case);
            change(case, |profile| profile.is_test_only = true);
        }),
        Sample::pass("names, and a profile that is off", |case| {
            add(case, &[RecoveryPurpose::Recovery]);
            name(case);
            change(case, |profile| profile.is_enabled = false);
        }),
        Sample::fail("recovery, and a name", |case| {
            add(case, &[RecoveryPurpose::Recovery]);
            name(case);
        }),
        Sample::fail("every purpose, and a surname", |case| {
            add(case, &[RecoveryPurpose::All]);
            case.user(BRAVO, |user| user.surname = Some("Lovelace".into()));
        }),
        Sample::fail("a purpose that this version does not know may be recovery", |case| {
            add(case, &[RecoveryPurpose::Other("rescue".into())]);
            name(case);
        }),
        Sample::fail("a profile without a purpose may be recovery", |case| {
            add(case, &[]);
            name(case);
        }),
        Sample::gap("profiles cannot be read", |case| {
            let gap = Case::denied(PartKind::RecoveryProfiles);
            case.snapshot.recovery_profiles = Part::Gap(gap);
        }),
        Sample::gap("an account cannot be read", |case| {
            add(case, &[RecoveryPurpose::Recovery]);
            let gap = Case::denied(PartKind::Account);
            case.account(ALPHA, |one| one.state = Part::Gap(gap));
        }),
        Sample::not_applicable("no P1: no account recovery", |case| {
            let reason = GapReason::MissingLicence { code: "P1".into() };
            case.snapshot.withhold(&PartKind::RecoveryProfiles, &reason);
        }),
    ],
};

fn add(case: &mut Case, purposes: &[RecoveryPurpose]) {
    let profile = RecoveryProfile {
        id: "r".into(),
        name: Some("Document".into()),
        is_enabled: true,
        purposes: purposes.to_vec(),
        is_test_only: false,
        unknown: Unknown::new(),
    };
    case.snapshot.recovery_profiles = Part::Read { at: case.now, value: vec![profile] };
}

fn change(case: &mut Case, change: fn(&mut RecoveryProfile)) {
    if let Part::Read { value, .. } = &mut case.snapshot.recovery_profiles {
        value.iter_mut().for_each(change);
    }
}

fn name(case: &mut Case) {
    case.user(ALPHA, |user| user.given_name = Some("Ada".into()));
}

fn judge(context: &Context<'_>) -> Judgement {
    let profiles = match context.snapshot.recovery_profiles.value() {
        Ok(profiles) => profiles,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let live: Vec<_> = profiles.iter().filter(|profile| recovers(profile)).collect();
    let Some(first) = live.first() else {
        let text = format!("{} profiles read, none recovers accounts", profiles.len());
        return Judgement::Stated(vec![Statement::holds(Subject::Tenant, text)]);
    };
    let profile = first.name.as_deref().unwrap_or(first.id.as_str());
    Judgement::Stated(context.each_user(|declared, user| {
        let subject = context.subject(declared);
        vec![match has_name(user) {
            true => {
                let text = format!("has a name, which profile `{profile}` holds against documents");
                Statement::broken(subject, text)
            }
            false => Statement::holds(subject, "has no name that a document could match"),
        }]
    }))
}

/// Whether a profile gives accounts back; one that does not say may.
fn recovers(profile: &RecoveryProfile) -> bool {
    let may = |purpose: &RecoveryPurpose| *purpose != RecoveryPurpose::Onboarding;
    let recovers = profile.purposes.is_empty() || profile.purposes.iter().any(may);
    profile.is_enabled && !profile.is_test_only && recovers
}

fn has_name(user: &User) -> bool {
    user.given_name.iter().chain(&user.surname).any(|name| !name.trim().is_empty())
}
