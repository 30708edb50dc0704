//! The watcher's own credential, fetched from where the register says it is.
//!
//! No error and no notice repeats any part of what was fetched.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use halligan_graph::{CertificateError, ClientCertificate, Credential, SecretText};
use thiserror::Error;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use zeroize::Zeroizing;

use crate::config::SecretReference;
use crate::files::{FileError, read_limited};

/// The largest secret, in bytes: a certificate chain with its key is a tenth of it.
pub const SECRET_BYTES_MAX: u64 = 64 << 10;

/// How long a command may take to print a secret.
pub const SECRET_COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a credential could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SecretError {
    /// The environment has no such variable.
    #[error("environment variable `{0}` is not set")]
    NotSet(String),
    /// The file cannot be read.
    #[error("the secret's file: {0}")]
    File(FileError),
    /// The command cannot be started.
    #[error("{reference} cannot be started: {what}")]
    NotStarted {
        /// The command.
        reference: String,
        /// What the system says.
        what: String,
    },
    /// The command failed.
    #[error("{reference} failed: {status}")]
    Failed {
        /// The command.
        reference: String,
        /// How it ended.
        status: String,
    },
    /// The command took too long.
    #[error("{reference} did not end within SECRET_COMMAND_TIMEOUT ({} s)", limit.as_secs())]
    TimedOut {
        /// The command.
        reference: String,
        /// The limit.
        limit: Duration,
    },
    /// The command printed too much.
    #[error("{reference} printed more than SECRET_BYTES_MAX ({SECRET_BYTES_MAX} bytes)")]
    TooLong {
        /// The command.
        reference: String,
    },
    /// There is nothing there.
    #[error("{0} holds nothing")]
    Empty(String),
    /// It is not text.
    #[error("{0} holds no UTF-8 text")]
    NotText(String),
    /// It is no certificate with a key.
    #[error("{reference}: {error}")]
    Certificate {
        /// Where it was found.
        reference: String,
        /// What is wrong with it.
        error: CertificateError,
    },
}

impl SecretError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotSet(name) => Some(format!(
                "set it in the shell that starts halligan, such as with `read -rs {name}; \
                 export {name}`"
            )),
            Self::Failed { .. } => Some("run the command by itself to see what it says".into()),
            Self::TimedOut { .. } => {
                Some("it may be waiting for an answer; run it by itself first".into())
            }
            _ => None,
        }
    }
}

/// A credential, and what its keeper should know about the place where it was found.
#[derive(Debug)]
pub struct Fetched {
    /// The credential.
    pub credential: Credential,
    /// A warning, in one line.
    pub notice: Option<String>,
}

/// Fetches the client secret that is at `place`.
pub async fn fetch_secret(place: &SecretReference) -> Result<Fetched, SecretError> {
    let credential = Credential::Secret(fetch_text(place).await?);
    Ok(Fetched { credential, notice: notice(place) })
}

/// Fetches the certificate with its key that is at `place`.
pub async fn fetch_certificate(place: &SecretReference) -> Result<Fetched, SecretError> {
    let bytes = bytes_of(place, SECRET_COMMAND_TIMEOUT).await?;
    let read = ClientCertificate::from_pem(&bytes);
    let reference = place.to_string();
    let read = read.map_err(|error| SecretError::Certificate { reference, error })?;
    Ok(Fetched { credential: Credential::Certificate(read), notice: notice(place) })
}

/// Fetches the one line of text that is at `place`.
pub async fn fetch_text(place: &SecretReference) -> Result<SecretText, SecretError> {
    let bytes = bytes_of(place, SECRET_COMMAND_TIMEOUT).await?;
    Ok(SecretText::from(line_of(place, &bytes)?))
}

/// Fetches a line of text, such as a password, and a warning about the place in one line.
pub async fn fetch_line(
    place: &SecretReference,
) -> Result<(Zeroizing<String>, Option<String>), SecretError> {
    let bytes = bytes_of(place, SECRET_COMMAND_TIMEOUT).await?;
    Ok((Zeroizing::new(line_of(place, &bytes)?.into()), notice(place)))
}

/// The text without the line end that editors and `echo` leave.
fn line_of<'b>(place: &SecretReference, bytes: &'b [u8]) -> Result<&'b str, SecretError> {
    let text = std::str::from_utf8(bytes).map_err(|_| SecretError::NotText(place.to_string()))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.is_empty() { Err(SecretError::Empty(place.to_string())) } else { Ok(line) }
}

fn notice(place: &SecretReference) -> Option<String> {
    match place {
        SecretReference::File(path) => exposed(path),
        SecretReference::Environment(_) | SecretReference::Command(_) => None,
    }
}

async fn bytes_of(
    reference: &SecretReference,
    timeout: Duration,
) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    match reference {
        SecretReference::Environment(name) => std::env::var_os(name)
            .map(|value| Zeroizing::new(value.into_encoded_bytes()))
            .ok_or_else(|| SecretError::NotSet(name.clone())),
        SecretReference::File(path) => read_limited(path, "SECRET_BYTES_MAX", SECRET_BYTES_MAX)
            .map(Zeroizing::new)
            .map_err(SecretError::File),
        SecretReference::Command(words) => printed(&reference.to_string(), words, timeout).await,
    }
}

