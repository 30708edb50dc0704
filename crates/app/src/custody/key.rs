//! A person's own signing key: an Ed25519 key in a file.
//!
//! The file is PKCS #8 in PEM (RFC 8410), so that `openssl` signs with it as well. The key never
//! leaves its file but into memory that is wiped; no argument, environment or message holds it.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use halligan_core::custody::{PublicKey, Said, Signature, Signed};
use halligan_core::time::Timestamp;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::files::{FileError, READABLE_BY, read_limited, write_new};
use crate::secret::exposed;

/// The largest file of a key, in bytes; ours have 119.
pub const KEY_BYTES_MAX: u64 = 4_096;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// What stands before the 32 bytes of the key: version 0, id-Ed25519, an octet string in an octet
/// string.
///
/// Source: RFC 8410, section 7.
const PREFIX: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// Why a key cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the key: {0}")]
    File(FileError),
    /// A file is there, which may be somebody's key.
    #[error("`{}` exists, and a key is never written over", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// It is no key of ours. Nothing of it is repeated.
    #[error("`{}` holds no Ed25519 key (PKCS #8 in PEM, without a passphrase)", path.display())]
    NotAKey {
        /// The file.
        path: PathBuf,
    },
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

impl KeyError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::File(error) if error.is_absent() => {
                Some("make one with `halligan custody key new FILE`, and have it enrolled".into())
            }
            Self::File(error) => error.hint(),
            Self::Exists { .. } => Some("name another file".into()),
            Self::NotAKey { .. } => {
                Some("make one with `halligan custody key new FILE`, or name the right file".into())
            }
            Self::NoRandomness => None,
        }
    }
}

/// A key that signs.
#[allow(missing_debug_implementations, reason = "a secret; its public half has one")]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// Makes a key and writes it to `path`, for its owner alone to read, never over a file.
    pub fn create(path: &Path) -> Result<Self, KeyError> {
        let mut seed = Zeroizing::new([0_u8; 32]);
        getrandom::fill(seed.as_mut()).map_err(|_| KeyError::NoRandomness)?;
        let key = Self(ed25519_dalek::SigningKey::from_bytes(&seed));
        write_new(path, pem(&seed).as_bytes()).map_err(|error| match error {
            FileError::Write { kind: io::ErrorKind::AlreadyExists, path, .. } => {
                KeyError::Exists { path }
            }
            other => KeyError::File(other),
        })?;
        Ok(key)
    }

    /// Reads the key at `path`; with a warning where others may read it as well.
    pub fn load(path: &Path) -> Result<(Self, Option<String>), KeyError> {
        let bytes = read_limited(path, "KEY_BYTES_MAX", KEY_BYTES_MAX).map_err(KeyError::File)?;
        let bytes = Zeroizing::new(bytes);
        let seed = seed(&bytes).ok_or_else(|| KeyError::NotAKey { path: path.into() })?;
        Ok((Self(ed25519_dalek::SigningKey::from_bytes(&seed)), exposed(path)))
    }

    /// The half that is enrolled. `None` where the bytes are those of no key that may be.
    pub fn public(&self) -> Option<PublicKey> {
        PublicKey::from_bytes(self.0.verifying_key().to_bytes()).ok()
    }

    /// Signs a statement as of `made`, which takes the place of its time: by the signer's clock.
    pub fn sign(&self, said: &Said, made: Timestamp) -> Signed {
        let said = Said { made, ..said.clone() };
        let signature = self.0.sign(said.statement().to_string().as_bytes());
        let signature = Signature::from_bytes(signature.to_bytes());
        Signed { person: said.person, made, signature }
    }

    /// Who can read a key's file, for a sentence about it.
    pub const READABLE_BY: &str = READABLE_BY;
}

fn pem(seed: &[u8; 32]) -> Zeroizing<String> {
    let mut der = Zeroizing::new([0_u8; 48]);
    for (place, byte) in der.iter_mut().zip(PREFIX.iter().chain(seed)) {
        *place = *byte;
    }
    let text = Zeroizing::new(STANDARD.encode(der.as_slice()));
    Zeroizing::new(format!("{BEGIN}\n{}\n{END}\n", &*text))
}

fn seed(bytes: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let inner = text.strip_prefix(BEGIN)?.strip_suffix(END)?;
    let inner: Zeroizing<Vec<u8>> =
        Zeroizing::new(inner.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    let der = Zeroizing::new(STANDARD.decode(inner.as_slice()).ok()?);
    let seed = der.strip_prefix(PREFIX.as_slice())?;
    Some(Zeroizing::new(seed.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// The seed and public key of RFC 8032, section 7.1, test 1; the file as `openssl` writes it.
    const FILE: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
        -----END PRIVATE KEY-----\n";
    const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    fn load(text: &str) -> Result<(SigningKey, Option<String>), KeyError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write_new(&path, text.as_bytes()).unwrap();
        SigningKey::load(&path)
    }

    #[test]
    fn a_published_key_is_read_and_written_alike() {
        let (key, warning) = load(FILE).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(key.public().unwrap().to_string(), PUBLIC);
        assert_eq!(warning, None);
        assert_eq!(&*pem(&seed(FILE.as_bytes()).unwrap()), FILE);
        assert!(load(&FILE.replace('\n', "\r\n")).is_ok());
    }

    #[test]
    fn what_is_no_key_is_refused_and_not_repeated() {
        let public = FILE.replace("MC4CAQAw", "MC4CAQEw");
        for text in ["", "x", &FILE[..60], &FILE.replace("n9g", "n9"), &public, &FILE[5..]] {
            let Err(error) = load(text) else { panic!("{text}") };
            assert!(matches!(error, KeyError::NotAKey { .. }), "{error}");
            assert!(!error.to_string().contains("MC4"), "{error}");
        }
    }

    #[test]
    fn a_new_key_is_for_its_owner_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ada.key");
        let made = SigningKey::create(&path).unwrap_or_else(|error| panic!("{error}"));
        let text = fs::read(&path).unwrap();
        let (read, warning) = SigningKey::load(&path).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((read.public(), warning), (made.public(), None));
        let Err(again) = SigningKey::create(&path) else { panic!("written over") };
        assert_eq!(again, KeyError::Exists { path: path.clone() });
        assert_eq!(fs::read(&path).unwrap(), text);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let (_, warning) = SigningKey::load(&path).unwrap_or_else(|error| panic!("{error}"));
            assert!(warning.unwrap().contains("others may read it"));
        }
        let other = SigningKey::create(&folder.path().join("bob.key"));
        assert_ne!(other.unwrap_or_else(|error| panic!("{error}")).public(), made.public());
    }
}
