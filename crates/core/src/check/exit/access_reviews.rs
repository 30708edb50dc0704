//! HG-EXIT-16: no access review takes the role, the group or the account away by silence.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec;
use alloc::vec::Vec;

use super::{CIS_BENCHMARK, EMERGENCY_ACCESS};
use crate::check::controls::{cis, iso, mitre, nist};
use crate::check::sample::{Case, EMERGENCY};
use crate::check::{
    Check, Context, Family, Judgement, Link, Remedy, Sample, Severity, Statement, Subject,
};
use crate::id::{GLOBAL_ADMINISTRATOR, GroupId, Guid};
use crate::tenant::{AccessReview, Gap, GapReason, Part, PartKind, ReviewDecision, Unknown};

pub(in crate::check) const CHECK: Check = Check {
    id: "HG-EXIT-16",
    title: "No access review removes an account, its role or its group when nobody answers",
    family: Family::Exit,
    severity: Severity::High,
    why: "A review that applies its decisions by itself removes access when its reviewers do not \
          respond, unless silence means `No change`. A recommendation goes by the last sign-in, \
          which these accounts do not have.",
    reads: &[PartKind::AccessReviews, PartKind::AccountMemberships],
    controls: &[cis("5.3.3"), cis("1.1.2"), nist("AC-2(2)"), iso("A.5.17"), mitre("T1531")],
    remedy: Remedy {
        action: "Set `If reviewers don't respond` to `No change`, or switch `Auto apply results \
                 to resource` off",
        portal: "Entra admin center > ID Governance > Access reviews > the review > \
                 Settings",
        graph: "PUT /v1.0/identityGovernance/accessReviews/definitions/{review} \
                {\"settings\": {\"defaultDecisionEnabled\": true, \"defaultDecision\": \"None\"}}",
    },
    sources: &[
        CIS_BENCHMARK,
        EMERGENCY_ACCESS,
        Link {
            title: "Scopes of access reviews",
            url: "https://learn.microsoft.com/graph/accessreviews-scope-concept",
        },
    ],
    judge,
    samples: &[
        Sample::pass("none", |_| {}),
        Sample::pass("silence changes nothing", |case| {
            add(case, ROLE);
            change(case, |one| one.default_decision = Some(ReviewDecision::None));
        }),
        Sample::pass("silence keeps access", |case| {
            add(case, ROLE);
            change(case, |one| one.default_decision = Some(ReviewDecision::Approve));
        }),
        Sample::pass("silence decides nothing", |case| {
            add(case, ROLE);
            change(case, |one| one.default_decision_enabled = Some(false));
        }),
        Sample::pass("somebody must apply it", |case| {
            add(case, ROLE);
            change(case, |one| one.auto_apply = Some(false));
        }),
        Sample::pass("it is over", |case| {
            add(case, ROLE);
            change(case, |one| one.status = Some("Completed".into()));
        }),
        Sample::pass("of another role", |case| {
            add(
                case,
                "/roleManagement/directory/roleDefinitions/b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
            );
        }),
        Sample::pass("of another group", |case| {
            add(case, "/groups/0000000a-0000-0000-0000-00000000000a/members")
        }),
        Sample::pass("of guests in every Microsoft 365 group", |case| {
            add(case, "/groups?$filter=(groupTypes/any(c:c eq 'Unified'))");
            change(case, |one| {
                one.queries
                    .push("./members/microsoft.graph.user/?$filter=(userType eq 'Guest')".into());
            });
        }),
        Sample::pass("of an application", |case| {
            add(case, "/servicePrincipals/1/appRoleAssignedTo")
        }),
        Sample::pass("of another role, by a filter", |case| {
            add(
                case,
                "/roleManagement/directory/roleAssignmentScheduleInstances?$expand=principal&\
                 $filter=(isof(principal,'microsoft.graph.user') and roleDefinitionId eq \
                 'b1be1c3e-b65d-4f19-8427-f6fa0d97feb9')",
            );
        }),
        Sample::fail("of the role, by a filter", |case| {
            add(
                case,
                "/roleManagement/directory/roleAssignmentScheduleInstances?$filter=\
                 roleDefinitionId eq '62e90394-69f5-4237-9190-012177145e10'",
            );
        }),
        Sample::fail("of the role, of guests and of everybody else", |case| {
            add(case, "/users?$filter=(userType eq 'Guest')");
            change(case, |one| one.queries.extend(["/users".into(), ROLE.into()]));
        }),
        Sample::gap("of a group that an account may be in, which was not read", |case| {
            add(case, "/groups/0000000a-0000-0000-0000-00000000000a/members");
            case.snapshot.accounts.remove(&crate::check::sample::ALPHA);
        }),
        Sample::pass("of all guests", |case| add(case, "/users?$filter=(userType eq 'Guest')")),
        Sample::pass("of another user", |case| {
            add(case, "/users/0000000a-0000-0000-0000-00000000000a");
        }),
        Sample::pass("of whoever holds another role", |case| {
            add(
                case,
                "/roleManagement/directory/roleDefinitions/b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
            );
            change(case, |one| one.queries.extend(["/users".into(), "/groups".into()]));
        }),
        Sample::fail("of whoever holds the role", |case| {
            add(case, "/users");
            change(case, |one| one.queries.extend(["/groups".into(), ROLE.into()]));
        }),
        Sample::fail("of an account by its id", |case| {
            let query = format!("/users/{}", crate::check::sample::ALPHA);
            add(case, &query);
        }),
        Sample::fail("of the role, and silence removes it", |case| add(case, ROLE)),
        Sample::fail("of the role, by recommendation", |case| {
            add(case, ROLE);
            change(case, |one| one.default_decision = Some(ReviewDecision::Recommendation));
        }),
        Sample::fail("of every directory role", |case| {
            add(case, "/roleManagement/directory/roleAssignments");
        }),
        Sample::fail("of the group", |case| {
            let query = format!("/groups/{EMERGENCY}/transitiveMembers");
            add(case, &query);
        }),
        Sample::fail("of all users", |case| add(case, "/v1.0/users")),
        Sample::fail("of inactive users", |case| {
            add(case, "/users");
            change(case, |one| {
                let scope = serde_json::json!({
                    "@odata.type": "#microsoft.graph.accessReviewInactiveUsersQueryScope",
                    "inactiveDuration": "P30D",
                });
                one.unknown.insert("scope".into(), scope);
            });
        }),
        Sample::fail("of the members of every group", |case| add(case, "/groups")),
        Sample::gap("whether it applies itself was not said", |case| {
            add(case, ROLE);
            change(case, |one| one.auto_apply = None);
        }),
        Sample::gap("what silence means was not said", |case| {
            add(case, ROLE);
            change(case, |one| one.default_decision = None);
        }),
        Sample::gap("what it reviews is not understood", |case| add(case, "/new/things")),
        Sample::gap("reviews cannot be read", |case| {
            case.snapshot.access_reviews = Part::Gap(Case::denied(PartKind::AccessReviews));
        }),
        Sample::not_applicable("no P2: no reviews", |case| {
            let reason = GapReason::MissingLicence { code: "P2".into() };
            case.snapshot.withhold(&PartKind::AccessReviews, &reason);
        }),
        Sample::fail("one that ends at this very instant", |case| {
            add(case, ROLE);
            let now = case.now;
            change(case, |one| one.end = Some(now));
        }),
    ],
};

