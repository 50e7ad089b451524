//! Files of an application: what was attached, the receipt, the decisions.

use sdk::web::{Path, PathPair, Response, Visit};
use sdk::{Failure, evidence};

use crate::application::{Application, Attached, Stage};
use crate::definition::Code;
use crate::pages::behalf::Behalf;

/// A file that was attached.
pub(crate) fn file(
    _: &Visit,
    behalf: Behalf,
    PathPair(number, blob): PathPair<String, String>,
) -> Result<Response, Failure> {
    let application = behalf.application(&number)?;
    attached(&application, &blob)
}

/// The signed receipt.
pub(crate) fn receipt(_: &Visit, behalf: Behalf, Path(number): Path<String>) -> Result<Response, Failure> {
    let application = behalf.application(&number)?;
    signed(&application.receipt, &application.number)
}

/// The signed document of a decision.
pub(crate) fn decision(
    _: &Visit,
    behalf: Behalf,
    PathPair(number, registration): PathPair<String, Code>,
) -> Result<Response, Failure> {
    let application = behalf.application(&number)?;
    decided(&application, &registration)
}

/// The signed document of a decision of an application that may be seen.
pub(crate) fn decided(application: &Application, registration: &Code) -> Result<Response, Failure> {
    let Stage::Decided { document: Some(document), .. } = &application.track(registration)?.stage else {
        return Err(Failure::NotFound(format!("{registration} has no decision yet")));
    };
    signed(document, &format!("{}-{registration}", application.number))
}

/// A file of an application that may be seen.
pub(crate) fn attached(application: &Application, blob: &str) -> Result<Response, Failure> {
    let mut files = application.content.files();
    let file: &Attached = files
        .find(|file| file.blob == blob)
        .ok_or_else(|| Failure::NotFound(format!("the application has no file {blob}")))?;
    Ok(Response::blob(&file.blob).with_header("cache-control", "no-store"))
}

/// A signed document as a file, once it is signed.
pub(crate) fn signed(id: &str, name: &str) -> Result<Response, Failure> {
    let container = evidence::signed(id);
    let container = container.ok_or_else(|| Failure::Unavailable(crate::pages::say("not-signed-yet")))?;
    Ok(Response::blob(container.id).to_save_as(&format!("{name}.asice")).with_header("cache-control", "no-store"))
}
