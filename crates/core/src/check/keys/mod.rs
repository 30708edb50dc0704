//! Credentials: what the accounts sign in with.

pub(super) mod password_expiry;
