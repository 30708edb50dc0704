//! The snapshot itself: one table of its parts, from which the type, the empty snapshot and the
//! list of gaps follow, so that a part cannot be forgotten in one of them.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::{
    AccessReview, Account, AdministrativeUnit, AppRoleGrant, ApplicationRead,
    AuthenticationContext, AuthorizationPolicy, DelegatedAdmin, DelegatedGrant, DiagnosticSetting,
    DirectorySync, Domain, Federation, Gap, GapReason, GroupRead, Holder, LifecycleWorkflow,
    MethodsPolicy, NamedLocation, Organization, Part, PartKind, Partner, Policy, ProtectedAction,
    RecoveryJob, RecoveryProfile, RoleAssignment, RoleDefinition, RolePolicy, RoleSchedule,
    SecurityDefaults, Strength, Watcher,
};
use crate::id::{GroupId, Guid, PolicyId, PrincipalId, TenantId, UserId};
use crate::time::Timestamp;

/// Where a snapshot came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Microsoft Graph, at this address.
    Graph {
        /// The service's base address, such as `https://graph.microsoft.com`.
        endpoint: String,
    },
    /// A folder of exported files.
    Files,
}

/// Is given every part of a snapshot by [`Snapshot::into_parts`].
pub trait TakePart {
    /// One part, with the object that it is about where there is one.
    fn take<T: Send + 'static>(&mut self, kind: PartKind, subject: Option<Guid>, part: Part<T>);
}

