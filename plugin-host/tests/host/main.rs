//! The host over real components: what a plugin is promised, and what others are promised of it.

mod calls;
mod events;
mod failed_calls;
mod harm;
mod kept_answers;
mod limits;
mod messages;
mod published;
mod restore;
mod support;
mod versions;
