//! One record of a log, in the one form that everything after it reads.
//!
//! Microsoft Graph (v1.0, beta), diagnostic settings and Log Analytics write the same event in
//! three shapes; `halligan-wire` reads them all into this one.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::id::{Guid, TenantId, UserId};
use crate::time::Timestamp;

use super::canary::Answer;
use super::watched::UseKind;

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The record's own id: the same in every copy of it, whatever way it came.
    pub id: Option<String>,
    /// When it happened, by the record.
    pub at: Option<Timestamp>,
    /// The tenant that it happened in, where the record says.
    pub tenant: Option<TenantId>,
    /// Shared by the records of one request.
    pub correlation: Option<String>,
    /// What happened.
    pub what: What,
}

/// What a record tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Somebody or something tried to sign in.
    SignIn(Box<SignIn>),
    /// Something in the directory was changed, or tried to be.
    Audit(Box<Audit>),
    /// An operation of Azure Resource Manager.
    Operation(Box<Operation>),
    /// What Halligan itself says, of several records or of what is none.
    Sign(Sign),
    /// A record of a category that tells nothing of the two.
    Other {
        /// The category, as the record spells it; empty where it names none.
        category: String,
    },
}

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignInKind {
    /// A person, with a prompt.
    Interactive,
    /// A person, by a token that was got before.
    NonInteractive,
    /// An application with a credential of its own.
    ServicePrincipal,
    /// An application with a credential that Azure keeps.
    ManagedIdentity,
    /// The record does not say.
    Unknown,
}

/// A sign-in, successful or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// How.
    pub kind: SignInKind,
    /// The user; `None` where the record has none, or an id of zeros, as failed attempts can.
    pub user: Option<Guid>,
    /// The names that the record gives the user, by the member that holds each.
    pub names: Vec<Named>,
    /// The service principal, when an application signed in.
    pub service_principal: Option<Guid>,
    /// The client application.
    pub app: Party,
    /// What was signed in to.
    pub resource: Party,
    /// How it ended.
    pub outcome: Outcome,
    /// Where from.
    pub from: Origin,
    /// `browser`, `Mobile Apps and Desktop clients`, or an older client, as Graph spells it.
    pub client_app: String,
    /// What the person showed, step by step; empty where the record does not say.
    pub steps: Vec<Step>,
    /// The request's own id, which a client can choose.
    pub request: Option<String>,
}

/// A name and the member of the record that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The member, as Graph or, where it is of that, the unified audit log spells it.
    pub member: &'static str,
    /// The name.
    pub name: String,
}

/// An application or a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// The application's id.
    pub id: Option<Guid>,
    /// Its display name.
    pub name: String,
}

/// How a sign-in ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The error code of Entra; 0 is success; `None` where it cannot be read.
    pub code: Option<i64>,
    /// Why it failed, in Microsoft's words.
    pub reason: String,
}

impl Outcome {
    /// Whether somebody is in.
    pub fn is_success(&self) -> bool {
        self.code == Some(0)
    }
}

/// Where a sign-in came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// IP address, as text.
    pub address: String,
    /// Country or region, two letters.
    pub country: String,
    /// City.
    pub city: String,
    /// Operating system and browser, as far as the record says.
    pub device: String,
}

/// One thing that a person showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The method, such as `Password` or `Passkey (device-bound)`.
    pub method: String,
    /// More about it.
    pub detail: String,
    /// Whether it was accepted; `None` where the record does not say.
    pub is_accepted: Option<bool>,
}

/// A change of the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// The activity's name, as the record spells it.
    pub activity: String,
    /// Its category, such as `Policy`.
    pub category: String,
    /// The service that wrote the record, such as `Core Directory`.
    pub service: String,
    /// Whether it was carried out.
    pub result: AuditResult,
    /// Why not, or more about it.
    pub reason: String,
    /// Who did it.
    pub by: Initiator,
    /// What it was done to, in the order of the record.
    pub targets: Vec<Target>,
    /// Keys and values that some activities add.
    pub details: Vec<(String, String)>,
}

