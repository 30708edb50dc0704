//! The figures of the issue `Prove`: how long a proof takes.

use std::fmt::Write as _;

use halligan_core::ca::{
    Credential, CredentialKind, Enforcing, Question, Standing, Usable, cuts, prove,
};
use halligan_core::id::{GroupId, Guid, UserId};
use halligan_core::register::{Environment, Place, Target, Workstation, WorkstationKind};
use halligan_core::tenant::{GapReason, NamedLocation, Part, Policy, Snapshot, Source};
use halligan_core::time::Timestamp;
use halligan_wire::{Page, read_page};

use super::measure::work;
use super::{Goal, Row};

const GROUP: GroupId = GroupId::from_u128(0xe6e6);
const ACCOUNT: UserId = UserId::from_u128(0xa1fa);
const AAGUID: Guid = Guid::from_u128(0xaa9d);

/// How often a piece of work of microseconds is done in one run.
const TIMES: usize = 100;

/// Measures every row.
pub(super) fn measure() -> Result<Vec<Row>, String> {
    let hit = Tenant::new(250, 1, Excluded::Never)?;
    let excluded = Tenant::new(250, 2, Excluded::Always)?;
    let large = Tenant::new(5_000, 3, Excluded::Never)?;
    let adversarial = Tenant::adversarial(5_000, 4)?;
    let standing = standing(2);
    let many = standing_of_many();
    let estate: Vec<(String, Tenant)> = (0..1_000)
        .map(|tenant| {
            let policies = 30 + tenant % 31;
            let excluded = if tenant % 10 == 0 { Excluded::Sometimes } else { Excluded::Always };
            let text = policies_text(policies, 1_000 + tenant as u64, excluded);
            Tenant::read(&text).map(|read| (text, read))
        })
        .collect::<Result<_, _>>()?;
    let times = |tenant: &Tenant| {
        let mut sample = work(|| {
            for _ in 0..TIMES {
                std::hint::black_box(tenant.proves(&standing));
            }
        });
        sample.cpu_ms = sample.cpu_ms.map(|ms| ms / TIMES as f64);
        sample.wall_ms /= TIMES as f64;
        sample
    };
    Ok(vec![
        Row {
            name: "P1 and P2, one account that 250 policies exclude",
            goal: Goal::Must(1.0),
            figure: Ok(times(&excluded)),
        },
        Row {
            name: "P1 and P2, one account that 250 policies hit",
            goal: Goal::Must(1.0),
            figure: Ok(times(&hit)),
        },
        Row {
            name: "the same with a verdict and a certificate for every policy",
            goal: Goal::Calibration,
            figure: Ok(work(|| prove(hit.question(&standing, Enforcing::AsIs)).is_ok())),
        },
        Row {
            name: "P1 and P2, 5,000 policies that hit",
            goal: Goal::Must(10.0),
            figure: Ok(work(|| large.proves(&standing))),
        },
        Row {
            name: "P1 and P2, 5,000 adversarial boxes",
            goal: Goal::Must(300.0),
            figure: Ok(work(|| adversarial.proves(&standing))),
        },
        Row {
            name: "P3, 30 failures up to triples, 250 policies",
            goal: Goal::Must(100.0),
            figure: Ok(work(|| {
                let one = hit.of_many();
                cuts(&[one.question(&many, Enforcing::AsIs)]).is_ok()
            })),
        },
        Row {
            name: "1,000 tenants × 2 accounts, 30 to 60 policies, parsed",
            goal: Goal::Must(5_000.0),
            figure: Ok(work(|| {
                estate
                    .iter()
                    .filter(|(_, one)| one.proves(&standing) && one.proves(&standing))
                    .count()
            })),
        },
        Row {
            name: "the same with parsing",
            goal: Goal::Calibration,
            figure: Ok(work(|| {
                let read = estate.iter().map(|(text, _)| Tenant::read(text));
                read.flatten().filter(|one| one.proves(&standing) && one.proves(&standing)).count()
            })),
        },
        Row {
            name: "parse 5,000 such policies",
            goal: Goal::Must(100.0),
            figure: {
                let text = policies_text(5_000, 3, Excluded::Never);
                Ok(work(|| read_page::<Policy>(text.as_bytes()).is_ok()))
            },
        },
        Row {
            name: "the same bytes into `serde_json::Value`",
            goal: Goal::Calibration,
            figure: {
                let text = policies_text(5_000, 3, Excluded::Never);
                Ok(work(|| serde_json::from_str::<serde_json::Value>(&text).is_ok()))
            },
        },
    ])
}

