//! The one place where the time comes from; everything else is given it.

use std::sync::Arc;

use halligan_core::time::Timestamp;

/// The time of the system's clock, in whole seconds.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// The same as a clock for the client.
pub(crate) fn clock() -> halligan_graph::Clock {
    Arc::new(now)
}
