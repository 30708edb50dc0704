//! What goes beside the binary: completions, man pages, the register's schema for editors.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;
use halligan_app::config::schema::schema;
use halligan_app::files::{create_folder, write_whole};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::terminal::{print, say};

#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell that is to complete
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

#[derive(Debug, clap::Args)]
pub(super) struct ManPages {
    /// Write a page for each command into this folder, instead of the first one to standard output
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,
}

pub(super) fn completions(arguments: &Completions) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    let mut command = super::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "halligan", &mut text);
    print(&String::from_utf8_lossy(&text), None)?;
    Ok(Exit::Holds)
}

pub(super) fn man(arguments: &ManPages) -> Result<Exit, Failure> {
    let mut command = super::Arguments::command();
    command.build();
    match &arguments.output_dir {
        None => print(&page(&command, "halligan")?, None)?,
        Some(folder) => {
            create_folder(folder)?;
            let count = pages(&command, "halligan", folder)?;
            say(&format!("{count} pages written to `{}`", folder.display()));
        }
    }
    Ok(Exit::Holds)
}

pub(super) fn print_schema() -> Result<Exit, Failure> {
    print(&schema(), None)?;
    Ok(Exit::Holds)
}

/// Writes the page of a command and of those below it; gives how many they are.
fn pages(command: &Command, name: &str, folder: &Path) -> Result<usize, Failure> {
    write_whole(&folder.join(format!("{name}.1")), page(command, name)?.as_bytes())?;
    let mut count = 1;
    for below in command.get_subcommands().filter(|one| one.get_name() != "help") {
        count += pages(below, &format!("{name}-{}", below.get_name()), folder)?;
    }
    Ok(count)
}

fn page(command: &Command, name: &str) -> Result<String, Failure> {
    let mut text = Vec::new();
    let man = Man::new(command.clone()).title(name.to_uppercase()).manual("Halligan");
    man.render(&mut text)
        .map_err(|error| Failure::new(format!("cannot write a man page: {error}"), None))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
