//! `halligan twin`: the simulated tenant, until Ctrl-C.

use std::path::PathBuf;

use halligan_app::clock;
use halligan_app::estate::SimulatedEstate;
use halligan_app::simulated::{
    Licence, Origin, Simulated, Size, Throttling, TwinOptions, write_authority,
};

use super::runtime;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
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
    /// A small tenant without a premium licence, with security defaults and no policies
    #[arg(long, group = "origin")]
    security_defaults: bool,
    /// So many small tenants and the partner who looks after them, made as they are asked for
    #[arg(long, value_name = "TENANTS", group = "origin", conflicts_with = "write")]
    estate: Option<usize>,
    /// The seed of an estate: the same tenants for the same seed
    #[arg(long, value_name = "SEED", default_value_t = 1, requires = "estate")]
    seed: u64,
    /// Write how to reach each tenant of an estate, with its credential, as CSV
    #[arg(long, value_name = "FILE", requires = "estate")]
    list: Option<PathBuf>,
    /// The most that the tenant has ever had; without P1 it has security defaults instead of
    /// policies
    #[arg(
        long,
        value_enum,
        value_name = "LICENCE",
        conflicts_with_all = ["scenario", "snapshot", "estate", "security_defaults"]
    )]
    licence: Option<LicenceWord>,
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
    /// Answer as fast as it can. Without this it keeps the service's documented limits: five
    /// requests in ten seconds for authentication methods, for one
    #[arg(long)]
    no_throttling: bool,
    /// Write the test authority's certificate, for clients to trust
    #[arg(long, value_name = "FILE", requires = "https")]
    authority_out: Option<PathBuf>,
    /// Write a register and the watcher's secret for this tenant into a folder
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

/// A licence, as the command line spells it.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum LicenceWord {
    Free,
    P1,
    P2,
}

impl From<LicenceWord> for Licence {
    fn from(word: LicenceWord) -> Self {
        match word {
            LicenceWord::Free => Self::Free,
            LicenceWord::P1 => Self::P1,
            LicenceWord::P2 => Self::P2,
        }
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if let Some(tenants) = arguments.estate {
        return estate(arguments, tenants);
    }
    if let Some(folder) = &arguments.write {
        Simulated::may_write(folder)?;
    }
    runtime()?.block_on(async {
        let tenant = Simulated::start(&origin(arguments), options(arguments)).await?;
        let written = arguments.write.as_deref().map(|folder| tenant.write(folder)).transpose()?;
        say(&format!("a simulated tenant answers on {}", tenant.url()));
        if let Some(path) = &arguments.authority_out {
            write_authority(tenant.running(), path)?;
            say(&format!("the authority to trust is in {}", path.display()));
        }
        match written {
            Some(register) => {
                say("in another terminal:");
                say(&format!("  halligan check --register {}", register.display()));
            }
            None => say_hint("`--write DIR` writes a register that fits it"),
        }
        wait().await;
        tenant.stop().await;
        Ok(Exit::Holds)
    })
}

fn options(arguments: &Arguments) -> TwinOptions {
    let throttling = match arguments.no_throttling {
        true => Throttling::Off,
        false => Throttling::Documented,
    };
    let (port, https) = (arguments.port, arguments.https);
    TwinOptions { port, https, throttling, ..TwinOptions::default() }
}

fn estate(arguments: &Arguments, tenants: usize) -> Result<Exit, Failure> {
    runtime()?.block_on(async {
        let (options, now) = (options(arguments), clock::now());
        let estate = SimulatedEstate::start(tenants, arguments.seed, now, options).await?;
        say(&format!("{tenants} simulated tenants and their partner's answer on {}", estate.url()));
        if let Some(path) = &arguments.authority_out {
            write_authority(estate.running(), path)?;
            say(&format!("the authority to trust is in {}", path.display()));
        }
        match &arguments.list {
            Some(path) => {
                estate.write_list(path)?;
                say(&format!("how to reach each is in {}", path.display()));
            }
            None => {
                let partner = estate.estate().partner();
                say(&format!(
                    "the partner's tenant is {} ({})",
                    partner.id, partner.initial_domain
                ));
                say_hint("`--list FILE` writes how to reach each, with its credential");
            }
        }
        wait().await;
        estate.stop().await;
        Ok(Exit::Holds)
    })
}

async fn wait() {
    say("Ctrl-C ends it");
    interrupt::pressed().await;
}

fn origin(arguments: &Arguments) -> Origin {
    let origin = made_origin(arguments);
    match arguments.licence {
        Some(licence) => Origin::Licensed(Box::new(origin), licence.into()),
        None => origin,
    }
}

fn made_origin(arguments: &Arguments) -> Origin {
    if arguments.security_defaults {
        return Origin::SecurityDefaults;
    }
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
