//! The portal: what the entities of the state do for people, how it is asked for, and how it is decided.
//!
//! Read [`definition`] for what a procedure is and [`application`] for what becomes of one that somebody asks for; both know
//! no store and no page. [`catalogue`], [`procedures`], [`drafts`], [`desk`] and [`folder`] keep things; `pages` shows them, and
//! `api` says the same to information systems. `help` has people of the entity act for who lets them, and `telling` says to
//! applicants what happens. [`funds`] are calls with points and a public result, [`forum`] is where people ask each other.

mod api;
pub mod application;
pub mod catalogue;
mod configured;
mod consult;
pub mod cpsv;
pub mod definition;
pub mod desk;
pub mod drafts;
pub mod folder;
pub mod forum;
pub mod funds;
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
pub mod trial;

use pages::{
    applications, apply, catalogue as shown, data, design, folder as documents, forum as forum_pages,
    funds as fund_pages, help as help_pages, office as staff_pages,
};
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
        Get "/funds" => fund_pages::list,
        Get "/funds/{code}" => fund_pages::show,
        Get "/funds/{code}/result" => fund_pages::result,
        Get "/funds/{code}/result/{number}" => fund_pages::scores,
        Get "/funds/{code}/data" => fund_pages::data,
        Get "/funds/{code}/document" => fund_pages::signed,
        Get "/funds/mine" => fund_pages::mine,
        Get "/funds/mine/{code}/project" => fund_pages::project,
        Post "/funds/mine/{code}/project" => fund_pages::project,
        Get "/funds/mine/{code}/questions" => fund_pages::questions,
        Post "/funds/mine/{code}/questions" => fund_pages::questions,
        Get "/funds/mine/{code}/documents/{document}" => fund_pages::document,
        Post "/funds/mine/{code}/documents/{document}" => fund_pages::document,
        Get "/funds/mine/{code}/check" => fund_pages::check,
        Post "/funds/mine/{code}/check" => fund_pages::check,
        Get "/funds/mine/{code}/discard" => fund_pages::discard,
        Post "/funds/mine/{code}/discard" => fund_pages::discard,
        Get "/funds/mine/sent/{number}" => fund_pages::sent,
        Get "/funds/mine/sent/{number}/receipt" => fund_pages::receipt,
        Get "/funds/mine/sent/{number}/files/{blob}" => fund_pages::file,
        Get "/funds/mine/sent/{number}/withdraw" => fund_pages::withdraw,
        Post "/funds/mine/sent/{number}/withdraw" => fund_pages::withdraw,
        Get "/funds/entity" => fund_pages::mine,
        Get "/funds/entity/{code}/project" => fund_pages::project,
        Post "/funds/entity/{code}/project" => fund_pages::project,
        Get "/funds/entity/{code}/questions" => fund_pages::questions,
        Post "/funds/entity/{code}/questions" => fund_pages::questions,
        Get "/funds/entity/{code}/documents/{document}" => fund_pages::document,
        Post "/funds/entity/{code}/documents/{document}" => fund_pages::document,
        Get "/funds/entity/{code}/check" => fund_pages::check,
        Post "/funds/entity/{code}/check" => fund_pages::check,
        Get "/funds/entity/{code}/discard" => fund_pages::discard,
        Post "/funds/entity/{code}/discard" => fund_pages::discard,
        Get "/funds/entity/sent/{number}" => fund_pages::sent,
        Get "/funds/entity/sent/{number}/receipt" => fund_pages::receipt,
        Get "/funds/entity/sent/{number}/files/{blob}" => fund_pages::file,
        Get "/funds/entity/sent/{number}/withdraw" => fund_pages::withdraw,
        Post "/funds/entity/sent/{number}/withdraw" => fund_pages::withdraw,
        Get "/funds/office" => fund_pages::office,
        Post "/funds/office" => fund_pages::office,
        Get "/funds/office/new" => fund_pages::make,
        Post "/funds/office/new" => fund_pages::make,
        Get "/funds/office/{code}" => fund_pages::manage,
        Get "/funds/office/{code}/edit" => fund_pages::edit,
        Post "/funds/office/{code}/edit" => fund_pages::edit,
        Get "/funds/office/{code}/parts" => fund_pages::parts,
        Post "/funds/office/{code}/parts" => fund_pages::parts,
        Get "/funds/office/{code}/questions" => fund_pages::schema,
        Post "/funds/office/{code}/questions" => fund_pages::schema,
        Get "/funds/office/{code}/evaluators" => fund_pages::evaluators,
        Post "/funds/office/{code}/evaluators" => fund_pages::evaluators,
        Get "/funds/office/{code}/publish" => fund_pages::publish,
        Post "/funds/office/{code}/publish" => fund_pages::publish,
        Get "/funds/office/{code}/extend" => fund_pages::extend,
        Post "/funds/office/{code}/extend" => fund_pages::extend,
        Get "/funds/office/{code}/name" => fund_pages::name,
        Post "/funds/office/{code}/name" => fund_pages::name,
        Get "/funds/office/{code}/resolve" => fund_pages::resolve,
        Post "/funds/office/{code}/resolve" => fund_pages::resolve,
        Get "/funds/proposals/{number}" => fund_pages::read,
        Get "/funds/proposals/{number}/files/{blob}" => fund_pages::attached,
        Get "/funds/evaluations/{code}" => fund_pages::evaluation,
        Post "/funds/evaluations/{code}" => fund_pages::evaluation,
        Get "/funds/evaluations/{code}/{number}" => fund_pages::evaluate,
        Post "/funds/evaluations/{code}/{number}" => fund_pages::evaluate,
        Get "/funds/evaluations/{code}/{number}/abstain" => fund_pages::abstain,
        Post "/funds/evaluations/{code}/{number}/abstain" => fund_pages::abstain,
        Get "/forum" => forum_pages::topics,
        Get "/forum/search" => forum_pages::search,
        Get "/forum/reports" => forum_pages::reports,
        Get "/forum/new" => forum_pages::make,
        Post "/forum/new" => forum_pages::make,
        Get "/forum/{topic}" => forum_pages::topic,
        Get "/forum/{topic}/new" => forum_pages::open,
        Post "/forum/{topic}/new" => forum_pages::open,
        Get "/forum/{topic}/{thread}" => forum_pages::thread,
        Get "/forum/{topic}/{thread}/answer" => forum_pages::answer,
        Post "/forum/{topic}/{thread}/answer" => forum_pages::answer,
        Get "/forum/{topic}/{thread}/entity" => forum_pages::speak,
        Post "/forum/{topic}/{thread}/entity" => forum_pages::speak,
        Get "/forum/{topic}/{thread}/staff" => forum_pages::staff,
        Get "/forum/{topic}/{thread}/lock" => forum_pages::lock,
        Post "/forum/{topic}/{thread}/lock" => forum_pages::lock,
        Get "/forum/{topic}/{thread}/report/{post}" => forum_pages::report,
        Post "/forum/{topic}/{thread}/report/{post}" => forum_pages::report,
        Get "/forum/{topic}/{thread}/hide/{post}" => forum_pages::hide,
        Post "/forum/{topic}/{thread}/hide/{post}" => forum_pages::hide,
        Get "/forum/{topic}/{thread}/restore/{post}" => forum_pages::restore,
        Post "/forum/{topic}/{thread}/restore/{post}" => forum_pages::restore,
        Get "/forum/{topic}/{thread}/dismiss/{post}" => forum_pages::dismiss,
        Post "/forum/{topic}/{thread}/dismiss/{post}" => forum_pages::dismiss,
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
            Event::Reply(reply) => {
                publishing::answered(&reply);
                Ok(())
            }
            Event::Undelivered(lost) => {
                publishing::undelivered(&lost);
                Ok(())
            }
            Event::Cron(_) | Event::Topic(_) => Ok(()),
        }
    }
}
