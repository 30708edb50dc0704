//! Ctrl-C, and SIGTERM where there is such a thing.
//!
//! A thread of its own hears it, whatever the others wait for: an answer, a person at a prompt, a
//! pipe that nobody reads. Where something can end well, such as a reading that keeps what it has,
//! the first Ctrl-C asks for that; every other ends the program at once. What was being written is
//! removed first: a file is there whole or not at all. Where no thread is to be had, the system
//! ends the program, as it would without this.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::Builder;
use std::time::Duration;

use halligan_app::files;
use tokio::sync::Notify;

use crate::exit::Exit;
use crate::terminal::say_error;

/// How long the last word may take: standard error may be a pipe that nobody empties.
const LAST_WORD_MAX: Duration = Duration::from_millis(200);

/// Whether somebody waits in [`pressed`].
static IS_AWAITED: AtomicBool = AtomicBool::new(false);
static PRESSED: Notify = Notify::const_new();

/// Listens from here on, until the program ends.
pub(crate) fn listen() {
    // Where there is no thread, Ctrl-C does what the system does.
    drop(Builder::new().name("interrupt".into()).spawn(hear));
}

fn hear() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    runtime.block_on(async {
        while heard().await.is_ok() {
            match IS_AWAITED.swap(false, Ordering::SeqCst) {
                true => PRESSED.notify_one(),
                false => end(),
            }
        }
    });
}

/// Ctrl-C, or the word by which systems end a service.
#[cfg(unix)]
async fn heard() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn heard() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Ready at the first Ctrl-C after this was first polled, which then ends nothing else.
pub(crate) async fn pressed() {
    let _awaited = Awaited::begin();
    PRESSED.notified().await;
}

/// While it lives, Ctrl-C asks for a good end.
struct Awaited;

impl Awaited {
    fn begin() -> Self {
        IS_AWAITED.store(true, Ordering::SeqCst);
        Self
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        IS_AWAITED.store(false, Ordering::SeqCst);
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "the main thread may wait for something that never comes"
)]
fn end() -> ! {
    files::abandon();
    let (said, is_said) = mpsc::channel();
    let last_word = Builder::new().spawn(move || {
        say_error("interrupted");
        // Nobody waits any more when it took too long.
        let _ = said.send(());
    });
    if last_word.is_ok() {
        let _ = is_said.recv_timeout(LAST_WORD_MAX);
    }
    std::process::exit(i32::from(Exit::Failure as u8))
}
