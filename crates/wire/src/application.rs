//! Applications, what they were granted, and with what the watcher reads.

use halligan_core::tenant::{
    AppCredential, AppCredentialKind, AppRoleGrant, ConsentType, DelegatedGrant,
    FederatedCredential, Registration, ServicePrincipal, ServicePrincipalKind, Watcher,
};
use serde_json::{Map, Value};

use crate::body::{Body, joined};
use crate::members::missing;
use crate::{Entity, Members, ReadError};

impl Entity for AppRoleGrant {
    /// `permission` is no member of Graph's: snapshot files carry it beside the id, and a reader
    /// of Graph fills it in from the resource's own list.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_text("id")?,
            principal: members.required_id("principalId")?,
            principal_name: members.text("principalDisplayName")?,
            role: members.required_id("appRoleId")?,
            permission: members.text("permission")?,
            created: members.timestamp("createdDateTime")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        body.print("principalId", &self.principal);
        body.nullable("principalDisplayName", self.principal_name.as_deref());
        body.print("appRoleId", &self.role);
        body.optional("permission", self.permission.as_deref());
        body.print_nullable("createdDateTime", self.created.as_ref());
        body.done()
    }
}

impl Entity for DelegatedGrant {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let scope = members.text("scope")?.unwrap_or_default();
        Ok(Self {
            id: members.required_text("id")?,
            client: members.required_id("clientId")?,
            consent: members
                .open("consentType", ConsentType::from_graph)?
                .ok_or_else(|| missing("consentType"))?,
            principal: members.id("principalId")?,
            scopes: scope.split_whitespace().map(str::to_owned).collect(),
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        body.print("clientId", &self.client);
        body.print("consentType", &self.consent);
        body.print_nullable("principalId", self.principal.as_ref());
        body.set("scope", joined(&self.scopes, " "));
        body.done()
    }
}

impl Entity for ServicePrincipal {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_id("id")?,
            app: members.required_id("appId")?,
            display_name: members.text("displayName")?,
            account_enabled: members.bool("accountEnabled")?,
            kind: members.open("servicePrincipalType", ServicePrincipalKind::from_graph)?,
            home: members.id("appOwnerOrganizationId")?,
            credentials: credentials(members)?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.print("appId", &self.app);
        body.nullable("displayName", self.display_name.as_deref());
        body.nullable("accountEnabled", self.account_enabled);
        body.print_nullable("servicePrincipalType", self.kind.as_ref());
        body.print_nullable("appOwnerOrganizationId", self.home.as_ref());
        write_credentials(&mut body, &self.credentials);
        body.done()
    }
}

impl Entity for Registration {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_id("id")?,
            app: members.required_id("appId")?,
            display_name: members.text("displayName")?,
            credentials: credentials(members)?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.print("appId", &self.app);
        body.nullable("displayName", self.display_name.as_deref());
        write_credentials(&mut body, &self.credentials);
        body.done()
    }
}

impl Entity for FederatedCredential {
    /// Its description is what somebody wrote there, and is not read.
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let expression = members.opened("claimsMatchingExpression", |one| one.text("value"))?;
        Ok(Self {
            id: members.required_text("id")?,
            name: members.required_text("name")?,
            issuer: members.required_text("issuer")?,
            subject: members.text("subject")?,
            expression: expression.flatten(),
            audiences: members.texts("audiences")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        body.set("name", self.name.as_str());
        body.set("issuer", self.issuer.as_str());
        body.nullable("subject", self.subject.as_deref());
        body.list("audiences", &self.audiences);
        if let Some(expression) = &self.expression {
            let mut open = Body::default();
            open.set("value", expression.as_str());
            body.open("claimsMatchingExpression", open);
        }
        body.done()
    }
}

impl Entity for Watcher {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            app: members.id("appId")?,
            principal: members.id("principalId")?,
            is_delegated: members.required_bool("isDelegated")?,
            permissions: members.texts("permissions")?,
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::default();
        body.print_nullable("appId", self.app.as_ref());
        body.print_nullable("principalId", self.principal.as_ref());
        body.set("isDelegated", self.is_delegated);
        body.list("permissions", &self.permissions);
        body.done()
    }
}

/// Secrets first, then certificates. What they are is read, and their hints and texts are not.
fn credentials(members: &mut Members<'_>) -> Result<Vec<AppCredential>, ReadError> {
    let mut all = Vec::new();
    for (name, kind) in [
        ("passwordCredentials", AppCredentialKind::Secret),
        ("keyCredentials", AppCredentialKind::Certificate),
    ] {
        all.extend(members.objects(name, |one| {
            let id = one.id("keyId")?;
            let start = one.timestamp("startDateTime")?;
            let end = one.timestamp("endDateTime")?;
            Ok(AppCredential { id, kind: kind.clone(), start, end })
        })?);
    }
    Ok(all)
}

fn write_credentials(body: &mut Body, all: &[AppCredential]) {
    let of = |kind: AppCredentialKind| -> Vec<&AppCredential> {
        all.iter().filter(|one| one.kind == kind).collect()
    };
    let write = |one: &&AppCredential| {
        let mut body = Body::default();
        body.print_nullable("keyId", one.id.as_ref());
        body.print_nullable("startDateTime", one.start.as_ref());
        body.print_nullable("endDateTime", one.end.as_ref());
        body.done()
    };
    body.objects("passwordCredentials", &of(AppCredentialKind::Secret), write);
    body.objects("keyCredentials", &of(AppCredentialKind::Certificate), write);
}
