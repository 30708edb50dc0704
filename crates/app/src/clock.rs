//! The one place where the time comes from; everything else is given it.

use std::sync::Arc;

use halligan_core::time::Timestamp;

/// The time of the system's clock, in whole seconds.
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// The time of the system's clock to the microsecond, for how long something took to arrive.
pub fn exactly_now() -> Timestamp {
    Timestamp::now()
}

/// The time in whole seconds as a clock for the client.
pub(crate) fn clock() -> halligan_graph::Clock {
    Arc::new(now)
}
