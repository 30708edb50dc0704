//! The tenants behind one address: a single one, or an estate of which few are in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use halligan_core::id::TenantId;

use crate::directory::Directory;
use crate::estate::{ESTATE_TENANTS_IN_MEMORY, Estate};
use crate::serve::lock;

/// One tenant, for as long as anybody asks it.
#[derive(Debug)]
pub(crate) struct Tenant(RwLock<Directory>);

impl Tenant {
    fn new(directory: Directory) -> Arc<Self> {
        Arc::new(Self(RwLock::new(directory)))
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Directory> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, Directory> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every tenant that a twin answers for.
#[derive(Debug)]
pub(crate) enum Tenants {
    One(Arc<Tenant>),
    Many(Box<Many>),
}

/// An estate: the partner's tenant, made once, and the customers that were used last.
#[derive(Debug)]
pub(crate) struct Many {
    estate: Estate,
    partner: OnceLock<Arc<Tenant>>,
    recent: Mutex<Recent>,
}

/// Tenants by number, each with the turn in which it was used last.
#[derive(Debug, Default)]
struct Recent {
    tenants: BTreeMap<usize, (Arc<Tenant>, u64)>,
    turn: u64,
}

impl Tenants {
    pub(crate) fn one(directory: Directory) -> Self {
        Self::One(Tenant::new(directory))
    }

    pub(crate) fn many(estate: Estate) -> Self {
        Self::Many(Box::new(Many {
            estate,
            partner: OnceLock::new(),
            recent: Mutex::new(Recent::default()),
        }))
    }

    /// The only tenant; the partner's, in an estate.
    pub(crate) fn home(&self) -> Arc<Tenant> {
        match self {
            Self::One(tenant) => Arc::clone(tenant),
            Self::Many(many) => many.partner(),
        }
    }

    /// The tenant that a login URL names. Where there is none, the home tenant: it knows that it
    /// is not meant.
    pub(crate) fn named(&self, name: &str) -> Arc<Tenant> {
        match self {
            Self::One(tenant) => Arc::clone(tenant),
            Self::Many(many) => {
                let number = many.estate.number_named(name);
                number.and_then(|number| many.customer(number)).unwrap_or_else(|| many.partner())
            }
        }
    }

    /// The tenant for which a token was issued.
    pub(crate) fn of(&self, id: TenantId) -> Option<Arc<Tenant>> {
        match self {
            Self::One(tenant) => Some(Arc::clone(tenant)),
            Self::Many(many) if many.estate.partner().id == id => Some(many.partner()),
            Self::Many(many) => many.customer(many.estate.number_of(id)?),
        }
    }

    /// How many customers are in memory; 0 without an estate.
    pub(crate) fn in_memory(&self) -> usize {
        match self {
            Self::One(_) => 0,
            Self::Many(many) => lock(&many.recent).tenants.len(),
        }
    }
}

impl Many {
    fn partner(&self) -> Arc<Tenant> {
        let made = self.partner.get_or_init(|| Tenant::new(self.estate.partner_directory()));
        Arc::clone(made)
    }

    /// A customer, from memory or made anew. It is made outside the lock, so that one that is
    /// being made holds up nobody; made twice, the first one stays.
    fn customer(&self, number: usize) -> Option<Arc<Tenant>> {
        if let Some(tenant) = lock(&self.recent).touch(number) {
            return Some(tenant);
        }
        let made = Tenant::new(self.estate.directory(number)?);
        Some(lock(&self.recent).keep(number, made))
    }
}

impl Recent {
    fn touch(&mut self, number: usize) -> Option<Arc<Tenant>> {
        self.turn += 1;
        let (tenant, used) = self.tenants.get_mut(&number)?;
        *used = self.turn;
        Some(Arc::clone(tenant))
    }

    fn keep(&mut self, number: usize, made: Arc<Tenant>) -> Arc<Tenant> {
        if let Some(tenant) = self.touch(number) {
            return tenant;
        }
        if self.tenants.len() >= ESTATE_TENANTS_IN_MEMORY {
            let oldest = self.tenants.iter().min_by_key(|(_, (_, used))| *used);
            if let Some(oldest) = oldest.map(|(number, _)| *number) {
                self.tenants.remove(&oldest);
            }
        }
        self.tenants.insert(number, (Arc::clone(&made), self.turn));
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tenant_used_last_stays_and_the_one_used_first_goes() {
        let as_of = "2026-11-22T00:00:00Z".parse().unwrap();
        let tenants = ESTATE_TENANTS_IN_MEMORY + 2;
        let estate = Estate::new(7, tenants, as_of).unwrap();
        let many = Tenants::many(estate.clone());
        let ask = |number: usize| many.of(estate.tenant(number).unwrap().id).unwrap();
        let (first, second) = (ask(0), ask(1));
        for number in 2..ESTATE_TENANTS_IN_MEMORY {
            ask(number);
        }
        assert!(Arc::ptr_eq(&ask(0), &first));
        ask(ESTATE_TENANTS_IN_MEMORY);
        assert_eq!(many.in_memory(), ESTATE_TENANTS_IN_MEMORY);
        assert!(Arc::ptr_eq(&ask(0), &first));
        // Gone, and the same when it comes back.
        let back = ask(1);
        assert!(!Arc::ptr_eq(&back, &second));
        assert_eq!(*back.read(), *second.read());
    }
}
