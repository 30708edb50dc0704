//! What ties the answer of a browser sign-in to the question: PKCE, state and nonce.
//!
//! Source: RFC 7636; OpenID Connect Core 1.0, 3.1.2.1.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};

use crate::problem::Problem;
use crate::secret::SecretText;

/// Random bytes of each secret: 256 bits.
const RANDOM_BYTES: usize = 32;

/// The secrets of one browser sign-in.
#[derive(Debug)]
pub(super) struct Pkce {
    /// Proves at the token endpoint that the code is used by whoever asked for it.
    pub(super) verifier: SecretText,
    /// The verifier's SHA-256, which the browser carries.
    pub(super) challenge: String,
    /// Comes back with the answer: one that does not carry it answers another question.
    pub(super) state: SecretText,
    /// Comes back within the identity: a code of somebody else's sign-in carries another.
    pub(super) nonce: SecretText,
}

impl Pkce {
    pub(super) fn new() -> Result<Self, Problem> {
        let verifier = random()?;
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.open().as_bytes()));
        Ok(Self { verifier, challenge, state: random()?, nonce: random()? })
    }
}

/// A random text of 43 characters, each of which a URL may hold.
fn random() -> Result<SecretText, Problem> {
    let mut bytes = zeroize::Zeroizing::new([0; RANDOM_BYTES]);
    getrandom::fill(bytes.as_mut()).map_err(|_| Problem::NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(*bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_verifier_s_digest_and_nothing_repeats() {
        let (one, other) = (Pkce::new().unwrap(), Pkce::new().unwrap());
        assert_eq!(one.verifier.open().len(), 43);
        let digest = digest(&SHA256, one.verifier.open().as_bytes());
        assert_eq!(one.challenge, URL_SAFE_NO_PAD.encode(digest));
        let texts = [&one.verifier, &one.state, &one.nonce, &other.verifier, &other.state];
        let distinct: std::collections::BTreeSet<&str> =
            texts.iter().map(|text| text.open()).collect();
        assert_eq!(distinct.len(), texts.len());
        assert!(!format!("{one:?}").contains(one.verifier.open()));
    }
}
