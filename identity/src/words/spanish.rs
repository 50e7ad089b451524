//! The texts in Spanish.

use super::Words;
use crate::accounts::{Assurance, Outcome};
use crate::clients::Scope;
use crate::web::Refusal;
use factors::{MAX_BYTES, WeakPassword};
use pages::TokenRefusal;

pub(super) const WORDS: Words = Words {
    action: "Acción",
    activity: "Actividad",
    add_passkey: "Añadir una llave de acceso",
    address: "Dirección",
    allow: "Permitir",
    app_code: "Código de 6 cifras que muestra la aplicación",
    app_code_hint: "Cambia cada 30 segundos.",
    app_picture: "Código QR para la aplicación de códigos",
    app_secret: "¿No puede leer la imagen? Escriba esta clave en la aplicación:",
    app_text: "Abra una aplicación de códigos en su teléfono (por ejemplo FreeOTP o Aegis), lea esta imagen y escriba el código que aparece.",
    assurance_label: "Nivel de seguridad de su identidad",
    authenticator: "Aplicación de códigos",
    back_to_client: "Volver al servicio",
    begin_again: "Comenzar de nuevo",
    can_withdraw: "Puede retirar este permiso en su cuenta cuando quiera.",
    change_password: "Contraseña",
    code: "Código",
    code_hint: "El código de 6 cifras de su aplicación, o uno de sus códigos de recuperación.",
    codes_left: "Códigos que le quedan:",
    codes_renew: "Crear códigos nuevos",
    codes_renew_text: "Los códigos nuevos se muestran una sola vez, y los anteriores dejan de servir.",
    codes_text: "Guarde estos códigos en un lugar seguro. Si pierde su teléfono, cada uno sirve una vez en lugar del código de la aplicación. No se mostrarán de nuevo.",
    come_to_counter: "Su identidad todavía no está verificada a ese nivel. Acérquese a una ventanilla con su documento de identidad.",
    consent: "¿Permitir que este servicio conozca sus datos?",
    consents: "Servicios que conocen sus datos",
    device: "Dispositivo",
    document_kind: "Tipo de documento",
    document_number: "Número de documento",
    end_session: "Cerrar",
    enrol: "Activar su cuenta",
    enrol_done: "Activar mi cuenta",
    enrol_text: "Escriba el código de activación que recibió cuando se registró. Si perdió su contraseña o su teléfono, pida un código nuevo en una ventanilla.",
    enrolled: "Su cuenta está activa",
    enrolling_as: "Está activando la cuenta de",
    enrolment_code: "Código de activación",
    enrolment_hint: "Tiene 16 letras y números, por ejemplo ABCD-EFGH-JKMN-PQRS.",
    go_on: "Continuar",
    have_enrolment_code: "Tengo un código de activación",
    history: "Quién ingresó como yo",
    history_text: "Si no reconoce un ingreso, cierre todas sus sesiones y cambie su contraseña.",
    is_not_set: "no tiene",
    is_set: "tiene",
    last_passkey: "Es lo único con lo que puede ingresar: añada antes otra llave o una contraseña con aplicación de códigos.",
    last_used: "Último uso",
    my_account: "Mi cuenta",
    name: "Nombre",
    new_password: "Contraseña nueva",
    no_consents: "Ningún servicio tiene un permiso suyo.",
    no_passkeys: "No tiene llaves de acceso.",
    not_enough: "Hace falta una identidad más segura",
    passkey: "Llave de acceso",
    passkey_is_needed: "Este servicio pide que ingrese con una llave de acceso.",
    passkey_name: "Nombre de la llave",
    passkey_name_hint: "Para reconocerla después, por ejemplo «Mi teléfono».",
    passkey_problem: "La llave de acceso no se pudo usar. Intente de nuevo, o ingrese de otra forma.",
    passkey_text: "Con una llave de acceso ingresa con la huella, el rostro o el PIN de su dispositivo, sin contraseña.",
    passkey_usual_name: "Mi dispositivo",
    passkeys: "Llaves de acceso",
    passkeys_need_script: "Para añadir una llave de acceso su navegador tiene que permitir JavaScript.",
    password: "Contraseña",
    password_again: "La contraseña otra vez",
    password_and_app: "Con contraseña y aplicación de códigos",
    passwords_differ: "Las dos contraseñas no son iguales",
    recovery_codes: "Códigos de recuperación",
    refuse: "No permitir",
    remove: "Quitar",
    save: "Guardar",
    scope_openid: "que usted es la misma persona cada vez que vuelve",
    second_passkey_advice: "Añada en su cuenta otra llave, o una contraseña con aplicación de códigos: así puede ingresar aunque pierda este dispositivo.",
    second_step: "Segundo paso",
    security: "Con qué ingresa",
    sessions: "Dónde está su sesión abierta",
    notices: "Avisos",
    notice_link: "Verlo en el servicio",
    no_notices: "Todavía no hay avisos.",
    sign_in: "Ingresar",
    sign_out: "Salir",
    sign_out_asks: "¿Quiere salir de todos los servicios en este navegador?",
    sign_out_everywhere: "Salir en todas partes",
    signed_in_as: "Ingresó como",
    signed_out: "Salió",
    signed_out_text: "Su sesión terminó, y los servicios que la usaban lo sabrán.",
    since: "Desde",
    technical_reason: "Motivo técnico",
    this_session: "Esta sesión",
    to_go_on_to: "Ingrese para continuar a",
    use_passkey: "Ingrese con una llave de acceso. Si no tiene una, añádala en su cuenta.",
    wants_assurance: "pide saber con más seguridad quién es usted.",
    wants_to_know: "quiere conocer:",
    what: "Qué pasó",
    when: "Cuándo",
    with_passkey: "Ingresar con llave de acceso",
    withdraw: "Retirar el permiso",
    wrong_app_code: "Ese no es el código que la aplicación muestra ahora. Revise que la hora de su teléfono sea correcta.",
    wrong_code: "El código no es correcto, o ya se usó",
    wrong_enrolment_code: "El código no es correcto, ya se usó o venció. Pida uno nuevo en una ventanilla.",
    wrong_passkey: "La llave de acceso no fue aceptada. Intente de nuevo, o ingrese de otra forma.",
    wrong_password: "El documento o la contraseña no son correctos",
    kind_of_document,
    scope,
    assurance,
    outcome,
    too_soon,
    weak_password,
    password_hint,
    refusal,
};