const ROLE: &str = "/roleManagement/directory/roleDefinitions/62e90394-69f5-4237-9190-012177145e10";

fn add(case: &mut Case, query: &str) {
    let review = AccessReview {
        id: Guid::from_u128(0x4e71),
        display_name: Some("Quarterly".into()),
        status: Some("InProgress".into()),
        queries: vec![query.into()],
        auto_apply: Some(true),
        default_decision: Some(ReviewDecision::Deny),
        default_decision_enabled: Some(true),
        end: None,
        unknown: Unknown::new(),
    };
    case.snapshot.access_reviews = Part::Read { at: case.now, value: vec![review] };
}

fn change(case: &mut Case, change: impl Fn(&mut AccessReview)) {
    if let Part::Read { value, .. } = &mut case.snapshot.access_reviews {
        value.iter_mut().for_each(change);
    }
}

fn judge(context: &Context<'_>) -> Judgement {
    let reviews = match context.snapshot.access_reviews.value() {
        Ok(reviews) => reviews,
        Err(gap) => return Judgement::Stated(vec![Statement::unknown(Subject::Tenant, gap)]),
    };
    let live = reviews.iter().filter(|one| {
        let status = one.status.as_deref().unwrap_or_default();
        let is_over = ["Completed", "Applied"].iter().any(|s| status.eq_ignore_ascii_case(s));
        !is_over && one.end.is_none_or(|end| end >= context.now)
    });
    let reach = Reach::of(context);
    let mut statements: Vec<_> = live.filter_map(|one| verdict(one, &reach)).collect();
    if statements.is_empty() {
        let text = format!("{} access reviews read, none removes by silence", reviews.len());
        statements.push(Statement::holds(Subject::Tenant, text));
    }
    Judgement::Stated(statements)
}

