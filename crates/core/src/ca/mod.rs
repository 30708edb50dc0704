//! Conditional Access: what a sign-in meets, and whether an account still gets in.
//!
//! [`SignIn`] is one concrete sign-in, with its [`Device`]; a [`Rule`] is the rule of a device
//! filter, and [`device_classes`] the devices that rules tell apart.

mod cover;
mod device;
mod filter;
mod network;
mod sign_in;

pub use device::{
    Attribute, AttributeKind, AttributeValue, Device, INTUNE_APP_ID, Registered, TrustType,
    WrongKind,
};
pub use filter::{
    CANDIDATES_MAX, DeviceClass, Operator, RULE_CHARACTERS_MAX, RULE_DEPTH_MAX, Rule, RuleError,
    TooManyDevices, device_classes,
};
pub use sign_in::{
    Client, Country, Flow, InsiderLevel, Network, NotACountry, OsPlatform, Risk, SignIn, Target,
};
