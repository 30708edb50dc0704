//! Everything that a server can do instead of taking a mail.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use halligan_relay::smtp::{Delivery, Login, Options, SmtpError, Step, Trust, send};

use super::authority::authority;
use super::server::{Heard, start};
use super::{address, mail, options, run};

fn local(port: u16) -> Options {
    options(&format!("smtp://127.0.0.1:{port}"))
}

fn try_send(options: &Options, to: &[&str]) -> Result<Delivery, SmtpError> {
    let to: Vec<_> = to.iter().map(|text| address(text)).collect();
    run(send(options, &to, &mail()))
}

/// A server that gives `reply` to what begins with `start`.
fn refusing(start_of: &'static str, reply: &'static str) -> (u16, Heard) {
    start(move |line| line.starts_with(start_of).then_some(reply).filter(|_| !line.is_empty()))
}

#[test]
fn each_recipient_gets_a_mail_of_their_own() {
    let (port, heard) = start(|_| None);
    let delivery = try_send(&local(port), &["ada@example.org", "grace@example.net"]).unwrap();
    assert_eq!(delivery, Delivery { taken: 2, refused: vec![] });
    let lines = heard.lines();
    let count = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!(heard.mails(), 2);
    assert_eq!(count("MAIL FROM:<halligan@example.org>"), 2);
    assert_eq!((count("To: ada@example.org"), count("To: grace@example.net")), (1, 1));
    assert_eq!(count("Auto-Submitted: auto-generated"), 2);
    assert_eq!(count("Message-ID: <halligan.0.1@example.org>"), 2);
    assert_eq!(count("EHLO [127.0.0.1]"), 1, "one connection, and no name of this machine");
}

#[test]
fn a_recipient_who_is_refused_does_not_keep_it_from_the_others() {
    let said = "550 5.1.1 <nobody@example.org>: no such user\r\n";
    let (port, heard) = refusing("RCPT TO:<nobody", said);
    let to = ["ada@example.org", "nobody@example.org", "grace@example.net"];
    let delivery = try_send(&local(port), &to).unwrap();
    assert_eq!((delivery.taken, heard.mails()), (2, 2));
    let [(place, SmtpError::Refused { step, said, .. })] = &delivery.refused[..] else {
        panic!("{delivery:?}");
    };
    assert_eq!((*place, *step), (1, Step::Recipient));
    assert_eq!(said, "550 5.1.1 [address] no such user");
}

#[test]
fn a_server_that_hangs_up_at_one_recipient_is_called_again_for_the_others() {
    let to = ["ada@example.org", "grace@example.net", "edsger@example.com"];
    for (reply, is_broken) in [("", true), ("421 4.7.0 too many unknown users\r\n", false)] {
        // After a 421 a server hangs up, which the next command meets.
        let (port, heard) = start(move |line| match line {
            line if line.starts_with("RCPT TO:<grace") => Some(reply),
            "RSET" => Some(""),
            _ => None,
        });
        let delivery = try_send(&local(port), &to).unwrap();
        assert_eq!((delivery.taken, heard.mails()), (2, 2), "{reply}");
        let [(1, error)] = &delivery.refused[..] else { panic!("{delivery:?}") };
        let step = Step::Recipient;
        match error {
            SmtpError::Broken { step: found, .. } => assert!(is_broken && *found == step),
            SmtpError::Refused { step: found, .. } => assert!(!is_broken && *found == step),
            other => panic!("{other:?}"),
        }
        assert!(heard.lines().iter().any(|line| line.starts_with("To: edsger@")));
    }
}

#[test]
fn a_server_that_hangs_up_at_everything_is_not_called_for_ever() {
    let (port, heard) = refusing("RCPT", "");
    let to = ["ada@example.org", "grace@example.net", "edsger@example.com"];
    let delivery = try_send(&local(port), &to).unwrap();
    let places: Vec<usize> = delivery.refused.iter().map(|(place, _)| *place).collect();
    assert_eq!((delivery.taken, places), (0, vec![0, 1, 2]));
    let calls = heard.lines().iter().filter(|line| line.starts_with("EHLO")).count();
    assert_eq!(calls, 3, "a fresh connection is not tried twice for one recipient");
}

#[test]
fn a_mail_whose_answer_was_lost_is_not_sent_twice() {
    let (port, heard) = refusing(".", "");
    let delivery = try_send(&local(port), &["ada@example.org", "grace@example.net"]).unwrap();
    assert_eq!((delivery.taken, delivery.refused.len()), (0, 2));
    let lines = heard.lines();
    let count = |start: &str| lines.iter().filter(|line| line.starts_with(start)).count();
    assert_eq!((count("To: ada@"), count("To: grace@")), (1, 1));
}

