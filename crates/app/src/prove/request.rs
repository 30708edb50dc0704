//! A witness as Microsoft's own engine is asked about it: the body of
//! `POST /identity/conditionalAccess/evaluate`.
//!
//! Source: <https://learn.microsoft.com/graph/api/conditionalaccessroot-evaluate>.

use halligan_core::ca::{AttributeValue, Device, Flow, OsPlatform, SignIn, Target};
use halligan_core::id::UserId;
use serde_json::{Map, Value, json};

/// The body that asks about a sign-in of a user. What the request has no words for is left out: the
/// position of the Authenticator app, whether the network is compliant, and a platform that Entra
/// ID does not know.
pub fn request(user: UserId, sign_in: &SignIn) -> Value {
    json!({
        "signInIdentity": {
            "@odata.type": "#microsoft.graph.userSignIn",
            "userId": user.to_string(),
        },
        "signInContext": context(&sign_in.target),
        "signInConditions": conditions(sign_in),
        "appliedPoliciesOnly": false,
    })
}

fn context(target: &Target) -> Value {
    match target {
        Target::Resource(app) => json!({
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": [app.to_string()],
        }),
        Target::UserAction(action) => json!({
            "@odata.type": "#microsoft.graph.userActionContext",
            "userAction": match action.as_str() {
                "urn:user:registersecurityinfo" => "registerSecurityInformation",
                "urn:user:registerdevice" => "registerOrJoinDevices",
                other => other,
            },
        }),
        Target::AuthenticationContext(context) => json!({
            "@odata.type": "#microsoft.graph.authContext",
            "authenticationContextValue": context,
        }),
    }
}

fn conditions(sign_in: &SignIn) -> Value {
    let mut all = Map::new();
    let mut set = |name: &str, value: Value| all.insert(name.into(), value);
    set("clientAppType", sign_in.client.as_graph().into());
    if sign_in.platform != OsPlatform::Unknown {
        set("devicePlatform", sign_in.platform.as_graph().into());
    }
    set("ipAddress", sign_in.network.address.to_string().into());
    if let Some(country) = sign_in.network.country {
        set("country", country.to_string().into());
    }
    set("signInRiskLevel", sign_in.sign_in_risk.as_graph().into());
    set("userRiskLevel", sign_in.user_risk.as_graph().into());
    set("insiderRiskLevel", sign_in.insider_risk.as_graph().into());
    if sign_in.flow != Flow::None {
        set("authenticationFlow", json!({ "transferMethod": sign_in.flow.as_graph() }));
    }
    if let Device::Registered(device) = &sign_in.device {
        let values = device.values().map(|(attribute, value)| {
            // What filters call `deviceOwnership` is `ownership` here.
            let name = match attribute.as_graph() {
                "deviceOwnership" => "ownership",
                name => name,
            };
            (name.to_owned(), attribute_value(value))
        });
        set("deviceInfo", Value::Object(values.collect()));
    }
    Value::Object(all)
}

fn attribute_value(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Text(text) => text.as_str().into(),
        AttributeValue::Flag(flag) => (*flag).into(),
        AttributeValue::List(members) => members.as_slice().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::ca::{Client, InsiderLevel, Network, Registered, Risk, TrustType};
    use halligan_core::id::AppId;

    fn sign_in() -> SignIn {
        SignIn {
            target: Target::Resource(AppId::from_u128(3)),
            client: Client::Browser,
            platform: OsPlatform::Unknown,
            network: Network {
                address: "203.0.113.9".parse().unwrap(),
                country: Some("NO".parse().unwrap()),
                gps: None,
                is_compliant: false,
                is_mfa_trusted: false,
            },
            device: Device::Unregistered,
            sign_in_risk: Risk::High,
            user_risk: Risk::None,
            insider_risk: InsiderLevel::None,
            flow: Flow::None,
        }
    }

    #[test]
    fn a_sign_in_is_asked_about_in_the_words_of_graph() {
        let asked = request(UserId::from_u128(7), &sign_in());
        assert_eq!(
            asked,
            json!({
                "signInIdentity": {
                    "@odata.type": "#microsoft.graph.userSignIn",
                    "userId": "00000000-0000-0000-0000-000000000007",
                },
                "signInContext": {
                    "@odata.type": "#microsoft.graph.applicationContext",
                    "includeApplications": ["00000000-0000-0000-0000-000000000003"],
                },
                "signInConditions": {
                    "clientAppType": "browser",
                    "ipAddress": "203.0.113.9",
                    "country": "NO",
                    "signInRiskLevel": "high",
                    "userRiskLevel": "none",
                    "insiderRiskLevel": "none",
                },
                "appliedPoliciesOnly": false,
            })
        );
    }

    #[test]
    fn devices_flows_and_other_targets_have_members_of_their_own() {
        let device = Registered::new().with_compliance(true).with_trust(TrustType::AzureAd);
        let asked = |target| {
            let device = Device::Registered(device.clone());
            let flow = Flow::DeviceCode;
            let platform = OsPlatform::Windows;
            request(UserId::from_u128(7), &SignIn { target, device, flow, platform, ..sign_in() })
        };
        let action = asked(Target::UserAction("urn:user:registersecurityinfo".into()));
        assert_eq!(action["signInContext"]["userAction"], "registerSecurityInformation");
        let conditions = &action["signInConditions"];
        assert_eq!(conditions["devicePlatform"], "windows");
        assert_eq!(conditions["authenticationFlow"]["transferMethod"], "deviceCodeFlow");
        assert_eq!(conditions["deviceInfo"], json!({"isCompliant": true, "trustType": "AzureAD"}));
        let context = asked(Target::AuthenticationContext("c1".into()));
        assert_eq!(context["signInContext"]["authenticationContextValue"], "c1");
    }
}
