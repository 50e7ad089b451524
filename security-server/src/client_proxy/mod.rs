//! The client's side: what an information system says is checked, signed, logged and sent; the answer comes back the same way.

mod answer;
pub(crate) mod authenticate;
mod conversation;
mod exchange;
mod idempotency;
mod in_process;
mod receive;
mod response;
mod route;

pub use authenticate::{AuthenticatedClient, Door};
pub(crate) use exchange::Answered;
pub use idempotency::Idempotency;

use crate::configuration::Judgement;
use crate::documents::Documents;
use crate::messaging::Messaging;
use crate::plugins::PluginDoor;
use crate::refusal::Refusal;
use crate::settings::FaultCodes;
use crate::upkeep::Upkeep;
use answer::Format;
use exchange::Call;
use idempotency::Turn;
use listener::{Handler, Request, Response};
use message_log::Body;
use plugin_host::ExchangeCall;
use protocol::fault::{Layer, Spelling};
use protocol::head::RequestHead;
use protocol::identifier::ServerId;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

/// Answers the requests of information systems.
pub struct ClientProxy {
    messaging: Arc<Messaging>,
    documents: Documents,
    idempotency: Arc<Idempotency>,
    // Bodies that are taken in, and exchanges under way: a slow body keeps no exchange from its place.
    receiving: Semaphore,
    places: Arc<Semaphore>,
    exchanges: TaskTracker,
    spelling: Spelling,
}

/// The client proxy behind one of its doors.
pub struct ClientDoor {
    proxy: Arc<ClientProxy>,
    door: Door,
}

/// Who may answer a request, and by which configuration that was found.
struct Way {
    judgement: Arc<Judgement>,
    candidates: Vec<ServerId>,
}

impl ClientProxy {
    /// Answers by these parts; exchanges run in `exchanges`, which outlives connections.
    #[must_use]
    pub fn new(
        messaging: Arc<Messaging>,
        upkeep: Arc<Upkeep>,
        fault_codes: FaultCodes,
        exchanges: TaskTracker,
    ) -> Arc<Self> {
        let spelling = match fault_codes {
            FaultCodes::Snake => Spelling::Snake,
            FaultCodes::Camel => Spelling::Camel,
        };
        let places = Arc::new(Semaphore::new(messaging.limits.exchanges));
        let receiving = Semaphore::new(messaging.limits.client_connections);
        let documents = Documents::new(messaging.clone(), upkeep);
        Arc::new(Self { messaging, documents, idempotency: Arc::default(), receiving, places, exchanges, spelling })
    }

    /// The proxy as one of its ports sees it.
    #[must_use]
    pub fn behind(self: &Arc<Self>, door: Door) -> Arc<ClientDoor> {
        Arc::new(ClientDoor { proxy: self.clone(), door })
    }

    async fn handle(&self, request: Request, door: Door) -> Response {
        let format = Format::of(request.headers());
        let answered = if request.uri().path().starts_with("/r1/") || !Documents::has(request.uri().path()) {
            self.relay(request, door).await.map(|answered| answer::response(&answered))
        } else {
            self.documents.answer(&request, door).await
        };
        answered.unwrap_or_else(|refusal| {
            let detail = uuid::Uuid::new_v4().to_string();
            tracing::info!(fault.detail = detail, refusal = %refusal, "refused a client's request");
            answer::fault(&refusal.fault(Layer::ClientProxy, detail), format, self.spelling)
        })
    }

    async fn relay(&self, request: Request, door: Door) -> Result<Arc<Answered>, Refusal> {
        if self.places.available_permits() == 0 {
            return Err(Refusal::Overloaded);
        }
        let head = receive::head(&request, &self.messaging.server)?;
        let configuration = self.messaging.server_configuration.load_full();
        let client = authenticate::authenticate(head.client(), &configuration, &request, door)?;
        let key = idempotency::key(request.headers())?;
        let way = self.way(&head)?;
        let receiving = self.receiving.try_acquire().map_err(|_| Refusal::Overloaded)?;
        let body = receive::body(&self.messaging, request.into_body()).await?;
        drop(receiving);
        self.exchange(way.call(client, head, body, key)).await
    }

    /// Calls a service for a plugin of this server, as an information system of its subsystem would. An answer that is
    /// remembered here is none: whether the receiver has handled the message is for the receiver to know.
    ///
    /// # Errors
    /// As an information system is refused.
    pub(crate) async fn call_for_plugin(
        &self,
        door: PluginDoor,
        call: &ExchangeCall,
    ) -> Result<Arc<Answered>, Refusal> {
        let head = in_process::head(call, &self.messaging.server)?;
        let configuration = self.messaging.server_configuration.load_full();
        let client = authenticate::of_plugin(head.client(), &configuration, door)?;
        let way = self.way(&head)?;
        let body = in_process::body(&self.messaging, call.body.clone()).await?;
        self.exchange(way.call(client, head, body, None)).await
    }

    /// Who may answer, as far as the head says.
    fn way(&self, head: &RequestHead) -> Result<Way, Refusal> {
        let messaging = &self.messaging;
        let judgement = messaging.configuration.usable()?;
        let candidates = route::candidates(head, &judgement, &messaging.peers, messaging.now())?;
        messaging.evidence.check_stamped(messaging.now())?;
        Ok(Way { judgement, candidates })
    }

    async fn exchange(&self, call: Call) -> Result<Arc<Answered>, Refusal> {
        let place = self.places.clone().try_acquire_owned().map_err(|_| Refusal::Overloaded)?;
        match self.idempotency.turn(&call, &self.messaging).await? {
            Turn::Answered(answered) => Ok(answered),
            Turn::First(claim) => {
                let messaging = self.messaging.clone();
                // An information system that goes away does not stop what has begun: the answer is still logged.
                // Boxed: the future has many kilobytes, and a task's start and end would each move them.
                let exchange = self.exchanges.spawn(Box::pin(async move {
                    let answered = exchange::exchange(&messaging, call).await.map(Arc::new);
                    drop(claim);
                    drop(place);
                    answered
                }));
                exchange.await.unwrap_or_else(|error| Err(Refusal::Internal(error.to_string())))
            }
        }
    }
}

impl Way {
    fn call(
        self,
        client: AuthenticatedClient,
        head: RequestHead,
        body: Option<Body>,
        idempotency_key: Option<String>,
    ) -> Call {
        let Self { judgement, candidates } = self;
        Call { client, head, body, judgement, candidates, idempotency_key }
    }
}

impl Handler for ClientDoor {
    async fn handle(&self, request: Request) -> Response {
        self.proxy.handle(request, self.door).await
    }
}
