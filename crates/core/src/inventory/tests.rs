use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use super::*;
use crate::check::Case;
use crate::check::sample::{ALPHA, BRAVO, DAILY, EMERGENCY, WATCHER, member};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, Guid, RoleTemplateId};
use crate::power::Power;
use crate::tenant::*;

const EVE: UserId = UserId::from_u128(0xe7e);
const ROGUE: PrincipalId = PrincipalId::from_u128(0xbad);
const APPLICATION_ADMINISTRATOR: RoleTemplateId =
    RoleTemplateId::from_u128(0x9b895d92_2cd3_44c7_9d02_a6ac2d5ea5c3);
const HELPDESK_ADMINISTRATOR: RoleTemplateId =
    RoleTemplateId::from_u128(0x729827e3_9c14_49f7_bb1b_9608f156bbb8);

fn take(case: &Case) -> Inventory {
    Inventory::take(&case.register, &case.snapshot, case.now)
}

/// Each path of an entry in one line: acts and where they lead.
fn lines(inventory: &Inventory, who: impl Into<PrincipalId>) -> Vec<String> {
    let node = Node::Principal(who.into());
    let entry = inventory.entries.iter().find(|entry| entry.node == node);
    let line = |path: &Path| {
        let steps: Vec<String> = path
            .steps
            .iter()
            .map(|step| alloc::format!("{:?} {}", step.act, step.name.as_deref().unwrap_or("?")))
            .collect();
        steps.join(" > ")
    };
    entry.map(|entry| entry.paths.iter().map(line).collect()).unwrap_or_default()
}

fn remarks(inventory: &Inventory, who: impl Into<PrincipalId>) -> Vec<Remark> {
    let node = Node::Principal(who.into());
    let entry = inventory.entries.iter().find(|entry| entry.node == node);
    entry.map(|entry| entry.remarks.clone()).unwrap_or_default()
}

fn read<T>(case: &Case, value: T) -> Part<T> {
    Part::Read { at: case.now, value }
}

fn schedule_of(role: RoleTemplateId, who: UserId) -> RoleSchedule {
    let one = crate::check::sample::schedule(who, None);
    RoleSchedule { role: Some(role.0), ..one }
}

/// An application with a permission that is a way in, owned by somebody without a role.
fn rogue(case: &mut Case, permission: &str, owner: UserId) {
    let grant = AppRoleGrant {
        id: "g".into(),
        principal: ROGUE,
        principal_name: Some("sync job".into()),
        role: Guid::from_u128(1),
        permission: Some(permission.into()),
        created: None,
        unknown: Unknown::new(),
    };
    case.snapshot.app_role_grants = read(case, vec![grant]);
    let watcher = case.snapshot.applications[&WATCHER].clone();
    let mut state = watcher.state.value().unwrap().clone();
    if let ApplicationState::Present(principal) = &mut state {
        principal.display_name = Some("sync job".into());
    }
    let owners = vec![member(owner, ObjectKind::User)];
    let mut registration = watcher.registration.clone();
    if let Part::Read { value: Some(registration), .. } = &mut registration {
        registration.id = Guid::from_u128(0xbad_4e6);
    }
    let application = ApplicationRead {
        registration,
        id: ROGUE,
        state: read(case, state),
        owners: read(case, owners),
        ..watcher
    };
    case.snapshot.applications.insert(ROGUE, application);
}

#[test]
fn the_sound_tenant_has_its_three_administrators_and_nobody_else() {
    let inventory = take(&Case::sound());
    let who: Vec<_> = inventory.entries.iter().map(|entry| entry.node.clone()).collect();
    assert_eq!(who, [ALPHA, BRAVO, DAILY].map(|id| Node::Principal(id.into())));
    let codes: Vec<_> = inventory.entries.iter().map(|entry| entry.code_name.as_deref()).collect();
    assert_eq!(codes, [Some("alpha"), Some("bravo"), None]);
    assert!(inventory.entries.iter().all(Entry::is_administrator));
    assert_eq!(lines(&inventory, DAILY), ["Holds { until: None } Global Administrator"]);
    assert_eq!(remarks(&inventory, ALPHA), []);
    assert_eq!(remarks(&inventory, DAILY), [Remark::Phishable, Remark::NeverUsed]);
    assert_eq!(inventory.gaps, []);
}

