//! Applications of Microsoft's that a person may name by a word, and that are called by name in
//! output. Their ids are the same in every tenant.

use super::application::{
    AZURE_ACTIVE_DIRECTORY, AZURE_MANAGEMENT, AZURE_PORTAL, EXCHANGE_ONLINE, INTUNE,
    MICROSOFT_GRAPH, OFFICE_PORTAL, SHAREPOINT_ONLINE,
};
use crate::id::AppId;

/// An application of Microsoft's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WellKnown {
    /// Its application id.
    pub id: AppId,
    /// The word for it on a command line.
    pub word: &'static str,
    /// What people call it.
    pub title: &'static str,
}

const fn known(id: AppId, word: &'static str, title: &'static str) -> WellKnown {
    WellKnown { id, word, title }
}

/// Applications that have a word.
///
/// Source: <https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in>.
pub const WELL_KNOWN: &[WellKnown] = &[
    known(AZURE_PORTAL, "azure-portal", "Azure portal and Entra and Intune admin centers"),
    known(OFFICE_PORTAL, "microsoft-365-portal", "Microsoft 365 portal and admin center"),
    known(MICROSOFT_GRAPH, "microsoft-graph", "Microsoft Graph"),
    known(AZURE_MANAGEMENT, "azure-resource-manager", "Azure Resource Manager"),
    known(EXCHANGE_ONLINE, "exchange-online", "Exchange Online"),
    known(SHAREPOINT_ONLINE, "sharepoint-online", "SharePoint Online"),
    known(INTUNE, "intune", "Microsoft Intune"),
    known(AZURE_ACTIVE_DIRECTORY, "azure-active-directory", "Windows Azure Active Directory"),
];

impl WellKnown {
    /// The application with this id; `None` for one without a word.
    pub fn of(id: AppId) -> Option<&'static Self> {
        WELL_KNOWN.iter().find(|one| one.id == id)
    }

    /// The application that a word stands for, in any letter case.
    pub fn named(word: &str) -> Option<&'static Self> {
        WELL_KNOWN.iter().find(|one| one.word.eq_ignore_ascii_case(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_ids_lead_to_each_other() {
        for one in WELL_KNOWN {
            assert_eq!(WellKnown::of(one.id), Some(one));
            assert_eq!(WellKnown::named(&one.word.to_ascii_uppercase()), Some(one));
        }
        assert_eq!(WellKnown::named("teams"), None);
        assert_eq!(WellKnown::of(AppId::from_u128(7)), None);
    }
}
