//! What an earlier reading left in a snapshot file, and whether a later one may take it over.

use std::time::Duration;

use halligan_core::id::TenantId;
use halligan_core::tenant::{Snapshot, Source};
use halligan_core::time::Timestamp;
use halligan_graph::read::Earlier;
use thiserror::Error;

/// Parts of an earlier snapshot that are younger are taken over, unless a person says otherwise.
pub const RESUME_WITHIN: Duration = Duration::from_secs(3_600);

/// The oldest part that may be taken over: a picture of a tenant is no patchwork of days.
pub const RESUME_WITHIN_MAX: Duration = Duration::from_secs(86_400);

/// An earlier snapshot, and how old its parts may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Resume {
    /// The snapshot.
    pub snapshot: Snapshot,
    /// The age up to which a part of it stands.
    pub within: Duration,
}

/// Why an earlier snapshot cannot be taken over.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ResumeError {
    /// It is of another tenant than the register.
    #[error("the register is of tenant `{register}`, the snapshot to resume of `{snapshot}`")]
    OtherTenant {
        /// The register's tenant.
        register: TenantId,
        /// The snapshot's tenant.
        snapshot: TenantId,
    },
    /// Its organization could not be read, so that it may be anybody's.
    #[error("the snapshot to resume does not say which tenant it is of")]
    NoTenant,
    /// It was read from another service, such as a simulated tenant with the same id.
    #[error("the snapshot to resume was read from `{snapshot}`, the register names `{register}`")]
    OtherService {
        /// Where the register points.
        register: String,
        /// Where the snapshot was read.
        snapshot: String,
    },
    /// It was made of files.
    #[error("the snapshot to resume was made of exported files")]
    Files,
}

/// A text that is no age for parts to be taken over.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "`{0}` is no such time: give a number with `s`, `m` or `h`, up to 24h (RESUME_WITHIN_MAX), \
     such as `30m`"
)]
pub struct NoAge(String);

impl ResumeError {
    /// The next thing to do.
    pub fn hint(&self) -> Option<String> {
        Some("leave `--resume` out, and everything is read".into())
    }
}

/// Reads `90s`, `30m` or `2h`.
pub fn age(text: &str) -> Result<Duration, NoAge> {
    let seconds = || {
        let (at, unit) = text.char_indices().last()?;
        let each = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            _ => return None,
        };
        let digits = text.get(..at).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        digits.parse::<u64>().ok()?.checked_mul(each)
    };
    let age = seconds().map(Duration::from_secs).filter(|age| *age <= RESUME_WITHIN_MAX);
    age.ok_or_else(|| NoAge(text.chars().take(40).collect()))
}

impl Resume {
    /// What may be taken over for `tenant`, read from `endpoint`, at the instant `now`.
    pub fn parts(
        self,
        tenant: TenantId,
        endpoint: &str,
        now: Timestamp,
    ) -> Result<Earlier, ResumeError> {
        let Self { snapshot, within } = self;
        match &snapshot.source {
            Source::Files => return Err(ResumeError::Files),
            Source::Graph { endpoint: read } if read != endpoint => {
                let (register, snapshot) = (endpoint.to_owned(), read.clone());
                return Err(ResumeError::OtherService { register, snapshot });
            }
            Source::Graph { .. } => {}
        }
        match snapshot.tenant_id() {
            None => Err(ResumeError::NoTenant),
            Some(found) if found != tenant => {
                Err(ResumeError::OtherTenant { register: tenant, snapshot: found })
            }
            Some(_) => {
                let since = now.as_second().saturating_sub_unsigned(within.as_secs());
                let since = Timestamp::from_second(since).unwrap_or(Timestamp::MIN);
                Ok(Earlier::of(snapshot, since, now))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::check::Case;

    #[test]
    fn an_age_has_a_unit_and_a_limit() {
        for (text, seconds) in [("90s", 90), ("30m", 1_800), ("1h", 3_600), ("24h", 86_400)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(age("0s"), Ok(Duration::ZERO));
        for text in ["", "1", "h", "-1h", "+1h", "1.5h", "25h", "1d", "1 h", "9999999999999999h"] {
            assert!(age(text).unwrap_err().to_string().contains("RESUME_WITHIN_MAX"), "{text}");
        }
    }

    #[test]
    fn only_the_same_tenant_of_the_same_service_is_taken_over() {
        let Case { snapshot, now, .. } = Case::sound();
        let tenant = snapshot.tenant_id().unwrap();
        let Source::Graph { endpoint } = snapshot.source.clone() else { panic!("no source") };
        let resume = |snapshot: &Snapshot| {
            let resume = Resume { snapshot: snapshot.clone(), within: RESUME_WITHIN_MAX };
            resume.parts(tenant, &endpoint, now).map(|earlier| earlier.count())
        };
        assert!(resume(&snapshot).unwrap() > 10);

        let other = Resume { snapshot: snapshot.clone(), within: RESUME_WITHIN };
        let register = TenantId::from_u128(7);
        let refused = other.parts(register, &endpoint, now).unwrap_err();
        assert_eq!(refused, ResumeError::OtherTenant { register, snapshot: tenant });

        let mut elsewhere = snapshot.clone();
        elsewhere.source = Source::Graph { endpoint: "http://127.0.0.1:1".into() };
        assert!(resume(&elsewhere).unwrap_err().to_string().contains("`http://127.0.0.1:1`"));
        elsewhere.source = Source::Files;
        assert_eq!(resume(&elsewhere), Err(ResumeError::Files));

        let reason = halligan_core::tenant::GapReason::Failed { what: "interrupted".into() };
        let nobody = Snapshot::unread(snapshot.taken, snapshot.source.clone(), &reason);
        assert_eq!(resume(&nobody), Err(ResumeError::NoTenant));
    }
}
