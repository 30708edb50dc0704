//! Every key of `halligan.toml`: type, default, meaning, example.
//!
//! The reference page and the schema for editors are made from this table, and a test holds it
//! against the walker: what the one knows and the other does not fails.

mod custody;
mod environment;
mod watch;

use halligan_core::id::WORD_CHARACTERS_MAX;
use halligan_core::register::Workstation;

use super::access::SHAPES;
use super::account::ACCOUNTS_MAX;
use super::bounds::DAYS_MAX;
use super::notify::HEARTBEAT_DAYS_MAX;
use super::sign_in::{GITHUB_ACTIONS, SYSTEM, WORDS};
use super::tenant::CLOUD_NAMES;

/// A table of the register.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its name, without brackets; one within another table has that one's name before a dot.
    pub name: &'static str,
    /// Whether there may be several (`[[name]]`).
    pub repeats: bool,
    /// The most of those that there may be, and then one at least; `None` for any number.
    pub most: Option<usize>,
    /// Whether it must be there.
    pub required: bool,
    /// Words that may stand in its place: `name = "word"`; usually none.
    pub words: &'static [&'static str],
    /// What it is about.
    pub meaning: &'static str,
    /// Its keys.
    pub keys: &'static [Key],
}

impl Section {
    /// The section's head, as the file spells it.
    pub fn head(&self) -> String {
        let name = self.name;
        if self.repeats { format!("[[{name}]]") } else { format!("[{name}]") }
    }

    /// The table that it is within, if any, and its key there.
    pub fn place(&self) -> (Option<&'static str>, &'static str) {
        match self.name.split_once('.') {
            Some((parent, key)) => (Some(parent), key),
            None => (None, self.name),
        }
    }

    /// The tables within it.
    pub fn inner(&self) -> impl Iterator<Item = &'static Section> {
        let name = self.name;
        SECTIONS.iter().filter(move |one| one.place().0 == Some(name))
    }
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// What holds without it, in words or as TOML; `None` when nothing does.
    pub default: Option<&'static str>,
    /// What it means.
    pub meaning: &'static str,
    /// A value, as TOML.
    pub example: &'static str,
    /// Keys that must stand beside it.
    pub with: &'static [&'static str],
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A short id of one's own.
    Id,
    /// Several of them.
    Ids,
    /// Several ways to reach a person.
    Contacts,
    /// An object id.
    Guid,
    /// Several of them.
    Guids,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Several of these words, at least so many.
    Choices(&'static [&'static str], usize),
    /// Several addresses and ranges of addresses.
    Addresses,
    /// Several country codes.
    Countries,
    /// Attributes of a device with their values.
    Attributes,
    /// An address of a service.
    Url,
    /// A path; a relative one starts at the register's folder.
    Path,
    /// Where a secret is: `{ env = … }`, `{ file = … }` or `{ command = … }`.
    Reference,
    /// Where assertions of another identity provider are: `"github-actions"`, or a place as of a
    /// secret, or `{ file_env = … }`.
    Federation,
    /// `"system"`, or a client id.
    ManagedIdentity,
    /// `true`, or nothing at all.
    True,
    /// A mail address.
    Mail,
    /// Several of them.
    Mails,
    /// Several texts.
    Texts,
    /// `true` or `false`.
    Truth,
    /// A count.
    Count,
    /// Two counts, the least and the most.
    Range,
    /// A day, without quotes.
    Date,
    /// A number of days, from the first to the second.
    Days(u16, u16),
    /// A length of time.
    Time,
}

