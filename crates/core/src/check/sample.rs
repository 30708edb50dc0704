//! Samples: a tenant whose back door is in order, and single steps away from it.
//!
//! Each check names steps that it must pass and fail. The registry's test takes every step from
//! [`Case::sound`] and compares what the check says.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::{Context, Outcome};
use crate::custody::State;
use crate::id::{
    AppId, GLOBAL_ADMINISTRATOR, GroupId, Guid, PolicyId, PrincipalId, RoleTemplateId, TenantId,
    UserId,
};
use crate::register::{DeclaredAccount, Register, Shape};
use crate::tenant::*;
use crate::time::Timestamp;

pub mod custody;
mod free;

/// A step away from the sound tenant, and what the check must say to it.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// What the step is.
    pub name: &'static str,
    /// What the check must say.
    pub expect: Expect,
    /// Takes the step.
    pub step: fn(&mut Case),
}

/// What a check must say to a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Pass.
    Pass,
    /// Fail.
    Fail,
    /// Gap.
    Gap,
    /// Not applicable.
    NotApplicable,
}

impl Expect {
    /// Whether `outcome` is the expected one.
    pub fn is(self, outcome: &Outcome) -> bool {
        matches!(
            (self, outcome),
            (Self::Pass, Outcome::Pass)
                | (Self::Fail, Outcome::Fail)
                | (Self::Gap, Outcome::Gap(_))
                | (Self::NotApplicable, Outcome::NotApplicable(_))
        )
    }
}

impl Sample {
    /// A step that the check must pass.
    pub const fn pass(name: &'static str, step: fn(&mut Case)) -> Self {
        Self { name, expect: Expect::Pass, step }
    }

    /// A step that the check must fail.
    pub const fn fail(name: &'static str, step: fn(&mut Case)) -> Self {
        Self { name, expect: Expect::Fail, step }
    }

    /// A step that the check must call a gap.
    pub const fn gap(name: &'static str, step: fn(&mut Case)) -> Self {
        Self { name, expect: Expect::Gap, step }
    }

    /// A step that the check must call not applicable.
    pub const fn not_applicable(name: &'static str, step: fn(&mut Case)) -> Self {
        Self { name, expect: Expect::NotApplicable, step }
    }

    /// The case after the step.
    pub fn case(&self) -> Case {
        let mut case = Case::sound();
        (self.step)(&mut case);
        case
    }
}

/// A register, a snapshot, a ledger and a time.
#[derive(Clone, Debug)]
pub struct Case {
    /// What is wanted.
    pub register: Register,
    /// What is.
    pub snapshot: Snapshot,
    /// Who holds what; `None` where nobody keeps a ledger.
    pub custody: Option<State>,
    /// When it is asked.
    pub now: Timestamp,
}

/// The first account of the sound tenant.
pub const ALPHA: UserId = UserId::from_u128(0xa1fa);
/// The second account of the sound tenant.
pub const BRAVO: UserId = UserId::from_u128(0xb1a0);
/// A daily administrator of the sound tenant.
pub const DAILY: UserId = UserId::from_u128(0xda11);
/// The emergency group of the sound tenant.
pub const EMERGENCY: GroupId = GroupId::from_u128(0xe6e6);
/// The watcher's service principal.
pub const WATCHER: PrincipalId = PrincipalId::from_u128(0x3a7c);
/// The watcher's application.
pub const WATCHER_APP: AppId = AppId::from_u128(0x3a7c4);
/// A model of key that does not exist.
pub const AAGUID: Guid = Guid::from_u128(0xaa9d);
/// Conditional Access Administrator.
pub const CA_ADMINISTRATOR: RoleTemplateId =
    RoleTemplateId::from_u128(0xb1be1c3e_b65d_4f19_8427_f6fa0d97feb9);
/// The built-in phishing-resistant strength.
pub const PHISHING_RESISTANT: &str = "00000000-0000-0000-0000-000000000004";

