//! Files and pipes as sources: plain or gz, UTF-8 or UTF-16, to the end or for as long as they
//! grow.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

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

/// Reads a file, and gives its pieces; `caught_up` is called when there is nothing more for now.
///
/// A followed file that was replaced or cut is begun anew. A packed one is read to its end.
pub fn read_file(
    path: &Path,
    until: Until,
    stop: &AtomicBool,
    take: &mut dyn FnMut(Piece<'_>),
) -> Result<u64, SourceError> {
    let open = || {
        let failed =
            |error: io::Error| SourceError::Open { path: path.into(), what: system_says(&error) };
        let file = File::open(path).map_err(failed)?;
        match file.metadata() {
            Ok(found) if found.is_dir() => Err(failed(io::ErrorKind::IsADirectory.into())),
            _ => Ok(file),
        }
    };
    let name = path.display().to_string();
    let mut bytes = 0;
    loop {
        let mut reader = Text::new(open()?);
        let mut framing = Framing::default();
        let end = |error: io::Error, bytes| SourceError::Read {
            name: name.clone(),
            what: error.to_string(),
            bytes,
        };
        loop {
            match pump(&mut reader, &mut framing, &mut bytes, stop, take) {
                Ok(()) => {}
                Err(error) => {
                    framing.end(take);
                    return Err(end(error, bytes));
                }
            }
            let is_over = until == Until::End || reader.is_packed() || stop.load(Ordering::Relaxed);
            if is_over {
                framing.push(reader.rest(), take);
                framing.end(take);
                return Ok(bytes);
            }
            std::thread::sleep(LOOK_EVERY);
            if is_another(path, &mut reader) {
                // What was written before it was replaced.
                let rest = pump(&mut reader, &mut framing, &mut bytes, stop, take);
                rest.map_err(|error| end(error, bytes))?;
                break;
            }
        }
        // What was left of the old file is given up as it is.
        framing.end(take);
    }
}

/// Reads standard input, or whatever else comes once, to its end.
pub fn read_pipe(
    pipe: impl Read + 'static,
    name: &str,
    stop: &AtomicBool,
    take: &mut dyn FnMut(Piece<'_>),
) -> Result<u64, SourceError> {
    let mut bytes = 0;
    let mut framing = Framing::default();
    let mut reader = Text::new(pipe);
    let read = pump(&mut reader, &mut framing, &mut bytes, stop, take);
    framing.push(reader.rest(), take);
    framing.end(take);
    let failed =
        |error: io::Error| SourceError::Read { name: name.into(), what: error.to_string(), bytes };
    read.map(|()| bytes).map_err(failed)
}

fn pump<R: Read>(
    reader: &mut Text<R>,
    framing: &mut Framing,
    bytes: &mut u64,
    stop: &AtomicBool,
    take: &mut dyn FnMut(Piece<'_>),
) -> io::Result<()> {
    while !stop.load(Ordering::Relaxed) {
        let portion = reader.portion()?;
        if portion.is_empty() {
            break;
        }
        *bytes = bytes.saturating_add(portion.len() as u64);
        framing.push(portion, take);
    }
    Ok(())
}

/// Whether the path leads to another file now, or to the same one with less in it.
fn is_another(path: &Path, reader: &mut Text<File>) -> bool {
    let Ok(now) = Handle::from_path(path) else { return false };
    let Some(file) = reader.file() else { return false };
    let is_same = file.try_clone().and_then(Handle::from_file).is_ok_and(|old| old == now);
    let is_shorter = now.as_file().metadata().is_ok_and(|found| found.len() < reader.raw_bytes);
    !is_same || is_shorter
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

    /// The next portion; empty where there is no more for now.
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