fn verdict(review: &AccessReview, reach: &Reach<'_>) -> Option<Statement> {
    let silence = silence(review)?;
    let name = match &review.display_name {
        Some(name) => format!("access review `{name}` ({})", review.id),
        None => format!("access review {}", review.id),
    };
    let unknown = |what: String| {
        let gap = Gap::new(PartKind::AccessReviews, None, GapReason::Failed { what });
        Some(Statement::unknown(Subject::Tenant, &gap))
    };
    match (reach.touches(review), silence) {
        (Touch::No, _) => None,
        (Touch::Maybe(what), _) => unknown(format!("{name}: {what}")),
        (Touch::Yes(what), Err(unsaid)) => unknown(format!("{name} is of {what}, and {unsaid}")),
        (Touch::Yes(what), Ok(decision)) => {
            let whom = match is_of_inactive(review) {
                true => " of those who did not sign in",
                false => "",
            };
            let text = format!("{name} is of {what}{whom}, and silence means {decision}");
            let id = review.id.to_string();
            Some(Statement::broken(Subject::Tenant, text).with_id("{review}", id))
        }
    }
}

/// What a review does when nobody answers; `None` for nothing, and what was not said.
fn silence(review: &AccessReview) -> Option<Result<&'static str, &'static str>> {
    if review.auto_apply == Some(false) || review.default_decision_enabled == Some(false) {
        return None;
    }
    let decision = match &review.default_decision {
        Some(ReviewDecision::None | ReviewDecision::Approve) => return None,
        Some(ReviewDecision::Deny) => "that access is removed",
        Some(ReviewDecision::Recommendation) => "what the last sign-in recommends",
        Some(ReviewDecision::Other(_)) | None => {
            return Some(Err("what silence means was not said"));
        }
    };
    Some(match review.auto_apply {
        Some(_) => Ok(decision),
        None => Err("whether it applies itself was not said"),
    })
}

fn is_of_inactive(review: &AccessReview) -> bool {
    let scopes = review.unknown.values();
    scopes.into_iter().any(|scope| scope.to_string().contains("InactiveUsersQueryScope"))
}

/// What a review may not touch.
struct Reach<'a> {
    groups: BTreeSet<GroupId>,
    context: &'a Context<'a>,
    /// Why there may be more groups.
    more: Option<Gap>,
}

enum Touch {
    Yes(String),
    No,
    Maybe(String),
}

impl<'a> Reach<'a> {
    fn of(context: &'a Context<'a>) -> Self {
        let mut groups: BTreeSet<GroupId> = context.register.group.into_iter().collect();
        let mut more = None;
        for declared in &context.accounts {
            groups.extend(context.standing(declared).into_iter().flat_map(|one| one.groups()));
            match context.account(declared).map(|one| one.memberships.value()) {
                Some(Ok(_)) => {}
                Some(Err(gap)) => more = Some(gap.clone()),
                None => {
                    let kind = PartKind::AccountMemberships;
                    more = Some(Gap::new(kind, Some(declared.id.0), GapReason::NotInSource));
                }
            }
        }
        Self { groups, context, more }
    }

