//! Kafka against a broker of another make, in this process: it shares no code with the client. Its
//! groups have one member and its topics never forget; what needs more is tried against the broker
//! that the client's own library has for tests (`cluster`).

mod cluster;
mod lab;
mod reading;
mod sharing;
mod sign_in;
mod trouble;
