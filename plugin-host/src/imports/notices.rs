//! `notices`: what citizens are told.

use std::result::Result as Answer;

use texts::{Argument, Language};
use wasmtime::Result;

use super::i18n::read_arguments;
use super::{a_name, at_most};
use crate::citizens::{self, Untold, Words};
use crate::contract::imports::notices::{Host, Notice, Refusal};
use crate::contract::limits::{MAX_LINK_BYTES, is_own_path};
use crate::sandbox::{Broken, Sandbox, Stop};

const TELL: &str = "notices.tell";

impl Host for Sandbox {
    fn tell(&mut self, notice: Notice) -> Result<Answer<(), Refusal>> {
        Ok(self.told(notice)?)
    }
}

impl Sandbox {
    fn told(&mut self, notice: Notice) -> Answer<Answer<(), Refusal>, Stop> {
        self.view.writing(TELL)?;
        let Notice { to, text, arguments, link } = notice;
        a_name(TELL, "the text's id", &text)?;
        let arguments = read_arguments(TELL, arguments)?;
        if let Some(link) = &link {
            at_most(TELL, "the link", link.len(), MAX_LINK_BYTES)?;
            if !is_own_path(link) {
                let rule = "the link is no path of the plugin's origin".to_owned();
                return Err(Broken::Argument { function: TELL, rule }.into());
            }
        }
        let number = self.effects.tell()?;
        let call = self.call.clone();
        let kept = call.environment.citizens.get();
        let chosen = match kept {
            Some(kept) => match kept.chosen_language(self.view.writing(TELL)?, &to) {
                Ok(chosen) => chosen,
                Err(untold) => return not_told(untold),
            },
            None => None,
        };
        let words = self.words(chosen.unwrap_or(self.language()), &text, &arguments)?;
        let Some(kept) = kept else { return Ok(Err(Refusal::UnknownCitizen)) };
        let id = format!("{}-n{number}", call.request_id);
        let notice = citizens::Notice { to: &to, id, plugin: call.plugin.name(), words, link: link.as_deref() };
        match kept.tell(self.view.writing(TELL)?, &notice) {
            Ok(()) => {
                self.effects.citizens = true;
                Ok(Ok(()))
            }
            Err(untold) => not_told(untold),
        }
    }

    fn words(&self, language: Language, text: &str, arguments: &[Argument]) -> Answer<Words, Stop> {
        let (body, spoken) = self.said(TELL, language, text, arguments)?;
        let (subject, _) = self.said(TELL, language, &format!("{text}.subject"), arguments)?;
        Ok(Words { language: spoken, subject, text: body })
    }
}

/// What a plugin learns of somebody who is not told.
fn not_told<T>(untold: Untold) -> Answer<Answer<T, Refusal>, Stop> {
    match untold {
        Untold::Unknown => Ok(Err(Refusal::UnknownCitizen)),
        Untold::TooLong => Ok(Err(Refusal::TooLong)),
        Untold::Read(error) => Err(Stop::Read(error)),
        Untold::Failed(why) => Err(Stop::Citizens(why)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::contract::imports::accounts::Host as _;
    use crate::contract::imports::i18n::{Argument as WitArgument, Value};
    use crate::contract::imports::types::Assurance;
    use crate::contract::limits::MAX_NOTICES;
    use crate::sandbox::Access;
    use crate::testing::citizens::{Office, somebody};
    use crate::testing::{Stage, broken};

    fn due(to: &str, link: Option<&str>) -> Notice {
        let day = WitArgument { name: "day".to_owned(), value: Value::Date("2026-11-26".to_owned()) };
        Notice { to: to.to_owned(), text: "due".to_owned(), arguments: vec![day], link: link.map(str::to_owned) }
    }

    async fn staged() -> Stage {
        let stage = Stage::new().await;
        stage.host.know_citizens(Arc::new(Office::default()));
        let made = stage.call(Access::Write, |sandbox| Ok(sandbox.create(somebody("7"), Assurance::Low)?.is_ok()));
        assert!(made.await.expect("it is called"));
        stage
    }

    #[tokio::test]
    async fn a_citizen_is_told_in_her_language_when_the_call_is_committed() {
        let stage = staged().await;
        let told = stage.call(Access::Write, |sandbox| {
            assert_eq!(sandbox.tell(due("7", Some("/cases/1")))?, Ok(()));
            sandbox.tell(due("8", None))
        });
        assert_eq!(told.await.expect("it is called"), Err(Refusal::UnknownCitizen));
        let rows = Office::rows(&stage.store);
        let said: Vec<&str> =
            rows.iter().filter(|(key, _)| key.starts_with("n/")).map(|(_, said)| said.as_str()).collect();
        // The body is in the English that she has chosen; that has no heading, so this is in Spanish.
        assert_eq!(said, ["Un plazo: It is due on 26 November 2026. (Some(\"/cases/1\"))"]);
    }

    #[tokio::test]
    async fn a_notice_that_cannot_be_said_or_leads_away_stops_the_plugin() {
        let stage = staged().await;
        for (notice, rule) in [
            (
                Notice { arguments: Vec::new(), ..due("7", None) },
                "the text due has the variable $day, for which there is no argument",
            ),
            (
                Notice { text: "due.subject".to_owned(), ..due("7", None) },
                "there is no text due.subject.subject: its names are those of the Spanish file",
            ),
            (due("7", Some("https://elsewhere.example/")), "the link is no path of the plugin's origin"),
            (due("7", Some("//elsewhere.example/")), "the link is no path of the plugin's origin"),
        ] {
            let called = stage.call(Access::Write, move |sandbox| sandbox.tell(notice.clone())).await;
            assert_eq!(broken(called), Broken::Argument { function: TELL, rule: rule.to_owned() });
        }
        let called = stage.call(Access::Read, |sandbox| sandbox.tell(due("7", None))).await;
        assert_eq!(broken(called), Broken::Write { function: TELL });
    }

    #[tokio::test]
    async fn a_call_tells_no_more_than_so_many_notices() {
        let stage = staged().await;
        let called = stage.call(Access::Write, |sandbox| {
            for _ in 0..=MAX_NOTICES {
                assert_eq!(sandbox.tell(due("7", None))?, Ok(()));
            }
            Ok(())
        });
        assert_eq!(broken(called.await), Broken::Excess { what: "notices", limit: MAX_NOTICES });
    }

    #[tokio::test]
    async fn on_a_server_that_is_no_issuer_nobody_is_known() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Write, |sandbox| sandbox.tell(due("7", None)));
        assert_eq!(called.await.expect("it is called"), Err(Refusal::UnknownCitizen));
    }
}
