//! A stream of bytes, cut into records.
//!
//! Exports and pipes come as a record on each line, as one list, as an object with its records in a
//! member `records` or `value`, on one line or on many. A line that begins with `{` and ends with
//! `}` is taken as it is, and costs a search for its end; everything else is followed byte by byte
//! to where each record ends, so that a list of any length is held one record at a time.
//!
//! What is no record is handed on as well, with its line and what is wrong with it, and the next
//! line is tried: a stream that was cut somewhere loses that record and no other.

#[cfg(test)]
mod tests;

use memchr::{memchr, memchr_iter};

/// The longest record, in bytes: fifteen times the largest message that Event Hubs takes, 1 MiB.
pub const RECORD_BYTES_MAX: usize = 16 << 20;

/// How deep the objects and lists of a record nest.
pub const RECORD_DEPTH_MAX: usize = 128;

/// A line is waited for up to here before it is followed byte by byte.
const LINE_BYTES_AWAITED: usize = 1 << 20;

/// The level of records in a text whose list has ended.
const NO_LEVEL: usize = usize::MAX;

/// What of a too long record is seen again with its next piece: no identifier is longer.
const OVERLAP: usize = 512;

/// A piece of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The line that it begins on, from 1.
    pub line: u64,
    /// The piece as it came.
    pub bytes: &'a [u8],
    /// What keeps it from being a record; `None` for one. What is no record can come in several
    /// pieces, each with the line of the first, those of a too long one overlapping.
    pub flaw: Option<Flaw>,
}

/// Why a piece is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is no JSON object.
    NotAnObject,
    /// Its brackets do not close, or something else breaks it off.
    Broken,
    /// It has more bytes than [`RECORD_BYTES_MAX`].
    TooLong,
    /// It nests deeper than [`RECORD_DEPTH_MAX`].
    TooDeep,
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("is no JSON object"),
            Self::Broken => f.write_str("is broken off or is no valid JSON"),
            Self::TooLong => {
                write!(f, "is longer than RECORD_BYTES_MAX ({RECORD_BYTES_MAX} bytes)")
            }
            Self::TooDeep => write!(f, "nests deeper than RECORD_DEPTH_MAX ({RECORD_DEPTH_MAX})"),
        }
    }
}

/// Cuts a stream into pieces, whatever the portions that it comes in.
#[derive(Debug)]
pub struct Framing {
    /// What came and is not handed on yet.
    held: Vec<u8>,
    /// The line on which `held` begins.
    line: u64,
    /// What is followed byte by byte.
    text: Option<Text>,
    /// The line of the last text that was broken off: lines that are nothing by themselves are what
    /// is left of it.
    break_at: Option<u64>,
    /// Whether a list was broken off: its commas and brackets may stand between records.
    has_loose_ends: bool,
    /// Whether a line between braces is taken as it is.
    takes_lines: bool,
}

impl Default for Framing {
    fn default() -> Self {
        Self {
            held: Vec::new(),
            line: 1,
            text: None,
            break_at: None,
            has_loose_ends: false,
            takes_lines: true,
        }
    }
}