impl Case {
    /// A tenant whose back door is in order: two accounts, one group, three policies.
    pub fn sound() -> Self {
        let now = Timestamp::UNIX_EPOCH;
        let source = Source::Graph { endpoint: "https://graph.microsoft.com".into() };
        let mut snapshot = Snapshot::unread(now, source, &GapReason::NotInSource);
        fill_tenant(&mut snapshot, now);
        fill_directory(&mut snapshot, now);
        let policies = vec![
            policy("mfa-for-all", GrantControl::Mfa),
            policy("block-legacy", GrantControl::Block),
            policy("compliant-device", GrantControl::CompliantDevice),
        ];
        let ids = policies.iter().map(|policy| policy.id.clone()).collect();
        snapshot.policies = Part::Read { at: now, value: policies };
        snapshot.policy_ids_v1 = Part::Read { at: now, value: ids };
        let accounts = vec![declared(ALPHA, "alpha"), declared(BRAVO, "bravo")];
        let mut register = Register::of(accounts, Some(EMERGENCY), Shape::Exempt);
        register.choices.permanent_administrators = 1;
        register.custody = custody::declared();
        let mut case = Self { register, snapshot, custody: None, now };
        case.custody = Some(custody::ledger(&case));
        case
    }

    /// The context of the case.
    pub fn context(&self) -> Context<'_> {
        Context::new(&self.register, &self.snapshot, self.custody.as_ref(), self.now)
    }

    /// Changes an account's user object.
    pub fn user(&mut self, id: UserId, change: impl FnOnce(&mut User)) {
        if let Some(account) = self.snapshot.accounts.get_mut(&id)
            && let Part::Read { value: AccountState::Present(user), .. } = &mut account.state
        {
            change(user);
        }
    }

    /// Replaces an account's registered methods.
    pub fn methods(&mut self, id: UserId, methods: Vec<Method>) {
        let at = self.now;
        if let Some(account) = self.snapshot.accounts.get_mut(&id) {
            account.methods = Part::Read { at, value: methods };
        }
    }

    /// Changes what was read about an account.
    pub fn account(&mut self, id: UserId, change: impl FnOnce(&mut Account)) {
        if let Some(account) = self.snapshot.accounts.get_mut(&id) {
            change(account);
        }
    }

    /// Changes the emergency group's object.
    pub fn group(&mut self, change: impl FnOnce(&mut Group)) {
        if let Some(read) = self.snapshot.groups.get_mut(&EMERGENCY)
            && let Part::Read { value: GroupState::Present(group), .. } = &mut read.state
        {
            change(group);
        }
    }

    /// Changes what was read about the emergency group.
    pub fn group_read(&mut self, change: impl FnOnce(&mut GroupRead)) {
        if let Some(read) = self.snapshot.groups.get_mut(&EMERGENCY) {
            change(read);
        }
    }

    /// Changes the policy at `place`.
    pub fn policy(&mut self, place: usize, change: impl FnOnce(&mut Policy)) {
        if let Part::Read { value, .. } = &mut self.snapshot.policies
            && let Some(policy) = value.get_mut(place)
        {
            change(policy);
        }
    }

    /// Adds a policy, to beta and v1.0.
    pub fn add_policy(&mut self, policy: Policy) {
        if let Part::Read { value, .. } = &mut self.snapshot.policy_ids_v1 {
            value.insert(policy.id.clone());
        }
        if let Part::Read { value, .. } = &mut self.snapshot.policies {
            value.push(policy);
        }
    }

    /// Replaces the active assignments of Global Administrator; none of them ends.
    pub fn assignments(&mut self, principals: &[(PrincipalId, ObjectKind)]) {
        let value = principals.iter().map(|(id, kind)| assignment(*id, kind.clone())).collect();
        self.snapshot.role_assignments = Part::Read { at: self.now, value };
        let value = principals.iter().map(|(id, _)| schedule(*id, None)).collect();
        self.snapshot.role_schedules = Part::Read { at: self.now, value };
    }

    /// Changes the settings of the passkey (FIDO2) method.
    pub fn fido2(&mut self, change: impl FnOnce(&mut Fido2Settings)) {
        if let Part::Read { value, .. } = &mut self.snapshot.methods_policy
            && let Some(settings) = value.configurations.iter_mut().find_map(|c| c.fido2.as_mut())
        {
            change(settings);
        }
    }

    /// Changes the authentication methods policy.
    pub fn methods_policy(&mut self, change: impl FnOnce(&mut MethodsPolicy)) {
        if let Part::Read { value, .. } = &mut self.snapshot.methods_policy {
            change(value);
        }
    }

    /// Changes the assignment schedules.
    pub fn schedules(&mut self, change: impl FnOnce(&mut Vec<RoleSchedule>)) {
        if let Part::Read { value, .. } = &mut self.snapshot.role_schedules {
            change(value);
        }
    }

    /// A gap for want of the permission that reads `kind`.
    pub fn denied(kind: PartKind) -> Gap {
        let permission = kind.permission().to_string();
        Gap::new(kind, None, GapReason::MissingPermission { permission })
    }
}