#[test]
fn whoever_signs_in_as_an_application_from_outside_is_named() {
    let mut case = Case::sound();
    rogue(&mut case, "RoleManagement.ReadWrite.Directory", EVE);
    let one = |subject: Option<&str>, expression: Option<&str>| FederatedCredential {
        id: "f1".into(),
        name: "deployment".into(),
        issuer: "https://issuer.example".into(),
        subject: subject.map(String::from),
        expression: expression.map(String::from),
        audiences: Vec::new(),
        unknown: Unknown::new(),
    };
    let told = |case: &Case| {
        let inventory = take(case);
        let node = Node::Principal(ROGUE);
        let entry = inventory.entries.iter().find(|entry| entry.node == node).unwrap();
        let SignIn::Credentials { federated, .. } = &entry.sign_in else { panic!() };
        let federated = federated.clone();
        let words = federated.map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>());
        (words, entry.remarks.clone())
    };
    let set = |case: &mut Case, part| {
        case.snapshot.applications.get_mut(&ROGUE).unwrap().federated = part;
    };
    if let Part::Read { value: Some(registration), .. } =
        &mut case.snapshot.applications.get_mut(&ROGUE).unwrap().registration
    {
        registration.credentials.clear();
    }
    let part = read(&case, Vec::new());
    set(&mut case, part);
    assert_eq!(told(&case), (Some(Vec::new()), vec![Remark::NoCredentials]));
    let part = read(&case, vec![one(Some("repo:a/b"), None)]);
    set(&mut case, part);
    let named = "federated from https://issuer.example as repo:a/b".to_string();
    assert_eq!(told(&case), (Some(vec![named]), Vec::new()));
    let part = read(&case, vec![one(None, Some("claims['sub'] matches 'repo:a/*'"))]);
    set(&mut case, part);
    let (words, remarks) = told(&case);
    assert!(words.unwrap()[0].ends_with(" as claims['sub'] matches 'repo:a/*'"));
    assert_eq!(remarks, [Remark::Pattern]);
    // What was not read is neither a credential nor the want of one.
    set(&mut case, Part::Gap(Case::denied(PartKind::FederatedCredentials)));
    assert_eq!(told(&case), (None, Vec::new()));
    let gaps: Vec<_> = take(&case).gaps.iter().map(|gap| gap.part.kind.clone()).collect();
    assert_eq!(gaps, [PartKind::FederatedCredentials]);
}

#[test]
fn a_role_through_a_group_is_held_and_its_owner_is_one_step_further() {
    let mut case = Case::sound();
    case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
    let owners = read(&case, vec![member(EVE, ObjectKind::User)]);
    case.group_read(|group| group.owners = owners);
    let inventory = take(&case);
    assert_eq!(
        lines(&inventory, ALPHA),
        ["IsMember k7 q2 > Holds { until: None } Global Administrator"]
    );
    assert_eq!(
        lines(&inventory, EVE),
        ["OwnsGroup k7 q2 > Holds { until: None } Global Administrator"]
    );
    assert_eq!(inventory.gaps, [], "the group was read, and hides nobody");
    let entry = |id: UserId| {
        inventory.entries.iter().find(|entry| entry.node == Node::Principal(id.into())).unwrap()
    };
    assert!(entry(ALPHA).is_administrator() && !entry(EVE).is_administrator());
    assert_eq!(remarks(&inventory, EVE), [Remark::Indirect, Remark::Unnamed]);
}

