//! The Registration building block of GovStack, version 0.1.1: procedures are its services, forms its eForms, applications its
//! application files, and steps that wait for somebody its tasks.
//!
//! What the specification leaves open: the answers of a form are parted by its pages, because a value of `data` is an object; a
//! document is named by `additionalMetadata` when it is uploaded; a task is completed with a `decision`. The member that calls is
//! known by the exchange; the header `Information-Mediator-Client` says the same and is not needed.

mod applications;
mod documents;
mod eforms;
mod form_data;
mod multipart;
mod service_id;
mod services;
mod statistics;
mod tasks;
mod window;
mod wire;

use sdk::{Answer, Failure, Method};

use super::Call;

pub(super) fn answer(call: &Call<'_>, steps: &[&str]) -> Result<Answer, Failure> {
    match (call.method(), steps) {
        (Method::Get, ["services"]) => services::list(call),
        (Method::Get, ["services", id]) => services::show(id),
        (Method::Get, ["services", id, "eForms"]) => eforms::list(id),
        (Method::Get, ["eForms", id]) => eforms::show(call, id),
        (Method::Post, ["services", id, "applications"]) => applications::submit(call, id),
        (Method::Post, ["documents"]) => documents::upload(call),
        (Method::Get, ["documents", id]) => documents::show_upload(call, id),
        (Method::Get, ["applications"]) => applications::list(call),
        (Method::Get, ["applications", id]) => applications::show(call, id),
        (Method::Put, ["applications", id]) => applications::correct(call, id),
        (Method::Get, ["applications", id, "documents", blob]) => documents::show(call, id, blob),
        (Method::Get, ["tasks"]) => tasks::list(call),
        (Method::Get, ["tasks", id]) => tasks::show(call, id),
        (Method::Post, ["tasks", id, "complete"]) => tasks::complete(call, id),
        (Method::Get, ["data", "statistics", "1.0"]) => statistics::count(call),
        _ => Err(call.request.not_found()),
    }
}
