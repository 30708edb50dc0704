//! The three figures of the issue `Foundation`, each beside its calibration.

use std::env::consts::EXE_SUFFIX;
use std::fmt::Write as _;

use halligan_app::simulated::{Origin, Simulated, Size, Throttling, TwinOptions};
use halligan_core::check;
use halligan_core::register::Register;
use halligan_core::tenant::{Policy, Snapshot};
use halligan_wire::{Page, read_page};

use super::measure::{process, work};
use super::{Goal, Row};
use crate::command;
use crate::repository::Repository;

/// Policies of the parsing figure.
const POLICIES: usize = 5_000;

/// The tenant of the checking figure.
const SIZE: Size = Size { policies: 250, groups: 2_000, role_holders: 500, users: 2_000 };

/// The seed of that tenant: any, and always the same.
const SEED: u64 = 1;

/// Measures every row; an error is a build that fails.
pub(super) fn measure(repository: &Repository) -> Result<Vec<Row>, String> {
    let binary = build(repository)?;
    let policies = policies();
    let page: Result<Page<Policy>, _> = read_page(policies.as_bytes());
    let page = page.map_err(|error| format!("the generated policies: {error}"))?;
    if page.items.len() != POLICIES {
        return Err(format!("{} of {POLICIES} generated policies were read", page.items.len()));
    }
    Ok(vec![
        Row {
            name: "checks over 250 policies, 2,000 groups, 500 role holders",
            goal: Goal::Must(20.0),
            figure: tenant().map(|(register, snapshot)| {
                work(|| check::run(&register, &snapshot, None, snapshot.taken))
            }),
        },
        Row {
            name: "parse 5,000 policies",
            goal: Goal::Must(100.0),
            figure: Ok(work(|| read_page::<Policy>(policies.as_bytes()))),
        },
        Row {
            name: "the same bytes into `serde_json::Value`",
            goal: Goal::Calibration,
            figure: Ok(work(|| serde_json::from_str::<serde_json::Value>(&policies).is_ok())),
        },
        Row {
            name: "memory scan of the same bytes",
            goal: Goal::Calibration,
            figure: Ok(work(|| policies.bytes().filter(|byte| *byte == b'\n').count())),
        },
        Row {
            name: "`halligan --version`",
            goal: Goal::Must(10.0),
            figure: process(&binary, &["--version"]),
        },
        Row { name: "start of `true`", goal: Goal::Calibration, figure: process("true", &[]) },
    ])
}

/// Builds the product as it is released, and gives the path of its binary.
fn build(repository: &Repository) -> Result<String, String> {
    let arguments = ["build", "--quiet", "--release", "-p", "halligan-cli"];
    command::run(&mut repository.command("cargo", &arguments))?;
    let binary = repository.target()?.join(format!("release/halligan{EXE_SUFFIX}"));
    Ok(binary.to_string_lossy().into_owned())
}

/// The register and the snapshot of the generated tenant, read over HTTP as a real one is.
pub(super) fn tenant() -> Result<(Register, Snapshot), String> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    let (register, snapshot) = runtime
        .block_on(async {
            let origin = Origin::Seed(SEED, SIZE);
            let options = TwinOptions { throttling: Throttling::Off, ..TwinOptions::default() };
            let simulated = Simulated::start(&origin, options).await?;
            let register = simulated.register().clone();
            let snapshot = simulated.read(&()).await;
            simulated.stop().await;
            snapshot.map(|snapshot| (register, snapshot))
        })
        .map_err(|error| error.to_string())?;
    let policies = snapshot.policies.value().map_err(|gap| gap.to_string())?.len();
    if policies < SIZE.policies {
        return Err(format!("{policies} of {} generated policies were read", SIZE.policies));
    }
    Ok((register, snapshot))
}

/// A page of policies as Graph writes them, about 1.5 KB each.
fn policies() -> String {
    let mut text = String::from("{\"value\":[\n");
    for number in 0..POLICIES {
        let end = if number + 1 == POLICIES { "\n]}" } else { ",\n" };
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{end}", policy(number));
    }
    text
}

fn policy(number: usize) -> String {
    let id = |kind: usize| format!("{number:08x}-0000-4000-8000-{kind:012x}");
    let list = |from: usize, to: usize| {
        let ids: Vec<_> = (from..to).map(|kind| format!("\"{}\"", id(kind))).collect();
        ids.join(", ")
    };
    // Graph answers without white space between members.
    let compact: String = POLICY.lines().map(str::trim).collect();
    compact
        .replace("@id", &id(0))
        .replace("@number", &number.to_string())
        .replace("@groups", &list(1, 9))
        .replace("@roles", &list(9, 15))
}

/// A policy with what most have; `@` marks what differs.
const POLICY: &str = r#"{
  "id": "@id",
  "templateId": null,
  "displayName": "CA@number - Grant - administrators - all apps - phishing-resistant MFA",
  "createdDateTime": "2026-03-01T09:12:41.7325871Z",
  "modifiedDateTime": null,
  "state": "enabled",
  "sessionControls": {
    "disableResilienceDefaults": null,
    "applicationEnforcedRestrictions": null,
    "cloudAppSecurity": null,
    "persistentBrowser": { "mode": "never", "isEnabled": true },
    "signInFrequency": {
      "value": 4, "type": "hours", "authenticationType": "primaryAndSecondaryAuthentication",
      "frequencyInterval": "timeBased", "isEnabled": true
    }
  },
  "conditions": {
    "userRiskLevels": [], "signInRiskLevels": ["high", "medium"],
    "clientAppTypes": ["browser", "mobileAppsAndDesktopClients"],
    "servicePrincipalRiskLevels": [], "insiderRiskLevels": null,
    "platforms": { "includePlatforms": ["all"], "excludePlatforms": ["android", "iOS"] },
    "locations": { "includeLocations": ["All"], "excludeLocations": ["AllTrusted"] },
    "devices": null, "clientApplications": null,
    "applications": {
      "includeApplications": ["All"], "excludeApplications": [],
      "includeUserActions": [], "includeAuthenticationContextClassReferences": []
    },
    "users": {
      "includeUsers": [], "excludeUsers": [], "includeGroups": [], "excludeGroups": [@groups],
      "includeRoles": [@roles], "excludeRoles": []
    }
  },
  "grantControls": {
    "operator": "OR", "builtInControls": ["mfa"],
    "customAuthenticationFactors": [], "termsOfUse": []
  }
}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generated_policy_is_of_the_promised_size_and_is_read_whole() {
        let text = policy(7);
        assert!((1_400..2_600).contains(&text.len()), "{}", text.len());
        let policy: Policy = halligan_wire::read(text.as_bytes()).unwrap();
        let users = policy.conditions.users.unwrap();
        assert_eq!((users.exclude_groups.len(), users.include_roles.len()), (8, 6));
        assert!(policy.unknown.is_empty(), "{:?}", policy.unknown);
    }
}
