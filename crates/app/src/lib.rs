//! Composition root: configuration, files, secrets, and the jobs that commands run.
//!
//! Everything that touches the world for a command is here; commands parse arguments and print.
//!
//! ```text
//! config         halligan.toml: strict keys, lines and columns, secrets by reference
//! sign_in        who signs in: the register's choice, the command line's, the person's
//! secret         fetches the watcher's credential from where the register says it is
//! browser        opens an address in the browser of this machine
//! canary         attempts that must come back through the logs
//! files          read up to a limit, written whole or not at all
//! folder         a folder of exported files, as a snapshot
//! snapshot_file  snapshot files
//! trust          authorities that a register names beside those of the system
//! live           a tenant read over Microsoft Graph
//! resume         what an earlier, interrupted reading left
//! simulated      the simulated tenant, and a register that fits it
//! catalogue      the checks, found and filtered
//! estate         thousands of simulated tenants, and the list of how to reach them
//! custody        who holds which key and envelope: the stream beside the register
//! declared       drills and emergencies, written down and read as they change
//! confirm        the witnesses of a proof, put to Microsoft's own engine
//! access         who gets in, and what locks the owners out
//! assess         register and snapshot to assessment
//! prove          whether accounts get in, as things are and after a change
//! ingest         records of logs: scanned, read, matched, told once
//! push           records that others send over HTTP
//! serve          the daemon: detections become facts
//! notify         tells by mail what changed since the last run
//! clock          the one place where the time comes from
//! ```

pub mod access;
pub mod assess;
pub mod browser;
pub mod canary;
pub mod catalogue;
pub mod clock;
pub mod config;
pub mod confirm;
pub mod custody;
pub mod declared;
pub mod estate;
pub mod files;
pub mod folder;
pub mod ingest;
pub mod init;
pub mod live;
pub mod notify;
pub mod prove;
pub mod push;
pub mod resume;
pub mod secret;
pub mod serve;
pub mod sign_in;
pub mod simulated;
pub mod snapshot_file;
pub mod trust;