/// A declaration of an account.
pub fn declared(id: UserId, code_name: &str) -> DeclaredAccount {
    DeclaredAccount { id, code_name: code_name.into() }
}

/// An enabled policy for all users and all resources that excludes the emergency group.
pub fn policy(id: &str, control: GrantControl) -> Policy {
    Policy {
        id: PolicyId::from(id),
        display_name: String::from(id),
        state: PolicyState::Enabled,
        template_id: None,
        created: None,
        modified: None,
        conditions: Conditions {
            users: Some(Users {
                include_users: vec![UserRef::All],
                exclude_groups: vec![GroupRef::Id(EMERGENCY)],
                ..Users::default()
            }),
            applications: Applications { include: vec![AppRef::All], ..Applications::default() },
            ..Conditions::default()
        },
        grant: Some(GrantControls {
            operator: Some(GrantOperator::Or),
            built_in: vec![control],
            custom: Vec::new(),
            terms_of_use: Vec::new(),
            strength: None,
            unknown: Unknown::new(),
        }),
        session: None,
        unknown: Unknown::new(),
    }
}

/// A policy that requires phishing-resistant MFA of the emergency group.
pub fn strength_policy(id: &str) -> Policy {
    let mut policy = policy(id, GrantControl::Mfa);
    policy.conditions.users =
        Some(Users { include_groups: vec![GroupRef::Id(EMERGENCY)], ..Users::default() });
    if let Some(grant) = &mut policy.grant {
        grant.built_in.clear();
        grant.strength = Some(phishing_resistant());
    }
    policy
}

/// A registered passkey of the model [`AAGUID`].
pub fn passkey(id: &str) -> Method {
    Method {
        id: id.into(),
        kind: MethodKind::Fido2,
        created: None,
        passkey: Some(Passkey {
            display_name: None,
            aaguid: Some(AAGUID),
            model: None,
            attestation: Some(AttestationLevel::Attested),
            passkey_type: Some(PasskeyType::DeviceBound),
        }),
        unknown: Unknown::new(),
    }
}

/// A registered password.
pub fn password() -> Method {
    Method {
        id: "28c10230-6103-485e-b985-444c60001490".into(),
        kind: MethodKind::Password,
        created: None,
        passkey: None,
        unknown: Unknown::new(),
    }
}

/// A registered method of a kind that is neither a passkey nor the password.
pub fn method(kind: MethodKind) -> Method {
    Method { id: "m".into(), kind, created: None, passkey: None, unknown: Unknown::new() }
}

/// Somebody who may approve: a user or group.
pub fn approver(id: Guid, kind: &str) -> Approver {
    Approver { id: Some(id), kind: alloc::format!("#microsoft.graph.{kind}") }
}

/// The role settings of Global Administrator: whether activation waits for approval, and whose.
pub fn role_policy(is_required: bool, approvers: Vec<Approver>) -> RolePolicy {
    let approval = RoleRule {
        id: "Approval_EndUser_Assignment".into(),
        demand: RoleDemand::Approval { is_required: Some(is_required), approvers },
        unknown: Unknown::new(),
    };
    RolePolicy {
        id: "ga".into(),
        role: GLOBAL_ADMINISTRATOR.0,
        rules: vec![approval],
        unknown: Unknown::from([("policyId".into(), "DirectoryRole_1_ga".into())]),
    }
}

/// A registration campaign for everybody.
pub fn campaign(state: Feature) -> RegistrationCampaign {
    RegistrationCampaign {
        state,
        snooze_days: Some(1),
        include: vec![target(TargetKind::Group, "all_users")],
        exclude: Vec::new(),
        unknown: Unknown::new(),
    }
}