impl Kind {
    /// The kind in words.
    pub fn words(self) -> String {
        match self {
            Self::Text => "text".into(),
            Self::Id => {
                format!("short id: 1 to {WORD_CHARACTERS_MAX} lower-case letters, digits and `-`")
            }
            Self::Ids => "list of short ids".into(),
            Self::Contacts => {
                "list of ways: `mail:`, `sms:`, `phone:` or `other:`, and where".into()
            }
            Self::Guid => "object id".into(),
            Self::Guids => "list of object ids".into(),
            Self::Choice(words) => format!("one of `\"{}\"`", words.join("\"`, `\"")),
            Self::Choices(words, _) => format!("list of `\"{}\"`", words.join("\"`, `\"")),
            Self::Addresses => "list of addresses and ranges (CIDR)".into(),
            Self::Countries => "list of country codes, two letters each".into(),
            Self::Attributes => {
                format!("table of texts: `{}`", Workstation::ATTRIBUTES.join("`, `"))
            }
            Self::Url => "address".into(),
            Self::Path => "path, relative to the register's folder".into(),
            Self::Reference => "reference to a secret".into(),
            Self::Federation => {
                format!("`\"{GITHUB_ACTIONS}\"`, or reference to an assertion")
            }
            Self::ManagedIdentity => format!("`\"{SYSTEM}\"`, or client id"),
            Self::True => "`true`".into(),
            Self::Mail => "mail address".into(),
            Self::Mails => "list of mail addresses".into(),
            Self::Texts => "list of texts".into(),
            Self::Truth => "`true` or `false`".into(),
            Self::Count => "count".into(),
            Self::Range => "list of two counts".into(),
            Self::Date => "day, without quotes".into(),
            Self::Time => "time, such as `\"90m\"` or `\"6h\"`".into(),
            Self::Days(least, most) => format!("number of days, {least} to {most}"),
        }
    }
}

const fn key(name: &'static str, kind: Kind, example: &'static str, meaning: &'static str) -> Key {
    Key { name, kind, required: false, default: None, meaning, example, with: &[] }
}

impl Key {
    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    const fn with(mut self, keys: &'static [&'static str]) -> Self {
        self.with = keys;
        self
    }
}

const fn section(name: &'static str, meaning: &'static str, keys: &'static [Key]) -> Section {
    Section { name, repeats: false, most: None, required: false, words: &[], meaning, keys }
}

/// The forms of a reference to a secret: name, kind, meaning, example.
pub const REFERENCE_FORMS: [Key; 3] = [
    key("env", Kind::Text, "\"HALLIGAN_SECRET\"", "The environment variable that holds it."),
    key("file", Kind::Path, "\"watcher.pem\"", "The file that holds it, for you alone to read."),
    key(
        "command",
        Kind::Text,
        "[\"pass\", \"show\", \"halligan/watcher\"]",
        "The program that prints it, with its arguments; no shell is between.",
    ),
];

/// The further form of a reference to an assertion.
pub const FEDERATION_FORM: Key = key(
    "file_env",
    Kind::Text,
    "\"AZURE_FEDERATED_TOKEN_FILE\"",
    "The environment variable that holds the path of the file, as on AKS.",
);

/// Every table of the register.
pub const SECTIONS: &[Section] = &[
    section(
        "tenant",
        "Which tenant, and where it is reached. Files can be judged without.",
        TENANT,
    ),
    Section {
        words: WORDS,
        ..section(
            "sign-in",
            "Who reads, and where a credential is; without it, the person at the terminal signs in \
             with the browser. One of the keys beside `client_id` says how, and no two of them. \
             Files can be judged without.",
            SIGN_IN,
        )
    },
    Section {
        required: true,
        ..section("access", "How the accounts are meant to get past Conditional Access.", ACCESS)
    },
    Section {
        repeats: true,
        most: Some(ACCOUNTS_MAX),
        required: true,
        ..section("account", "An emergency access account; one table for each.", ACCOUNT)
    },
    section("bounds", "What the tenant may have of what is normal to have.", BOUNDS),
    section("known", "Who else may hold powers over the tenant, by object id.", KNOWN),
    environment::ENVIRONMENT,
    environment::WORKSTATION,
    environment::PLACE,
    custody::CUSTODY,
    custody::PEOPLE,
    custody::PLACES,
    Section {
        repeats: true,
        ..section("accepted", "A finding that somebody accepted until a day.", ACCEPTED)
    },
    section("notify", "Who is told by mail what changed (`halligan check --notify`).", NOTIFY),
    section(
        "event-hubs",
        "Hubs of Azure Event Hubs that bring the records of the logs (`halligan watch --source \
         event-hubs`).",
        EVENT_HUBS,
    ),
    section("kafka", "Topics of Kafka brokers that bring them (`--source kafka`).", KAFKA),
    section(
        "push",
        "What those show who push records (`halligan watch --source push:127.0.0.1:8081`).",
        PUSH,
    ),
    watch::WATCH,
    watch::CANARY,
];

