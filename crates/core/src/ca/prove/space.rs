//! The space of sign-ins: eight dimensions with finitely many values, each with a representative
//! that the evaluator can be shown.
//!
//! What a sign-in is for is no dimension: each surface is asked for by itself. Networks and devices
//! are kept apart only as far as the policies that may reach the account tell them apart.

use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::super::control::Setting;
use super::super::cover::{Layout, Region};
use super::super::filter::{Rule, device_classes};
use super::super::network::{self, Range, Scope, classes};
use super::super::sign_in::{
    Client, Country, Flow, InsiderLevel, Network, OsPlatform, Risk, SignIn, Target,
};
use super::super::{Attribute, AttributeValue, Device, Registered, TrustType};
use crate::register::{Environment, Place, Platform, Workstation, WorkstationKind};
use crate::tenant::{Gap, Locations, NamedLocation};

/// The dimensions of a sign-in, in the order of their layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dimension {
    Client,
    Platform,
    SignInRisk,
    UserRisk,
    InsiderRisk,
    Flow,
    Network,
    Device,
}

impl Dimension {
    pub(crate) const ALL: [Self; 8] = [
        Self::Client,
        Self::Platform,
        Self::SignInRisk,
        Self::UserRisk,
        Self::InsiderRisk,
        Self::Flow,
        Self::Network,
        Self::Device,
    ];

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// Networks that no policy tells apart, from one place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NetworkValue {
    /// The place, by its number in the environment.
    pub(crate) place: usize,
    /// One of them.
    pub(crate) network: Network,
    /// Whether each condition on locations matches it.
    pub(crate) matches: Vec<network::Truth>,
}

/// Devices that no policy tells apart, of one workstation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DeviceValue {
    /// The workstation, by its number in the environment.
    pub(crate) workstation: usize,
    /// One of them.
    pub(crate) device: Device,
    /// Whether each rule matches it.
    pub(crate) matches: Vec<bool>,
}

/// The space, as far as some policies tell its points apart.
#[derive(Clone, Debug)]
pub(crate) struct Space {
    pub(crate) layout: Layout,
    pub(crate) networks: Vec<NetworkValue>,
    pub(crate) devices: Vec<DeviceValue>,
}

/// What the space cannot be built for, in words for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unbuildable(pub(crate) String);

impl Space {
    /// The space of an environment under these conditions on locations and rules on devices.
    pub(crate) fn new(
        environment: &Environment,
        conditions: &[&Locations],
        named: Result<&[NamedLocation], &Gap>,
        rules: &[&Rule],
        can_give_position: bool,
    ) -> Result<Self, Unbuildable> {
        let mut networks = Vec::new();
        for (place, declared) in environment.places.iter().enumerate() {
            let scope = scope(declared, can_give_position)?;
            let found = classes(conditions, named, &scope)
                .map_err(|error| Unbuildable(error.to_string()))?;
            networks.extend(found.into_iter().map(|class| NetworkValue {
                place,
                network: class.network,
                matches: class.verdicts,
            }));
        }
        let mut devices = Vec::new();
        for (workstation, declared) in environment.workstations.iter().enumerate() {
            devices.extend(
                device_values(declared, rules)?.into_iter().map(|(device, matches)| DeviceValue {
                    workstation,
                    device,
                    matches,
                }),
            );
        }
        let layout = Layout::new(&[
            Client::ALL.len(),
            OsPlatform::ALL.len(),
            Risk::ALL.len(),
            Risk::ALL.len(),
            InsiderLevel::ALL.len(),
            Flow::ALL.len(),
            networks.len(),
            devices.len(),
        ]);
        Ok(Self { layout, networks, devices })
    }

    /// The regions of the environment for a client, one for each workstation.
    pub(crate) fn regions(&self, environment: &Environment, client: Client) -> Vec<Region> {
        let region = |(number, workstation): (usize, &Workstation)| {
            let mut region = self.layout.whole();
            self.keep(&mut region, Dimension::Client, |at| Client::ALL.get(at) == Some(&client));
            self.keep(&mut region, Dimension::Flow, |at| match Flow::ALL.get(at) {
                Some(Flow::None) => true,
                Some(Flow::DeviceCode) => {
                    environment.device_code && client == Client::MobileAppsAndDesktopClients
                }
                _ => false,
            });
            self.keep(&mut region, Dimension::Platform, |at| {
                OsPlatform::ALL.get(at).is_some_and(|one| has_platform(workstation, *one))
            });
            self.keep(&mut region, Dimension::Device, |at| {
                self.devices.get(at).is_some_and(|one| one.workstation == number)
            });
            region
        };
        environment.workstations.iter().enumerate().map(region).collect()
    }

    /// Makes a region hold exactly the values of a dimension that `is_kept` names.
    pub(crate) fn keep(
        &self,
        region: &mut Region,
        dimension: Dimension,
        is_kept: impl Fn(usize) -> bool,
    ) {
        self.layout.keep(region, dimension.index(), is_kept);
    }

