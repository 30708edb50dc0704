//! Recorded exchanges against the shared Graph schema, request and answer.
//!
//! Operations that the schema does not have are held to a schema of our own, which cites its
//! documentation page. Written to be included by other crates' tests with `#[path]`.

#[path = "own_schema.rs"]
mod own_schema;

use std::collections::BTreeMap;

use halligan_twin::{Exchange, Version};
use serde_json::{Value, json};

/// Where the shared data is, seen from a crate.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/graph-openapi");

/// The Graph schema of both versions, and the validators made from it.
pub(crate) struct Schemas {
    v1: Value,
    beta: Value,
    own: Value,
    validators: BTreeMap<String, jsonschema::Validator>,
}

/// Operations that the subset of beta lacks, held to a schema of our own: what the subset of v1.0
/// says of them, as their documentation is the same for both but for [`add_compliant_network`].
///
/// Sources, each page for both versions:
/// <https://learn.microsoft.com/graph/api/group-list-members>,
/// <https://learn.microsoft.com/graph/api/group-list-transitivemembers>,
/// <https://learn.microsoft.com/graph/api/group-list-owners>,
/// <https://learn.microsoft.com/graph/api/rbacapplication-list-roledefinitions>,
/// <https://learn.microsoft.com/graph/api/conditionalaccessroot-list-namedlocations>,
/// <https://learn.microsoft.com/graph/api/namedlocation-get>.
const BETA_AS_V1: [&str; 6] = [
    ROLES,
    "/groups/{group-id}/members",
    "/groups/{group-id}/transitiveMembers",
    "/groups/{group-id}/owners",
    LOCATIONS,
    "/identity/conditionalAccess/namedLocations/{namedLocation-id}",
];
const ROLES: &str = "/roleManagement/directory/roleDefinitions";
const LOCATIONS: &str = "/identity/conditionalAccess/namedLocations";

/// An operation of the schema: its template and its description.
type Found<'a> = (&'a str, &'a Value);

impl Schemas {
    /// Loads the schema; `None`, said aloud, where the shared data is absent. In CI that fails.
    pub(crate) fn load() -> Option<Self> {
        let read = |name: &str| {
            let bytes = std::fs::read(format!("{FOLDER}/{name}")).ok()?;
            Some(serde_json::from_slice::<Value>(&bytes).expect("the shared schema is JSON"))
        };
        let loaded = read("graph-v1.0.subset.json").zip(read("graph-beta.subset.json"));
        if loaded.is_none() {
            assert!(std::env::var_os("CI").is_none(), "the shared Graph schema is missing in CI");
            eprintln!("skipped: no shared Graph schema");
        }
        let (v1, beta) = loaded?;
        let own = own_schema::document(&v1["components"]);
        Some(Self { v1, beta, own, validators: BTreeMap::new() })
    }

    /// The application permissions that the schema names for an operation.
    #[allow(dead_code, reason = "tests that include this file need not compare permissions")]
    pub(crate) fn permissions(&self, template: &str) -> Option<Vec<String>> {
        let in_document = |document: &'_ Value| document.get("paths")?.get(template).cloned();
        let item = in_document(&self.v1).or_else(|| in_document(&self.beta))?;
        let operation = item.get("get").or_else(|| item.get("post"))?;
        let application = operation.get("x-permissions")?.get("Application")?;
        let lists = [application.get("least")?, application.get("other")?];
        let mut names: Vec<String> = lists
            .iter()
            .flat_map(|list| list.as_array().unwrap())
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names.dedup();
        Some(names)
    }

    /// Checks path, method, query options, status and body of an exchange.
    pub(crate) fn check(&mut self, exchange: &Exchange) -> Result<(), String> {
        let label = format!("{} {:?} {}", exchange.method, exchange.version, exchange.path);
        self.check_parts(exchange).map_err(|what| format!("{label}?{}: {what}", exchange.query))
    }

    fn check_parts(&mut self, exchange: &Exchange) -> Result<(), String> {
        let Some(version) = exchange.version else { return self.check_token(exchange) };
        let (document, template, operation) =
            self.described(version, exchange).ok_or("the schema has no such operation")?;
        check_options(operation, &exchange.query)?;
        let status = status_key(operation, exchange.status).ok_or("a status without a schema")?;
        let schema = answer_schema(document, operation, &status);
        let key = format!("{}{template} {status}", version.as_str());
        let mut components = document["components"].clone();
        if version == Version::Beta && template == ROLES {
            let role = &mut components["schemas"]["microsoft.graph.unifiedRoleDefinition"];
            role["properties"]["isPrivileged"] = json!({"type": ["boolean", "null"]});
        }
        if version == Version::Beta && template.starts_with(LOCATIONS) {
            add_compliant_network(&mut components["schemas"]["microsoft.graph.namedLocation"]);
        }
        self.validate(&key, schema, components, &exchange.answer)
    }

    /// The document that describes the operation, with the operation in it.
    fn described(&self, version: Version, exchange: &Exchange) -> Option<(&Value, &str, &Value)> {
        let described_in = |document| {
            let (template, operation) = find(document, &exchange.path, &exchange.method)?;
            Some((document, template, operation))
        };
        match version {
            Version::V1 => described_in(&self.v1).or_else(|| described_in(&self.own)),
            Version::Beta => described_in(&self.beta).or_else(|| {
                let as_v1 = described_in(&self.v1);
                let as_v1 = as_v1.filter(|(_, template, _)| BETA_AS_V1.contains(template));
                as_v1.or_else(|| described_in(&self.own))
            }),
        }
    }

