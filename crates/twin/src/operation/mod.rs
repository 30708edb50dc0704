//! The operation table: every path that the twin answers, and on which terms.
//!
//! A row is read by four people: the router (template), the guard (permissions), the query parser
//! (options, filters) and the meter (class). What is not in the table is answered as Graph answers
//! an unknown path. A test holds the rows against the shared Graph schema.

mod applications;
mod governance;
mod logs;
mod settings;
mod table;

use std::collections::BTreeSet;

use crate::directory::{Directory, Object};
use crate::error::GraphError;
use crate::query::filter::Dialect;
use crate::query::{Options, QueryOption};
use crate::throttle::Class;
use crate::types::EntityType;
use table::OPERATIONS;

/// A version of Graph's API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// `v1.0`.
    V1,
    /// `beta`.
    Beta,
}

impl Version {
    /// The version as URLs spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// A request that passed the guard, as its handler sees it.
pub(crate) struct Call<'a> {
    pub(crate) directory: &'a Directory,
    pub(crate) version: Version,
    /// Values of the template's placeholders, in order.
    pub(crate) parameters: &'a [String],
    pub(crate) options: &'a Options,
    /// Permissions granted to the calling application.
    pub(crate) permissions: &'a BTreeSet<String>,
    /// `Prefer: include-unknown-enum-members`.
    pub(crate) includes_unknown: bool,
    /// The body of the request.
    pub(crate) body: &'a [u8],
}

impl Call<'_> {
    /// The value of the first placeholder.
    pub(crate) fn id(&self) -> &str {
        self.parameters.first().map_or("", String::as_str)
    }
}

/// An object of an answer, before `$select`.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) object: Object,
    /// The caller may not read this kind: `@odata.type` and `id` are all that it gets.
    pub(crate) is_limited: bool,
}

impl From<Object> for Item {
    fn from(object: Object) -> Self {
        Self { object, is_limited: false }
    }
}

/// What a handler answers with, before query options.
#[derive(Debug)]
pub(crate) enum Answer {
    One(Item),
    Many(Vec<Item>),
}

impl Answer {
    pub(crate) fn one(object: Object) -> Self {
        Self::One(object.into())
    }

    pub(crate) fn many(objects: impl IntoIterator<Item = Object>) -> Self {
        Self::Many(objects.into_iter().map(Item::from).collect())
    }
}

type Handler = fn(&Call<'_>) -> Result<Answer, GraphError>;

/// A row of the table: a `GET`, or a question that is put by `POST`.
#[derive(Clone, Copy)]
pub(crate) struct Operation {
    /// The method that it takes.
    pub(crate) method: &'static str,
    /// The path, as the Graph schema spells it.
    pub(crate) template: &'static str,
    /// What stands behind `$metadata#` in the answer's context.
    pub(crate) context: &'static str,
    /// Whether v1.0 answers it.
    pub(crate) is_in_v1: bool,
    /// Whether beta answers it as well. The rows claim no more of beta than what the schema has,
    /// and lists of which v1.0 is documented to leave something out.
    pub(crate) is_in_beta: bool,
    /// Types that an answer may hold.
    pub(crate) types: &'static [&'static EntityType],
    /// Permissions, any of which suffices.
    pub(crate) permissions: &'static [&'static str],
    /// Query options that the documentation allows.
    pub(crate) options: &'static [QueryOption],
    /// Relations that `$expand` may name, one at a time.
    pub(crate) expands: &'static [&'static str],
    /// Properties that `$filter` may name.
    pub(crate) filters: &'static [&'static str],
    /// Operators that `$filter` may use.
    pub(crate) dialect: Dialect,
    /// The limit that it counts against.
    pub(crate) class: Class,
    /// What answers it.
    pub(crate) handler: Handler,
}