#[test]
fn an_application_with_a_permission_and_its_owner_are_ways_in() {
    let mut case = Case::sound();
    rogue(&mut case, "RoleManagement.ReadWrite.Directory", EVE);
    let inventory = take(&case);
    assert_eq!(lines(&inventory, ROGUE), ["Uses(AssignRoles) Global Administrator"]);
    assert_eq!(
        lines(&inventory, EVE),
        ["OwnsApplication sync job > Uses(AssignRoles) Global Administrator"]
    );
    assert!(remarks(&inventory, EVE).contains(&Remark::ThroughApplication));
    // Somebody who resets passwords can be the owner, and an application administrator can act as
    // the application.
    let held = |role, who| {
        RoleAssignment { role, ..case.snapshot.role_assignments.value().unwrap()[0].clone() }
            .of(who)
    };
    let helpdesk = UserId::from_u128(0x4e1);
    let apps = UserId::from_u128(0xa99);
    let more = [held(HELPDESK_ADMINISTRATOR.0, helpdesk), held(APPLICATION_ADMINISTRATOR.0, apps)];
    let mut all = case.snapshot.role_assignments.value().unwrap().clone();
    all.extend(more);
    case.snapshot.role_assignments = read(&case, all);
    let inventory = take(&case);
    assert_eq!(
        lines(&inventory, helpdesk),
        ["Holds { until: None } Helpdesk Administrator > Uses(ResetUsers) ? > OwnsApplication \
          sync job > Uses(AssignRoles) Global Administrator"]
    );
    assert_eq!(
        lines(&inventory, apps),
        ["Holds { until: None } Application Administrator > Uses(ActAsApplications) sync job > \
          Uses(AssignRoles) Global Administrator"]
    );
}

impl RoleAssignment {
    fn of(self, who: UserId) -> Self {
        Self { principal: who.into(), ..self }
    }
}

#[test]
fn a_permission_that_only_reads_is_no_way_in() {
    let mut case = Case::sound();
    rogue(&mut case, "Policy.Read.All", EVE);
    let inventory = take(&case);
    assert_eq!(lines(&inventory, ROGUE), [""; 0]);
    assert_eq!(lines(&inventory, EVE), [""; 0]);
    rogue(&mut case, "Policy.ReadWrite.ConditionalAccess", EVE);
    assert_eq!(lines(&take(&case), ROGUE), [""; 0], "it locks out, and lets nobody in");
}

#[test]
fn eligible_ones_are_listed_with_what_activation_asks() {
    let mut case = Case::sound();
    case.snapshot.role_eligibilities = read(&case, vec![schedule_of(GLOBAL_ADMINISTRATOR, EVE)]);
    case.snapshot.role_policies = read(&case, Vec::new());
    let asked = "Activates { needs_approval: None } Global Administrator";
    assert_eq!(lines(&take(&case), EVE), [asked]);
    let rule = RoleRule {
        id: "Approval_EndUser_Assignment".into(),
        demand: RoleDemand::Approval { is_required: Some(false), approvers: Vec::new() },
        unknown: Unknown::new(),
    };
    let policy = RolePolicy {
        id: "p".into(),
        role: GLOBAL_ADMINISTRATOR.0,
        rules: vec![rule],
        unknown: Unknown::new(),
    };
    case.snapshot.role_policies = read(&case, vec![policy]);
    let inventory = take(&case);
    assert!(remarks(&inventory, EVE).contains(&Remark::NoApproval));
    let mut ended = schedule_of(GLOBAL_ADMINISTRATOR, EVE);
    ended.end = Some(case.now);
    case.snapshot.role_eligibilities = read(&case, vec![ended]);
    assert_eq!(lines(&take(&case), EVE), [""; 0], "an eligibility that has ended is none");
}