    /// The plainest sign-in of a region, for a target; `None` for an empty region.
    pub(crate) fn sign_in(&self, region: &Region, target: &Target) -> Option<SignIn> {
        let value = |dimension: Dimension| self.values(region, dimension).next();
        Some(SignIn {
            target: target.clone(),
            client: *Client::ALL.get(value(Dimension::Client)?)?,
            platform: *OsPlatform::ALL.get(value(Dimension::Platform)?)?,
            network: self.networks.get(value(Dimension::Network)?)?.network.clone(),
            device: self.devices.get(value(Dimension::Device)?)?.device.clone(),
            sign_in_risk: *Risk::ALL.get(value(Dimension::SignInRisk)?)?,
            user_risk: *Risk::ALL.get(value(Dimension::UserRisk)?)?,
            insider_risk: *InsiderLevel::ALL.get(value(Dimension::InsiderRisk)?)?,
            flow: *Flow::ALL.get(value(Dimension::Flow)?)?,
        })
    }

    /// The values of a dimension that a region holds.
    pub(crate) fn values<'a>(
        &'a self,
        region: &'a Region,
        dimension: Dimension,
    ) -> impl Iterator<Item = usize> + 'a {
        self.layout.values(region, dimension.index())
    }

    /// What bears on controls, for a client, a flow and a device.
    pub(crate) fn setting(client: Client, flow: Flow, device: &Device) -> Setting {
        Setting {
            is_modern: client.is_modern(),
            is_device_code: flow == Flow::DeviceCode,
            is_registered: *device != Device::Unregistered,
            is_compliant: device.is_compliant(),
            is_hybrid_joined: device.is_hybrid_joined(),
        }
    }
}

fn has_platform(workstation: &Workstation, platform: OsPlatform) -> bool {
    workstation.platforms.is_empty()
        || workstation.platforms.iter().any(|one| {
            platform
                == match one {
                    Platform::Android => OsPlatform::Android,
                    Platform::Ios => OsPlatform::Ios,
                    Platform::Windows => OsPlatform::Windows,
                    Platform::MacOs => OsPlatform::MacOs,
                    Platform::Linux => OsPlatform::Linux,
                }
        })
}

fn scope(place: &Place, can_give_position: bool) -> Result<Scope, Unbuildable> {
    let addresses = match place.addresses.is_empty() {
        true => None,
        false => {
            let ranges = place
                .addresses
                .iter()
                .map(|text| Range::parse(text).map_err(|error| Unbuildable(error.to_string())));
            Some(ranges.collect::<Result<Vec<_>, _>>()?)
        }
    };
    let countries = match place.countries.is_empty() {
        true => None,
        false => {
            let codes = place
                .countries
                .iter()
                .map(|text| Country::written(text).map_err(|error| Unbuildable(error.to_string())));
            Some(codes.collect::<Result<Vec<_>, _>>()?)
        }
    };
    let compliant = Some(place.compliant_network);
    Ok(Scope { addresses, countries, compliant, gives_position: can_give_position })
}

/// The devices that a workstation may be, as far as rules tell them apart.
fn device_values(
    workstation: &Workstation,
    rules: &[&Rule],
) -> Result<Vec<(Device, Vec<bool>)>, Unbuildable> {
    let (compliant, trust) = match workstation.kind {
        WorkstationKind::Unmanaged => {
            let device = Device::Unregistered;
            let matches = rules.iter().map(|rule| rule.matches(&device)).collect();
            return Ok(vec![(device, matches)]);
        }
        WorkstationKind::Registered => (false, None),
        WorkstationKind::Compliant => (true, None),
        WorkstationKind::HybridJoined => (false, Some(TrustType::ServerAd)),
        WorkstationKind::CompliantAndHybridJoined => (true, Some(TrustType::ServerAd)),
    };
    let mut fixed = Registered::new().with_compliance(compliant);
    if let Some(trust) = trust {
        fixed = fixed.with_trust(trust);
    }
    for (name, value) in &workstation.attributes {
        let attribute = Attribute::from_graph(name)
            .ok_or_else(|| Unbuildable(alloc::format!("a device has no attribute `{name}`")))?;
        fixed = fixed
            .with(attribute, AttributeValue::Text(value.clone()))
            .map_err(|error| Unbuildable(error.to_string()))?;
    }
    let found = device_classes(rules, &fixed).map_err(|error| Unbuildable(error.to_string()))?;
    // Hybrid joined is what the kind says, and a workstation of another kind is not.
    let wants_hybrid = trust.is_some();
    let kept = found.into_iter().filter(|class| class.is_hybrid_joined == wants_hybrid);
    Ok(kept.map(|class| (class.device, class.matches)).collect())
}
