//! Makes harmless pictures of those that people send: decoded in a sandbox, encoded anew.
//!
//! This crate never keeps a picture. What a decoder could be made to do by a picture stays in the sandbox of one call; what
//! comes out is of our own encoder, upright, of bounded size, and without where and with what it was taken.

mod picture;

pub use picture::{MAX_PIXELS, MAX_SIDE, PictureError, Remade, remake};

use sdk::{Answer, Context, Failure, FieldError, Method, Request, Service};

/// The plugin.
pub struct Images;

sdk::plugin!(Images: service);

impl Service for Images {
    fn handle(_: Context, request: Request) -> Result<Answer, Failure> {
        match (request.method, request.path.as_str()) {
            (Method::Post, "" | "/") => {
                let Remade { content_type, content } = remake(&request.body).map_err(refused)?;
                Ok(Answer { status: 200, headers: Vec::new(), content_type: content_type.to_owned(), body: content })
            }
            _ => Err(request.not_found()),
        }
    }
}

fn refused(error: PictureError) -> Failure {
    let code = match error {
        PictureError::NotOne => "not-a-picture",
        PictureError::TooLarge => "too-large",
    };
    Failure::Invalid(vec![FieldError { field: String::new(), code: code.to_owned(), message: error.to_string() }])
}
