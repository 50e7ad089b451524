//! The door at the socket: whoever comes through it is the server's own user.

use crate::author::author;
use crate::caller::Caller;
use crate::dispatch::Dispatcher;
use crate::{ApiError, Reply};
use listener::{Connection, Handler, Request, Response};

/// Answers the requests of the socket.
pub(crate) struct SocketHandler(pub(crate) Dispatcher);

impl SocketHandler {
    async fn answer(&self, request: Request) -> Result<Reply, ApiError> {
        let (head, body) = request.into_parts();
        let name = author(&head.headers, head.extensions.get::<Connection>()).await?;
        self.0.answer(&head, body, Caller::at_the_socket(name)).await
    }
}

impl Handler for SocketHandler {
    async fn handle(&self, request: Request) -> Response {
        match self.answer(request).await {
            Ok(reply) => reply.into_response(),
            Err(error) => error.into_response(),
        }
    }
}
