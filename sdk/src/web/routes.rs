//! Which function answers which method of which route.

use super::{FromVisit, Method, Request, Response, Visit, Web};
use crate::{Context, Failure};

/// A plugin's pages. `sdk::plugin!(Complaints: pages)` exports them.
pub trait Pages {
    /// What each method of each route of the manifest does. A test harness refuses to install a plugin whose routes are not
    /// those of its manifest.
    const ROUTES: &'static Routes;
}

impl<T: Pages> Web for T {
    fn handle(context: Context, request: Request) -> Result<Response, Failure> {
        T::ROUTES.answer(Visit::new(context, request))
    }
}

/// The routes of a plugin; [`routes!`](crate::routes) makes them.
#[derive(Clone, Copy, Debug)]
pub struct Routes(&'static [Route]);

/// A method of a route and what it does.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    method: Method,
    path: &'static str,
    answer: fn(&Visit) -> Result<Response, Failure>,
}

/// Names a function for each method and route: `sdk::routes! { Get "/" => home, Post "/complaints" => complain }`.
///
/// A function takes the [`Visit`](crate::web::Visit) and then what it needs of it: a [`Citizen`](crate::web::Citizen), a
/// [`Path`](crate::web::Path), a [`Json`](crate::web::Json), whatever implements [`FromVisit`](crate::web::FromVisit).
#[macro_export]
macro_rules! routes {
    ($($method:ident $path:literal => $handler:expr),* $(,)?) => {
        $crate::web::Routes::new(const { &[$($crate::web::Route::new(
            $crate::web::Method::$method,
            $path,
            |visit| $crate::web::Handler::answer(&$handler, visit),
        )),*] })
    };
}

impl Routes {
    /// These routes.
    #[must_use]
    pub const fn new(routes: &'static [Route]) -> Self {
        Self(routes)
    }

    /// Answers a visit. What the manifest has and this has not, is not found; another method than a route has, is refused.
    ///
    /// # Errors
    /// Those, and what the route's function fails with.
    #[expect(clippy::needless_pass_by_value, reason = "a visit ends with its answer")]
    pub fn answer(&self, visit: Visit) -> Result<Response, Failure> {
        let request = visit.request();
        // A page that is asked for without its content is the same page: the host leaves it away.
        let method = if request.method == Method::Head { Method::Get } else { request.method };
        let mut fitting = self.0.iter().filter(|route| route.path == request.route).peekable();
        if fitting.peek().is_none() {
            return Err(Failure::NotFound(format!("nothing at {}", request.path)));
        }
        match fitting.find(|route| route.method == method) {
            Some(route) => (route.answer)(&visit),
            None => Err(Failure::other(405, "method_not_allowed", "this cannot be done here")),
        }
    }

    /// The paths, each once.
    #[cfg(not(target_arch = "wasm32"))]
    pub(crate) fn paths(&self) -> std::collections::BTreeSet<&'static str> {
        self.0.iter().map(|route| route.path).collect()
    }
}

impl Route {
    /// What a method of a route does; the path is written as in the manifest.
    #[must_use]
    pub const fn new(method: Method, path: &'static str, answer: fn(&Visit) -> Result<Response, Failure>) -> Self {
        Self { method, path, answer }
    }
}

/// A function that answers a visit, after what it takes was found in it.
pub trait Handler<Taken> {
    /// Finds what it takes, and answers.
    ///
    /// # Errors
    /// If something of it is not there, and what the function fails with.
    fn answer(&self, visit: &Visit) -> Result<Response, Failure>;
}

macro_rules! handler {
    ($($taken:ident),*) => {
        impl<F, $($taken),*> Handler<($($taken,)*)> for F
        where
            F: Fn(&Visit, $($taken),*) -> Result<Response, Failure>,
            $($taken: FromVisit),*
        {
            fn answer(&self, visit: &Visit) -> Result<Response, Failure> {
                self(visit, $($taken::from_visit(visit)?),*)
            }
        }
    };
}

handler!();
handler!(A);
handler!(A, B);
handler!(A, B, C);
handler!(A, B, C, D);