/// A tenant whose policies are the question.
struct Tenant {
    snapshot: Snapshot,
    environment: Environment,
}

/// Whether the policies exclude the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Excluded {
    Always,
    /// All but one in eight.
    Sometimes,
    Never,
}

impl Tenant {
    fn new(policies: usize, seed: u64, excluded: Excluded) -> Result<Self, String> {
        Self::read(&policies_text(policies, seed, excluded))
    }

    /// Random boxes of three to five conditions each, which no sign-in escapes easily.
    fn adversarial(policies: usize, seed: u64) -> Result<Self, String> {
        let mut dice = Dice(seed);
        let mut text = String::from("{\"value\":[\n");
        for number in 0..policies {
            let end = if number + 1 == policies { "\n]}" } else { ",\n" };
            let _ = write!(text, "{}{end}", adversarial(number, &mut dice));
        }
        Self::read(&text)
    }

    fn read(policies: &str) -> Result<Self, String> {
        let now = now();
        let source = Source::Graph { endpoint: "https://graph.microsoft.com".into() };
        let mut snapshot = Snapshot::unread(now, source, &GapReason::NotInSource);
        let page: Page<Policy> =
            read_page(policies.as_bytes()).map_err(|error| format!("policies: {error}"))?;
        let page_of_locations: Page<NamedLocation> =
            read_page(LOCATIONS.as_bytes()).map_err(|error| format!("locations: {error}"))?;
        snapshot.policies = Part::Read { at: now, value: page.items };
        snapshot.locations = Part::Read { at: now, value: page_of_locations.items };
        snapshot.strengths = Part::Read { at: now, value: Vec::new() };
        snapshot.protected_actions = Part::Read { at: now, value: Vec::new() };
        Ok(Self { snapshot, environment: Environment::default() })
    }

    fn question<'a>(&'a self, standing: &'a Standing, enforcing: Enforcing) -> Question<'a> {
        Question {
            snapshot: &self.snapshot,
            policies: self.snapshot.policies.value().map(Vec::as_slice).unwrap_or_default(),
            standing,
            environment: &self.environment,
            now: now(),
            enforcing,
        }
    }

    fn proves(&self, standing: &Standing) -> bool {
        halligan_core::ca::decide(self.question(standing, Enforcing::AsIs)).is_ok()
    }

    /// The same tenant with ten workstations and ten places, each of which may fail.
    fn of_many(&self) -> Self {
        let workstation = |number: usize| Workstation {
            name: format!("workstation {number}"),
            kind: WorkstationKind::Unmanaged,
            platforms: Vec::new(),
            attributes: std::collections::BTreeMap::new(),
        };
        let place = |number: usize| Place {
            name: format!("place {number}"),
            addresses: vec![format!("198.51.{number}.0/24")],
            countries: Vec::new(),
            compliant_network: false,
        };
        let environment = Environment {
            workstations: (0..10).map(workstation).collect(),
            places: (0..10).map(place).collect(),
            targets: vec![Target::EntraAdminCenter],
            device_code: false,
        };
        Self { snapshot: self.snapshot.clone(), environment }
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(1_795_305_600).unwrap_or_default()
}

fn credential(kind: CredentialKind, aaguid: Option<Guid>) -> Credential {
    let name = kind.title().to_owned();
    Credential { kind, method: None, aaguid, name, use_at_sign_in: Usable::Yes }
}

fn standing(keys: usize) -> Standing {
    let keys = (0..keys).map(|_| credential(CredentialKind::Passkey, Some(AAGUID)));
    let all = keys.chain([credential(CredentialKind::Password, None)]).collect();
    Standing::supposed(ACCOUNT, [GROUP], Ok(all))
}

/// An account whose credentials, with ten workstations and ten places, make about 30 failures.
fn standing_of_many() -> Standing {
    let model = |number: u128| Some(Guid::from_u128(number));
    let all = vec![
        credential(CredentialKind::Passkey, model(1)),
        credential(CredentialKind::Passkey, model(2)),
        credential(CredentialKind::CertificateMultiFactor, None),
        credential(CredentialKind::AuthenticatorPush, None),
        credential(CredentialKind::Password, None),
    ];
    Standing::supposed(ACCOUNT, [GROUP], Ok(all))
}

fn policies_text(count: usize, seed: u64, excluded: Excluded) -> String {
    let mut dice = Dice(seed);
    let mut text = String::from("{\"value\":[\n");
    for number in 0..count {
        let end = if number + 1 == count { "\n]}" } else { ",\n" };
        let is_excluded = match excluded {
            Excluded::Always => true,
            Excluded::Sometimes => dice.below(8) != 0,
            Excluded::Never => false,
        };
        let _ = write!(text, "{}{end}", policy(number, is_excluded, &mut dice));
    }
    text
}

/// A seeded die: the same tenants in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        // xorshift64* of Vigna.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices.get(self.below(choices.len() as u64) as usize).copied().unwrap_or_default()
    }

    fn some(&mut self, all: &[&str]) -> String {
        let mut some: Vec<&str> = all.iter().copied().filter(|_| self.below(2) == 0).collect();
        if some.is_empty() {
            some.push(self.of(all));
        }
        some.join(", ")
    }
}