/// How a change ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AuditResult {
    /// It was made.
    Success,
    /// It was refused.
    Failure,
    /// It took too long; it may have been made.
    Timeout,
    /// The record does not say, or says something else.
    #[default]
    Unknown,
}

/// Who made a change: a person, an application, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initiator {
    /// The user's id.
    pub user: Option<Guid>,
    /// The user's principal name; empty where the record has none.
    pub user_name: String,
    /// IP address of the user, as text.
    pub address: String,
    /// The application's id.
    pub app: Option<Guid>,
    /// The application's service principal.
    pub service_principal: Option<Guid>,
    /// The application's display name.
    pub app_name: String,
}

/// Something that was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// Its id, as text: a GUID for nearly all.
    pub id: String,
    /// `User`, `Group`, `Role`, `Policy` and others, as the record spells it.
    pub kind: String,
    /// Its display name.
    pub name: String,
    /// A user's principal name; empty for others.
    pub principal_name: String,
    /// What became different.
    pub changes: Vec<Modified>,
}

/// One property before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Modified {
    /// The property.
    pub name: String,
    /// The value before: text that is JSON for nearly all; `None` where there was none.
    pub old: Option<String>,
    /// The value after.
    pub new: Option<String>,
}

/// An operation of Azure Resource Manager.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    /// The operation's name, such as `microsoft.aadiam/diagnosticSettings/delete`.
    pub name: String,
    /// The resource that it was done to.
    pub resource: String,
    /// Who did it, as the record names them.
    pub caller: String,
    /// The caller's object id.
    pub caller_id: Option<Guid>,
    /// Whether it was carried out.
    pub result: AuditResult,
}

/// What no single record tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Sign-ins with one account fail again and again.
    Burst {
        /// Whose.
        account: UserId,
        /// How many failed since it began.
        failures: u64,
        /// From how many addresses, as far as they were counted.
        addresses: usize,
    },
    /// A record that cannot be read has an id or a name of what is watched in it.
    Unreadable {
        /// What keeps it from being read.
        flaw: String,
    },
    /// A record of a topic cannot be read and is left behind; nothing in it names what is watched.
    Parked {
        /// What keeps it from being read.
        flaw: String,
    },
    /// A source cannot be read.
    Failing {
        /// The source.
        source: String,
        /// Why, in one line.
        why: String,
    },
    /// Nothing came from a source for longer than it is used to.
    Gap {
        /// The source.
        source: String,
        /// When the last record came.
        last: Timestamp,
        /// For how many minutes nothing came.
        minutes: i64,
    },
    /// Records of a source take longer from the event to here than they usually do.
    Late {
        /// The source.
        source: String,
        /// Seconds that 95 of 100 records take at most.
        seconds: i64,
        /// What that usually is.
        usual: i64,
    },
    /// Somebody declared that emergency access accounts will be used.
    Declared {
        /// Why.
        kind: UseKind,
        /// Who declared it, by an opaque id.
        by: String,
        /// Of how many accounts.
        accounts: usize,
        /// From when.
        from: Timestamp,
        /// Until when.
        until: Timestamp,
    },
    /// The record of an announced attempt did not come back.
    CanaryMissed {
        /// In how many minutes it should have.
        minutes: i64,
    },
    /// The canary's attempt was answered.
    CanaryAnswer {
        /// What.
        answer: Answer,
    },
    /// A source is as it was before a [`Sign::Gap`] or [`Sign::Late`].
    Back {
        /// The source.
        source: String,
        /// From what.
        from: Trouble,
    },
}

/// What a source was in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing came.
    Gap {
        /// For so many minutes.
        minutes: i64,
    },
    /// Records came late.
    Late {
        /// Seconds that 95 of 100 records take at most again.
        seconds: i64,
    },
}
