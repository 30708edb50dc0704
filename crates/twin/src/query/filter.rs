//! `$filter`: `eq`, `ne`, `ge`, `le`, `in`, `startsWith`, `any`, `and`, `or`, `not` and
//! parentheses.
//!
//! Source: <https://learn.microsoft.com/graph/filter-query-parameter>; limits of the directory
//! service: at most 15 alternatives without an advanced query (the same page).

use halligan_core::time::Timestamp;
use serde_json::Value;

use super::lex::{Token, syntax, tokens};
use crate::directory::Object;
use crate::error::GraphError;

/// How deep parentheses and `not` may nest.
const MAX_DEPTH: usize = 32;
/// Alternatives (`or`, items of `in`) that the directory answers without an advanced query.
pub(crate) const MAX_ALTERNATIVES: usize = 15;

/// A filter, ready to be asked about objects.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Equal {
        path: String,
        value: Literal,
    },
    Unequal {
        path: String,
        value: Literal,
    },
    In {
        path: String,
        values: Vec<Literal>,
    },
    StartsWith {
        path: String,
        text: String,
    },
    /// A time that is not before this one.
    NotBefore {
        path: String,
        time: Timestamp,
    },
    /// A time that is not after this one.
    NotAfter {
        path: String,
        time: Timestamp,
    },
    /// An item of a list that is what the filter asks for, under the name `""`.
    Any {
        path: String,
        filter: Box<Filter>,
    },
}

/// A constant of a filter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Null,
    Boolean(bool),
    Number(i64),
    /// A quoted string, or a GUID or date without quotes.
    Text(String),
}

/// Which filters an operation answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `eq` and `and` only.
    Equality,
    /// Every operator.
    Plain,
    /// The directory service: `ne` and `not` need an advanced query, alternatives are limited.
    Directory,
}

