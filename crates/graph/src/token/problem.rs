//! What can go wrong with a sign-in beside a refusal of the token service.

use thiserror::Error;

/// Why a sign-in did not come to a token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignInProblem {
    /// Nobody finished the sign-in in time.
    #[error("nobody signed in within {name} ({seconds} s)")]
    TooLate {
        /// The limit's name.
        name: &'static str,
        /// Its value.
        seconds: u64,
    },
    /// The person, or somebody else with the code, declined.
    #[error("the sign-in was declined")]
    Declined,
    /// No port on 127.0.0.1 could be opened for the browser to come back to.
    #[error("no port on 127.0.0.1 for the browser to come back to: {0}")]
    Listen(String),
    /// Requests came to the port that are not the sign-in's answer.
    #[error("more than {name} ({value}) requests came that are not the sign-in's answer")]
    Stray {
        /// The limit's name.
        name: &'static str,
        /// Its value.
        value: usize,
    },
    /// The identity that came with the token is not the one of this sign-in.
    #[error("the identity that came with the token does not fit: {0}")]
    Identity(&'static str),
    /// The assertion of another identity provider cannot be had.
    #[error("no assertion to sign in with: {0}")]
    Assertion(String),
    /// The resource gives no token of a managed identity.
    #[error("no token of a managed identity from `{host}`: {what}")]
    ManagedIdentity {
        /// The host that was asked.
        host: String,
        /// What it, or the system, says.
        what: String,
    },
    /// The endpoint of managed identities is elsewhere, and asked in clear text.
    #[error(
        "`{host}` is asked for a managed identity over http and is not this machine: the token \
         and a secret would cross a network in clear text"
    )]
    FarManagedIdentity {
        /// The host that would have been asked.
        host: String,
    },
    /// Azure CLI is not installed, or not on the path.
    #[error("Azure CLI (`{0}`) cannot be started")]
    NoAzureCli(&'static str),
    /// Azure CLI knows of no sign-in that fits.
    #[error("Azure CLI is not signed in to this tenant: {0}")]
    AzureCliSignedOut(String),
    /// Azure CLI failed otherwise.
    #[error("Azure CLI gave no token: {0}")]
    AzureCli(String),
    /// Azure CLI took too long.
    #[error("Azure CLI did not end within {name} ({seconds} s)")]
    AzureCliTooLate {
        /// The limit's name.
        name: &'static str,
        /// Its value.
        seconds: u64,
    },
}

impl SignInProblem {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::TooLate { .. } => Some(
                "start again and sign in at once; where the browser cannot reach this machine, \
                 `--device-code` needs none here",
            ),
            Self::Declined => Some("start again, and accept only a code that you asked for"),
            Self::Listen(_) => Some("`--device-code` signs in without a port"),
            Self::Stray { .. } => {
                Some("something on this machine tries ports; find it, or use `--device-code`")
            }
            Self::Identity(_) => {
                Some("start again; if it stays, something between here and Entra ID interferes")
            }
            Self::Assertion(_) => Some(
                "check `federation` under [sign-in], and that the job may ask for identity tokens \
                 (in GitHub Actions: `permissions: id-token: write`)",
            ),
            Self::ManagedIdentity { .. } => Some(
                "this works on an Azure resource that has a managed identity; with several, name \
                 one: `managed_identity = \"its client id\"`",
            ),
            Self::FarManagedIdentity { .. } => Some(
                "look at IDENTITY_ENDPOINT (or AZURE_POD_IDENTITY_AUTHORITY_HOST): Azure sets \
                 loopback or link-local (169.254.0.0/16, fe80::/10) addresses; others need https",
            ),
            Self::NoAzureCli(_) => {
                Some("install Azure CLI, or leave `azure_cli` out to sign in with the browser")
            }
            Self::AzureCliSignedOut(_) => Some(
                "run `az login --tenant TENANT --allow-no-subscriptions`, in another cloud after \
                 `az cloud set --name AzureUSGovernment` or `AzureChinaCloud`",
            ),
            Self::AzureCli(_) | Self::AzureCliTooLate { .. } => Some(
                "run `az account get-access-token --resource-type ms-graph --query expiresOn` by \
                 itself to see what it says",
            ),
        }
    }
}
