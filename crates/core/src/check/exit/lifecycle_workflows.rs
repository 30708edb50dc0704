//! HG-EXIT-15: no lifecycle workflow reaches an account.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::rule::{Match, matches};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{ALPHA, Case};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::Guid;
use crate::register::DeclaredAccount;
use crate::tenant::{
    Gap, GapReason, LifecycleWorkflow, Part, PartKind, User, UserType, WorkflowCategory,
};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-15",
    title: "No lifecycle workflow reaches an account",
    family: Family::Exit,
    severity: Severity::High,
    why: "A workflow for those who leave, or who have not signed in for long, disables accounts, \
          empties their groups and deletes them; one for those who join mails a Temporary Access \
          Pass to somebody. An account that nobody uses looks like one that nobody needs.",
    reads: &[PartKind::LifecycleWorkflows, PartKind::Account, PartKind::AccountLeave],
    controls: &[cis("1.1.2"), nist("AC-2(2)"), iso("A.5.17"), mitre("T1531")],
    remedy: Remedy {
        action: "Write a condition into the workflow's scope that leaves the accounts out, by \
                 something that the rule can see, such as userPrincipalName",
        portal: "Entra admin center > ID Governance > Lifecycle workflows > the workflow > \
                 Execution conditions",
        graph: "POST /v1.0/identityGovernance/lifecycleWorkflows/workflows/{workflow}/\
                createNewVersion",
    },
    sources: &[Link {
        title: "What are lifecycle workflows?",
        url: "https://learn.microsoft.com/entra/id-governance/what-are-lifecycle-workflows",
    }],
    judge,
    samples: &[
        Sample::pass("none", |_| {}),
        Sample::pass("its rule leaves the accounts out", |case| {
            add(case, Some("userType eq 'Guest'"))
        }),
        Sample::pass("it waits for a leave date, and the accounts have none", |case| {
            add(case, Some(""));
            change(case, |one| one.trigger = Some("employeeLeaveDateTime".into()));
        }),
        Sample::pass("it is off", |case| {
            add(case, Some(""));
            change(case, |one| one.is_enabled = Some(false));
        }),
        Sample::pass("it runs when somebody starts it: a note", |case| {
            add(case, Some(""));
            change(case, |one| one.is_scheduled = Some(false));
        }),
        Sample::fail("it is for everybody", |case| add(case, Some(""))),
        Sample::fail("its rule means the accounts", |case| add(case, Some("userType eq 'Member'"))),
        Sample::fail("it waits for a leave date, and an account has one", |case| {
            add(case, Some(""));
            change(case, |one| one.trigger = Some("employeeLeaveDateTime".into()));
            let at = case.now;
            case.account(ALPHA, |one| one.leave = Part::Read { at, value: Some(at) });
        }),
        Sample::gap("its rule asks for what a snapshot does not hold", |case| {
            add(case, Some("department eq 'Sales'"));
        }),
        Sample::gap("its rule has a form that is not understood", |case| {
            add(case, Some("startsWith(displayName, 'k')"));
        }),
        Sample::gap("its conditions are of another kind", |case| add(case, None)),
        Sample::gap("whether an account has a leave date cannot be read", |case| {
            add(case, Some(""));
            change(case, |one| one.trigger = Some("employeeLeaveDateTime".into()));
            let gap = Case::denied(PartKind::AccountLeave);
            case.account(ALPHA, |one| one.leave = Part::Gap(gap));
        }),
        Sample::gap("workflows cannot be read", |case| {
            let gap = Case::denied(PartKind::LifecycleWorkflows);
            case.snapshot.lifecycle_workflows = Part::Gap(gap);
        }),
        Sample::not_applicable("no Entra ID Governance", |case| {
            let reason = GapReason::MissingLicence { code: "InsufficientLicenses".into() };
            case.snapshot.withhold(&PartKind::LifecycleWorkflows, &reason);
        }),
        Sample::gap("an account's user type is not known", |case| {
            add(case, Some("userType eq 'Guest'"));
            case.user(ALPHA, |user| user.user_type = None::<UserType>);
        }),
        Sample::fail("it is for everybody, and nothing says whether it is on", |case| {
            add(case, Some(""));
            change(case, |one| one.is_enabled = None);
        }),
        Sample::fail("it is for everybody, and nothing says whether it runs by itself", |case| {
            add(case, Some(""));
            change(case, |one| one.is_scheduled = None);
        }),
    ],
};