#[test]
fn refusals_name_their_step() {
    for (start_of, reply, step) in [
        ("MAIL", "550 not you\r\n", Step::Sender),
        ("DATA", "451 later\r\n", Step::Data),
        (".", "554 spam\r\n", Step::Content),
    ] {
        let (port, _) = refusing(start_of, reply);
        let delivery = try_send(&local(port), &["ada@example.org"]).unwrap();
        let (_, SmtpError::Refused { step: found, said, .. }) = &delivery.refused[0] else {
            panic!("{delivery:?}");
        };
        assert_eq!((*found, said.as_str()), (step, reply.trim()));
    }
}

#[test]
fn a_server_that_hangs_is_left_with_the_step_and_the_limit_named() {
    // It takes the connection and never says a word.
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let mut options = local(listener.local_addr().unwrap().port());
    options.timeout = Duration::from_millis(300);
    let before = Instant::now();
    let error = try_send(&options, &["ada@example.org"]).unwrap_err();
    assert!(before.elapsed() < Duration::from_secs(5));
    assert!(matches!(error, SmtpError::TimedOut { step: Step::Greeting, .. }), "{error:?}");
    assert!(
        error.to_string().ends_with("did not answer to the greeting within SMTP_TIMEOUT (0.3 s)"),
        "{error}"
    );
}

#[test]
fn a_server_that_is_not_there_is_said_so() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = try_send(&local(port), &["ada@example.org"]).unwrap_err();
    assert!(matches!(error, SmtpError::NotReached { .. }), "{error:?}");
    assert!(error.hint().unwrap().contains("`smtp` in `[notify]`"));
}

#[test]
fn a_refused_password_is_not_repeated() {
    let said = "535 5.7.8 authentication failed\r\n";
    let (port, heard) = refusing("AUTH", said);
    let mut options = local(port);
    let password = String::from("hunter2").into();
    options.login = Some(Login { user: "halligan".into(), password });
    let error = try_send(&options, &["ada@example.org"]).unwrap_err();
    assert!(matches!(error, SmtpError::Refused { step: Step::Login, .. }), "{error:?}");
    let all = format!("{error} {error:?} {options:?}");
    assert!(!all.contains("hunter2") && !all.contains("aHVudGVyMg"), "{all}");
    assert_eq!(heard.mails(), 0);
}

#[test]
fn a_server_without_sign_in_is_not_sent_a_password() {
    let (port, heard) = refusing("EHLO", "250 localhost\r\n");
    let mut options = local(port);
    let password = String::from("hunter2").into();
    options.login = Some(Login { user: "halligan".into(), password });
    let error = try_send(&options, &["ada@example.org"]).unwrap_err();
    assert!(matches!(error, SmtpError::NoLogin { .. }), "{error:?}");
    assert!(!heard.lines().iter().any(|line| line.starts_with("AUTH")));
}

#[test]
fn where_tls_is_wanted_a_server_without_it_gets_nothing() {
    let (port, heard) = start(|_| None);
    let mut options = local(port);
    options.trust = Trust::from_pem(authority().authority.as_bytes()).unwrap();
    let error = try_send(&options, &["ada@example.org"]).unwrap_err();
    assert!(matches!(error, SmtpError::NoStartTls { .. }), "{error:?}");
    assert_eq!(heard.lines(), ["EHLO [127.0.0.1]"]);
}

/// CVE-2011-0411, seen from the client: what stands behind the consent must not be believed.
#[test]
fn words_slipped_in_before_tls_are_not_taken_for_answers() {
    let (port, _) = start(|line| match line.get(..4) {
        Some("EHLO") => Some("250-localhost\r\n250 STARTTLS\r\n"),
        Some("STAR") => Some("220 go on\r\n250-evil\r\n250 AUTH PLAIN\r\n235 welcome\r\n"),
        _ => None,
    });
    let mut options = local(port);
    options.trust = Trust::from_pem(authority().authority.as_bytes()).unwrap();
    let error = try_send(&options, &["ada@example.org"]).unwrap_err();
    // They reached the handshake, which has no use for them.
    assert!(error.to_string().contains("InvalidContentType"), "{error:?}");
}

#[test]
fn a_greeting_without_end_is_cut_off() {
    const LONG: &str = "220-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n";
    let greeting: &'static str = LONG.repeat(300).leak();
    let (port, _) = start(move |line| line.is_empty().then_some(greeting));
    let mut options = local(port);
    options.trust = Trust::from_pem(authority().authority.as_bytes()).unwrap();
    let error = try_send(&options, &["ada@example.org"]).unwrap_err();
    assert!(error.to_string().contains("REPLY_BYTES_MAX"), "{error}");
}

#[test]
fn what_is_no_authority_is_refused() {
    assert!(Trust::from_pem(b"").is_err());
    assert!(Trust::from_pem(authority().key.as_bytes()).is_err());
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(Trust::from_pem(damaged.as_bytes()).is_err());
}
