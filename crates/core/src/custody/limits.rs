//! The limits of custody, each with its reason.

/// The most items of one ledger, those that are gone included: a hundred accounts with all they
/// need, many times over.
pub const ITEMS_MAX: usize = 10_000;

/// The most accounts that one item belongs to.
pub const ACCOUNTS_OF_ITEM_MAX: usize = 100;

/// The longest reason, in bytes.
pub const REASON_BYTES_MAX: usize = 500;

/// The longest serial number of a key, in characters.
pub const SERIAL_CHARACTERS_MAX: usize = 64;

/// The most people who open one place together in one fact.
pub const OPENERS_MAX: usize = 20;

/// The most signatures of one fact: everybody whom it can name.
pub const SIGNATURES_MAX: usize = 24;

/// How far clocks may differ, in seconds: that of a signer from ours, and ours from itself.
pub const CLOCK_SKEW_SECONDS_MAX: i64 = 300;

/// How old a signature may be when it arrives, in days. A receipt that was signed and kept back
/// must not turn up months later.
pub const STATEMENT_AGE_DAYS_MAX: i64 = 7;
