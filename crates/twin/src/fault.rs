//! Faults to order: what networks and services do on bad days, at a chosen request.

use std::time::Duration;

/// A fault and when it strikes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Paths that start with this count, such as `/v1.0/users`; `/` counts every request.
    pub path: String,
    /// Which of the requests that count it strikes.
    pub when: When,
    /// What happens.
    pub what: What,
}

/// Which requests a fault strikes, of those that its path counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Every request.
    Always,
    /// The first, second, … request, counted from 1, and no other.
    Nth(u32),
    /// So many requests, and none after them.
    First(u32),
    /// Every second, third, … request.
    Every(u32),
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The answer comes this much later.
    Latency(Duration),
    /// An error of the service instead of the answer.
    Status {
        /// The status, such as 503.
        status: u16,
        /// `Retry-After`, in seconds.
        retry_after_seconds: Option<u32>,
    },
    /// The connection closes without a byte of an answer.
    DropConnection,
    /// The connection closes after this many bytes of the body, whatever `Content-Length` said.
    TruncateBody(usize),
    /// The page of a proxy or captive portal, with status 200.
    Html,
    /// 401, as if the token had been revoked.
    Unauthorized,
    /// 401 with a claims challenge for this authentication context, until a token comes whose
    /// sign-in was asked for claims.
    ClaimsChallenge(String),
    /// The sign-in service refuses: as JSON, and from `authorize` as a redirect back.
    SignInRefused {
        /// The OAuth error, such as `invalid_grant`.
        error: &'static str,
        /// The AADSTS number.
        number: u32,
    },
}

/// Faults in force, each with its own count.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<(Fault, u32)>);

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self(faults.into_iter().map(|fault| (fault, 0)).collect())
    }

    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push((fault, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Counts a request and says what strikes it, in the order in which faults were added.
    pub(crate) fn strike(&mut self, path: &str) -> Vec<What> {
        let mut struck = Vec::new();
        for (fault, count) in &mut self.0 {
            if !path.starts_with(&fault.path) {
                continue;
            }
            *count = count.saturating_add(1);
            let strikes = match fault.when {
                When::Always => true,
                When::Nth(nth) => *count == nth,
                When::First(first) => *count <= first,
                When::Every(every) => count.checked_rem(every) == Some(0),
            };
            if strikes {
                struck.push(fault.what.clone());
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_strike_when_they_are_due() {
        let fault = |path: &str, when, what| Fault { path: path.into(), when, what };
        let mut faults = Faults::new(vec![
            fault("/v1.0/users", When::Nth(2), What::Html),
            fault("/", When::Every(3), What::DropConnection),
            fault("/beta", When::Always, What::Unauthorized),
            fault("/", When::Every(0), What::TruncateBody(0)),
        ]);
        assert_eq!(faults.strike("/v1.0/users"), []);
        assert_eq!(faults.strike("/v1.0/users/1"), [What::Html]);
        assert_eq!(faults.strike("/beta/x"), [What::DropConnection, What::Unauthorized]);
        assert_eq!(faults.strike("/v1.0/users"), []);
        let first = fault("/v1.0/groups", When::First(2), What::Html);
        faults.add(first);
        assert_eq!(faults.strike("/v1.0/groups"), [What::Html]);
        assert_eq!(faults.strike("/v1.0/groups"), [What::DropConnection, What::Html]);
        assert_eq!(faults.strike("/v1.0/groups"), []);
        faults.clear();
        assert_eq!(faults.strike("/beta/x"), []);
    }
}
