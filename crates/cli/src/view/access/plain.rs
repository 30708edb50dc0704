//! An answer with one fact per line.

use super::story;
use super::told::Told;
use super::{Options, Show, human};
use crate::view::clean;

pub(super) fn render(told: &Told<'_>, options: Options) -> String {
    let mut text = String::new();
    let mut line = |what: &str, said: &str| {
        text.push_str(&clean(&format!("{what}: {said}")));
        text.push('\n');
    };
    let (word, sentence) = story::headline(told);
    line("verdict", &word.to_lowercase());
    line("in words", &sentence);
    line("about", &story::subject(told));
    if options.show == Show::All {
        for account in told.accounts() {
            for target in told.targets() {
                let (_, _, word) = human::surface(told, account, target);
                line(&format!("{} at {}", account.code_name, target.title()), word);
            }
        }
    }
    for section in story::sections(told, options) {
        for one in &section.lines {
            match one.mark.word() {
                Some(word) => line(section.key, &format!("{word}: {}", one.text)),
                None => line(section.key, &one.text),
            }
            if let Some(next) = &one.next {
                line(&format!("{} next", section.key), next);
            }
        }
    }
    text
}
