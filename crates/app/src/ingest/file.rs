//! Files and pipes as sources: plain or gz, UTF-8 or UTF-16, to the end or for as long as they
//! grow.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;
use halligan_wire::event::framing::{Framing, Piece};
use same_file::Handle;
use thiserror::Error;

use crate::files::system_says;

/// Bytes that are read in one step.
const PORTION: usize = 256 << 10;

/// Bytes of a page of memory.
const PAGE: usize = 4 << 10;

/// How often a file that is followed is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// How long a followed file that was replaced is read on: whoever writes may take that long to look
/// for the new one.
pub const REPLACED_FOR: Duration = Duration::from_secs(10);

/// Why a source ends before its end.
#[derive(Debug, Error)]
pub enum SourceError {
    /// The file cannot be opened.
    #[error("cannot read `{}`: {what}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        what: String,
    },
    /// It cannot be read to its end.
    #[error("`{name}` cannot be read to its end: {what}; {bytes} bytes were read")]
    Read {
        /// The source.
        name: String,
        /// What the system, or the unpacking, says.
        what: String,
        /// How many bytes were read, unpacked.
        bytes: u64,
    },
}

impl SourceError {
    /// The next thing to do, where there is one that helps.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Open { .. } => None,
            Self::Read { .. } => {
                Some("what came before was looked at; read the rest from where it came".into())
            }
        }
    }
}

/// Whether a source is read to its end, or followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// To its end.
    End,
    /// For as long as nobody says stop.
    Stopped,
}