/// Reads a filter.
pub(crate) fn parse(text: &str) -> Result<Filter, GraphError> {
    let mut parser = Parser { tokens: tokens(text)?, position: 0 };
    let filter = parser.alternatives(0)?;
    match parser.next() {
        None => Ok(filter),
        Some(_) => Err(syntax("words after the end of the expression")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    position: usize,
}

impl Parser {
    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.position).cloned();
        self.position += 1;
        token
    }

    /// Takes the next word when it is `word`; operators are written in lower case.
    fn take(&mut self, word: &str) -> bool {
        let matches =
            matches!(self.tokens.get(self.position), Some(Token::Word(next)) if next == word);
        self.position += usize::from(matches);
        matches
    }

    fn expect(&mut self, token: &Token, what: &str) -> Result<(), GraphError> {
        if self.next().as_ref() == Some(token) { Ok(()) } else { Err(syntax(what)) }
    }

    fn alternatives(&mut self, depth: usize) -> Result<Filter, GraphError> {
        let mut filter = self.conjunction(depth)?;
        while self.take("or") {
            filter = Filter::Or(Box::new(filter), Box::new(self.conjunction(depth)?));
        }
        Ok(filter)
    }

    fn conjunction(&mut self, depth: usize) -> Result<Filter, GraphError> {
        let mut filter = self.term(depth)?;
        while self.take("and") {
            filter = Filter::And(Box::new(filter), Box::new(self.term(depth)?));
        }
        Ok(filter)
    }

    fn term(&mut self, depth: usize) -> Result<Filter, GraphError> {
        if depth >= MAX_DEPTH {
            return Err(syntax(&format!("nested deeper than {MAX_DEPTH} levels")));
        }
        if self.take("not") {
            return Ok(Filter::Not(Box::new(self.term(depth + 1)?)));
        }
        match self.next() {
            Some(Token::Open) => {
                let filter = self.alternatives(depth + 1)?;
                self.expect(&Token::Close, "a parenthesis that is not closed")?;
                Ok(filter)
            }
            Some(Token::Word(word)) if self.tokens.get(self.position) == Some(&Token::Open) => {
                self.function(&word, depth)
            }
            Some(Token::Word(path)) => self.comparison(path),
            _ => Err(syntax("a property or function was expected")),
        }
    }

    /// `list/any(x: x eq 'value')`.
    fn any(&mut self, path: &str, depth: usize) -> Result<Filter, GraphError> {
        self.expect(&Token::Open, "`(` was expected")?;
        let Some(Token::Word(variable)) = self.next() else {
            return Err(syntax("a variable was expected"));
        };
        let Some(variable) = variable.strip_suffix(':') else {
            return Err(syntax("`:` was expected behind the variable"));
        };
        let mut filter = self.alternatives(depth + 1)?;
        self.expect(&Token::Close, "a parenthesis that is not closed")?;
        if !filter.rename(variable) {
            return Err(syntax("within `any` the variable alone is supported"));
        }
        Ok(Filter::Any { path: path.into(), filter: Box::new(filter) })
    }

    fn function(&mut self, name: &str, depth: usize) -> Result<Filter, GraphError> {
        if let Some(path) = name.strip_suffix("/any") {
            return self.any(path, depth);
        }
        if !name.eq_ignore_ascii_case("startswith") {
            return Err(GraphError::unsupported_query(format!(
                "The function '{name}' is not supported."
            )));
        }
        self.expect(&Token::Open, "`(` was expected")?;
        let Some(Token::Word(path)) = self.next() else {
            return Err(syntax("a property was expected"));
        };
        self.expect(&Token::Comma, "`,` was expected")?;
        let Some(Token::Text(text)) = self.next() else {
            return Err(syntax("a string was expected"));
        };
        self.expect(&Token::Close, "a parenthesis that is not closed")?;
        Ok(Filter::StartsWith { path, text })
    }

    fn comparison(&mut self, path: String) -> Result<Filter, GraphError> {
        let Some(Token::Word(operator)) = self.next() else {
            return Err(syntax(&format!("an operator was expected after '{path}'")));
        };
        match operator.as_str() {
            "eq" => Ok(Filter::Equal { path, value: self.literal()? }),
            "ne" => Ok(Filter::Unequal { path, value: self.literal()? }),
            "in" => Ok(Filter::In { path, values: self.list()? }),
            "ge" => Ok(Filter::NotBefore { path, time: self.time()? }),
            "le" => Ok(Filter::NotAfter { path, time: self.time()? }),
            _ => Err(GraphError::unsupported_query(format!(
                "The operator '{operator}' is not supported."
            ))),
        }
    }

    fn time(&mut self) -> Result<Timestamp, GraphError> {
        match self.next() {
            Some(Token::Word(word)) => {
                word.parse().map_err(|_| syntax(&format!("'{word}' is no date and time")))
            }
            _ => Err(syntax("a date and time was expected")),
        }
    }

    fn list(&mut self) -> Result<Vec<Literal>, GraphError> {
        self.expect(&Token::Open, "`(` was expected after `in`")?;
        let mut values = vec![self.literal()?];
        loop {
            match self.next() {
                Some(Token::Comma) => values.push(self.literal()?),
                Some(Token::Close) => return Ok(values),
                _ => return Err(syntax("a list that is not closed")),
            }
        }
    }

    fn literal(&mut self) -> Result<Literal, GraphError> {
        match self.next() {
            Some(Token::Text(text)) => Ok(Literal::Text(text)),
            Some(Token::Word(word)) => Ok(match word.as_str() {
                "null" => Literal::Null,
                "true" => Literal::Boolean(true),
                "false" => Literal::Boolean(false),
                _ => word.parse().map_or(Literal::Text(word), Literal::Number),
            }),
            _ => Err(syntax("a value was expected")),
        }
    }
}

