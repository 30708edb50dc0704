//! The pure core of Halligan: no I/O, no clock, no environment, no hash order.
//!
//! Two ideas carry it. A **snapshot** ([`tenant`]) is what a tenant is, a **register**
//! ([`register`]) is what its owners want, and everything else is a pure function of the two:
//! [`ca`] proves whether an account gets in under every sign-in condition, [`check`] gives outcomes
//! with their reasons, [`report`] puts them in the order in which a
//! person needs them, [`change`] tells what is different from the last time, and [`inventory`]
//! lists who can become Global Administrator; [`proposal`] looks for the emergency access that a
//! tenant may have already; [`power`] says in tables what roles and permissions can do. What
//! happens over time is a [`stream`] of facts, chained so that tampering is found; [`custody`]
//! folds facts into who holds which key, envelope and sheet, and refuses what would put a door into
//! one hand; [`access`] asks who gets in and what locks out. [`watch`] reads the records of logs
//! for touches of the door.
//! Time is an argument ([`time::Timestamp`]), and what could not be read is a [`tenant::Gap`],
//! which no function here turns into good news.
//!
//! Edges between the modules only point down this list: `change` → `report` → `check` →
//! `ca` → `register`, `tenant`, `stream` → `id`, `time`; `custody` stands on `register` and
//! `stream`. The tidy
//! test of `cargo xtask ci` holds them there.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod access;
pub mod ca;
pub mod change;
pub mod check;
pub mod custody;
pub mod digest;
pub mod id;
pub mod inventory;
pub mod permission;
pub mod power;
pub mod proposal;
pub mod register;
pub mod report;
pub mod stream;
pub mod tenant;
pub mod time;
pub mod watch;
