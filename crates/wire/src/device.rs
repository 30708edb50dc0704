//! The device of a sign-in, as What If is told about it.
//!
//! Source: <https://learn.microsoft.com/graph/api/resources/deviceinfo>.

use halligan_core::ca::{Attribute, AttributeKind, AttributeValue, Device, Registered};

use crate::body::Body;
use crate::evaluate::nothing_else;
use crate::{Members, ReadError};

/// Reads `deviceInfo`; one that says nothing is an unregistered device.
pub(crate) fn read(members: &mut Members<'_>) -> Result<Device, ReadError> {
    let mut device = Registered::new();
    for attribute in Attribute::ALL {
        let name = member_of(*attribute);
        if !members.has(name) {
            continue;
        }
        let value = match attribute.kind() {
            AttributeKind::Text => members.text(name)?.map(AttributeValue::Text),
            AttributeKind::Flag => members.bool(name)?.map(AttributeValue::Flag),
            AttributeKind::List => Some(AttributeValue::List(members.texts(name)?)),
        };
        if let Some(value) = value {
            device = device
                .with(*attribute, value)
                .map_err(|wrong| ReadError::new(wrong.to_string()).within(name))?;
        }
    }
    nothing_else(members)?;
    let is_bare = device.values().next().is_none();
    Ok(if is_bare { Device::Unregistered } else { Device::Registered(device) })
}

/// Writes what is known of a device; of an unregistered one that is nothing, and every attribute
/// of a device without members is null.
pub(crate) fn write(device: &Device) -> Body {
    let mut body = Body::default();
    if let Device::Registered(registered) = device {
        for (attribute, value) in registered.values() {
            let name = member_of(attribute);
            match value {
                AttributeValue::Text(text) => body.set(name, text.as_str()),
                AttributeValue::Flag(flag) => body.set(name, *flag),
                AttributeValue::List(items) => body.list(name, items),
            }
        }
    }
    body
}

/// The member of `deviceInfo` that holds what a filter calls by the attribute's name.
const fn member_of(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::DeviceOwnership => "ownership",
        other => other.as_graph(),
    }
}
