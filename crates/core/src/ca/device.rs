//! The device of a sign-in: what Entra ID knows of it, and what a device filter sees of that.
//!
//! An unregistered device has no attribute at all. A registered one has those that are set; its
//! extension attributes are seen only when it is managed by Intune, compliant or hybrid joined.
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices>.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::sign_in::one_of;

/// Application id of Microsoft Intune: the `mdmAppId` of the devices that it manages.
pub const INTUNE_APP_ID: &str = "0000000a-0000-0000-c000-000000000000";

/// The device of a sign-in, as Entra ID knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Device {
    /// Entra ID does not know it: all of its attributes are null.
    #[default]
    Unregistered,
    /// It has an object in the directory.
    Registered(Registered),
}

impl Device {
    /// What a device filter sees of an attribute; `None` is null.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices#supported-operators-and-device-properties-for-filters>:
    /// "Devices must be Microsoft Intune managed, compliant, or Microsoft Entra hybrid joined for a
    /// value to be available in extensionAttributes1-15".
    pub fn visible(&self, attribute: Attribute) -> Option<&AttributeValue> {
        let Self::Registered(registered) = self else {
            return None;
        };
        if attribute.is_extension() && !registered.shows_extensions() {
            return None;
        }
        registered.value(attribute)
    }

    /// Whether it is marked as compliant: what the grant control `compliantDevice` asks.
    pub fn is_compliant(&self) -> bool {
        self.registered().is_some_and(Registered::is_compliant)
    }

    /// Whether it is Microsoft Entra hybrid joined: what the grant control `domainJoinedDevice`
    /// asks.
    pub fn is_hybrid_joined(&self) -> bool {
        self.registered().is_some_and(Registered::is_hybrid_joined)
    }

    fn registered(&self) -> Option<&Registered> {
        match self {
            Self::Unregistered => None,
            Self::Registered(registered) => Some(registered),
        }
    }
}

/// A device with an object in the directory: the attributes that are set, the others are null.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Registered {
    /// Each value is of the kind of its attribute.
    values: BTreeMap<Attribute, AttributeValue>,
}

impl Registered {
    /// A device of which no attribute is set.
    pub const fn new() -> Self {
        Self { values: BTreeMap::new() }
    }

    /// The same device with one attribute set.
    ///
    /// # Errors
    ///
    /// [`WrongKind`] when the attribute does not hold such values.
    pub fn with(self, attribute: Attribute, value: AttributeValue) -> Result<Self, WrongKind> {
        if value.kind() == attribute.kind() {
            Ok(self.put(attribute, value))
        } else {
            Err(WrongKind { attribute, found: value.kind() })
        }
    }

    /// The same device with `isCompliant` set.
    #[must_use]
    pub fn with_compliance(self, is_compliant: bool) -> Self {
        self.put(Attribute::IsCompliant, AttributeValue::Flag(is_compliant))
    }

    /// The same device with `trustType` set.
    #[must_use]
    pub fn with_trust(self, trust: TrustType) -> Self {
        self.put(Attribute::TrustType, AttributeValue::Text(trust.as_graph().into()))
    }

    /// Sets a value that is of the attribute's kind.
    pub(super) fn put(mut self, attribute: Attribute, value: AttributeValue) -> Self {
        self.values.insert(attribute, value);
        self
    }

    /// The value of an attribute, whether a filter sees it or not; `None` when it is not set.
    pub fn value(&self, attribute: Attribute) -> Option<&AttributeValue> {
        self.values.get(&attribute)
    }

    /// The attributes that are set, in the order of [`Attribute`].
    pub fn values(&self) -> impl Iterator<Item = (Attribute, &AttributeValue)> {
        self.values.iter().map(|(attribute, value)| (*attribute, value))
    }

    /// Whether it is marked as compliant.
    pub fn is_compliant(&self) -> bool {
        self.value(Attribute::IsCompliant) == Some(&AttributeValue::Flag(true))
    }

    /// Whether it is Microsoft Entra hybrid joined: its `trustType` is `ServerAD`.
    pub fn is_hybrid_joined(&self) -> bool {
        self.has_text(Attribute::TrustType, TrustType::ServerAd.as_graph())
    }

    /// Whether Microsoft Intune manages it: its `mdmAppId` is [`INTUNE_APP_ID`].
    pub fn is_intune_managed(&self) -> bool {
        self.has_text(Attribute::MdmAppId, INTUNE_APP_ID)
    }

    /// Whether a device filter sees its extension attributes.
    pub fn shows_extensions(&self) -> bool {
        self.is_intune_managed() || self.is_compliant() || self.is_hybrid_joined()
    }

