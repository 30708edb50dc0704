//! `halligan custody enroll` and `revoke`: which key a person signs with.

use std::path::Path;

use halligan_app::custody::KEY_BYTES_MAX;
use halligan_app::files::read_limited;
use halligan_core::custody::{Event, PublicKey};

use super::desk::Seen;
use super::word::Word;
use crate::exit::Exit;
use crate::failure::Failure;

#[derive(Debug, clap::Args)]
pub(super) struct EnrollArguments {
    /// Whose key it is
    person: String,
    /// The public key, as `halligan custody key new` printed it, or the file that it wrote
    /// [default: that of `--key`]
    #[arg(long, value_name = "KEY|FILE", required_unless_present = "key")]
    public_key: Option<String>,
    #[command(flatten)]
    seen: Seen,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run_enroll(arguments: &EnrollArguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let person = desk.person(&arguments.person)?;
    let own = arguments.word.key()?.and_then(|key| key.public());
    let named = arguments.public_key.as_deref().map(public_key).transpose()?;
    let Some(key) = named.or(own) else {
        return Err(Failure::usage("the public key is not known", "give it with `--public-key`"));
    };
    let witness = desk.witness(&arguments.seen)?;
    arguments.word.report(&desk, Event::KeyEnrolled { person, key, witness })
}

/// A public key, or the file that holds one.
fn public_key(text: &str) -> Result<PublicKey, Failure> {
    if let Ok(key) = text.parse() {
        return Ok(key);
    }
    let bytes = read_limited(Path::new(text), "KEY_BYTES_MAX", KEY_BYTES_MAX)?;
    let read = std::str::from_utf8(&bytes).ok().and_then(|text| text.trim().parse().ok());
    read.ok_or_else(|| {
        let hint = "give what `halligan custody key new` printed, or the file that it wrote";
        Failure::new(format!("`{text}` holds no public key"), Some(hint.into()))
    })
}

#[derive(Debug, clap::Args)]
pub(super) struct RevokeArguments {
    /// Whose key it is
    person: String,
    /// Why, in one line
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    word: Word,
}

pub(super) fn run_revoke(arguments: &RevokeArguments) -> Result<Exit, Failure> {
    let desk = arguments.word.desk()?;
    let (person, reason) = (desk.person(&arguments.person)?, arguments.reason.clone());
    arguments.word.report(&desk, Event::KeyRevoked { person, reason })
}
