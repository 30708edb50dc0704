//! Sign-ins and conditions in words for a person, once for every report.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::evaluate::Condition;
use super::sign_in::{Client, Flow, InsiderLevel, OsPlatform, Risk, SignIn, Target};
use super::well_known::WellKnown;
use super::{Attribute, AttributeValue, Device, Registered};

impl fmt::Display for SignIn {
    /// `to Azure Resource Manager, in a browser, on Windows, unmanaged device, from 198.51.100.7
    /// (US)`: what says nothing out of the ordinary is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (client, platform) = (client(self.client), platform(self.platform));
        write!(f, "to {}, {client}, {platform}, {}", self.target, device(&self.device))?;
        let network = &self.network;
        match network.country {
            Some(country) => write!(f, ", from {} ({country})", network.address)?,
            None => write!(f, ", from {} (no known country)", network.address)?,
        }
        if network.is_compliant {
            f.write_str(", through Global Secure Access")?;
        }
        if let Some(gps) = network.gps {
            write!(f, ", position in {gps}")?;
        }
        if network.is_mfa_trusted {
            f.write_str(", an MFA trusted address")?;
        }
        if self.sign_in_risk != Risk::None {
            write!(f, ", sign-in risk {}", self.sign_in_risk)?;
        }
        if self.user_risk != Risk::None {
            write!(f, ", user risk {}", self.user_risk)?;
        }
        if self.insider_risk != InsiderLevel::None {
            write!(f, ", insider risk {}", self.insider_risk)?;
        }
        match self.flow {
            Flow::None => Ok(()),
            Flow::DeviceCode => f.write_str(", with a device code"),
            Flow::AuthenticationTransfer => f.write_str(", by authentication transfer"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(app) => match WellKnown::of(*app) {
                Some(known) => f.write_str(known.title),
                None => write!(f, "application {app}"),
            },
            Self::UserAction(action) => match action.as_str() {
                "urn:user:registersecurityinfo" => f.write_str("register security information"),
                "urn:user:registerdevice" => f.write_str("register or join a device"),
                other => write!(f, "the user action `{other}`"),
            },
            Self::AuthenticationContext(context) => write!(f, "authentication context {context}"),
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
            Self::Others => "other conditions",
        })
    }
}

const fn client(client: Client) -> &'static str {
    match client {
        Client::Browser => "in a browser",
        Client::MobileAppsAndDesktopClients => "in an app or on the command line",
        Client::ExchangeActiveSync => "by Exchange ActiveSync",
        Client::Legacy => "by legacy authentication",
    }
}

const fn platform(platform: OsPlatform) -> &'static str {
    match platform {
        OsPlatform::Windows => "on Windows",
        OsPlatform::MacOs => "on macOS",
        OsPlatform::Linux => "on Linux",
        OsPlatform::Ios => "on iOS",
        OsPlatform::Android => "on Android",
        OsPlatform::WindowsPhone => "on Windows Phone",
        OsPlatform::Unknown => "on a platform that Entra ID does not know",
    }
}

fn device(device: &Device) -> String {
    let Device::Registered(registered) = device else { return "unmanaged device".into() };
    let state = match (registered.is_compliant(), registered.is_hybrid_joined()) {
        (true, true) => "compliant and hybrid joined",
        (true, false) => "compliant",
        (false, true) => "hybrid joined",
        (false, false) => "registered",
    };
    let others = attributes(registered);
    match others.is_empty() {
        true => format!("{state} device"),
        false => format!("{state} device with {others}"),
    }
}

/// The attributes of a device beside those that its state says.
fn attributes(device: &Registered) -> String {
    let said = |attribute: Attribute, value: &AttributeValue| {
        attribute == Attribute::IsCompliant
            || (attribute == Attribute::TrustType
                && *value == AttributeValue::Text("ServerAD".into()))
    };
    let others = device.values().filter(|(attribute, value)| !said(*attribute, value));
    let others: Vec<String> = others.map(|(name, value)| format!("{name} `{value}`")).collect();
    others.join(", ")
}
