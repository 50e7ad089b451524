//! What the gateway says of itself, in each language that it speaks.

use crate::refusal::Refusal;
use html::Language;
use pages::TokenRefusal;
use std::borrow::Cow;

/// The fixed words of the gateway's pages.
pub(crate) struct Words {
    pub(crate) services: &'static str,
    pub(crate) no_services: &'static str,
    pub(crate) verify: &'static str,
    pub(crate) back: &'static str,
    pub(crate) home: &'static str,
    pub(crate) service_says: &'static str,
}

/// The words of a language.
pub(crate) fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Spanish | Language::Quechua | Language::Aymara | Language::Guarani => &SPANISH,
    }
}

const SPANISH: Words = Words {
    services: "Servicios",
    no_services: "Por ahora no hay servicios.",
    verify: "Verificar un comprobante",
    back: "Volver al formulario",
    home: "Ir al inicio",
    service_says: "El servicio dice:",
};

const ENGLISH: Words = Words {
    services: "Services",
    no_services: "There are no services for now.",
    verify: "Verify a receipt",
    back: "Go back to the form",
    home: "Go to the start page",
    service_says: "The service says:",
};

/// What happened, and what to do.
pub(crate) fn explain(refusal: &Refusal, language: Language) -> (&'static str, Cow<'static, str>) {
    match language {
        Language::English => english(refusal),
        Language::Spanish | Language::Quechua | Language::Aymara | Language::Guarani => spanish(refusal),
    }
}

fn spanish(refusal: &Refusal) -> (&'static str, Cow<'static, str>) {
    let (title, what) = match refusal {
        Refusal::NoSuchHost => ("Aquí no hay ningún servicio", "Revise que la dirección esté bien escrita."),
        Refusal::NotFound => ("Esta página no existe", "Revise la dirección, o vaya al inicio del servicio."),
        Refusal::Method => {
            ("Esta página no se puede pedir así", "Vaya al inicio del servicio y use sus enlaces y botones.")
        }
        Refusal::TooOften => {
            ("Demasiados pedidos seguidos", "Espere unos segundos y vuelva a intentar. No se perdió nada.")
        }
        Refusal::FileLink => {
            ("Este enlace ya no vale", "Vuelva a la página donde estaba el archivo y ábralo de nuevo.")
        }
        Refusal::Unavailable => (
            "El servicio no está disponible en este momento",
            "Vuelva a intentar en un minuto. Si envió un formulario, puede enviarlo otra vez: no se registrará dos veces.",
        ),
        Refusal::Busy => (
            "Hay muchas personas usando el servicio",
            "Vuelva a intentar en unos segundos. Si envió un formulario, puede enviarlo otra vez: no se registrará dos veces.",
        ),
        Refusal::Maintenance => {
            ("Estamos haciendo mantenimiento", "El servicio volverá en unos minutos. Lo que ya envió está guardado.")
        }
        Refusal::Broken => (
            "Algo falló en el servicio",
            "No se guardó nada de este pedido. El error quedó registrado. Vuelva a intentar más tarde.",
        ),
        Refusal::Citizens => {
            ("Esta página pide ingresar", "En este servidor todavía no se puede ingresar. Consulte a la entidad.")
        }
        Refusal::Staff => (
            "Esta página es para personal de la entidad",
            "Si trabaja aquí, pida a su administrador el rol que corresponde.",
        ),
        Refusal::ForeignOrigin => (
            "El formulario vino de otro sitio",
            "No se guardó nada. Abra el formulario en esta página y envíelo desde aquí.",
        ),
        Refusal::Form(TokenRefusal::Missing) => {
            ("Al formulario le falta su sello", "No se guardó nada. Abra el formulario de nuevo y envíelo otra vez.")
        }
        Refusal::Form(TokenRefusal::Foreign) => (
            "El formulario no se mostró a usted",
            "No se guardó nada. Quizá ingresó o salió en otra ventana. Abra el formulario de nuevo y envíelo otra vez.",
        ),
        Refusal::Form(TokenRefusal::Expired) => {
            ("El formulario estuvo abierto demasiado tiempo", "No se guardó nada. Ábralo de nuevo y envíelo otra vez.")
        }
        Refusal::NoCookies => (
            "Su navegador no guarda cookies",
            "No se guardó nada. Permita las cookies de este sitio; sirven solo para reconocer su formulario.",
        ),
        Refusal::SubmittedBefore => (
            "Este formulario ya se envió",
            "Lo primero que envió quedó registrado, y esto otro no. Si quiere enviar algo distinto, abra un formulario nuevo.",
        ),
        Refusal::TooLarge => ("Lo que envió es demasiado grande", "No se guardó nada. Envíe menos de una vez."),
        Refusal::TooSlow => ("El envío tardó demasiado", "No se guardó nada. Revise su conexión y vuelva a intentar."),
        Refusal::Malformed => (
            "No entendimos lo que envió su navegador",
            "No se guardó nada. Abra el formulario de nuevo y envíelo otra vez.",
        ),
        Refusal::ContentType => {
            ("Esta página no recibe ese tipo de contenido", "No se guardó nada. Use el formulario de la página.")
        }
        Refusal::NoFiles => ("Esta página no recibe archivos", "No se guardó nada. Use el formulario de la página."),
        Refusal::FileSize { name, largest_bytes } => {
            let size = megabytes(*largest_bytes);
            return (
                "Un archivo es demasiado grande",
                format!("No se guardó nada. «{name}» pasa de {size} MB. Elija uno más pequeño.").into(),
            );
        }
        Refusal::FileType { name, types } => {
            return (
                "Un archivo no es del tipo que se pide",
                format!("No se guardó nada. «{name}» no es de estos tipos: {}.", kinds(types)).into(),
            );
        }
        Refusal::Storage => {
            ("No queda espacio para archivos", "No se guardó nada. Avise a la entidad, que puede ampliar el espacio.")
        }
        Refusal::Plugin(_) => ("No se pudo hacer lo que pidió", "No se guardó nada."),
    };
    (title, what.into())
}