/// A group or user at which a method is aimed.
pub fn target(kind: TargetKind, id: &str) -> MethodTarget {
    MethodTarget { kind, id: id.into(), passkey_profiles: Vec::new(), unknown: Unknown::new() }
}

/// A member or owner.
pub fn member(id: impl Into<PrincipalId>, kind: ObjectKind) -> Member {
    Member { id: id.into(), kind, display_name: None, unknown: Unknown::new() }
}

/// A schedule of Global Administrator in the whole tenant.
pub fn schedule(id: impl Into<PrincipalId>, end: Option<Timestamp>) -> RoleSchedule {
    let principal = id.into();
    RoleSchedule {
        id: principal.to_string(),
        role: Some(GLOBAL_ADMINISTRATOR.0),
        principal,
        scope: Some("/".into()),
        assignment: Some(AssignmentType::Assigned),
        member: MemberType::Direct,
        start: None,
        end,
        unknown: Unknown::new(),
    }
}

fn phishing_resistant() -> Strength {
    Strength {
        id: PHISHING_RESISTANT.into(),
        display_name: Some("Phishing-resistant MFA".into()),
        kind: Some(StrengthKind::BuiltIn),
        requirements_satisfied: Some("mfa".into()),
        allowed_combinations: Some(vec![
            vec![MethodMode::WindowsHelloForBusiness],
            vec![MethodMode::Fido2],
            vec![MethodMode::X509CertificateMultiFactor],
        ]),
        configurations: Vec::new(),
        unknown: Unknown::new(),
    }
}

fn assignment(principal: PrincipalId, kind: ObjectKind) -> RoleAssignment {
    RoleAssignment {
        id: principal.to_string(),
        role: GLOBAL_ADMINISTRATOR.0,
        principal,
        principal_kind: Some(kind),
        scope: "/".into(),
        unknown: Unknown::new(),
    }
}

fn fill_tenant(snapshot: &mut Snapshot, at: Timestamp) {
    snapshot.organization = Part::Read {
        at,
        value: Organization {
            id: TenantId::from_u128(1),
            display_name: "Sound".into(),
            on_premises_sync_enabled: None,
            enabled_plans: Vec::new(),
            unknown: Unknown::new(),
        },
    };
    let domain = |name: &str, is_initial| Domain {
        name: name.into(),
        authentication: AuthenticationType::Managed,
        is_initial,
        is_default: !is_initial,
        is_verified: true,
        password_validity_days: None,
        unknown: Unknown::new(),
    };
    let domains = vec![domain("sound.onmicrosoft.com", true), domain("sound.example", false)];
    snapshot.domains = Part::Read { at, value: domains };
    let defaults = SecurityDefaults { is_enabled: false, unknown: Unknown::new() };
    snapshot.security_defaults = Part::Read { at, value: defaults };
    snapshot.methods_policy = Part::Read { at, value: methods_policy() };
    snapshot.strengths = Part::Read { at, value: vec![phishing_resistant()] };
    snapshot.locations = Part::Read { at, value: Vec::new() };
    let role = |id: RoleTemplateId, name: &str| RoleDefinition {
        id: id.0,
        template: Some(id),
        display_name: name.into(),
        is_built_in: true,
        is_privileged: None,
        is_enabled: Some(true),
        actions: Vec::new(),
        unknown: Unknown::new(),
    };
    let roles = vec![
        role(GLOBAL_ADMINISTRATOR, "Global Administrator"),
        role(CA_ADMINISTRATOR, "Conditional Access Administrator"),
    ];
    snapshot.role_definitions = Part::Read { at, value: roles };
    fill_settings(snapshot, at);
}

