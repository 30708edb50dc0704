//! Other programs: run them, read them, look whether they are there.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, ExitStatus, Stdio};

/// Runs `command` with this terminal as its own.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    judge(command, status)
}

/// Runs `command` and gives what it wrote to its standard output, which must be UTF-8.
pub(crate) fn read(command: &mut Command) -> Result<String, String> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| cannot_start(command, &error))?;
    judge(command, output.status)?;
    String::from_utf8(output.stdout).map_err(|_| format!("`{}` wrote no UTF-8", spelled(command)))
}

/// Runs `command`, shows what it writes to its standard output, and gives it as well: also when
/// the command fails, beside the reason.
pub(crate) fn show(command: &mut Command) -> (String, Result<(), String>) {
    let mut text = String::new();
    let result = show_into(command, &mut text);
    (text, result)
}

fn show_into(command: &mut Command, text: &mut String) -> Result<(), String> {
    let child = command.stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| cannot_start(command, &error))?;
    if let Some(out) = child.stdout.take() {
        for line in BufReader::new(out).split(b'\n') {
            let line = line.map_err(|error| cannot_start(command, &error))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    let status = child.wait().map_err(|error| cannot_start(command, &error))?;
    judge(command, status)
}

/// Runs `command` and gives what it wrote to its standard error; shows it only on failure.
pub(crate) fn quiet(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| cannot_start(command, &error))?;
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    judge(command, output.status).inspect_err(|_| eprint!("{talk}"))?;
    Ok(talk)
}

/// Whether `command` can be started and ends well; what it says is not shown.
pub(crate) fn works(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn judge(command: &Command, status: ExitStatus) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(format!("`{}`: {status}", spelled(command))) }
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` cannot be run: {error}", spelled(command))
}

/// The command as somebody would type it, without its environment.
fn spelled(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_named_with_its_arguments() {
        let mut command = Command::new("cargo");
        command.args(["no-such-command", "here"]).stderr(Stdio::null());
        let error = run(&mut command).unwrap_err();
        assert!(error.starts_with("`cargo no-such-command here`: "), "{error}");
        assert!(quiet(Command::new("cargo").arg("no-such-command")).is_err());
        assert!(!works(&mut Command::new("no-such-program-anywhere")));
    }

    #[test]
    fn output_is_shown_and_kept_also_when_the_command_fails() {
        let (text, result) = show(Command::new("cargo").arg("--version"));
        assert!(text.starts_with("cargo 1."), "{text}");
        assert_eq!(result, Ok(()));
        assert_eq!(read(Command::new("cargo").arg("--version")), Ok(text));
        let (text, result) = show(Command::new("cargo").arg("no-such-command"));
        assert!(text.is_empty() && result.is_err());
    }
}
