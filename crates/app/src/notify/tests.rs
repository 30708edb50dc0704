//! Runs after runs against a mail server that takes, refuses or is gone.

use std::fs;

use halligan_core::check::Case;
use halligan_core::check::sample::ALPHA;

use super::*;
use crate::assess::assess;

#[path = "../../../relay/tests/it/server.rs"]
mod server;

use server::{Heard, start};

/// A register's folder, and what the next run finds.
struct Desk {
    folder: tempfile::TempDir,
    case: Case,
    notify: Notify,
}

impl Desk {
    fn new(port: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let notify = Notify {
            to: ["ada@example.org", "grace@example.net"].map(|to| to.parse().unwrap()).into(),
            from: "halligan@example.org".parse().unwrap(),
            server: format!("smtp://127.0.0.1:{port}").parse().unwrap(),
            login: None,
            trust: None,
            state: folder.path().join("state.json"),
            heartbeat_days: 7,
        };
        Self { folder, case: Case::sound(), notify }
    }

    fn run(&self, always: bool) -> Result<Told, NotifyError> {
        let Case { register, snapshot, custody, now } = &self.case;
        let assessment = assess(register, snapshot, custody.as_ref(), *now).unwrap();
        let notifier = Notifier::begin(&self.notify)?;
        let runtime = tokio::runtime::Builder::new_current_thread();
        let mut warn = |text: String| panic!("{text}");
        let told = notifier.tell(register, &assessment, always, &mut warn);
        { runtime }.enable_all().build().unwrap().block_on(told)
    }

    /// A run that cannot read the tenant.
    fn hinder(&self, kind: &str) -> Result<Told, NotifyError> {
        let Case { register, now, .. } = &self.case;
        let why = "no connection".to_owned();
        let hindrance = Hindrance { kind: kind.into(), why, hint: None };
        let notifier = Notifier::begin(&self.notify)?;
        let runtime = tokio::runtime::Builder::new_current_thread();
        let mut warn = |text: String| panic!("{text}");
        let told = notifier.tell_hindered(register.tenant, *now, &hindrance, false, &mut warn);
        { runtime }.enable_all().build().unwrap().block_on(told)
    }

    fn at(&mut self, time: &str) {
        self.case.now = time.parse().unwrap();
    }

    fn disable(&mut self) {
        self.case.user(ALPHA, |user| user.account_enabled = Some(false));
    }

    fn state(&self) -> String {
        fs::read_to_string(&self.notify.state).unwrap()
    }
}

fn desk() -> (Desk, Heard) {
    let (port, heard) = start(|_| None);
    (Desk::new(port), heard)
}

fn subject(told: Result<Told, NotifyError>) -> String {
    match told.unwrap() {
        Told::Mailed { subject, .. } => subject,
        Told::Quiet { since } => format!("quiet since {since}"),
        Told::StillHindered { since } => format!("hindered since {since}"),
    }
}

#[test]
fn a_run_tells_everything_once_and_then_what_changed() {
    let (mut desk, heard) = desk();
    assert_eq!(subject(desk.run(false)), "Halligan: first report; it holds");
    assert_eq!(heard.mails(), 2);
    desk.at("1970-01-02T00:00:00Z");
    assert_eq!(subject(desk.run(false)), "quiet since 1970-01-01T00:00:00Z");
    assert_eq!(heard.mails(), 2);
    assert_eq!(subject(desk.run(true)), "Halligan: nothing changed; it holds");
    desk.disable();
    assert_eq!(subject(desk.run(false)), "Halligan: 1 change, worse; it does not hold");
    assert_eq!(heard.mails(), 6);
    // Since the last letter, and not since the last run.
    desk.at("1970-01-05T00:00:00Z");
    assert_eq!(subject(desk.run(false)), "quiet since 1970-01-02T00:00:00Z");
    desk.at("1970-01-09T00:00:00Z");
    assert_eq!(subject(desk.run(false)), "Halligan: nothing changed; it does not hold");
}

