//! Every request to Graph that a snapshot needs, in one table. The one request to another service,
//! for diagnostic settings, stands beside its reader.

use std::fmt::Display;

use halligan_core::tenant::PartKind;

use crate::client::Client;
use crate::request::Request;

/// One read of Graph, as the OpenAPI description names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// HTTP method; `GET`, without exception.
    pub method: &'static str,
    /// `v1.0` or `beta`.
    pub version: &'static str,
    /// Path template, such as `/users/{user-id}/authentication/methods`.
    pub path: &'static str,
    /// The constant part of the query; some reads add a `$filter`.
    pub query: &'static str,
    /// The part of the snapshot that it fills.
    pub part: PartKind,
    /// On which terms it is sent.
    pub terms: &'static [Term],
}

/// A term on which a read is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// It is one of many of its kind, and may travel with others in a `$batch`. Never one of the
    /// Conditional Access service, whose limit of one request per second a batch only hides.
    Batched,
    /// It is a query that the directory answers only with `ConsistencyLevel: eventual` and
    /// `$count=true`, from an index that lags behind by moments.
    ///
    /// Source: <https://learn.microsoft.com/graph/aad-advanced-queries>.
    Eventual,
}

impl Operation {
    /// The request for this id, which stands in every place of the template, with this `$filter`.
    pub(crate) fn url(
        &self,
        client: &Client,
        id: Option<&(dyn Display + Sync)>,
        filter: Option<&str>,
    ) -> Request {
        let mut path = format!("/{}", self.version);
        for segment in self.path.split('/').skip(1) {
            path.push('/');
            match id {
                Some(id) if segment.starts_with('{') => path.push_str(&id.to_string()),
                _ => path.push_str(segment),
            }
        }
        let filter = filter.map(|filter| format!("$filter={filter}"));
        let constant = Some(self.query.to_owned()).filter(|query| !query.is_empty());
        let is_eventual = self.terms.contains(&Term::Eventual);
        let count = is_eventual.then(|| "$count=true".to_owned());
        let query: Vec<String> = filter.into_iter().chain(constant).chain(count).collect();
        let mut url = client.origin().clone();
        url.set_path(&path);
        if !query.is_empty() {
            url.set_query(Some(&query.join("&")));
        }
        let is_batched = self.terms.contains(&Term::Batched);
        Request { is_eventual, is_batched, ..Request::of(url) }
    }
}

macro_rules! operations {
    ($(
        $name:ident: $version:literal $path:literal ? $query:literal
            => $part:ident $([$($term:ident),+])?,
    )+) => {
        $(pub(super) const $name: Operation = Operation {
            method: "GET",
            version: $version,
            path: $path,
            query: $query,
            part: PartKind::$part,
            terms: &[$($(Term::$term),+)?],
        };)+

        /// Every read that a snapshot may make. Only members that the model holds are selected,
        /// but where an object is polymorphic or an unknown member would mean something
        /// (policies, methods, locations, strengths).
        pub const OPERATIONS: &[Operation] = &[$($name),+];
    };
}

