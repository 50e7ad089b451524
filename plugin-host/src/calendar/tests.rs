//! What the calendar answers, and what documents it refuses.

use jiff::ToSpan;
use proptest::prelude::*;

use super::*;

fn bolivia() -> Calendar {
    Calendar::bolivia()
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

/// The holidays of a place in a year that are not on a weekend.
fn free_weekdays(place: &str, year: i16) -> Vec<String> {
    let calendar = bolivia();
    let here = calendar.at(place).expect("a place");
    let days = date(&format!("{year}-01-01")).series(1.day()).take_while(|day| day.year() == year);
    days.filter(|day| !here.place.weekend.contains(&day.weekday()) && !here.works(*day))
        .map(|day| day.strftime("%m-%d").to_string())
        .collect()
}

#[test]
fn national_holidays_are_those_that_were_kept() {
    assert_eq!(
        free_weekdays("BO", 2026),
        [
            "01-01", "01-02", "01-23", "02-16", "02-17", "04-03", "05-01", "06-04", "06-05", "06-22", "08-06", "08-07",
            "11-02", "12-25"
        ]
    );
    assert_eq!(
        free_weekdays("BO", 2025),
        ["01-01", "01-22", "03-03", "03-04", "04-18", "05-01", "06-19", "08-06", "08-07", "11-03", "12-25", "12-26"]
    );
}

#[test]
fn a_department_has_the_holidays_of_the_country_and_its_own() {
    let calendar = bolivia();
    let works = |place: &str, day: &str| calendar.is_working_day(place, day).expect("it is known");
    assert!(works("BO", "2026-07-16"));
    assert!(!works("BO-L", "2026-07-16"));
    assert!(works("BO-C", "2026-07-16"));
    assert!(!works("BO-L", "2026-08-06"));
    // 14 September 2025 was a Sunday: Cochabamba kept the Monday after.
    assert!(!works("BO-C", "2025-09-15"));
    assert!(works("BO-L", "2025-09-15"));
}

#[test]
fn each_department_had_a_holiday_of_the_bicentenary() {
    let calendar = bolivia();
    for (place, day) in [
        // 9 February was a Sunday.
        ("BO-N", "2025-02-10"),
        ("BO-S", "2025-02-14"),
        ("BO-P", "2025-04-01"),
        ("BO-B", "2025-04-22"),
        ("BO-H", "2025-09-29"),
        ("BO-O", "2025-10-06"),
        ("BO-T", "2025-11-07"),
        ("BO-L", "2025-11-14"),
        ("BO-C", "2025-11-14"),
    ] {
        assert_eq!(calendar.is_working_day(place, day), Ok(false), "{place}");
    }
    assert_eq!(calendar.is_working_day("BO", "2025-11-14"), Ok(true));
}

#[test]
fn a_term_that_begins_before_a_holiday_ends_a_day_later() {
    let calendar = bolivia();
    let add = |from: &str, days| calendar.add_working_days("BO-L", from, days).map(|date| date.to_string());
    assert_eq!(add("2026-07-15", 1).as_deref(), Ok("2026-07-17"));
    assert_eq!(add("2026-07-15", 20).as_deref(), Ok("2026-08-17"));
    assert_eq!(add("2026-07-18", 0).as_deref(), Ok("2026-07-18"));
    assert_eq!(calendar.working_days_between("BO-L", "2026-07-15", "2026-08-17"), Ok(20));
    assert_eq!(calendar.working_days_between("BO-L", "2026-08-17", "2026-07-15"), Ok(0));
}

#[test]
fn the_date_of_a_time_is_that_of_the_place() {
    let time = "2026-11-27T03:59:59Z".parse().expect("a time");
    assert_eq!(bolivia().date_at("BO-S", time), Ok(date("2026-11-26")));
}

#[test]
fn refuses_what_it_does_not_know() {
    let calendar = bolivia();
    let says = |refused: Result<bool, CalendarRefusal>| refused.expect_err("it is refused").to_string();
    assert_eq!(says(calendar.is_working_day("PE", "2026-01-01")), "the calendar has no place \"PE\"");
    assert_eq!(says(calendar.is_working_day("BO-X", "2026-01-01")), "the calendar has no place \"BO-X\"");
    for text in ["2026-02-30", "26-02-2030", "2026-1-1", "2026-11-26T00:00", ""] {
        let says = says(calendar.is_working_day("BO", text));
        assert_eq!(says, format!("{text:?} is no date; one is written like 2026-11-26"));
    }
    let unknown = "the calendar knows the days of BO from 2024-01-01 to 2027-12-31, and 2028-01-01 is not among them";
    assert_eq!(says(calendar.is_working_day("BO", "2028-01-01")), unknown);
    let refused = calendar.add_working_days("BO", "2027-12-01", u32::MAX);
    assert_eq!(refused.expect_err("it is refused").to_string(), unknown);
}

#[test]
fn a_law_holds_from_its_first_day_to_its_last() {
    let calendar: Calendar = document("every = \"05-05\"\nfrom = \"2025-05-05\"\nuntil = \"2026-05-04\"");
    let works = |day: &str| calendar.is_working_day("BO", day).expect("it is known");
    assert!(!works("2025-05-05"));
    assert!(works("2026-05-05"));
}

/// A calendar with one holiday.
fn document(holiday: &str) -> Calendar {
    text(holiday).parse().expect("a calendar")
}

fn text(holiday: &str) -> String {
    format!("{COUNTRY}\n[[holiday]]\nplace = \"BO\"\nname = \"Fiesta\"\n{holiday}\n")
}

const COUNTRY: &str = r#"
[[place]]
code = "BO"
time-zone = "America/La_Paz"
weekend = ["sunday"]
known-from = "2025-01-01"
known-until = "2027-12-31"
"#;

#[test]
fn refuses_documents_that_break_a_rule() {
    let refused = |text: &str| text.parse::<Calendar>().expect_err("it is refused").to_string();
    for (holiday, says) in [
        ("", "holiday \"Fiesta\", every: \"nothing\" is refused: it needs one of every, easter and on"),
        (
            "every = \"02-30\"",
            "holiday \"Fiesta\", every: \"02-30\" is refused: a day of every year is written like 08-06",
        ),
        ("on = \"2025\"", "holiday \"Fiesta\", on: \"2025\" is refused: a date is written like 2026-11-26"),
        ("easter = 400", "holiday \"Fiesta\", easter: \"400\" is refused: it is within a year of Easter"),
        (
            "easter = 1\non = \"2025-01-01\"",
            "holiday \"Fiesta\", every: \"more than one\" is refused: it has only one of every, easter and on",
        ),
        (
            "easter = 1\nmoves = \"friday\"",
            "holiday \"Fiesta\", moves: \"friday\" is refused: it is sunday-to-monday, or is left out",
        ),
        ("easter = 1\ncolour = \"red\"", "the calendar is not of the form that a calendar has"),
    ] {
        assert_eq!(refused(&text(holiday)), says);
    }
    for (place, says) in [
        (
            "code = \"PE-LIM\"",
            "place \"PE-LIM\", code: \"PE-LIM\" is refused: what it lies in has to have a [[place]] before it",
        ),
        ("code = \"BO\"", "place \"BO\", code: \"BO\" is refused: it stands in the document already"),
        ("code = \"PE\"", "place \"PE\", time-zone: \"nothing\" is refused: a country has to have it"),
        (
            "code = \"BO-L\"\ntime-zone = \"America/Lima2\"",
            "place \"BO-L\", time-zone: \"America/Lima2\" is refused: the machine has no such time zone (IANA)",
        ),
        (
            "code = \"BO-L\"\nweekend = [\"Sunday\"]",
            "place \"BO-L\", weekend: \"Sunday\" is refused: a day of the week is written like saturday",
        ),
        (
            "code = \"BO-L\"\nknown-from = \"2025-01-01\"",
            "place \"BO-L\", known-from: \"2025-01-01\" is refused: a part is known for as long as its country",
        ),
    ] {
        assert_eq!(refused(&format!("{COUNTRY}\n[[place]]\n{place}\n")), says);
    }
    let wide = COUNTRY.replace("2027-12-31", "2125-12-31");
    let says =
        "place \"BO\", known-until: \"2125-12-31\" is refused: it comes after known-from, and by less than 100 years";
    assert_eq!(refused(&wide), says);
    let all = COUNTRY.replace("[\"sunday\"]", &format!("{:?}", vec!["sunday"; 7]));
    assert!(refused(&all).ends_with("a week has working days"));
    let long = "#".repeat(Calendar::MAX_BYTES + 1);
    assert_eq!(refused(&long), "a calendar of 262145 bytes is longer than the 262144 that are read");
}

proptest! {
    #[test]
    fn adding_working_days_and_counting_them_agree(
        place in prop::sample::select(vec!["BO", "BO-L", "BO-C", "BO-S", "BO-O"]),
        after in 0_i32..1_200,
        days in 0_u32..120,
    ) {
        let calendar = bolivia();
        let from = date("2024-01-01").checked_add(after.days()).expect("a date").to_string();
        let to = calendar.add_working_days(place, &from, days).expect("it is known");
        prop_assert_eq!(calendar.working_days_between(place, &from, &to.to_string()), Ok(days));
        prop_assert!(days == 0 || calendar.is_working_day(place, &to.to_string()).expect("it is known"));
    }

    #[test]
    fn any_text_is_answered_without_a_panic(place in "\\PC{0,8}", from in "\\PC{0,12}", days: u32) {
        let _ = bolivia().add_working_days(&place, &from, days);
    }
}