    fn has_text(&self, attribute: Attribute, wanted: &str) -> bool {
        match self.value(attribute) {
            Some(AttributeValue::Text(text)) => text.eq_ignore_ascii_case(wanted),
            _ => false,
        }
    }
}

/// A value of an attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttributeValue {
    /// Text. Filters compare it without regard to letter case.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A collection of texts.
    List(Vec<String>),
}

impl AttributeValue {
    /// What kind of value it is.
    pub const fn kind(&self) -> AttributeKind {
        match self {
            Self::Text(_) => AttributeKind::Text,
            Self::Flag(_) => AttributeKind::Flag,
            Self::List(_) => AttributeKind::List,
        }
    }
}

impl fmt::Display for AttributeValue {
    /// As a person reads it: `SAW`, `True`, `[M365Managed, MultiUser]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Flag(true) => f.write_str("True"),
            Self::Flag(false) => f.write_str("False"),
            Self::List(members) => write!(f, "[{}]", members.join(", ")),
        }
    }
}

/// What kind of values an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttributeKind {
    /// Text.
    Text,
    /// Yes or no.
    Flag,
    /// A collection of texts.
    List,
}

impl fmt::Display for AttributeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Flag => "True or False",
            Self::List => "a collection of texts",
        })
    }
}

/// A value of a kind that its attribute does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongKind {
    /// The attribute.
    pub attribute: Attribute,
    /// The kind of the value.
    pub found: AttributeKind,
}

impl fmt::Display for WrongKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { attribute, found } = self;
        write!(f, "device attribute `{attribute}` holds {}, not {found}", attribute.kind())
    }
}

impl core::error::Error for WrongKind {}

one_of! {
    /// A valid registered state of a device.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices#supported-operators-and-device-properties-for-filters>.
    TrustType {
        /// Microsoft Entra joined.
        AzureAd = "AzureAD",
        /// Microsoft Entra hybrid joined.
        ServerAd = "ServerAD",
        /// Microsoft Entra registered.
        Workplace = "Workplace",
    }

    /// An attribute of a device that a device filter may name, in the order of the documentation.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices#supported-operators-and-device-properties-for-filters>.
    Attribute {
        /// Id of the device, a GUID.
        DeviceId = "deviceId",
        /// Display name.
        DisplayName = "displayName",
        /// `Personal` or `Company`.
        DeviceOwnership = "deviceOwnership",
        /// The profile it was enrolled under.
        EnrollmentProfileName = "enrollmentProfileName",
        /// Whether it is marked as compliant.
        IsCompliant = "isCompliant",
        /// Manufacturer.
        Manufacturer = "manufacturer",
        /// Application id of the device management that it is enrolled in.
        MdmAppId = "mdmAppId",
        /// Model.
        Model = "model",
        /// Operating system, such as `Windows`.
        OperatingSystem = "operatingSystem",
        /// Version of the operating system, such as `10.0.22000`.
        OperatingSystemVersion = "operatingSystemVersion",
        /// Ids that Windows Autopilot gave, such as `[ZTDId]:value`.
        PhysicalIds = "physicalIds",
        /// Such as `RegisteredDevice` or `SecureVM`.
        ProfileType = "profileType",
        /// Labels that the system applied, such as `M365Managed`.
        SystemLabels = "systemLabels",
        /// A [`TrustType`].
        TrustType = "trustType",
        /// Extension attribute 1.
        ExtensionAttribute1 = "extensionAttribute1",
        /// Extension attribute 2.
        ExtensionAttribute2 = "extensionAttribute2",
        /// Extension attribute 3.
        ExtensionAttribute3 = "extensionAttribute3",
        /// Extension attribute 4.
        ExtensionAttribute4 = "extensionAttribute4",
        /// Extension attribute 5.
        ExtensionAttribute5 = "extensionAttribute5",
        /// Extension attribute 6.
        ExtensionAttribute6 = "extensionAttribute6",
        /// Extension attribute 7.
        ExtensionAttribute7 = "extensionAttribute7",
        /// Extension attribute 8.
        ExtensionAttribute8 = "extensionAttribute8",
        /// Extension attribute 9.
        ExtensionAttribute9 = "extensionAttribute9",
        /// Extension attribute 10.
        ExtensionAttribute10 = "extensionAttribute10",
        /// Extension attribute 11.
        ExtensionAttribute11 = "extensionAttribute11",
        /// Extension attribute 12.
        ExtensionAttribute12 = "extensionAttribute12",
        /// Extension attribute 13.
        ExtensionAttribute13 = "extensionAttribute13",
        /// Extension attribute 14.
        ExtensionAttribute14 = "extensionAttribute14",
        /// Extension attribute 15.
        ExtensionAttribute15 = "extensionAttribute15",
    }
}

