//! Identifiers, one type per kind of thing, so that a group's id never stands for a user's.
//!
//! Directory objects have a [`Guid`]. What tools and templates number as they like (policies,
//! named locations, strengths) has a text id, folded to lower case when it is a GUID, so that two
//! spellings of one id are equal. What people write by hand (themselves, places, items, seals) has
//! a short word.

mod word;

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

pub use word::{
    ItemId, LedgerId, NotAWord, OccasionId, PersonId, PlaceId, SealNumber, SplitId,
    WORD_CHARACTERS_MAX,
};

/// A GUID in the form that Microsoft Graph writes: `8-4-4-4-12` hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid([u8; 16]);

/// A text that is not a GUID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAGuid(pub String);

impl fmt::Display for NotAGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a GUID (8-4-4-4-12 hexadecimal digits)", self.0)
    }
}

impl core::error::Error for NotAGuid {}

impl Guid {
    /// The GUID of these sixteen bytes, in the order in which they are written.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The GUID whose digits are those of `value`; handy for constants and generated tenants.
    pub const fn from_u128(value: u128) -> Self {
        Self(value.to_be_bytes())
    }

    /// The GUID that these letters are, in ASCII; `None` where they are none.
    pub fn from_ascii(text: &[u8]) -> Option<Self> {
        read_guid(text).map(Self)
    }

    /// The sixteen bytes, in the order in which they are written.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// Writes it as text, in small letters.
    pub fn write(self, text: &mut [u8; 36]) -> &str {
        *text = [b'-'; 36];
        for (byte, place) in self.0.iter().zip(DIGITS) {
            if let Some([high, low]) = text.get_mut(place..place + 2) {
                (*high, *low) = (digit(byte >> 4), digit(byte & 0x0f));
            }
        }
        str::from_utf8(text).unwrap_or_default()
    }

    /// Whether every digit is 0: what Entra writes where it knows no id.
    pub const fn is_zero(self) -> bool {
        u128::from_be_bytes(self.0) == 0
    }
}

impl FromStr for Guid {
    type Err = NotAGuid;

    fn from_str(text: &str) -> Result<Self, NotAGuid> {
        read_guid(text.as_bytes()).map(Self).ok_or_else(|| NotAGuid(text.into()))
    }
}

/// Where each byte's two digits begin.
const DIGITS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// Sixteen bytes from 36 characters. Policies hold little else than ids, so that this is most of
/// what reading them costs: no branch per digit, one at the end.
fn read_guid(text: &[u8]) -> Option<[u8; 16]> {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    let text: &[u8; 36] = text.try_into().ok()?;
    let mut bytes = [0; 16];
    let mut wrong = 0;
    for (byte, place) in bytes.iter_mut().zip(DIGITS) {
        let (high, low) = (hex(*text.get(place)?), hex(*text.get(place + 1)?));
        *byte = high << 4 | low & 0x0f;
        wrong |= high | low;
    }
    let dashed = DASHES.iter().all(|place| text.get(*place) == Some(&b'-'));
    (dashed && wrong & 0xf0 == 0).then_some(bytes)
}

/// The value of a hexadecimal digit; 0xff for what is none.
const fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0xff,
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // At once: every record that is matched has ids written, and a formatter per byte would be
        // most of that.
        f.write_str(self.write(&mut [0; 36]))
    }
}

/// The hexadecimal digit of a value below 16.
const fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! guid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Guid);

        impl $name {
            /// The id whose digits are those of `value`.
            pub const fn from_u128(value: u128) -> Self {
                Self(Guid::from_u128(value))
            }
        }

        impl FromStr for $name {
            type Err = NotAGuid;

            fn from_str(text: &str) -> Result<Self, NotAGuid> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

guid_id! {
    /// A tenant (`organization.id`).
    TenantId,
    /// A user object.
    UserId,
    /// A group object.
    GroupId,
    /// An application, by its client id (`appId`), not by its object id.
    AppId,
    /// A directory role, by the `templateId` that is the same in every tenant.
    RoleTemplateId,
    /// Any directory object that can hold a role or be a member: user, group, service principal.
    PrincipalId,
}

impl From<UserId> for PrincipalId {
    fn from(id: UserId) -> Self {
        Self(id.0)
    }
}

impl From<GroupId> for PrincipalId {
    fn from(id: GroupId) -> Self {
        Self(id.0)
    }
}

macro_rules! text_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The id as it is written, in lower case when it is a GUID.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(mut text: String) -> Self {
                if text.parse::<Guid>().is_ok() {
                    text.make_ascii_lowercase();
                }
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::from(String::from(text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

text_id! {
    /// A Conditional Access policy: a GUID in a tenant, the file's name in an exported folder
    /// whose policies carry no id.
    PolicyId,
    /// A named location.
    NamedLocationId,
    /// An authentication strength policy.
    StrengthId,
    /// A registered authentication method of one user.
    MethodId,
}

/// Global Administrator.
///
/// Source: <https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference>.
pub const GLOBAL_ADMINISTRATOR: RoleTemplateId =
    RoleTemplateId::from_u128(0x62e90394_69f5_4237_9190_012177145e10);

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_guid_is_the_same_in_any_letter_case() {
        let text = "62E90394-69f5-4237-9190-012177145E10";
        assert_eq!(text.parse(), Ok(GLOBAL_ADMINISTRATOR));
        assert_eq!(GLOBAL_ADMINISTRATOR.to_string(), text.to_ascii_lowercase());
        assert_eq!(PolicyId::from(text).as_str(), text.to_ascii_lowercase());
        assert_eq!(PolicyId::from("CA001 Block").as_str(), "CA001 Block");
    }

    #[test]
    fn near_misses_are_refused() {
        for text in [
            "",
            "62e90394-69f5-4237-9190-012177145e1",
            "62e90394-69f5-4237-9190-012177145e100",
            "62e90394069f5-4237-9190-012177145e10",
            "62e90394-69f5-4237-9190-012177145g10",
            "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
            "<AdministratorGroup>",
            "62e90394-69f5-4237-9190-01217714é10",
        ] {
            assert_eq!(text.parse::<Guid>(), Err(NotAGuid(text.into())));
        }
    }
}
