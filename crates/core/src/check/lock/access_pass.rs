//! HG-LOCK-20: nobody alone can issue a Temporary Access Pass for an emergency account.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec;
use alloc::vec::Vec;

use super::samples::{eligible, hold};
use crate::check::applications::{Applications, open};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::powers::{Activation, Powerful, Powers, name_of};
use crate::check::sample::{ALPHA, BRAVO, Case, DAILY, EMERGENCY, schedule};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, Guid, PrincipalId};
use crate::power::Power;
use crate::register::DeclaredAccount;
use crate::tenant::{
    Approver, Feature, Gap, GapReason, GroupAccess, GroupPolicy, Membership, MethodConfiguration,
    MethodTarget, ObjectKind, Part, PartKind, RoleDemand, RolePolicy, RoleRule, TargetKind,
    Unknown, User,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-20",
    title: "Nobody alone can issue a Temporary Access Pass for an emergency account",
    family: Family::Lock,
    severity: Severity::High,
    why: "A Temporary Access Pass signs in at once, counts as multifactor authentication, and \
          needs neither key nor envelope. Where the method is open to the accounts, one \
          administrator or application who may issue it is the whole door.",
    reads: &[
        PartKind::MethodsPolicy,
        PartKind::Account,
        PartKind::AccountMemberships,
        PartKind::RoleAssignments,
        PartKind::RoleSchedules,
        PartKind::RoleEligibilities,
        PartKind::RolePolicies,
        PartKind::GroupPolicies,
        PartKind::AppRoleGrants,
    ],
    controls: &[cis("1.1.2"), nist("AC-5"), iso("A.5.3"), mitre("T1556.006")],
    remedy: Remedy {
        action: "Exclude the emergency group from the method Temporary Access Pass; open it for \
                 the minutes in which two of you register a new key",
        portal: "Entra admin center > Entra ID > Authentication methods > Temporary Access Pass \
                 > Exclude",
        graph: "PATCH /v1.0/policies/authenticationMethodsPolicy/\
                authenticationMethodConfigurations/TemporaryAccessPass {\"excludeTargets\": \
                [{\"targetType\": \"group\", \"id\": \"{group}\"}], …}",
    },
    sources: &[Link {
        title: "Configure Temporary Access Pass in Microsoft Entra ID",
        url: "https://learn.microsoft.com/entra/identity/authentication/howto-authentication-temporary-access-pass",
    }],
    judge,
    samples: &[
        Sample::pass("the method is not configured", |_| {}),
        Sample::pass("the method is off", |case| {
            pass(case, |method| method.state = Feature::Disabled);
        }),
        Sample::fail("open to everybody, and a daily administrator", |case| pass(case, |_| {})),
        Sample::pass("the emergency group is excluded", |case| {
            pass(case, |method| method.exclude = vec![target(EMERGENCY.0)]);
        }),
        Sample::pass("open to another group", |case| {
            pass(case, |method| method.include = vec![target(Guid::from_u128(0x0a))]);
        }),
        Sample::pass("the accounts are in a restricted unit", |case| {
            pass(case, |_| {});
            for id in [ALPHA, BRAVO] {
                case.user(id, |user| user.is_management_restricted = Some(true));
            }
        }),
        Sample::pass("nobody but the accounts", |case| {
            pass(case, |_| {});
            accounts_only(case);
        }),
        Sample::fail("one who is eligible and activates alone", |case| {
            waiting(case, &[]);
        }),
        Sample::pass("one who is eligible, whom another approves", |case| {
            waiting(case, &[rule(Some(true), &[PrincipalId::from_u128(0xa990)])]);
        }),
        Sample::pass("one who is the only approver, and cannot approve the own request", |case| {
            waiting(case, &[rule(Some(true), &[DAILY.into()])]);
        }),
        Sample::fail("one who is eligible, where approvers are named and not asked", |case| {
            waiting(case, &[rule(Some(false), &[PrincipalId::from_u128(0xa990)])]);
        }),
        Sample::fail("one who is eligible, where only an assignment is approved", |case| {
            let mut other = rule(Some(true), &[PrincipalId::from_u128(0xa990)]);
            other.id = "Approval_Admin_Eligibility".into();
            waiting(case, &[other]);
        }),
        Sample::gap("one who is eligible, where the role's settings cannot be read", |case| {
            waiting(case, &[]);
            case.snapshot.role_policies = Part::Gap(Case::denied(PartKind::RolePolicies));
        }),
        Sample::fail("one whose role is for a unit that an account is in", |case| {
            scoped(case);
            enter(case);
        }),
        Sample::pass("one whose role is for a unit that no account is in", scoped),
        Sample::gap("one whose role is for a unit, and memberships cannot be read", |case| {
            scoped(case);
            let gap = Case::denied(PartKind::AccountMemberships);
            case.account(ALPHA, |one| one.memberships = Part::Gap(gap));
        }),
        Sample::gap("the method is in a state that this version does not know", |case| {
            pass(case, |method| method.state = Feature::Other("pilot".into()));
        }),
        Sample::fail("one who activates a membership of the group that holds it alone", |case| {
            through_group(case, GroupAccess::Member, &[(GroupAccess::Member, None)]);
        }),
        Sample::pass("one who activates a membership, whom another approves", |case| {
            through_group(case, GroupAccess::Member, &[(GroupAccess::Member, Some(true))]);
        }),
        Sample::fail("one who activates the ownership, where only memberships wait", |case| {
            let settings = [(GroupAccess::Member, Some(true)), (GroupAccess::Owner, Some(false))];
            through_group(case, GroupAccess::Owner, &settings);
        }),
        Sample::pass("one who activates two memberships, the first with approval", |case| {
            nested(case, [Some(true), Some(false)]);
        }),
        Sample::pass("one who activates two memberships, the second with approval", |case| {
            nested(case, [None, Some(true)]);
        }),
        Sample::fail("one who activates two memberships alone", |case| {
            nested(case, [None, Some(false)]);
        }),
        Sample::fail("one who needs approval for the role, and none through a group", |case| {
            let settings = [(GroupAccess::Member, Some(false))];
            through_group(case, GroupAccess::Member, &settings);
            eligible(case, DAILY.into(), GLOBAL_ADMINISTRATOR.0);
            let rules = vec![rule(Some(true), &[])];
            case.snapshot.role_policies =
                Part::Read { at: case.now, value: vec![role_policy(rules)] };
        }),
        Sample::gap("one who activates a membership, where only the ownership is set", |case| {
            through_group(case, GroupAccess::Member, &[(GroupAccess::Owner, None)]);
        }),
        Sample::gap("one who activates a membership, whose settings cannot be read", |case| {
            through_group(case, GroupAccess::Member, &[]);
            case.group_read(|read| {
                read.policies = Part::Gap(Case::denied(PartKind::GroupPolicies));
            });
        }),
        Sample::fail("an application that may issue it", |case| {
            pass(case, |_| {});
            accounts_only(case);
            super::samples::grant(case, "UserAuthMethod-TAP.ReadWrite.All");
        }),
        Sample::gap("the methods policy cannot be read", |case| {
            case.snapshot.methods_policy = Part::Gap(Case::denied(PartKind::MethodsPolicy));
        }),
        Sample::gap("roles cannot be read", |case| {
            pass(case, |_| {});
            case.snapshot.role_assignments = Part::Gap(Case::denied(PartKind::RoleAssignments));
        }),
        Sample::fail(
            "one who activates a membership, and only the role asks for approval",
            |case| {
                waiting(case, &[rule(Some(true), &[PrincipalId::from_u128(0xa990)])]);
                if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
                    value.clear();
                }
                hold(case, EMERGENCY.into(), ObjectKind::Group, GLOBAL_ADMINISTRATOR.0, "/");
                let at = case.now;
                let one = crate::check::sample::schedule(DAILY, None);
                let settings = vec![group_policy(&(GroupAccess::Member, Some(false)))];
                case.group_read(|read| {
                    read.eligibilities = Part::Read { at, value: vec![one] };
                    read.policies = Part::Read { at, value: settings };
                });
            },
        ),
    ],
};

