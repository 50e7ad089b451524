//! What a plugin says, and whom it has to do with.

pub(crate) mod i18n {
    use html::Language;
    use texts::{Argument as Given, Value as Meant};

    use crate::bindings::i18n::{Argument, Text, Value};
    use crate::harness::attempt::{Attempt, Stop, current};
    use crate::harness::manifest::Use;
    use crate::harness::weight::at_most;
    use crate::limits::MAX_ARGUMENTS_BYTES;

    pub(crate) fn say(id: &str, arguments: &[Argument]) -> Text {
        current(|attempt| said(attempt, "i18n.say", Language::of(&attempt.context.locale), id, arguments))
    }

    pub(crate) fn say_in(language: &str, id: &str, arguments: &[Argument]) -> Text {
        current(|attempt| said(attempt, "i18n.say-in", Language::of(language), id, arguments))
    }

    pub(in crate::harness) fn said(
        attempt: &Attempt,
        function: &str,
        language: Language,
        id: &str,
        arguments: &[Argument],
    ) -> Result<Text, Stop> {
        attempt.granted("i18n", Use::Anything)?;
        let length = |argument: &Argument| match &argument.value {
            Value::Text(text) | Value::Date(text) => argument.name.len() + text.len(),
            Value::Number(_) | Value::Money(_) | Value::Time(_) => argument.name.len() + size_of::<i64>(),
        };
        at_most(function, "what the arguments hold", arguments.iter().map(length).sum(), MAX_ARGUMENTS_BYTES)?;
        let broken = |rule: String| Stop::Trap(format!("{function}: {rule}"));
        let texts = attempt.home.texts.as_ref();
        let texts = texts.ok_or_else(|| broken("the harness was given no locales: see sdk::plugin!".to_owned()))?;
        let given: Vec<Given> = arguments.iter().map(read).collect::<Result<_, _>>().map_err(broken)?;
        let value = texts.text(language, id, &given).map_err(|error| broken(error.to_string()))?;
        Ok(Text { value, language: texts.language_of(language, id).code().to_owned() })
    }

    fn read(argument: &Argument) -> Result<Given, String> {
        let value = match &argument.value {
            Value::Text(text) => Meant::Text(text.clone()),
            Value::Number(number) => Meant::Number(*number),
            Value::Money(centavos) => Meant::Money(*centavos),
            Value::Date(text) => {
                let none = |_| format!("{text:?}, for ${}, is no date such as 2026-11-26", argument.name);
                Meant::Date(text.parse().map_err(none)?)
            }
            Value::Time(time) => Meant::Time(jiff::Timestamp::from_millisecond(time.cast_signed()).unwrap_or_default()),
        };
        Ok(Given::new(argument.name.clone(), value))
    }
}

pub(crate) mod notices {
    use html::Language;

    use super::i18n::said;
    use crate::bindings::notices::{Notice, Refusal};
    use crate::harness::attempt::{Effect, Stop, current};
    use crate::harness::manifest::Use;
    use crate::harness::run::Told;
    use crate::harness::weight::at_most;
    use crate::limits::{MAX_LINK_BYTES, is_own_path};

    pub(crate) fn tell(notice: &Notice) -> Result<(), Refusal> {
        current(|attempt| {
            attempt.granted("notices", Use::Anything)?;
            attempt.writable()?;
            if let Some(link) = &notice.link {
                at_most("notices.tell", "the link", link.len(), MAX_LINK_BYTES)?;
                if !is_own_path(link) {
                    return Err(Stop::Trap("notices.tell: the link is no path of the plugin's origin".to_owned()));
                }
            }
            let language = Language::of(&attempt.context.locale);
            let words = said(attempt, "notices.tell", language, &notice.text, &notice.arguments)?;
            let subject = format!("{}.subject", notice.text);
            let subject = said(attempt, "notices.tell", language, &subject, &notice.arguments)?;
            if attempt.strangers.contains(&notice.to) {
                return Ok(Err(Refusal::UnknownCitizen));
            }
            attempt.effect(Effect::Tell(Told {
                to: notice.to.clone(),
                subject: subject.value,
                text: words.value,
                link: notice.link.clone(),
            }))?;
            Ok(Ok(()))
        })
    }
}