impl Attribute {
    /// What kind of values it holds.
    pub const fn kind(self) -> AttributeKind {
        match self {
            Self::IsCompliant => AttributeKind::Flag,
            Self::PhysicalIds | Self::SystemLabels => AttributeKind::List,
            _ => AttributeKind::Text,
        }
    }

    /// Whether it is one of `extensionAttribute1` to `extensionAttribute15`.
    pub const fn is_extension(self) -> bool {
        matches!(
            self,
            Self::ExtensionAttribute1
                | Self::ExtensionAttribute2
                | Self::ExtensionAttribute3
                | Self::ExtensionAttribute4
                | Self::ExtensionAttribute5
                | Self::ExtensionAttribute6
                | Self::ExtensionAttribute7
                | Self::ExtensionAttribute8
                | Self::ExtensionAttribute9
                | Self::ExtensionAttribute10
                | Self::ExtensionAttribute11
                | Self::ExtensionAttribute12
                | Self::ExtensionAttribute13
                | Self::ExtensionAttribute14
                | Self::ExtensionAttribute15
        )
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use alloc::string::ToString;
    use alloc::vec;

    fn text(text: &str) -> AttributeValue {
        AttributeValue::Text(text.into())
    }

    #[test]
    fn attributes_are_spelled_both_ways_in_any_case() {
        assert_eq!(Attribute::ALL.len(), 29);
        for attribute in Attribute::ALL {
            let upper = attribute.as_graph().to_ascii_uppercase();
            assert_eq!(Attribute::from_graph(&upper), Some(*attribute));
        }
        assert_eq!(Attribute::from_graph("deviceid"), Some(Attribute::DeviceId));
        assert_eq!(Attribute::from_graph("extensionAttribute16"), None);
        assert_eq!(Attribute::ALL.iter().filter(|one| one.is_extension()).count(), 15);
    }

    #[test]
    fn extension_attributes_are_seen_only_on_devices_that_the_tenant_vouches_for() {
        let tagged = Registered::new().put(Attribute::ExtensionAttribute1, text("SAW"));
        let cases = [
            (tagged.clone(), false),
            (tagged.clone().with_compliance(false).with_trust(TrustType::AzureAd), false),
            (tagged.clone().with_trust(TrustType::Workplace), false),
            (tagged.clone().put(Attribute::MdmAppId, text("another")), false),
            (tagged.clone().with_compliance(true), true),
            (tagged.clone().with_trust(TrustType::ServerAd), true),
            (tagged.clone().put(Attribute::TrustType, text("serverad")), true),
            (tagged.put(Attribute::MdmAppId, text(&INTUNE_APP_ID.to_ascii_uppercase())), true),
        ];
        for (registered, seen) in cases {
            let device = Device::Registered(registered.put(Attribute::Model, text("X1")));
            let value = device.visible(Attribute::ExtensionAttribute1);
            assert_eq!(value, seen.then_some(&text("SAW")), "{device:?}");
            assert_eq!(device.visible(Attribute::Model), Some(&text("X1")));
        }
        assert_eq!(Device::Unregistered.visible(Attribute::Model), None);
    }

    #[test]
    fn what_the_grant_controls_ask() {
        let device = |registered| Device::Registered(registered);
        assert!(device(Registered::new().with_compliance(true)).is_compliant());
        assert!(!device(Registered::new().with_compliance(false)).is_compliant());
        assert!(!device(Registered::new()).is_compliant());
        assert!(device(Registered::new().with_trust(TrustType::ServerAd)).is_hybrid_joined());
        assert!(!device(Registered::new().with_trust(TrustType::AzureAd)).is_hybrid_joined());
        assert!(!Device::default().is_compliant() && !Device::default().is_hybrid_joined());
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        let wrong = Registered::new().with(Attribute::IsCompliant, text("True")).unwrap_err();
        assert_eq!(
            wrong,
            WrongKind { attribute: Attribute::IsCompliant, found: AttributeKind::Text }
        );
        assert_eq!(
            wrong.to_string(),
            "device attribute `isCompliant` holds True or False, not text"
        );
        let labels = AttributeValue::List(vec!["MultiUser".into(), "AzureResource".into()]);
        let device = Registered::new().with(Attribute::SystemLabels, labels.clone()).unwrap();
        assert_eq!(device.values().collect::<Vec<_>>(), [(Attribute::SystemLabels, &labels)]);
        assert_eq!(labels.to_string(), "[MultiUser, AzureResource]");
    }
}
