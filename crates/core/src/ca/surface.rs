//! Surfaces: what somebody signs in for, as the resources that have to let the sign-in through.
//!
//! A policy binds the resource and not the client, and a portal calls several resources: all of
//! them must let the sign-in through before the portal is of use.
//!
//! Source: <https://learn.microsoft.com/entra/identity/conditional-access/concept-conditional-access-cloud-apps>,
//! <https://learn.microsoft.com/entra/identity/conditional-access/service-dependencies>.

use alloc::string::ToString as _;
use alloc::vec;
use alloc::vec::Vec;

use super::application::{
    AZURE_ACTIVE_DIRECTORY, AZURE_MANAGEMENT, AZURE_PORTAL, EXCHANGE_ONLINE, INTUNE,
    MICROSOFT_GRAPH, OFFICE_PORTAL,
};
use super::barrier::is_assumed;
use super::evaluate::REGISTER_SECURITY_INFORMATION;
use super::fact::{Cloud, FACTS, Fact, LOW_SCOPES_ARE_JUDGED};
use super::sign_in::{Client, Target as SignInTarget};
use super::truth::Truth;
use crate::id::AppId;
use crate::register::Target;
use crate::tenant::Snapshot;
use crate::time::Timestamp;

/// One target of the environment, as sign-ins meet it.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// The target.
    pub target: Target,
    /// The client that opens it.
    pub client: Client,
    /// What the sign-in is judged for; every one must let it through.
    pub sign_in_targets: Vec<SignInTarget>,
    /// Facts that concern it.
    pub facts: Vec<&'static Fact>,
    /// Whether it may ask for more than these targets, which was not read.
    pub more: Truth,
}

/// The actions whose protection stands between an account and the repair of a policy.
const REPAIRS: &str = "microsoft.directory/conditionalaccesspolicies/";

impl Surface {
    /// The surface of a target in a tenant at a time.
    pub fn of(target: Target, snapshot: &Snapshot, now: Timestamp) -> Self {
        let cloud = Cloud::of(&snapshot.source);
        let (client, resources): (Client, &[AppId]) = match target {
            Target::EntraAdminCenter | Target::AzurePortal => {
                (Client::Browser, &[AZURE_PORTAL, AZURE_MANAGEMENT, MICROSOFT_GRAPH])
            }
            Target::IntuneAdminCenter => {
                (Client::Browser, &[AZURE_PORTAL, INTUNE, MICROSOFT_GRAPH])
            }
            Target::Microsoft365AdminCenter => (Client::Browser, &[OFFICE_PORTAL, MICROSOFT_GRAPH]),
            Target::GraphPowerShell | Target::ConditionalAccessRepair => {
                (Client::MobileAppsAndDesktopClients, &[MICROSOFT_GRAPH])
            }
            Target::ExchangePowerShell => (Client::MobileAppsAndDesktopClients, &[EXCHANGE_ONLINE]),
            Target::AzureResourceManager => {
                (Client::MobileAppsAndDesktopClients, &[AZURE_MANAGEMENT])
            }
            Target::SecurityInfo => (Client::Browser, &[]),
        };
        let mut surface = Self {
            target,
            client,
            sign_in_targets: resources.iter().copied().map(SignInTarget::Resource).collect(),
            facts: Vec::new(),
            more: Truth::No,
        };
        let facts = FACTS.iter().filter(|fact| fact.concerns(target) && fact.holds(cloud, now));
        surface.facts.extend(facts);
        match target {
            Target::SecurityInfo => {
                let action = REGISTER_SECURITY_INFORMATION.to_string();
                surface.sign_in_targets = vec![SignInTarget::UserAction(action)];
                surface.facts.clear();
            }
            Target::ConditionalAccessRepair => surface.ask_for_contexts(snapshot),
            _ => {}
        }
        if surface.facts.contains(&&LOW_SCOPES_ARE_JUDGED) {
            surface.sign_in_targets.push(SignInTarget::Resource(AZURE_ACTIVE_DIRECTORY));
        }
        surface
    }

    /// Protected actions demand an authentication context of whoever repairs a policy.
    fn ask_for_contexts(&mut self, snapshot: &Snapshot) {
        let actions = match snapshot.protected_actions.value() {
            Ok(actions) => actions,
            // Exports hold none; the assumptions of the proof say so.
            Err(gap) if is_assumed(snapshot, gap) => return,
            Err(gap) => {
                self.more = Truth::Unknown(gap.clone().into());
                return;
            }
        };
        let repairs =
            actions.iter().filter(|action| action.name.to_ascii_lowercase().starts_with(REPAIRS));
        for context in repairs.filter_map(|action| action.authentication_context.as_ref()) {
            let target = SignInTarget::AuthenticationContext(context.to_ascii_lowercase());
            if !self.sign_in_targets.contains(&target) {
                self.sign_in_targets.push(target);
            }
        }
    }

    /// The fact by which multifactor authentication is demanded here, whatever policies say.
    pub fn mandatory_mfa(&self) -> Option<&'static Fact> {
        self.facts.iter().copied().find(|fact| **fact != LOW_SCOPES_ARE_JUDGED)
    }
}
