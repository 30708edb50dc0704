//! The sources of records, as they are named on the command line.

use halligan_app::config::Config;
use halligan_app::ingest::file::Until;
pub(crate) use halligan_app::ingest::source::{Source, Topics};

use crate::failure::Failure;

/// Where records come from, and until when.
#[derive(Debug, clap::Args)]
pub(crate) struct SourceArguments {
    /// Where records come from: `file:PATH`, `graph` (Microsoft Graph, as the register signs in),
    /// `activity` (the unified audit log, for tenants without Entra ID P1), `event-hubs` or
    /// `kafka` (as the register says), `kafka:HOST:PORT/TOPIC`, `push:127.0.0.1:PORT` (what others
    /// send over HTTP), or `-` for standard input; repeat it for each [default: what the register
    /// says, `sources` of `[watch]`]
    #[arg(long, value_name = "SOURCE")]
    source: Vec<Source>,
    /// Read what there is, and end; without this a file is followed as it grows
    #[arg(long)]
    once: bool,
}

impl SourceArguments {
    /// Whether the command line names none: the register may.
    pub(crate) fn is_empty(&self) -> bool {
        self.source.is_empty()
    }

    /// The sources that the command line names, or else the register; one at least, and what is
    /// one thing once only.
    pub(crate) fn all(&self, config: Option<&Config>) -> Result<Vec<Source>, Failure> {
        if self.source.is_empty() {
            let declared = config.map_or(&[][..], |config| &config.watch.sources);
            return match declared {
                [] => Err(nothing_named()),
                declared => Ok(declared.to_vec()),
            };
        }
        for (place, one) in self.source.iter().enumerate() {
            if one.is_single() && self.source.iter().take(place).any(|other| other == one) {
                let name = match one {
                    Source::Pipe => "standard input".into(),
                    one => format!("`{}`", one.name()),
                };
                return Err(Failure::usage(format!("{name} is named twice"), "once is enough"));
            }
        }
        Ok(self.source.clone())
    }

    /// Until when they are read.
    pub(crate) const fn until(&self) -> Until {
        if self.once { Until::End } else { Until::Stopped }
    }
}

/// Neither the command line nor a register says where records come from.
pub(super) fn nothing_named() -> Failure {
    Failure::usage(
        "nothing says where records come from",
        "name it: `--source file:signins.ndjson`, or `--source -` for standard input; or let the \
         register say: `[watch]`, `sources`",
    )
}
