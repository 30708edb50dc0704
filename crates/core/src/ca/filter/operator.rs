//! The operators, and which attribute supports which.

use core::fmt;

use super::super::device::Attribute;
use super::super::sign_in::one_of;

one_of! {
    /// An operator of a comparison.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/users/groups-dynamic-membership#supported-expression-operators>.
    Operator {
        /// Equals.
        Equals = "-eq",
        /// Not Equals.
        NotEquals = "-ne",
        /// Starts With.
        StartsWith = "-startsWith",
        /// Not Starts With.
        NotStartsWith = "-notStartsWith",
        /// Ends With.
        EndsWith = "-endsWith",
        /// Not Ends With.
        NotEndsWith = "-notEndsWith",
        /// Contains.
        Contains = "-contains",
        /// Not Contains.
        NotContains = "-notContains",
        /// In.
        In = "-in",
        /// Not In.
        NotIn = "-notIn",
    }
}

impl Operator {
    /// Whether it denies: such a comparison is true where the attribute is null.
    pub const fn is_negative(self) -> bool {
        match self {
            Self::Equals | Self::StartsWith | Self::EndsWith | Self::Contains | Self::In => false,
            Self::NotEquals
            | Self::NotStartsWith
            | Self::NotEndsWith
            | Self::NotContains
            | Self::NotIn => true,
        }
    }

    /// Whether device filters allow it on an attribute, as the table of the documentation says.
    ///
    /// Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-condition-filters-for-devices#supported-operators-and-device-properties-for-filters>.
    pub const fn applies_to(self, attribute: Attribute) -> bool {
        let is_equality = matches!(self, Self::Equals | Self::NotEquals);
        match attribute {
            Attribute::DeviceId | Attribute::MdmAppId => {
                is_equality || matches!(self, Self::In | Self::NotIn)
            }
            Attribute::DeviceOwnership
            | Attribute::IsCompliant
            | Attribute::ProfileType
            | Attribute::TrustType => is_equality,
            Attribute::PhysicalIds | Attribute::SystemLabels => {
                matches!(self, Self::Contains | Self::NotContains)
            }
            _ => true,
        }
    }
}
