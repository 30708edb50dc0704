//! What a tenant has, and has not, by its licence.

use serde_json::Value;

use crate::directory::{Directory, Kind, Licence, Object, objects, text_of};

impl Directory {
    /// The same tenant as it would be had it never had more than `licence`.
    ///
    /// Without P2 nobody is eligible (who was holds the role for good) and no policy looks at risk.
    /// Without P1 there is no Conditional Access, no strength of the tenant's own, no group that
    /// may hold a role, and security defaults stand in their place.
    ///
    /// Source: <https://learn.microsoft.com/entra/fundamentals/licensing>.
    #[must_use]
    pub fn with_licence(mut self, licence: Licence) -> Self {
        self.licence = licence;
        // Answered from the licence, unless the organization says otherwise.
        self.organization.remove("assignedPlans");
        if licence < Licence::P2 {
            self.forget_p2();
        }
        if licence < Licence::P1 {
            self.forget_p1();
        }
        self
    }

    fn forget_p2(&mut self) {
        for eligibility in std::mem::take(&mut self.eligibility_instances) {
            let ids =
                [text_of(&eligibility, "principalId"), text_of(&eligibility, "roleDefinitionId")];
            let [Ok(principal), Ok(role)] = ids.map(str::parse) else { continue };
            let assignment = objects::assignment(principal, role, "/");
            if !self.role_assignments.iter().any(|known| known.get("id") == assignment.get("id")) {
                self.role_assignments.push(assignment);
            }
        }
        self.assignment_instances.clear();
        self.group_eligibilities.clear();
        self.policies.retain(|policy| !looks_at_risk(policy));
    }

    fn forget_p1(&mut self) {
        self.policies.clear();
        self.preview_policies.clear();
        self.locations.clear();
        self.strengths.retain(|strength| text_of(strength, "policyType") == "builtIn");
        for group in self.groups.values_mut() {
            group.object.insert("isAssignableToRole".into(), Value::Null);
        }
        let mut assignments = std::mem::take(&mut self.role_assignments);
        assignments.retain(|assignment| {
            let principal = text_of(assignment, "principalId").parse();
            let kind = principal.ok().and_then(|id| self.principal(id)).map(|(kind, _)| kind);
            kind != Some(Kind::Group)
        });
        self.role_assignments = assignments;
        self.security_defaults.insert("isEnabled".into(), true.into());
    }
}

/// Whether a policy has a condition that Identity Protection (P2) answers.
fn looks_at_risk(policy: &Object) -> bool {
    let conditions = policy.get("conditions").and_then(Value::as_object);
    conditions.is_some_and(|conditions| {
        ["signInRiskLevels", "userRiskLevels"].iter().any(|name| {
            let levels = conditions.get(*name).and_then(Value::as_array);
            levels.is_some_and(|levels| !levels.is_empty())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story;

    #[test]
    fn each_licence_takes_its_features_away() {
        let p2 = Directory::story();
        let p1 = p2.clone().with_licence(Licence::P1);
        let free = p2.clone().with_licence(Licence::Free);
        assert_eq!(p2.clone().with_licence(Licence::P2), p2);
        assert!(p1.eligibility_instances.is_empty() && p1.group_eligibilities.is_empty());
        // CA006 looks at risk; the others stay.
        assert_eq!(p1.policies.len(), p2.policies.len() - 1);
        assert_eq!(p1.security_defaults["isEnabled"], false);
        let holds = |directory: &Directory, id: String| {
            directory.role_assignments.iter().any(|one| text_of(one, "principalId") == id)
        };
        assert!(holds(&p1, story::ELIGIBLE_ADMIN.to_string()));
        assert!(free.policies.is_empty() && free.locations.is_empty());
        assert_eq!(free.security_defaults["isEnabled"], true);
        assert!(!holds(&free, story::ADMIN_GROUP.to_string()));
        assert!(holds(&free, story::SECOND_ADMIN.to_string()));
    }
}
