//! `halligan custody sign`: a custodian signs on a machine of their own, without a register.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use halligan_app::clock;
use halligan_app::custody::SigningKey;
use halligan_app::files::{must_be_new, read_limited};
use halligan_core::custody::{STATEMENT_BYTES_MAX, Said};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{print, say, say_warning};
use crate::view::custody::{Names, words};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The file of your own key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The statement, as the operator's command printed it; `-` is standard input
    #[arg(value_name = "STATEMENT", default_value = "-")]
    statement: PathBuf,
    /// Where to, a file that is not there yet; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let output = arguments.output.as_deref();
    output.filter(|path| *path != Path::new("-")).map(must_be_new).transpose()?;
    let text = read(&arguments.statement)?;
    let said: Said = text.parse().map_err(|why| {
        let hint = "give it whole, as `halligan custody … --statement PERSON` printed it";
        Failure::new(format!("that is no statement: {why}"), Some(hint.into()))
    })?;
    let (key, warning) = SigningKey::load(&arguments.key)?;
    warning.iter().for_each(|warning| say_warning(warning));
    let names = Names { declared: None, accounts: &[] };
    say(&format!("you sign, as `{}` and for the ledger `{}`:", said.person, said.ledger));
    say(&format!("  {}", words::event(&said.event, &names)));
    print(&format!("{}\n", key.sign(&said, clock::now())), output)?;
    Ok(Exit::Holds)
}

fn read(path: &Path) -> Result<String, Failure> {
    let limit = u64::try_from(STATEMENT_BYTES_MAX).unwrap_or(u64::MAX);
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes);
        read.map_err(|error| Failure::new(format!("cannot read standard input: {error}"), None))?;
        bytes
    } else {
        read_limited(path, "STATEMENT_BYTES_MAX", limit)?
    };
    String::from_utf8(bytes).map_err(|_| Failure::new("that is no statement: no text", None))
}