const METHOD: &str = "TemporaryAccessPass";

fn target(id: Guid) -> MethodTarget {
    MethodTarget {
        kind: TargetKind::Group,
        id: format!("{id}"),
        passkey_profiles: Vec::new(),
        unknown: Unknown::new(),
    }
}

fn pass(case: &mut Case, change: impl FnOnce(&mut MethodConfiguration)) {
    let mut everybody = target(EMERGENCY.0);
    everybody.id = "all_users".into();
    let mut method = MethodConfiguration {
        id: METHOD.into(),
        odata_type: None,
        state: Feature::Enabled,
        include: vec![everybody],
        exclude: Vec::new(),
        fido2: None,
        unknown: Unknown::new(),
    };
    change(&mut method);
    if let Part::Read { value, .. } = &mut case.snapshot.methods_policy {
        value.configurations.push(method);
    }
}

fn accounts_only(case: &mut Case) {
    case.assignments(&[(ALPHA.into(), ObjectKind::User), (BRAVO.into(), ObjectKind::User)]);
}

const UNIT: Guid = Guid::from_u128(0xa0);

/// Privileged Authentication Administrator for one unit, and the method open to everybody.
fn scoped(case: &mut Case) {
    const ROLE: Guid = Guid::from_u128(0x7be44c8a_adaf_4e2a_84d6_ab2649e08a13);
    pass(case, |_| {});
    accounts_only(case);
    let scope = format!("/administrativeUnits/{UNIT}");
    hold(case, DAILY.into(), ObjectKind::User, ROLE, &scope);
}