#[test]
fn the_state_is_for_its_owner_and_holds_ids_and_code_names_only() {
    let (mut desk, _) = desk();
    desk.disable();
    desk.case.user(ALPHA, |user| {
        user.user_principal_name = "sys-maple-31@sound.onmicrosoft.com".into();
    });
    desk.run(false).unwrap();
    let text = desk.state();
    assert!(text.contains("\"name\": \"account alpha\""), "{text}");
    assert!(!text.contains('@') && !text.contains("maple"), "{text}");
    let read = state::read(text.as_bytes()).unwrap();
    assert_eq!(state::write(&read), text);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&desk.notify.state).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn whom_the_server_refuses_is_owed_everything_and_the_others_only_the_news() {
    let said = "550 5.1.1 <grace@example.net>: no such user\r\n";
    let refusing = move |line: &str| line.starts_with("RCPT TO:<grace").then_some(said);
    let (port, heard) = start(refusing);
    let mut desk = Desk::new(port);
    let error = desk.run(false).unwrap_err();
    let NotifyError::Refused { of: 2, refused } = &error else { panic!("{error:?}") };
    assert_eq!((refused[0].0, refused[0].1.as_str()), (2, "g***@example.net"));
    assert_eq!(refused.len(), 1);
    assert!(!format!("{error:?}").contains("grace"), "{error:?}");
    assert_eq!(heard.mails(), 1, "ada has hers");
    // The next run has no news for ada, and tries grace again.
    assert!(matches!(desk.run(false), Err(NotifyError::Refused { of: 2, .. })));
    assert_eq!(heard.mails(), 1);
    desk.disable();
    assert!(matches!(desk.run(false), Err(NotifyError::Refused { of: 2, .. })));
    assert_eq!(heard.mails(), 2);
    let lines = heard.lines();
    assert!(lines.iter().any(|line| line.starts_with("Subject: Halligan: 1 change, worse")));
    // The mailbox is back, and gets everything.
    let (port, heard) = start(|_| None);
    desk.notify.server = format!("smtp://127.0.0.1:{port}").parse().unwrap();
    assert_eq!(subject(desk.run(false)), "Halligan: first report; it does not hold");
    assert_eq!(heard.mails(), 1);
    assert!(heard.lines().iter().any(|line| line.starts_with("To: grace@")));
    assert!(subject(desk.run(false)).starts_with("quiet since"));
    assert!(!desk.state().contains('@'), "nobody is owed any more");
}

#[test]
fn what_nobody_was_told_is_told_by_the_next_run() {
    let refusing = |line: &str| line.starts_with("MAIL").then_some("451 later\r\n");
    let (port, _) = start(refusing);
    let mut desk = Desk::new(port);
    let refused = desk.run(false);
    assert!(matches!(refused, Err(NotifyError::Refused { of: 2, .. })), "{refused:?}");
    assert!(!desk.notify.state.exists());
    let (port, heard) = start(|_| None);
    let server = desk.notify.server.clone();
    desk.notify.server = format!("smtp://127.0.0.1:{port}").parse().unwrap();
    desk.run(false).unwrap();
    assert_eq!(heard.mails(), 2);
    let told = desk.state();
    desk.disable();
    desk.notify.server = server;
    assert!(desk.run(false).is_err());
    assert_eq!(desk.state(), told, "the state did not move on");
}

#[test]
fn a_check_that_cannot_run_is_told_once_and_so_is_that_it_runs_again() {
    let (mut desk, heard) = desk();
    assert_eq!(subject(desk.hinder("network")), "Halligan: the check could not run");
    assert_eq!(heard.mails(), 2);
    assert!(!desk.state().contains("judged"), "nothing is known of the tenant: {}", desk.state());
    desk.at("1970-01-02T00:00:00Z");
    assert_eq!(subject(desk.hinder("network")), "hindered since 1970-01-01T00:00:00Z");
    assert_eq!(heard.mails(), 2);
    let other = "Halligan: the check cannot run, for another reason";
    assert_eq!(subject(desk.hinder("token AADSTS7000222")), other);
    desk.at("1970-01-09T00:00:00Z");
    let lasts = "Halligan: the check still cannot run";
    assert_eq!(subject(desk.hinder("token AADSTS7000222")), lasts);
    let again = "Halligan: the check runs again; first report; it holds";
    assert_eq!(subject(desk.run(false)), again);
    assert_eq!(heard.mails(), 8);
    desk.at("1970-01-10T00:00:00Z");
    assert_eq!(subject(desk.run(false)), "quiet since 1970-01-09T00:00:00Z");
    // What was known before an outage is what the first result after it is compared with.
    desk.hinder("network").unwrap();
    let state = state::read(desk.state().as_bytes()).unwrap();
    assert_eq!(state::read(state::write(&state).as_bytes()), Ok(state));
    desk.disable();
    let again = "Halligan: the check runs again; 1 change, worse; it does not hold";
    assert_eq!(subject(desk.run(false)), again);
}