operations! {
    ORGANIZATION: "v1.0" "/organization"
        ? "$select=id,displayName,onPremisesSyncEnabled,assignedPlans" => Organization,
    DOMAINS: "v1.0" "/domains"
        ? "$select=id,authenticationType,isInitial,isDefault,isVerified,\
           passwordValidityPeriodInDays"
        => Domains,
    SECURITY_DEFAULTS: "v1.0" "/policies/identitySecurityDefaultsEnforcementPolicy"
        ? "" => SecurityDefaults,
    FEDERATIONS: "v1.0" "/domains/{domain-id}/federationConfiguration" ? "" => Federations,
    DIRECTORY_SYNC: "v1.0" "/directory/onPremisesSynchronization" ? "" => DirectorySync,
    AUTHORIZATION_POLICY: "v1.0" "/policies/authorizationPolicy" ? "" => AuthorizationPolicy,
    METHODS_POLICY: "v1.0" "/policies/authenticationMethodsPolicy" ? "" => MethodsPolicy,
    STRENGTHS: "v1.0" "/policies/authenticationStrengthPolicies" ? "" => Strengths,
    POLICIES: "beta" "/identity/conditionalAccess/policies" ? "" => Policies,
    POLICY_IDS_V1: "v1.0" "/identity/conditionalAccess/policies" ? "$select=id" => PolicyIdsV1,
    // Only beta has <https://learn.microsoft.com/graph/api/resources/compliantnetworknamedlocation>
    NAMED_LOCATIONS: "beta" "/identity/conditionalAccess/namedLocations" ? "" => NamedLocations,
    DELETED_POLICIES: "v1.0" "/identity/conditionalAccess/deletedItems/policies"
        ? "" => DeletedPolicies,
    AUTHENTICATION_CONTEXTS: "v1.0"
        "/identity/conditionalAccess/authenticationContextClassReferences"
        ? "" => AuthenticationContexts,
    PROTECTED_ACTIONS: "beta"
        "/roleManagement/directory/resourceNamespaces/{unifiedRbacResourceNamespace-id}/\
         resourceActions"
        ? "" => ProtectedActions,
    ROLE_DEFINITIONS: "v1.0" "/roleManagement/directory/roleDefinitions"
        ? "$select=id,templateId,displayName,isBuiltIn,isEnabled" => RoleDefinitions,
    // The same path: what custom roles may do. That of built-in roles is thousands of lines.
    CUSTOM_ROLES: "v1.0" "/roleManagement/directory/roleDefinitions"
        ? "$select=id,templateId,displayName,isBuiltIn,isEnabled,rolePermissions"
        => RoleDefinitions,
    // v1.0 refuses `isPrivileged`:
    // <https://learn.microsoft.com/graph/api/resources/unifiedroledefinition>.
    PRIVILEGED_ROLES: "beta" "/roleManagement/directory/roleDefinitions"
        ? "$select=id,isPrivileged" => RoleDefinitions,
    ROLE_DEFINITION: "v1.0"
        "/roleManagement/directory/roleDefinitions/{unifiedRoleDefinition-id}"
        ? "$select=id,templateId,displayName,isBuiltIn,isEnabled,rolePermissions"
        => RoleDefinitions,
    ROLE_ASSIGNMENTS: "v1.0" "/roleManagement/directory/roleAssignments"
        ? "$expand=principal" => RoleAssignments,
    ROLE_SCHEDULES: "v1.0" "/roleManagement/directory/roleAssignmentScheduleInstances"
        ? "" => RoleSchedules,
    ROLE_ELIGIBILITIES: "v1.0" "/roleManagement/directory/roleEligibilityScheduleInstances"
        ? "" => RoleEligibilities,
    ROLE_POLICIES: "v1.0" "/policies/roleManagementPolicyAssignments"
        ? "$expand=policy($expand=rules)" => RolePolicies,
    ADMINISTRATIVE_UNITS: "v1.0" "/directory/administrativeUnits"
        ? "$select=id,displayName,isMemberManagementRestricted" => AdministrativeUnits,
    GRAPH_PRINCIPAL: "v1.0" "/servicePrincipals" ? "$select=id,appRoles" => AppRoleGrants,
    APP_ROLE_GRANTS: "v1.0" "/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo"
        ? "$top=999" => AppRoleGrants,
    DELEGATED_GRANTS: "v1.0" "/oauth2PermissionGrants" ? "" => DelegatedGrants,
    PARTNER_DEFAULTS: "v1.0" "/policies/crossTenantAccessPolicy/default" ? "" => Partners,
    PARTNERS: "v1.0" "/policies/crossTenantAccessPolicy/partners" ? "" => Partners,
    DELEGATED_ADMINS: "v1.0" "/tenantRelationships/delegatedAdminRelationships"
        ? "" => DelegatedAdmins,
    DELEGATED_GROUPS: "v1.0"
        "/tenantRelationships/delegatedAdminRelationships/{delegatedAdminRelationship-id}/\
         accessAssignments"
        ? "" => DelegatedAdmins [Batched],
    ACCESS_REVIEWS: "v1.0" "/identityGovernance/accessReviews/definitions"
        ? "" => AccessReviews,
    LIFECYCLE_WORKFLOWS: "v1.0" "/identityGovernance/lifecycleWorkflows/workflows"
        ? "$select=id,displayName,category,isEnabled,isSchedulingEnabled,executionConditions"
        => LifecycleWorkflows,
    RECOVERY_JOBS: "v1.0" "/directory/recovery/jobs" ? "" => RecoveryJobs,
    RECOVERY_PROFILES: "v1.0" "/identity/verifiedId/profiles" ? "" => RecoveryProfiles,
    REFERENCED_USERS: "v1.0" "/users" ? "$select=id" => ReferencedUsers [Batched],
    REFERENCED_GROUPS: "v1.0" "/groups" ? "$select=id,displayName" => ReferencedGroups [Batched],
    ACCOUNT: "v1.0" "/users/{user-id}"
        ? "$select=id,userPrincipalName,displayName,accountEnabled,userType,onPremisesSyncEnabled,\
           onPremisesImmutableId,createdDateTime,givenName,surname,isManagementRestricted,\
           assignedLicenses,passwordPolicies,lastPasswordChangeDateTime,passwordProfile,mail,\
           proxyAddresses"
        => Account [Batched],
    DELETED_USERS: "v1.0" "/directory/deletedItems/graph.user" ? "$select=id" => Account [Batched],
    ACCOUNT_METHODS: "v1.0" "/users/{user-id}/authentication/methods" ? ""
        => AccountMethods [Batched],
    ACCOUNT_MEMBERSHIPS: "v1.0" "/users/{user-id}/transitiveMemberOf"
        ? "$select=id,displayName,roleTemplateId&$top=999" => AccountMemberships [Batched],
    // Asked for apart: without P1 or its own permission, it would cost the account.
    ACCOUNT_ACTIVITY: "v1.0" "/users/{user-id}" ? "$select=id,signInActivity"
        => AccountActivity [Batched],
    ACCOUNT_PER_USER_MFA: "beta" "/users/{user-id}/authentication/requirements"
        ? "" => AccountPerUserMfa [Batched],
    ACCOUNT_LEAVE: "v1.0" "/users/{user-id}"
        ? "$select=id,employeeLeaveDateTime" => AccountLeave [Batched],
    HOLDER: "v1.0" "/users/{user-id}"
        ? "$select=id,userPrincipalName,displayName,accountEnabled,userType,onPremisesSyncEnabled,\
           onPremisesImmutableId,createdDateTime,isManagementRestricted,\
           lastPasswordChangeDateTime" => Holder [Batched],
    HOLDER_METHODS: "v1.0" "/users/{user-id}/authentication/methods" ? ""
        => HolderMethods [Batched],
    // Many users in one request: it has a limit of ten a minute.
    HOLDER_ACTIVITY: "v1.0" "/users" ? "$select=id,signInActivity" => HolderActivity,
    GROUP: "v1.0" "/groups/{group-id}"
        ? "$select=id,displayName,securityEnabled,mailEnabled,isAssignableToRole,groupTypes,\
           membershipRule,onPremisesSyncEnabled,expirationDateTime,isManagementRestricted"
        => Group [Batched],
    DELETED_GROUPS: "v1.0" "/directory/deletedItems/graph.group" ? "$select=id" => Group [Batched],
    // v1.0 lists no service principals: <https://learn.microsoft.com/graph/api/group-list-members>,
    // nor among owners: <https://learn.microsoft.com/graph/api/group-list-owners>.
    GROUP_MEMBERS: "beta" "/groups/{group-id}/members"
        ? "$select=id,displayName&$top=999" => GroupMembers [Batched],
    GROUP_TRANSITIVE_MEMBERS: "beta" "/groups/{group-id}/transitiveMembers"
        ? "$select=id,displayName&$top=999" => GroupTransitiveMembers [Batched],
    GROUP_OWNERS: "beta" "/groups/{group-id}/owners"
        ? "$select=id,displayName&$top=999" => GroupOwners [Batched],
    GROUP_ELIGIBILITIES: "v1.0"
        "/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances"
        ? "" => GroupEligibilities [Batched],
    GROUP_SCHEDULES: "v1.0"
        "/identityGovernance/privilegedAccess/group/assignmentScheduleInstances"
        ? "" => GroupSchedules [Batched],
    // The same path as the settings of roles, by a filter of its own.
    GROUP_POLICIES: "v1.0" "/policies/roleManagementPolicyAssignments"
        ? "$expand=policy($expand=rules)" => GroupPolicies [Batched],
    GROUP_MEMBERSHIPS: "v1.0" "/groups/{group-id}/memberOf"
        ? "$select=id,displayName&$top=999" => GroupMemberships [Batched],
    GROUP_CATALOGS: "v1.0" "/identityGovernance/entitlementManagement/resources"
        ? "" => GroupCatalogs [Batched],
    PRINCIPALS: "v1.0" "/servicePrincipals" ? "$select=id,displayName" => Application [Batched],
    APPLICATION: "v1.0" "/servicePrincipals/{servicePrincipal-id}"
        ? "$select=id,appId,displayName,accountEnabled,servicePrincipalType,\
           appOwnerOrganizationId,passwordCredentials,keyCredentials" => Application [Batched],
    APPLICATION_OWNERS: "v1.0" "/servicePrincipals/{servicePrincipal-id}/owners"
        ? "$select=id,displayName&$top=999" => ApplicationOwners [Batched],
    REGISTRATION: "v1.0" "/applications"
        ? "$select=id,appId,displayName,passwordCredentials,keyCredentials"
        => Registration [Batched],
    REGISTRATION_OWNERS: "v1.0" "/applications/{application-id}/owners"
        ? "$select=id,displayName&$top=999" => RegistrationOwners [Batched],
    // Only beta has <https://learn.microsoft.com/graph/api/resources/federatedidentityexpression>
    FEDERATED_CREDENTIALS: "beta" "/applications/{application-id}/federatedIdentityCredentials"
        ? "" => FederatedCredentials [Batched],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::SmallLimit;
    use halligan_core::id::GroupId;
    use std::sync::Arc;

    fn client() -> Client {
        let clock = Arc::new(|| "2026-11-22T10:00:00Z".parse().unwrap());
        let credential = crate::Credential::Secret("hunter2".into());
        let client_id = halligan_core::id::AppId::from_u128(1);
        let sign_in = crate::SignIn::Application { client_id, credential };
        let endpoints = crate::Endpoints::global();
        Client::new(crate::Options::new(endpoints, "contoso.com", sign_in, clock)).unwrap()
    }

    #[test]
    fn an_address_has_its_id_and_its_filter() {
        let id = GroupId::from_u128(0xab);
        assert_eq!(
            GROUP_OWNERS.url(&client(), Some(&id), None).url.as_str(),
            "https://graph.microsoft.com/beta/groups/00000000-0000-0000-0000-0000000000ab/owners\
             ?$select=id,displayName&$top=999"
        );
        assert_eq!(
            REFERENCED_USERS.url(&client(), None, Some("id in ('1','2')")).url.as_str(),
            "https://graph.microsoft.com/v1.0/users?$filter=id%20in%20(%271%27,%272%27)&$select=id"
        );
        assert_eq!(
            POLICIES.url(&client(), None, None).url.as_str(),
            "https://graph.microsoft.com/beta/identity/conditionalAccess/policies"
        );
    }

    #[test]
    fn an_advanced_query_is_asked_for_as_graph_wants_it() {
        let advanced = Operation { terms: &[Term::Eventual], ..REFERENCED_USERS };
        let request = advanced.url(&client(), None, Some("onPremisesSyncEnabled ne true"));
        assert!(request.is_eventual && !request.is_batched);
        assert!(request.url.as_str().ends_with("&$select=id&$count=true"), "{}", request.url);
    }

    #[test]
    fn conditional_access_never_travels_with_others() {
        for operation in OPERATIONS {
            let request = operation.url(&client(), None, None);
            assert!(
                !(request.is_batched
                    && request.small_limit() == Some(SmallLimit::ConditionalAccess)),
                "{}",
                operation.path
            );
        }
        assert!(OPERATIONS.iter().any(|operation| operation.terms.contains(&Term::Batched)));
    }

    #[test]
    fn every_part_is_read_and_nothing_is_written() {
        let elsewhere = [PartKind::Watcher, PartKind::DiagnosticSettings];
        for part in PartKind::ALL.into_iter().filter(|part| !elsewhere.contains(part)) {
            assert!(OPERATIONS.iter().any(|operation| operation.part == part), "{part}");
        }
        assert!(OPERATIONS.iter().all(|operation| operation.method == "GET"));
    }

    #[test]
    fn what_v1_leaves_out_or_lacks_is_read_from_beta() {
        let beta: Vec<PartKind> = OPERATIONS
            .iter()
            .filter(|operation| operation.version == "beta")
            .map(|operation| operation.part.clone())
            .collect();
        let expected = [
            PartKind::Policies,
            PartKind::NamedLocations,
            PartKind::ProtectedActions,
            PartKind::RoleDefinitions,
            PartKind::AccountPerUserMfa,
            PartKind::GroupMembers,
            PartKind::GroupTransitiveMembers,
            PartKind::GroupOwners,
            PartKind::FederatedCredentials,
        ];
        assert_eq!(beta, expected);
    }

    #[test]
    fn no_query_holds_white_space_of_the_source() {
        for operation in OPERATIONS {
            assert!(!operation.query.contains(char::is_whitespace), "{}", operation.path);
        }
    }
}