const LOCATION: &str = "00000000-0000-4000-8000-00000000000";
const COUNTRY: &str = "00000000-0000-4000-8000-00000000001";

const LOCATIONS: &str = r##"{"value":[
{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"00000000-0000-4000-8000-000000000001",
"displayName":"a","isTrusted":true,"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange",
"cidrAddress":"203.0.113.0/24"}]},
{"@odata.type":"#microsoft.graph.ipNamedLocation","id":"00000000-0000-4000-8000-000000000002",
"displayName":"b","isTrusted":false,
"ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange",
"cidrAddress":"198.51.0.0/20"},{"@odata.type":"#microsoft.graph.iPv6CidrRange",
"cidrAddress":"2001:db8::/32"}]},
{"@odata.type":"#microsoft.graph.countryNamedLocation",
"id":"00000000-0000-4000-8000-000000000011","displayName":"c","countriesAndRegions":["KP",
"IR"],"includeUnknownCountriesAndRegions":true,"countryLookupMethod":"clientIpAddress"},
{"@odata.type":"#microsoft.graph.countryNamedLocation",
"id":"00000000-0000-4000-8000-000000000012","displayName":"d","countriesAndRegions":["GB","IE",
"NL"],"includeUnknownCountriesAndRegions":false,"countryLookupMethod":"clientIpAddress"}
]}"##;

/// A policy of the kinds that tenants have, one in three of them with a condition.
fn policy(number: usize, is_excluded: bool, dice: &mut Dice) -> String {
    let group = format!("\"{GROUP}\"");
    let excluded = if is_excluded { group.as_str() } else { "" };
    let applications = dice.of(&[
        "\"All\"",
        "\"All\"",
        "\"Office365\"",
        "\"MicrosoftAdminPortals\"",
        "\"797f4846-ba00-4fd7-ba43-dac1f8f63013\"",
    ]);
    let locations = match dice.below(6) {
        0 => r#"{"includeLocations":["All"],"excludeLocations":["AllTrusted"]}"#.to_owned(),
        1 => format!(r#"{{"includeLocations":["{COUNTRY}1"],"excludeLocations":[]}}"#),
        2 => format!(r#"{{"includeLocations":["All"],"excludeLocations":["{LOCATION}2"]}}"#),
        _ => "null".to_owned(),
    };
    let platforms = match dice.below(5) {
        0 => r#"{"includePlatforms":["all"],"excludePlatforms":["windows","macOS"]}"#,
        1 => r#"{"includePlatforms":["android","iOS"],"excludePlatforms":[]}"#,
        _ => "null",
    };
    let clients = dice.of(&[
        "\"all\"",
        "\"all\"",
        "\"browser\"",
        "\"browser\", \"mobileAppsAndDesktopClients\"",
        "\"exchangeActiveSync\", \"other\"",
    ]);
    let risk = dice.of(&["", "", "", "\"high\"", "\"high\", \"medium\""]);
    let device = match dice.below(6) {
        0 => r#"{"deviceFilter":{"mode":"exclude","rule":"device.isCompliant -eq True"}}"#,
        1 => r#"{"deviceFilter":{"mode":"include","rule":"device.trustType -ne \"ServerAD\""}}"#,
        _ => "null",
    };
    let grant = dice.of(&["\"mfa\"", "\"mfa\"", "\"block\"", "\"compliantDevice\", \"mfa\""]);
    format!(
        r#"{{"id":"{number:08x}-0000-4000-8000-000000000000","displayName":"policy {number}",
"state":"enabled","conditions":{{"userRiskLevels":[],"signInRiskLevels":[{risk}],
"clientAppTypes":[{clients}],"platforms":{platforms},"locations":{locations},
"devices":{device},"applications":{{"includeApplications":[{applications}],
"excludeApplications":[],"includeUserActions":[]}},"users":{{"includeUsers":["All"],
"excludeUsers":[],"includeGroups":[],"excludeGroups":[{excluded}],"includeRoles":[],
"excludeRoles":[]}}}},"grantControls":{{"operator":"OR","builtInControls":[{grant}],
"customAuthenticationFactors":[],"termsOfUse":[]}},"sessionControls":null}}"#
    )
}

