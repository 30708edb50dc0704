//! Sign-ins in words for a person: what is out of the ordinary, and nothing else.

use alloc::string::{String, ToString as _};
use core::fmt;

use super::evaluate::Condition;
use super::sign_in::{Client, Flow, InsiderLevel, OsPlatform, Risk, SignIn, Target};
use super::well_known::WellKnown;
use super::{Attribute, AttributeValue, Device};

impl fmt::Display for SignIn {
    /// `Azure Resource Manager, from a browser on an unknown platform, on an unregistered device,
    /// from 198.51.100.7`; risks, flows, countries and networks only where there are some.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, from {} on {}", self.target, client(self.client), platform(self.platform))?;
        write!(f, ", on {}", device(&self.device))?;
        write!(f, ", from {}", self.network.address)?;
        if let Some(country) = self.network.country {
            write!(f, " in {country}")?;
        }
        if self.network.is_mfa_trusted {
            f.write_str(" (a trusted address of the legacy MFA settings)")?;
        }
        if self.network.is_compliant {
            f.write_str(" through Global Secure Access")?;
        }
        if let Some(country) = self.network.gps {
            write!(f, ", at a position in {country}")?;
        }
        if self.sign_in_risk != Risk::None {
            write!(f, ", at {} sign-in risk", self.sign_in_risk)?;
        }
        if self.user_risk != Risk::None {
            write!(f, ", at {} user risk", self.user_risk)?;
        }
        if self.insider_risk != InsiderLevel::None {
            write!(f, ", at {} insider risk", self.insider_risk)?;
        }
        match self.flow {
            Flow::None => Ok(()),
            Flow::DeviceCode => f.write_str(", by device code"),
            Flow::AuthenticationTransfer => f.write_str(", by authentication transfer"),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Users => "users",
            Self::Target => "target resources",
            Self::ClientApps => "client apps",
            Self::Platforms => "device platforms",
            Self::Locations => "locations",
            Self::Devices => "filter for devices",
            Self::SignInRisk => "sign-in risk",
            Self::UserRisk => "user risk",
            Self::InsiderRisk => "insider risk",
            Self::Flows => "authentication flows",
            Self::Others => "conditions unknown to this version",
        })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(app) => match WellKnown::of(*app) {
                Some(known) => f.write_str(known.title),
                None => write!(f, "resource {app}"),
            },
            Self::UserAction(action) => write!(f, "user action `{action}`"),
            Self::AuthenticationContext(context) => {
                write!(f, "authentication context `{context}`")
            }
        }
    }
}

const fn client(client: Client) -> &'static str {
    match client {
        Client::Browser => "a browser",
        Client::MobileAppsAndDesktopClients => "an app or tool",
        Client::ExchangeActiveSync => "Exchange ActiveSync",
        Client::Legacy => "a legacy client",
    }
}

const fn platform(platform: OsPlatform) -> &'static str {
    match platform {
        OsPlatform::Android => "Android",
        OsPlatform::Ios => "iOS",
        OsPlatform::Windows => "Windows",
        OsPlatform::WindowsPhone => "Windows Phone",
        OsPlatform::MacOs => "macOS",
        OsPlatform::Linux => "Linux",
        OsPlatform::Unknown => "a platform that Entra ID does not know",
    }
}

fn device(device: &Device) -> String {
    let Device::Registered(registered) = device else {
        return "an unregistered device".into();
    };
    let kind = match (registered.is_compliant(), registered.is_hybrid_joined()) {
        (true, true) => "a compliant and hybrid joined device",
        (true, false) => "a compliant device",
        (false, true) => "a hybrid joined device",
        (false, false) => "a registered device",
    };
    let own = [Attribute::IsCompliant, Attribute::TrustType];
    let more = registered.values().filter(|(attribute, _)| !own.contains(attribute));
    more.fold(kind.to_string(), |text, (attribute, value)| {
        let value = match value {
            AttributeValue::Text(value) => value.clone(),
            AttributeValue::Flag(value) => value.to_string(),
            AttributeValue::List(values) => values.join(", "),
        };
        alloc::format!("{text} with {attribute} `{value}`")
    })
}
