//! Questions to the person at the terminal, on standard error.

use std::io::{self, IsTerminal as _};

use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{Input, MultiSelect, Select};

use crate::failure::Failure;

/// Rows of a list that are shown at a time.
const ROWS: usize = 12;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// The person chose nothing, or turned back.
    Nothing,
    /// The terminal does not work.
    Broken(String),
}

impl From<NoAnswer> for Failure {
    fn from(why: NoAnswer) -> Self {
        match why {
            NoAnswer::Nothing => {
                let hint = "run it again, or choose with options: `halligan init --help`";
                Self::new("nothing was chosen, and nothing was written", Some(hint.into()))
            }
            NoAnswer::Broken(what) => {
                let hint = "choose with options: `halligan init --help`";
                Self::new(format!("the terminal gives no answer: {what}"), Some(hint.into()))
            }
        }
    }
}

/// Whoever answers.
pub(super) trait Ask {
    /// The places of any number of items.
    fn many(&mut self, prompt: &str, items: &[String]) -> Result<Vec<usize>, NoAnswer>;

    /// The place of one item.
    fn one(&mut self, prompt: &str, items: &[String]) -> Result<usize, NoAnswer>;

    /// A text, `proposed` to be edited, that is valid.
    fn text(
        &mut self,
        prompt: &str,
        proposed: &str,
        is_valid: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, NoAnswer>;
}

/// Whether somebody is there to answer.
pub(super) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// The person at the terminal.
pub(super) struct Terminal(Box<dyn Theme>);

impl Default for Terminal {
    fn default() -> Self {
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self(if is_plain { Box::new(SimpleTheme) } else { Box::new(ColorfulTheme::default()) })
    }
}

impl Ask for Terminal {
    fn many(&mut self, prompt: &str, items: &[String]) -> Result<Vec<usize>, NoAnswer> {
        let question = MultiSelect::with_theme(&*self.0).with_prompt(prompt).items(items);
        answered(question.max_length(ROWS).report(false).interact_opt())
    }

    fn one(&mut self, prompt: &str, items: &[String]) -> Result<usize, NoAnswer> {
        // Without a default no item is marked: enter alone chooses nothing.
        let question = Select::with_theme(&*self.0).with_prompt(prompt).items(items);
        answered(question.max_length(ROWS).interact_opt())
    }

    fn text(
        &mut self,
        prompt: &str,
        proposed: &str,
        is_valid: &dyn Fn(&str) -> Result<(), String>,
    ) -> Result<String, NoAnswer> {
        let question = Input::<String>::with_theme(&*self.0).with_prompt(prompt);
        let question = question.with_initial_text(proposed);
        let valid = |text: &String| is_valid(text);
        answered(question.validate_with(valid).interact_text().map(Some))
    }
}

fn answered<T>(answer: dialoguer::Result<Option<T>>) -> Result<T, NoAnswer> {
    match answer {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => Err(NoAnswer::Nothing),
        Err(dialoguer::Error::IO(error)) if error.kind() == io::ErrorKind::Interrupted => {
            Err(NoAnswer::Nothing)
        }
        Err(error) => Err(NoAnswer::Broken(error.to_string())),
    }
}