#[test]
fn what_activating_a_membership_asks_is_of_that_group_and_of_what_is_activated() {
    let mut case = Case::sound();
    case.assignments(&[(PrincipalId(EMERGENCY.0), ObjectKind::Group)]);
    let mut owner = schedule_of(GLOBAL_ADMINISTRATOR, EVE);
    owner.unknown.insert("accessId".into(), "owner".into());
    let policy = |access, is_required| GroupPolicy {
        id: "p".into(),
        access,
        rules: vec![RoleRule {
            id: "Approval_EndUser_Assignment".into(),
            demand: RoleDemand::Approval { is_required, approvers: Vec::new() },
            unknown: Unknown::new(),
        }],
        unknown: Unknown::new(),
    };
    let settings = read(
        &case,
        vec![policy(GroupAccess::Member, Some(true)), policy(GroupAccess::Owner, Some(false))],
    );
    for (one, asked) in [(schedule_of(GLOBAL_ADMINISTRATOR, EVE), Some(true)), (owner, Some(false))]
    {
        let eligibilities = read(&case, vec![one]);
        let policies = settings.clone();
        case.group_read(|group| {
            group.eligibilities = eligibilities;
            group.policies = policies;
        });
        let inventory = take(&case);
        let first = alloc::format!("ActivatesMembership {{ needs_approval: {asked:?} }} ");
        let lines = lines(&inventory, EVE);
        assert!(lines.len() == 1 && lines[0].starts_with(&first), "{lines:?}");
        let is_remarked = remarks(&inventory, EVE).contains(&Remark::NoApproval);
        assert_eq!(is_remarked, asked == Some(false));
    }
    let gap = Part::Gap(Case::denied(PartKind::GroupPolicies));
    case.group_read(|group| group.policies = gap);
    let inventory = take(&case);
    let unknown = "ActivatesMembership { needs_approval: None } ";
    assert!(lines(&inventory, EVE)[0].starts_with(unknown));
    assert!(inventory.gaps.iter().any(|gap| gap.part.kind == PartKind::GroupPolicies));
}

#[test]
fn a_narrower_scope_and_a_cycle_of_groups_lead_nowhere() {
    let mut case = Case::sound();
    if let Part::Read { value, .. } = &mut case.snapshot.role_assignments {
        value[2].scope = "/administrativeUnits/1".into();
    }
    if let Part::Read { value, .. } = &mut case.snapshot.role_schedules {
        value[2].scope = Some("/administrativeUnits/1".into());
    }
    let other = GroupId::from_u128(7);
    let inner = read(&case, vec![member(other, ObjectKind::Group)]);
    case.group_read(|group| group.members = inner);
    let outer = read(&case, vec![member(EMERGENCY, ObjectKind::Group)]);
    let empty = GroupRead::unread(other, &GapReason::NotInSource);
    case.snapshot.groups.insert(other, GroupRead { members: outer, ..empty });
    let inventory = take(&case);
    assert_eq!(lines(&inventory, DAILY), [""; 0]);
    assert_eq!(lines(&inventory, EMERGENCY), [""; 0]);
    assert!(!inventory.gaps.is_empty(), "the other group was not read whole");
}

#[test]
fn who_answers_for_sign_ins_from_outside_is_listed() {
    let mut case = Case::sound();
    if let Some(holder) = case.snapshot.holders.get_mut(&DAILY)
        && let Part::Read { value: AccountState::Present(user), .. } = &mut holder.state
    {
        user.user_principal_name = "daily@Sound.example".into();
        user.on_premises_sync_enabled = Some(true);
    }
    if let Part::Read { value, .. } = &mut case.snapshot.domains {
        value[1].authentication = AuthenticationType::Federated;
    }
    let partner = Partner {
        tenant: Some(TenantId::from_u128(9)),
        is_service_provider: Some(true),
        inbound_trust: None,
        unknown: Unknown::new(),
    };
    case.snapshot.partners = read(&case, vec![partner]);
    let inventory = take(&case);
    let outside: Vec<_> = inventory
        .entries
        .iter()
        .filter(|entry| entry.kind == Kind::Outside)
        .map(|entry| entry.node.clone())
        .collect();
    let provider = Node::IdentityProvider("sound.example".into());
    assert_eq!(outside, [Node::Partner(TenantId::from_u128(9)), provider, Node::OnPremises]);
    assert!(remarks(&inventory, DAILY).contains(&Remark::Synchronised));
}