impl Operation {
    const fn get(
        template: &'static str,
        context: &'static str,
        types: &'static [&'static EntityType],
        permissions: &'static [&'static str],
        handler: Handler,
    ) -> Self {
        Self {
            method: "GET",
            template,
            context,
            is_in_v1: true,
            is_in_beta: false,
            types,
            permissions,
            options: &[QueryOption::Select],
            expands: &[],
            filters: &[],
            dialect: Dialect::Plain,
            class: Class::Free,
            handler,
        }
    }

    /// A question: a `POST` that changes nothing, answered as a collection without options.
    const fn question(mut self) -> Self {
        self.method = "POST";
        self.options = &[];
        self
    }

    const fn with_beta(mut self) -> Self {
        self.is_in_beta = true;
        self
    }

    const fn only_beta(mut self) -> Self {
        self.is_in_v1 = false;
        self.is_in_beta = true;
        self
    }

    const fn options(mut self, options: &'static [QueryOption]) -> Self {
        self.options = options;
        self
    }

    const fn expands(mut self, relations: &'static [&'static str]) -> Self {
        self.expands = relations;
        self
    }

    const fn filters(mut self, dialect: Dialect, properties: &'static [&'static str]) -> Self {
        self.dialect = dialect;
        self.filters = properties;
        self
    }

    const fn class(mut self, class: Class) -> Self {
        self.class = class;
        self
    }

    /// Whether a version of the API answers it.
    fn is_in(&self, version: Version) -> bool {
        match version {
            Version::V1 => self.is_in_v1,
            Version::Beta => self.is_in_beta,
        }
    }

    /// Whether it is a question: its answer comes whole.
    pub(crate) fn is_question(&self) -> bool {
        self.method == "POST"
    }

    /// Whether the last segment names a collection: `$skiptoken` belongs to it.
    pub(crate) fn is_collection(&self) -> bool {
        !self.context.ends_with("$entity") && !self.is_question()
    }
}

/// Every row, area by area.
fn rows() -> impl Iterator<Item = &'static Operation> {
    [
        OPERATIONS,
        settings::OPERATIONS,
        applications::OPERATIONS,
        governance::OPERATIONS,
        logs::OPERATIONS,
    ]
    .into_iter()
    .flatten()
}

/// Every operation that the twin answers, by path template and version.
pub fn operations() -> impl Iterator<Item = (&'static str, Version)> {
    rows().flat_map(|operation| {
        let versions = [Version::V1, Version::Beta].into_iter();
        versions
            .filter(|version| operation.is_in(*version))
            .map(|version| (operation.template, version))
    })
}

/// The operation that a path names, with the values of its placeholders.
///
/// The error names the first segment that no operation of this version knows.
pub(crate) fn route(
    version: Version,
    segments: &[String],
) -> Result<(&'static Operation, Vec<String>), GraphError> {
    let mut known = 0;
    for operation in rows().filter(|operation| operation.is_in(version)) {
        let template: Vec<&str> = operation.template.split('/').skip(1).collect();
        let pairs = template.iter().zip(segments);
        let matched = pairs.take_while(|(pattern, segment)| fits(pattern, segment)).count();
        if matched == segments.len() && matched == template.len() {
            let values = template.iter().zip(segments);
            let values = values.filter(|(pattern, _)| pattern.starts_with('{'));
            return Ok((operation, values.map(|(_, segment)| segment.clone()).collect()));
        }
        known = known.max(matched);
    }
    let unknown = segments.get(known).or(segments.last()).map_or("", String::as_str);
    Err(GraphError::unknown_segment(unknown))
}

fn fits(pattern: &str, segment: &str) -> bool {
    let segment = match segment.strip_prefix("microsoft.") {
        Some(cast) if cast.starts_with("graph.") => cast,
        _ => segment,
    };
    if pattern.starts_with('{') {
        return !segment.is_empty();
    }
    pattern.eq_ignore_ascii_case(segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routed(version: Version, path: &str) -> Result<(&'static str, Vec<String>), String> {
        let segments: Vec<String> = path.split('/').map(String::from).collect();
        match route(version, &segments) {
            Ok((operation, values)) => Ok((operation.template, values)),
            Err(error) => Err(error.message),
        }
    }

    #[test]
    fn paths_find_their_operation() {
        let found = |template, values: &[&str]| {
            Ok((template, values.iter().map(|&value| String::from(value)).collect()))
        };
        assert_eq!(routed(Version::V1, "users/1"), found("/users/{user-id}", &["1"]));
        assert_eq!(
            routed(Version::V1, "Groups/2/transitivemembers"),
            found("/groups/{group-id}/transitiveMembers", &["2"])
        );
        assert_eq!(
            routed(Version::V1, "directory/deletedItems/microsoft.graph.group"),
            found("/directory/deletedItems/graph.group", &[])
        );
    }

    #[test]
    fn unknown_paths_name_the_segment() {
        for (version, path, segment) in [
            (Version::V1, "nothing", "nothing"),
            (Version::V1, "users/1/nothing/more", "nothing"),
            (Version::V1, "users/", ""),
            (Version::V1, "identity", "identity"),
            (Version::Beta, "organization", "organization"),
        ] {
            let message = format!("Resource not found for the segment '{segment}'.");
            assert_eq!(routed(version, path), Err(message), "{path}");
        }
    }
}
