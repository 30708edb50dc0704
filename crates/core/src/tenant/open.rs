//! Enumerations that stay open: a value that this version does not know is kept as it was written.

/// Declares an enumeration of Graph's, with `Other(String)` for what it may grow into.
///
/// Values are read in any letter case (exports and documentation disagree about it) and written
/// as Graph's schema spells them.
macro_rules! open_enum {
    ($($(#[$doc:meta])* pub enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)?
    })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A value that this version does not know, as it was written.
            Other(alloc::string::String),
        }

        impl $name {
            /// Reads a value in any letter case; one that is not known is kept.
            pub fn from_graph(text: &str) -> Self {
                $(if text.eq_ignore_ascii_case($text) {
                    return Self::$variant;
                })+
                Self::Other(text.into())
            }

            /// The value as Graph's schema spells it, or as it was read when it is not known.
            pub fn as_graph(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Other(text) => text,
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_graph())
            }
        }
    )+};
}

pub(crate) use open_enum;