#[test]
fn sign_in_and_credentials_are_told_as_far_as_they_were_read() {
    let mut case = Case::sound();
    rogue(&mut case, "RoleManagement.ReadWrite.Directory", EVE);
    let ended = |end: &str, kind| AppCredential {
        id: None,
        kind,
        start: None,
        end: Some(end.parse().unwrap()),
    };
    if let Some(application) = case.snapshot.applications.get_mut(&ROGUE)
        && let Part::Read { value: Some(registration), .. } = &mut application.registration
    {
        registration.credentials = vec![
            ended("1969-01-01T00:00:00Z", AppCredentialKind::Certificate),
            ended("1971-01-01T00:00:00Z", AppCredentialKind::Secret),
        ];
    }
    case.snapshot.holders.get_mut(&DAILY).unwrap().methods =
        Part::Gap(Case::denied(PartKind::HolderMethods));
    let inventory = take(&case);
    let sign_in = |id: PrincipalId| {
        let node = Node::Principal(id);
        inventory.entries.iter().find(|entry| entry.node == node).unwrap().sign_in.clone()
    };
    let federated = Some(Vec::new());
    assert_eq!(
        sign_in(ROGUE),
        SignIn::Credentials { secrets: 1, certificates: 0, ended: 1, federated }
    );
    assert_eq!(
        remarks(&inventory, ROGUE),
        [Remark::Secret, Remark::EndedCredentials],
        "and it is this tenant's own"
    );
    assert!(matches!(sign_in(DAILY.into()), SignIn::Unknown(_)));
    let SignIn::Methods { device_bound_keys, is_phishing_resistant, .. } = sign_in(ALPHA.into())
    else {
        panic!("alpha has methods");
    };
    assert_eq!((device_bound_keys, is_phishing_resistant), (2, true));
    let gaps: Vec<String> = inventory.gaps.iter().map(ToString::to_string).collect();
    assert_eq!(gaps.len(), 1, "{gaps:?}");
}

#[test]
fn a_missing_licence_hides_nobody_and_a_missing_permission_may() {
    let mut case = Case::sound();
    let code = String::from("AadPremiumLicenseRequired");
    let licence = GapReason::MissingLicence { code };
    case.snapshot.withhold(&PartKind::RoleEligibilities, &licence);
    assert_eq!(take(&case).gaps, []);
    let permission = String::from("RoleManagement.Read.Directory");
    case.snapshot
        .withhold(&PartKind::RoleEligibilities, &GapReason::MissingPermission { permission });
    assert_eq!(take(&case).gaps.len(), 1);
    assert!(Power::ALL.iter().filter(|power| power.is_way_in()).count() == 5);
}

/// Holds a role for a part of the tenant.
fn scoped(case: &mut Case, who: UserId, role: RoleTemplateId, scope: &str) {
    let assignment = RoleAssignment {
        id: "scoped".into(),
        role: role.0,
        principal: who.into(),
        principal_kind: Some(ObjectKind::User),
        scope: scope.into(),
        unknown: Unknown::new(),
    };
    if let Part::Read { value, .. } = &mut case.snapshot.role_assignments {
        value.push(assignment);
    }
}

