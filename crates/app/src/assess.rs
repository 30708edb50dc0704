//! Register and snapshot to assessment.

use halligan_core::check::{Ledger, RegistryError, run};
use halligan_core::id::TenantId;
use halligan_core::register::Register;
use halligan_core::report::Assessment;
use halligan_core::tenant::Snapshot;
use halligan_core::time::Timestamp;
use thiserror::Error;

/// Why there is no assessment.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AssessError {
    /// The snapshot is of another tenant than the register.
    #[error("the register is of tenant `{register}`, the snapshot of tenant `{snapshot}`")]
    OtherTenant {
        /// The register's tenant.
        register: TenantId,
        /// The snapshot's tenant.
        snapshot: TenantId,
    },
    /// The checks of this build are not complete.
    #[error("{0}")]
    Registry(RegistryError),
}

impl AssessError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::OtherTenant { .. } => {
                Some("give the register of the tenant that the snapshot was taken of".into())
            }
            Self::Registry(_) => None,
        }
    }
}

/// Judges `snapshot`, and who holds what, against `register` at the instant `now`.
pub fn assess<'s>(
    register: &'s Register,
    snapshot: &'s Snapshot,
    ledger: impl Into<Ledger<'s>>,
    now: Timestamp,
) -> Result<Assessment, AssessError> {
    same_tenant(register, snapshot)?;
    let ledger = ledger.into();
    let results = run(register, snapshot, ledger.clone(), now).map_err(AssessError::Registry)?;
    Ok(Assessment::new(register, snapshot, &ledger, now, results))
}

/// Refuses a snapshot of another tenant than the register's.
pub fn same_tenant(register: &Register, snapshot: &Snapshot) -> Result<(), AssessError> {
    match (register.tenant, snapshot.tenant_id()) {
        (Some(declared), Some(found)) if declared != found => {
            Err(AssessError::OtherTenant { register: declared, snapshot: found })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::check::Case;
    use halligan_core::report::Verdict;

    #[test]
    fn a_sound_tenant_holds() {
        let Case { register, snapshot, custody, now } = Case::sound();
        let assessment = assess(&register, &snapshot, custody.as_ref(), now).unwrap();
        let failures: Vec<_> = assessment.failures().map(|one| one.check.id).collect();
        assert_eq!((assessment.verdict, failures), (Verdict::Holds, vec![]));
    }

    #[test]
    fn a_snapshot_of_another_tenant_is_refused_with_both_ids() {
        let mut case = Case::sound();
        let other = TenantId::from_u128(7);
        case.register.tenant = Some(other);
        let refused = assess(&case.register, &case.snapshot, None, case.now).unwrap_err();
        let found = case.snapshot.tenant_id().unwrap();
        assert!(refused.to_string().contains(&other.to_string()));
        assert!(refused.to_string().contains(&found.to_string()));
    }
}
