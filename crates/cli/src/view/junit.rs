//! JUnit's XML, as CI servers read it: a suite per family, a case per check.
//!
//! A failing check is a failure; one that could not be decided, does not apply or is accepted is
//! skipped with its reason, because the format knows no fourth way. The exit code does.

use std::io;

use halligan_core::check::{CheckResult, Family, Outcome};
use halligan_core::report::Assessment;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::{clean, story};

const FAMILIES: [Family; 6] =
    [Family::Exit, Family::Lock, Family::Keys, Family::Alarm, Family::Drill, Family::Estate];

pub(super) fn render(assessment: &Assessment) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory does not fail.
    let _ = suites(&mut writer, assessment);
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    text
}

type Xml = Writer<Vec<u8>>;

fn suites(writer: &mut Xml, assessment: &Assessment) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut root = element("testsuites", &[("name", "halligan")]);
    totals(&mut root, assessment.results.iter());
    writer.write_event(Event::Start(root))?;
    for family in FAMILIES {
        let of_family = || {
            let results = assessment.results.iter();
            results.filter(move |one| one.check.family == family)
        };
        if of_family().next().is_none() {
            continue;
        }
        let time = assessment.judged.strftime("%Y-%m-%dT%H:%M:%S").to_string();
        let name = format!("halligan.{}", family.word());
        let mut suite = element("testsuite", &[("name", &name), ("timestamp", &time)]);
        totals(&mut suite, of_family());
        writer.write_event(Event::Start(suite))?;
        for result in of_family() {
            case(writer, &name, result)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))
}

fn element<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut element = BytesStart::new(name);
    for (name, value) in attributes {
        element.push_attribute((*name, &*clean(value)));
    }
    element
}

fn totals<'a>(element: &mut BytesStart<'_>, results: impl Iterator<Item = &'a CheckResult>) {
    let (mut tests, mut failures, mut errors, mut skipped) = (0_usize, 0_usize, 0_usize, 0_usize);
    for result in results {
        tests += 1;
        match result.outcome {
            Outcome::Fail => failures += 1,
            Outcome::Pass => {}
            Outcome::Gap(_) => errors += 1,
            Outcome::NotApplicable(_) | Outcome::Accepted { .. } => skipped += 1,
        }
    }
    element.push_attribute(("tests", tests.to_string().as_str()));
    element.push_attribute(("failures", failures.to_string().as_str()));
    element.push_attribute(("errors", errors.to_string().as_str()));
    element.push_attribute(("skipped", skipped.to_string().as_str()));
}

fn case(writer: &mut Xml, suite: &str, result: &CheckResult) -> io::Result<()> {
    let name = format!("{} {}", result.check.id, result.check.title);
    let case = element("testcase", &[("classname", suite), ("name", &name), ("time", "0")]);
    // A pipeline that shows errors as red and skips as green must not show the unknown as green.
    let (tag, message) = match &result.outcome {
        Outcome::Pass => return writer.write_event(Event::Empty(case)),
        Outcome::Fail => ("failure", result.mending.action.clone()),
        Outcome::Gap(_) => ("error", "could not be decided".to_owned()),
        Outcome::NotApplicable(why) => ("skipped", format!("does not apply: {why}")),
        Outcome::Accepted { by, reason, until } => {
            let until = story::minute(*until);
            ("skipped", format!("accepted by {by} until {until}: {reason}"))
        }
    };
    writer.write_event(Event::Start(case))?;
    let kind = (tag != "skipped").then_some(("type", result.check.severity.word()));
    let attributes: Vec<_> = [("message", message.as_str())].into_iter().chain(kind).collect();
    writer.write_event(Event::Start(element(tag, &attributes)))?;
    writer.write_event(Event::Text(BytesText::new(&body(result))))?;
    writer.write_event(Event::End(BytesEnd::new(tag)))?;
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

fn body(result: &CheckResult) -> String {
    let mut lines = Vec::new();
    for statement in story::telling(result) {
        lines.push(clean(&story::sentence(statement)).into_owned());
        if let Some(witness) = &statement.witness {
            lines.push(format!("for example: {}", clean(witness)));
        }
    }
    if result.outcome == Outcome::Fail {
        lines.push(format!("where: {}", result.mending.portal));
    }
    lines.join("\n")
}
