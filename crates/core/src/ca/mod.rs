//! Conditional Access: what a sign-in meets, and whether an account still gets in.
//!
//! [`SignIn`] is one concrete sign-in, with its [`Device`]; a [`Rule`] is the rule of a device
//! filter, and [`device_classes`] the devices that rules tell apart.

mod application;
mod assumption;
mod barrier;
mod control;
mod cover;
mod credentials;
mod device;
mod evaluate;
mod fact;
mod federation;
mod filter;
mod holding;
mod method_policy;
pub mod network;
mod prove;
mod sign_in;
mod standing;
mod strength;
mod supposed;
mod surface;
mod truth;
mod well_known;
mod whatif;
mod words;

pub use assumption::{ASSUMPTIONS, Assumption, Grounds, assumptions};
pub use barrier::{Barrier, GROUPS_MAX};
pub use control::Met;
pub(crate) use control::met_unmanaged;
pub use cover::NODES_MAX;
pub use credentials::{Credential, CredentialKind, Usable};
pub use evaluate::{Condition, PolicyResult, evaluate};
pub use fact::{Cloud, FACTS, Fact};
pub(crate) use holding::{Holding, holdings};
pub(crate) use method_policy::{Factors, allowing, barred, certificate_factors, means, refusal};
pub(crate) use network::is_mfa_trusted_ips;
pub use prove::{
    Blame, Certificate, Change, Cut, Denial, Enforcing, FAILURE_SETS_MAX, FAILURES_MAX, Failure,
    Names, Needs, PolicyAnswer, PolicyVerdict, Proof, Question, Reason, Refuted, SIGN_INS_MAX,
    SurfaceCuts, SurfaceProof, SurfaceWays, Tally, Unprovable, Verdict, WayIn, Within, Worse,
    changed_policies, cuts, decide, exhaust, mend, overall, prove, ways, worse,
};
pub use standing::{Hit, Membership, NotHit, Standing};
pub use supposed::{Supposed, supposed_credentials};
pub use surface::Surface;
pub use truth::{Doubt, Truth};
pub use well_known::{WELL_KNOWN, WellKnown};
pub use whatif::{PolicyWhatIf, WhatIf, what_if};

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