impl Filter {
    /// Whether `object` is what the filter asks for.
    pub(crate) fn matches(&self, object: &Object) -> bool {
        match self {
            Self::And(one, other) => one.matches(object) && other.matches(object),
            Self::Or(one, other) => one.matches(object) || other.matches(object),
            Self::Not(filter) => !filter.matches(object),
            Self::Equal { path, value } => value.equals(member(object, path)),
            Self::Unequal { path, value } => !value.equals(member(object, path)),
            Self::In { path, values } => {
                values.iter().any(|value| value.equals(member(object, path)))
            }
            Self::StartsWith { path, text } => {
                let member = member(object, path).and_then(Value::as_str).unwrap_or_default();
                member.get(..text.len()).is_some_and(|start| start.eq_ignore_ascii_case(text))
            }
            Self::NotBefore { path, time } => time_of(object, path).is_some_and(|at| at >= *time),
            Self::NotAfter { path, time } => time_of(object, path).is_some_and(|at| at <= *time),
            Self::Any { path, filter } => {
                let items = member(object, path).and_then(Value::as_array);
                items
                    .into_iter()
                    .flatten()
                    .any(|item| filter.matches(&Object::from_iter([(String::new(), item.clone())])))
            }
        }
    }

    /// Names every path of a filter within `any` by what stands for the item; `false` where one is
    /// not the variable.
    fn rename(&mut self, variable: &str) -> bool {
        match self {
            Self::And(one, other) | Self::Or(one, other) => {
                one.rename(variable) && other.rename(variable)
            }
            Self::Equal { path, .. } | Self::Unequal { path, .. } => {
                let is_it = path == variable;
                path.clear();
                is_it
            }
            _ => false,
        }
    }

    /// Refuses what the operation does not answer: unknown properties, operators, too many
    /// alternatives. `resource` names the type in messages.
    pub(crate) fn check(
        &self,
        resource: &str,
        properties: &[&str],
        dialect: Dialect,
        is_advanced: bool,
    ) -> Result<(), GraphError> {
        self.check_clauses(resource, properties, dialect, is_advanced)?;
        let alternatives = self.alternatives();
        if dialect == Dialect::Directory && !is_advanced && alternatives > MAX_ALTERNATIVES {
            return Err(GraphError::unsupported_query(format!(
                "Too many child clauses specified in search filter expression containing 'OR' \
                 operators: {alternatives}. Max allowed: {MAX_ALTERNATIVES}."
            )));
        }
        Ok(())
    }

    fn check_clauses(
        &self,
        resource: &str,
        properties: &[&str],
        dialect: Dialect,
        is_advanced: bool,
    ) -> Result<(), GraphError> {
        let path = match self {
            Self::And(one, other) => {
                one.check_clauses(resource, properties, dialect, is_advanced)?;
                return other.check_clauses(resource, properties, dialect, is_advanced);
            }
            Self::Or(one, other) => {
                refuse_when(dialect == Dialect::Equality, "or")?;
                one.check_clauses(resource, properties, dialect, is_advanced)?;
                return other.check_clauses(resource, properties, dialect, is_advanced);
            }
            Self::Not(filter) => {
                refuse_when(dialect == Dialect::Equality, "not")?;
                needs_advanced(dialect, is_advanced, "Not")?;
                return filter.check_clauses(resource, properties, dialect, is_advanced);
            }
            Self::Unequal { path, .. } => {
                refuse_when(dialect == Dialect::Equality, "ne")?;
                needs_advanced(dialect, is_advanced, "NotEqualsMatch")?;
                path
            }
            Self::In { path, .. } => {
                refuse_when(dialect == Dialect::Equality, "in")?;
                path
            }
            Self::StartsWith { path, .. } => {
                refuse_when(dialect == Dialect::Equality, "startsWith")?;
                path
            }
            Self::NotBefore { path, .. } | Self::NotAfter { path, .. } => {
                refuse_when(dialect == Dialect::Equality, "ge")?;
                path
            }
            Self::Any { path, .. } => {
                refuse_when(dialect == Dialect::Equality, "any")?;
                path
            }
            Self::Equal { path, .. } => path,
        };
        if properties.iter().any(|known| known.eq_ignore_ascii_case(path)) {
            return Ok(());
        }
        Err(GraphError::unsupported_query(format!(
            "Unsupported or invalid query filter clause specified for property '{path}' of \
             resource '{resource}'."
        )))
    }

