//! `halligan twin`: the simulated tenant, until Ctrl-C.

use std::path::PathBuf;

use halligan_app::simulated::{Origin, Simulated, Size, TwinOptions};

use super::runtime;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{say, say_hint};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The port on 127.0.0.1; a free one where none is given
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    port: u16,
    /// A tenant from a scenario file (format `halligan.scenario`)
    #[arg(long, value_name = "FILE", group = "origin")]
    scenario: Option<PathBuf>,
    /// A tenant as a snapshot file shows it
    #[arg(long, value_name = "FILE", group = "origin")]
    snapshot: Option<PathBuf>,
    /// A generated tenant, always the same for the same seed and size
    #[arg(long, value_name = "SEED", group = "origin")]
    generate: Option<u64>,
    /// Conditional Access policies of a generated tenant
    #[arg(long, value_name = "NUMBER", default_value_t = 20, requires = "generate")]
    policies: usize,
    /// Groups of a generated tenant
    #[arg(long, value_name = "NUMBER", default_value_t = 50, requires = "generate")]
    groups: usize,
    /// Principals with a directory role of a generated tenant
    #[arg(long, value_name = "NUMBER", default_value_t = 20, requires = "generate")]
    role_holders: usize,
    /// Users of a generated tenant
    #[arg(long, value_name = "NUMBER", default_value_t = 200, requires = "generate")]
    users: usize,
    /// Speak HTTPS as well, on the same port, by a test authority made at start; and be a proxy
    /// (`HTTPS_PROXY`) that stands for the host names of Microsoft's clouds
    #[arg(long)]
    https: bool,
    /// Write the test authority's certificate, for clients to trust
    #[arg(long, value_name = "FILE", requires = "https")]
    authority_out: Option<PathBuf>,
    /// Write a register and the watcher's secret for this tenant into a folder
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    runtime()?.block_on(async {
        let (port, https) = (arguments.port, arguments.https);
        let options = TwinOptions { port, https, ..TwinOptions::default() };
        let tenant = Simulated::start(&origin(arguments), options).await?;
        say(&format!("a simulated tenant answers on {}", tenant.url()));
        if let Some(path) = &arguments.authority_out {
            tenant.write_authority(path)?;
            say(&format!("the authority to trust is in {}", path.display()));
        }
        match &arguments.write {
            Some(folder) => {
                let register = tenant.write(folder)?;
                say("in another terminal:");
                say(&format!("  halligan check --register {}", register.display()));
            }
            None => say_hint("`--write DIR` writes a register that fits it"),
        }
        say("Ctrl-C ends it");
        tokio::signal::ctrl_c()
            .await
            .map_err(|error| Failure::new(format!("cannot wait for Ctrl-C: {error}"), None))?;
        tenant.stop().await;
        Ok(Exit::Holds)
    })
}

fn origin(arguments: &Arguments) -> Origin {
    if let Some(path) = &arguments.scenario {
        return Origin::Scenario(path.clone());
    }
    if let Some(path) = &arguments.snapshot {
        return Origin::Snapshot(path.clone());
    }
    match arguments.generate {
        Some(seed) => {
            let size = Size {
                policies: arguments.policies,
                groups: arguments.groups,
                role_holders: arguments.role_holders,
                users: arguments.users,
            };
            Origin::Seed(seed, size)
        }
        None => Origin::Story,
    }
}
