//! Where policies fail an account: what their demands come to with what it holds.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::super::Device;
use super::super::control::{Losses, Purse, Setting, met};
use super::super::cover::{Layout, Region, Zone};
use super::super::sign_in::{Client, Flow};
use super::model::{Model, Reach};
use super::space::{Dimension, Space};
use super::terms::Demands;

/// The boxes in which policies fail the account, after some losses.
#[derive(Debug)]
pub(crate) struct Failing {
    pub(super) losses: Losses,
    /// In the order of the policies; those that fail it nowhere are left out.
    pub(super) policies: Vec<Fails>,
    /// All boxes, one after the other.
    pub(super) boxes: Vec<Region>,
    /// The box of everything; of devices that are registered, and of those that are not.
    pub(super) whole: Vec<Region>,
    registered: Vec<Region>,
    unregistered: Vec<Region>,
}

/// Where one policy fails the account, as ranges of boxes.
#[derive(Debug)]
pub(super) struct Fails {
    /// The policy, by its place in the list.
    pub(super) place: usize,
    pub(super) state: usize,
    /// Whether the user part is certain.
    pub(super) is_certain: bool,
    pub(super) applications: usize,
    pub(super) certain: Range<usize>,
    pub(super) possible: Range<usize>,
    /// Because of a position that cannot be given.
    pub(super) position: Option<(Range<usize>, Range<usize>)>,
}

impl Model<'_> {
    /// Where each policy fails the account after some losses, whether or not it is enforced.
    pub(crate) fn failing(&self, losses: Losses) -> Failing {
        let purse = self.purse(losses);
        let unmet: Vec<Vec<Zone>> = self.demands.iter().map(|one| self.unmet(one, purse)).collect();
        let [registered, unregistered] = [true, false].map(|is| self.devices(is));
        let whole = vec![self.space.layout.whole()];
        let mut failing = Failing {
            losses,
            policies: Vec::new(),
            boxes: Vec::new(),
            whole,
            registered,
            unregistered,
        };
        for (place, modelled) in self.modelled.iter().enumerate() {
            let Some(reach) = &modelled.reach else { continue };
            let unmet = unmet.get(reach.demands).map(Vec::as_slice).unwrap_or_default();
            failing.add(place, reach, unmet, purse, &self.space.layout);
        }
        failing
    }

    /// The devices that are registered, or those that are not.
    fn devices(&self, is_registered: bool) -> Vec<Region> {
        let mut region = self.space.layout.whole();
        self.space.keep(&mut region, Dimension::Device, |at| {
            let found = self.space.devices.get(at);
            found.is_some_and(|one| (one.device != Device::Unregistered) == is_registered)
        });
        let is_empty = self.space.layout.is_empty(&region);
        if is_empty { Vec::new() } else { vec![region] }
    }

    /// Where what a policy demands is not met, wherever the policy applies.
    fn unmet(&self, Demands(policy): &Demands<'_>, purse: Purse<'_>) -> Vec<Zone> {
        let mut judged: BTreeMap<Setting, (bool, bool)> = BTreeMap::new();
        let mut judge = |setting: Setting| {
            *judged.entry(setting).or_insert_with(|| {
                let met = met(policy, purse, setting);
                (met.fails(), met.may_fail())
            })
        };
        let mut kinds: Vec<Kind> = Vec::new();
        for client in Client::ALL {
            for flow in Flow::ALL {
                let devices: Vec<(bool, bool)> = self
                    .space
                    .devices
                    .iter()
                    .map(|one| judge(Space::setting(*client, *flow, &one.device)))
                    .collect();
                match kinds.iter_mut().find(|kind| kind.devices == devices) {
                    Some(kind) => kind.pairs.push((*client, *flow)),
                    None => kinds.push(Kind { pairs: vec![(*client, *flow)], devices }),
                }
            }
        }
        let may = |kind: &&Kind| kind.devices.iter().any(|(_, may)| *may);
        kinds.iter().filter(may).flat_map(|kind| self.parts(kind)).collect()
    }

    /// The parts of the space with these clients, flows and failing devices.
    fn parts(&self, kind: &Kind) -> Vec<Zone> {
        let space = &self.space;
        let fails = |at: usize| kind.devices.get(at).is_some_and(|(fails, _)| *fails);
        let may = |at: usize| kind.devices.get(at).is_some_and(|(_, may)| *may);
        let product = |(clients, flows): (Vec<Client>, Vec<Flow>)| {
            let mut base = space.layout.whole();
            space.keep(&mut base, Dimension::Client, |at| {
                Client::ALL.get(at).is_some_and(|one| clients.contains(one))
            });
            space.keep(&mut base, Dimension::Flow, |at| {
                Flow::ALL.get(at).is_some_and(|one| flows.contains(one))
            });
            let mut possible = base.clone();
            space.keep(&mut possible, Dimension::Device, may);
            space.keep(&mut base, Dimension::Device, fails);
            Zone::new(base, possible)
        };
        kind.products().into_iter().map(product).collect()
    }
}

