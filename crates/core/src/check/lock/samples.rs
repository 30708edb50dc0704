//! Steps that the samples of several checks take.

use alloc::string::{String, ToString as _};
use alloc::vec;

use super::pim_schedule;
use crate::check::sample::{Case, schedule};
use crate::id::{AppId, Guid, PrincipalId, TenantId, UserId};
use crate::power;
use crate::tenant::{
    AccountState, AppCredential, AppCredentialKind, AppRoleGrant, ApplicationRead,
    ApplicationState, AssignmentType, FederatedCredential, Holder, InboundTrust, Member,
    ObjectKind, Part, Partner, Registration, RoleAssignment, RoleDefinition, ServicePrincipal,
    ServicePrincipalKind, SignInActivity, Unknown, User,
};

/// An application of the samples.
pub(super) const APPLICATION: PrincipalId = PrincipalId::from_u128(0xa99);
/// Its registration.
pub(super) const REGISTRATION: Guid = Guid::from_u128(0xa99_4e6);

/// Gives `principal` a role for good.
pub(super) fn hold(
    case: &mut Case,
    principal: PrincipalId,
    kind: ObjectKind,
    role: Guid,
    scope: &str,
) {
    let assignment = RoleAssignment {
        id: principal.to_string(),
        role,
        principal,
        principal_kind: Some(kind),
        scope: scope.into(),
        unknown: Unknown::new(),
    };
    if let Part::Read { value, .. } = &mut case.snapshot.role_assignments {
        value.push(assignment);
    }
    let mut term = schedule(principal, None);
    term.role = Some(role);
    term.scope = Some(scope.into());
    case.schedules(|all| all.push(term));
}

/// Makes `principal` eligible for a role in the whole tenant.
pub(super) fn eligible(case: &mut Case, principal: PrincipalId, role: Guid) {
    let mut one = schedule(principal, None);
    one.role = Some(role);
    one.assignment = None;
    if let Part::Read { value, .. } = &mut case.snapshot.role_eligibilities {
        value.push(one);
    }
}

/// Gives `principal` a custom role of these actions.
pub(super) fn custom_role(
    case: &mut Case,
    principal: PrincipalId,
    kind: ObjectKind,
    actions: &[&str],
) {
    let id = Guid::from_u128(0xc057);
    let role = RoleDefinition {
        id,
        template: None,
        display_name: "Our own".into(),
        is_built_in: false,
        is_privileged: None,
        is_enabled: Some(true),
        actions: actions.iter().map(|&action| String::from(action)).collect(),
        unknown: Unknown::new(),
    };
    if let Part::Read { value, .. } = &mut case.snapshot.role_definitions {
        value.push(role);
    }
    hold(case, principal, kind, id, "/");
}

/// Activates the membership of the emergency group for `principal`, for nine seconds.
pub(super) fn activate(case: &mut Case, principal: PrincipalId) {
    let at = case.now;
    let value = vec![pim_schedule(principal, AssignmentType::Activated, Some(9), at)];
    case.group_read(|read| read.schedules = Part::Read { at, value });
}

/// Adds another user who holds a role, made from the daily administrator.
pub(super) fn person(case: &mut Case, id: UserId, change: impl FnOnce(&mut User)) {
    let model = case.snapshot.holders.values().next().map(|holder| holder.state.clone());
    let Some(Part::Read { at, value: AccountState::Present(mut user) }) = model else { return };
    user.id = id;
    change(&mut user);
    let holder = Holder {
        id,
        state: Part::Read { at, value: AccountState::Present(user) },
        methods: Part::Read { at, value: vec![] },
        activity: Part::Read { at, value: SignInActivity::default() },
    };
    case.snapshot.holders.insert(id, holder);
}

/// Grants [`APPLICATION`] a permission of Graph by name; one that no table knows has another id.
pub(super) fn grant(case: &mut Case, name: &str) {
    let role = power::permission(name).map_or(Guid::from_u128(0x9e4), |known| known.id);
    let grant = AppRoleGrant {
        id: name.into(),
        principal: APPLICATION,
        principal_name: Some("deployer".into()),
        role,
        permission: Some(name.into()),
        created: None,
        unknown: Unknown::new(),
    };
    if let Part::Read { value, .. } = &mut case.snapshot.app_role_grants {
        value.push(grant);
    }
    if !case.snapshot.applications.contains_key(&APPLICATION) {
        let application = application(case);
        case.snapshot.applications.insert(APPLICATION, application);
    }
}

