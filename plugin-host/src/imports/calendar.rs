//! `calendar`: working days; what is not known is refused in words that the plugin gets.

use std::result::Result as Answer;

use wasmtime::Result;

use crate::contract::imports::calendar::Host;
use crate::rows::time_at;
use crate::sandbox::Sandbox;

impl Host for Sandbox {
    fn is_working_day(&mut self, place: String, date: String) -> Result<Answer<bool, String>> {
        Ok(self.call.environment.calendar.is_working_day(&place, &date).map_err(|refusal| refusal.to_string()))
    }

    fn add_working_days(&mut self, place: String, from: String, days: u32) -> Result<Answer<String, String>> {
        let date = self.call.environment.calendar.add_working_days(&place, &from, days);
        Ok(date.map(|date| date.to_string()).map_err(|refusal| refusal.to_string()))
    }

    fn working_days_between(&mut self, place: String, from: String, to: String) -> Result<Answer<u32, String>> {
        let days = self.call.environment.calendar.working_days_between(&place, &from, &to);
        Ok(days.map_err(|refusal| refusal.to_string()))
    }

    fn date_at(&mut self, place: String, time: u64) -> Result<Answer<String, String>> {
        let date = self.call.environment.calendar.date_at(&place, time_at(time));
        Ok(date.map(|date| date.to_string()).map_err(|refusal| refusal.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Access;
    use crate::testing::Stage;

    #[tokio::test]
    async fn a_plugin_gets_dates_and_refusals_in_words() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Read, |sandbox| {
            let now = crate::rows::milliseconds(sandbox.call.now);
            let today = sandbox.date_at("BO-L".to_owned(), now)?.expect("it is known");
            let due = sandbox.add_working_days("BO-L".to_owned(), today, 5)?;
            Ok((due, sandbox.is_working_day("XX".to_owned(), String::new())?))
        });
        let (due, refused) = called.await.expect("it is called");
        assert_eq!(due.as_deref(), Ok("2026-12-03"));
        assert_eq!(refused.expect_err("it is refused"), "the calendar has no place \"XX\"");
    }
}