    /// The widest disjunction: `or` chains and `in` lists.
    fn alternatives(&self) -> usize {
        match self {
            Self::And(one, other) => one.alternatives().max(other.alternatives()),
            Self::Or(one, other) => one.alternatives() + other.alternatives(),
            Self::Not(filter) => filter.alternatives(),
            Self::In { values, .. } => values.len(),
            Self::Any { filter, .. } => filter.alternatives(),
            Self::Equal { .. }
            | Self::Unequal { .. }
            | Self::StartsWith { .. }
            | Self::NotBefore { .. }
            | Self::NotAfter { .. } => 1,
        }
    }

    /// Whether a property is named at all.
    pub(crate) fn names(&self, wanted: &str) -> bool {
        match self {
            Self::And(one, other) | Self::Or(one, other) => {
                one.names(wanted) || other.names(wanted)
            }
            Self::Not(filter) => filter.names(wanted),
            Self::Equal { path, .. }
            | Self::Unequal { path, .. }
            | Self::In { path, .. }
            | Self::StartsWith { path, .. }
            | Self::NotBefore { path, .. }
            | Self::NotAfter { path, .. }
            | Self::Any { path, .. } => path.eq_ignore_ascii_case(wanted),
        }
    }

    /// Whether every match has this text for `path`.
    pub(crate) fn requires_text(&self, wanted: &str, text: &str) -> bool {
        match self {
            Self::And(one, other) => {
                one.requires_text(wanted, text) || other.requires_text(wanted, text)
            }
            Self::Equal { path, value: Literal::Text(value) } => {
                path.eq_ignore_ascii_case(wanted) && value.eq_ignore_ascii_case(text)
            }
            _ => false,
        }
    }

    /// Whether every match has one value for `path`: an `eq` that all alternatives share.
    pub(crate) fn requires(&self, wanted: &str) -> bool {
        match self {
            Self::And(one, other) => one.requires(wanted) || other.requires(wanted),
            Self::Equal { path, value } => {
                path.eq_ignore_ascii_case(wanted) && *value != Literal::Null
            }
            _ => false,
        }
    }
}

fn refuse_when(refused: bool, operator: &str) -> Result<(), GraphError> {
    if refused {
        return Err(GraphError::unsupported_query(format!(
            "The operator '{operator}' is not supported."
        )));
    }
    Ok(())
}

fn needs_advanced(dialect: Dialect, is_advanced: bool, name: &str) -> Result<(), GraphError> {
    if dialect == Dialect::Directory && !is_advanced {
        return Err(GraphError::unsupported_query(format!(
            "Operator '{name}' is not supported because the required parameters might be missing. \
             Try adding $count=true query parameter and ConsistencyLevel:eventual header."
        )));
    }
    Ok(())
}

fn time_of(object: &Object, path: &str) -> Option<Timestamp> {
    member(object, path)?.as_str()?.parse().ok()
}

fn member<'a>(object: &'a Object, path: &str) -> Option<&'a Value> {
    let mut object = object;
    let mut names = path.split('/').peekable();
    while let Some(name) = names.next() {
        let (_, value) = object.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        if names.peek().is_none() {
            return Some(value);
        }
        object = value.as_object()?;
    }
    None
}

impl Literal {
    fn equals(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Null, None | Some(Value::Null)) => true,
            (Self::Boolean(one), Some(Value::Bool(other))) => one == other,
            (Self::Number(one), Some(Value::Number(other))) => other.as_i64() == Some(*one),
            (Self::Text(one), Some(Value::String(other))) => one.eq_ignore_ascii_case(other),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::objects::object;
    use serde_json::json;

