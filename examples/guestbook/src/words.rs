//! What the pages say, in two languages.

use sdk::html::Language;

/// The texts of one language.
pub struct Words {
    pub(crate) title: &'static str,
    pub(crate) find: &'static str,
    pub(crate) nothing: &'static str,
    pub(crate) write: &'static str,
    pub(crate) message: &'static str,
    pub(crate) all_read: &'static str,
    pub(crate) picture: &'static str,
    pub(crate) picture_of: &'static str,
    pub(crate) send: &'static str,
    pub(crate) moderation: &'static str,
    pub(crate) publish: &'static str,
    pub(crate) hide: &'static str,
    pub(crate) decided: &'static str,
}

const SPANISH: Words = Words {
    title: "Libro de visitas",
    find: "Buscar",
    nothing: "No hay mensajes.",
    write: "Escribir",
    message: "Su mensaje",
    all_read: "Todos lo podrán leer, después de una revisión",
    picture: "Una foto",
    picture_of: "Foto de",
    send: "Enviar",
    moderation: "Mensajes por revisar",
    publish: "Publicar",
    hide: "Ocultar",
    decided: "Ya está decidido",
};

const ENGLISH: Words = Words {
    title: "Guestbook",
    find: "Find",
    nothing: "There are no messages.",
    write: "Write",
    message: "Your message",
    all_read: "Everybody can read it, once it was looked at",
    picture: "A picture",
    picture_of: "Picture by",
    send: "Send",
    moderation: "Messages to be looked at",
    publish: "Publish",
    hide: "Hide",
    decided: "It is decided already",
};

/// The texts of a language; Spanish for those that the book has not.
pub(crate) const fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        _ => &SPANISH,
    }
}