fn add(case: &mut Case, rule: Option<&str>) {
    let workflow = LifecycleWorkflow {
        id: Guid::from_u128(0x11fe),
        display_name: Some("Offboard".into()),
        category: Some(WorkflowCategory::Leaver),
        is_enabled: Some(true),
        is_scheduled: Some(true),
        scope_rule: rule.map(Into::into),
        trigger: Some("createdDateTime".into()),
        unknown: crate::tenant::Unknown::new(),
    };
    case.snapshot.lifecycle_workflows = Part::Read { at: case.now, value: vec![workflow] };
}

fn change(case: &mut Case, change: impl Fn(&mut LifecycleWorkflow)) {
    if let Part::Read { value, .. } = &mut case.snapshot.lifecycle_workflows {
        value.iter_mut().for_each(change);
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let workflows = match context.snapshot.lifecycle_workflows.value() {
        Ok(workflows) => workflows,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let (running, started): (Vec<_>, Vec<_>) = workflows
        .iter()
        .filter(|one| one.is_enabled != Some(false))
        .partition(|one| one.is_scheduled != Some(false));
    let mut statements = context.each_user(|declared, user| {
        let found = running.iter().filter_map(|one| reach(context, declared, user, one));
        let found: Vec<_> = found.collect();
        match found.is_empty() {
            true => vec![Statement::holds(context.subject(declared), "no workflow reaches it")],
            false => found,
        }
    });
    statements.extend(started.iter().map(|one| {
        let text = format!("workflow {} runs on whom somebody names: never on these", named(one));
        Statement::note(Subject::Tenant, text)
    }));
    Judgement::Stated(statements)
}

/// What a workflow that runs by itself does to an account, unless it cannot reach it.
fn reach(
    context: &Context<'_>,
    declared: &DeclaredAccount,
    user: &User,
    workflow: &LifecycleWorkflow,
) -> Option<Statement> {
    let subject = context.subject(declared);
    let name = named(workflow);
    let by_leave = workflow
        .trigger
        .as_deref()
        .is_some_and(|t| t.eq_ignore_ascii_case("employeeLeaveDateTime"));
    if by_leave {
        match context.account(declared).map(|one| one.leave.value()) {
            Some(Ok(None)) => return None,
            Some(Ok(Some(_))) => {}
            Some(Err(gap)) => return Some(Statement::unknown(subject, gap)),
            None => return None,
        }
    }
    let unclear = |what: String| {
        let what = format!("workflow {name} may reach it: {what}");
        let gap = Gap::new(PartKind::LifecycleWorkflows, None, GapReason::Failed { what });
        Some(Statement::unknown(subject.clone(), &gap))
    };
    let Some(rule) = &workflow.scope_rule else {
        return unclear("its conditions are no rule that this version reads".into());
    };
    match matches(rule, user) {
        Match::No => None,
        Match::Unknown(what) => unclear(format!("its rule asks for {what}")),
        Match::Yes => {
            let text = match rule.trim().is_empty() {
                true => format!("workflow {name} is for everybody, and for it"),
                false => format!("workflow {name} means it: `{rule}`"),
            };
            Some(Statement::broken(subject, text).with_id("{workflow}", workflow.id.to_string()))
        }
    }
}

fn named(workflow: &LifecycleWorkflow) -> String {
    match &workflow.display_name {
        Some(name) => format!("`{name}` ({})", workflow.id),
        None => format!("{}", workflow.id),
    }
}