    /// The queries together: what they name as a resource decides, and only a review that names
    /// users or groups alone is of all of them.
    fn touches(&self, review: &AccessReview) -> Touch {
        let queries: Vec<String> =
            review.queries.iter().map(|query| query.to_ascii_lowercase()).collect();
        let is_guest = |query: &String| {
            query.contains("usertype eq 'guest'") || query.contains("usertype%20eq%20%27guest%27")
        };
        if queries.is_empty() {
            return Touch::Maybe("what it reviews could not be read".into());
        }
        // Guests only, where nothing beside them names whose access is reviewed.
        let is_whose = |query: &&String| matches!(first_of(path_of(query)), "users" | ".");
        let mut others = queries.iter().filter(is_whose).filter(|query| !is_guest(query));
        if queries.iter().any(is_guest) && others.next().is_none() {
            return Touch::No;
        }
        let mut of_all = None;
        let mut maybe = None;
        for query in &queries {
            match self.query(query) {
                Touch::Yes(what) if [ALL_USERS, EVERY_GROUP].contains(&what.as_str()) => {
                    of_all = Some(what);
                }
                Touch::Yes(what) => return Touch::Yes(what),
                Touch::Maybe(what) => maybe = Some(what),
                Touch::No => {}
            }
        }
        let names_no_resource = queries.iter().all(|query| is_principals(path_of(query)));
        match (of_all, maybe) {
            (Some(what), _) if names_no_resource => Touch::Yes(what),
            (_, Some(what)) => Touch::Maybe(what),
            _ => Touch::No,
        }
    }

    fn query(&self, query: &str) -> Touch {
        let path = path_of(query);
        let accounts = &self.context.accounts;
        if accounts.iter().any(|account| query.contains(&account.id.to_string())) {
            return Touch::Yes("a declared account".into());
        }
        if path.starts_with("rolemanagement/directory") {
            let names = ["roledefinitions/", "roledefinitionid eq '", "roledefinitionid%20eq%20'"];
            let mut roles = names.iter().filter_map(|name| path.split_once(name));
            let role = roles.next().map(|(_, rest)| rest);
            let is_other =
                role.is_some_and(|role| !role.starts_with(&GLOBAL_ADMINISTRATOR.to_string()));
            return match is_other {
                true => Touch::No,
                false => Touch::Yes("the role Global Administrator".into()),
            };
        }
        if let Some(id) = path.strip_prefix("groups/") {
            let id = id.split(['/', '?']).next().unwrap_or_default();
            return self.group(id);
        }
        match first_of(path) {
            "groups" if path.contains("'unified'") => Touch::No,
            "groups" => Touch::Yes(EVERY_GROUP.into()),
            "users" if path.starts_with("users/") => Touch::No,
            "users" => Touch::Yes(ALL_USERS.into()),
            // What is relative hangs on another query, and the others are of something else.
            "." | "serviceprincipals" | "applications" | "identitygovernance" => Touch::No,
            _ => Touch::Maybe(format!("this version does not know what `{path}` reviews")),
        }
    }

    fn group(&self, id: &str) -> Touch {
        match (id.parse().map(GroupId), &self.more) {
            (Ok(id), _) if self.groups.contains(&id) => Touch::Yes(format!("group {id}")),
            (Ok(id), Some(gap)) => Touch::Maybe(format!("it is of group {id}, and {gap}")),
            (Ok(_), None) => Touch::No,
            (Err(_), _) => Touch::Maybe(format!("it is of group `{id}`, which is no id")),
        }
    }
}

const ALL_USERS: &str = "all users";
const EVERY_GROUP: &str = "the members of every group";

/// Whether a query names whose access is reviewed, or hangs on another query; and no resource.
fn is_principals(path: &str) -> bool {
    matches!(first_of(path), "users" | "groups" | ".")
}

/// The first segment of a path.
fn first_of(path: &str) -> &str {
    path.split(['?', '/']).next().unwrap_or_default()
}

/// A query without its leading slash and version, which authors write or leave out.
fn path_of(query: &str) -> &str {
    let path = query.trim_start_matches('/');
    let path = path.strip_prefix("v1.0/").or_else(|| path.strip_prefix("beta/")).unwrap_or(path);
    path.trim_start_matches('/')
}
