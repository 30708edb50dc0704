//! HG-LOCK-08: no access package can fill the emergency group.

use alloc::format;
use alloc::vec;

use super::group;
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::Case;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::Guid;
use crate::tenant::{CatalogResource, Gap, GapReason, Part, PartKind, Unknown};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-LOCK-08",
    title: "No catalog of access packages holds the emergency group",
    family: Family::Lock,
    severity: Severity::High,
    why: "Whoever manages the catalog can offer the group in an access package: somebody asks, \
          somebody approves, and is exempt from every policy. When a package ends, it takes the \
          accounts out again.",
    reads: &[PartKind::GroupCatalogs],
    controls: &[cis("1.1.2"), nist("AC-2"), mitre("T1098"), iso("A.8.2")],
    remedy: Remedy {
        action: "Remove the group from the catalog and from every access package in it",
        portal: "Entra admin center > ID Governance > Entitlement management > Catalogs > \
                 the catalog > Resources",
        graph: "POST /v1.0/identityGovernance/entitlementManagement/resourceRequests \
                {\"requestType\": \"adminRemove\", \"resource\": {\"id\": \"{object}\"}, …}",
    },
    sources: &[Link {
        title: "Create and manage a catalog of resources in entitlement management",
        url: "https://learn.microsoft.com/entra/id-governance/entitlement-management-catalog-create",
    }],
    judge,
    samples: &[
        Sample::pass("in no catalog", |_| {}),
        Sample::not_applicable("no group is declared", |case| case.register.group = None),
        Sample::not_applicable("no P2", |case| {
            let reason = GapReason::MissingLicence { code: "P2".into() };
            let gap = Gap::new(PartKind::GroupCatalogs, None, reason);
            case.group_read(|read| read.catalogs = Part::Gap(gap));
        }),
        Sample::fail("in a catalog", |case| {
            let at = case.now;
            let resource = CatalogResource {
                id: Guid::from_u128(0xca7),
                display_name: Some("k7 q2".into()),
                origin: None,
                unknown: Unknown::new(),
            };
            case.group_read(|read| read.catalogs = Part::Read { at, value: vec![resource] });
        }),
        Sample::gap("cannot be read", |case| {
            let gap = Case::denied(PartKind::GroupCatalogs);
            case.group_read(|read| read.catalogs = Part::Gap(gap));
        }),
    ],
};

fn judge(context: &Context<'_>) -> Judgement {
    group(context, |read, _| match read.catalogs.value() {
        Err(gap) => vec![Statement::unknown(Subject::Group(read.id), gap)],
        Ok(all) if all.is_empty() => {
            vec![Statement::holds(Subject::Group(read.id), "is in no catalog")]
        }
        Ok(all) => all
            .iter()
            .map(|resource| {
                let subject = Subject::Object {
                    kind: "catalog resource",
                    id: format!("{}", resource.id),
                    name: resource.display_name.clone(),
                };
                let text = format!("lets access packages fill the emergency group {}", read.id);
                Statement::broken(subject, text)
            })
            .collect(),
    })
}
