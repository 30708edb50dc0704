//! Every detection's samples, written as records, put through framing, scan, reader and match.

use std::sync::Arc;

use halligan_core::time::Timestamp;
use halligan_core::watch::detect::{Detection, Sample, all, sample_watched};
use halligan_core::watch::event::{Event, Sign, What};
use halligan_wire::event::framing::Framing;
use halligan_wire::event::{write, write_envelope};

use super::{Detected, Ingest, Piece, Place, TenantNames, WatchedTenant};

/// What became of one sample.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The detection.
    pub detection: &'static Detection,
    /// The sample.
    pub sample: &'static Sample,
    /// The shapes of a record in which it did not come out as it should.
    pub wrong: Vec<&'static str>,
}

impl Tried {
    /// Whether it fired where it should, and was silent where it should, in every shape.
    pub fn is_as_expected(&self) -> bool {
        self.wrong.is_empty()
    }
}

/// Tries every sample, each from a state in which nothing was told.
pub fn rehearse() -> Vec<Tried> {
    let of = |detection: &'static Detection| {
        detection.samples.iter().map(move |sample| tried(detection, sample))
    };
    all().iter().flat_map(of).collect()
}

fn tried(detection: &'static Detection, sample: &'static Sample) -> Tried {
    let event = (sample.event)();
    let mut wrong = Vec::new();
    for (shape, text) in shapes(&event) {
        let found = match text {
            Some(text) => by_bytes(&text),
            None => by_event(&event),
        };
        let fires = found.iter().any(|one| one.fired.detection.id == detection.id);
        if fires != sample.fires {
            wrong.push(shape);
        }
    }
    Tried { detection, sample, wrong }
}

/// The shapes that the record of an event comes in. What Halligan itself says of several records
/// has none, but for a record that is broken off.
fn shapes(event: &Event) -> Vec<(&'static str, Option<String>)> {
    let lines = |value: serde_json::Value| Some(format!("{value}\n"));
    match (&event.what, write(event), write_envelope(event)) {
        (_, Some(graph), Some(envelope)) => {
            let message = serde_json::json!({ "records": [envelope.clone()] });
            let pretty = serde_json::to_string_pretty(&serde_json::json!({"value": [&graph]}));
            vec![
                ("Graph", lines(graph)),
                ("Graph's page over several lines", Some(pretty.unwrap_or_default())),
                ("diagnostic settings", lines(envelope)),
                ("a message of diagnostic settings", lines(message)),
            ]
        }
        (What::Sign(Sign::Unreadable { .. }), ..) => {
            let id = halligan_core::watch::detect::SAMPLE_ACCOUNT;
            vec![("a record that is broken off", Some(format!("{{\"userId\":\"{id}\",\n")))]
        }
        _ => vec![("as it is", None)],
    }
}

fn ingest() -> Ingest {
    Ingest::new(vec![WatchedTenant {
        names: TenantNames { code_name: "sample".into(), ..TenantNames::default() },
        watched: sample_watched(),
        standing: None,
    }])
}

fn by_bytes(text: &str) -> Vec<Detected> {
    let mut ingest = ingest();
    let source: Arc<str> = "sample".into();
    let mut found = Vec::new();
    let mut take = |piece: Piece<'_>| {
        found.extend(ingest.piece(piece, &source, || Timestamp::UNIX_EPOCH).detected);
    };
    let mut framing = Framing::default();
    framing.push(text.as_bytes(), &mut take);
    framing.end(&mut take);
    found
}

fn by_event(event: &Event) -> Vec<Detected> {
    let place = Place { source: "sample".into(), line: None, offset: None };
    ingest().event(event.clone(), &place, Timestamp::UNIX_EPOCH)
}
