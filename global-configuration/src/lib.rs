//! Brings the registry's signed word to whoever needs it, by The Update Framework.
//!
//! This crate never decides what an expired configuration means.