/// Changes what was read about [`APPLICATION`].
pub(super) fn read(case: &mut Case, change: impl FnOnce(&mut ApplicationRead)) {
    if let Some(read) = case.snapshot.applications.get_mut(&APPLICATION) {
        change(read);
    }
}

/// Changes the service principal of [`APPLICATION`].
pub(super) fn principal(case: &mut Case, change: impl FnOnce(&mut ServicePrincipal)) {
    read(case, |read| {
        if let Part::Read { value: ApplicationState::Present(principal), .. } = &mut read.state {
            change(principal);
        }
    });
}

/// Changes the registration of [`APPLICATION`].
pub(super) fn registration(case: &mut Case, change: impl FnOnce(&mut Registration)) {
    read(case, |read| {
        if let Part::Read { value: Some(registration), .. } = &mut read.registration {
            change(registration);
        }
    });
}

/// Gives [`APPLICATION`] an owner.
pub(super) fn own(case: &mut Case, owner: Member) {
    let at = case.now;
    read(case, |read| read.owners = Part::Read { at, value: vec![owner] });
}

/// A certificate or secret that ends so many days after `now`; `None` for one that never does.
pub(super) fn credential(case: &Case, kind: AppCredentialKind, days: Option<i64>) -> AppCredential {
    let end = days.map(|days| case.now.as_second() + days * 86_400);
    let end = end.and_then(|second| crate::time::Timestamp::from_second(second).ok());
    AppCredential { id: Some(Guid::from_u128(0xc4ed)), kind, start: Some(case.now), end }
}

/// Lets somebody outside sign in as [`APPLICATION`].
pub(super) fn federate(case: &mut Case, subject: Option<&str>, expression: Option<&str>) {
    let at = case.now;
    let one = trust(subject, expression);
    read(case, |read| read.federated = Part::Read { at, value: vec![one] });
}

/// A federated credential for a subject, or for what fits an expression.
pub(super) fn trust(subject: Option<&str>, expression: Option<&str>) -> FederatedCredential {
    FederatedCredential {
        id: "f1".into(),
        name: "deployment".into(),
        issuer: "https://token.actions.githubusercontent.com".into(),
        subject: subject.map(String::from),
        expression: expression.map(String::from),
        audiences: vec!["api://AzureADTokenExchange".into()],
        unknown: Unknown::new(),
    }
}

fn application(case: &Case) -> ApplicationRead {
    let at = case.now;
    let principal = ServicePrincipal {
        id: APPLICATION,
        app: AppId::from_u128(0xa99_a99),
        display_name: Some("deployer".into()),
        account_enabled: Some(true),
        kind: Some(ServicePrincipalKind::Application),
        home: Some(TenantId::from_u128(1)),
        credentials: vec![],
        unknown: Unknown::new(),
    };
    let registration = Registration {
        id: REGISTRATION,
        app: principal.app,
        display_name: Some("deployer".into()),
        credentials: vec![credential(case, AppCredentialKind::Certificate, Some(90))],
        unknown: Unknown::new(),
    };
    ApplicationRead {
        id: APPLICATION,
        state: Part::Read { at, value: ApplicationState::Present(principal) },
        owners: Part::Read { at, value: vec![] },
        registration: Part::Read { at, value: Some(registration) },
        registration_owners: Part::Read { at, value: vec![] },
        federated: Part::Read { at, value: vec![] },
    }
}

/// Adds settings for another tenant.
pub(super) fn partner(
    case: &mut Case,
    is_service_provider: Option<bool>,
    inbound_trust: Option<InboundTrust>,
) {
    let partner = Partner {
        tenant: Some(TenantId::from_u128(0x9a47)),
        is_service_provider,
        inbound_trust,
        unknown: Unknown::new(),
    };
    if let Part::Read { value, .. } = &mut case.snapshot.partners {
        value.push(partner);
    }
}
