//! OData query options: what a request asks for, refused where Graph refuses it.
//!
//! Source: <https://learn.microsoft.com/graph/query-parameters>.

pub(crate) mod filter;
mod lex;
pub(crate) mod page;
pub(crate) mod percent;
pub(crate) mod select;

use crate::error::GraphError;
use filter::Filter;

/// The longest `$filter` that is read, in bytes.
const MAX_FILTER_BYTES: usize = 16 * 1024;

/// A query option that an operation may allow; `$skiptoken` belongs to every collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueryOption {
    Select,
    Top,
    Filter,
    Expand,
    Count,
}

impl QueryOption {
    fn name(self) -> &'static str {
        match self {
            Self::Select => "$select",
            Self::Top => "$top",
            Self::Filter => "$filter",
            Self::Expand => "$expand",
            Self::Count => "$count",
        }
    }
}

/// The query options of one request.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// `$select`, as written.
    pub(crate) select: Option<Vec<String>>,
    /// `$top`.
    pub(crate) top: Option<usize>,
    /// `$filter`.
    pub(crate) filter: Option<Filter>,
    /// `$expand`, as written.
    pub(crate) expand: Vec<String>,
    /// `$count=true`.
    pub(crate) count: bool,
    /// `$skiptoken`.
    pub(crate) skip_token: Option<String>,
    /// Every pair but the token, decoded, in the order of the request: next links repeat them.
    pub(crate) kept: Vec<(String, String)>,
}

impl Options {
    /// Whether `$select` names this property.
    pub(crate) fn selects(&self, name: &str) -> bool {
        self.select.iter().flatten().any(|one| one.eq_ignore_ascii_case(name))
    }
}

/// Reads a query string; an option that is not `allowed`, or is said twice, is an error.
pub(crate) fn parse(
    query: &str,
    allowed: &[QueryOption],
    is_collection: bool,
) -> Result<Options, GraphError> {
    let mut options = Options::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let invalid = || GraphError::bad_request("The query string is not valid percent-encoding.");
        let name = percent::decode_query(name).ok_or_else(invalid)?;
        let value = percent::decode_query(value).ok_or_else(invalid)?;
        let lower = name.to_ascii_lowercase();
        if lower == "$skiptoken" && is_collection {
            options.skip_token = Some(value);
            continue;
        }
        if lower.starts_with('$') {
            let option = allowed.iter().find(|option| option.name() == lower);
            let option = *option.ok_or_else(|| unsupported(&name))?;
            if options.kept.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                return Err(twice(&name));
            }
            set(&mut options, option, &value)?;
        }
        options.kept.push((name, value));
    }
    Ok(options)
}

fn unsupported(name: &str) -> GraphError {
    GraphError::bad_request(format!("The query parameter '{name}' is not supported."))
}

fn twice(name: &str) -> GraphError {
    GraphError::bad_request(format!(
        "Query option '{name}' was specified more than once, but it must be specified at most once."
    ))
}

fn set(options: &mut Options, option: QueryOption, value: &str) -> Result<(), GraphError> {
    match option {
        QueryOption::Select => options.select = Some(names(value, option)?),
        QueryOption::Expand => options.expand = names(value, option)?,
        QueryOption::Top => {
            let top = value.parse().ok().filter(|top| *top > 0);
            options.top = Some(top.ok_or_else(|| wrong(option, value))?);
        }
        QueryOption::Count => {
            options.count = match value {
                "true" => true,
                "false" => false,
                _ => return Err(wrong(option, value)),
            }
        }
        QueryOption::Filter if value.len() > MAX_FILTER_BYTES => {
            return Err(GraphError::bad_request(format!(
                "The filter is longer than {MAX_FILTER_BYTES} bytes."
            )));
        }
        QueryOption::Filter => options.filter = Some(filter::parse(value)?),
    }
    Ok(())
}

fn names(value: &str, option: QueryOption) -> Result<Vec<String>, GraphError> {
    let names: Vec<String> = value.split(',').map(|name| name.trim().to_owned()).collect();
    if names.iter().any(String::is_empty) {
        return Err(wrong(option, value));
    }
    Ok(names)
}

fn wrong(option: QueryOption, value: &str) -> GraphError {
    let name = option.name();
    GraphError::bad_request(format!("Invalid value '{value}' for {name} query option found."))
}

#[cfg(test)]
mod tests {
    use super::QueryOption::{Count, Expand, Filter, Select, Top};
    use super::*;

    const ALL: [QueryOption; 5] = [Select, Top, Filter, Expand, Count];

    #[test]
    fn options_are_read_in_any_spelling() {
        let options = parse("%24select=id,%20displayName&$TOP=5&$count=true&x=1", &ALL, true);
        let options = options.unwrap();
        assert_eq!(options.select.unwrap(), ["id", "displayName"]);
        assert_eq!(options.top, Some(5));
        assert!(options.count);
        assert_eq!(options.kept.len(), 4);
    }

    #[test]
    fn what_is_not_allowed_is_refused_with_its_name() {
        for (query, name) in [
            ("$orderby=displayName", "$orderby"),
            ("$search=%22a%22", "$search"),
            ("$foo", "$foo"),
            ("$skip=1", "$skip"),
            ("$=1", "$"),
        ] {
            let error = parse(query, &ALL, true).unwrap_err();
            assert_eq!(error.code, "BadRequest");
            assert!(error.message.contains(&format!("'{name}'")), "{}", error.message);
        }
        assert!(parse("$top=1", &[Select], true).is_err());
        assert!(parse("$skiptoken=x", &ALL, false).is_err());
    }

    #[test]
    fn hostile_values_are_refused() {
        for query in [
            "$top=0",
            "$top=-1",
            "$top=99999999999999999999999",
            "$top=",
            "$count=yes",
            "$select=",
            "$select=id,,x",
            "$select=id&%24SELECT=id",
            "$filter=%ff",
            "$filter=%2",
            "$filter=%zz",
        ] {
            assert!(parse(query, &ALL, true).is_err(), "{query}");
        }
        let long = format!("$filter=id eq '{}'", "x".repeat(MAX_FILTER_BYTES));
        assert!(parse(&long, &ALL, true).unwrap_err().message.contains("16384"));
    }
}
