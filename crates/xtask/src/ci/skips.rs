//! The tests that could not run here: each prints a line that begins with `skipped:`.

use std::collections::BTreeMap;

const MARK: &str = "skipped:";

/// The skips that tests wrote, found in nextest's JUnit file or in the output of `cargo test`.
///
/// A mark counts at the start of a line, behind an element's opening tag, and behind the
/// `test name ... ` that libtest leaves standing when it runs one test alone.
pub(crate) fn found_in(text: &str) -> Vec<String> {
    text.lines().filter_map(found_in_line).collect()
}

fn found_in_line(line: &str) -> Option<String> {
    let (before, after) = line.split_once(MARK)?;
    let before = before.trim_end();
    if !(before.is_empty() || before.ends_with('>') || before.ends_with("...")) {
        return None;
    }
    let what = after.split("</").next().unwrap_or_default().trim();
    Some(unescaped(what))
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"").replace("&apos;", "'").replace("&amp;", "&")
}

/// Each skip once, in alphabetical order, with how often it came.
pub(crate) fn counted(skips: Vec<String>) -> Vec<(usize, String)> {
    let mut counts = BTreeMap::<String, usize>::new();
    for skip in skips {
        *counts.entry(skip).or_default() += 1;
    }
    counts.into_iter().map(|(skip, count)| (count, skip)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_in_a_junit_file_and_in_plain_output() {
        let text = "\
<testcase name=\"skipped: not here\"><system-out>
running 1 test
skipped: `../shared/data` &amp; more
test a ... skipped: no &lt;openssl&gt;
said it was skipped: no
</system-out><system-err>skipped: on stderr</system-err>
";
        let expected = ["`../shared/data` & more", "no <openssl>", "on stderr"];
        assert_eq!(found_in(text), expected);
    }

    #[test]
    fn equal_skips_are_one_line_with_a_count() {
        let skips = ["b", "a", "b"].map(String::from).to_vec();
        assert_eq!(counted(skips), [(1, "a".into()), (2, "b".into())]);
    }
}
