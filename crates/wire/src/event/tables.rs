//! Answers to queries of Log Analytics: tables of columns and rows, each row a record.
//!
//! Columns of the type `dynamic` hold JSON in strings, as exported rows do.
//!
//! Source: <https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format>. The older
//! form of the management API spells its members otherwise: `TableName`, `ColumnName`.

use super::record::list;
use super::skim::Cursor;
use super::value::unescaped;
use crate::ReadError;

/// What a query calls its answer where that is no table of a workspace.
const UNNAMED: [&str; 2] = ["PrimaryResult", "Table_0"];

/// The rows of a list of tables, each written as an object by the names of its columns. A row that
/// has more or fewer values than there are columns is given as it is, for its reader to refuse.
pub(super) fn rows(tables: &str) -> Result<Vec<String>, ReadError> {
    let mut rows = Vec::new();
    for table in followed(tables)? {
        let table = Table::read(table).ok_or_else(refused)?;
        let mut columns: Vec<String> = Vec::new();
        for column in followed(table.columns)? {
            columns.push(name_of(column).ok_or_else(refused)?);
        }
        let has_type = columns.iter().any(|name| name.eq_ignore_ascii_case("\"Type\""));
        let kind = table.name.filter(|name| !has_type && !is_unnamed(name));
        for row in followed(table.rows)? {
            rows.push(written(&columns, row, kind).unwrap_or_else(|| row.to_owned()));
        }
    }
    Ok(rows)
}

fn written(columns: &[String], row: &str, kind: Option<&str>) -> Option<String> {
    let values = list(row).ok().filter(|values| values.len() == columns.len())?;
    let members = columns.iter().zip(values).map(|(name, value)| format!("{name}:{value}"));
    let kind = kind.map(|name| format!("\"Type\":{name}"));
    Some(format!("{{{}}}", members.chain(kind).collect::<Vec<_>>().join(",")))
}

/// A table, with its members as they are written.
struct Table<'a> {
    name: Option<&'a str>,
    columns: &'a str,
    rows: &'a str,
}

impl<'a> Table<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (mut name, mut columns, mut rows) = (None, None, None);
        members(text, |member, value| match member {
            "name" | "tablename" => name = name.or(Some(value)),
            "columns" => columns = columns.or(Some(value)),
            "rows" => rows = rows.or(Some(value)),
            _ => {}
        })?;
        Some(Self { name, columns: columns?, rows: rows? })
    }
}

/// The name of a column, as it is written.
fn name_of(column: &str) -> Option<String> {
    let mut name = None;
    members(column, |member, value| {
        if matches!(member, "name" | "columnname") {
            name = name.or(Some(value));
        }
    })?;
    name.filter(|name| unescaped(name).is_some()).map(str::to_owned)
}

/// Goes through the members of an object, their names in small letters.
fn members<'a>(text: &'a str, mut each: impl FnMut(&str, &'a str)) -> Option<()> {
    let mut cursor = Cursor::new(text);
    cursor.members(|name, cursor| {
        each(&unescaped(name)?.to_ascii_lowercase(), cursor.value()?);
        Some(())
    })?;
    cursor.is_at_end().then_some(())
}

fn is_unnamed(name: &str) -> bool {
    unescaped(name).is_none_or(|name| UNNAMED.contains(&&*name))
}

fn followed(text: &str) -> Result<Vec<&str>, ReadError> {
    list(text).map_err(|_| refused())
}

fn refused() -> ReadError {
    ReadError::new("holds tables without columns and rows of columns' values")
}
