//! What people see.

pub(crate) mod applications;
pub(crate) mod apply;
mod behalf;
pub(crate) mod catalogue;
pub(crate) mod data;
pub(crate) mod design;
pub(crate) mod folder;
pub(crate) mod forum;
pub(crate) mod funds;
pub(crate) mod help;
mod messages;
pub(crate) mod office;
mod own_title;
mod words;

pub(crate) use own_title::under_own_title;
pub(crate) use words::{lang, lines, paragraphs, say, say_with, translated, with_money};
pub(crate) use words::{role, told, told_with};