const TENANT: &[Key] = &[
    key(
        "id",
        Kind::Guid,
        "\"5e11da00-0000-4000-8000-000000000001\"",
        "The tenant's id: Entra admin center > Entra ID > Overview > Tenant ID. Needed to read \
         the tenant.",
    ),
    key("cloud", Kind::Choice(CLOUD_NAMES), "\"global\"", "Which of Microsoft's clouds it is in.")
        .default("\"global\""),
    key(
        "graph",
        Kind::Url,
        "\"http://127.0.0.1:8080\"",
        "Microsoft Graph at an address of its own, such as that of `halligan twin`; instead of \
         `cloud`. Plain HTTP is for loopback only.",
    )
    .with(&["login"]),
    key("login", Kind::Url, "\"http://127.0.0.1:8080\"", "The sign-in service that belongs to it.")
        .with(&["graph"]),
    key(
        "azure",
        Kind::Url,
        "\"http://127.0.0.1:8080\"",
        "Azure Resource Manager beside them, which has the diagnostic settings. A cloud brings its \
         own.",
    )
    .default("diagnostic settings stay unread")
    .with(&["graph", "login"]),
    key(
        "activity",
        Kind::Url,
        "\"https://manage-gcc.office.com\"",
        "The Office 365 Management Activity API, for `--source activity`: of a GCC tenant, or \
         beside `graph` and `login`. A cloud brings its own, which is not GCC's.",
    )
    .default("that of the cloud"),
    key(
        "trust",
        Kind::Path,
        "\"ca.pem\"",
        "A PEM file of authorities to trust beside those of the system: behind a proxy that \
         inspects TLS, and for `halligan twin --https`.",
    )
    .default("the authorities that the system trusts, alone"),
];

const SIGN_IN: &[Key] = &[
    key(
        "client_id",
        Kind::Guid,
        "\"5e11da00-0000-4000-8000-000000000a99\"",
        "The application (client) id: with `certificate`, `secret` or `federation`, which need it, \
         and with `browser` or `device_code` for a public client of your own.",
    )
    .default("for a person, Microsoft's own client")
    .with(&["certificate"]),
    key(
        "certificate",
        Kind::Reference,
        "{ file = \"watcher.pem\" }",
        "A certificate with its key in one PEM text: the better credential.",
    )
    .with(&["client_id"]),
    key(
        "secret",
        Kind::Reference,
        "{ env = \"HALLIGAN_SECRET\" }",
        "A client secret, instead of a certificate.",
    )
    .with(&["client_id"]),
    key(
        "federation",
        Kind::Federation,
        "\"github-actions\"",
        "An assertion of another identity provider, instead of a credential: of the job in GitHub \
         Actions, or from where something else puts it.",
    )
    .with(&["client_id"]),
    key(
        "managed_identity",
        Kind::ManagedIdentity,
        "\"system\"",
        "The managed identity of the Azure resource that this runs on: the system-assigned one (or \
         the only one), or a user-assigned one by its client id.",
    ),
    key("azure_cli", Kind::True, "true", "Whoever is signed in to Azure CLI (`az login`)."),
    key("browser", Kind::True, "true", "A person, in the browser of this machine."),
    key("device_code", Kind::True, "true", "A person, in any browser, with a code."),
];