fn english(refusal: &Refusal) -> (&'static str, Cow<'static, str>) {
    let (title, what) = match refusal {
        Refusal::NoSuchHost => ("There is no service here", "Check that the address is spelled correctly."),
        Refusal::NotFound => ("This page does not exist", "Check the address, or go to the service's start page."),
        Refusal::Method => {
            ("This page cannot be asked for like this", "Go to the service's start page and use its links and buttons.")
        }
        Refusal::TooOften => ("Too many requests in a row", "Wait some seconds and try again. Nothing was lost."),
        Refusal::FileLink => ("This link has ended", "Go back to the page that had the file and open it again."),
        Refusal::Unavailable => (
            "The service is not available right now",
            "Try again in a minute. If you sent a form, you can send it again: it will not be registered twice.",
        ),
        Refusal::Busy => (
            "Many people are using the service",
            "Try again in some seconds. If you sent a form, you can send it again: it will not be registered twice.",
        ),
        Refusal::Maintenance => {
            ("We are doing maintenance", "The service will be back in some minutes. What you have sent is kept.")
        }
        Refusal::Broken => (
            "Something in the service failed",
            "Nothing of this request was kept. The error was recorded. Try again later.",
        ),
        Refusal::Citizens => ("You have to sign in for this page", "This server has no sign-in yet. Ask the entity."),
        Refusal::Staff => {
            ("This page is for the entity's staff", "If you work here, ask your administrator for the role.")
        }
        Refusal::ForeignOrigin => {
            ("The form came from another site", "Nothing was kept. Open the form on this page and send it from here.")
        }
        Refusal::Form(TokenRefusal::Missing) => {
            ("The form lacks its seal", "Nothing was kept. Open the form again and send it once more.")
        }
        Refusal::Form(TokenRefusal::Foreign) => (
            "The form was not shown to you",
            "Nothing was kept. Perhaps you signed in or out in another window. Open the form again and send it once more.",
        ),
        Refusal::Form(TokenRefusal::Expired) => {
            ("The form was open for too long", "Nothing was kept. Open it again and send it once more.")
        }
        Refusal::NoCookies => (
            "Your browser keeps no cookies",
            "Nothing was kept. Allow cookies of this site; they only serve to know your form again.",
        ),
        Refusal::SubmittedBefore => (
            "This form was sent already",
            "What you sent first is registered, and this is not. If you want to send something else, open a new form.",
        ),
        Refusal::TooLarge => ("What you sent is too large", "Nothing was kept. Send less at once."),
        Refusal::TooSlow => ("Sending took too long", "Nothing was kept. Check your connection and try again."),
        Refusal::Malformed => (
            "We did not understand what your browser sent",
            "Nothing was kept. Open the form again and send it once more.",
        ),
        Refusal::ContentType => {
            ("This page does not take this type of content", "Nothing was kept. Use the form of the page.")
        }
        Refusal::NoFiles => ("This page takes no files", "Nothing was kept. Use the form of the page."),
        Refusal::FileSize { name, largest_bytes } => {
            let size = megabytes(*largest_bytes);
            return (
                "A file is too large",
                format!("Nothing was kept. “{name}” has more than {size} MB. Choose a smaller one.").into(),
            );
        }
        Refusal::FileType { name, types } => {
            return (
                "A file is not of the type that is asked for",
                format!("Nothing was kept. “{name}” is none of these types: {}.", kinds(types)).into(),
            );
        }
        Refusal::Storage => {
            ("There is no room left for files", "Nothing was kept. Tell the entity, which can make more room.")
        }
        Refusal::Plugin(_) => ("What you asked for could not be done", "Nothing was kept."),
    };
    (title, what.into())
}

/// As people call them; the name of a type means the same in every language here.
fn kinds(types: &[String]) -> String {
    let kind = |found: &String| match found.as_str() {
        "image/jpeg" => "JPEG",
        "image/png" => "PNG",
        "image/webp" => "WebP",
        "application/pdf" => "PDF",
        "text/plain" => "TXT",
        "text/csv" => "CSV",
        "application/json" => "JSON",
        _ => "ASiC-E",
    };
    types.iter().map(kind).collect::<Vec<_>>().join(", ")
}

fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1 << 20);
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{},{}", tenths / 10, tenths % 10) }
}
