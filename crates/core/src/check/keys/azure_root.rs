//! HG-KEYS-20: the owners reach the root of Azure.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::check::controls::{iso, nist};
use crate::check::sample::policy;
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::register::Target;
use crate::tenant::{GrantControl, PartKind};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-KEYS-20",
    title: "Some account reaches Azure, to take charge of every subscription",
    family: Family::Keys,
    severity: Severity::Medium,
    why: "A Global Administrator who gets into Azure can take User Access Administrator at its \
          root, and from there every subscription, key vault and backup. Without a way into Azure \
          the directory is repaired and the rest is not.",
    reads: &[PartKind::Policies, PartKind::AccountMethods],
    controls: &[nist("CP-2"), nist("CP-10"), iso("A.5.29")],
    remedy: Remedy {
        action: "Let an account into the Azure portal or Azure Resource Manager (`halligan prove` \
                 says what stands in the way), and try elevated access in a drill",
        portal: "Entra admin center > Entra ID > Overview > Properties > Access management for \
                 Azure resources",
        graph: "POST https://management.azure.com/providers/Microsoft.Authorization/elevateAccess\
                ?api-version=2016-07-01",
    },
    sources: &[Link {
        title: "Elevate access to manage all Azure subscriptions and management groups",
        url: "https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin",
    }],
    judge,
    samples: &[
        Sample::pass("both accounts get in", |_| {}),
        Sample::pass("one of them does", |case| {
            case.user(crate::check::sample::ALPHA, |user| user.account_enabled = Some(false));
        }),
        Sample::not_applicable("Azure is not among the targets", |case| {
            case.register.environment.targets = vec![Target::GraphPowerShell];
        }),
        Sample::fail("a policy blocks both", |case| {
            let mut block = policy("block", GrantControl::Block);
            if let Some(users) = &mut block.conditions.users {
                users.exclude_groups.clear();
            }
            case.add_policy(block);
        }),
        Sample::gap("policies cannot be read", |case| {
            let gap = crate::check::Case::denied(PartKind::Policies);
            case.snapshot.policies = crate::tenant::Part::Gap(gap);
        }),
    ],
};

/// Where elevated access is taken.
const AZURE: [Target; 2] = [Target::AzurePortal, Target::AzureResourceManager];

fn judge(context: &Context<'_>) -> Judgement {
    let targets = &context.register.environment.targets;
    if !AZURE.iter().any(|target| targets.contains(target)) {
        return Judgement::NotApplicable("the register's targets leave Azure out".into());
    }
    let mut ways: Vec<String> = Vec::new();
    let mut unknown: Vec<Statement> = Vec::new();
    for account in &context.accounts {
        let proof = match context.proof(account) {
            Some(Ok(proof)) => proof,
            Some(Err(gap)) => {
                unknown.push(Statement::unknown(context.subject(account), &gap));
                continue;
            }
            None => continue,
        };
        let azure = proof.surfaces.iter().filter(|one| AZURE.contains(&one.target));
        for surface in azure {
            if surface.way_in.is_some() {
                ways.push(format!("{} ({})", account.code_name, surface.target.title()));
            }
            let doubts = surface.doubts.iter().map(|(_, doubt)| doubt.as_gap(PartKind::Policies));
            unknown.extend(doubts.map(|gap| Statement::unknown(context.subject(account), &gap)));
        }
    }
    Judgement::Stated(match (ways.first(), unknown.is_empty()) {
        (Some(first), _) => vec![Statement::holds(Subject::Tenant, format!("{first} gets in"))],
        (None, false) => unknown,
        (None, true) => {
            let text = "does not get into Azure by any way, and no other does";
            let broken = |one: &&_| Statement::broken(context.subject(one), text);
            context.accounts.iter().map(broken).collect()
        }
    })
}