/// Puts the first account into the unit.
fn enter(case: &mut Case) {
    let unit = Membership {
        id: PrincipalId(UNIT),
        kind: ObjectKind::AdministrativeUnit,
        role_template: None,
        display_name: None,
        unknown: Unknown::new(),
    };
    case.account(ALPHA, |one| {
        if let Part::Read { value, .. } = &mut one.memberships {
            value.push(unit);
        }
    });
}

/// The daily administrator is eligible, under a policy of these rules.
fn waiting(case: &mut Case, rules: &[RoleRule]) {
    pass(case, |_| {});
    accounts_only(case);
    eligible(case, DAILY.into(), GLOBAL_ADMINISTRATOR.0);
    let policy = role_policy(rules.to_vec());
    case.snapshot.role_policies = Part::Read { at: case.now, value: vec![policy] };
}

fn role_policy(rules: Vec<RoleRule>) -> RolePolicy {
    let (id, role) = ("p1".into(), GLOBAL_ADMINISTRATOR.0);
    RolePolicy { id, role, rules, unknown: Unknown::new() }
}

/// The daily administrator may activate something of the emergency group, which holds the role,
/// under these settings: whether approval is asked for, where they say.
fn through_group(case: &mut Case, access: GroupAccess, settings: &[(GroupAccess, Option<bool>)]) {
    pass(case, |_| {});
    let at = case.now;
    let group = (PrincipalId(EMERGENCY.0), ObjectKind::Group);
    case.assignments(&[(ALPHA.into(), ObjectKind::User), (BRAVO.into(), ObjectKind::User), group]);
    let mut eligible = schedule(DAILY, None);
    eligible.unknown.insert("accessId".into(), access.as_graph().into());
    case.group_read(|read| {
        read.eligibilities = Part::Read { at, value: vec![eligible] };
        read.policies = Part::Read { at, value: settings.iter().map(group_policy).collect() };
    });
}

fn group_policy((access, is_required): &(GroupAccess, Option<bool>)) -> GroupPolicy {
    GroupPolicy {
        id: "g1".into(),
        access: access.clone(),
        rules: vec![rule(*is_required, &[PrincipalId::from_u128(0xa990)])],
        unknown: Unknown::new(),
    }
}

/// The same by way of another group, which is eligible in the emergency group; whether a membership
/// of the other, and then of the emergency group, needs approval.
fn nested(case: &mut Case, [first, second]: [Option<bool>; 2]) {
    through_group(case, GroupAccess::Member, &[(GroupAccess::Member, first)]);
    let other = GroupId::from_u128(0x9e57ed);
    let at = case.now;
    if let Some(mut read) = case.snapshot.groups.get(&EMERGENCY).cloned() {
        read.id = other;
        read.transitive = Part::Read { at, value: Vec::new() };
        case.snapshot.groups.insert(other, read);
    }
    case.group_read(|read| {
        let policy = group_policy(&(GroupAccess::Member, second));
        read.eligibilities = Part::Read { at, value: vec![schedule(PrincipalId(other.0), None)] };
        read.policies = Part::Read { at, value: vec![policy] };
    });
}