fn kind_of_document(kind: &str) -> &'static str {
    match kind {
        "CI" => "Cédula de identidad",
        "CIE" => "Cédula de identidad de extranjero",
        _ => "Pasaporte",
    }
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::OpenId => "que usted es la misma persona cada vez que vuelve",
        Scope::Profile => "su nombre y su documento de identidad",
        Scope::Birthdate => "su fecha de nacimiento",
        Scope::Email => "su correo electrónico",
        Scope::Phone => "su número de celular",
        Scope::Representation => "a quién puede representar",
        Scope::OfflineAccess => "esos datos también cuando usted no está presente, durante 30 días",
    }
}

fn assurance(assurance: Assurance) -> &'static str {
    match assurance {
        Assurance::Low => "bajo: declarada por usted",
        Assurance::Substantial => "sustancial: verificada en el registro de identidad",
        Assurance::High => "alto: verificada en presencia",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SignedIn => "Ingresó",
        Outcome::WrongPassword => "Contraseña incorrecta",
        Outcome::WrongSecondFactor => "Contraseña correcta, segundo paso incorrecto",
        Outcome::WrongPasskey => "Llave de acceso rechazada",
    }
}

fn too_soon(seconds: i64) -> String {
    format!("Hubo varios intentos fallidos. Espere {seconds} segundos, o ingrese con una llave de acceso")
}

fn weak_password(weak: WeakPassword) -> String {
    match weak {
        WeakPassword::Short => "La contraseña es muy corta".to_owned(),
        WeakPassword::Long => format!("La contraseña tiene más de {MAX_BYTES} bytes"),
        WeakPassword::Common => "Esa contraseña es de las primeras que cualquiera adivina: elija otra".to_owned(),
    }
}

fn password_hint(letters: usize) -> String {
    format!(
        "Al menos {letters} letras. Varias palabras que no van juntas son fáciles de recordar y difíciles de adivinar."
    )
}

fn refusal(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NotFound => ("No hay esa página", "Revise la dirección."),
        Refusal::Method => ("La página no se puede pedir así", "Vuelva y use los botones de la página."),
        Refusal::Malformed => ("Lo que llegó no se entiende", "Vuelva a la página anterior e intente de nuevo."),
        Refusal::TooLarge => ("Lo que envió es demasiado grande", "Vuelva a la página anterior e intente de nuevo."),
        Refusal::Request(_) => {
            ("El servicio del que viene pidió algo mal", "No es culpa suya. Avise a la entidad de ese servicio.")
        }
        Refusal::Form(TokenRefusal::Expired) => {
            ("El formulario es muy antiguo", "Vuelva a la página anterior, actualícela y envíe de nuevo.")
        }
        Refusal::Form(TokenRefusal::Missing | TokenRefusal::Foreign) => (
            "El formulario no se mostró aquí",
            "Permita las cookies, vuelva a la página anterior, actualícela y envíe de nuevo.",
        ),
        Refusal::FlowEnded => (
            "El ingreso venció",
            "Pasó mucho tiempo, o comenzó en otro navegador. Comience de nuevo desde el servicio.",
        ),
        Refusal::TooOften => ("Demasiados intentos", "Desde su dirección hubo muchos intentos. Espere un minuto."),
        Refusal::Busy => ("Muchas personas ingresan a la vez", "Intente de nuevo en unos segundos."),
        Refusal::Unavailable(_) => ("El servicio no está disponible", "Intente de nuevo en unos minutos."),
    }
}
