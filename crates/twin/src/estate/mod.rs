//! An estate: thousands of small tenants and the partner who looks after them, from one seed.
//!
//! What a tenant is called, how it is reached and what is wrong with it follows from the seed and
//! its number alone; the rest of it is generated when somebody asks for it. Every tenant has an
//! application and a secret of its own, so that no credential opens two of them. Some
//! administrators have not consented, or not to everything.

mod flaw;
mod partner;
mod tenant;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use halligan_core::id::{AppId, TenantId};
use halligan_core::time::Timestamp;

use crate::app::sha256;
use crate::directory::{Directory, Licence};
use crate::random::Seeded;
pub use flaw::Flaw;

/// Customers of an estate at most: beyond that, the partner's list of them takes too much memory.
pub const ESTATE_TENANTS_MAX: usize = 10_000;
/// Tenants of an estate that are in memory at a time, those used last.
pub const ESTATE_TENANTS_IN_MEMORY: usize = 128;

/// How to make an estate: the same for the same members, tenant by tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estate {
    seed: u64,
    as_of: Timestamp,
    /// Customers by their ids.
    numbers: BTreeMap<TenantId, usize>,
}

/// No estate of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EstateError {
    /// More than the limit, or none at all.
    #[error("an estate has 1 to {limit} tenants (ESTATE_TENANTS_MAX), not {tenants}")]
    Size {
        /// How many were asked for.
        tenants: usize,
        /// The limit.
        limit: usize,
    },
}

/// How far an administrator let the application in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// All permissions were consented to.
    Granted,
    /// Some were: parts of the tenant cannot be read (403).
    Partial,
    /// The application is there and may do nothing (403).
    None,
    /// The application is not in the tenant: no token (AADSTS700016).
    NotRegistered,
}

impl Consent {
    /// A word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Partial => "partial",
            Self::None => "none",
            Self::NotRegistered => "not-registered",
        }
    }
}

/// What is known of a tenant of an estate before it is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EstateTenant {
    /// Its id.
    pub id: TenantId,
    /// Its display name.
    pub display_name: String,
    /// The domain that it was created with.
    pub initial_domain: String,
    /// Its highest licence.
    pub licence: Licence,
    /// The client id of the application that reads it, and no other tenant.
    pub client_id: AppId,
    /// How far that application was let in.
    pub consent: Consent,
    /// What is wrong with its emergency access, as far as it was put there on purpose.
    pub flaws: Vec<Flaw>,
}

/// Number of the partner's tenant; customers count from 0.
const PARTNER: u64 = u64::MAX;
/// What a name begins and ends with.
const FIRST: [&str; 16] = [
    "Amber", "Birch", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Hazel", "Indigo", "Juniper",
    "Kestrel", "Linden", "Marble", "Northern", "Ochre", "Pebble",
];
const LAST: [&str; 16] = [
    "Bakery",
    "Clinic",
    "Dairy",
    "Energy",
    "Foundry",
    "Gardens",
    "Harbour",
    "Insurance",
    "Joinery",
    "Kindergarten",
    "Logistics",
    "Museum",
    "Notaries",
    "Optics",
    "Print",
    "Quarry",
];

impl Estate {
    /// An estate of so many customers; `as_of` is the day on which its relationships with the
    /// partner are looked at.
    ///
    /// # Errors
    ///
    /// When there would be none, or more than [`ESTATE_TENANTS_MAX`].
    pub fn new(seed: u64, tenants: usize, as_of: Timestamp) -> Result<Self, EstateError> {
        if !(1..=ESTATE_TENANTS_MAX).contains(&tenants) {
            return Err(EstateError::Size { tenants, limit: ESTATE_TENANTS_MAX });
        }
        let numbers = (0..tenants).map(|number| (id_of(seed, number as u64), number)).collect();
        Ok(Self { seed, as_of, numbers })
    }

    /// How many customers there are.
    pub fn tenants(&self) -> usize {
        self.numbers.len()
    }

    /// A customer, by its number from 0; `None` beyond the last.
    pub fn tenant(&self, number: usize) -> Option<EstateTenant> {
        (number < self.tenants()).then(|| describe(self.seed, number as u64))
    }

    /// The partner's own tenant.
    pub fn partner(&self) -> EstateTenant {
        EstateTenant {
            display_name: "Lantern Managed Services".into(),
            initial_domain: format!("lantern{}.onmicrosoft.com", self.seed),
            licence: Licence::P2,
            consent: Consent::Granted,
            flaws: Vec::new(),
            ..describe(self.seed, PARTNER)
        }
    }

    /// The secret of the application that reads `tenant`. It opens nothing but that simulation.
    pub fn secret(&self, tenant: TenantId) -> String {
        let text = format!("halligan estate {} {tenant}", self.seed);
        URL_SAFE_NO_PAD.encode(sha256(text.as_bytes()))
    }

    /// A customer's tenant, whole; `None` beyond the last.
    pub fn directory(&self, number: usize) -> Option<Directory> {
        let described = self.tenant(number)?;
        Some(tenant::generate(self, number, &described))
    }

    /// The partner's tenant, whole: it lists its relationships with every customer.
    pub fn partner_directory(&self) -> Directory {
        partner::generate(self)
    }

    /// The number of the customer with this id.
    pub(crate) fn number_of(&self, id: TenantId) -> Option<usize> {
        self.numbers.get(&id).copied()
    }

    /// The number of the customer that a login URL names, by id or initial domain.
    pub(crate) fn number_named(&self, name: &str) -> Option<usize> {
        if let Ok(id) = name.parse() {
            return self.number_of(TenantId(id));
        }
        let (label, _) = name.split_once('.')?;
        let digits = label.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let number: usize = digits.parse().ok()?;
        let tenant = self.tenant(number)?;
        tenant.initial_domain.eq_ignore_ascii_case(name).then_some(number)
    }

    /// The generator of what a customer holds.
    fn random(&self, number: usize) -> Seeded {
        Seeded::nth(self.seed.rotate_left(17), number as u64)
    }
}

fn id_of(seed: u64, number: u64) -> TenantId {
    TenantId(Seeded::nth(seed, number).guid())
}

fn describe(seed: u64, number: u64) -> EstateTenant {
    let mut random = Seeded::nth(seed, number);
    let id = TenantId(random.guid());
    let client_id = AppId(random.guid());
    let first = random.pick(&FIRST).copied().unwrap_or_default();
    let last = random.pick(&LAST).copied().unwrap_or_default();
    let licence = match random.below(100) {
        0..25 => Licence::Free,
        25..70 => Licence::P1,
        _ => Licence::P2,
    };
    let consent = match random.below(100) {
        0..88 => Consent::Granted,
        88..94 => Consent::Partial,
        94..97 => Consent::None,
        _ => Consent::NotRegistered,
    };
    EstateTenant {
        id,
        display_name: format!("{first} {last} {number}"),
        initial_domain: format!("{first}{last}{number}.onmicrosoft.com").to_lowercase(),
        licence,
        client_id,
        consent,
        flaws: flaw::some(&mut random, licence),
    }
}

#[cfg(test)]
mod tests;
