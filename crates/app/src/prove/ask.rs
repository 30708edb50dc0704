//! One sign-in as somebody describes it: what is said, and what is taken where nothing is.

use std::net::{IpAddr, Ipv4Addr};

use halligan_core::ca::{
    Attribute, AttributeKind, AttributeValue, Client, Country, Device, Flow, InsiderLevel, Network,
    OsPlatform, Registered, Risk, SignIn, Target, TrustType, WrongKind,
};
use thiserror::Error;

/// The address that is taken where none is said: one that is kept for documentation, so that no
/// named location holds it unless it holds everything.
///
/// Source: RFC 5737.
pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 1));

/// What is said about a sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What it is for.
    pub target: Option<Target>,
    /// The kind of client.
    pub client: Option<Client>,
    /// The platform.
    pub platform: Option<OsPlatform>,
    /// The public address.
    pub address: Option<IpAddr>,
    /// The country of the address.
    pub country: Option<Country>,
    /// The country of the position that the Authenticator app gives.
    pub gps: Option<Country>,
    /// Whether it comes through Global Secure Access of the tenant.
    pub is_compliant_network: bool,
    /// What Entra ID knows of the device.
    pub device: Option<DeviceState>,
    /// Attributes of the device.
    pub attributes: Vec<(Attribute, String)>,
    /// Risk of the sign-in.
    pub sign_in_risk: Option<Risk>,
    /// Risk of the user.
    pub user_risk: Option<Risk>,
    /// Insider risk of the user.
    pub insider_risk: Option<InsiderLevel>,
    /// The authentication flow.
    pub flow: Option<Flow>,
}

/// What Entra ID knows of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceState {
    /// Nothing.
    Unmanaged,
    /// It is registered.
    Registered,
    /// It is marked as compliant.
    Compliant,
    /// It is hybrid joined.
    Hybrid,
}

/// Why a sign-in cannot be what is said.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AskError {
    /// A device that Entra ID does not know has no attributes.
    #[error("an unmanaged device has no attribute `{0}`")]
    Unmanaged(Attribute),
    /// A value is of another kind than the attribute's.
    #[error("{0}")]
    Kind(WrongKind),
}

impl AskError {
    /// The next thing to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unmanaged(_) => "add `--device registered`, `compliant` or `hybrid`",
            Self::Kind(_) => "see the names and values of filters for devices",
        }
    }
}

/// The sign-in, and in words what was taken because nothing was said.
pub fn sign_in(said: &Said) -> Result<(SignIn, Vec<&'static str>), AskError> {
    let mut taken = Vec::new();
    let mut taking = |is_missing: bool, what: &'static str| {
        if is_missing {
            taken.push(what);
        }
    };
    taking(said.target.is_none(), "to Microsoft Graph");
    taking(said.client.is_none(), "in a browser");
    taking(said.platform.is_none(), "on Windows");
    taking(said.device.is_none(), "on an unmanaged device");
    taking(said.address.is_none(), "from 203.0.113.1, an address of no place");
    taking(said.country.is_none(), "from no known country");
    let has_risk =
        said.sign_in_risk.is_some() || said.user_risk.is_some() || said.insider_risk.is_some();
    taking(!has_risk, "without risk");
    taking(said.flow.is_none(), "without a device code");
    let graph = halligan_core::ca::WellKnown::named("microsoft-graph").map(|known| known.id);
    let graph = Target::Resource(graph.unwrap_or_else(|| halligan_core::id::AppId::from_u128(0)));
    let sign_in = SignIn {
        target: said.target.clone().unwrap_or(graph),
        client: said.client.unwrap_or(Client::Browser),
        platform: said.platform.unwrap_or(OsPlatform::Windows),
        network: Network {
            address: said.address.unwrap_or(ADDRESS),
            country: said.country,
            gps: said.gps,
            is_compliant: said.is_compliant_network,
            is_mfa_trusted: false,
        },
        device: device(said)?,
        sign_in_risk: said.sign_in_risk.unwrap_or(Risk::None),
        user_risk: said.user_risk.unwrap_or(Risk::None),
        insider_risk: said.insider_risk.unwrap_or(InsiderLevel::None),
        flow: said.flow.unwrap_or(Flow::None),
    };
    Ok((sign_in, taken))
}

fn device(said: &Said) -> Result<Device, AskError> {
    let known = Registered::new();
    let mut device = match said.device.unwrap_or(DeviceState::Unmanaged) {
        DeviceState::Unmanaged => {
            return match said.attributes.first() {
                Some((attribute, _)) => Err(AskError::Unmanaged(*attribute)),
                None => Ok(Device::Unregistered),
            };
        }
        DeviceState::Registered => known.with_compliance(false),
        DeviceState::Compliant => known.with_compliance(true),
        DeviceState::Hybrid => known.with_trust(TrustType::ServerAd),
    };
    for (attribute, text) in &said.attributes {
        let value = match attribute.kind() {
            AttributeKind::List => {
                AttributeValue::List(text.split(',').map(|one| one.trim().into()).collect())
            }
            AttributeKind::Flag if text.eq_ignore_ascii_case("true") => AttributeValue::Flag(true),
            AttributeKind::Flag if text.eq_ignore_ascii_case("false") => {
                AttributeValue::Flag(false)
            }
            AttributeKind::Flag | AttributeKind::Text => AttributeValue::Text(text.clone()),
        };
        device = device.with(*attribute, value).map_err(AskError::Kind)?;
    }
    Ok(Device::Registered(device))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_taken_and_told() {
        let (sign_in, taken) = self::sign_in(&Said::default()).unwrap();
        assert_eq!((sign_in.client, sign_in.device), (Client::Browser, Device::Unregistered));
        assert_eq!(taken.len(), 8);
        let said = Said {
            client: Some(Client::Legacy),
            country: Some("NO".parse().unwrap()),
            user_risk: Some(Risk::High),
            ..Said::default()
        };
        let (sign_in, taken) = self::sign_in(&said).unwrap();
        assert_eq!((sign_in.client, sign_in.user_risk), (Client::Legacy, Risk::High));
        assert_eq!(taken.len(), 5, "{taken:?}");
    }

    #[test]
    fn attributes_are_of_a_known_device_and_of_their_kind() {
        let said = |device, attribute, text: &str| {
            let attributes = vec![(attribute, text.into())];
            self::sign_in(&Said { device: Some(device), attributes, ..Said::default() })
        };
        let refused = said(DeviceState::Unmanaged, Attribute::Model, "X1").unwrap_err();
        assert_eq!(refused, AskError::Unmanaged(Attribute::Model));
        let refused = said(DeviceState::Registered, Attribute::IsCompliant, "maybe").unwrap_err();
        assert!(matches!(refused, AskError::Kind(_)), "{refused}");
        let (hybrid, _) = said(DeviceState::Hybrid, Attribute::SystemLabels, "a, b").unwrap();
        assert!(hybrid.device.is_hybrid_joined() && !hybrid.device.is_compliant());
        let labels = AttributeValue::List(vec!["a".into(), "b".into()]);
        assert_eq!(hybrid.device.visible(Attribute::SystemLabels), Some(&labels));
        let (compliant, _) = said(DeviceState::Compliant, Attribute::Model, "X1").unwrap();
        assert!(compliant.device.is_compliant());
    }
}