#[test]
fn a_role_for_a_unit_reaches_the_accounts_in_it_and_nobody_else() {
    const AUTHENTICATION: RoleTemplateId =
        RoleTemplateId::from_u128(0x7be44c8a_adaf_4e2a_84d6_ab2649e08a13);
    let unit = Guid::from_u128(0xa0);
    let scope = alloc::format!("/administrativeunits/{unit}");
    let mut case = Case::sound();
    scoped(&mut case, EVE, AUTHENTICATION, &scope);
    assert_eq!(lines(&take(&case), EVE), [""; 0]);
    let inside = Membership {
        id: PrincipalId(unit),
        kind: ObjectKind::AdministrativeUnit,
        role_template: None,
        display_name: None,
        unknown: Unknown::new(),
    };
    case.account(ALPHA, |one| {
        if let Part::Read { value, .. } = &mut one.memberships {
            value.push(inside.clone());
        }
    });
    let all = lines(&take(&case), EVE);
    assert_eq!(all.len(), 1);
    assert!(all[0].starts_with("Uses(TakeOver) alpha > Holds"), "{all:?}");
    case.user(ALPHA, |user| user.is_management_restricted = Some(true));
    assert_eq!(lines(&take(&case), EVE), [""; 0]);
}

#[test]
fn what_hides_somebody_is_a_gap_even_where_no_part_says_so() {
    let sound = take(&Case::sound());
    assert_eq!(sound.gaps, []);
    let mut case = Case::sound();
    let group = GroupId::from_u128(0x07e4);
    case.assignments(&[(ALPHA.into(), ObjectKind::User), (group.into(), ObjectKind::Group)]);
    rogue(&mut case, "RoleManagement.ReadWrite.Directory", EVE);
    case.snapshot.applications.remove(&ROGUE);
    let parts: Vec<PartKind> = take(&case).gaps.into_iter().map(|gap| gap.part.kind).collect();
    assert_eq!(parts, [PartKind::Group, PartKind::Application]);
    // One that cannot become an administrator hides nobody.
    let mut case = Case::sound();
    rogue(&mut case, "Policy.ReadWrite.ConditionalAccess", EVE);
    case.snapshot.applications.remove(&ROGUE);
    assert_eq!(take(&case).gaps, []);
    for kind in [PartKind::GroupSchedules, PartKind::GroupMembers, PartKind::AccountMemberships] {
        let mut case = Case::sound();
        case.snapshot.withhold(&kind, &GapReason::NotInSource);
        assert!(take(&case).gaps.iter().all(|gap| gap.part.kind == kind), "{kind}");
        assert!(!take(&case).gaps.is_empty(), "{kind}");
    }
}

/// Gives EVE a role in this scope, and nothing else.
fn hold(case: &mut Case, role: Guid, kind: ObjectKind, scope: &str) {
    let mut all = case.snapshot.role_assignments.value().unwrap().clone();
    let one = RoleAssignment {
        role,
        scope: scope.into(),
        principal_kind: Some(kind),
        ..all[0].clone().of(EVE)
    };
    all.push(one);
    case.snapshot.role_assignments = read(case, all);
}

fn registration_of(case: &Case, id: PrincipalId) -> Guid {
    case.snapshot.applications[&id].registration.value().unwrap().as_ref().unwrap().id
}

const ONE: &str = "Application Administrator for one application > Uses(ActAsApplications) sync \
                   job > Uses(AssignRoles) Global Administrator";