/// Settings that open nothing: what the tenant does not use is empty, and what it uses is strict.
fn fill_settings(snapshot: &mut Snapshot, at: Timestamp) {
    let watcher = Watcher {
        app: Some(WATCHER_APP),
        principal: Some(WATCHER),
        is_delegated: false,
        permissions: PartKind::ALL
            .iter()
            .map(PartKind::permission)
            .filter(|name| !name.starts_with('('))
            .map(String::from)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect(),
    };
    snapshot.watcher = Part::Read { at, value: watcher };
    snapshot.federations = Part::Read { at, value: Vec::new() };
    snapshot.directory_sync = Part::Read { at, value: None };
    let authorization = AuthorizationPolicy {
        allowed_to_use_sspr: Some(false),
        allowed_to_create_apps: Some(false),
        allow_user_consent_for_risky_apps: Some(false),
        unknown: Unknown::new(),
    };
    snapshot.authorization_policy = Part::Read { at, value: authorization };
    snapshot.deleted_policies = Part::Read { at, value: Vec::new() };
    snapshot.authentication_contexts = Part::Read { at, value: Vec::new() };
    snapshot.protected_actions = Part::Read { at, value: Vec::new() };
    snapshot.role_policies = Part::Read { at, value: vec![role_policy(false, Vec::new())] };
    snapshot.administrative_units = Part::Read { at, value: Vec::new() };
    snapshot.app_role_grants = Part::Read { at, value: Vec::new() };
    snapshot.delegated_grants = Part::Read { at, value: Vec::new() };
    let defaults = Partner {
        tenant: None,
        is_service_provider: None,
        inbound_trust: Some(InboundTrust::default()),
        unknown: Unknown::new(),
    };
    snapshot.partners = Part::Read { at, value: vec![defaults] };
    snapshot.delegated_admins = Part::Read { at, value: Vec::new() };
    snapshot.access_reviews = Part::Read { at, value: Vec::new() };
    snapshot.lifecycle_workflows = Part::Read { at, value: Vec::new() };
    snapshot.recovery_jobs = Part::Read { at, value: Vec::new() };
    snapshot.recovery_profiles = Part::Read { at, value: Vec::new() };
    let logs = ["AuditLogs", "SignInLogs", "NonInteractiveUserSignInLogs"].map(String::from);
    let exported = DiagnosticSetting {
        name: "to the hub".into(),
        categories: logs.to_vec(),
        targets: vec!["eventHub".into()],
        unknown: Unknown::new(),
    };
    snapshot.diagnostic_settings = Part::Read { at, value: vec![exported] };
}

fn methods_policy() -> MethodsPolicy {
    let everybody = target(TargetKind::Group, "all_users");
    let fido2 = MethodConfiguration {
        id: "Fido2".into(),
        odata_type: Some("#microsoft.graph.fido2AuthenticationMethodConfiguration".into()),
        state: Feature::Enabled,
        include: vec![everybody],
        exclude: Vec::new(),
        fido2: Some(Fido2Settings {
            is_self_service_registration_allowed: Some(true),
            is_attestation_enforced: None,
            key_restrictions: None,
            default_profile: None,
            profiles: Vec::new(),
        }),
        unknown: Unknown::new(),
    };
    MethodsPolicy {
        migration_state: Some("migrationComplete".into()),
        registration_campaign: Some(campaign(Feature::Disabled)),
        configurations: vec![fido2],
        unknown: Unknown::new(),
    }
}

fn fill_directory(snapshot: &mut Snapshot, at: Timestamp) {
    let user = ObjectKind::User;
    for (id, name) in [(ALPHA, "k7vd"), (BRAVO, "q2mx")] {
        snapshot.accounts.insert(id, account(id, name, at));
    }
    let members = vec![member(ALPHA, user.clone()), member(BRAVO, user.clone())];
    let group = GroupRead {
        id: EMERGENCY,
        state: Part::Read { at, value: GroupState::Present(group()) },
        members: Part::Read { at, value: members.clone() },
        transitive: Part::Read { at, value: members },
        owners: Part::Read { at, value: Vec::new() },
        eligibilities: Part::Read { at, value: Vec::new() },
        schedules: Part::Read { at, value: Vec::new() },
        policies: Part::Read { at, value: Vec::new() },
        memberships: Part::Read { at, value: Vec::new() },
        catalogs: Part::Read { at, value: Vec::new() },
    };
    snapshot.groups = BTreeMap::from([(EMERGENCY, group)]);
    snapshot.holders = BTreeMap::from([(DAILY, holder(DAILY, "daily", at))]);
    snapshot.applications = BTreeMap::from([(WATCHER, watcher(at))]);
    let holders = [ALPHA, BRAVO, DAILY];
    let assignments = holders.iter().map(|id| assignment((*id).into(), user.clone())).collect();
    snapshot.role_assignments = Part::Read { at, value: assignments };
    let schedules = holders.iter().map(|id| schedule(*id, None)).collect();
    snapshot.role_schedules = Part::Read { at, value: schedules };
    snapshot.role_eligibilities = Part::Read { at, value: Vec::new() };
    snapshot.referenced_users = Part::Read { at, value: BTreeSet::new() };
    let groups = BTreeMap::from([(EMERGENCY, String::from("k7 q2"))]);
    snapshot.referenced_groups = Part::Read { at, value: groups };
}

