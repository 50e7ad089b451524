//! The gateway's words in Spanish.

use super::{Words, kinds, megabytes};
use crate::refusal::Refusal;
use pages::TokenRefusal;
use plugin_host::Failure;
use std::borrow::Cow;
use trust::evidence::StepName;

pub(super) const WORDS: Words = Words {
    services: "Servicios",
    no_services: "Por ahora no hay servicios.",
    back: "Volver al formulario",
    home: "Ir al inicio",
    service_says: "El servicio dice:",
    reported_by: "Si avisa de esta falla, dé el número",
    you: "Mi cuenta",
    sign_in: "Ingresar",
    sign_out: "Salir",
    sign_out_asks: "¿Quiere salir de todos los servicios?",
    acting_title: "¿Por quién actúa?",
    acting_explains: "Lo que haga desde ahora en este servicio será por quien elija. El servicio sabe que lo hace usted.",
    acting_for: "Actúo por",
    acting_herself: "Mi persona",
    acting_choose: "Continuar",
    acting_now: "Actúa por",
    acting_for_others: "Actuar por otra persona",
    verify: "Verificar un comprobante o una constancia",
    verify_explains: "Elija el archivo que recibió. Se revisa aquí, sin consultar a nadie, y no se guarda.",
    verify_file: "Archivo",
    verify_hint: "Un archivo .asice de hasta 64 MB.",
    verify_button: "Verificar",
    verify_nothing: "Elija el archivo que quiere verificar.",
    verify_valid: "El documento es auténtico",
    verify_valid_means: "Lo firmó la entidad que dice, quedó registrado en su momento, y nadie lo cambió desde entonces.",
    verify_signed_means: "Lo firmó la entidad que dice, y nadie lo cambió desde entonces. Todavía no lleva la constancia de cuándo se registró; la entidad puede entregarlo con ella.",
    verify_invalid: "El documento NO es válido",
    verify_invalid_means: "No confíe en él. Abajo dice qué no coincide. Pida el documento otra vez a la entidad que lo emitió.",
    verify_whole: "El documento está completo, pero no se sabe de quién es",
    verify_whole_means: "Este servidor no tiene ahora con qué comprobar quién lo firmó. Vuelva a intentar más tarde.",
    verify_meaning: "Qué significa",
    verify_steps: "Lo que se revisó",
    verify_step: "Qué",
    verify_result: "Resultado",
    verify_found: "Detalle (en inglés)",
    verify_passed: "Bien",
    verify_failed: "Mal",
    verify_not_present: "No lo tiene",
    verify_not_checked: "No se revisó",
    verify_rest: "Lo demás no se revisó: esto basta para no confiar en el documento.",
    verify_another: "Verificar otro",
    verify_name,
    title,
    advice,
};

/// What a step of a verification looks at.
fn verify_name(name: StepName) -> &'static str {
    match name {
        StepName::Container => "Forma del archivo",
        StepName::Manifest => "Lista de sus partes",
        StepName::Part(_) => "Parte del archivo",
        StepName::Statement => "Coincidencia de sus partes",
        StepName::Signature => "Firma",
        StepName::CertificatePath => "Autoridad que certificó al firmante",
        StepName::Member => "Entidad que firmó",
        StepName::CertificateStatus => "Certificado vigente al firmar",
        StepName::Commitments => "Huella en el registro",
        StepName::Inclusion => "Inclusión en el registro",
        StepName::Checkpoint => "Sello del registro",
        StepName::Timestamp => "Hora del registro",
        StepName::SignatureTimestamp => "Hora de la firma",
    }
}

/// What happened.
fn title(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NoSuchHost => "Aquí no hay ningún servicio",
        Refusal::NotFound | Refusal::Plugin(Failure::NotFound(_)) => "Esta página no existe",
        Refusal::Method => "Esta página no se puede pedir así",
        Refusal::TooOften => "Demasiados pedidos seguidos",
        Refusal::FileLink => "Este enlace ya no vale",
        Refusal::Unavailable => "El servicio no está disponible en este momento",
        Refusal::Busy => "Hay muchas personas usando el servicio",
        Refusal::Maintenance => "Estamos haciendo mantenimiento",
        Refusal::Broken => "Algo falló en el servicio",
        Refusal::Representation => "No puede actuar por quien eligió",
        Refusal::NoSignIn => "Esta página pide ingresar",
        Refusal::SignIn { .. } => "Ingrese para continuar",
        Refusal::Assurance { .. } => "Esta página pide un ingreso más seguro",
        Refusal::Role => "Esta página es para personal de la entidad",
        Refusal::SignInUnavailable => "El ingreso no está disponible en este momento",
        Refusal::SignInEnded => "Este ingreso ya terminó",
        Refusal::SignInDenied => "No ingresó",
        Refusal::ForeignOrigin => "El formulario vino de otro sitio",
        Refusal::Form(TokenRefusal::Missing) => "Al formulario le falta su sello",
        Refusal::Form(TokenRefusal::Foreign) => "El formulario no se mostró a usted",
        Refusal::Form(TokenRefusal::Expired) => "El formulario estuvo abierto demasiado tiempo",
        Refusal::NoCookies => "Su navegador no guarda cookies",
        Refusal::SubmittedBefore => "Este formulario ya se envió",
        Refusal::TooLarge => "Lo que envió es demasiado grande",
        Refusal::TooSlow => "El envío tardó demasiado",
        Refusal::Malformed => "No entendimos lo que envió su navegador",
        Refusal::ContentType => "Esta página no recibe ese tipo de contenido",
        Refusal::Encoded => "No se recibe contenido comprimido",
        Refusal::NoFiles => "Esta página no recibe archivos",
        Refusal::FileSize { .. } => "Un archivo es demasiado grande",
        Refusal::FileType { .. } => "Un archivo no es del tipo que se pide",
        Refusal::Images { .. } => "Por ahora no se pueden enviar fotos",
        Refusal::Picture { .. } => "Una foto no se puede leer",
        Refusal::Storage => "No queda espacio para archivos",
        Refusal::Full => "No queda lugar",
        Refusal::Plugin(_) => "No se pudo hacer lo que pidió",
    }
}

