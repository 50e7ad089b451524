//! Funds that people compete for: the calls for everybody, proposals for who competes, the office and the evaluators.

mod draft;
mod evaluate;
mod mine;
mod office;
mod public;
mod read;
mod result;
mod words;

pub(crate) use draft::{check, discard, document, project, questions};
pub(crate) use evaluate::{abstain, evaluate, evaluation};
pub(crate) use mine::{file, list as mine, receipt, sent, withdraw};
pub(crate) use office::{
    edit, evaluators, extend, home as office, make, name, parts, publish, resolve, schema, show as manage,
};
pub(crate) use public::{list, show};
pub(crate) use read::{attached, read};
pub(crate) use result::{data, result, scores, signed};