#[test]
fn an_outage_of_which_nobody_was_told_is_told_by_the_next_run() {
    let (port, _) = start(|line| line.starts_with("RCPT").then_some("550 no\r\n"));
    let mut desk = Desk::new(port);
    assert!(desk.hinder("network").is_err());
    assert!(!desk.notify.state.exists());
    let (port, _) = start(|_| None);
    desk.notify.server = format!("smtp://127.0.0.1:{port}").parse().unwrap();
    assert_eq!(subject(desk.hinder("network")), "Halligan: the check could not run");
}

#[test]
fn a_state_of_a_version_that_knew_no_outage_is_read() {
    let (desk, _) = desk();
    desk.run(false).unwrap();
    let mut whole: serde_json::Value = serde_json::from_str(&desk.state()).unwrap();
    let members = whole.as_object_mut().unwrap();
    assert!(members.remove("outage").is_some() && members.remove("owed").is_some());
    fs::write(&desk.notify.state, whole.to_string()).unwrap();
    assert_eq!(subject(desk.run(false)), "quiet since 1970-01-01T00:00:00Z");
}

#[test]
fn a_state_that_cannot_be_believed_is_refused_and_left() {
    let (desk, heard) = desk();
    let member = StateError::Member("judged");
    for (text, expected) in [
        ("{\"format\": \"hal", None),
        ("[]", Some(StateError::Foreign)),
        ("{\"format\": \"halligan.snapshot\"}", Some(StateError::Foreign)),
        ("{\"format\": \"halligan.told\", \"version\": 2}", Some(StateError::Version(2))),
    ] {
        fs::write(&desk.notify.state, text).unwrap();
        let error = desk.run(false).unwrap_err();
        let NotifyError::State { error: found, .. } = &error else { panic!("{error:?}") };
        assert!(expected.is_none_or(|expected| expected == *found), "{text}: {found:?}");
        assert!(error.hint().unwrap().contains("move it away"));
        assert_eq!(desk.state(), text);
    }
    fs::remove_file(&desk.notify.state).unwrap();
    desk.run(false).unwrap();
    let cut = desk.state().replace("\"judged\"", "\"juged\"");
    fs::write(&desk.notify.state, cut).unwrap();
    let error = desk.run(false).unwrap_err();
    assert_eq!(error, NotifyError::State { path: desk.notify.state.clone(), error: member });
    assert_eq!(heard.mails(), 2);
}

#[test]
fn runs_do_not_overlap() {
    let (desk, heard) = desk();
    let other = Notifier::begin(&desk.notify).unwrap();
    let error = desk.run(false).unwrap_err();
    assert!(matches!(error, NotifyError::Busy { .. }), "{error:?}");
    assert!(error.to_string().ends_with("state.json.lock`"), "{error}");
    drop(other);
    desk.run(false).unwrap();
    assert_eq!(heard.mails(), 2);
}

#[test]
fn one_state_is_that_of_one_tenant() {
    let (mut desk, heard) = desk();
    desk.run(false).unwrap();
    let other = TenantId::from_u128(7);
    let text = desk
        .state()
        .replace(&desk.case.snapshot.tenant_id().unwrap().to_string(), &{ other.to_string() });
    fs::write(&desk.notify.state, text).unwrap();
    desk.disable();
    let error = desk.run(false).unwrap_err();
    assert!(matches!(error, NotifyError::OtherTenant { state, .. } if state == other), "{error:?}");
    assert_eq!(heard.mails(), 2);
}

#[test]
fn a_password_and_an_authority_are_read_when_they_are_needed() {
    let (port, heard) = start(|_| None);
    let mut desk = Desk::new(port);
    let absent = crate::config::SecretReference::File(desk.folder.path().join("no"));
    desk.notify.login = Some(("halligan".into(), absent));
    assert!(matches!(desk.run(false), Err(NotifyError::Secret(_))));
    let path = desk.folder.path().join("password");
    write_whole(&path, b"hunter2\n").unwrap();
    let file = crate::config::SecretReference::File(path.clone());
    desk.notify.login = Some(("halligan".into(), file));
    desk.notify.trust = Some(path);
    let error = desk.run(false).unwrap_err();
    assert!(matches!(error, NotifyError::Trust { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    desk.notify.trust = None;
    desk.run(false).unwrap();
    // `\0halligan\0hunter2`
    let sent = heard.lines().iter().any(|line| line.ends_with("AGhhbGxpZ2FuAGh1bnRlcjI="));
    assert!(sent, "{:?}", heard.lines());
}