#[test]
fn a_role_for_one_application_is_a_way_in_where_the_application_is() {
    let administrator = APPLICATION_ADMINISTRATOR.0;
    let paths = |role: Guid, scope: &dyn Fn(&Case) -> String, permission: &str| {
        let mut case = Case::sound();
        rogue(&mut case, permission, DAILY);
        let scope = scope(&case);
        hold(&mut case, role, ObjectKind::User, &scope);
        let inventory = take(&case);
        assert!(!remarks(&inventory, EVE).contains(&Remark::Indirect), "it holds a role");
        lines(&inventory, EVE)
    };
    let grave = "RoleManagement.ReadWrite.Directory";
    let way = [alloc::format!("Holds {{ until: None }} {ONE}")];
    assert_eq!(paths(administrator, &|_| alloc::format!("/{ROGUE}"), grave), way);
    let registered = |case: &Case| alloc::format!("/{}", registration_of(case, ROGUE));
    assert_eq!(paths(administrator, &registered, grave), way);
    // Not where the application opens nothing, nor for another, nor with a role that only looks.
    assert_eq!(paths(administrator, &registered, "Policy.Read.All"), [""; 0]);
    let other = |_: &Case| alloc::format!("/{}", Guid::from_u128(0x07e4));
    assert_eq!(paths(administrator, &other, grave), [""; 0]);
    let reader = Guid::from_u128(0x5d6b6bb7_de71_4623_b4af_96380a352509);
    assert_eq!(paths(reader, &registered, grave), [""; 0]);
    let helpdesk = paths(HELPDESK_ADMINISTRATOR.0, &registered, grave);
    assert_eq!(helpdesk, [""; 0], "who resets passwords resets none of one application");
}

#[test]
fn a_role_for_one_application_may_be_activated_and_ends() {
    let mut case = Case::sound();
    rogue(&mut case, "RoleManagement.ReadWrite.Directory", DAILY);
    let mut one = schedule_of(APPLICATION_ADMINISTRATOR, EVE);
    one.scope = Some(alloc::format!("/{ROGUE}"));
    case.snapshot.role_eligibilities = read(&case, vec![one.clone()]);
    let asked = alloc::format!("Activates {{ needs_approval: None }} {ONE}");
    assert_eq!(lines(&take(&case), EVE), [asked]);
    one.end = Some(case.now);
    case.snapshot.role_eligibilities = read(&case, vec![one]);
    assert_eq!(lines(&take(&case), EVE), [""; 0]);
}

#[test]
fn a_privileged_role_that_is_newer_than_the_table_is_judged_by_its_actions() {
    let mut case = Case::sound();
    let id = Guid::from_u128(0x11e4);
    let mut define = |is_privileged| {
        let role = RoleDefinition {
            id,
            template: None,
            display_name: "Vault Administrator".into(),
            is_built_in: true,
            is_privileged,
            is_enabled: Some(true),
            actions: vec!["microsoft.directory/roleAssignments/allProperties/allTasks".into()],
            unknown: Unknown::new(),
        };
        let mut all = case.snapshot.role_definitions.value().unwrap().clone();
        all.retain(|one| one.id != id);
        all.push(role);
        case.snapshot.role_definitions = read(&case, all);
        hold(&mut case, id, ObjectKind::User, "/");
        lines(&take(&case), EVE)
    };
    let way = "Holds { until: None } Vault Administrator > Uses(AssignRoles) Global Administrator";
    assert_eq!(define(Some(true)), [way]);
    assert_eq!(define(Some(false)), [""; 0]);
    assert_eq!(define(None), [""; 0]);
}

#[test]
fn agents_are_named_by_kind_and_what_is_unknown_by_its_type() {
    for (kind, expected, sign_in) in [
        (ObjectKind::AgentIdentity, Kind::Agent, SignIn::ByBlueprint),
        (ObjectKind::AgentUser, Kind::AgentUser, SignIn::ByBlueprint),
        (ObjectKind::AgentIdentityBlueprintPrincipal, Kind::Blueprint, SignIn::NotRead),
        (ObjectKind::Other("#microsoft.graph.robot".into()), Kind::Unknown, SignIn::NotRead),
    ] {
        let mut case = Case::sound();
        let is_unknown = expected == Kind::Unknown;
        let owners = read(&case, vec![member(EVE, kind.clone())]);
        case.group_read(|group| group.owners = owners);
        case.assignments(&[(EMERGENCY.into(), ObjectKind::Group), (EVE.into(), kind)]);
        let inventory = take(&case);
        let is_eve = |entry: &&Entry| entry.node == Node::Principal(EVE.into());
        let entry = inventory.entries.iter().find(is_eve).unwrap();
        assert_eq!((entry.kind, &entry.sign_in), (expected, &sign_in));
        let of_type = Remark::OfType("#microsoft.graph.robot".into());
        assert_eq!(entry.remarks.contains(&of_type), is_unknown);
        assert!(!is_unknown || of_type.to_string().contains("`robot`"));
    }
}

