//! The start: who is let in, and what keeps one out, said in time.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use halligan_relay::kafka::{Consumer, KafkaError, Login, Options, Trust};
use krafka::error::ErrorCode;
use krafka::testing::{ApiKey, Control};
use zeroize::Zeroizing;

use super::super::authority::authority;
use super::lab::{Lab, records};

const USER: &str = "$ConnectionString";

const KEY: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I=";

fn connection_string(key: &str) -> Zeroizing<String> {
    Zeroizing::new(format!(
        "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=listen;\
         SharedAccessKey={key};EntityPath=logs"
    ))
}

/// A broker behind TLS that wants a connection string, and options that have it.
fn event_hubs(key: &str) -> (Lab, Options) {
    let lab = Lab::with_logs(2);
    lab.write(0, &[b"one", b"two"]);
    let (port, authority) = lab.with_tls();
    lab.broker.require_sasl_plain(USER, &connection_string(KEY));
    let mut options = Options::event_hubs(&connection_string(key), "halligan").unwrap();
    options.servers = vec![format!("localhost:{port}").parse().unwrap()];
    options.trust = Trust::from_pem(authority.authority.as_bytes()).unwrap();
    (lab, options)
}

/// The error of an opening that must fail, in time and without saying what is secret.
fn refused(options: &Options) -> KafkaError {
    let begun = Instant::now();
    let error = Consumer::open(options).unwrap_err();
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(15), "{took:?}");
    let said = format!("{error} {error:?} {:?} {options:?}", error.hint());
    assert!(!said.contains("c2Vj") && !said.contains("hunter2"), "{said}");
    error
}

#[test]
fn a_connection_string_signs_in_over_tls() {
    let (_lab, options) = event_hubs(KEY);
    let mut consumer = Consumer::open(&options).unwrap();
    let texts: Vec<_> = records(&mut consumer, 2).into_iter().map(|one| one.bytes).collect();
    assert_eq!(texts, [b"one", b"two"]);
    assert!(!format!("{consumer:?}").contains("c2Vj"));
}

#[test]
fn a_wrong_key_is_an_error_at_once() {
    let (lab, options) = event_hubs("c2VjcmV0LW9mLXNvbWVib2R5LWVsc2U=");
    let error = refused(&options);
    let KafkaError::SignIn { server, what } = &error else { panic!("{error:?}") };
    assert_eq!(*server, options.servers[0].to_string());
    assert!(what.contains("invalid credentials"), "{what}");
    assert!(error.hint().unwrap().contains("$ConnectionString"));
    assert_eq!(lab.broker.request_count(ApiKey::JoinGroup), 0);
}

#[test]
fn a_wrong_password_on_loopback_is_an_error_as_well() {
    let lab = Lab::with_logs(1);
    lab.broker.require_sasl_plain("halligan", "correct horse");
    let mut options = lab.options();
    let password = Zeroizing::new("hunter2".to_owned());
    options.login = Some(Login { user: "halligan".into(), password });
    let error = refused(&options);
    assert!(matches!(error, KafkaError::SignIn { .. }), "{error:?}");
}

#[test]
fn a_certificate_of_another_authority_is_refused() {
    let (lab, mut options) = event_hubs(KEY);
    options.trust = Trust::from_pem(authority().authority.as_bytes()).unwrap();
    let error = refused(&options);
    let KafkaError::Tls { what, .. } = &error else { panic!("{error:?}") };
    assert!(what.contains("certificate verify failed"), "{what}");
    assert!(!what.contains("ssl.ca"), "settings that nobody here has: {what}");

    // One that is not on this machine, and the machine's own authorities are asked.
    options.servers.push("nowhere.invalid:9093".parse().unwrap());
    options.trust = Trust::System;
    let error = refused(&options);
    assert!(matches!(error, KafkaError::Tls { .. }), "{error:?}");
    assert_eq!(lab.broker.request_count(ApiKey::SaslAuthenticate), 0, "no password was sent");
}

#[test]
fn a_certificate_for_another_host_is_refused() {
    let (lab, mut options) = event_hubs(KEY);
    let port = options.servers[0].to_string().rsplit(':').next().unwrap().to_owned();
    options.servers = vec![format!("127.0.0.1:{port}").parse().unwrap()];
    let error = refused(&options);
    assert!(matches!(error, KafkaError::Tls { .. }), "{error:?}");
    assert_eq!(lab.broker.request_count(ApiKey::SaslAuthenticate), 0, "no password was sent");
}

#[test]
fn a_broker_that_speaks_no_tls_is_sent_nothing() {
    let lab = Lab::with_logs(1);
    let mut options = lab.options();
    let password = Zeroizing::new("hunter2".to_owned());
    options.login = Some(Login { user: "halligan".into(), password });
    options.trust = Trust::from_pem(authority().authority.as_bytes()).unwrap();
    options.timeout = Duration::from_secs(3);
    let error = refused(&options);
    assert!(matches!(error, KafkaError::Tls { .. } | KafkaError::NotReached { .. }), "{error:?}");
    assert_eq!(lab.broker.requests(), []);
}

#[test]
fn a_broker_of_loopback_that_leads_elsewhere_gets_no_further() {
    let lab = Lab::with_logs(1);
    // An address for documentation (RFC 5737).
    lab.leads_to("192.0.2.1", 9092);
    let error = refused(&lab.options());
    assert_eq!(error, KafkaError::NotPrivate { server: "192.0.2.1:9092".into() });
}

#[test]
fn nobody_there_is_said_with_the_reason() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let lab = Lab::with_logs(1);
    let mut options = lab.options();
    options.servers = vec![listener.local_addr().unwrap().to_string().parse().unwrap()];
    options.timeout = Duration::from_secs(2);
    // It takes connections and never says a word.
    let error = refused(&options);
    let server = options.servers[0].to_string();
    assert_eq!(error, KafkaError::TimedOut { server: server.clone(), limit: options.timeout });

    drop(listener);
    let error = refused(&options);
    let KafkaError::NotReached { server: named, what } = &error else { panic!("{error:?}") };
    assert_eq!(*named, server);
    assert!(what.contains("refused"), "{what}");

    options.servers = vec!["nowhere.invalid:9093".parse().unwrap()];
    let error = refused(&options);
    let KafkaError::NotReached { server, .. } = &error else { panic!("{error:?}") };
    assert_eq!(server, "nowhere.invalid:9093");
}

#[test]
fn a_topic_that_is_not_there_is_an_error_and_is_not_created() {
    let lab = Lab::with_logs(1);
    let mut options = lab.options();
    options.topics = vec!["logs".into(), "lgos".into()];
    assert_eq!(refused(&options), KafkaError::UnknownTopic { topic: "lgos".into() });
    assert!(lab.broker.topic_id("lgos").is_none());
}

#[test]
fn a_topic_that_may_not_be_read_is_an_error() {
    let lab = Lab::with_logs(1);
    let denied = |_: &_| Control::Error(ErrorCode::TopicAuthorizationFailed);
    lab.broker.on(ApiKey::Metadata, denied);
    assert_eq!(refused(&lab.options()), KafkaError::NotAllowed { topic: "logs".into() });
}