const ACCESS: &[Key] = &[
    key(
        "shape",
        Kind::Choice(SHAPES),
        "\"exempt+strength\"",
        "`exempt`: excluded from every policy. `exempt+strength`: from every policy but one, which \
         requires phishing-resistant MFA of exactly these accounts. `paper`: a password on paper \
         and no key, judged for what it opens.",
    )
    .required()
    .with(&["strength_policy"]),
    key(
        "strength_policy",
        Kind::Text,
        "\"5e11da00-0000-4000-8000-0000000ca001\"",
        "The id of that one policy; with the shape `exempt+strength` only, and then needed.",
    )
    .with(&["shape"]),
    key(
        "group",
        Kind::Guid,
        "\"5e11da00-0000-4000-8000-0000000000e6\"",
        "The group that policies exclude.",
    )
    .default("the accounts are excluded one by one"),
];

const ACCOUNT: &[Key] = &[
    key(
        "id",
        Kind::Guid,
        "\"5e11da00-0000-4000-8000-00000000a1fa\"",
        "The object id of the user. Names can be changed, ids cannot.",
    )
    .required(),
    key(
        "code_name",
        Kind::Text,
        "\"alpha\"",
        "What reports and mails call it: letters, digits, `-`, `_` and `.`, at most 40.",
    )
    .default("`account-1`, `account-2`, … by place"),
];

const BOUNDS: &[Key] = &[
    key(
        "global_administrators",
        Kind::Range,
        "[2, 5]",
        "How many Global Administrators there may be, the emergency accounts included.",
    )
    .default("[2, 4]"),
    key(
        "licences",
        Kind::Guids,
        "[\"078d2b04-f1bd-4111-bbd6-b4b1b354cef4\"]",
        "Licences (`skuId`) that the accounts may carry.",
    )
    .default("[]"),
    key(
        "emergency_accounts",
        Kind::Range,
        "[2, 4]",
        "How many emergency access accounts there may be; two at least (HG-EXIT-02).",
    )
    .default("[2, 100]"),
    key(
        "permanent_global_administrators",
        Kind::Count,
        "1",
        "How many others may hold Global Administrator without an end (HG-EXIT-18).",
    )
    .default("0"),
    key(
        "telling_names",
        Kind::Truth,
        "true",
        "Whether a sign-in name may say what the account is for (HG-LOCK-06).",
    )
    .default("false"),
    key(
        "different_key_models",
        Kind::Truth,
        "true",
        "Whether two keys of one model are a finding (HG-KEYS-02).",
    )
    .default("false"),
    key(
        "password_days",
        Kind::Days(1, DAYS_MAX),
        "365",
        "The age at which a password is a finding (HG-KEYS-05).",
    )
    .default("no age is a finding"),
    key(
        "sign_in_days",
        Kind::Days(1, DAYS_MAX),
        "180",
        "After how many days without a sign-in an account counts as never tried (HG-EXIT-21).",
    )
    .default("90"),
    key(
        "recovery_job_days",
        Kind::Days(0, u16::MAX),
        "30",
        "For how many days after its end a job of Entra Backup and Recovery stays a finding \
         (HG-ESTATE-10).",
    )
    .default("7"),
];

const KNOWN: &[Key] = &[
    key(
        "administrators",
        Kind::Guids,
        "[\"5e11da00-0000-4000-8000-00000000ada1\"]",
        "Users who may hold a role that can change the door. Once one is named, every other holder \
         is a finding (HG-LOCK-11).",
    )
    .default("[]"),
    key(
        "applications",
        Kind::Guids,
        "[\"5e11da00-0000-4000-8000-0000000ab001\"]",
        "Service principals (Object ID under Enterprise applications) whose permissions you agreed \
         to.",
    )
    .default("[]"),
    key(
        "partners",
        Kind::Guids,
        "[\"5e11da00-0000-4000-8000-00000000fa12\"]",
        "Tenants of your service providers.",
    )
    .default("[]"),
];

