//! Composition root: configuration, files, secrets, and the jobs that commands run.
pub mod assess;
pub mod config;
pub mod files;
pub mod folder;
pub mod secret;
