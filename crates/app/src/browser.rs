//! Opens an address in the browser of this machine.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use thiserror::Error;

/// Why no browser was opened.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoBrowser {
    /// Neither a display nor `BROWSER`: a server, or a session over the network.
    #[error("this machine shows no windows")]
    NoDisplay,
    /// Nothing that opens a browser could be started.
    #[error("no browser could be started")]
    NoProgram,
}

/// A program and its arguments.
type Line = Vec<OsString>;

/// Opens `address`, an http or https address without white space, and does not wait.
///
/// `BROWSER` comes first, as `xdg-open` and others read it: programs separated by `:` (on Windows
/// one program), each with arguments, in which `%s` is the address; without one the address comes
/// last. Then whatever the system opens addresses with.
pub fn open(address: &str) -> Result<(), NoBrowser> {
    open_with(address, &|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

fn open_with(address: &str, env: &dyn Fn(&str) -> Option<String>) -> Result<(), NoBrowser> {
    let lines = lines(address, env);
    if lines.is_empty() {
        return Err(NoBrowser::NoDisplay);
    }
    if lines.iter().any(is_started) { Ok(()) } else { Err(NoBrowser::NoProgram) }
}

/// What may be run, in the order of trying.
fn lines(address: &str, env: &dyn Fn(&str) -> Option<String>) -> Vec<Line> {
    let mut lines: Vec<Line> = match env("BROWSER") {
        Some(named) => {
            named.split(|c| cfg!(unix) && c == ':').filter_map(|one| own(one, address)).collect()
        }
        None => Vec::new(),
    };
    lines.extend(system(address, env));
    lines
}

/// One program of `BROWSER`.
fn own(text: &str, address: &str) -> Option<Line> {
    let mut words: Vec<String> = text.split_whitespace().map(String::from).collect();
    words.first()?;
    let mut is_placed = false;
    for word in &mut words {
        if word.contains("%s") {
            *word = word.replace("%s", address);
            is_placed = true;
        }
    }
    if !is_placed {
        words.push(address.into());
    }
    Some(words.into_iter().map(OsString::from).collect())
}

/// What the system opens addresses with.
fn system(address: &str, env: &dyn Fn(&str) -> Option<String>) -> Vec<Line> {
    let line =
        |words: &[&str]| words.iter().copied().chain([address]).map(OsString::from).collect();
    if cfg!(windows) {
        return vec![line(&["rundll32.exe", "url.dll,FileProtocolHandler"])];
    }
    if cfg!(target_os = "macos") {
        return vec![line(&["open"])];
    }
    // Windows Subsystem for Linux: the browser is on the Windows side.
    if env("WSL_DISTRO_NAME").is_some() {
        return vec![
            line(&["wslview"]),
            line(&["rundll32.exe", "url.dll,FileProtocolHandler"]),
            line(&["xdg-open"]),
        ];
    }
    match env("DISPLAY").or_else(|| env("WAYLAND_DISPLAY")) {
        Some(_) => vec![line(&["xdg-open"]), line(&["gio", "open"])],
        None => Vec::new(),
    }
}

fn is_started(line: &Line) -> bool {
    let Some((program, arguments)) = line.split_first() else { return false };
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(mut child) => {
            // Whoever starts a program has to fetch its end, or it stays in the table of processes.
            std::thread::spawn(move || child.wait());
            true
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://login.example/authorize?a=1&b=%20";

    fn env(pairs: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<String> {
        move |name| {
            let found = pairs.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        }
    }

    fn words(pairs: &'static [(&str, &str)]) -> Vec<Vec<String>> {
        let text = |word: &OsString| word.to_str().unwrap().to_owned();
        lines(ADDRESS, &env(pairs)).iter().map(|line| line.iter().map(text).collect()).collect()
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_browser_variable_comes_first_and_the_system_after() {
        assert_eq!(words(&[]), Vec::<Vec<String>>::new());
        assert_eq!(words(&[("DISPLAY", ":0")])[0], ["xdg-open", ADDRESS]);
        assert_eq!(words(&[("WAYLAND_DISPLAY", "w")])[0], ["xdg-open", ADDRESS]);
        assert_eq!(words(&[("WSL_DISTRO_NAME", "Debian")])[0], ["wslview", ADDRESS]);
        let own = words(&[("BROWSER", "firefox -P %s --new:  :lynx"), ("DISPLAY", ":0")]);
        assert_eq!(own[0], ["firefox", "-P", ADDRESS, "--new"]);
        assert_eq!(own[1], ["lynx", ADDRESS]);
        assert_eq!(own[2], ["xdg-open", ADDRESS]);
    }

    #[cfg(unix)]
    #[test]
    fn a_program_gets_the_address_whole_and_no_shell_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (program, seen) = (folder.path().join("browse"), folder.path().join("seen"));
        let script = format!(
            "#!/bin/sh\nprintf '%s|%s' $# \"$1\" > {0}.new; mv {0}.new {0}\n",
            seen.display()
        );
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let browser = program.display().to_string();
        let address = "https://x.example/?a=$(id)&b=;c`d`";
        let env = |name: &str| (name == "BROWSER").then(|| browser.clone());
        assert_eq!(open_with(address, &env), Ok(()));
        let end = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while !seen.exists() && std::time::Instant::now() < end {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert_eq!(std::fs::read_to_string(&seen).unwrap(), format!("1|{address}"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_machine_without_a_browser_says_so() {
        assert_eq!(open_with(ADDRESS, &env(&[])), Err(NoBrowser::NoDisplay));
        let none = env(&[("BROWSER", "/no/such/browser")]);
        assert_eq!(open_with(ADDRESS, &none), Err(NoBrowser::NoProgram));
    }
}
