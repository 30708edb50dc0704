//! `[kafka]` and `[event-hubs]`: topics of brokers, or hubs of Azure Event Hubs, that bring the
//! records.

use std::path::{Path, PathBuf};

use halligan_relay::kafka::Server;

use super::sign_in::{SecretReference, reference};
use super::walk::Table;

/// The consumer group where the register names none.
pub const KAFKA_GROUP: &str = "halligan";

const KAFKA_KEYS: &[&str] = &["servers", "topics", "group", "user", "password", "trust"];
const EVENT_HUBS_KEYS: &[&str] = &["connection_string", "topics", "group"];
const SERVERS: &str = "servers";
const SERVERS_EXAMPLE: &str = "servers = [\"broker.example.org:9093\"]";
const TOPICS: &str = "topics";
const TOPICS_EXAMPLE: &str = "topics = [\"insights-logs-signinlogs\"]";
const LIST_TYPE: &str = "a list of texts";

/// Where records come from, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kafka {
    /// Whom to ask.
    pub brokers: Brokers,
    /// The topics, or hubs; of a connection string that names its hub there may be none.
    pub topics: Vec<String>,
    /// The consumer group of the daemon.
    pub group: String,
}

/// Whom to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brokers {
    /// A namespace of Event Hubs, by a connection string.
    EventHubs(SecretReference),
    /// Brokers to begin with.
    Named {
        /// At least one.
        servers: Vec<Server>,
        /// The name that they ask for, and where its password is.
        login: Option<(String, SecretReference)>,
        /// The authorities that their certificates must come from; `None` for those that this
        /// machine trusts.
        trust: Option<PathBuf>,
    },
}

/// The declared hubs; `None` when there are none or something is wrong.
pub(super) fn event_hubs(root: &Table<'_, '_>, folder: &Path) -> Option<Kafka> {
    let table = root.table("event-hubs", "[event-hubs]", EVENT_HUBS_KEYS)?;
    if !table.has("connection_string") {
        let example = "connection_string = { file = \"/run/secrets/event-hubs\" }";
        table.missing("connection_string", example);
        return None;
    }
    let place = reference(&table, "connection_string", folder);
    let topics = texts(&table, TOPICS)?;
    Some(Kafka { brokers: Brokers::EventHubs(place?), topics, group: group(&table) })
}

/// The declared brokers; `None` when there are none or something is wrong.
pub(super) fn kafka(root: &Table<'_, '_>, folder: &Path) -> Option<Kafka> {
    let table = root.table("kafka", "[kafka]", KAFKA_KEYS)?;
    let topics = texts(&table, TOPICS)?;
    let brokers = named(&table, folder);
    if topics.is_empty() {
        table.missing(TOPICS, TOPICS_EXAMPLE);
        return None;
    }
    Some(Kafka { brokers: brokers?, topics, group: group(&table) })
}

fn group(table: &Table<'_, '_>) -> String {
    table.text("group").unwrap_or(KAFKA_GROUP).to_owned()
}

fn named(table: &Table<'_, '_>, folder: &Path) -> Option<Brokers> {
    let items = table.list(SERVERS, LIST_TYPE);
    if items.is_empty() {
        table.missing(SERVERS, SERVERS_EXAMPLE);
        return None;
    }
    let servers: Option<Vec<Server>> =
        items.iter().map(|item| table.parsed_of::<Server>(SERVERS, item)).collect();
    let password = reference(table, "password", folder);
    let login = match (table.has("user"), table.has("password")) {
        (false, false) => None,
        (true, true) => {
            Some((table.required_text("user", "user = \"halligan\"")?.into(), password?))
        }
        (true, false) => {
            table.missing("password", "password = { env = \"HALLIGAN_KAFKA_PASSWORD\" }");
            return None;
        }
        (false, true) => {
            table.missing("user", "user = \"halligan\"");
            return None;
        }
    };
    let trust = table.text("trust").filter(|text| !text.is_empty()).map(|at| folder.join(at));
    Some(Brokers::Named { servers: servers?, login, trust })
}

fn texts(table: &Table<'_, '_>, key: &'static str) -> Option<Vec<String>> {
    let text = |item| table.text_of(key, item).map(str::to_owned);
    table.list(key, LIST_TYPE).into_iter().map(text).collect()
}