/// What a command prints. Its standard error goes to ours: it may ask for something.
async fn printed(
    reference: &str,
    words: &[String],
    timeout: Duration,
) -> Result<Zeroizing<Vec<u8>>, SecretError> {
    let not_started = |what: String| SecretError::NotStarted { reference: reference.into(), what };
    let (program, arguments) =
        words.split_first().ok_or_else(|| not_started("it names no program".into()))?;
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| not_started(error.to_string()))?;
    let mut bytes = Zeroizing::new(Vec::new());
    let output = child.stdout.take();
    let reading = async {
        if let Some(output) = output {
            let mut counted = output.take(SECRET_BYTES_MAX + 1);
            counted.read_to_end(&mut bytes).await?;
        }
        if u64::try_from(bytes.len()).is_ok_and(|read| read > SECRET_BYTES_MAX) {
            return Ok(None);
        }
        child.wait().await.map(Some)
    };
    let ended = tokio::time::timeout(timeout, reading).await;
    let reference = reference.to_owned();
    match ended {
        Err(_) => Err(SecretError::TimedOut { reference, limit: timeout }),
        Ok(Err(error)) => Err(SecretError::Failed { reference, status: error.to_string() }),
        Ok(Ok(None)) => Err(SecretError::TooLong { reference }),
        Ok(Ok(Some(status))) if !status.success() => {
            Err(SecretError::Failed { reference, status: status.to_string() })
        }
        Ok(Ok(Some(_))) => Ok(bytes),
    }
}

/// A warning about a file that others than its owner may read.
#[cfg(unix)]
pub(crate) fn exposed(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    (mode & 0o077 != 0).then(|| {
        let shown = path.display();
        format!("`{shown}` holds a secret and others may read it; close it with `chmod 600`")
    })
}

#[cfg(not(unix))]
pub(crate) fn exposed(_: &Path) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3cret-never-printed";

    fn run<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread();
        { runtime }.enable_all().build().unwrap().block_on(future)
    }

    fn secret(place: SecretReference) -> Result<Fetched, SecretError> {
        run(fetch_secret(&place))
    }

    fn shell(script: &str) -> SecretReference {
        SecretReference::Command(["sh", "-c", script].map(String::from).to_vec())
    }

    #[test]
    fn a_variable_that_is_not_set_is_named_with_a_hint() {
        let refused = secret(SecretReference::Environment("HALLIGAN_NO_SUCH".into()));
        let refused = refused.unwrap_err();
        assert_eq!(refused.to_string(), "environment variable `HALLIGAN_NO_SUCH` is not set");
        assert!(refused.hint().unwrap().contains("export HALLIGAN_NO_SUCH"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_loses_one_line_end_and_is_warned_about_when_others_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, format!("{SECRET}\r\n")).unwrap();
        for (mode, warned) in [(0o600, false), (0o640, true), (0o604, true)] {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(&path, permissions).unwrap();
            let fetched = secret(SecretReference::File(path.clone())).unwrap();
            assert_eq!(fetched.notice.is_some(), warned, "{mode:o}");
            assert!(!format!("{fetched:?}").contains(SECRET));
        }
    }

    #[test]
    fn an_empty_and_an_oversized_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, "\n").unwrap();
        let refused = secret(SecretReference::File(path.clone())).unwrap_err();
        assert!(matches!(refused, SecretError::Empty(_)));
        std::fs::write(&path, vec![b'x'; 65_537]).unwrap();
        let refused = secret(SecretReference::File(path)).unwrap_err();
        assert!(matches!(refused, SecretError::File(FileError::TooLarge { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn a_command_gives_what_it_prints_and_no_error_repeats_it() {
        assert!(secret(shell(&format!("echo {SECRET}"))).is_ok());
        let failed = secret(shell(&format!("echo {SECRET}; exit 3"))).unwrap_err();
        let long = secret(shell(&format!("yes {SECRET}"))).unwrap_err();
        let absent = secret(SecretReference::Command(vec!["no-such-program-here".into()]));
        assert_eq!(failed.to_string(), "command `sh` failed: exit status: 3");
        assert!(matches!(long, SecretError::TooLong { .. }));
        assert!(matches!(absent, Err(SecretError::NotStarted { .. })));
        for error in [failed, long] {
            assert!(!format!("{error} {error:?}").contains(SECRET));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_command_that_hangs_is_ended() {
        let SecretReference::Command(words) = shell("exec sleep 60") else { unreachable!() };
        let limit = Duration::from_millis(50);
        let ended = run(printed("command `sh`", &words, limit)).unwrap_err();
        let reference = "command `sh`".into();
        assert_eq!(ended, SecretError::TimedOut { reference, limit });
    }

    #[test]
    fn what_is_no_certificate_is_refused_without_being_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("watcher.pem");
        std::fs::write(&path, SECRET).unwrap();
        let refused = run(fetch_certificate(&SecretReference::File(path))).unwrap_err();
        assert!(matches!(refused, SecretError::Certificate { .. }));
        assert!(!format!("{refused} {refused:?}").contains(SECRET));
    }
}