    #[test]
    fn filters_find_what_they_ask_for() {
        let user = object(json!({
            "id": "a0b0", "displayName": "O'Neil", "accountEnabled": true, "mail": null,
            "age": 7, "status": {"errorCode": 5},
        }));
        for (filter, expected) in [
            ("id eq 'A0B0'", true),
            ("id eq a0b0", true),
            ("ID eq 'a0b0' and accountEnabled eq true", true),
            ("id in ('x','a0b0')", true),
            ("id in ('x')", false),
            ("displayName eq 'O''Neil'", true),
            ("startsWith(displayName,'o''n')", true),
            ("startswith(displayName, 'O''Neil and more')", false),
            ("startsWith(mail,'a')", false),
            ("not(accountEnabled eq true)", false),
            ("not accountEnabled eq true or age eq 7", true),
            ("mail eq null and missing eq null", true),
            ("mail ne null", false),
            ("status/errorCode eq 5", true),
            ("status/errorCode/deeper eq 5", false),
            ("(id eq 'x' or id eq 'a0b0') and age ne 8", true),
            ("id eq 'x' or id eq 'a0b0' and age eq 8", false),
            ("accountEnabled eq 'true'", false),
        ] {
            assert_eq!(parse(filter).unwrap().matches(&user), expected, "{filter}");
        }
    }

    #[test]
    fn hostile_filters_are_refused_and_end() {
        for filter in [
            "",
            " ",
            "id",
            "id eq",
            "id eq 'a",
            "eq eq",
            "id eq 'a' and",
            "id eq 'a' 'b'",
            "(id eq 'a'",
            "id eq 'a')",
            "id in ()",
            "id in ('a'",
            "id in 'a'",
            "id gt 5",
            "id has 'x'",
            "contains(id,'a')",
            "startsWith(id)",
            "startsWith('id','a')",
            "groupTypes/any(c:c eq 'Unified')",
            "id eq \u{0}",
            "%",
            "id eq ''' ",
        ] {
            assert!(parse(filter).is_err(), "{filter}");
        }
        let deep = format!("{}id eq 'a'{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(parse(&deep).unwrap_err().message.contains("32 levels"));
        let deep = format!("{}id eq 'a'", "not ".repeat(4_000));
        assert!(parse(&deep).unwrap_err().message.contains("32 levels"));
    }

    #[test]
    fn each_dialect_refuses_its_own() {
        use Dialect::{Directory, Equality, Plain};
        let many: Vec<String> = (0..16).map(|number| format!("'{number}'")).collect();
        let many = format!("id in ({})", many.join(","));
        for (filter, dialect, is_advanced, is_fine) in [
            ("id eq 'a'", Equality, false, true),
            ("id eq 'a' and mail eq 'b'", Equality, false, true),
            ("id eq 'a' or mail eq 'b'", Equality, false, false),
            ("id in ('a')", Equality, false, false),
            ("id ne 'a'", Directory, false, false),
            ("id ne 'a'", Directory, true, true),
            ("not startsWith(mail,'a')", Directory, false, false),
            ("id ne 'a'", Plain, false, true),
            ("other eq 'a'", Plain, false, false),
            ("not (id eq 'a' and other eq 'a')", Plain, false, false),
            (many.as_str(), Directory, false, false),
            (many.as_str(), Directory, true, true),
            (many.as_str(), Plain, false, true),
        ] {
            let filter = parse(filter).unwrap();
            let result = filter.check("User", &["id", "mail"], dialect, is_advanced);
            assert_eq!(result.is_ok(), is_fine, "{filter:?} {dialect:?}");
        }
    }

    #[test]
    fn a_required_value_is_shared_by_all_alternatives() {
        for (filter, expected) in [
            ("roleDefinitionId eq 'a'", true),
            ("roledefinitionid eq 'a' and principalId eq 'b'", true),
            ("roleDefinitionId eq 'a' or id eq 'b'", false),
            ("not(roleDefinitionId eq 'a')", false),
            ("roleDefinitionId eq null", false),
        ] {
            assert_eq!(parse(filter).unwrap().requires("roleDefinitionId"), expected, "{filter}");
        }
        for (filter, expected) in [
            ("scopeId eq 'a' and scopeType eq 'Group'", true),
            ("scopetype eq 'group'", true),
            ("scopeType eq 'DirectoryRole' and scopeId eq 'Group'", false),
            ("scopeType eq 'Group' or scopeType eq 'Directory'", false),
            ("scopeType eq null", false),
        ] {
            let filter_read = parse(filter).unwrap();
            assert_eq!(filter_read.requires_text("scopeType", "Group"), expected, "{filter}");
        }
    }
}
