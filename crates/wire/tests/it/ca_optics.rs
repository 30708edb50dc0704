//! The sample sets of caOptics: for every user that a set tells apart, whether no policy applies
//! under any condition, by the evaluator and by a reading of the JSON that knows nothing of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use halligan_core::ca::{
    Client, Device, Flow, Hit, InsiderLevel, Network, OsPlatform, Risk, SignIn, Standing, Target,
    Truth, evaluate,
};
use halligan_core::id::{AppId, GroupId, RoleTemplateId, UserId};
use halligan_core::tenant::{
    Gap, GapReason, LocationKind, LocationRef, NamedLocation, Part, PartKind, Policy, PolicyState,
    Snapshot, Source, Unknown,
};
use halligan_core::time::Timestamp;
use halligan_wire::export::{Item, read_file};
use serde_json::Value;

use crate::shared;

/// A user, as policies can tell it from others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct User {
    id: String,
    group: Option<String>,
    role: Option<String>,
}

/// The address of every named location.
const OFFICE: &str = "203.0.113.1";
/// How many users the sets name: those for whom the tool itself was run, with the same answers.
const NAMED: usize = 412;
/// A user that no policy names.
const NOBODY: &str = "00000000-0000-0000-0000-0000000000ff";

impl User {
    /// Every user that the policies tell apart: each that is named, in no group, in one or with a
    /// role; and one who is named nowhere, the same.
    fn all(policies: &[Value]) -> BTreeSet<Self> {
        let named = |members: [&str; 2]| -> BTreeSet<String> {
            let users = policies.iter().map(|one| &one["conditions"]["users"]);
            let texts = users.flat_map(|users| members.iter().flat_map(|one| texts(&users[*one])));
            texts.filter(|text| text.len() == 36).map(str::to_lowercase).collect()
        };
        let mut ids = named(["includeUsers", "excludeUsers"]);
        ids.insert(NOBODY.into());
        let groups = named(["includeGroups", "excludeGroups"]);
        let roles = named(["includeRoles", "excludeRoles"]);
        let mut all = BTreeSet::new();
        for id in ids {
            let user = Self { id, group: None, role: None };
            all.extend(groups.iter().map(|one| Self { group: Some(one.clone()), ..user.clone() }));
            all.extend(roles.iter().map(|one| Self { role: Some(one.clone()), ..user.clone() }));
            all.insert(user);
        }
        all
    }

    /// What a policy says of the user, read off its JSON: members are never guests here, a list
    /// names everybody or somebody, and an exclusion wins.
    fn is_picked(&self, policy: &Value) -> bool {
        let users = &policy["conditions"]["users"];
        let lists = |user: &str, group: &str, role: &str| {
            let names = |list: &str, id: &Option<String>| {
                let id = id.as_deref();
                texts(&users[list]).any(|one| id.is_some_and(|id| one.eq_ignore_ascii_case(id)))
            };
            let id = Some(self.id.clone());
            texts(&users[user]).any(|one| one == "All")
                || names(user, &id)
                || names(group, &self.group)
                || names(role, &self.role)
        };
        lists("includeUsers", "includeGroups", "includeRoles")
            && !lists("excludeUsers", "excludeGroups", "excludeRoles")
    }

