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
//! live           a tenant read over Microsoft Graph
//! resume         what an earlier, interrupted reading left
//! simulated      the simulated tenant, and a register that fits it
//! assess         register and snapshot to assessment
//! clock          the one place where the time comes from
//! ```

pub mod assess;
pub mod clock;
pub mod config;
pub mod files;
pub mod folder;
pub mod live;
pub mod resume;
pub mod secret;
pub mod simulated;
pub mod snapshot_file;