/// Reads a file, and gives its pieces, to its end or for as long as nobody says stop.
///
/// A followed file that was replaced or cut is begun anew; the one that was replaced is read for
/// [`REPLACED_FOR`] beside the other. A packed file is read to its end.
pub fn read_file(
    path: &Path,
    until: Until,
    stop: &AtomicBool,
    take: &mut dyn FnMut(Piece<'_>),
) -> Result<u64, SourceError> {
    let mut bytes = 0;
    let mut file = Reading::open(path)?;
    let mut replaced: Option<(Reading<File>, Instant)> = None;
    let read = loop {
        if let Err(error) = file.pump(&mut bytes, stop, take) {
            break Err(error);
        }
        if until == Until::End || file.text.is_packed() || stop.load(Ordering::Relaxed) {
            break Ok(bytes);
        }
        std::thread::sleep(LOOK_EVERY);
        if let Some((mut old, since)) = replaced.take() {
            let read = old.pump(&mut bytes, stop, take);
            if read.is_ok() && since.elapsed() < REPLACED_FOR {
                replaced = Some((old, since));
            } else {
                old.end(take);
            }
        }
        let became = became(path, &mut file.text);
        if became == Became::Itself {
            continue;
        }
        let old = std::mem::replace(&mut file, Reading::open(path)?);
        let older = match became {
            Became::Another => replaced.replace((old, Instant::now())).map(|(older, _)| older),
            _ => Some(old),
        };
        if let Some(older) = older {
            older.end(take);
        }
    };
    for one in [Some(file), replaced.map(|(old, _)| old)].into_iter().flatten() {
        one.end(take);
    }
    let name = path.display().to_string();
    read.map_err(|error| SourceError::Read { name, what: error.to_string(), bytes })
}

/// Reads standard input, or whatever else comes once, to its end.
pub fn read_pipe(
    pipe: impl Read + 'static,
    name: &str,
    stop: &AtomicBool,
    take: &mut dyn FnMut(Piece<'_>),
) -> Result<u64, SourceError> {
    let mut bytes = 0;
    let mut reading = Reading::new(pipe);
    let read = reading.pump(&mut bytes, stop, take);
    reading.end(take);
    let failed =
        |error: io::Error| SourceError::Read { name: name.into(), what: error.to_string(), bytes };
    read.map(|()| bytes).map_err(failed)
}

/// A source that is read, and the record that has not ended.
struct Reading<R> {
    text: Text<R>,
    framing: Framing,
}

impl Reading<File> {
    fn open(path: &Path) -> Result<Self, SourceError> {
        let failed =
            |error: io::Error| SourceError::Open { path: path.into(), what: system_says(&error) };
        let file = File::open(path).map_err(failed)?;
        match file.metadata() {
            Ok(found) if found.is_dir() => Err(failed(io::ErrorKind::IsADirectory.into())),
            _ => Ok(Self::new(file)),
        }
    }
}

impl<R: Read> Reading<R> {
    fn new(source: R) -> Self {
        Self { text: Text::new(source), framing: Framing::default() }
    }

    /// Reads what there is.
    fn pump(
        &mut self,
        bytes: &mut u64,
        stop: &AtomicBool,
        take: &mut dyn FnMut(Piece<'_>),
    ) -> io::Result<()> {
        while !stop.load(Ordering::Relaxed) {
            let portion = self.text.portion()?;
            if portion.is_empty() {
                break;
            }
            *bytes = bytes.saturating_add(portion.len() as u64);
            self.framing.push(portion, take);
        }
        Ok(())
    }

    /// Gives what is left, as it is.
    fn end(mut self, take: &mut dyn FnMut(Piece<'_>)) {
        self.framing.push(self.text.rest(), take);
        self.framing.end(take);
    }
}

/// What a path leads to, against what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    /// The same file.
    Itself,
    /// The same file with less in it.
    Less,
    /// Another file.
    Another,
}

fn became(path: &Path, reader: &mut Text<File>) -> Became {
    let Ok(now) = Handle::from_path(path) else { return Became::Itself };
    let Some(file) = reader.file() else { return Became::Itself };
    let is_same = file.try_clone().and_then(Handle::from_file).is_ok_and(|old| old == now);
    let is_shorter = now.as_file().metadata().is_ok_and(|found| found.len() < reader.raw_bytes);
    match (is_same, is_shorter) {
        (false, _) => Became::Another,
        (true, true) => Became::Less,
        (true, false) => Became::Itself,
    }
}

/// Bytes of a source as UTF-8; how they begin says how they are packed and spelled.
struct Text<R> {
    source: Source<R>,
    /// Bytes that were read from the source, unpacked.
    raw_bytes: u64,
    buffer: Vec<u8>,
    spelling: Spelling,
}

/// A source with its first bytes, which were looked at, in front of it again.
type Whole<R> = io::Chain<io::Cursor<Vec<u8>>, R>;

enum Source<R> {
    /// Not looked at yet, and what was read of it.
    Unknown(Option<R>, Vec<u8>),
    Plain(Whole<R>),
    Packed(Box<MultiGzDecoder<Whole<R>>>),
}

enum Spelling {
    Unknown,
    Utf8,
    Utf16(Wide),
}

struct Wide {
    decoder: Decoder,
    text: Vec<u8>,
}

impl<R: Read> Text<R> {
    fn new(source: R) -> Self {
        Self {
            source: Source::Unknown(Some(source), Vec::new()),
            raw_bytes: 0,
            buffer: vec![0; PORTION + PAGE],
            spelling: Spelling::Unknown,
        }
    }

    const fn is_packed(&self) -> bool {
        matches!(self.source, Source::Packed(_))
    }

    /// What was too little to tell how it is packed; nothing follows.
    fn rest(&self) -> &[u8] {
        match &self.source {
            Source::Unknown(_, first) => first,
            Source::Plain(_) | Source::Packed(_) => &[],
        }
    }

    /// The next portion; empty at the end of what there is.
    fn portion(&mut self) -> io::Result<&[u8]> {
        // The system copies half as fast to where no page begins.
        let start = self.buffer.as_ptr().align_offset(PAGE).min(PAGE);
        loop {
            let room = self.buffer.get_mut(start..start + PORTION).unwrap_or_default();
            let read = match self.source.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            self.raw_bytes = self.raw_bytes.saturating_add(read as u64);
            let bytes = self.buffer.get(start..start + read).unwrap_or_default();
            if matches!(self.spelling, Spelling::Unknown) && read > 0 {
                self.spelling = Spelling::of(bytes);
            }
            // A mark alone is no text, and not the end.
            let is_silent = match &mut self.spelling {
                Spelling::Utf16(wide) => wide.decode(bytes).is_empty() && read > 0,
                Spelling::Utf8 | Spelling::Unknown => false,
            };
            if !is_silent {
                return Ok(match &self.spelling {
                    Spelling::Utf16(wide) => &wide.text,
                    Spelling::Utf8 | Spelling::Unknown => {
                        self.buffer.get(start..start + read).unwrap_or_default()
                    }
                });
            }
        }
    }
}

impl<R: Read> Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Unknown(source, first) = self {
            const MARK: [u8; 2] = [0x1f, 0x8b];
            if let Some(source) = source {
                let missing = MARK.len().saturating_sub(first.len()) as u64;
                source.take(missing).read_to_end(first)?;
            }
            if first.len() < MARK.len() {
                // Too little to tell. A file that is followed may get more.
                return Ok(0);
            }
            let Some(source) = source.take() else { return Ok(0) };
            let is_packed = *first == MARK;
            let whole = io::Cursor::new(std::mem::take(first)).chain(source);
            *self = match is_packed {
                true => Self::Packed(Box::new(MultiGzDecoder::new(whole))),
                false => Self::Plain(whole),
            };
        }
        match self {
            Self::Plain(source) => source.read(buffer),
            Self::Packed(source) => source.read(buffer),
            Self::Unknown(..) => Ok(0),
        }
    }
}

impl Spelling {
    fn of(first: &[u8]) -> Self {
        let encoding = match first {
            [0xff, 0xfe, ..] => UTF_16LE,
            [0xfe, 0xff, ..] => UTF_16BE,
            _ => return Self::Utf8,
        };
        Self::Utf16(Wide { decoder: encoding.new_decoder(), text: Vec::new() })
    }
}

impl Text<File> {
    fn file(&self) -> Option<&File> {
        match &self.source {
            Source::Plain(chain) => Some(chain.get_ref().1),
            Source::Packed(packed) => Some(packed.get_ref().get_ref().1),
            Source::Unknown(file, _) => file.as_ref(),
        }
    }
}

impl Wide {
    /// What is no UTF-16 becomes U+FFFD: the record around it is read, or told as unreadable.
    fn decode(&mut self, bytes: &[u8]) -> &[u8] {
        let room = self.decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3 + 16);
        self.text.resize(room, 0);
        let (result, _, written, _) = self.decoder.decode_to_utf8(bytes, &mut self.text, false);
        debug_assert!(result == CoderResult::InputEmpty, "there is room for all of it");
        self.text.truncate(written);
        &self.text
    }
}