const ACCEPTED: &[Key] = &[
    key("check", Kind::Text, "\"HG-EXIT-11\"", "The check's id.").required(),
    key(
        "subject",
        Kind::Text,
        "\"alpha\"",
        "What it is about: a code name, or the id of a policy, group or user.",
    )
    .default("everything that the check finds"),
    key("by", Kind::Text, "\"Ada Lovelace\"", "Who accepted it.").required(),
    key("reason", Kind::Text, "\"replaced with the migration\"", "Why.").required(),
    key(
        "until",
        Kind::Date,
        "2027-01-31",
        "The last day (UTC) on which it counts as accepted, at most 400 days ahead.",
    )
    .required(),
];

const EVENT_HUBS: &[Key] = &[
    key(
        "connection_string",
        Kind::Reference,
        "{ file = \"/run/secrets/event-hubs\" }",
        "Where the connection string is, of a shared access policy with the claim Listen alone. It \
         has the server and the login in it.",
    )
    .required(),
    key(
        "topics",
        Kind::Texts,
        "[\"insights-logs-auditlogs\", \"insights-logs-signinlogs\"]",
        "The hubs.",
    )
    .default("the hub that the connection string names (`EntityPath`)"),
    GROUP,
];

const GROUP: Key = key(
    "group",
    Kind::Text,
    "\"halligan\"",
    "The consumer group of the daemon: daemons of one group share the work. `halligan watch` joins \
     one of its own, with `-watch` behind the name.",
)
.default("\"halligan\"");

const KAFKA: &[Key] = &[
    key(
        "servers",
        Kind::Texts,
        "[\"broker.example.org:9093\"]",
        "Brokers to begin with. TLS is spoken, but with brokers that are all on loopback where no \
         `trust` is given.",
    )
    .required(),
    key("topics", Kind::Texts, "[\"entra\"]", "The topics.").required(),
    GROUP,
    key("user", Kind::Text, "\"halligan\"", "The name that the brokers ask for (SASL PLAIN).")
        .default("no sign-in")
        .with(&["password"]),
    key("password", Kind::Reference, "{ env = \"HALLIGAN_KAFKA_PASSWORD\" }", "Its password.")
        .with(&["user"]),
    key(
        "trust",
        Kind::Path,
        "\"kafka-ca.pem\"",
        "A PEM file of authorities: the brokers' certificates must come from one of them, and \
         from no other.",
    )
    .default("the authorities that this machine trusts"),
];

const PUSH: &[Key] = &[key(
    "token",
    Kind::Reference,
    "{ file = \"/run/secrets/push-token\" }",
    "Where the token is, at least 20 characters: senders show it as `Authorization: Bearer …`.",
)
.required()];

const NOTIFY: &[Key] = &[
    key(
        "to",
        Kind::Mails,
        "[\"ada@example.org\", \"grace@example.net\"]",
        "Who is told, at most 20. Each gets a mail of their own.",
    )
    .required(),
    key("from", Kind::Mail, "\"halligan@example.org\"", "The sender.").required(),
    key(
        "smtp",
        Kind::Text,
        "\"smtps://mail.example.org:465\"",
        "The submission server: `smtps://` for TLS from the first byte (port 465), `smtp://` for \
         STARTTLS (port 587), which is required. A server on loopback is spoken to without TLS \
         unless `trust` is given.",
    )
    .required(),
    key("user", Kind::Text, "\"halligan@example.org\"", "The name that the server asks for.")
        .default("no sign-in to the server")
        .with(&["password"]),
    key("password", Kind::Reference, "{ env = \"HALLIGAN_SMTP_PASSWORD\" }", "Its password.")
        .with(&["user"]),
    key(
        "trust",
        Kind::Path,
        "\"mail-ca.pem\"",
        "A PEM file of authorities: the server's certificate must come from one of them, and from \
         no other.",
    )
    .default("the authorities that this machine trusts"),
    key(
        "state",
        Kind::Path,
        "\"state/halligan.json\"",
        "Where the last run's result is kept, to compare the next one with. Its folder must be \
         there.",
    )
    .default("\"halligan.state.json\""),
    key(
        "heartbeat_days",
        Kind::Days(0, HEARTBEAT_DAYS_MAX),
        "1",
        "After how many days without a mail one says that nothing changed, at most 31; 0 for \
         never.",
    )
    .default("7"),
];
