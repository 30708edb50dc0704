//! Authentication strengths.

use halligan_core::id::StrengthId;
use halligan_core::tenant::{CombinationConfiguration, MethodMode, Strength, StrengthKind};
use serde_json::{Map, Value};

use crate::body::{Body, joined};
use crate::members::missing;
use crate::{Entity, Members, ReadError};

impl Entity for Strength {
    fn read(members: &mut Members<'_>) -> Result<Self, ReadError> {
        read(members, None)
    }

    fn write(&self) -> Map<String, Value> {
        let mut body = Body::new(&self.unknown);
        body.print("id", &self.id);
        body.optional("displayName", self.display_name.as_deref());
        body.optional("policyType", self.kind.as_ref().map(StrengthKind::as_graph));
        body.optional("requirementsSatisfied", self.requirements_satisfied.as_deref());
        if let Some(combinations) = &self.allowed_combinations {
            body.set("allowedCombinations", write_combinations(combinations));
        }
        body.objects("combinationConfigurations", &self.configurations, write_configuration);
        body.done()
    }
}

/// Reads a strength; `id` stands in where an exported one carries none.
pub(crate) fn read(members: &mut Members<'_>, id: Option<&str>) -> Result<Strength, ReadError> {
    let written = members.text("id")?;
    let id = written.as_deref().or(id).ok_or_else(|| missing("id"))?;
    Ok(Strength {
        id: StrengthId::from(id),
        display_name: members.text("displayName")?,
        kind: members.open("policyType", StrengthKind::from_graph)?,
        requirements_satisfied: members.text("requirementsSatisfied")?,
        allowed_combinations: members
            .combinations("allowedCombinations", MethodMode::from_graph)?,
        configurations: members.objects("combinationConfigurations", configuration)?,
        unknown: members.rest(),
    })
}

fn configuration(members: &mut Members<'_>) -> Result<CombinationConfiguration, ReadError> {
    Ok(CombinationConfiguration {
        id: members.text("id")?,
        odata_type: members.odata_type()?,
        applies_to: members
            .combinations("appliesToCombinations", MethodMode::from_graph)?
            .unwrap_or_default(),
        allowed_aaguids: members.texts("allowedAAGUIDs")?,
        unknown: members.rest(),
    })
}

fn write_configuration(configuration: &CombinationConfiguration) -> Map<String, Value> {
    let mut body = Body::new(&configuration.unknown);
    body.optional("id", configuration.id.as_deref());
    body.optional("@odata.type", configuration.odata_type.as_deref());
    body.set("appliesToCombinations", write_combinations(&configuration.applies_to));
    if !configuration.allowed_aaguids.is_empty() {
        body.list("allowedAAGUIDs", &configuration.allowed_aaguids);
    }
    body.done()
}

fn write_combinations(combinations: &[Vec<MethodMode>]) -> Vec<String> {
    combinations.iter().map(|modes| joined(modes, ",")).collect()
}