fn rule(is_required: Option<bool>, approvers: &[PrincipalId]) -> RoleRule {
    let kind = "#microsoft.graph.singleUser";
    let approvers = approvers.iter().map(|id| Approver { id: Some(id.0), kind: kind.into() });
    RoleRule {
        id: "Approval_EndUser_Assignment".into(),
        demand: RoleDemand::Approval { is_required, approvers: approvers.collect() },
        unknown: Unknown::new(),
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let mut open_to = BTreeMap::new();
    let mut statements = context.each_user(|declared, user| {
        let subject = context.subject(declared);
        let is_open = match is_restricted(user) {
            true => Ok(false),
            false => context.may_use(declared, METHOD),
        };
        vec![match is_open {
            Err(gap) => Statement::unknown(subject, &gap),
            Ok(false) => Statement::holds(subject, "cannot be given a Temporary Access Pass"),
            Ok(true) => {
                open_to.insert(declared.code_name.as_str(), declared);
                Statement::note(subject, "can be given a Temporary Access Pass")
            }
        }]
    });
    if !open_to.is_empty() {
        let open: Vec<_> = open_to.into_values().collect();
        statements.extend(issuers(context, &open));
    }
    Judgement::Stated(statements)
}

/// Nobody outside the unit can change the methods of an account in a restricted one, applications
/// included.
fn is_restricted(user: &User) -> bool {
    user.is_management_restricted == Some(true)
}

/// Everybody who alone can issue the pass.
fn issuers(context: &Context<'_>, accounts: &[&DeclaredAccount]) -> Vec<Statement> {
    let names: Vec<_> = accounts.iter().map(|account| account.code_name.as_str()).collect();
    let accounts_named = names.join(", ");
    let powers = Powers::of(context);
    let applications = Applications::of(context);
    let text =
        |how: &str| format!("alone can issue a Temporary Access Pass for {accounts_named}: {how}");
    let mut statements = Vec::new();
    for (id, ways) in powers.by_principal() {
        let reached = ways.into_iter().map(|way| (way, takes_over(context, way, accounts)));
        let is_other = !context.is_declared(id) && !applications.found.iter().any(|a| a.id == id);
        if !is_other {
            continue;
        }
        let subject = || Subject::Principal { id, name: name_of(context, id) };
        let alone: Vec<_> = reached
            .filter_map(|(way, reaches)| match reaches {
                Ok(false) => None,
                Ok(true) => Some((way, is_alone(context, way))),
                Err(gap) => Some((way, Err(gap))),
            })
            .collect();
        if let Some((way, _)) = alone.iter().find(|(_, alone)| *alone == Ok(true)) {
            statements.push(Statement::broken(subject(), text(&way.words())));
        } else if let Some((_, Err(gap))) = alone.iter().find(|(_, alone)| alone.is_err()) {
            statements.push(Statement::unknown(subject(), gap));
        } else if !alone.is_empty() {
            let text = "can issue one after somebody else approves";
            statements.push(Statement::holds(subject(), text));
        }
    }
    let able = applications.found.iter().filter(|one| one.powers.contains(&Power::TakeOver));
    statements.extend(able.map(|one| Statement::broken(one.subject(), text(&one.words()))));
    if statements.is_empty() && applications.gaps.is_empty() {
        let text = "nobody but the accounts can issue a Temporary Access Pass for them";
        statements = vec![Statement::holds(Subject::Tenant, text)];
    }
    statements.extend(open(&applications.gaps));
    statements
}

/// Whether a role reaches one of the accounts: in the whole tenant, or in a unit that holds one.
fn takes_over(
    context: &Context<'_>,
    way: &Powerful,
    accounts: &[&DeclaredAccount],
) -> Result<bool, Gap> {
    if !way.powers.contains(&Power::TakeOver) {
        return Ok(false);
    }
    if way.scope == "/" {
        return Ok(true);
    }
    let is_unit = |one: &Membership| {
        let scope = format!("/administrativeUnits/{}", one.id);
        one.kind == ObjectKind::AdministrativeUnit && way.scope.eq_ignore_ascii_case(&scope)
    };
    let mut unread = None;
    for account in accounts.iter().filter_map(|one| context.account(one)) {
        match account.memberships.value() {
            Ok(all) if all.iter().any(is_unit) => return Ok(true),
            Ok(_) => {}
            Err(gap) => unread = Some(gap.clone()),
        }
    }
    unread.map_or(Ok(false), Err)
}

/// Whether the holder needs nobody else to use the role: neither to activate it nor to activate a
/// membership of the group that holds it.
fn is_alone(context: &Context<'_>, way: &Powerful) -> Result<bool, Gap> {
    // Nobody approves the own request: whoever is asked is a second person.
    let of_group = match &way.activation {
        Activation::Active | Activation::Alone => Ok(false),
        Activation::Unknown(gap) => Err(gap.clone()),
        Activation::Approved => Ok(true),
    };
    let of_role = if way.is_role_eligible { asks_for_role(context, way) } else { Ok(false) };
    match (of_group, of_role) {
        (Ok(true), _) | (_, Ok(true)) => Ok(false),
        (Err(gap), _) | (_, Err(gap)) => Err(gap),
        (Ok(false), Ok(false)) => Ok(true),
    }
}

/// Whether activating the role waits for approval.
fn asks_for_role(context: &Context<'_>, way: &Powerful) -> Result<bool, Gap> {
    let policies = context.licensed(&context.snapshot.role_policies).map_err(Clone::clone)?;
    let Some(policy) = policies.iter().find(|policy| policy.role == way.role_id) else {
        let what = format!("no settings of the role `{}` are listed", way.role);
        return Err(Gap::new(PartKind::RolePolicies, None, GapReason::Failed { what }));
    };
    Ok(RoleRule::ask_approval(&policy.rules) == Some(true))
}
