//! Objects of which a reader wants a member or two, and which the model does not hold as such.

use halligan_core::id::{Guid, PrincipalId, UserId};
use halligan_core::tenant::{PerUserMfa, SignInActivity};
use halligan_core::time::Timestamp;
use halligan_wire::{Entity, Members, ReadError};
use serde_json::{Map, Value, json};

/// An object of which only its id and name were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) display_name: Option<String>,
}

/// A role definition of which only its mark was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marked {
    pub(super) id: Guid,
    pub(super) is_privileged: bool,
}

/// A resource's service principal, with the application permissions that it offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) id: PrincipalId,
    /// Ids of its app roles, and their names.
    pub(super) roles: Vec<(Guid, String)>,
}

/// `authentication/requirements` of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirements(pub(super) PerUserMfa);

/// A user of which `signInActivity` was selected.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Active {
    pub(super) id: UserId,
    pub(super) activity: SignInActivity,
}

/// A user of which `employeeLeaveDateTime` was selected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaving(pub(super) Option<Timestamp>);

impl Entity for Named {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let display_name = members.text("displayName")?;
        Ok(Self { id: members.required_text("id")?, display_name })
    }

    fn write(&self) -> Map<String, Value> {
        let name = self.display_name.clone().map(|name| ("displayName".into(), name.into()));
        [("id".into(), self.id.clone().into())].into_iter().chain(name).collect()
    }
}

impl Entity for Marked {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let is_privileged = members.required_bool("isPrivileged")?;
        Ok(Self { id: members.required_id("id")?, is_privileged })
    }

    fn write(&self) -> Map<String, Value> {
        Map::from_iter([
            ("id".into(), self.id.to_string().into()),
            ("isPrivileged".into(), self.is_privileged.into()),
        ])
    }
}

impl Entity for Resource {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let id = members.required_id("id")?;
        let roles = members.objects("appRoles", |role| {
            Ok((role.required_id("id")?, role.text("value")?.unwrap_or_default()))
        })?;
        // A role without a value is assigned to people, and is no permission.
        Ok(Self { id, roles: roles.into_iter().filter(|(_, name)| !name.is_empty()).collect() })
    }

    fn write(&self) -> Map<String, Value> {
        let role = |(id, name): &(Guid, String)| json!({"id": id.to_string(), "value": name});
        let roles: Vec<Value> = self.roles.iter().map(role).collect();
        Map::from_iter([
            ("id".into(), self.id.to_string().into()),
            ("appRoles".into(), roles.into()),
        ])
    }
}

impl Entity for Requirements {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let state = members.open("perUserMfaState", PerUserMfa::from_graph)?;
        state
            .map(Self)
            .ok_or_else(|| ReadError { path: "perUserMfaState".into(), what: "is missing".into() })
    }

    fn write(&self) -> Map<String, Value> {
        Map::from_iter([("perUserMfaState".into(), self.0.as_graph().into())])
    }
}

impl Entity for Active {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self { id: members.required_id("id")?, activity: SignInActivity::read(members)? })
    }

    fn write(&self) -> Map<String, Value> {
        let mut user = self.activity.write();
        user.insert("id".into(), self.id.to_string().into());
        user
    }
}

impl Entity for Leaving {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        members.timestamp("employeeLeaveDateTime").map(Self)
    }

    fn write(&self) -> Map<String, Value> {
        let date = self.0.map_or(Value::Null, |date| date.to_string().into());
        Map::from_iter([("employeeLeaveDateTime".into(), date)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        fn again<T: Entity + PartialEq + std::fmt::Debug>(one: T) {
            let text = Value::Object(one.write()).to_string();
            assert_eq!(halligan_wire::read::<T>(text.as_bytes()), Ok(one), "{text}");
        }
        again(Named { id: "a".into(), display_name: Some("b".into()) });
        let roles = vec![(Guid::from_u128(1), "User.Read.All".into())];
        again(Resource { id: PrincipalId::from_u128(2), roles });
        again(Marked { id: Guid::from_u128(3), is_privileged: true });
        again(Requirements(PerUserMfa::Enforced));
        let activity = SignInActivity {
            last_successful: "2026-12-01T00:00:00Z".parse().ok(),
            ..SignInActivity::default()
        };
        again(Active { id: UserId::from_u128(3), activity });
        again(Leaving("2026-12-01T00:00:00Z".parse().ok()));
        again(Leaving(None));
    }

    #[test]
    fn a_state_that_is_missing_is_not_off_and_a_role_for_people_is_no_permission() {
        let missing = halligan_wire::read::<Requirements>(b"{}").unwrap_err();
        assert_eq!(missing.to_string(), "perUserMfaState: is missing");
        let text = r#"{"id":"00000000-0000-0000-0000-000000000002","appRoles":[
            {"id":"00000000-0000-0000-0000-000000000003","value":null}]}"#;
        assert_eq!(halligan_wire::read::<Resource>(text.as_bytes()).unwrap().roles, []);
    }
}
