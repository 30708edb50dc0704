//! One customer of an estate, generated.

use super::{Consent, Estate, EstateTenant, flaw};
use crate::app::App;
use crate::directory::{Directory, Licence};
use crate::generate::{Size, fill};
use crate::random::Seeded;
use crate::story;

/// What an administrator who consents to half of a list leaves out.
const LEFT_OUT: [&str; 3] = [
    "PrivilegedEligibilitySchedule.Read.AzureADGroup",
    "RoleManagement.Read.Directory",
    "UserAuthenticationMethod.Read.All",
];
/// Tenants of a hundred that have more than the 50 users from which the directory allows more.
const MEDIUM_PERCENT: usize = 5;

/// The tenant that `described` announces.
pub(super) fn generate(estate: &Estate, number: usize, described: &EstateTenant) -> Directory {
    let mut random = estate.random(number);
    let domain = &described.initial_domain;
    let mut directory = Directory::empty(described.id, &described.display_name, domain);
    let size = size(&mut random, described.licence);
    fill(&mut directory, &mut random, domain, &size);
    for flaw in &described.flaws {
        flaw::apply(&mut directory, &mut random, *flaw, domain);
    }
    if let Some(permissions) = consented(described, &mut random) {
        let watcher = App::new(described.client_id, "Halligan watcher", &permissions);
        directory.register(watcher.with_secret(&estate.secret(described.id)));
        let name = story::public_client().display_name;
        directory.register(App::public(story::PUBLIC_CLIENT, &name, &permissions));
    }
    directory.with_licence(described.licence)
}

fn size(random: &mut Seeded, licence: Licence) -> Size {
    Size {
        policies: if licence == Licence::Free { 0 } else { 3 + random.below(8) },
        groups: 2 + random.below(5),
        role_holders: 2 + random.below(6),
        users: if random.chance(MEDIUM_PERCENT) { 60 } else { 8 + random.below(30) },
    }
}

/// What the tenant's administrator consented to, for the application by itself as for persons who
/// sign in; `None` where neither client was let in.
fn consented(described: &EstateTenant, random: &mut Seeded) -> Option<Vec<&'static str>> {
    let mut permissions: Vec<&'static str> = story::WATCHER_PERMISSIONS.to_vec();
    let left_out = random.pick(&LEFT_OUT).copied();
    match described.consent {
        Consent::Granted => {}
        Consent::Partial => permissions.retain(|permission| Some(*permission) != left_out),
        Consent::None => permissions.clear(),
        Consent::NotRegistered => return None,
    }
    Some(permissions)
}
