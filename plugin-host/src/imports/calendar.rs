//! `calendar`: working days; what is not known is refused, and the plugin gets the reason.

use std::result::Result as Answer;

use wasmtime::Result;

use crate::calendar::CalendarRefusal;
use crate::contract::imports::calendar::{Host, Reach, Refusal};
use crate::rows::time_at;
use crate::sandbox::Sandbox;

impl Host for Sandbox {
    fn is_working_day(&mut self, place: String, date: String) -> Result<Answer<bool, Refusal>> {
        Ok(self.call.environment.calendar.is_working_day(&place, &date).map_err(refusal))
    }

    fn add_working_days(&mut self, place: String, from: String, days: u32) -> Result<Answer<String, Refusal>> {
        let date = self.call.environment.calendar.add_working_days(&place, &from, days);
        Ok(date.map(|date| date.to_string()).map_err(refusal))
    }

    fn working_days_between(&mut self, place: String, from: String, to: String) -> Result<Answer<u32, Refusal>> {
        let days = self.call.environment.calendar.working_days_between(&place, &from, &to);
        Ok(days.map_err(refusal))
    }

    fn date_at(&mut self, place: String, time: u64) -> Result<Answer<String, Refusal>> {
        let date = self.call.environment.calendar.date_at(&place, time_at(time));
        Ok(date.map(|date| date.to_string()).map_err(refusal))
    }
}

fn refusal(refusal: CalendarRefusal) -> Refusal {
    match refusal {
        CalendarRefusal::Place { place } => Refusal::UnknownPlace(place),
        CalendarRefusal::Date { text } => Refusal::NoDate(text),
        CalendarRefusal::Unknown { first, last, .. } => {
            Refusal::OutOfReach(Reach { first: first.to_string(), last: last.to_string() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::Access;
    use crate::testing::Stage;

    #[tokio::test]
    async fn a_plugin_gets_dates_and_reasons_for_their_absence() {
        let stage = Stage::new().await;
        let called = stage.call(Access::Read, |sandbox| {
            let now = crate::rows::milliseconds(sandbox.call.now);
            let today = sandbox.date_at("BO-L".to_owned(), now)?.expect("it is known");
            let due = sandbox.add_working_days("BO-L".to_owned(), today, 5)?;
            let far = sandbox.is_working_day("BO".to_owned(), "2099-01-01".to_owned())?;
            Ok((due, far, sandbox.is_working_day("XX".to_owned(), String::new())?))
        });
        let (due, far, refused) = called.await.expect("it is called");
        assert_eq!(due.as_deref(), Ok("2026-12-03"));
        assert_eq!(refused, Err(Refusal::UnknownPlace("XX".to_owned())));
        let (first, last) = ("2024-01-01".to_owned(), "2027-12-31".to_owned());
        assert_eq!(far, Err(Refusal::OutOfReach(Reach { first, last })));
    }
}