/// A block with three to five conditions, each of half of the values.
fn adversarial(number: usize, dice: &mut Dice) -> String {
    const RISKS: [&str; 4] = ["\"none\"", "\"low\"", "\"medium\"", "\"high\""];
    const PLATFORMS: [&str; 6] =
        ["\"android\"", "\"iOS\"", "\"windows\"", "\"macOS\"", "\"linux\"", "\"windowsPhone\""];
    let bound = 3 + dice.below(3);
    let mut picks = [0_u64, 1, 2, 3, 4];
    for place in (1..picks.len()).rev() {
        picks.swap(place, dice.below(place as u64 + 1) as usize);
    }
    let has = |dimension: u64| picks.iter().take(bound as usize).any(|one| *one == dimension);
    let sign_in_risk = if has(0) { dice.some(&RISKS) } else { String::new() };
    let user_risk = if has(1) { dice.some(&RISKS) } else { String::new() };
    let insider = match has(2) {
        true => dice.some(&["\"minor\"", "\"moderate\"", "\"elevated\""]),
        false => String::new(),
    };
    let platforms = match has(3) {
        true => match dice.below(2) {
            0 => format!(
                r#"{{"includePlatforms":[{}],"excludePlatforms":[]}}"#,
                dice.some(&PLATFORMS)
            ),
            _ => format!(
                r#"{{"includePlatforms":["all"],"excludePlatforms":[{}]}}"#,
                dice.some(&PLATFORMS)
            ),
        },
        false => "null".to_owned(),
    };
    let locations = match has(4) {
        true => {
            let all = [
                "\"AllTrusted\"".to_owned(),
                format!("\"{LOCATION}2\""),
                format!("\"{COUNTRY}1\""),
                format!("\"{COUNTRY}2\""),
            ];
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            match dice.below(2) {
                0 => {
                    format!(r#"{{"includeLocations":[{}],"excludeLocations":[]}}"#, dice.some(&all))
                }
                _ => format!(
                    r#"{{"includeLocations":["All"],"excludeLocations":[{}]}}"#,
                    dice.some(&all)
                ),
            }
        }
        false => "null".to_owned(),
    };
    format!(
        r#"{{"id":"{number:08x}-0000-4000-8000-000000000000","displayName":"box {number}",
"state":"enabled","conditions":{{"userRiskLevels":[{user_risk}],
"signInRiskLevels":[{sign_in_risk}],"insiderRiskLevels":[{insider}],"clientAppTypes":["all"],
"platforms":{platforms},"locations":{locations},"applications":{{"includeApplications":["All"],
"excludeApplications":[],"includeUserActions":[]}},"users":{{"includeUsers":["All"],
"excludeUsers":[],"includeGroups":[],"excludeGroups":[],"includeRoles":[],
"excludeRoles":[]}}}},"grantControls":{{"operator":"OR","builtInControls":["block"],
"customAuthenticationFactors":[],"termsOfUse":[]}},"sessionControls":null}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::ca::Verdict;

    #[test]
    fn the_tenants_of_the_figures_are_what_they_are_called() {
        let standing = standing(2);
        let verdict =
            |tenant: &Tenant| prove(tenant.question(&standing, Enforcing::AsIs)).unwrap().verdict();
        assert_eq!(verdict(&Tenant::new(40, 2, Excluded::Always).unwrap()), Verdict::Proved);
        assert_ne!(verdict(&Tenant::new(40, 1, Excluded::Never).unwrap()), Verdict::Proved);
        assert_ne!(verdict(&Tenant::adversarial(60, 4).unwrap()), Verdict::Proved);
        let tenant = Tenant::new(40, 1, Excluded::Never).unwrap();
        let policies = tenant.snapshot.policies.value().unwrap();
        assert!(policies.iter().all(|policy| policy.unknown.is_empty()));
    }
}
