//! `$select`, and what is answered without it.
//!
//! Source: <https://learn.microsoft.com/graph/api/resources/user#properties> and the same section
//! of every other type, where "returned only on `$select`" is said.

use serde_json::Value;

use crate::directory::Object;
use crate::error::GraphError;
use crate::types::{self, Empty, EntityType};

/// What an answer holds when nothing was selected.
const USER_DEFAULTS: [&str; 11] = [
    "businessPhones",
    "displayName",
    "givenName",
    "id",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

/// Properties of a group that only `$select` brings.
const GROUP_SELECT_ONLY: [&str; 17] = [
    "accessType",
    "allowExternalSenders",
    "assignedLabels",
    "assignedLicenses",
    "autoSubscribeNewMembers",
    "hasMembersWithLicenseErrors",
    "hideFromAddressLists",
    "hideFromOutlookClients",
    "infoCatalogs",
    "isArchived",
    "isFavorite",
    "isManagementRestricted",
    "isSubscribedByMail",
    "licenseProcessingState",
    "organizationId",
    "unseenCount",
    "welcomeMessageEnabled",
];

/// Names that the properties of each `types` spell; one that no type has is refused.
pub(crate) fn check(names: &[String], types: &[&EntityType]) -> Result<(), GraphError> {
    for name in names {
        if name != "*" && !types.iter().any(|kind| kind.property(name).is_some()) {
            let kind = types.first().map_or("entity", |kind| kind.name);
            return Err(GraphError::bad_request(format!(
                "Parsing OData Select and Expand failed: Could not find a property named '{name}' \
                 on type 'microsoft.graph.{kind}'."
            )));
        }
    }
    Ok(())
}

/// The object as an answer shows it: the selected properties and the id, or the default ones.
///
/// A property that the object does not hold is written empty; annotations stay.
pub(crate) fn project(mut object: Object, kind: &EntityType, names: Option<&[String]>) -> Object {
    if names.is_none() && !fills_defaults(kind) {
        return object;
    }
    let mut shown = Object::new();
    for (name, empty) in kind.properties() {
        let is_selected = match names {
            Some(names) => {
                name == "id" || names.iter().any(|one| one == "*" || one.eq_ignore_ascii_case(name))
            }
            None => is_default(kind, name),
        };
        if !is_selected {
            continue;
        }
        match (object.remove(name), empty) {
            (Some(value), _) => _ = shown.insert(name.into(), value),
            (None, Empty::Null) => _ = shown.insert(name.into(), Value::Null),
            (None, Empty::List) => _ = shown.insert(name.into(), Value::Array(Vec::new())),
            (None, Empty::Absent) => {}
        }
    }
    shown.extend(object.into_iter().filter(|(name, _)| name.starts_with('@')));
    shown
}

fn fills_defaults(kind: &EntityType) -> bool {
    [types::USER.name, types::GROUP.name, types::SERVICE_PRINCIPAL.name].contains(&kind.name)
}

fn is_default(kind: &EntityType, name: &str) -> bool {
    if kind.name == types::USER.name {
        USER_DEFAULTS.contains(&name)
    } else if kind.name == types::GROUP.name {
        !GROUP_SELECT_ONLY.contains(&name) && !name.starts_with("unseen")
    } else {
        name != "customSecurityAttributes"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::objects;
    use halligan_core::id::Guid;

    fn user() -> Object {
        objects::user(Guid::from_u128(1), "a@seven.example", "A")
    }

    #[test]
    fn a_user_shows_its_default_properties_only() {
        let shown = project(user(), &types::USER, None);
        let mut names: Vec<&str> = shown.keys().map(String::as_str).collect();
        names.sort_unstable();
        let mut expected = USER_DEFAULTS;
        expected.sort_unstable();
        assert_eq!(names, expected);
        assert_eq!(shown["businessPhones"], serde_json::json!([]));
    }

    #[test]
    fn a_selection_shows_exactly_itself_and_the_id() {
        let names = ["ACCOUNTENABLED", "signInActivity", "otherMails"].map(String::from);
        let mut user = user();
        user.insert("@odata.type".into(), "#microsoft.graph.user".into());
        let shown = project(user, &types::USER, Some(&names));
        let expected = serde_json::json!({
            "@odata.type": "#microsoft.graph.user",
            "id": "00000000-0000-0000-0000-000000000001",
            "accountEnabled": true,
            "signInActivity": null,
            "otherMails": [],
        });
        assert_eq!(Value::Object(shown), expected);
    }

    #[test]
    fn a_misspelt_property_is_refused() {
        let names = ["accountEnabld".to_owned()];
        let error = check(&names, &[&types::USER]).unwrap_err();
        assert!(error.message.contains("'accountEnabld'"), "{}", error.message);
        assert!(check(&["groupTypes".to_owned()], &[&types::USER, &types::GROUP]).is_ok());
    }

    #[test]
    fn a_group_hides_what_only_a_selection_brings() {
        let group = objects::security_group(Guid::from_u128(2), "Two");
        let shown = project(group, &types::GROUP, None);
        assert!(shown.contains_key("isAssignableToRole"));
        assert!(!shown.contains_key("isManagementRestricted"));
    }
}
