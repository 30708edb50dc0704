//! `halligan checks`: every check, or one in full.

use clap::ValueEnum;
use halligan_app::catalogue::{Filter, find, matching};
use halligan_core::check::{Family, Framework, Severity};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{self, say};
use crate::view::{CatalogueFormat, explain, list};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A check to explain in full, such as HG-EXIT-03
    #[arg(value_name = "ID", conflicts_with_all = ["family", "severity", "framework"])]
    id: Option<String>,
    /// Only those that are about this
    #[arg(long, value_enum, value_name = "FAMILY")]
    family: Option<FamilyWord>,
    /// Only those that are this bad when they fail
    #[arg(long, value_enum, value_name = "SEVERITY")]
    severity: Option<SeverityWord>,
    /// Only those that serve a control of this framework
    #[arg(long, value_enum, value_name = "FRAMEWORK")]
    framework: Option<FrameworkWord>,
    /// How to print it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: CatalogueFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FamilyWord {
    /// The owners get in
    Exit,
    /// Nobody else walks in
    Lock,
    /// Credentials
    Keys,
    /// The alarm
    Alarm,
    /// Drills
    Drill,
    /// The tenant around it, and how well it could be read
    Estate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SeverityWord {
    /// Today the owners can be locked out, or others walk in
    Critical,
    /// One more failure does it
    High,
    /// It weakens the door
    Medium,
    /// It is untidy, or will matter later
    Low,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FrameworkWord {
    /// CIS Microsoft 365 Foundations
    Cis,
    /// CISA Secure Cloud Business Applications
    Scuba,
    /// NIST SP 800-53
    Nist,
    /// ISO/IEC 27001, annex A
    Iso27001,
    /// MITRE ATT&CK
    Mitre,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let width = terminal::width();
    let text = match &arguments.id {
        Some(id) => {
            let check = find(id).map_err(|nearest| {
                let hint = format!(
                    "did you mean `{}`? `halligan checks` lists all of them",
                    nearest.join("`, `")
                );
                Failure::usage(format!("there is no check `{id}`"), &hint)
            })?;
            explain(check, arguments.format, width)
        }
        None => {
            let found = matching(&filter(arguments));
            if found.is_empty() {
                say("this version has no such check");
            }
            list(&found, arguments.format, width)
        }
    };
    terminal::print(&text, None)?;
    Ok(Exit::Holds)
}

fn filter(arguments: &Arguments) -> Filter {
    Filter {
        family: arguments.family.map(|word| match word {
            FamilyWord::Exit => Family::Exit,
            FamilyWord::Lock => Family::Lock,
            FamilyWord::Keys => Family::Keys,
            FamilyWord::Alarm => Family::Alarm,
            FamilyWord::Drill => Family::Drill,
            FamilyWord::Estate => Family::Estate,
        }),
        severity: arguments.severity.map(|word| match word {
            SeverityWord::Critical => Severity::Critical,
            SeverityWord::High => Severity::High,
            SeverityWord::Medium => Severity::Medium,
            SeverityWord::Low => Severity::Low,
        }),
        framework: arguments.framework.map(|word| match word {
            FrameworkWord::Cis => Framework::CisM365,
            FrameworkWord::Scuba => Framework::Scuba,
            FrameworkWord::Nist => Framework::Nist,
            FrameworkWord::Iso27001 => Framework::Iso27001,
            FrameworkWord::Mitre => Framework::Mitre,
        }),
    }
}
