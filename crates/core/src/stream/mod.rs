//! Streams: append-only, hash-chained facts, and states that are folds of them.
//!
//! Custody, the journal of changes, incidents and drills have one shape. A **fact** is a JSON
//! object ([`Body`]); a **record** ([`Record`]) is a fact with its place in the stream, its time
//! and the digest that chains it to the record before. What a stream means is said by an
//! [`Aggregate`]: a pure `fold` of facts into a state, and a pure `decide` that answers a command
//! with new facts or a refusal. Engines (`halligan-store`) keep the lines and add nothing to their
//! meaning: [`append`] makes the records, [`Chain`] verifies them, [`Head`] is the version that an
//! append expects, and an [`Anchor`] is a head that lies elsewhere, on paper or in mail.
//!
//! **Order is by sequence, never by time.** A clock that was set back must not cost a fact, and a
//! time that was made up to look later would be a lie in the evidence. So a record keeps the time
//! that it was given, and [`Chain::set_back`] lists the records that are older than the one before.
//!
//! **What the chain shows, and what it does not.** Any change within a stream is found on read,
//! with the first position at which something is wrong. Whoever can write the file can still cut
//! whole appends off its end, or compute a new chain: only an anchor finds that.
//!
//! Facts name people by opaque ids. Names and addresses live elsewhere and can be erased; nothing
//! is ever erased here.

mod aggregate;
mod anchor;
mod body;
mod chain;
mod line;
mod name;
mod record;
pub(crate) mod text;

pub use aggregate::{Aggregate, Folded, Undecided, UnreadFact, decide, fold};
pub use anchor::{Anchor, AnchorError, Divergence};
pub use body::{Body, BodyError, FACT_BYTES_MAX, FACT_DEPTH_MAX, FACT_INTEGER_MAX};
pub use chain::{
    APPEND_FACTS_MAX, AppendError, Chain, Damage, STREAM_RECORDS_MAX, Tampered, append, verify,
};
pub use line::{LINE_BYTES_MAX, LineError, is_cut};
pub use name::{STREAM_NAME_BYTES_MAX, StreamName, StreamNameError};
pub use record::{Head, HeadError, Record, digest_input};
