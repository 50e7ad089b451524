//! The portal: what the entities of the state do for people, how it is asked for, and how it is decided.
//!
//! Read [`definition`] for what a procedure is and [`application`] for what becomes of one that somebody asks for; both know
//! no store and no page. [`catalogue`], [`procedures`], [`drafts`], [`desk`] and [`folder`] keep things; `pages` shows them, and
//! `api` says the same to information systems. `help` has people of the entity act for who lets them, and `telling` says to
//! applicants what happens.

mod api;
pub mod application;
pub mod catalogue;
mod consult;
pub mod cpsv;
pub mod definition;
pub mod desk;
pub mod drafts;
pub mod folder;
mod help;
mod number;
mod office;
pub mod open_data;
mod pages;
pub mod procedures;
pub mod publishing;
mod receipt;
pub mod registers;
mod staff;
pub mod statistics;
mod telling;

use pages::help as help_pages;
use pages::{applications, apply, catalogue as shown, data, folder as documents, office as staff_pages};
pub mod trial;

use pages::design;
use sdk::web::{Pages, Routes};
use sdk::{Context, Event, Events, Failure};

/// The plugin.
pub struct Portal;

sdk::plugin!(Portal: service, pages, events; locales: es, en, qu, ay, gn);

impl Pages for Portal {
    const ROUTES: &'static Routes = &sdk::routes! {
        Get "/" => shown::home,
        Get "/search" => shown::search,
        Get "/procedures" => shown::procedures,
        Get "/procedures/{entity}/{code}" => shown::entry,
        Get "/procedures/{entity}/{code}/jsonld" => data::entry,
        Get "/catalogue.jsonld" => data::catalogue,
        Get "/catalogue.csv" => data::table,
        Get "/catalogue.json" => data::rows,
        Get "/sitemap.xml" => data::sitemap,
        Get "/sectors/{code}" => shown::sector,
        Get "/events/{code}" => shown::event,
        Get "/entities" => shown::entities,
        Get "/entities/{code}" => shown::entity,
        Get "/apply/{code}" => apply::begin,
        Post "/apply/{code}" => apply::begin,
        Get "/drafts/{id}" => apply::resume,
        Get "/drafts/{id}/delete" => apply::discard,
        Post "/drafts/{id}/delete" => apply::discard,
        Get "/drafts/{id}/at/{page}" => apply::stop,
        Post "/drafts/{id}/at/{page}" => apply::stop,
        Get "/applications" => applications::list,
        Get "/applications/{number}" => applications::show,
        Get "/applications/{number}/submitted" => apply::submitted,
        Get "/applications/{number}/receipt" => applications::receipt,
        Get "/applications/{number}/files/{blob}" => applications::file,
        Get "/applications/{number}/decision/{registration}" => applications::decision,
        Get "/applications/{number}/correct" => applications::correct,
        Post "/applications/{number}/correct" => applications::correct,
        Get "/applications/{number}/withdraw" => applications::withdraw,
        Post "/applications/{number}/withdraw" => applications::withdraw,
        Get "/folder" => documents::list,
        Post "/folder" => documents::list,
        Get "/folder/{id}" => documents::document,
        Get "/office" => staff_pages::inbox,
        Get "/office/due" => staff_pages::due,
        Get "/office/find" => staff_pages::find,
        Get "/office/substitutes" => staff_pages::substitutes,
        Post "/office/substitutes" => staff_pages::substitutes,
        Get "/office/{number}" => staff_pages::show,
        Get "/office/{number}/files/{blob}" => staff_pages::file,
        Get "/office/{number}/pay/{fee}" => staff_pages::pay,
        Post "/office/{number}/pay/{fee}" => staff_pages::pay,
        Post "/office/{number}/{registration}/claim" => staff_pages::claim,
        Post "/office/{number}/{registration}/release" => staff_pages::release,
        Get "/office/{number}/{registration}/assign" => staff_pages::assign,
        Post "/office/{number}/{registration}/assign" => staff_pages::assign,
        Get "/office/{number}/{registration}/decide" => staff_pages::decide,
        Post "/office/{number}/{registration}/decide" => staff_pages::decide,
        Get "/statistics" => staff_pages::statistics,
        Get "/applications/{number}/messages" => applications::messages,
        Post "/applications/{number}/messages" => applications::messages,
        Get "/office/messages" => staff_pages::unread,
        Get "/office/{number}/messages" => staff_pages::messages,
        Post "/office/{number}/messages" => staff_pages::messages,
        Get "/help" => help_pages::consents,
        Post "/help" => help_pages::consents,
        Get "/claim" => help_pages::claim,
        Post "/claim" => help_pages::claim,
        Get "/assist" => help_pages::assist,
        Post "/assist" => help_pages::assist,
        Get "/assist/apply/{code}" => apply::begin,
        Post "/assist/apply/{code}" => apply::begin,
        Get "/assist/drafts/{id}" => apply::resume,
        Get "/assist/drafts/{id}/at/{page}" => apply::stop,
        Post "/assist/drafts/{id}/at/{page}" => apply::stop,
        Get "/assist/applications" => applications::list,
        Get "/assist/applications/{number}" => applications::show,
        Get "/assist/applications/{number}/submitted" => apply::submitted,
        Get "/assist/applications/{number}/receipt" => applications::receipt,
        Get "/assist/applications/{number}/files/{blob}" => applications::file,
        Get "/assist/applications/{number}/decision/{registration}" => applications::decision,
        Get "/assist/applications/{number}/correct" => applications::correct,
        Post "/assist/applications/{number}/correct" => applications::correct,
        Get "/counter" => help_pages::counter,
        Post "/counter" => help_pages::counter,
        Get "/counter/find" => help_pages::find,
        Post "/counter/find" => help_pages::find,
        Get "/counter/drafts/{id}" => apply::resume,
        Get "/counter/drafts/{id}/delete" => apply::discard,
        Post "/counter/drafts/{id}/delete" => apply::discard,
        Get "/counter/drafts/{id}/at/{page}" => apply::stop,
        Post "/counter/drafts/{id}/at/{page}" => apply::stop,
        Get "/counter/applications/{number}" => applications::show,
        Get "/counter/applications/{number}/receipt" => applications::receipt,
        Get "/counter/applications/{number}/files/{blob}" => applications::file,
        Get "/counter/applications/{number}/decision/{registration}" => applications::decision,
        Get "/counter/applications/{number}/correct" => applications::correct,
        Post "/counter/applications/{number}/correct" => applications::correct,
        Get "/design" => design::list,
        Get "/design/new" => design::new,
        Post "/design/new" => design::new,
        Get "/design/import" => design::import,
        Post "/design/import" => design::import,
        Get "/design/vocabulary" => design::vocabulary,
        Get "/design/{code}" => design::overview,
        Post "/design/{code}/edit" => design::edit,
        Get "/design/{code}/discard" => design::discard,
        Post "/design/{code}/discard" => design::discard,
        Get "/design/{code}/json" => design::json,
        Post "/design/{code}/json" => design::json,
        Get "/design/{code}/definition.json" => design::export,
        Get "/design/{code}/try" => design::attempt,
        Post "/design/{code}/try" => design::attempt,
        Get "/design/{code}/preview/{page}" => design::preview,
        Post "/design/{code}/preview/{page}" => design::preview,
        Get "/design/{code}/publish" => design::publish,
        Post "/design/{code}/publish" => design::publish,
        Get "/design/{code}/withdraw" => design::withdraw,
        Post "/design/{code}/withdraw" => design::withdraw,
        Get "/design/{code}/versions" => design::versions,
        Get "/design/{code}/versions/{number}" => design::version,
        Post "/design/{code}/versions/{number}" => design::version,
        Get "/design/{code}/versions/{number}/definition.json" => design::version_export,
        Get "/design/{code}/{part}" => design::part,
        Post "/design/{code}/{part}" => design::part,
        Get "/design/{code}/{part}/{item}" => design::item,
        Post "/design/{code}/{part}/{item}" => design::item,
        Get "/design/{code}/{part}/{item}/{inner}" => design::inner,
        Post "/design/{code}/{part}/{item}/{inner}" => design::inner,
        Get "/design/{code}/{part}/{item}/{inner}/{one}" => design::inner_item,
        Post "/design/{code}/{part}/{item}/{inner}/{one}" => design::inner_item,
    };
}

impl Events for Portal {
    fn handle(context: Context, event: Event) -> Result<(), Failure> {
        match event {
            Event::Timer(timer) => match desk::expired(&timer) {
                Some(number) => desk::expire(&context, number),
                None if telling::reminds(&timer) => telling::remind(&context, &timer),
                None => drafts::expire(&timer),
            },
            Event::Cron(_) | Event::Topic(_) | Event::Reply(_) | Event::Undelivered(_) => Ok(()),
        }
    }
}
