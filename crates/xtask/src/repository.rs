//! Where things are: the repository, the data beside it, the target folder.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::command;

/// The repository that this program was built from.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
}

impl Repository {
    /// The repository of this build.
    pub(crate) fn here() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: own.ancestors().nth(2).unwrap_or(own).to_owned() }
    }

    /// The data that others wrote, beside the repository; it is not part of it.
    pub(crate) fn data(&self) -> PathBuf {
        self.root.join("../shared/data")
    }

    /// The path as it is written in messages about [`Self::data`].
    pub(crate) const DATA: &str = "../shared/data";

    /// A command that runs in the root of the repository.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// What `cargo metadata` says about the packages of this workspace.
    pub(crate) fn metadata(&self) -> Result<Value, String> {
        let arguments = ["metadata", "--no-deps", "--format-version", "1"];
        let text = command::read(&mut self.command("cargo", &arguments))?;
        serde_json::from_str(&text).map_err(|error| format!("`cargo metadata`: {error}"))
    }

    /// The folder that cargo builds into.
    pub(crate) fn target(&self) -> Result<PathBuf, String> {
        let metadata = self.metadata()?;
        let target = metadata.get("target_directory").and_then(Value::as_str);
        target.map(PathBuf::from).ok_or_else(|| "`cargo metadata` names no target folder".into())
    }
}

/// Whether this runs in continuous integration, where a missing input is a failure, not a skip.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}