macro_rules! snapshot {
    ($($(#[$doc:meta])* $field:ident: $kind:ident => $type:ty,)+) => {
        /// What a tenant is, at a time, as far as it could be read.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Snapshot {
            /// When reading ended; each part has its own time as well.
            pub taken: Timestamp,
            /// Where it was read.
            pub source: Source,
            $($(#[$doc])* pub $field: Part<$type>,)+
            /// The declared accounts.
            pub accounts: BTreeMap<UserId, Account>,
            /// Other users who hold a privileged role, directly, by eligibility or through a group,
            /// or who own such a group or an application that is a way in.
            pub holders: BTreeMap<UserId, Holder>,
            /// The emergency group and every group that holds a privileged role.
            pub groups: BTreeMap<GroupId, GroupRead>,
            /// Service principals that hold a privileged role or a permission that is a way in,
            /// those that own such a one, and the watcher's own.
            pub applications: BTreeMap<PrincipalId, ApplicationRead>,
            /// What is missing from parts that were read: a file of an exported folder that is
            /// broken. What is there counts, and what is not is unknown.
            pub incomplete: Vec<Gap>,
        }

        impl Snapshot {
            /// A snapshot of nothing: every part of the tenant is a gap for the same `reason`.
            ///
            /// Readers fill in what they can; what they forget stays unknown instead of empty.
            pub fn unread(taken: Timestamp, source: Source, reason: &GapReason) -> Self {
                Self {
                    taken,
                    source,
                    $($field: Part::Gap(Gap::new(PartKind::$kind, None, reason.clone())),)+
                    accounts: BTreeMap::new(),
                    holders: BTreeMap::new(),
                    groups: BTreeMap::new(),
                    applications: BTreeMap::new(),
                    incomplete: Vec::new(),
                }
            }

            /// Turns a part of the tenant into a gap; other kinds are left alone.
            fn withhold_of_tenant(&mut self, kind: &PartKind, reason: &GapReason) {
                match kind {
                    $(PartKind::$kind => {
                        self.$field = Part::Gap(Gap::new(PartKind::$kind, None, reason.clone()));
                    })+
                    _ => {}
                }
            }

            /// Takes the snapshot apart, in the order of its parts.
            pub fn into_parts(self, taker: &mut impl TakePart) {
                $(taker.take(PartKind::$kind, None, self.$field);)+
                self.accounts.into_values().for_each(|account| account.into_parts(taker));
                self.holders.into_values().for_each(|holder| holder.into_parts(taker));
                self.groups.into_values().for_each(|group| group.into_parts(taker));
                let applications = self.applications.into_values();
                applications.for_each(|application| application.into_parts(taker));
            }

            /// The gaps of the tenant's own parts, in their order.
            fn tenant_gaps(&self) -> impl Iterator<Item = &Gap> {
                [$(self.$field.value().err(),)+].into_iter().flatten()
            }
        }

        impl PartKind {
            /// The kinds that belong to the tenant and not to one object, in their order.
            pub const TENANT: &'static [Self] = &[$(Self::$kind,)+];
        }
    };
}

snapshot! {
    /// The tenant.
    organization: Organization => Organization,
    /// With which application and permissions the snapshot was read.
    watcher: Watcher => Watcher,
    /// Every domain of the tenant.
    domains: Domains => Vec<Domain>,
    /// How federated domains trust their identity providers.
    federations: Federations => Vec<Federation>,
    /// How a synchronised directory may take over cloud objects; `None` where nothing is
    /// synchronised.
    directory_sync: DirectorySync => Option<DirectorySync>,
    /// The security defaults switch.
    security_defaults: SecurityDefaults => SecurityDefaults,
    /// What users may do by default, and whether administrators reset their own passwords.
    authorization_policy: AuthorizationPolicy => AuthorizationPolicy,
    /// Which authentication methods may be used, and by whom.
    methods_policy: MethodsPolicy => MethodsPolicy,
    /// Built-in and custom authentication strengths.
    strengths: Strengths => Vec<Strength>,
    /// Every Conditional Access policy, as beta lists them.
    policies: Policies => Vec<Policy>,
    /// The ids that v1.0 lists: a policy that is missing here uses preview features.
    policy_ids_v1: PolicyIdsV1 => BTreeSet<PolicyId>,
    /// Conditional Access policies in the recycle bin, from which anybody may bring them back.
    deleted_policies: DeletedPolicies => Vec<Policy>,
    /// Every named location.
    locations: NamedLocations => Vec<NamedLocation>,
    /// Authentication contexts.
    authentication_contexts: AuthenticationContexts => Vec<AuthenticationContext>,
    /// Actions that can demand an authentication context.
    protected_actions: ProtectedActions => Vec<ProtectedAction>,
    /// Every role definition, built-in and custom.
    role_definitions: RoleDefinitions => Vec<RoleDefinition>,
    /// Active assignments of privileged roles and of custom roles, in every scope.
    role_assignments: RoleAssignments => Vec<RoleAssignment>,
    /// Active holdings of every role with their terms, where the tenant has P2.
    role_schedules: RoleSchedules => Vec<RoleSchedule>,
    /// Eligible holdings of every role, where the tenant has P2.
    role_eligibilities: RoleEligibilities => Vec<RoleSchedule>,
    /// What activating a role asks for, where the tenant has P2.
    role_policies: RolePolicies => Vec<RolePolicy>,
    /// Administrative units.
    administrative_units: AdministrativeUnits => Vec<AdministrativeUnit>,
    /// Application permissions of Microsoft Graph that were granted to anybody.
    app_role_grants: AppRoleGrants => Vec<AppRoleGrant>,
    /// Delegated permissions of Microsoft Graph that were granted for everybody, or by a declared
    /// account or a role holder for itself. What others consented to reaches no further than they.
    delegated_grants: DelegatedGrants => Vec<DelegatedGrant>,
    /// Settings for other tenants, the defaults first.
    partners: Partners => Vec<Partner>,
    /// Delegated admin relationships that this tenant holds as a partner.
    delegated_admins: DelegatedAdmins => Vec<DelegatedAdmin>,
    /// Access reviews, where the tenant has P2.
    access_reviews: AccessReviews => Vec<AccessReview>,
    /// Lifecycle workflows, where the tenant has Entra ID Governance.
    lifecycle_workflows: LifecycleWorkflows => Vec<LifecycleWorkflow>,
    /// Jobs of Entra Backup and Recovery.
    recovery_jobs: RecoveryJobs => Vec<RecoveryJob>,
    /// Verified ID profiles, some of which are self-service account recovery.
    recovery_profiles: RecoveryProfiles => Vec<RecoveryProfile>,
    /// Which logs go where.
    diagnostic_settings: DiagnosticSettings => Vec<DiagnosticSetting>,
    /// The users that policies name and that exist.
    referenced_users: ReferencedUsers => BTreeSet<UserId>,
    /// The groups that policies name, the authentication methods policy included, and that exist;
    /// with their names.
    referenced_groups: ReferencedGroups => BTreeMap<GroupId, String>,
}

impl Snapshot {
    /// The tenant's id, when the organization could be read.
    pub fn tenant_id(&self) -> Option<TenantId> {
        self.organization.value().ok().map(|organization| organization.id)
    }

    /// Every gap of the snapshot, in the order of its parts.
    pub fn gaps(&self) -> Vec<&Gap> {
        let mut gaps: Vec<&Gap> = self.incomplete.iter().collect();
        gaps.extend(self.tenant_gaps());
        self.accounts.values().for_each(|account| gaps.extend(account.gaps()));
        self.holders.values().for_each(|holder| gaps.extend(holder.gaps()));
        self.groups.values().for_each(|group| gaps.extend(group.gaps()));
        self.applications.values().for_each(|application| gaps.extend(application.gaps()));
        gaps
    }

    /// Turns every part of a kind into a gap for `reason`, as if it had not been read.
    pub fn withhold(&mut self, kind: &PartKind, reason: &GapReason) {
        self.withhold_of_tenant(kind, reason);
        self.accounts.values_mut().for_each(|account| account.withhold(kind, reason));
        self.holders.values_mut().for_each(|holder| holder.withhold(kind, reason));
        self.groups.values_mut().for_each(|group| group.withhold(kind, reason));
        let applications = self.applications.values_mut();
        applications.for_each(|application| application.withhold(kind, reason));
    }
}

/// What was read about one object: its parts in a table, as the snapshot's own.
macro_rules! parts_of {
    ($($name:ident ($id:ident) { $($field:ident: $kind:ident,)+ })+) => {$(
        impl $name {
            /// The object with every part a gap for the same `reason`.
            pub fn unread(id: $id, reason: &GapReason) -> Self {
                Self {
                    id,
                    $($field: Part::Gap(Gap::new(PartKind::$kind, Some(id.0), reason.clone())),)+
                }
            }

            /// The kinds of its parts, in their order.
            pub const PARTS: &'static [PartKind] = &[$(PartKind::$kind,)+];

            fn gaps(&self) -> impl Iterator<Item = &Gap> {
                [$(self.$field.value().err(),)+].into_iter().flatten()
            }

            fn into_parts(self, taker: &mut impl TakePart) {
                $(taker.take(PartKind::$kind, Some(self.id.0), self.$field);)+
            }

            fn withhold(&mut self, kind: &PartKind, reason: &GapReason) {
                match kind {
                    $(PartKind::$kind => {
                        let gap = Gap::new(PartKind::$kind, Some(self.id.0), reason.clone());
                        self.$field = Part::Gap(gap);
                    })+
                    _ => {}
                }
            }
        }
    )+};
}

parts_of! {
    Account (UserId) {
        state: Account,
        methods: AccountMethods,
        memberships: AccountMemberships,
        activity: AccountActivity,
        per_user_mfa: AccountPerUserMfa,
        leave: AccountLeave,
    }
    Holder (UserId) {
        state: Holder,
        methods: HolderMethods,
        activity: HolderActivity,
    }
    GroupRead (GroupId) {
        state: Group,
        members: GroupMembers,
        transitive: GroupTransitiveMembers,
        owners: GroupOwners,
        eligibilities: GroupEligibilities,
        schedules: GroupSchedules,
        policies: GroupPolicies,
        memberships: GroupMemberships,
        catalogs: GroupCatalogs,
    }
    ApplicationRead (PrincipalId) {
        state: Application,
        owners: ApplicationOwners,
        registration: Registration,
        registration_owners: RegistrationOwners,
        federated: FederatedCredentials,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Case;
    use alloc::collections::BTreeSet;

    #[derive(Default)]
    struct Taken(BTreeSet<PartKind>, usize);

    impl TakePart for Taken {
        fn take<T: Send + 'static>(&mut self, kind: PartKind, about: Option<Guid>, part: Part<T>) {
            if let Err(gap) = part.value() {
                assert_eq!((&gap.part.kind, gap.part.subject), (&kind, about));
                self.1 += 1;
            }
            self.0.insert(kind);
        }
    }

    #[test]
    fn every_part_is_taken_under_its_name() {
        let snapshot = Case::sound().snapshot;
        let gaps = snapshot.gaps().len();
        let mut taken = Taken::default();
        snapshot.into_parts(&mut taken);
        assert_eq!(taken.0, PartKind::ALL.into_iter().collect());
        assert_eq!(taken.1, gaps);
    }

    #[test]
    fn gaps_stand_under_the_name_of_their_part() {
        let mut snapshot = Case::sound().snapshot;
        let reason = GapReason::NotInSource;
        let source = snapshot.source.clone();
        let unread = Snapshot::unread(snapshot.taken, source, &reason);
        snapshot = Snapshot { accounts: snapshot.accounts, groups: snapshot.groups, ..unread };
        let gaps = snapshot.gaps().len();
        let mut taken = Taken::default();
        snapshot.into_parts(&mut taken);
        assert_eq!((taken.1, gaps >= 14), (gaps, true));
    }
}
