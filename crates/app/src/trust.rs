//! The authorities that a register names beside those of the system.

use std::path::{Path, PathBuf};

use halligan_graph::{Trust, TrustError};
use thiserror::Error;

use crate::files::{FileError, read_limited};

/// The largest file of authorities that is read; the list of all public ones is a fifth of it.
pub const TRUST_BYTES_MAX: u64 = 1 << 20;

/// Why a file of authorities cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TrustFileError {
    /// It cannot be read.
    #[error("{0}")]
    File(FileError),
    /// It is no list of authorities.
    #[error("`{}` names no authority to trust: {error}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: TrustError,
    },
}

impl TrustFileError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) if error.is_absent() => {
                Some("`trust` in [tenant] names it, as seen from the register's folder".into())
            }
            Self::File(error) => error.hint(),
            Self::Invalid { error, .. } => Some(error.hint().into()),
        }
    }
}

/// Reads the authorities of a PEM file.
pub fn load(path: &Path) -> Result<Trust, TrustFileError> {
    let bytes =
        read_limited(path, "TRUST_BYTES_MAX", TRUST_BYTES_MAX).map_err(TrustFileError::File)?;
    let invalid = |error| TrustFileError::Invalid { path: path.into(), error };
    Trust::from_pem(&bytes).map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_none_says_so_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let absent = load(&path).unwrap_err();
        assert!(absent.hint().unwrap().contains("`trust` in [tenant]"));
        std::fs::write(&path, "hello").unwrap();
        let invalid = load(&path).unwrap_err();
        let text = invalid.to_string();
        assert!(text.contains("ca.pem` names no authority to trust: no certificate"), "{text}");
        assert!(invalid.hint().unwrap().contains("openssl x509"));
    }
}
