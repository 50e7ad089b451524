//! Spanish.

use super::{Words, minutes_or_seconds};
use crate::accounts::Outcome;
use crate::client::Scope;
use crate::credentials::password::PasswordRefusal;
use crate::endpoints::PageError;
use crate::people::{EnrolError, Refusal, SignInError};
use std::borrow::Cow;

pub(super) static WORDS: Words = Words {
    sign_in: "Ingresar",
    sign_in_for: "Para continuar en",
    sign_in_again: "Ingresar de nuevo",
    document_type: "Tipo de documento",
    document_number: "Número de documento",
    password: "Contraseña",
    go_on: "Continuar",
    first_time: "Es mi primera vez: tengo un código de registro",
    code: "Código",
    code_hint: "Los seis dígitos que muestra su aplicación, o uno de sus códigos de recuperación",
    code_title: "Segundo paso",
    code_lost: "Si perdió su teléfono, escriba uno de sus códigos de recuperación. Si tampoco los tiene, pida un nuevo código de registro donde se registró.",
    sign_out: "Salir",
    sign_out_asks: "¿Quiere salir de su cuenta, aquí y en todos los servicios a los que ingresó con ella?",
    signed_out: "Ha salido",
    enrol_title: "Preparar su cuenta",
    enrol_for: "Cuenta de",
    enrol_code: "Código de registro",
    enrol_code_hint: "Veinte letras y números que recibió al registrarse",
    new_password: "Nueva contraseña",
    new_password_hint: "Al menos 10 caracteres. Varias palabras juntas se recuerdan mejor.",
    new_password_again: "Repita la nueva contraseña",
    authenticator: "Aplicación de autenticación",
    authenticator_scan: "Escanee este código con su aplicación de autenticación y escriba abajo los seis dígitos que muestre.",
    authenticator_type: "Si no puede escanear, escriba esta clave en la aplicación:",
    recovery_title: "Códigos de recuperación",
    recovery_keep: "Guárdelos en un lugar seguro: cada uno permite ingresar una vez sin su teléfono. No se mostrarán de nuevo.",
    recovery_kept: "Los guardé",
    recovery_left: "Códigos de recuperación que le quedan:",
    renew_recovery: "Crear nuevos códigos de recuperación",
    consent_title: "Autorización",
    consent_asks: "pide ver:",
    consent_withdraw: "Puede retirar esta autorización en su cuenta cuando quiera.",
    consent_allow: "Autorizar",
    consent_deny: "No autorizar",
    account: "Mi cuenta",
    sessions: "Sesiones abiertas",
    this_session: "esta sesión",
    end_session: "Cerrar",
    end_others: "Cerrar todas las demás",
    consents: "Autorizaciones",
    no_consents: "No ha autorizado a ningún servicio.",
    withdraw: "Retirar",
    history: "Quién ingresó como yo",
    credentials: "Seguridad",
    fresh_note: "Para cambiar esto debe haber ingresado en los últimos cinco minutos.",
    change_password: "Cambiar la contraseña",
    document_kind,
    scope,
    outcome,
    sign_in_error,
    enrol_error,
    refused,
};

fn document_kind(kind: &str) -> &'static str {
    match kind {
        "CI" => "Cédula de identidad",
        "CIE" => "Cédula de extranjero",
        _ => "Pasaporte",
    }
}

fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::OpenId => "Que usted ingresó",
        Scope::Profile => "Su nombre, su documento y a quién representa",
        Scope::BirthDate => "Su fecha de nacimiento",
        Scope::Email => "Su correo electrónico",
        Scope::Mobile => "Su número de celular",
        Scope::OfflineAccess => "Estos datos también cuando usted no está",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::SignedIn => "ingresó",
        Outcome::WrongPassword => "contraseña incorrecta",
        Outcome::WrongCode => "código incorrecto",
    }
}

fn sign_in_error(error: SignInError) -> Cow<'static, str> {
    match error {
        SignInError::Wrong => "El documento o la contraseña no son correctos.".into(),
        SignInError::WrongCode => "El código no es correcto o ya se usó. Espere el siguiente y escríbalo.".into(),
        SignInError::Wait(wait) => match minutes_or_seconds(wait) {
            (count, true) => format!("Hubo muchos intentos. Espere {count} min e intente otra vez.").into(),
            (count, false) => format!("Hubo muchos intentos. Espere {count} s e intente otra vez.").into(),
        },
    }
}

fn enrol_error(error: EnrolError) -> &'static str {
    match error {
        EnrolError::Code => {
            "Este código no sirve: no es correcto, ya se usó o venció. Pida uno nuevo donde se registró."
        }
        EnrolError::Password(PasswordRefusal::Short) => "Escriba al menos 10 caracteres.",
        EnrolError::Password(PasswordRefusal::Long) => "Escriba menos: caben 256 letras.",
        EnrolError::Password(PasswordRefusal::Guessable) => {
            "Es una de las primeras que alguien probaría. Escriba otra."
        }
        EnrolError::Different => "No es igual a la primera.",
        EnrolError::Authenticator => {
            "La aplicación muestra otro código. Revise la hora del teléfono y escriba el siguiente."
        }
    }
}

fn refused(refusal: &Refusal) -> (&'static str, &'static str) {
    match refusal {
        Refusal::NotFound => ("No hay tal página", "Revise la dirección."),
        Refusal::Method => ("No se puede pedir así", "Vuelva a la página anterior y use su formulario."),
        Refusal::Malformed => ("No se entiende lo enviado", "Vuelva a la página anterior e intente otra vez."),
        Refusal::Form(pages::TokenRefusal::Missing | pages::TokenRefusal::Foreign) => (
            "El formulario no es de esta sesión",
            "No se cambió nada. Abra la página otra vez, con las cookies permitidas.",
        ),
        Refusal::Form(pages::TokenRefusal::Expired) => {
            ("El formulario venció", "No se cambió nada. Abra la página otra vez.")
        }
        Refusal::Client(PageError::UnknownClient) => {
            ("Servicio desconocido", "El servicio que le envió aquí no está registrado. Avísele a su entidad.")
        }
        Refusal::Client(PageError::UnknownRedirect) => (
            "Dirección no registrada",
            "El servicio quiere que vuelva a una dirección que no registró. Avísele a su entidad.",
        ),
        Refusal::Client(PageError::Malformed) => {
            ("Pedido incorrecto", "El servicio que le envió aquí pide algo que no se entiende. Avísele a su entidad.")
        }
        Refusal::Over => ("Pasó demasiado tiempo", "Comience otra vez desde el servicio al que quería ingresar."),
        Refusal::SignedOut => ("Primero ingrese", "Esta página es para quien ingresó."),
        Refusal::NotFresh => (
            "Ingrese de nuevo",
            "No se cambió nada. Para cambios de seguridad debe haber ingresado en los últimos cinco minutos.",
        ),
        Refusal::Unavailable(_) => ("No disponible por ahora", "No se cambió nada. Intente otra vez en un momento."),
    }
}
