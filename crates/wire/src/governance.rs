//! Access reviews, lifecycle workflows, catalogs, recovery jobs and account recovery profiles.

use halligan_core::tenant::{
    AccessReview, CatalogResource, LifecycleWorkflow, RecoveryJob, RecoveryProfile,
    RecoveryPurpose, ReviewDecision, WorkflowCategory,
};
use serde_json::{Map, Value};

use crate::body::Body;
use crate::{Entity, Members, Node, ReadError};

/// The kind of range that has an end.
const END_DATE: &str = "endDate";
const RECOVERY_JOB: &str = "#microsoft.graph.entraRecoveryServices.recoveryJob";
const PREVIEW_JOB: &str = "#microsoft.graph.entraRecoveryServices.recoveryPreviewJob";

impl Entity for AccessReview {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        // The scopes stay among the unknown members as they are; here only what they ask about.
        let mut queries = Vec::new();
        for name in ["scope", "instanceEnumerationScope"] {
            if let Some(node) = members.peek(name) {
                collect_queries(node, &mut queries);
            }
        }
        let settings = members.opened("settings", settings)?.unwrap_or_default();
        Ok(Self {
            id: members.required_id("id")?,
            display_name: members.text("displayName")?,
            status: members.text("status")?,
            queries,
            auto_apply: settings.auto_apply,
            default_decision: settings.default_decision,
            default_decision_enabled: settings.default_decision_enabled,
            end: settings.end,
            unknown: members.rest(),
        })
    }

    /// A review that was not read from Graph has its queries in one scope.
    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.nullable("displayName", self.display_name.as_deref());
        body.optional("status", self.status.as_deref());
        let is_scoped = ["scope", "instanceEnumerationScope"]
            .iter()
            .any(|name| self.unknown.contains_key(*name));
        if !is_scoped && !self.queries.is_empty() {
            let scopes = self.queries.iter().map(|query| {
                let mut scope = Body::default();
                scope.set("@odata.type", "#microsoft.graph.accessReviewQueryScope");
                scope.set("query", query.as_str());
                Value::from(scope)
            });
            let mut scope = Body::default();
            scope.set("@odata.type", "#microsoft.graph.principalResourceMembershipsScope");
            scope.set("resourceScopes", scopes.collect::<Vec<_>>());
            body.set("scope", Value::from(scope));
        }
        let mut settings = Body::default();
        settings.optional("autoApplyDecisionsEnabled", self.auto_apply);
        settings.optional("defaultDecisionEnabled", self.default_decision_enabled);
        let decision = self.default_decision.as_ref().map(ReviewDecision::as_graph);
        settings.optional("defaultDecision", decision);
        body.open("settings", settings);
        let is_recurring = matches!(
            self.unknown.get("settings"),
            Some(Value::Object(settings)) if settings.contains_key("recurrence")
        );
        if let Some(end) = self.end.filter(|_| !is_recurring) {
            let mut range = Body::default();
            range.set("type", END_DATE);
            range.set("endDate", end.to_string().split('T').next().unwrap_or_default());
            let mut recurrence = Body::default();
            recurrence.open("range", range);
            body.open_in("settings", "recurrence", recurrence);
        }
        body.done()
    }
}

#[derive(Default)]
struct Settings {
    auto_apply: Option<bool>,
    default_decision: Option<ReviewDecision>,
    default_decision_enabled: Option<bool>,
    end: Option<halligan_core::time::Timestamp>,
}

fn settings(members: &mut Members<'_>) -> Result<Settings, ReadError> {
    // The recurrence stays among the unknown members as it is; here only when it ends.
    let range = members.peek("recurrence").and_then(|recurrence| recurrence.member("range"));
    let ends = range.and_then(|range| match (range.member("type"), range.member("endDate")) {
        (Some(Node::Text(kind)), Some(Node::Text(day))) => {
            kind.eq_ignore_ascii_case(END_DATE).then(|| day.to_string())
        }
        _ => None,
    });
    let end = ends.map(|day| Members::day(&day).map_err(|error| error.within("recurrence")));
    Ok(Settings {
        auto_apply: members.bool("autoApplyDecisionsEnabled")?,
        default_decision: members.open("defaultDecision", ReviewDecision::from_graph)?,
        default_decision_enabled: members.bool("defaultDecisionEnabled")?,
        end: end.transpose()?,
    })
}

