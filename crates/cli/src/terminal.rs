//! Standard output for data, standard error for talk; colour where a terminal shows it.
//!
//! `anstream` decides about colour: `NO_COLOR`, `CLICOLOR_FORCE`, and whether it is a terminal.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::Path;

use anstyle::{AnsiColor, Style};
use halligan_app::files::write_whole;

use crate::failure::Failure;
use crate::view::clean;

/// Columns where there is no terminal.
const WIDTH_DEFAULT: usize = 80;
/// Columns that are used at most: longer lines are hard to read.
const WIDTH_MAX: usize = 100;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Columns to print in.
pub(crate) fn width() -> usize {
    if !io::stdout().is_terminal() {
        return WIDTH_DEFAULT;
    }
    terminal_size::terminal_size_of(io::stdout())
        .map_or(WIDTH_DEFAULT, |(width, _)| usize::from(width.0))
        .min(WIDTH_MAX)
}

/// Whether standard error is a terminal, where progress may move.
pub(crate) fn is_watched() -> bool {
    io::stderr().is_terminal()
}

/// Prints data: to a file when one is named, otherwise on standard output.
pub(crate) fn print(text: &str, output: Option<&Path>) -> Result<(), Failure> {
    match output.filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let plain = anstream::adapter::strip_str(text).to_string();
            write_whole(path, plain.as_bytes())?;
            say(&format!("written to `{}`", path.display()));
            Ok(())
        }
        None => print_out(text),
    }
}

fn print_out(text: &str) -> Result<(), Failure> {
    let mut stream = anstream::AutoStream::auto(io::stdout().lock());
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        // Whoever reads has seen enough, as `head` has.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::new(format!("cannot write to standard output: {error}"), None)),
        Ok(()) => Ok(()),
    }
}

/// Says a line on standard error.
pub(crate) fn say(text: &str) {
    line(Style::new(), "", text);
}

/// Says a warning.
pub(crate) fn say_warning(text: &str) {
    line(WARNING, "warning: ", text);
}

/// Says an error.
pub(crate) fn say_error(text: &str) {
    line(ERROR, "error: ", text);
}

/// Says that nobody would be told of a sign-in.
pub(crate) fn say_no_alarm(text: &str) {
    line(ERROR, "no alarm possible: ", text);
}

/// Says what to do about the line before.
pub(crate) fn say_hint(text: &str) {
    line(HINT, "hint: ", text);
}

fn line(style: Style, label: &str, text: &str) {
    let text = clean(text);
    let mut stream = anstream::AutoStream::auto(io::stderr().lock());
    // There is nobody left to tell when standard error is closed.
    let _ = writeln!(stream, "{style}{label}{style:#}{text}");
}
