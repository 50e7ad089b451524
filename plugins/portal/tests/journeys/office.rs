//! An office whose working days are all but Saturdays and Sundays, and whose documents are numbered.

use std::cell::Cell;

use portal::application::{Deciding, NotSigned, Office};
use sdk::Date;
use sdk::calendar::CalendarError;

#[derive(Default)]
pub struct Numbered(Cell<u32>);

impl Office for Numbered {
    fn after(&self, _: &str, day: Date, days: u32) -> Result<Date, CalendarError> {
        let mut day = day;
        let mut left = days;
        while left > 0 {
            day = day.tomorrow().expect("the years to come");
            left -= u32::from(!day.is_weekend());
        }
        Ok(day)
    }

    fn between(&self, _: &str, from: Date, to: Date) -> Result<u32, CalendarError> {
        let days = std::iter::successors(from.tomorrow(), |day| day.tomorrow()).take_while(|day| *day <= to);
        Ok(u32::try_from(days.filter(|day| !day.is_weekend()).count()).expect("few days"))
    }

    fn sign(&self, _: &Deciding<'_>) -> Result<String, NotSigned> {
        self.0.set(self.0.get() + 1);
        Ok(format!("document-{}", self.0.get()))
    }
}