/// Every `query` at any depth of a scope.
fn collect_queries(node: &Node<'_>, queries: &mut Vec<String>) {
    match node {
        Node::List(items) => items.iter().for_each(|item| collect_queries(item, queries)),
        Node::Object(members) => members.iter().for_each(|(name, value)| match value {
            Node::Text(text) if name.eq_ignore_ascii_case("query") && !text.is_empty() => {
                queries.push(text.to_string());
            }
            inner => collect_queries(inner, queries),
        }),
        _ => {}
    }
}

impl Entity for LifecycleWorkflow {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let conditions = members.opened("executionConditions", |conditions| {
            let rule = conditions.opened("scope", |scope| scope.text("rule"))?;
            let trigger =
                conditions.opened("trigger", |trigger| trigger.text("timeBasedAttribute"))?;
            Ok((rule.flatten(), trigger.flatten()))
        })?;
        let (scope_rule, trigger) = conditions.unwrap_or_default();
        Ok(Self {
            id: members.required_id("id")?,
            display_name: members.text("displayName")?,
            category: members.open("category", WorkflowCategory::from_graph)?,
            is_enabled: members.bool("isEnabled")?,
            is_scheduled: members.bool("isSchedulingEnabled")?,
            scope_rule,
            trigger,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.nullable("displayName", self.display_name.as_deref());
        body.print_nullable("category", self.category.as_ref());
        body.optional("isEnabled", self.is_enabled);
        body.optional("isSchedulingEnabled", self.is_scheduled);
        let inner = |name: &str, value: &Option<String>| {
            value.as_deref().map(|value| {
                let mut body = Body::default();
                body.set(name, value);
                body
            })
        };
        for (object, member, value) in
            [("scope", "rule", &self.scope_rule), ("trigger", "timeBasedAttribute", &self.trigger)]
        {
            if let Some(members) = inner(member, value) {
                body.open_in("executionConditions", object, members);
            }
        }
        body.done()
    }
}

impl Entity for CatalogResource {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            id: members.required_id("id")?,
            display_name: members.text("displayName")?,
            origin: members.text("originId")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.nullable("displayName", self.display_name.as_deref());
        body.nullable("originId", self.origin.as_deref());
        body.done()
    }
}

impl Entity for RecoveryJob {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let is_recovery = members.odata_type()?.and_then(|kind| match kind.as_str() {
            RECOVERY_JOB => Some(true),
            PREVIEW_JOB => Some(false),
            _ => None,
        });
        Ok(Self {
            id: members.required_text("id")?,
            is_recovery,
            status: members.text("status")?,
            started: members.timestamp("jobStartDateTime")?,
            ended: members.timestamp("jobCompletionDateTime")?,
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        let kind = self.is_recovery.map(|is| if is { RECOVERY_JOB } else { PREVIEW_JOB });
        body.optional("@odata.type", kind);
        body.set("id", self.id.as_str());
        body.nullable("status", self.status.as_deref());
        body.print_nullable("jobStartDateTime", self.started.as_ref());
        body.print_nullable("jobCompletionDateTime", self.ended.as_ref());
        body.done()
    }
}

impl Entity for RecoveryProfile {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        let usages = members.objects("verifiedIdUsageConfigurations", |usage| {
            let purpose = usage.open("purpose", RecoveryPurpose::from_graph)?;
            Ok((purpose, usage.bool("isEnabledForTestOnly")?))
        })?;
        let state = members.text("state")?;
        Ok(Self {
            id: members.required_text("id")?,
            name: members.text("name")?,
            // A state that is not said or not known may be on.
            is_enabled: state.is_none_or(|state| !state.eq_ignore_ascii_case("disabled")),
            is_test_only: !usages.is_empty() && usages.iter().all(|(_, test)| *test == Some(true)),
            purposes: usages.into_iter().filter_map(|(purpose, _)| purpose).collect(),
            unknown: members.rest(),
        })
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.set("id", self.id.as_str());
        body.nullable("name", self.name.as_deref());
        body.set("state", if self.is_enabled { "enabled" } else { "disabled" });
        body.objects("verifiedIdUsageConfigurations", &self.purposes, |purpose| {
            let mut body = Body::default();
            body.print("purpose", purpose);
            body.set("isEnabledForTestOnly", self.is_test_only);
            body.done()
        });
        body.done()
    }
}