fn holder(id: UserId, name: &str, at: Timestamp) -> Holder {
    let user = User { password_policies: Vec::new(), ..user(id, name) };
    Holder {
        id,
        state: Part::Read { at, value: AccountState::Present(user) },
        methods: Part::Read {
            at,
            value: vec![password(), method(MethodKind::MicrosoftAuthenticator)],
        },
        activity: Part::Read { at, value: SignInActivity::default() },
    }
}

/// The watcher's own service principal, with its registration and one certificate.
fn watcher(at: Timestamp) -> ApplicationRead {
    let certificate = AppCredential {
        id: Some(Guid::from_u128(0xce27)),
        kind: AppCredentialKind::Certificate,
        start: Some(at),
        end: Timestamp::from_second(at.as_second() + 90 * 86_400).ok(),
    };
    let principal = ServicePrincipal {
        id: WATCHER,
        app: WATCHER_APP,
        display_name: Some("halligan".into()),
        account_enabled: Some(true),
        kind: Some(ServicePrincipalKind::Application),
        home: Some(TenantId::from_u128(1)),
        credentials: Vec::new(),
        unknown: Unknown::new(),
    };
    let registration = Registration {
        id: Guid::from_u128(0x3a7c5),
        app: WATCHER_APP,
        display_name: Some("halligan".into()),
        credentials: vec![certificate],
        unknown: Unknown::new(),
    };
    ApplicationRead {
        id: WATCHER,
        state: Part::Read { at, value: ApplicationState::Present(principal) },
        owners: Part::Read { at, value: Vec::new() },
        registration: Part::Read { at, value: Some(registration) },
        registration_owners: Part::Read { at, value: Vec::new() },
        federated: Part::Read { at, value: Vec::new() },
    }
}

fn user(id: UserId, name: &str) -> User {
    User {
        id,
        user_principal_name: alloc::format!("{name}@sound.onmicrosoft.com"),
        mail: None,
        proxy_addresses: Vec::new(),
        display_name: Some(name.into()),
        account_enabled: Some(true),
        user_type: Some(UserType::Member),
        on_premises_sync_enabled: None,
        on_premises_immutable_id: None,
        created: None,
        given_name: None,
        surname: None,
        is_management_restricted: None,
        licences: Vec::new(),
        password_policies: vec!["DisablePasswordExpiration".into()],
        force_password_change: Some(false),
        last_password_change: Some(Timestamp::UNIX_EPOCH),
        unknown: Unknown::new(),
    }
}

fn account(id: UserId, name: &str, at: Timestamp) -> Account {
    let membership = Membership {
        id: EMERGENCY.into(),
        kind: ObjectKind::Group,
        role_template: None,
        display_name: None,
        unknown: Unknown::new(),
    };
    Account {
        id,
        state: Part::Read { at, value: AccountState::Present(user(id, name)) },
        methods: Part::Read { at, value: vec![password(), passkey("1"), passkey("2")] },
        memberships: Part::Read { at, value: vec![membership] },
        activity: Part::Read { at, value: used(at) },
        per_user_mfa: Part::Read { at, value: PerUserMfa::Disabled },
        leave: Part::Read { at, value: None },
    }
}

/// The activity of an account whose last sign-in succeeded at `at`.
pub fn used(at: Timestamp) -> SignInActivity {
    SignInActivity { last_successful: Some(at), ..SignInActivity::default() }
}

fn group() -> Group {
    Group {
        id: EMERGENCY,
        display_name: "k7 q2".into(),
        security_enabled: Some(true),
        mail_enabled: Some(false),
        is_assignable_to_role: Some(true),
        group_types: Vec::new(),
        membership_rule: None,
        on_premises_sync_enabled: None,
        expiration: None,
        is_management_restricted: None,
        unknown: Unknown::new(),
    }
}
