//! Composition root: configuration, files, secrets, and the jobs that commands run.
//!
//! Everything that touches the world for a command is here; commands parse arguments and print.
//!
//! ```text
//! config         halligan.toml: strict keys, lines and columns, secrets by reference
//! secret         fetches the watcher's credential from where the register says it is
//! files          read up to a limit, written whole or not at all
//! folder         a folder of exported files, as a snapshot
//! snapshot_file  snapshot files
//! trust          authorities that a register names beside those of the system
//! live           a tenant read over Microsoft Graph
//! simulated      the simulated tenant, and a register that fits it
//! estate         thousands of simulated tenants, and the list of how to reach them
//! assess         register and snapshot to assessment
//! clock          the one place where the time comes from
//! ```

pub mod assess;
pub mod clock;
pub mod config;
pub mod estate;
pub mod files;
pub mod folder;
pub mod live;
pub mod secret;
pub mod simulated;
pub mod snapshot_file;
pub mod trust;