impl Failing {
    /// Notes where a policy fails the account, which reaches it so and demands what is not met
    /// there.
    fn add(
        &mut self,
        place: usize,
        reach: &Reach,
        unmet: &[Zone],
        purse: Purse<'_>,
        layout: &Layout,
    ) {
        let begin = self.boxes.len();
        let within = |reach: &Region, part: &Region| {
            let region = Layout::meet(reach, part);
            (!layout.is_empty(&region)).then_some(region)
        };
        let may = reach.zone.possible();
        self.boxes.extend(unmet.iter().filter_map(|one| within(may, one.possible())));
        let possible = begin..self.boxes.len();
        let certain = if reach.zone.is_sure() && unmet.iter().all(Zone::is_sure) {
            possible.clone()
        } else {
            let does = reach.zone.certain();
            self.boxes.extend(unmet.iter().filter_map(|one| within(does, one.certain())));
            possible.end..self.boxes.len()
        };
        let asking = reach.position.as_deref().filter(|_| !purse.can_give_position());
        let position = asking.map(|asking| {
            let begin = self.boxes.len();
            self.boxes.push(asking.zone.possible().clone());
            let is_certain = asking.is_certain && purse.standing.credentials.is_ok();
            self.boxes.extend(is_certain.then(|| asking.zone.certain().clone()));
            (begin + 1..self.boxes.len(), begin..begin + 1)
        });
        if possible.is_empty() && position.is_none() {
            return;
        }
        let Reach { state, is_certain, applications, .. } = *reach;
        let fails = Fails { place, state, is_certain, applications, certain, possible, position };
        self.policies.push(fails);
    }

    /// The boxes of devices that are not registered, of those that are, both or neither.
    pub(super) fn on_devices(&self, unregistered: bool, registered: bool) -> &[Region] {
        match (unregistered, registered) {
            (true, true) => &self.whole,
            (true, false) => &self.unregistered,
            (false, true) => &self.registered,
            (false, false) => &[],
        }
    }
}

/// Clients and flows that fail on the same devices.
struct Kind {
    pairs: Vec<(Client, Flow)>,
    devices: Vec<(bool, bool)>,
}

impl Kind {
    /// The pairs as products: clients with the same flows together.
    fn products(&self) -> Vec<(Vec<Client>, Vec<Flow>)> {
        let mut products: Vec<(Vec<Client>, Vec<Flow>)> = Vec::new();
        for client in Client::ALL {
            let pairs = self.pairs.iter().filter(|(one, _)| one == client);
            let flows: Vec<Flow> = pairs.map(|(_, flow)| *flow).collect();
            if flows.is_empty() {
                continue;
            }
            match products.iter_mut().find(|(_, same)| *same == flows) {
                Some((clients, _)) => clients.push(*client),
                None => products.push((vec![*client], flows)),
            }
        }
        products
    }
}
