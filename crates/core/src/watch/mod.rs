//! Watching: records of sign-ins and changes, and what each means for the door.
//!
//! Bytes are looked at once ([`scan`]): nearly all of them are sign-ins of people who are not
//! watched, and are left unread. What remains is read into one normal [`event`] whatever wrote it,
//! and matched against what is [`watched`]; an [`activity`] is known by its name, and [`detect`]
//! says what it all means. What takes several records is kept in a [`window`].

pub mod activity;
pub mod canary;
pub mod declaration;
mod declared;
pub mod detect;
pub mod event;
pub mod fact;
pub mod joined;
pub mod json;
pub mod latency;
pub mod name;
pub mod rhythm;
pub mod scan;
pub mod told;
pub mod touch;
pub mod watched;
pub mod window;
