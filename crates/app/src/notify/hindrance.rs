//! What keeps a check from running, in words that may be mailed.
//!
//! Of what a service says, its codes: its sentences repeat names of people and applications. The
//! whole of it is on standard error of the run. The kind stays the same while the cause does, and
//! has no ids and no times in it.

use halligan_core::change::Hindrance;
use halligan_core::tenant::{Gap, GapReason, PartKind, Snapshot, Source};
use halligan_graph::Problem;

use crate::live::LiveError;

/// The longest text that is mailed about what hinders, in characters.
const WHY_CHARACTERS_MAX: usize = 500;

/// What an error of reading the tenant hinders, and why.
pub fn hindered_by(error: &LiveError) -> Hindrance {
    let (kind, why) = match error {
        LiveError::Service(problem) => service(problem),
        LiveError::NoTenant | LiveError::OtherTenant { .. } => ("tenant".into(), error.to_string()),
        LiveError::SignIn(_) => ("sign-in".into(), error.to_string()),
        LiveError::Trust(_) | LiveError::SetUp(_) => ("set-up".into(), error.to_string()),
        LiveError::EmergencyAccount { .. } => ("emergency account".into(), error.to_string()),
        LiveError::Resume(_) | LiveError::DomainToResume { .. } => {
            ("resume".into(), error.to_string())
        }
    };
    Hindrance { kind, why: mailable(&why), hint: error.hint().map(|hint| mailable(&hint)) }
}

/// A problem of the service, sorted by what would mend it. Ways of the network to fail are one.
fn service(problem: &Problem) -> (String, String) {
    let network = || ("network".into(), format!("the tenant could not be read: {}", bare(problem)));
    match problem {
        Problem::Token(refusal) => {
            let code = match refusal.code {
                Some(code) => format!("AADSTS{code}"),
                None => refusal.error.clone(),
            };
            (format!("token {code}"), format!("the sign-in was refused: {code}"))
        }
        Problem::SignIn(_) => ("sign-in".into(), problem.to_string()),
        Problem::Challenged { what, .. } => ("challenge".into(), format!("Graph demands {what}")),
        Problem::Unauthorized { code, .. }
        | Problem::Denied { code, .. }
        | Problem::Licence { code, .. }
        | Problem::NotFound { code, .. }
        | Problem::Refused { code, .. } => {
            (format!("refused {code}"), format!("the tenant could not be read: refused ({code})"))
        }
        Problem::Throttled { .. } | Problem::Server { .. } => (
            "service".into(),
            "the service is throttled or failing, for longer than was waited".into(),
        ),
        Problem::Redirected { .. }
        | Problem::NotJson { .. }
        | Problem::Tls { .. }
        | Problem::Connect { .. }
        | Problem::Dropped { .. }
        | Problem::Timeout { .. } => network(),
        _ => ("other".into(), format!("the tenant could not be read: {}", bare(problem))),
    }
}

/// A problem without the ids of its request, and without the title of a stranger's page.
fn bare(problem: &Problem) -> String {
    match problem {
        Problem::NotJson { host, status, .. } => {
            format!("`{host}` answered with status {status} and no JSON, as a proxy does")
        }
        other => {
            let text = other.to_string();
            let ids = [" (request id ", " (client request id "];
            let end = ids.iter().filter_map(|id| text.find(id)).min().unwrap_or(text.len());
            text.get(..end).unwrap_or(&text).into()
        }
    }
}

/// What something else hinders: a file that cannot be used. One kind for all: what is wrong with
/// it is told where it was run.
pub fn otherwise_hindered(why: &str, hint: Option<&str>) -> Hindrance {
    Hindrance { kind: "input".into(), why: mailable(why), hint: hint.map(mailable) }
}

