//! Settings of the tenant, administrative units, and when an account was last used.

use halligan_core::tenant::{
    AdministrativeUnit, AuthenticationContext, AuthorizationPolicy, DiagnosticSetting,
    DirectorySync, FederatedMfa, Federation, ProtectedAction, SignInActivity,
};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::{Entity, Members, ReadError};

impl Entity for AuthorizationPolicy {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let create = members
            .opened("defaultUserRolePermissions", |users| users.bool("allowedToCreateApps"))?;
        Ok(Self {
            allowed_to_use_sspr: members.bool("allowedToUseSSPR")?,
            allowed_to_create_apps: create.flatten(),
            allow_user_consent_for_risky_apps: members.bool("allowUserConsentForRiskyApps")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.nullable("allowedToUseSSPR", self.allowed_to_use_sspr);
        body.nullable("allowUserConsentForRiskyApps", self.allow_user_consent_for_risky_apps);
        let mut users = Body::default();
        users.nullable("allowedToCreateApps", self.allowed_to_create_apps);
        body.open("defaultUserRolePermissions", users);
        body.done()
    }
}

impl Entity for Federation {
    /// `domain` is no member of Graph's: snapshot files carry it, and a reader of Graph fills it
    /// in with the domain that it asked about.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_text("id")?,
            domain: members.text("domain")?.unwrap_or_default().to_lowercase(),
            issuer: members.text("issuerUri")?,
            mfa: members.open("federatedIdpMfaBehavior", FederatedMfa::from_graph)?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        let domain = Some(self.domain.as_str()).filter(|domain| !domain.is_empty());
        body.optional("domain", domain);
        body.nullable("issuerUri", self.issuer.as_deref());
        body.print_nullable("federatedIdpMfaBehavior", self.mfa.as_ref());
        body.done()
    }
}

impl Entity for DirectorySync {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let blocks = members.opened("features", |features| {
            Ok((
                features.bool("blockSoftMatchEnabled")?,
                features.bool("blockCloudObjectTakeoverThroughHardMatchEnabled")?,
            ))
        })?;
        let (blocks_soft_match, blocks_hard_match) = blocks.unwrap_or_default();
        Ok(Self {
            id: members.required_text("id")?,
            blocks_soft_match,
            blocks_hard_match,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        let mut features = Body::default();
        features.nullable("blockSoftMatchEnabled", self.blocks_soft_match);
        features
            .nullable("blockCloudObjectTakeoverThroughHardMatchEnabled", self.blocks_hard_match);
        body.open("features", features);
        body.done()
    }
}

impl Entity for AuthenticationContext {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_text("id")?,
            display_name: members.text("displayName")?,
            is_available: members.bool("isAvailable")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        body.nullable("displayName", self.display_name.as_deref());
        body.nullable("isAvailable", self.is_available);
        body.done()
    }
}

impl Entity for ProtectedAction {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_text("id")?,
            name: members.required_text("name")?,
            authentication_context: members
                .text("authenticationContextId")?
                .filter(|context| !context.is_empty()),
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        body.set("name", self.name.as_str());
        body.nullable("authenticationContextId", self.authentication_context.as_deref());
        body.done()
    }
}

impl Entity for AdministrativeUnit {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_id("id")?,
            display_name: members.text("displayName")?,
            is_member_management_restricted: members.bool("isMemberManagementRestricted")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.nullable("displayName", self.display_name.as_deref());
        body.nullable("isMemberManagementRestricted", self.is_member_management_restricted);
        body.done()
    }
}

/// Where a setting sends logs: the member of `properties` that names the place, and our word.
const TARGETS: [(&str, &str); 4] = [
    ("eventHubAuthorizationRuleId", "eventHub"),
    ("workspaceId", "workspace"),
    ("storageAccountId", "storage"),
    ("marketplacePartnerId", "marketplace"),
];

impl Entity for DiagnosticSetting {
    /// The ids of the places name subscriptions and resources; they are not kept.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let inner = members.object("properties", |properties| {
            let logs = properties.objects("logs", |log| {
                let is_on = log.bool("enabled")?.unwrap_or_default();
                Ok(log.text("category")?.filter(|_| is_on))
            })?;
            let mut targets = Vec::new();
            for (member, word) in TARGETS {
                let place = properties.text(member)?;
                targets.extend(place.filter(|id| !id.is_empty()).map(|_| word.to_owned()));
            }
            Ok((logs.into_iter().flatten().collect(), targets))
        })?;
        let (categories, targets) = inner.unwrap_or_default();
        let _address: Option<String> = members.text("id")?;
        Ok(Self {
            name: members.required_text("name")?,
            categories,
            targets,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("name", self.name.as_str());
        let mut properties = Body::default();
        properties.objects("logs", &self.categories, |category| {
            let mut log = Body::default();
            log.set("category", category.as_str());
            log.set("enabled", true);
            log.done()
        });
        for (member, word) in TARGETS {
            let goes = self.targets.iter().any(|target| target == word);
            properties.optional(member, goes.then_some("(not kept)"));
        }
        body.set("properties", Value::from(properties));
        body.done()
    }
}

impl Entity for SignInActivity {
    /// Reads a user of which `signInActivity` was selected; one that was never used has none.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let activity = members.object("signInActivity", |activity| {
            Ok(Self {
                last_successful: activity.timestamp("lastSuccessfulSignInDateTime")?,
                last_interactive: activity.timestamp("lastSignInDateTime")?,
                last_non_interactive: activity.timestamp("lastNonInteractiveSignInDateTime")?,
            })
        })?;
        Ok(activity.unwrap_or_default())
    }

    fn write(&self) -> Map<String, Value> {
        let mut activity = Body::default();
        activity.print_nullable("lastSuccessfulSignInDateTime", self.last_successful.as_ref());
        activity.print_nullable("lastSignInDateTime", self.last_interactive.as_ref());
        activity
            .print_nullable("lastNonInteractiveSignInDateTime", self.last_non_interactive.as_ref());
        let mut body = Body::default();
        body.set("signInActivity", Value::from(activity));
        body.done()
    }
}
