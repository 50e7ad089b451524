//! What the pages say, in Spanish and in English. Who reads another language is shown Spanish.

use sdk::html::Language;

/// The texts of a language.
pub(crate) struct Texts {
    pub(crate) title: &'static str,
    pub(crate) write: &'static str,
    pub(crate) search: &'static str,
    pub(crate) find: &'static str,
    pub(crate) nothing_found: &'static str,
    pub(crate) be_the_first: &'static str,
    pub(crate) to_the_book: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_hint: &'static str,
    pub(crate) text: &'static str,
    pub(crate) text_hint: &'static str,
    pub(crate) picture: &'static str,
    pub(crate) send: &'static str,
    pub(crate) judged_first: &'static str,
    pub(crate) one_at_a_time: &'static str,
    pub(crate) thanks: &'static str,
    pub(crate) desk: &'static str,
    pub(crate) nothing_waits: &'static str,
    pub(crate) nothing_to_do: &'static str,
    pub(crate) publish: &'static str,
    pub(crate) refuse: &'static str,
    pub(crate) publish_or_refuse: &'static str,
    one: &'static str,
    many: &'static str,
    picture_of: &'static str,
}

impl Texts {
    pub(crate) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Spanish | Language::Quechua | Language::Aymara | Language::Guarani => &SPANISH,
        }
    }

    pub(crate) fn how_many(&self, count: i64) -> String {
        if count == 1 { self.one.to_owned() } else { format!("{count} {}", self.many) }
    }

    pub(crate) fn picture_of(&self, name: &str) -> String {
        format!("{} {name}", self.picture_of)
    }
}

static SPANISH: Texts = Texts {
    title: "Libro de visitas",
    write: "Escribir en el libro",
    search: "Buscar en el libro",
    find: "Buscar",
    nothing_found: "No hay nada aquí",
    be_the_first: "Busque otras palabras, o escriba algo usted.",
    to_the_book: "Al libro",
    name: "Nombre con el que firma",
    name_hint: "Todos lo verán",
    text: "Mensaje",
    text_hint: "Hasta 1.000 letras",
    picture: "Foto",
    send: "Enviar",
    judged_first: "Lo leemos antes de publicarlo. Si en siete días nadie lo hizo, se borra.",
    one_at_a_time: "Un mensaje suyo espera todavía: escriba otro cuando lo hayamos leído",
    thanks: "Recibimos su mensaje",
    desk: "Mensajes que esperan",
    nothing_waits: "No espera ningún mensaje",
    nothing_to_do: "Lo que llegue aparecerá aquí.",
    publish: "Publicar",
    refuse: "Rechazar",
    publish_or_refuse: "Pulse «Publicar» o «Rechazar»",
    one: "1 mensaje",
    many: "mensajes",
    picture_of: "Foto de",
};

static ENGLISH: Texts = Texts {
    title: "Guestbook",
    write: "Write in the book",
    search: "Search the book",
    find: "Search",
    nothing_found: "There is nothing here",
    be_the_first: "Look for other words, or write something yourself.",
    to_the_book: "To the book",
    name: "Name that you sign with",
    name_hint: "Everybody will see it",
    text: "Message",
    text_hint: "Up to 1,000 letters",
    picture: "Picture",
    send: "Send",
    judged_first: "We read it before it is published. If nobody did in seven days, it is deleted.",
    one_at_a_time: "A message of yours is still waiting: write another when we have read it",
    thanks: "We have your message",
    desk: "Messages that wait",
    nothing_waits: "No message is waiting",
    nothing_to_do: "What arrives will be shown here.",
    publish: "Publish",
    refuse: "Refuse",
    publish_or_refuse: "Press “Publish” or “Refuse”",
    one: "1 message",
    many: "messages",
    picture_of: "Picture by",
};
