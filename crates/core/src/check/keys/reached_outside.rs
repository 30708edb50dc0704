//! HG-KEYS-19: custodians are reached when the tenant is not.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::EMERGENCY_ACCESS;
use crate::check::controls::{cis, iso, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Remedy, Sample, Severity, Statement, Subject,
};
use crate::register::{Contact, ContactKind};
use crate::tenant::{Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-19",
    title: "Every custodian is reached when the tenant and one network are not",
    family: Family::Keys,
    severity: Severity::Medium,
    why: "On the day on which the owners are locked out, a mailbox in the tenant is locked as \
          well. Two phone numbers are one network.",
    reads: &[PartKind::Domains],
    controls: &[cis("1.1.2"), nist("CP-2"), nist("IR-4"), iso("A.5.5")],
    remedy: Remedy {
        action: "Declare a mail address outside the tenant and a phone for each person ([[custody.\
                 people]] reach)",
        portal: "none: it is declared in the register",
        graph: "none: it is declared in the register",
    },
    sources: &[EMERGENCY_ACCESS],
    judge,
    samples: &[
        Sample::pass("mail outside, and a phone", |case| {
            reach(case, &["mail:x@example.net", "sms:+31612345678"]);
        }),
        Sample::not_applicable("nobody is declared", |case| case.register.custody.people.clear()),
        Sample::fail("no way is declared", |case| reach(case, &[])),
        Sample::fail("mail in the tenant, and a phone", |case| {
            let domain = case.snapshot.domains.value().ok().and_then(|all| all.first().cloned());
            let inside = domain.map(|one| alloc::format!("mail:x@{}", one.name));
            let inside = inside.unwrap_or_default();
            reach(case, &[&inside, "sms:+31612345678"]);
        }),
        Sample::fail("two phones", |case| reach(case, &["phone:+3120123456", "sms:+31612345678"])),
        Sample::gap("domains cannot be read", |case| {
            reach(case, &["mail:x@example.net", "sms:+31612345678"]);
            case.snapshot.domains = Part::Gap(Case::denied(PartKind::Domains));
        }),
    ],
};

fn reach(case: &mut Case, ways: &[&str]) {
    let ways: Vec<Contact> = ways.iter().filter_map(|way| way.parse().ok()).collect();
    for person in &mut case.register.custody.people {
        person.reach = ways.clone();
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let people = &context.register.custody.people;
    if people.is_empty() {
        return Judgement::NotApplicable("the register declares no people ([custody])".into());
    }
    let domains: BTreeSet<String> = match context.snapshot.domains.value() {
        Ok(domains) => domains.iter().map(|one| one.name.to_ascii_lowercase()).collect(),
        Err(gap) => return Judgement::Stated([Statement::unknown(Subject::Tenant, gap)].into()),
    };
    let stated = people.iter().map(|person| {
        let id = person.id.to_string();
        let subject = Subject::Object { kind: "person", id, name: person.name.clone() };
        let mail = person.reach.iter().filter_map(Contact::mail_domain);
        let (inside, outside): (Vec<_>, Vec<_>) = mail.partition(|one| domains.contains(one));
        let has =
            |kinds: &[ContactKind]| person.reach.iter().any(|one| kinds.contains(&one.kind()));
        let is_called = has(&[ContactKind::Sms, ContactKind::Phone]);
        let is_written = !outside.is_empty() || has(&[ContactKind::Other]);
        match (is_called, is_written) {
            (true, true) => Statement::holds(subject, "reached by phone, and outside of it"),
            (false, false) if inside.is_empty() => {
                Statement::broken(subject, "no way to reach them is declared")
            }
            (true, false) => {
                Statement::broken(subject, "reached through phone networks, or the tenant, alone")
            }
            (false, true) => Statement::broken(subject, "no phone number is declared"),
            (false, false) => Statement::broken(subject, "reached through the tenant alone"),
        }
    });
    Judgement::Stated(stated.collect())
}
