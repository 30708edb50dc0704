//! `cli.md`: every command and option, as `--help` has them.

use std::fmt::Write as _;

use clap::{Arg, Command};

use super::{Made, cell, header};
use crate::repository::Repository;

/// Makes the page.
pub(super) fn make(_: &Repository) -> Result<Made, String> {
    page().map(Made::Text).map_err(|error| error.to_string())
}

fn page() -> Result<String, std::fmt::Error> {
    let mut whole = halligan_cli::command_line();
    whole.build();
    let mut text = header("The command line");
    writeln!(text, "{}\n\n| command | does |\n|---|---|", about(&whole))?;
    for command in commands(&whole) {
        let name = command.get_name();
        let first = command.get_about().map(ToString::to_string).unwrap_or_default();
        writeln!(text, "| [`halligan {name}`](#halligan-{name}) | {} |", cell(&first))?;
    }
    writeln!(text, "\nEvery command takes these:\n")?;
    options(&mut text, &whole, |argument| argument.is_global_set())?;
    for one in commands(&whole) {
        section(&mut text, one, "##", "halligan")?;
    }
    let codes = "| code | meaning |\n|---:|---|\n| 0 | it holds, or it was done |\n\
                 | 1 | it could not be done |\n| 2 | the command line makes no sense |\n\
                 | 3 | something was found |\n\
                 | 4 | it cannot be decided with what could be read |";
    writeln!(text, "\n## Exit codes\n\n{codes}")?;
    Ok(text)
}

fn commands(whole: &Command) -> impl Iterator<Item = &Command> {
    whole.get_subcommands().filter(|one| one.get_name() != "help")
}

/// The long text where there is one.
fn about(command: &Command) -> String {
    let about = command.get_long_about().or(command.get_about());
    about.map(ToString::to_string).unwrap_or_default()
}

/// A command, and those below it one level deeper.
fn section(text: &mut String, command: &Command, level: &str, above: &str) -> std::fmt::Result {
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let name = format!("{above} {}", command.get_name());
    writeln!(text, "\n{level} {name}\n\n{}\n\n```sh\n{usage}\n```\n", about(command))?;
    let is_own = |argument: &Arg| !argument.is_global_set();
    if !command.has_subcommands() {
        return options(text, command, is_own);
    }
    let names: Vec<String> = commands(command).map(|one| format!("`{}`", one.get_name())).collect();
    writeln!(text, "Commands: {}.", names.join(", "))?;
    if command.get_arguments().any(|one| is_own(one) && one.get_id() != "help") {
        writeln!(text)?;
        options(text, command, is_own)?;
    }
    commands(command).try_for_each(|one| section(text, one, &format!("{level}#"), &name))
}

/// A table of the arguments that are wanted, under the headings that `--help` has.
fn options(
    text: &mut String,
    command: &Command,
    wanted: impl Fn(&Arg) -> bool,
) -> std::fmt::Result {
    let shown = |argument: &&Arg| {
        wanted(argument) && !argument.is_hide_set() && argument.get_id() != "help"
    };
    let arguments: Vec<&Arg> = command.get_arguments().filter(shown).collect();
    if arguments.is_empty() {
        return writeln!(text, "It has no options of its own.");
    }
    let mut headings: Vec<Option<&str>> = Vec::new();
    for argument in &arguments {
        if !headings.contains(&argument.get_help_heading()) {
            headings.push(argument.get_help_heading());
        }
    }
    for (place, heading) in headings.into_iter().enumerate() {
        let blank = if place == 0 { "" } else { "\n" };
        match heading {
            Some(heading) => writeln!(text, "{blank}{heading}:\n\n| option | meaning |")?,
            None => writeln!(text, "{blank}| option | meaning |")?,
        }
        writeln!(text, "|---|---|")?;
        let under = arguments.iter().filter(|one| one.get_help_heading() == heading);
        under.clone().try_for_each(|one| row(text, one))?;
    }
    Ok(())
}

fn row(text: &mut String, argument: &Arg) -> std::fmt::Result {
    let value = match argument.get_action().takes_values() {
        true => argument.get_value_names().unwrap_or_default().join(" "),
        false => String::new(),
    };
    let mut name = match (argument.get_long(), argument.get_short()) {
        (Some(long), Some(short)) => format!("--{long}, -{short} {value}"),
        (Some(long), None) => format!("--{long} {value}"),
        (None, _) => value,
    };
    name.truncate(name.trim_end().len());
    let help = argument.get_long_help().or(argument.get_help());
    let mut meaning = help.map(ToString::to_string).unwrap_or_default();
    if argument.get_action().takes_values() {
        choices(&mut meaning, argument);
    }
    writeln!(text, "| `{name}` | {} |", cell(&meaning))
}

fn choices(meaning: &mut String, argument: &Arg) {
    let values = argument.get_possible_values();
    let named =
        values.iter().filter(|value| !value.is_hide_set()).map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        });
    let named: Vec<String> = named.collect();
    if !named.is_empty() {
        meaning.push_str(&format!(": {}", named.join(", ")));
    }
    let defaults = argument.get_default_values();
    let defaults: Vec<_> = defaults.iter().map(|one| one.to_string_lossy()).collect();
    if !defaults.is_empty() && !argument.is_hide_default_value_set() {
        meaning.push_str(&format!(". Default: `{}`", defaults.join(" ")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_every_option_has_its_row() {
        let text = page().unwrap();
        let mut whole = halligan_cli::command_line();
        whole.build();
        let below = commands(&whole).flat_map(|one| {
            commands(one).map(move |two| (format!("{} {}", one.get_name(), two.get_name()), two))
        });
        let all = commands(&whole).map(|one| (one.get_name().into(), one)).chain(below);
        for (name, command) in all {
            let level = if name.contains(' ') { "###" } else { "##" };
            let heading = format!("\n{level} halligan {name}\n");
            assert_eq!(text.matches(&heading).count(), 1, "{heading}");
            let (_, section) = text.split_once(&heading).unwrap();
            let section = section.split("\n##").next().unwrap();
            let own = command.get_arguments().filter(|one| !one.is_global_set());
            for long in own.filter_map(Arg::get_long).filter(|long| *long != "help") {
                let start = format!("\n| `--{long}");
                assert!(section.contains(&start), "{heading}{start}");
            }
        }
        assert!(text.contains("| `--verbose, -v` |"));
    }
}