/// A tenant of which Graph gave not one part, although somebody signed in: `None` for one that was
/// read, if only in part, and for exported files.
pub fn is_unread(snapshot: &Snapshot) -> Option<Hindrance> {
    // The watcher's own part is a look at the token, and diagnostic settings are Azure's.
    let is_of_graph = |kind: &PartKind| !kind.permission().starts_with('(');
    let of_tenant = |gap: &&Gap| gap.part.subject.is_none() && is_of_graph(&gap.part.kind);
    let gaps: Vec<&Gap> = snapshot.gaps().into_iter().filter(of_tenant).collect();
    let mut parts = PartKind::TENANT.iter().filter(|kind| is_of_graph(kind));
    let is_read = parts.any(|kind| !gaps.iter().any(|gap| gap.part.kind == *kind));
    if is_read || snapshot.source == Source::Files {
        return None;
    }
    let lacks = |gap: &&&Gap| matches!(gap.reason, GapReason::MissingPermission { .. });
    let lacking = gaps.iter().filter(lacks).count();
    let count = gaps.len();
    let why = format!(
        "the sign-in worked, and not one of {count} parts of the tenant could be read; for \
         {lacking} of them a permission is missing"
    );
    let hint = "`halligan doctor`, run where this was run, says which permissions are missing";
    Some(Hindrance { kind: "nothing read".into(), why, hint: Some(hint.into()) })
}

/// A text on one line, without control characters and without what may be somebody's address.
fn mailable(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words = words.filter(|word| !word.is_empty());
    let words = words.map(|word| if word.contains('@') { "[address]" } else { word });
    let line = words.collect::<Vec<_>>().join(" ");
    if line.chars().count() <= WHY_CHARACTERS_MAX {
        return line;
    }
    line.chars().take(WHY_CHARACTERS_MAX).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use halligan_core::check::Case;
    use halligan_graph::{TokenRefusal, Trace};

    fn refusal(description: &str, id: &str) -> LiveError {
        LiveError::Service(Problem::Token(TokenRefusal {
            error: "invalid_client".into(),
            code: Some(7_000_222),
            description: description.into(),
            trace_id: Some(id.into()),
            correlation_id: None,
        }))
    }

    #[test]
    fn a_refused_sign_in_is_its_code_and_repeats_no_name() {
        let one = hindered_by(&refusal("of ada@example.org in 'Contoso'", "1"));
        assert_eq!(one.why, "the sign-in was refused: AADSTS7000222");
        assert!(one.hint.as_ref().unwrap().contains("has expired"), "{one:?}");
        assert_eq!(one, hindered_by(&refusal("something else", "2")), "ids are no change");
    }

    #[test]
    fn ways_of_the_network_to_fail_are_one_kind_and_ids_are_left_out() {
        let trace = Trace { request_id: Some("abc".into()), client_request_id: None };
        let (host, what) = ("graph.example".to_owned(), "refused".to_owned());
        let timeout = Problem::Timeout { host: host.clone(), trace };
        let connect = Problem::Connect { host, what };
        let [timeout, connect] = [timeout, connect].map(|p| hindered_by(&LiveError::Service(p)));
        assert_eq!(timeout.kind, connect.kind);
        assert_eq!(
            timeout.why,
            "the tenant could not be read: `graph.example` did not answer in time"
        );
    }

    #[test]
    fn what_is_mailed_is_one_line_without_addresses() {
        let why = format!("cannot\nread <ada@example.org>\u{1b} {}", "x".repeat(999));
        let told = otherwise_hindered(&why, None).why;
        assert!(told.starts_with("cannot read [address] x") && told.ends_with('…'), "{told}");
        assert_eq!(told.chars().count(), WHY_CHARACTERS_MAX + 1);
    }

    #[test]
    fn a_tenant_is_unread_when_not_one_part_was_read() {
        let sound = Case::sound().snapshot;
        assert_eq!(is_unread(&sound), None);
        let permission = "Policy.Read.All".to_owned();
        let reason = GapReason::MissingPermission { permission };
        let mut unread = Snapshot::unread(sound.taken, sound.source.clone(), &reason);
        unread.watcher = sound.watcher.clone();
        assert_eq!(is_unread(&unread).unwrap().kind, "nothing read");
        unread.domains = sound.domains.clone();
        assert_eq!(is_unread(&unread), None);
        let files = Snapshot::unread(sound.taken, Source::Files, &reason);
        assert_eq!(is_unread(&files), None);
    }
}