/// What became of the request, and what to do.
fn advice(refusal: &Refusal) -> Cow<'static, str> {
    let advice = match refusal {
        Refusal::NoSuchHost => "Revise que la dirección esté bien escrita.",
        Refusal::NotFound | Refusal::Plugin(Failure::NotFound(_)) => "Revise la dirección, o vaya al inicio del servicio.",
        Refusal::Method => "Vaya al inicio del servicio y use sus enlaces y botones.",
        Refusal::TooOften => "Espere unos segundos y vuelva a intentar. No se perdió nada.",
        Refusal::FileLink => "Vuelva a la página donde estaba el archivo y ábralo de nuevo.",
        Refusal::Unavailable => {
            "Vuelva a intentar en un minuto. Si envió un formulario, puede enviarlo otra vez: no se registrará dos veces."
        }
        Refusal::Busy => {
            "Vuelva a intentar en unos segundos. Si envió un formulario, puede enviarlo otra vez: no se registrará dos veces."
        }
        Refusal::Maintenance => "El servicio volverá en unos minutos. Lo que ya envió está guardado.",
        Refusal::Broken => "No se guardó nada de este pedido. El error quedó registrado. Vuelva a intentar más tarde.",
        Refusal::Representation => "No se cambió nada. Puede que la representación haya terminado: ingrese de nuevo para ver por quién puede actuar.",
        Refusal::NoSignIn => "En este servidor todavía no se puede ingresar. Consulte a la entidad.",
        Refusal::SignIn { .. } => {
            "No se guardó nada. Su sesión terminó o todavía no ingresó. Ingrese, y vuelva a llenar el formulario."
        }
        Refusal::Assurance { .. } => {
            "Ingrese con un segundo factor o una llave de acceso. Si se registró por internet, haga verificar su identidad."
        }
        Refusal::Role => "Si trabaja aquí, pida a su administrador el rol que corresponde.",
        Refusal::SignInUnavailable => "Vuelva a intentar en un minuto. Lo que ya envió está guardado.",
        Refusal::SignInEnded => "Pasó demasiado tiempo, o se abrió dos veces. Ingrese de nuevo.",
        Refusal::SignInDenied => "Se canceló el ingreso. Puede ingresar cuando quiera.",
        Refusal::ForeignOrigin => "No se guardó nada. Abra el formulario en esta página y envíelo desde aquí.",
        Refusal::Form(TokenRefusal::Missing) | Refusal::Malformed => {
            "No se guardó nada. Abra el formulario de nuevo y envíelo otra vez."
        }
        Refusal::Form(TokenRefusal::Foreign) => {
            "No se guardó nada. Quizá ingresó o salió en otra ventana. Abra el formulario de nuevo y envíelo otra vez."
        }
        Refusal::Form(TokenRefusal::Expired) => "No se guardó nada. Ábralo de nuevo y envíelo otra vez.",
        Refusal::NoCookies => "No se guardó nada. Permita las cookies de este sitio: con ellas se reconoce su formulario.",
        Refusal::SubmittedBefore => {
            "Lo primero que envió quedó registrado, y esto otro no. Si quiere enviar algo distinto, abra un formulario nuevo."
        }
        Refusal::TooLarge => "No se guardó nada. Envíe menos de una vez.",
        Refusal::TooSlow => "No se guardó nada. Revise su conexión y vuelva a intentar.",
        Refusal::ContentType | Refusal::NoFiles => "No se guardó nada. Use el formulario de la página.",
        Refusal::Encoded => "No se guardó nada. Use el formulario de la página, o envíe sin comprimir.",
        Refusal::FileSize { name, largest_bytes } => {
            let size = megabytes(*largest_bytes);
            return format!("No se guardó nada. «{name}» pasa de {size} MB. Elija uno más pequeño.").into();
        }
        Refusal::FileType { name, types } => {
            return format!("No se guardó nada. «{name}» no es de estos tipos: {}.", kinds(types)).into();
        }
        Refusal::Images { name } => {
            return format!("No se guardó nada. «{name}» es una foto. Envíe el documento en PDF.").into();
        }
        Refusal::Picture { name } => return format!("No se guardó nada. «{name}» no es una foto JPEG, PNG o WebP de hasta 12 millones de puntos. Elija otra, o tómela con menos resolución.").into(),
        Refusal::Storage => "No se guardó nada. Avise a la entidad, que puede ampliar el espacio.",
        Refusal::Full => "No se guardó nada. Ya se recibieron todos los que se pueden recibir; otros llegaron antes.",
        Refusal::Plugin(_) => "No se guardó nada.",
    };
    advice.into()
}
