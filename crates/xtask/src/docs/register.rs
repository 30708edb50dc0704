//! `register.md` and `halligan.schema.json`: every key of the register, for people and for editors.

use std::fmt::Write as _;

use halligan_app::config::keys::{FEDERATION_FORM, Key, Kind, REFERENCE_FORMS, SECTIONS, Section};
use halligan_app::config::schema::schema;

use super::{Made, cell, header};
use crate::repository::Repository;

/// Makes the page.
pub(super) fn make(_: &Repository) -> Result<Made, String> {
    page().map(Made::Text).map_err(|error| error.to_string())
}

/// Makes the schema.
pub(super) fn make_schema(_: &Repository) -> Result<Made, String> {
    Ok(Made::Text(schema()))
}

const ABOUT: &str = "\
Every key of `halligan.toml`. Unknown keys are errors, so that a typing error is never silently
ignored, and so is a secret that stands in the file.

Editors complete and check the file with [its schema](halligan.schema.json): write it beside the
register with `halligan schema > halligan.schema.json`, and begin the register with this line (as
Taplo and the TOML extensions of editors read it):

```toml
#:schema ./halligan.schema.json
```
";

fn page() -> Result<String, std::fmt::Error> {
    let mut text = header("The register");
    writeln!(text, "{ABOUT}\n| table | | about |\n|---|---|---|")?;
    for section in SECTIONS {
        // The anchor of a heading has no dots.
        let (anchor, head) = (section.name.replace('.', ""), section.head());
        let needed = if section.required { "needed" } else { "" };
        writeln!(text, "| [`{head}`](#{anchor}) | {needed} | {} |", cell(section.meaning))?;
    }
    SECTIONS.iter().try_for_each(|section| table(&mut text, section))?;
    references(&mut text)?;
    Ok(text)
}

fn table(text: &mut String, section: &Section) -> std::fmt::Result {
    writeln!(text, "\n## {}\n\n`{}`: {}", section.name, section.head(), section.meaning)?;
    if !section.words.is_empty() {
        let name = section.name;
        let forms: Vec<String> =
            section.words.iter().map(|word| format!("`{name} = \"{word}\"`")).collect();
        writeln!(text, "\nOr in one word, before the first table: {}.", forms.join(", "))?;
    }
    section.keys.iter().try_for_each(|one| key(text, section, one))
}

fn key(text: &mut String, section: &Section, key: &Key) -> std::fmt::Result {
    writeln!(text, "\n### {}.{}\n\n{}\n", section.name, key.name, key.meaning)?;
    let kind = match key.kind {
        Kind::Reference => "[reference to a secret](#references-to-secrets)".into(),
        Kind::Federation => {
            format!("{} (see [references](#references-to-secrets))", key.kind.words())
        }
        other => other.words(),
    };
    writeln!(text, "- type: {kind}")?;
    match key.default {
        _ if key.required => writeln!(text, "- needed")?,
        Some(default) if default.starts_with(['"', '[']) || is_number(default) => {
            writeln!(text, "- default: `{default}`")?;
        }
        Some(default) => writeln!(text, "- without it: {default}")?,
        None => {}
    }
    writeln!(text, "- example: `{} = {}`", key.name, key.example)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn references(text: &mut String) -> std::fmt::Result {
    let intro = "A secret never stands in the register, only where it is, in one of these forms:";
    writeln!(text, "\n## References to secrets\n\n{intro}\n")?;
    for form in &REFERENCE_FORMS {
        writeln!(text, "- `{{ {} = {} }}`: {}", form.name, form.example, form.meaning)?;
    }
    let Key { name, example, meaning, .. } = FEDERATION_FORM;
    let intro = "So with an assertion of another identity provider, which may be in this form too:";
    writeln!(text, "\n{intro}\n\n- `{{ {name} = {example} }}`: {meaning}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_place() {
        let text = page().unwrap();
        assert!(text.contains("| [`[[environment.place]]`](#environmentplace) |"));
        for section in SECTIONS {
            assert!(text.contains(&format!("\n## {}\n", section.name)));
            for key in section.keys {
                let heading = format!("\n### {}.{}\n\n{}", section.name, key.name, key.meaning);
                assert_eq!(text.matches(&heading).count(), 1, "{heading}");
            }
        }
        assert!(text.contains("`sign-in = \"device-code\"`") && text.contains("{ file_env = "));
        assert!(text.contains("- default: `7`") && text.contains("- without it: no sign-in"));
    }
}
