//! User objects and what they are members of.

use halligan_core::id::Guid;
use halligan_core::tenant::{Membership, ObjectKind, User, UserType};
use serde_json::{Map, Value};

use crate::body::{Body, joined};
use crate::{Entity, Members, ReadError};

impl Entity for User {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let licences =
            members.objects("assignedLicenses", |licence| licence.id::<Guid>("skuId"))?;
        let force_password_change = members
            .opened("passwordProfile", |profile| {
                let next = profile.bool("forceChangePasswordNextSignIn")?;
                let with_mfa = profile.bool("forceChangePasswordNextSignInWithMfa")?;
                // Either asks for a change at the sign-in for which the account exists.
                Ok(if with_mfa == Some(true) { with_mfa } else { next })
            })?
            .flatten();
        Ok(Self {
            id: members.required_id("id")?,
            user_principal_name: members.required_text("userPrincipalName")?,
            mail: members.text("mail")?,
            proxy_addresses: members.texts("proxyAddresses")?,
            display_name: members.text("displayName")?,
            account_enabled: members.bool("accountEnabled")?,
            user_type: members.open("userType", UserType::from_graph)?,
            on_premises_sync_enabled: members.bool("onPremisesSyncEnabled")?,
            on_premises_immutable_id: members.text("onPremisesImmutableId")?,
            created: members.timestamp("createdDateTime")?,
            given_name: members.text("givenName")?,
            surname: members.text("surname")?,
            is_management_restricted: members.bool("isManagementRestricted")?,
            licences: licences.into_iter().flatten().collect(),
            password_policies: members.flags("passwordPolicies", str::to_owned)?,
            force_password_change,
            last_password_change: members.timestamp("lastPasswordChangeDateTime")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.set("userPrincipalName", self.user_principal_name.as_str());
        body.optional("mail", self.mail.as_deref());
        if !self.proxy_addresses.is_empty() {
            body.list("proxyAddresses", &self.proxy_addresses);
        }
        body.nullable("displayName", self.display_name.as_deref());
        body.nullable("accountEnabled", self.account_enabled);
        body.print_nullable("userType", self.user_type.as_ref());
        body.nullable("onPremisesSyncEnabled", self.on_premises_sync_enabled);
        body.nullable("onPremisesImmutableId", self.on_premises_immutable_id.as_deref());
        body.print_nullable("createdDateTime", self.created.as_ref());
        body.nullable("givenName", self.given_name.as_deref());
        body.nullable("surname", self.surname.as_deref());
        body.nullable("isManagementRestricted", self.is_management_restricted);
        body.objects("assignedLicenses", &self.licences, |licence| {
            let mut body = Body::default();
            body.print("skuId", licence);
            body.set("disabledPlans", Vec::<String>::new());
            body.done()
        });
        let policies = &self.password_policies;
        body.nullable("passwordPolicies", (!policies.is_empty()).then(|| joined(policies, ", ")));
        if let Some(force) = self.force_password_change {
            let mut profile = Body::default();
            profile.set("forceChangePasswordNextSignIn", force);
            body.open("passwordProfile", profile);
        }
        body.print_nullable("lastPasswordChangeDateTime", self.last_password_change.as_ref());
        body.done()
    }
}

impl Entity for Membership {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            kind: ObjectKind::from_graph(&members.required_odata_type()?),
            id: members.required_id("id")?,
            role_template: members.id("roleTemplateId")?,
            display_name: members.text("displayName")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("@odata.type", &self.kind);
        body.print("id", &self.id);
        body.nullable("displayName", self.display_name.as_deref());
        body.optional("roleTemplateId", self.role_template.map(|template| template.to_string()));
        body.done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read;

    #[test]
    fn a_forced_change_is_read_in_both_forms_and_no_password_is_kept() {
        for (profile, expected) in [
            ("null", None),
            ("{}", None),
            (r#"{"forceChangePasswordNextSignIn":false}"#, Some(false)),
            (r#"{"forceChangePasswordNextSignIn":true}"#, Some(true)),
            (r#"{"forceChangePasswordNextSignInWithMfa":true,"password":"hunter2"}"#, Some(true)),
            (
                r#"{"forceChangePasswordNextSignIn":true,
                    "forceChangePasswordNextSignInWithMfa":false}"#,
                Some(true),
            ),
        ] {
            let id = "00000000-0000-0000-0000-0000000000a1";
            let text =
                format!(r#"{{"id":"{id}","userPrincipalName":"a@b","passwordProfile":{profile}}}"#);
            let user: User = read(text.as_bytes()).unwrap();
            assert_eq!(user.force_password_change, expected, "{profile}");
            let written = serde_json::Value::Object(user.write()).to_string();
            assert!(!written.contains("hunter2"), "{written}");
            assert_eq!(read::<User>(written.as_bytes()).unwrap(), user, "{profile}");
        }
    }
}
