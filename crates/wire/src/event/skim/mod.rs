//! Goes through a JSON text without parsing it: where its values begin and end.
//!
//! What is followed is followed to the end: every bracket outside of strings is closed, every
//! string ends, and nothing stands behind the last bracket. What stands *within* a value that is
//! passed over is not checked beyond that and beyond what stands beside its strings' quotes: a
//! record is read even where a member that nobody asks for holds `[1,,2]`. Whatever is not
//! followed (`None`) is for a parser to judge, and to say what is wrong where.

mod blocks;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use fearless_simd::Level;
use memchr::memchr2;

use blocks::{nested_length, string_length};

static LEVEL: LazyLock<Level> = LazyLock::new(Level::new);

/// A place in a JSON text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// At the beginning of a text.
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no space, and stays the next; `None` at the end.
    pub(super) fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match *bytes.get(self.at)? {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    /// Goes through the members of an object. `each` gets a name as it is written, with its
    /// quotes, at the place of the value, and takes that.
    pub(super) fn members(
        &mut self,
        mut each: impl FnMut(&'a str, &mut Self) -> Option<()>,
    ) -> Option<()> {
        self.list(b'{', b'}', |cursor| {
            let name = cursor.string()?;
            cursor.take(b':')?;
            each(name, cursor)
        })
    }

    /// Goes through the items of an array, each as it is written.
    pub(super) fn items(&mut self, mut each: impl FnMut(&'a str)) -> Option<()> {
        self.list(b'[', b']', |cursor| cursor.value().map(&mut each))
    }

    /// Takes a value, as it is written and without the space around it.
    pub(super) fn value(&mut self) -> Option<&'a str> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' | b'[' => {
                let length = nested_length(*LEVEL, self.rest()?)?;
                self.slice(length)
            }
            _ => self.scalar(),
        }
    }

    /// Whether there is nothing more.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    fn list(
        &mut self,
        open: u8,
        close: u8,
        mut each: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.take(open)?;
        if self.peek()? == close {
            return self.take(close);
        }
        loop {
            each(self)?;
            match self.peek()? {
                b',' => self.at += 1,
                _ => return self.take(close),
            }
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        let is_it = self.peek()? == byte;
        self.at += usize::from(is_it);
        is_it.then_some(())
    }

    /// A string with its quotes. Most have no escapes; in those that do, there are many.
    fn string(&mut self) -> Option<&'a str> {
        if self.peek()? != b'"' {
            return None;
        }
        let bytes = self.rest()?;
        let end = 1 + memchr2(b'"', b'\\', bytes.get(1..)?)?;
        let length = match bytes.get(end)? {
            b'"' => end + 1,
            _ => end + string_length(*LEVEL, bytes.get(end..)?)?,
        };
        self.slice(length)
    }

    /// A number or a word, which are few and are checked.
    fn scalar(&mut self) -> Option<&'a str> {
        let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
        let length = self.rest()?.iter().take_while(is_part).count();
        let scalar = self.slice(length)?;
        let is_plain = match scalar.as_bytes() {
            [b'0'..=b'9'] => true,
            [b'1'..=b'9', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
            _ => matches!(scalar, "true" | "false" | "null"),
        };
        (is_plain || is_json(scalar)).then_some(scalar)
    }

    fn rest(&self) -> Option<&'a [u8]> {
        self.text.as_bytes().get(self.at..)
    }

    fn slice(&mut self, length: usize) -> Option<&'a str> {
        let slice = self.text.get(self.at..)?.get(..length)?;
        self.at += length;
        Some(slice)
    }
}

/// Whether a text is one JSON value, at whatever depth.
pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
