//! Citizenship: people register, by the identity register or at a counter, and see to what belongs to their account: who they
//! are, where they are signed in, who signed in as them, and whom they represent.
//!
//! Read [`card`] and `identity_register` for how somebody is known, `register` and `counter` for how she gets an account, and
//! `representation` for whom she acts. What an account is, keeps the host: the plugin has the tries of a day, the history of
//! what was done at the counter, and when a representation is asked about again.

mod card;
mod company_register;
mod counter;
mod enrolment;
mod history;
mod home;
mod identity_register;
mod names;
mod page;
mod particulars;
mod profile;
mod register;
mod registers;
mod representation;
mod sessions;
mod tries;

use sdk::web::{Pages, Routes};
use sdk::{Context, Event, Events, Failure};

pub use card::CardNumber;

/// The plugin.
pub struct Citizenship;

sdk::plugin!(Citizenship: pages, events; locales: es, en);

impl Pages for Citizenship {
    const ROUTES: &'static Routes = &sdk::routes! {
        Get "/" => home::home,
        Get "/register" => register::register,
        Post "/register" => register::register,
        Get "/profile" => profile::profile,
        Post "/profile" => profile::profile,
        Get "/sessions" => sessions::list,
        Post "/sessions" => sessions::end,
        Get "/sign-ins" => sessions::sign_ins,
        Get "/representation" => representation::list,
        Post "/representation" => representation::end,
        Get "/representation/company" => representation::company,
        Post "/representation/company" => representation::company,
        Get "/representation/person" => representation::person,
        Post "/representation/person" => representation::person,
        Get "/counter" => counter::look_up,
        Get "/counter/{document}" => counter::show,
        Get "/counter/{document}/account" => counter::account,
        Post "/counter/{document}/account" => counter::account,
        Get "/counter/{document}/assurance" => counter::assurance,
        Post "/counter/{document}/assurance" => counter::assurance,
        Get "/counter/{document}/code" => counter::code,
        Post "/counter/{document}/code" => counter::code,
    };
}

impl Events for Citizenship {
    fn handle(context: Context, event: Event) -> Result<(), Failure> {
        match event {
            // The timer goes on where the schedule's call had enough.
            Event::Cron(_) | Event::Timer(_) => {
                let more = [tries::forget(context.time())?, representation::ask_again(context.time())?];
                if more.contains(&More::Yes) {
                    sdk::timers::set("daily", context.time(), &[]);
                }
                Ok(())
            }
            // The manifest subscribes to no topic, and nothing is sent that could be answered.
            Event::Topic(_) | Event::Reply(_) | Event::Undelivered(_) => Ok(()),
        }
    }
}

/// Whether some of the daily work is left for another call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum More {
    Yes,
    No,
}