#[test]
fn a_membership_that_has_ended_leads_nowhere() {
    let mut case = Case::sound();
    case.assignments(&[(EMERGENCY.into(), ObjectKind::Group)]);
    let mut one = crate::check::sample::schedule(EVE, Some(case.now));
    one.role = None;
    let at = case.now;
    case.group_read(|read| {
        read.schedules = Part::Read { at, value: vec![one.clone()] };
        read.eligibilities = Part::Read { at, value: vec![one] };
    });
    assert_eq!(lines(&take(&case), EVE), [""; 0]);
}

#[test]
fn an_agent_that_was_read_as_a_service_principal_stays_an_agent() {
    let mut case = Case::sound();
    rogue(&mut case, "RoleManagement.ReadWrite.Directory", DAILY);
    let kind = |case: &Case| {
        let inventory = take(case);
        let is_it = |entry: &&Entry| entry.node == Node::Principal(ROGUE);
        inventory.entries.iter().find(is_it).unwrap().kind
    };
    assert_eq!(kind(&case), Kind::Application);
    if let Some(application) = case.snapshot.applications.get_mut(&ROGUE)
        && let Part::Read { value: ApplicationState::Present(principal), .. } =
            &mut application.state
    {
        principal.kind = Some(ServicePrincipalKind::ServiceIdentity);
    }
    assert_eq!(kind(&case), Kind::Agent);
}

#[test]
fn eligibilities_count_while_they_last_and_where_they_apply() {
    const AUTHENTICATION: RoleTemplateId =
        RoleTemplateId::from_u128(0x7be44c8a_adaf_4e2a_84d6_ab2649e08a13);
    let unit = Guid::from_u128(0xa0);
    let inside = Membership {
        id: PrincipalId(unit),
        kind: ObjectKind::AdministrativeUnit,
        role_template: None,
        display_name: None,
        unknown: Unknown::new(),
    };
    let eligible = |role, scope: &str, end| {
        let mut case = Case::sound();
        case.account(ALPHA, |one| {
            if let Part::Read { value, .. } = &mut one.memberships {
                value.push(inside.clone());
            }
        });
        let mut one = schedule_of(role, EVE);
        (one.scope, one.end) = (Some(scope.into()), end);
        case.snapshot.role_eligibilities = read(&case, vec![one]);
        lines(&take(&case), EVE)
    };
    let of_unit = alloc::format!("/administrativeUnits/{unit}");
    let now = Case::sound().now;
    assert_eq!(eligible(AUTHENTICATION, &of_unit, None).len(), 1);
    assert_eq!(eligible(AUTHENTICATION, &of_unit, Some(now)), [""; 0]);
    assert_eq!(eligible(AUTHENTICATION, "/administrativeUnits/other", None), [""; 0]);
    assert_eq!(eligible(GLOBAL_ADMINISTRATOR, "/", None).len(), 1);
    assert_eq!(eligible(GLOBAL_ADMINISTRATOR, "/00000000-other", None), [""; 0]);
}

#[test]
fn ninety_days_without_a_sign_in_are_not_yet_too_many() {
    let unused = |days: i64| {
        let mut case = Case::sound();
        let second = case.now.as_second() + days * 86_400;
        let used = crate::check::sample::used(case.now);
        case.snapshot.holders.get_mut(&DAILY).unwrap().activity = read(&case, used);
        case.now = crate::time::Timestamp::from_second(second).unwrap();
        remarks(&take(&case), DAILY)
    };
    assert!(!unused(90).iter().any(|one| matches!(one, Remark::Unused(_))));
    assert!(unused(91).contains(&Remark::Unused(91)));
}
