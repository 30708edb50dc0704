//! The device of a sign-in.

/// The device of a sign-in, as Entra ID knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Device {
    /// Entra ID does not know it: all of its attributes are null.
    #[default]
    Unregistered,
}
