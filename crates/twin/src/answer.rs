//! From a handler's answer to a body: filter, count, page, select, in Graph's order.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::directory::{Directory, Object, text_of};
use crate::error::GraphError;
use crate::operation::{Answer, Call, Item, Operation, Version};
use crate::query::{self, Options, page, select};
use crate::types::EntityType;

/// What a request says beyond its operation.
pub(crate) struct Asked<'a> {
    pub(crate) version: Version,
    /// Values of the template's placeholders.
    pub(crate) parameters: &'a [String],
    /// The URL without its query, for next links.
    pub(crate) url: &'a str,
    /// The twin's Graph address, for contexts.
    pub(crate) graph_url: &'a str,
    /// `ConsistencyLevel: eventual`.
    pub(crate) is_eventual: bool,
    /// `Prefer: include-unknown-enum-members`.
    pub(crate) includes_unknown: bool,
    /// Items on a page at most, when the twin was told so.
    pub(crate) page_size: Option<usize>,
    /// The body of the request.
    pub(crate) body: &'a [u8],
}

/// Reads the query options of a request to `operation`.
pub(crate) fn options(operation: &Operation, query: &str) -> Result<Options, GraphError> {
    let options = query::parse(query, operation.options, operation.is_collection())?;
    if let Some(names) = &options.select {
        let relation = |name: &&String| !operation.expands.contains(&name.as_str());
        let names: Vec<String> = names.iter().filter(relation).cloned().collect();
        select::check(&names, operation.types)?;
    }
    for asked in &options.expand {
        if !operation.expands.iter().any(|known| known.eq_ignore_ascii_case(asked)) {
            return Err(GraphError::bad_request(format!(
                "Parsing OData Select and Expand failed: Could not find a property named \
                 '{asked}' to expand."
            )));
        }
    }
    if options.expand.len() > 1 {
        return Err(GraphError::bad_request(
            "Only one relation can be expanded in a request to this resource.",
        ));
    }
    Ok(options)
}

/// The body that answers a request which passed the guard.
pub(crate) fn body(
    directory: &Directory,
    permissions: &BTreeSet<String>,
    operation: &Operation,
    asked: &Asked<'_>,
    options: &Options,
) -> Result<Value, GraphError> {
    let is_advanced = asked.is_eventual && options.count;
    if let Some(filter) = &options.filter {
        let resource = operation.types.first().map_or("entity", |kind| kind.name);
        filter.check(resource, operation.filters, operation.dialect, is_advanced)?;
    }
    let call = Call {
        directory,
        version: asked.version,
        parameters: asked.parameters,
        options,
        permissions,
        includes_unknown: asked.includes_unknown,
        body: asked.body,
    };
    let answer = (operation.handler)(&call)?;
    let context =
        format!("{}/{}/$metadata#{}", asked.graph_url, asked.version.as_str(), operation.context);
    match answer {
        Answer::One(item) => {
            let mut object = shown(operation, options, item);
            object.insert("@odata.context".into(), context.into());
            Ok(object.into())
        }
        Answer::Many(items) => many(operation, asked, options, items, &context),
    }
}

fn many(
    operation: &Operation,
    asked: &Asked<'_>,
    options: &Options,
    mut items: Vec<Item>,
    context: &str,
) -> Result<Value, GraphError> {
    if let Some(filter) = &options.filter {
        items.retain(|item| filter.matches(&item.object));
    }
    // The directory counts only in advanced queries, and ignores the wish in others.
    let is_directory = matches!(operation.class, crate::throttle::Class::Directory(_));
    let counts = options.count && (asked.is_eventual || !is_directory);
    let count = counts.then_some(items.len());
    let page = if operation.is_question() {
        page::Page { items, next: None }
    } else {
        page::cut(items, options, asked.url, asked.page_size)?
    };
    let value: Vec<Object> =
        page.items.into_iter().map(|item| shown(operation, options, item)).collect();
    let mut body = json!({"@odata.context": context, "value": value});
    if let Some(members) = body.as_object_mut() {
        if let Some(count) = count {
            members.insert("@odata.count".into(), count.into());
        }
        if let Some(next) = page.next {
            members.insert("@odata.nextLink".into(), next.into());
        }
    }
    Ok(body)
}

/// The item as `$select` wants it; relations that were expanded stay.
fn shown(operation: &Operation, options: &Options, item: Item) -> Object {
    if item.is_limited {
        return item.object;
    }
    let Some(kind) = kind_of(operation, &item.object) else { return item.object };
    let expanded: Vec<(String, Value)> = options
        .expand
        .iter()
        .filter_map(|name| {
            let known = operation.expands.iter().find(|known| known.eq_ignore_ascii_case(name))?;
            // `policy($expand=rules)` is the relation `policy`.
            let relation = known.split('(').next().unwrap_or(known);
            Some((relation.to_owned(), item.object.get(relation)?.clone()))
        })
        .collect();
    let mut object = select::project(item.object, kind, options.select.as_deref());
    object.extend(expanded);
    object
}

fn kind_of(operation: &Operation, object: &Object) -> Option<&'static EntityType> {
    let name = text_of(object, "@odata.type").strip_prefix("#microsoft.graph.");
    let named = operation.types.iter().find(|kind| Some(kind.name) == name);
    named.or(operation.types.first()).copied()
}