/// Gives the records of a line that is none by itself: some writers leave out the line between two,
/// or put a comma there.
pub fn split(line: &[u8], take: &mut dyn FnMut(Piece<'_>)) {
    let mut framing = Framing { takes_lines: false, has_loose_ends: true, ..Framing::default() };
    framing.push(line, take);
    framing.end(take);
}

impl Framing {
    /// Takes the next portion, and gives the pieces that end in it.
    pub fn push(&mut self, bytes: &[u8], take: &mut dyn FnMut(Piece<'_>)) {
        let mut rest = bytes;
        if !self.held.is_empty() {
            // Of a line that began before, only what is missing is copied.
            let missing = match (&self.text, memchr(b'\n', bytes)) {
                (None, Some(end)) => end + 1,
                _ => bytes.len(),
            };
            let (begin, behind) = bytes.split_at(missing);
            let mut held = std::mem::take(&mut self.held);
            held.extend_from_slice(begin);
            let used = self.work(&held, false, take);
            held.drain(..used);
            self.held = held;
            if !self.held.is_empty() {
                // It is no line by itself, and all of it is needed.
                if !behind.is_empty() {
                    self.push(behind, take);
                }
                return;
            }
            rest = behind;
        }
        let used = self.work(rest, false, take);
        self.held.extend_from_slice(rest.get(used..).unwrap_or_default());
    }

    /// Whether something is held that has not ended.
    pub fn is_within(&self) -> bool {
        self.text.is_some() || !self.held.trim_ascii().is_empty()
    }

    /// Gives what is left: nothing follows.
    pub fn end(mut self, take: &mut dyn FnMut(Piece<'_>)) {
        let held = std::mem::take(&mut self.held);
        self.work(&held, true, take);
    }

    /// Works through `bytes`, and says how many of them are done with.
    fn work(&mut self, bytes: &[u8], is_last: bool, take: &mut dyn FnMut(Piece<'_>)) -> usize {
        let mut rest = bytes;
        loop {
            let step = match self.text.take() {
                Some(text) => self.within(text, rest, is_last, take),
                None => self.between(rest, is_last, take),
            };
            match step {
                Step::Done(used) => rest = rest.get(used..).unwrap_or_default(),
                Step::More(used) => return bytes.len() - rest.len() + used,
            }
        }
    }

    /// Between two texts: the next line, where it is a record by itself, or the next text.
    fn between(&mut self, rest: &[u8], is_last: bool, take: &mut dyn FnMut(Piece<'_>)) -> Step {
        let is_space = |byte: &u8| {
            byte.is_ascii_whitespace()
                // The mark that UTF-8 files may begin with, and what divides texts by RFC 7464.
                || matches!(byte, 0xef | 0xbb | 0xbf | 0x1e)
                || self.has_loose_ends && matches!(byte, b',' | b']' | b'}')
        };
        let space = rest.iter().take_while(|byte| is_space(byte)).count();
        let (space, rest) = rest.split_at(space);
        self.line += match space {
            [] => 0,
            b"\n" => 1,
            _ => lines(space),
        };
        let Some(first) = rest.first() else { return Step::More(space.len()) };
        let line = match memchr(b'\n', rest) {
            Some(end) => rest.get(..end),
            None if is_last => Some(rest),
            None if rest.len() <= LINE_BYTES_AWAITED => return Step::More(space.len()),
            None => None,
        };
        let line = line.filter(|_| self.takes_lines).map(<[u8]>::trim_ascii_end);
        let whole = line.filter(|line| is_braced(line));
        if let Some(bytes) = whole {
            self.break_at = None;
            let flaw = (bytes.len() > RECORD_BYTES_MAX).then_some(Flaw::TooLong);
            take(Piece { line: self.line, bytes, flaw });
            return Step::Done(space.len() + bytes.len());
        }
        let is_begun = matches!(first, b'{' | b'[');
        let begins_at = self.break_at.filter(|_| !is_begun).unwrap_or(self.line);
        self.text = Some(Text::new(begins_at, *first));
        Step::Done(space.len())
    }

    /// Within a text that `rest` begins with, or with its record that is not at its end.
    fn within(
        &mut self,
        mut text: Text,
        rest: &[u8],
        is_last: bool,
        take: &mut dyn FnMut(Piece<'_>),
    ) -> Step {
        let scanned = text.scan(rest);
        let upto = |end: usize| rest.get(..end).unwrap_or_default();
        match scanned {
            Scanned::Record(end) => {
                let is_too_long = text.is_too_long || end > RECORD_BYTES_MAX;
                let flaw = is_too_long.then_some(Flaw::TooLong);
                take(Piece { line: text.line, bytes: upto(end), flaw });
                self.advance(upto(end));
                if text.is_over() {
                    return Step::Done(end);
                }
                text.begin_at(self.line);
                self.text = Some(text);
                Step::Done(end)
            }
            Scanned::Between(end) => {
                self.advance(upto(end));
                if text.is_over() && text.wrong.is_none() {
                    return Step::Done(end);
                }
                text.begin_at(self.line);
                let is_done = end < rest.len();
                if !is_done && is_last {
                    // A list that does not close: what it had was handed on.
                    let flaw = Some(Flaw::Broken);
                    take(Piece { line: self.line, bytes: b"", flaw });
                    return Step::More(end);
                }
                self.text = Some(text);
                if is_done { Step::Done(end) } else { Step::More(end) }
            }
            Scanned::Wrong(flaw) => self.give_up(text, flaw, rest, is_last, take),
            Scanned::More if is_last => self.give_up(text, Flaw::Broken, rest, true, take),
            Scanned::More if rest.len() > RECORD_BYTES_MAX => {
                text.is_too_long = true;
                let done = rest.len() - OVERLAP;
                take(Piece { line: text.line, bytes: rest, flaw: Some(Flaw::TooLong) });
                self.advance(upto(done));
                text.at -= done;
                text.string_at = text.string_at.saturating_sub(done);
                self.text = Some(text);
                Step::More(done)
            }
            Scanned::More => {
                self.text = Some(text);
                Step::More(0)
            }
        }
    }

    /// Hands on the first line of what is no record, and goes on behind it.
    fn give_up(
        &mut self,
        mut text: Text,
        flaw: Flaw,
        rest: &[u8],
        is_last: bool,
        take: &mut dyn FnMut(Piece<'_>),
    ) -> Step {
        let end = match memchr(b'\n', rest) {
            Some(end) => end,
            None if is_last => rest.len(),
            None if rest.len() <= RECORD_BYTES_MAX => {
                text.wrong = Some(flaw);
                self.text = Some(text);
                return Step::More(0);
            }
            None => rest.len(),
        };
        let bytes = rest.get(..end).unwrap_or_default();
        let flaw = if text.is_too_long { Flaw::TooLong } else { flaw };
        take(Piece { line: text.line, bytes: bytes.trim_ascii_end(), flaw: Some(flaw) });
        self.advance(bytes);
        self.break_at = Some(text.line);
        self.has_loose_ends |= text.level > 0;
        Step::Done(end)
    }

    fn advance(&mut self, over: &[u8]) {
        self.line += lines(over);
    }
}

/// What one step did with the bytes.
enum Step {
    /// So many are done with, and there may be more to do.
    Done(usize),
    /// So many are done with, and nothing can be done before more come.
    More(usize),
}

fn lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).map(|_| 1).sum()
}

fn is_braced(line: &[u8]) -> bool {
    line.starts_with(b"{") && line.ends_with(b"}")
}

/// A JSON text that is followed byte by byte.
#[derive(Debug)]
struct Text {
    /// The line on which the record begins.
    line: u64,
    /// Bytes of the record that were looked at.
    at: usize,
    /// The brackets that are open.
    open: Vec<u8>,
    /// How many are open around each record: none for a text that is a record by itself, one in a
    /// list, two in a list that is a member.
    level: usize,
    /// What may come next.
    expect: Expect,
    /// Within a string: whether the last byte was a backslash.
    string: Option<bool>,
    /// Where the string begins.
    string_at: usize,
    /// Whether that string is a member's name, and where it begins.
    name: Option<usize>,
    /// Whether the last member's name is one that holds records.
    is_of_records: bool,
    is_too_long: bool,
    wrong: Option<Flaw>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Value,
    /// Of a list that has just been opened.
    ValueOrEnd,
    Name,
    /// Of an object that has just been opened.
    NameOrEnd,
    Colon,
    CommaOrEnd,
}

/// What a look at the bytes came to.
enum Scanned {
    /// A record ends here.
    Record(usize),
    /// Up to here there is nothing of a record.
    Between(usize),
    /// It is no record.
    Wrong(Flaw),
    /// It goes on.
    More,
}

impl Text {
    fn new(line: u64, first: u8) -> Self {
        let wrong = (!matches!(first, b'{' | b'[')).then_some(Flaw::NotAnObject);
        Self {
            line,
            at: 0,
            open: Vec::new(),
            level: usize::from(first == b'['),
            expect: Expect::Value,
            string: None,
            string_at: 0,
            name: None,
            is_of_records: false,
            is_too_long: false,
            wrong,
        }
    }

    fn is_over(&self) -> bool {
        self.open.is_empty()
    }

    /// The next record, if there is one, begins behind what was done with.
    fn begin_at(&mut self, line: u64) {
        (self.line, self.at, self.is_too_long) = (line, 0, false);
    }

    fn scan(&mut self, bytes: &[u8]) -> Scanned {
        if let Some(flaw) = self.wrong {
            return Scanned::Wrong(flaw);
        }
        while let Some(byte) = bytes.get(self.at) {
            if let Some(is_escaped) = self.string {
                match byte {
                    b'\n' => return self.is_wrong_from(self.string_at, Flaw::Broken),
                    _ if is_escaped => self.string = Some(false),
                    b'\\' => self.string = Some(true),
                    b'"' => self.end_string(bytes),
                    _ => {}
                }
                self.at += 1;
                continue;
            }
            let (was, before) = (self.open.len(), self.at);
            let is_among_records = was == self.level && self.open.last() == Some(&b'[');
            if is_among_records && (*byte == b'"' || *byte == b'[' || is_of_a_scalar(*byte)) {
                return self.is_wrong_from(self.at, Flaw::NotAnObject);
            }
            if !self.take(*byte) {
                return self.is_wrong_from(self.at, Flaw::Broken);
            }
            self.at += 1;
            let now = self.open.len();
            if now > RECORD_DEPTH_MAX {
                return self.is_wrong_from(before, Flaw::TooDeep);
            }
            let is_opened = now > was;
            if is_opened && was == self.level && before > 0 {
                // Commas and space before a record are nothing of it.
                self.open.pop();
                self.expect = Expect::Value;
                return Scanned::Between(before);
            }
            let is_list = is_opened && now == 2 && *byte == b'[' && self.is_of_records;
            if is_list && self.level == 0 && !self.is_too_long {
                self.level = 2;
                return Scanned::Between(self.at);
            }
            if now < was && now == self.level {
                return Scanned::Record(self.at);
            }
            if now < was && now + 1 == self.level {
                self.level = NO_LEVEL;
                return Scanned::Between(self.at);
            }
            if now == 0 {
                return Scanned::Between(self.at);
            }
        }
        if self.open.len() <= self.level && self.level > 0 && self.string.is_none() {
            return Scanned::Between(self.at);
        }
        Scanned::More
    }

    /// It is wrong from `start` on. What stands between records before that is none of it, so that
    /// a piece is the same whatever the portions.
    fn is_wrong_from(&mut self, start: usize, flaw: Flaw) -> Scanned {
        self.wrong = Some(flaw);
        if self.level > 0 && self.open.len() <= self.level && start > 0 {
            return Scanned::Between(start);
        }
        Scanned::Wrong(flaw)
    }

    fn end_string(&mut self, bytes: &[u8]) {
        self.string = None;
        if let Some(start) = self.name.take() {
            let name = bytes.get(start..self.at).unwrap_or_default();
            let is_one = |one: &&[u8]| name.eq_ignore_ascii_case(one);
            self.is_of_records = [b"records".as_slice(), b"value"].iter().any(is_one);
        }
    }

    fn closes(&mut self, bracket: u8) -> bool {
        let is_it = self.open.pop_if(|last| *last == bracket).is_some();
        if is_it {
            self.expect = Expect::CommaOrEnd;
        }
        is_it
    }

    /// Follows one byte outside of strings; `false` where it cannot stand.
    fn take(&mut self, byte: u8) -> bool {
        use Expect::{Colon, CommaOrEnd, Name, NameOrEnd, Value, ValueOrEnd};
        let is_value = matches!(self.expect, Value | ValueOrEnd);
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'"' if matches!(self.expect, Name | NameOrEnd) => {
                (self.name, self.string) = (Some(self.at + 1), Some(false));
                self.string_at = self.at;
                self.expect = Colon;
            }
            b'"' if is_value => {
                self.string = Some(false);
                self.string_at = self.at;
                self.expect = CommaOrEnd;
            }
            b'{' if is_value => {
                self.open.push(byte);
                self.expect = NameOrEnd;
            }
            b'[' if is_value => {
                self.open.push(byte);
                self.expect = ValueOrEnd;
            }
            b'}' if matches!(self.expect, CommaOrEnd | NameOrEnd) => return self.closes(b'{'),
            b']' if matches!(self.expect, CommaOrEnd | ValueOrEnd) => return self.closes(b'['),
            b',' if self.expect == CommaOrEnd => {
                self.expect = if self.open.last() == Some(&b'{') { Name } else { Value };
            }
            b':' if self.expect == Colon => self.expect = Value,
            // Numbers and words; those that the record's reader comes by are checked there.
            _ if is_value && is_of_a_scalar(byte) => self.expect = CommaOrEnd,
            _ => return self.expect == CommaOrEnd && is_of_a_scalar(byte),
        }
        true
    }
}

const fn is_of_a_scalar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}
