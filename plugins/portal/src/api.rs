//! What information systems are told and may do, as services of the exchange: the catalogue, applications, and the Registration
//! building block of GovStack.
//!
//! Who may call a service is for the exchange to say. What a service shows to whom is said here: an application is shown to the
//! subsystem that filed it, and to the back offices that have a step of it.

mod applications;
mod back_office;
mod catalogue;
mod definitions;
mod files;
mod filing;
mod period;
mod registration;
mod shown;

use std::str::FromStr;

use sdk::{Answer, Context, Date, Failure, Method, Request, Service, Timestamp};

use crate::application::{Act, Actor, Application};
use crate::office::ThisEntity;
use crate::{Portal, desk, procedures};

impl Service for Portal {
    fn handle(context: Context, request: Request) -> Result<Answer, Failure> {
        let steps = request.steps()?;
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let call = Call { context: &context, request: &request };
        match request.service.as_str() {
            "catalogue" => catalogue::answer(&call, &steps),
            "definitions" => definitions::answer(&call, &steps),
            "applications" => applications::answer(&call, &steps),
            "registration" => registration::answer(&call, &steps),
            _ => Err(request.not_found()),
        }
    }
}

/// A call of a subsystem.
#[derive(Clone, Copy)]
struct Call<'a> {
    context: &'a Context,
    request: &'a Request,
}

impl<'a> Call<'a> {
    /// How it is called. A question without its answer's body is the same question.
    fn method(self) -> Method {
        if self.request.method == Method::Head { Method::Get } else { self.request.method }
    }

    /// Who calls.
    fn subsystem(self) -> Result<&'a str, Failure> {
        let caller = self.context.caller.subsystem();
        caller.ok_or_else(|| Failure::Denied("this is for subsystems of the exchange".to_owned()))
    }

    fn now(self) -> Timestamp {
        self.context.time()
    }

    fn today(self) -> Date {
        self.now().date_in_la_paz()
    }

    /// A parameter of the query as another type, if it is there.
    fn query<T: FromStr>(self, name: &str) -> Result<Option<T>, Failure> {
        let given = self.request.parameter(name);
        given.map(str::parse).transpose().map_err(|_| Failure::invalid(name, "format", "is not understood"))
    }
}

/// A part of a path as another type: what does not read as one leads nowhere.
fn part<T: FromStr>(text: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::NotFound(format!("nothing is called {}", sdk::web::path_segment(text))))
}

/// Does something with an application, at the office of this entity.
fn act(call: &Call<'_>, application: Application, actor: Actor, act: Act) -> Result<Application, Failure> {
    let procedure = procedures::procedure(&application.procedure, application.version)?;
    let this = ThisEntity::configured()?;
    desk::act_in(&procedure, application, &this.at(&procedure, call.now()), call.now(), actor, act)
}
