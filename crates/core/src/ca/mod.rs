//! Conditional Access: what a sign-in meets, and whether an account still gets in.
//!
//! [`SignIn`] is one concrete sign-in, with its [`Device`]; [`network`] says where it comes from.

mod cover;
mod device;
mod filter;
pub mod network;
mod sign_in;

pub use device::Device;
pub use sign_in::{
    Client, Country, Flow, InsiderLevel, Network, NotACountry, OsPlatform, Risk, SignIn, Target,
};