    fn check_token(&mut self, exchange: &Exchange) -> Result<(), String> {
        if exchange.path.starts_with("/providers/") {
            let key = format!("azure {}", exchange.status);
            let schema = own_schema::azure(exchange.status);
            return self.validate(&key, schema, json!({}), &exchange.answer);
        }
        if !exchange.path.ends_with("/oauth2/v2.0/token") {
            return Err("neither Graph nor the token endpoint".into());
        }
        let key = if exchange.status == 200 { "token" } else { "token error" };
        self.validate(key, token_schema(exchange.status), json!({}), &exchange.answer)
    }

    fn validate(
        &mut self,
        key: &str,
        schema: Value,
        components: Value,
        body: &str,
    ) -> Result<(), String> {
        let body: Value = serde_json::from_str(body).map_err(|error| error.to_string())?;
        if !self.validators.contains_key(key) {
            let whole = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "components": components,
                "allOf": [schema],
            });
            let validator = jsonschema::options()
                .should_validate_formats(true)
                .build(&whole)
                .map_err(|error| format!("{key}: {error}"))?;
            self.validators.insert(key.to_owned(), validator);
        }
        let errors: Vec<String> = self.validators[key]
            .iter_errors(&body)
            .take(5)
            .map(|error| {
                let what: String = error.to_string().chars().take(600).collect();
                format!("{}: {what}", error.instance_path())
            })
            .collect();
        if errors.is_empty() { Ok(()) } else { Err(errors.join("\n")) }
    }
}

/// The operation with the most literal template that fits.
fn find<'a>(document: &'a Value, path: &str, method: &str) -> Option<Found<'a>> {
    let path = path.replace("/microsoft.graph.", "/graph.");
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let pattern: Vec<&str> = template.split('/').collect();
        pattern.len() == segments.len()
            && pattern.iter().zip(&segments).all(|(pattern, segment)| {
                pattern.starts_with('{') || pattern.eq_ignore_ascii_case(segment)
            })
    };
    let paths = document["paths"].as_object()?;
    let (template, item) = paths
        .iter()
        .filter(|(template, _)| fits(template))
        .min_by_key(|(template, _)| template.matches('{').count())?;
    Some((template, item.get(method.to_ascii_lowercase())?))
}

fn check_options(operation: &Value, query: &str) -> Result<(), String> {
    let known: Vec<&str> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|parameter| parameter["in"] == "query")
        .filter_map(|parameter| parameter["name"].as_str())
        .collect();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap_or(pair).replace("%24", "$");
        if !known.contains(&name.as_str()) {
            return Err(format!("the operation has no query option `{name}`"));
        }
    }
    Ok(())
}

/// `200`, or the class such as `4XX` that the operation describes.
fn status_key(operation: &Value, status: u16) -> Option<String> {
    let responses = operation["responses"].as_object()?;
    let keys = [status.to_string(), format!("{}XX", status / 100)];
    keys.into_iter().find(|key| responses.contains_key(key))
}

fn answer_schema(document: &Value, operation: &Value, status: &str) -> Value {
    let mut response = &operation["responses"][status];
    if let Some(reference) = response["$ref"].as_str() {
        response = document.pointer(reference.trim_start_matches('#')).expect("a dead reference");
    }
    response["content"]["application/json"]["schema"].clone()
}

/// Adds the type of named locations that only beta has.
///
/// Source: <https://learn.microsoft.com/graph/api/resources/compliantnetworknamedlocation>, section
/// "Properties"; `deletedDateTime` is the base type's.
fn add_compliant_network(location: &mut Value) {
    const NAME: &str = "#microsoft.graph.compliantNetworkNamedLocation";
    let time = json!({"type": ["string", "null"], "format": "date-time"});
    let compliant_network = json!({
        "type": "object",
        "required": ["@odata.type"],
        "properties": {
            "@odata.type": {"const": NAME},
            "id": {"type": "string"},
            "displayName": {"type": "string"},
            "createdDateTime": time,
            "modifiedDateTime": time,
            "deletedDateTime": time,
            "isTrusted": {"type": "boolean"},
            "compliantNetworkType": {"const": "allTenantCompliantNetworks"},
        },
        "patternProperties": {"@": {}},
        "additionalProperties": false,
    });
    let types = location["anyOf"].as_array_mut().expect("named locations have types");
    // The last alternative stands for every type that has none of its own.
    let other = types.last_mut().and_then(|other| other.pointer_mut(OTHER_TYPES));
    other.and_then(Value::as_array_mut).expect("a type of its own").push(NAME.into());
    types.push(compliant_network);
}

/// Where an alternative says which types it does not stand for.
const OTHER_TYPES: &str = "/properties/@odata.type/not/enum";

/// Source: <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>,
/// sections "Successful response" and "Error response".
fn token_schema(status: u16) -> Value {
    if status == 200 {
        return json!({
            "type": "object",
            "required": ["token_type", "expires_in", "access_token"],
            "properties": {
                "token_type": {"const": "Bearer"},
                "expires_in": {"type": "integer", "minimum": 1},
                "ext_expires_in": {"type": "integer"},
                "access_token": {"type": "string", "minLength": 1},
            },
            "additionalProperties": false,
        });
    }
    json!({
        "type": "object",
        "required": [
            "error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id",
        ],
        "properties": {
            "error": {"type": "string", "pattern": "^[a-z_]+$"},
            "error_description": {"type": "string", "pattern": "^AADSTS[0-9]+: "},
            "error_codes": {"type": "array", "minItems": 1, "items": {"type": "integer"}},
            "timestamp": {"type": "string"},
            "trace_id": {"type": "string", "format": "uuid"},
            "correlation_id": {"type": "string", "format": "uuid"},
            "error_uri": {"type": "string"},
        },
        "additionalProperties": false,
    })
}
