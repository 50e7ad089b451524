//! `i18n`: the plugin's texts.

use texts::{Argument, Language, TextError, Value};
use wasmtime::Result;

use super::at_most;
use crate::contract::imports::i18n::{Argument as WitArgument, Host, Text, Value as WitValue};
use crate::contract::limits::MAX_ARGUMENTS_BYTES;
use crate::rows::time_at;
use crate::sandbox::{Broken, Sandbox, Stop};

impl Host for Sandbox {
    fn say(&mut self, id: String, arguments: Vec<WitArgument>) -> Result<Text> {
        let arguments = read_arguments("i18n.say", arguments)?;
        let language = self.language();
        Ok(self.said("i18n.say", language, &id, &arguments).map(shown)?)
    }

    fn say_in(&mut self, language: String, id: String, arguments: Vec<WitArgument>) -> Result<Text> {
        let arguments = read_arguments("i18n.say-in", arguments)?;
        Ok(self.said("i18n.say-in", Language::of(&language), &id, &arguments).map(shown)?)
    }
}

impl Sandbox {
    /// The language of the call.
    pub(super) fn language(&self) -> Language {
        Language::of(&self.call.locale)
    }

    /// A text, and the language that it is in.
    pub(super) fn said(
        &self,
        function: &'static str,
        language: Language,
        id: &str,
        arguments: &[Argument],
    ) -> std::result::Result<(String, Language), Stop> {
        let broken = |rule| Stop::from(Broken::Argument { function, rule });
        let texts = self.call.plugin.texts();
        let texts = texts.ok_or_else(|| broken("the package has no texts below locales/".to_owned()))?;
        let text = texts.text(language, id, arguments).map_err(|error: TextError| broken(error.to_string()))?;
        Ok((text, texts.language_of(language, id)))
    }
}

fn shown((value, language): (String, Language)) -> Text {
    Text { value, language: language.code().to_owned() }
}

/// What variables stand for, as texts take it.
pub(super) fn read_arguments(
    function: &'static str,
    arguments: Vec<WitArgument>,
) -> std::result::Result<Vec<Argument>, Stop> {
    let length = |argument: &WitArgument| match &argument.value {
        WitValue::Text(text) | WitValue::Date(text) => argument.name.len() + text.len(),
        WitValue::Number(_) | WitValue::Money(_) | WitValue::Time(_) => argument.name.len() + size_of::<i64>(),
    };
    at_most(function, "what the arguments hold", arguments.iter().map(length).sum(), MAX_ARGUMENTS_BYTES)?;
    let read = |argument: WitArgument| {
        let value = match argument.value {
            WitValue::Text(text) => Value::Text(text),
            WitValue::Number(number) => Value::Number(number),
            WitValue::Money(centavos) => Value::Money(centavos),
            WitValue::Date(text) => {
                let rule = || format!("{text:?}, for ${}, is no date such as 2026-11-26", argument.name);
                Value::Date(text.parse().map_err(|_| Stop::from(Broken::Argument { function, rule: rule() }))?)
            }
            WitValue::Time(time) => Value::Time(time_at(time)),
        };
        Ok(Argument::new(argument.name, value))
    };
    arguments.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Access;
    use crate::testing::{Stage, broken};

    fn argument(name: &str, value: WitValue) -> WitArgument {
        WitArgument { name: name.to_owned(), value }
    }

    #[tokio::test]
    async fn a_text_is_said_in_the_language_of_the_call_or_in_spanish() {
        let stage = Stage::new().await;
        let said = stage.call(Access::Read, |sandbox| {
            let due = vec![argument("day", WitValue::Date("2026-11-26".to_owned()))];
            Ok([
                sandbox.say("due".to_owned(), due.clone())?,
                sandbox.say_in("en-GB".to_owned(), "due".to_owned(), due)?,
                sandbox.say_in("en".to_owned(), "due.subject".to_owned(), Vec::new())?,
            ])
        });
        let [here, english, fallen_back] = said.await.expect("it is called");
        assert_eq!((here.value.as_str(), here.language.as_str()), ("Vence el 26 de noviembre de 2026.", "es"));
        assert_eq!((english.value.as_str(), english.language.as_str()), ("It is due on 26 November 2026.", "en"));
        assert_eq!((fallen_back.value.as_str(), fallen_back.language.as_str()), ("Un plazo", "es"));
    }

    #[tokio::test]
    async fn what_cannot_be_said_stops_the_plugin() {
        let stage = Stage::new().await;
        for (id, arguments, rule) in [
            ("dew", Vec::new(), "there is no text dew: its names are those of the Spanish file"),
            ("due", Vec::new(), "the text due has the variable $day, for which there is no argument"),
            (
                "due",
                vec![argument("day", WitValue::Date("tomorrow".to_owned()))],
                "\"tomorrow\", for $day, is no date such as 2026-11-26",
            ),
            (
                "due",
                vec![argument("day", WitValue::Text("x".repeat(MAX_ARGUMENTS_BYTES)))],
                "what the arguments hold has 16387 bytes, and may have 16384",
            ),
        ] {
            let called = stage.call(Access::Read, move |sandbox| sandbox.say(id.to_owned(), arguments.clone())).await;
            assert_eq!(broken(called), Broken::Argument { function: "i18n.say", rule: rule.to_owned() });
        }
    }
}
