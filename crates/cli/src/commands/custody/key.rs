//! `halligan custody key`: a signing key of one's own.

use std::path::{Path, PathBuf};

use halligan_app::custody::{KeyError, SigningKey};
use halligan_app::files::{must_be_new, write_new};
use halligan_core::custody::PublicKey;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{print, say, say_hint, say_warning};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Make a key in a new file, and print its public half, which goes to `FILE.pub` as well
    New {
        /// The file, which must not be there yet
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Print the public half of a key
    Show {
        /// The file of the key
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let public = match &arguments.command {
        Command::New { file } => new(file)?,
        Command::Show { file } => {
            let (key, warning) = SigningKey::load(file)?;
            warning.iter().for_each(|warning| say_warning(warning));
            public(&key, file)?
        }
    };
    print(&format!("{public}\n"), None)?;
    Ok(Exit::Holds)
}

fn new(file: &Path) -> Result<PublicKey, Failure> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".pub");
    let beside = PathBuf::from(beside);
    must_be_new(&beside)?;
    let key = SigningKey::create(file)?;
    let public = public(&key, file)?;
    write_new(&beside, format!("{public}\n").as_bytes())?;
    let (file, beside) = (file.display(), beside.display());
    say(&format!(
        "written to `{file}`, {}; the public half to `{beside}`",
        SigningKey::READABLE_BY
    ));
    say_hint(
        "keep the key to yourself; have the public half enrolled: `halligan custody enroll PERSON \
         --public-key FILE.pub`",
    );
    Ok(public)
}

fn public(key: &SigningKey, file: &Path) -> Result<PublicKey, Failure> {
    Ok(key.public().ok_or_else(|| KeyError::NotAKey { path: file.into() })?)
}
