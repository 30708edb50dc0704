//! Who gets in, and what locks the owners out: register, snapshot and the ledger beside the
//! register, as both models of [`halligan_core::access`].
//!
//! [`find`] says which thing of the models somebody means by a name.

pub mod find;

use std::path::{Path, PathBuf};

use halligan_core::access::{Access, Question};
use halligan_core::register::Register;
use halligan_core::stream::UnreadFact;
use halligan_core::tenant::Snapshot;
use halligan_core::time::Timestamp;
use thiserror::Error;

use crate::assess::{AssessError, same_tenant};
use crate::custody::{self, CustodyError, Ledger};

/// Why nothing is said about access.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccessError {
    /// There is nobody who could get in.
    #[error("no emergency access account is declared")]
    NoAccount,
    /// The snapshot is of another tenant than the register.
    #[error("{0}")]
    Tenant(AssessError),
    /// The ledger cannot be read, or was tampered with.
    #[error("{0}; nothing is built on this ledger")]
    Ledger(Box<CustodyError>),
    /// The ledger holds facts that this version does not know: who holds what is a guess.
    #[error("`{}`: {fact}; nothing is built on this ledger", file.display())]
    Unread {
        /// The stream's file.
        file: PathBuf,
        /// The first such fact.
        fact: UnreadFact,
    },
}

impl AccessError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NoAccount => {
                Some("declare the accounts in a register; `halligan init` proposes them".into())
            }
            Self::Tenant(error) => error.hint(),
            Self::Ledger(error) => error.hint(),
            Self::Unread { .. } => {
                Some("ask again with the version of Halligan that wrote it, or a later one".into())
            }
        }
    }
}

/// Both models, and the ledger that they stand on.
#[derive(Debug)]
pub struct Built {
    /// The models.
    pub access: Access,
    /// Who holds what; `None` where nobody keeps a ledger.
    pub ledger: Option<Ledger>,
}

/// Builds both models at the instant `now`; the ledger is the one beside the register at `path`.
pub fn build(
    path: &Path,
    register: &Register,
    snapshot: &Snapshot,
    now: Timestamp,
) -> Result<Built, AccessError> {
    if register.accounts.is_empty() {
        return Err(AccessError::NoAccount);
    }
    same_tenant(register, snapshot).map_err(AccessError::Tenant)?;
    let ledger = custody::read(path).map_err(|error| AccessError::Ledger(Box::new(error)))?;
    if let Some(ledger) = &ledger
        && let Some(fact) = ledger.gap()
    {
        return Err(AccessError::Unread { file: ledger.file.clone(), fact: fact.clone() });
    }
    let custody = ledger.as_ref().map(|one| &one.state);
    let access = Access::of(&Question { register, snapshot, custody, now });
    Ok(Built { access, ledger })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use halligan_core::access::{Remark, Scope};
    use halligan_core::check::Case;
    use halligan_core::custody::{Event, stream};
    use halligan_core::register::Shape;
    use halligan_core::stream::Body;
    use halligan_store::Streams as _;

    use super::*;
    use crate::custody::{Report, record};

    /// A folder with the ledger of one fact.
    fn desk(case: &Case) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("halligan.toml");
        let declared = std::sync::Arc::new(case.register.custody.clone());
        let event = Event::PersonLeft { person: "ada".parse().unwrap() };
        let operator = "bob".parse().unwrap();
        let report = Report { event, operator, signed: Vec::new(), key: None };
        record(&path, &declared, report, case.now).unwrap();
        (folder, path)
    }

    #[test]
    fn what_nobody_wrote_down_is_said() {
        let case = Case::sound();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("halligan.toml");
        let built = build(&path, &case.register, &case.snapshot, case.now).unwrap();
        assert!(built.ledger.is_none() && built.access.remarks.contains(&Remark::NoLedger));
        let nobody = Register::of(Vec::new(), None, Shape::Exempt);
        let refused = build(&path, &nobody, &case.snapshot, case.now).unwrap_err();
        assert_eq!(refused, AccessError::NoAccount);
    }

    #[test]
    fn a_ledger_that_cannot_be_believed_carries_nothing() {
        let case = Case::sound();
        let (_folder, path) = desk(&case);
        let ask = || build(&path, &case.register, &case.snapshot, case.now);
        let built = ask().unwrap();
        let answer = built.access.answer(Scope::Tenant, &std::collections::BTreeSet::new());
        assert!(!answer.gets_in, "the ledger has no key");
        let file = built.ledger.unwrap().file;
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replace("\"bob\"", "\"cyd\"")).unwrap();
        let refused = ask().unwrap_err();
        assert!(matches!(refused, AccessError::Ledger(_)), "{refused}");
        assert!(refused.to_string().ends_with("nothing is built on this ledger"), "{refused}");
    }

    #[test]
    fn a_fact_of_a_later_version_carries_nothing() {
        let case = Case::sound();
        let (_folder, path) = desk(&case);
        let head = custody::read(&path).unwrap().unwrap().head;
        let later = vec![Body::parse(r#"{"kind":"teleported","operator":"bob"}"#).unwrap()];
        custody::streams(&path).append(&stream(), &head, case.now, later).unwrap();
        let refused = build(&path, &case.register, &case.snapshot, case.now).unwrap_err();
        assert!(matches!(refused, AccessError::Unread { .. }), "{refused}");
    }
}
