//! One object while it is written, the counterpart of [`crate::Members`].

use std::fmt::Display;

use halligan_core::tenant::Unknown;
use serde_json::{Map, Value};

/// An object while it is written: unknown members first, known ones over them.
#[derive(Default)]
pub(crate) struct Body(Map<String, Value>);

impl Body {
    pub(crate) fn new(unknown: &Unknown) -> Self {
        Self(unknown.iter().map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// Sets a member.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// Sets a member, `null` for none.
    pub(crate) fn nullable(&mut self, name: &str, value: Option<impl Into<Value>>) {
        self.set(name, value.map_or(Value::Null, Into::into));
    }

    /// Sets a member, nothing for none: for members that the schema does not let be `null`.
    pub(crate) fn optional(&mut self, name: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }

    /// Sets a string that prints itself.
    pub(crate) fn print(&mut self, name: &str, value: &impl Display) {
        self.set(name, value.to_string());
    }

    /// Sets a string that prints itself, `null` for none.
    pub(crate) fn print_nullable(&mut self, name: &str, value: Option<&impl Display>) {
        self.nullable(name, value.map(ToString::to_string));
    }

    /// Sets a list of strings.
    pub(crate) fn list<T: Display>(&mut self, name: &str, items: &[T]) {
        self.set(name, items.iter().map(ToString::to_string).collect::<Vec<_>>());
    }

    /// Sets one string with commas between the values, `null` for none.
    pub(crate) fn flags<T: Display>(&mut self, name: &str, items: &[T]) {
        self.nullable(name, (!items.is_empty()).then(|| joined(items, ",")));
    }

    /// Sets a list of objects.
    pub(crate) fn objects<T>(
        &mut self,
        name: &str,
        items: &[T],
        write: impl Fn(&T) -> Map<String, Value>,
    ) {
        self.set(name, items.iter().map(|item| Value::Object(write(item))).collect::<Vec<_>>());
    }

    /// Sets members of an object that [`crate::Members::opened`] read.
    pub(crate) fn open(&mut self, name: &str, members: Body) {
        match self.0.get_mut(name) {
            Some(Value::Object(have)) => have.extend(members.0),
            _ => self.set(name, members.0),
        }
    }

    /// The same for an object within such an object.
    pub(crate) fn open_in(&mut self, outer: &str, name: &str, members: Body) {
        let mut inner = match self.0.remove(outer) {
            Some(Value::Object(have)) => Self(have),
            _ => Self::default(),
        };
        inner.open(name, members);
        self.set(outer, inner.0);
    }

    /// Sets members of an object that [`crate::Members::opened`] read; without any it stays as
    /// unknown members left it, or becomes `null`.
    pub(crate) fn open_nullable(&mut self, name: &str, members: Option<Body>) {
        match members {
            Some(members) => self.open(name, members),
            None => self.keep_or_null(name),
        }
    }

    /// Leaves a member as unknown members left it, or makes it `null`.
    pub(crate) fn keep_or_null(&mut self, name: &str) {
        if !self.0.contains_key(name) {
            self.set(name, Value::Null);
        }
    }

    pub(crate) fn done(self) -> Map<String, Value> {
        self.0
    }
}

impl From<Body> for Value {
    fn from(body: Body) -> Self {
        Self::Object(body.0)
    }
}

/// The values with `between` between them.
pub(crate) fn joined<T: Display>(items: &[T], between: &str) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(between)
}
