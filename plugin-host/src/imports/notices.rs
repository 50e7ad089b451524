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
