//! What somebody who signed in may do.

use super::layout::{Page, show};
use super::visit::Visit;
use super::{Asking, Shown};
use crate::Role;
use html::{Markup, Summary, html};

pub(super) fn page(asking: &Asking<'_>) -> Shown {
    let (visit, caller) = (asking.visit, asking.caller);
    let roles: Markup = html! { ul { @for role in caller.roles.iter() { li { (described(visit, role)) } } } };
    let content = html! {
        (Summary::new()
            .row(visit.say("Nombre", "Name"), &html! { (caller.name) })
            .row(visit.say("Puede", "May"), &roles))
        p { (visit.say(
            "Quien pierde su contraseña o su aplicación recibe un código de alta nuevo de quien administra el servidor.",
            "Whoever loses her password or app gets a new enrolment code from whoever administers the server.",
        )) }
    };
    show(asking.web, visit, Page::new(visit.say("Mi cuenta", "My account"), content))
}

/// What a role is for.
pub(super) fn described(visit: &Visit, role: Role) -> &'static str {
    match role {
        Role::Registration => visit.say("Registro: clientes y miembros", "Registration: clients and members"),
        Role::Services => visit
            .say("Servicios: servicios, derechos de acceso y grupos", "Services: services, access rights and groups"),
        Role::Security => {
            visit.say("Seguridad: claves, certificados y evidencia", "Security: keys, certificates and evidence")
        }
        Role::System => {
            visit.say("Sistema: plugins, copias y administradores", "System: plugins, backups and administrators")
        }
        Role::Observer => visit.say("Observación: mirar y nada más", "Observer: to look, and nothing else"),
    }
}
