//! Mail, handed to a submission server.
//!
//! One connection, one transaction per recipient: whom the server refuses is told by place, the
//! others get theirs, and nobody sees who else was written to. TLS is not optional anywhere but on
//! loopback. `lettre` speaks SMTP; the way up to TLS is ours (see `connect`).

mod address;
mod connect;
mod error;

use std::future::Future;
use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::Error as LettreError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt, Rset};

pub use address::{Address, AddressError, Server, ServerError};
pub use error::{SmtpError, Step};

pub use crate::{Login, Trust, TrustError};

/// How long a server may take for one step.
pub const SMTP_TIMEOUT: Duration = Duration::from_secs(60);

/// How to reach a submission server.
#[derive(Clone, Debug)]
pub struct Options {
    /// The server.
    pub server: Server,
    /// Whom its certificate must come from.
    pub trust: Trust,
    /// The name and password that it asks for.
    pub login: Option<Login>,
    /// The sender.
    pub from: Address,
    /// How long it may take for one step: [`SMTP_TIMEOUT`], unless a test waits less.
    pub timeout: Duration,
}

/// A mail in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The subject, one line.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When it was written.
    pub date: SystemTime,
    /// The part of the message id before the `@`, unlike that of any other mail.
    pub id: String,
}

/// Who got it and who did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// How many recipients the server took it for.
    pub taken: usize,
    /// For whom it was not taken, by their place in the list, and why.
    pub refused: Vec<(usize, SmtpError)>,
}

/// Sends `mail` to each of `to`.
///
/// # Errors
///
/// Whatever keeps it from everybody: a server that cannot be reached, is not who it must be, or
/// does not take the password. What one recipient meets is in [`Delivery::refused`].
pub async fn send(options: &Options, to: &[Address], mail: &Mail) -> Result<Delivery, SmtpError> {
    let mut session = Some(Session::open(options).await?);
    let mut delivery = Delivery::default();
    for (place, recipient) in to.iter().enumerate() {
        match deliver(options, &mut session, recipient, mail).await {
            Ok(()) => delivery.taken += 1,
            Err(Ended::Refused(error)) => delivery.refused.push((place, error)),
            Err(Ended::NoSession(error)) => {
                // Nobody after this one can be told either.
                let rest = place..to.len();
                delivery.refused.extend(rest.map(|place| (place, error.clone())));
                return Ok(delivery);
            }
        }
    }
    if let Some(session) = session {
        session.close().await;
    }
    Ok(delivery)
}

/// How a mail to one recipient was not taken.
enum Ended {
    /// What this recipient met.
    Refused(SmtpError),
    /// There is no connection any more, and the server gives no other.
    NoSession(SmtpError),
}

/// Sends to one recipient. A connection that the recipient before this one broke is opened anew,
/// once: a server that hangs up at a mailbox that it dislikes must not keep the mail from others.
async fn deliver<'o>(
    options: &'o Options,
    slot: &mut Option<Session<'o>>,
    to: &Address,
    mail: &Mail,
) -> Result<(), Ended> {
    loop {
        let mut session = match slot.take() {
            Some(session) => session,
            None => Session::open(options).await.map_err(Ended::NoSession)?,
        };
        let was_used = std::mem::replace(&mut session.is_used, true);
        match session.transaction(to, mail).await {
            Err(error) if error.ends_the_session() => {
                // A mail whose answer was lost may have been taken: it is not sent twice.
                if !was_used || error.is_about_content() {
                    return Err(Ended::Refused(error));
                }
            }
            ended => {
                *slot = Some(session);
                return ended.map_err(Ended::Refused);
            }
        }
    }
}

/// An open connection that is signed in.
struct Session<'o> {
    options: &'o Options,
    connection: AsyncSmtpConnection,
    /// Whether a mail was tried on it, which may have made the server hang up.
    is_used: bool,
}

impl<'o> Session<'o> {
    async fn open(options: &'o Options) -> Result<Self, SmtpError> {
        let mut connection = connect::connect(options).await?;
        if let Some(login) = &options.login {
            sign_in(options, &mut connection, login).await?;
        }
        Ok(Self { options, connection, is_used: false })
    }

    async fn transaction(&mut self, to: &Address, mail: &Mail) -> Result<(), SmtpError> {
        let bytes = message(&self.options.from, to, mail)?;
        let result = self.transfer(to, &bytes).await;
        if result.as_ref().is_err_and(|error| !error.ends_the_session()) {
            // Where even this fails, the next step says so.
            let reset = self.connection.command(Rset);
            let _ = within(self.options, Step::Reset, reset).await;
        }
        result
    }

    async fn transfer(&mut self, to: &Address, bytes: &[u8]) -> Result<(), SmtpError> {
        let (options, connection) = (self.options, &mut self.connection);
        let from = MailFrom::new(Some(options.from.0.clone()), Vec::new());
        within(options, Step::Sender, connection.command(from)).await?;
        let recipient = Rcpt::new(to.0.clone(), Vec::new());
        within(options, Step::Recipient, connection.command(recipient)).await?;
        within(options, Step::Data, connection.command(Data)).await?;
        within(options, Step::Content, connection.message(bytes)).await
    }

    /// Says goodbye; everything was said and taken before.
    async fn close(mut self) {
        let _ = within(self.options, Step::Goodbye, self.connection.quit()).await;
    }
}

async fn sign_in(
    options: &Options,
    connection: &mut AsyncSmtpConnection,
    login: &Login,
) -> Result<(), SmtpError> {
    const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
    if connection.server_info().get_auth_mechanism(&MECHANISMS).is_none() {
        return Err(SmtpError::NoLogin { server: options.server.clone() });
    }
    let credentials = Credentials::new(login.user.clone(), login.password.to_string());
    within(options, Step::Login, connection.auth(&MECHANISMS, &credentials)).await
}

/// One step of the dialogue, which must end in time and well.
async fn within<T>(
    options: &Options,
    step: Step,
    work: impl Future<Output = Result<T, LettreError>>,
) -> Result<(), SmtpError> {
    match tokio::time::timeout(options.timeout, work).await {
        Err(_) => Err(SmtpError::timed_out(options, step)),
        Ok(Err(error)) => Err(SmtpError::of(options, step, &error)),
        Ok(Ok(_)) => Ok(()),
    }
}

/// The mail as bytes, to one recipient. `Auto-Submitted` keeps vacation notices away (RFC 3834).
fn message(from: &Address, to: &Address, mail: &Mail) -> Result<Vec<u8>, SmtpError> {
    let mailbox = |address: &Address| Mailbox::new(None, address.0.clone());
    let envelope = Envelope::new(Some(from.0.clone()), vec![to.0.clone()]);
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    let built = Message::builder()
        .from(mailbox(from))
        .to(mailbox(to))
        .subject(mail.subject.clone())
        .date(mail.date)
        .message_id(Some(format!("<{}@{}>", mail.id, from.0.domain())))
        .raw_header(HeaderValue::new(automatic, "auto-generated".into()))
        .envelope(envelope.map_err(|error| SmtpError::Message(error.to_string()))?)
        .singlepart(SinglePart::plain(mail.body.clone()));
    built.map(|message| message.formatted()).map_err(|error| SmtpError::Message(error.to_string()))
}
