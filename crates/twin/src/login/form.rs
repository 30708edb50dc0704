//! Forms and query strings of the sign-in service.

use super::Refusal;
use crate::query::percent;

/// The fields of a form body or a query string.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let invalid = || Refusal::request(900_144, "The request body is not a form.");
        let text = std::str::from_utf8(bytes).map_err(|_| invalid())?;
        let mut fields = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(invalid)?;
            let name = percent::decode_query(name).ok_or_else(invalid)?;
            let value = percent::decode_query(value).ok_or_else(invalid)?;
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        field.map(|(_, value)| value.as_str())
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.value(name).ok_or_else(|| {
            Refusal::request(
                900_144,
                format!("The request body must contain the following parameter: '{name}'."),
            )
        })
    }

    /// Every field, in order.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}
