//! HG-LOCK-10: no other group looks like the emergency group.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::group;
use crate::check::context::some_of;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::GroupId;
use crate::tenant::{Group, GroupRef, GroupState, Part, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-10",
    title: "No other group that policies or roles name looks like the emergency group",
    family: Family::Lock,
    severity: Severity::Medium,
    why: "Names prove nothing, and people choose by name: a policy that excludes a second group of \
          the same looks exempts whoever is in that one, and the accounts are locked out. Anybody \
          who may create groups can make one.",
    reads: &[PartKind::Group, PartKind::ReferencedGroups],
    controls: &[cis("5.1.3.1"), cis("1.1.2"), mitre("T1036"), nist("IA-4"), iso("A.5.16")],
    remedy: Remedy {
        action: "Compare the ids. Rename the group {principal} after making sure that no policy \
                 means it instead of the emergency group {group}",
        portal: "Entra admin center > Entra ID > Groups > All groups > Object Id",
        graph: "PATCH /v1.0/groups/{principal} {\"displayName\": \"…\"}",
    },
    sources: &[Link {
        title: "Unicode Technical Standard #39: Unicode security mechanisms",
        url: "https://www.unicode.org/reports/tr39/",
    }],
    judge,
    samples: &[
        Sample::pass("another name", |case| name(case, "k8 q2")),
        Sample::not_applicable("no group is declared", |case| case.register.group = None),
        Sample::fail("the same name", |case| name(case, "k7 q2")),
        Sample::fail("in other letters", |case| {
            // Cyrillic ka, a full-width digit, a no-break space.
            name(case, "\u{43a}\u{ff17}\u{a0}Q2");
        }),
        Sample::fail("with a character that is not seen", |case| name(case, "k7\u{200b} q2")),
        Sample::fail("I for l and O for 0", |case| {
            case.group(|group| group.display_name = "Lock 0ut".into());
            name(case, "I\u{3bf}ck Out");
            name(case, "l\u{3bf}ck Out");
        }),
        Sample::gap("the groups that policies name cannot be read", |case| {
            case.snapshot.referenced_groups = Part::Gap(Case::denied(PartKind::ReferencedGroups));
        }),
        Sample::gap("the group cannot be read", |case| {
            case.group_read(|read| read.state = Part::Gap(Case::denied(PartKind::Group)));
        }),
        Sample::fail("the same name, of a group that was read for another reason", |case| {
            let Some(mut read) = case.snapshot.groups.values().next().cloned() else { return };
            read.id = GroupId::from_u128(0x100d);
            case.snapshot.groups.insert(read.id, read);
        }),
    ],
};

fn name(case: &mut Case, name: &str) {
    if let Part::Read { value, .. } = &mut case.snapshot.referenced_groups {
        value.insert(GroupId::from_u128(0x100c), name.into());
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    group(context, |read, group| {
        let mut names = BTreeMap::new();
        let mut statements = Vec::new();
        match context.snapshot.referenced_groups.value() {
            Ok(named) => names.extend(named.iter().map(|(id, name)| (*id, name.as_str()))),
            Err(gap) => statements.push(Statement::unknown(Subject::Group(read.id), gap)),
        }
        for (id, other) in &context.snapshot.groups {
            if let Ok(GroupState::Present(other)) = other.state.value() {
                names.insert(*id, other.display_name.as_str());
            }
        }
        names.remove(&read.id);
        statements.extend(alike(context, group, &names));
        if statements.is_empty() {
            let text = format!("{} other groups that policies or roles name differ", names.len());
            statements = vec![Statement::holds(Subject::Group(read.id), text)];
        }
        statements
    })
}

fn alike(context: &Context<'_>, group: &Group, names: &BTreeMap<GroupId, &str>) -> Vec<Statement> {
    let looks = skeleton(&group.display_name);
    names
        .iter()
        .filter(|(_, name)| skeleton(name) == looks)
        .map(|(id, name)| {
            let subject = Subject::Principal { id: (*id).into(), name: Some((*name).into()) };
            let text = format!("is a group that looks like the emergency group {}", group.id);
            let excluding = excluding(context, *id);
            let statement = Statement::broken(subject, text);
            match excluding.is_empty() {
                true => statement,
                false => statement.with_witness(format!("excluded by {}", some_of(&excluding))),
            }
        })
        .collect()
}

/// The policies that exclude a group.
fn excluding(context: &Context<'_>, group: GroupId) -> Vec<String> {
    let policies = context.policies().unwrap_or_default();
    let excludes =
        |users: &crate::tenant::Users| users.exclude_groups.contains(&GroupRef::Id(group));
    policies
        .iter()
        .filter(|policy| policy.conditions.users.as_ref().is_some_and(excludes))
        .map(|policy| format!("{}", Subject::policy(policy)))
        .collect()
}

/// What a name looks like: letters of other scripts, digits and capitals as the small Latin letter
/// that they resemble, and nothing that is not seen.
fn skeleton(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter_map(looks_like).collect()
}

fn looks_like(letter: char) -> Option<char> {
    let plain = match letter {
        // Full-width forms are the ASCII ones at a distance.
        '\u{ff01}'..='\u{ff5e}' => {
            let code = u32::from(letter).checked_sub(0xfee0)?;
            char::from_u32(code)?.to_ascii_lowercase()
        }
        other => other,
    };
    match plain {
        'a'..='h' | 'j' | 'k' | 'm'..='z' => Some(plain),
        '0' | 'о' | 'ο' | 'օ' => Some('o'),
        '1' | 'i' | 'l' | '|' | 'ı' | 'і' | 'ι' | 'ӏ' => Some('l'),
        'а' | 'α' => Some('a'),
        'в' | 'β' => Some('b'),
        'с' | 'ϲ' => Some('c'),
        'ԁ' => Some('d'),
        'е' | 'ε' | 'ё' => Some('e'),
        'н' | 'η' | 'һ' => Some('h'),
        'ј' => Some('j'),
        'к' | 'κ' => Some('k'),
        'м' | 'μ' => Some('m'),
        'п' | 'ν' => Some('n'),
        'р' | 'ρ' => Some('p'),
        'ѕ' => Some('s'),
        'т' | 'τ' => Some('t'),
        'υ' => Some('u'),
        'х' | 'χ' => Some('x'),
        'у' | 'γ' => Some('y'),
        'ζ' => Some('z'),
        seen if seen.is_alphanumeric() => Some(seen),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_has_one_skeleton() {
        for (one, other, same) in [
            ("Break Glass", "break-glass", true),
            ("Вгеак", "Bгeaк", true),
            ("ΑΒΕ", "abe", true),
            ("Admin l", "Admin 1", true),
            ("k7", "k8", false),
            ("管理者", "管理人", false),
            ("", "\u{200b}", true),
        ] {
            assert_eq!(skeleton(one) == skeleton(other), same, "{one} {other}");
        }
    }
}