    fn standing(&self) -> Standing {
        let gap = Gap::new(PartKind::AccountMethods, None, GapReason::NotInSource);
        let group = self.group.as_ref().map(|id| id.parse::<GroupId>().unwrap());
        let id: UserId = self.id.parse().unwrap();
        let mut standing = Standing::supposed(id, group, Err(gap));
        standing.roles = self.role.iter().map(|id| id.parse::<RoleTemplateId>().unwrap()).collect();
        standing
    }
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// Whether a policy can apply to anybody at all, read off its JSON: it is on, and aims at something
/// that it does not take out again.
fn can_apply(policy: &Value) -> bool {
    let applications = &policy["conditions"]["applications"];
    let excludes_all = texts(&applications["excludeApplications"]).any(|one| one == "All");
    let members = ["includeApplications", "includeUserActions"];
    let contexts = "includeAuthenticationContextClassReferences";
    let mut aims = members.iter().chain([&contexts]).flat_map(|one| texts(&applications[*one]));
    let excluded: Vec<&str> = texts(&applications["excludeApplications"]).collect();
    policy["state"] == "enabled"
        && !excludes_all
        && aims.any(|one| one != "None" && !excluded.contains(&one))
}

/// Sign-ins for everything that a set names, with every client and platform, on a computer that
/// nobody manages and one that is managed, from every named location and from none. No set asks for
/// a risk or a flow.
fn sign_ins(policies: &[Value]) -> Vec<SignIn> {
    let mut targets: BTreeSet<Target> = BTreeSet::new();
    // Office, the portal, and an application that no policy names.
    let usual = ["00000003-0000-0ff1-ce00-000000000000", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"];
    for applications in policies.iter().map(|one| &one["conditions"]["applications"]) {
        let ids = texts(&applications["includeApplications"]).chain(usual).chain([NOBODY]);
        let ids = ids.filter_map(|one| one.parse::<AppId>().ok());
        targets.extend(ids.map(Target::Resource));
        let actions = texts(&applications["includeUserActions"]);
        targets.extend(actions.map(|one| Target::UserAction(one.to_ascii_lowercase())));
        let contexts = texts(&applications["includeAuthenticationContextClassReferences"]);
        targets.extend(contexts.map(|one| Target::AuthenticationContext(one.to_ascii_lowercase())));
    }
    let network = |address: &str| Network {
        address: address.parse().unwrap(),
        country: None,
        gps: None,
        is_compliant: false,
        is_mfa_trusted: false,
    };
    let networks = [network("192.0.2.1"), network(OFFICE)];
    let managed = halligan_core::ca::Registered::new().with_compliance(true);
    let devices = [Device::Unregistered, Device::Registered(managed)];
    let mut all = Vec::new();
    for target in &targets {
        for client in Client::ALL {
            for platform in OsPlatform::ALL {
                for device in &devices {
                    for network in &networks {
                        all.push(SignIn {
                            target: target.clone(),
                            client: *client,
                            platform: *platform,
                            network: network.clone(),
                            device: device.clone(),
                            sign_in_risk: Risk::None,
                            user_risk: Risk::None,
                            insider_risk: InsiderLevel::None,
                            flow: Flow::None,
                        });
                    }
                }
            }
        }
    }
    all
}

#[test]
fn no_policy_applies_to_whom_the_sets_leave_alone() {
    let Some(root) = shared::folder("ca-policies/jsa2+caOptics") else { return };
    let at = Timestamp::UNIX_EPOCH;
    let mut counts: BTreeMap<bool, usize> = BTreeMap::new();
    let mut named = 0;
    let files = shared::json_files(&root);
    for path in &files {
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = fs::read(path).unwrap();
        let json: Vec<Value> = serde_json::from_slice(&bytes).unwrap();
        let items = read_file(name, &bytes).unwrap().into_iter();
        let policies: Vec<Policy> = items
            .filter_map(|item| match item {
                Item::Policy(policy) => Some(policy),
                _ => None,
            })
            .collect();
        assert_eq!(policies.len(), json.len(), "{name}");
        let mut snapshot = Snapshot::unread(at, Source::Files, &GapReason::NotInSource);
        snapshot.policies = Part::Read { at, value: policies.clone() };
        snapshot.locations = Part::Read { at, value: locations(&policies) };
        let sign_ins = sign_ins(&json);
        for user in User::all(&json) {
            let picked = |one: &&Value| user.is_picked(one) && can_apply(one);
            let by_hand = json.iter().find(picked).is_none();
            assert_eq!(
                left_alone(&snapshot, &policies, &user.standing(), &sign_ins),
                by_hand,
                "{name}: {user:?}"
            );
            *counts.entry(by_hand).or_default() += 1;
            let is_alone = user.group.is_none() && user.role.is_none();
            named += usize::from(is_alone && user.id != NOBODY);
        }
    }
    println!("{} sets, users left alone by all policies: {counts:?}", files.len());
    assert_eq!(files.len(), 12);
    assert_eq!(named, NAMED);
    assert_eq!(counts.len(), 2, "{counts:?}");
}

/// Every named location that a set names, as the same office: the sets do not bring theirs along.
fn locations(policies: &[Policy]) -> Vec<NamedLocation> {
    let named = policies.iter().filter_map(|one| one.conditions.locations.as_ref());
    let refs = named.flat_map(|one| one.include.iter().chain(&one.exclude));
    let ids: BTreeSet<_> = refs
        .filter_map(|one| match one {
            LocationRef::Id(id) => Some(id.clone()),
            _ => None,
        })
        .collect();
    let location = |id| NamedLocation {
        id,
        display_name: "office".into(),
        kind: LocationKind::Ip { is_trusted: true, ranges: vec![format!("{OFFICE}/32")] },
        unknown: Unknown::new(),
    };
    ids.into_iter().map(location).collect()
}

/// Whether no enabled policy applies to any of the sign-ins.
fn left_alone(
    snapshot: &Snapshot,
    policies: &[Policy],
    standing: &Standing,
    sign_ins: &[SignIn],
) -> bool {
    let enabled = policies.iter().filter(|one| one.state == PolicyState::Enabled);
    let hitting: Vec<Policy> =
        enabled.filter(|one| !matches!(standing.hit(one), Hit::No(_))).cloned().collect();
    !sign_ins.iter().any(|sign_in| {
        let results = evaluate(snapshot, &hitting, standing, sign_in);
        results.iter().any(|one| one.applies() == Truth::Yes)
    })
}
