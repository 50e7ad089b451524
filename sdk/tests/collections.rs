//! Tables, queues and counters, in the calls of a plugin.

mod common;

use common::harness;
use sdk::Failure;
use sdk::collections::{Counter, Index, PageRequest, Queue, Record, Table, TableError};
use sdk::harness::{Harness, NoAnswer};
use sdk::key::StartsWith;
use sdk::kv::Order;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Book {
    title: String,
    authors: Vec<String>,
    isbn: String,
}

impl Record for Book {}

static BY_AUTHOR: Index<u32, Book, (String,)> =
    Index::many("books.by-author", |_, book| book.authors.iter().map(|author| (author.clone(),)).collect());
static BY_ISBN: Index<u32, Book, String> = Index::unique("books.by-isbn", |_, book| vec![book.isbn.clone()]);
static BOOKS: Table<u32, Book> = Table::new("books", &[&BY_AUTHOR, &BY_ISBN]);

fn book(title: &str, authors: &[&str]) -> Book {
    Book { title: title.into(), authors: authors.iter().map(|author| (*author).into()).collect(), isbn: title.into() }
}

/// Runs code as a call that must succeed.
fn within<T>(harness: &mut Harness, code: impl Fn() -> Result<T, TableError>) -> T {
    harness.run("notes", |_| code().map_err(Failure::from)).expect("the call succeeds")
}

fn shelf() -> Harness {
    let mut harness = harness();
    within(&mut harness, || {
        BOOKS.insert(&1, &book("Aves", &["Ana", "Beto"]))?;
        BOOKS.insert(&2, &book("Bosques", &["Ana"]))?;
        BOOKS.insert(&3, &book("Cerros", &["Carla"]))
    });
    harness
}

fn titles(found: Vec<(u32, Book)>) -> Vec<String> {
    found.into_iter().map(|(_, book)| book.title).collect()
}

fn by_author(harness: &mut Harness, author: &str) -> Vec<String> {
    let author = author.to_owned();
    titles(within(harness, || {
        BOOKS.by(&BY_AUTHOR).page(&(author.clone(),), Order::Ascending, &PageRequest::first(10)).map(|page| page.items)
    }))
}

#[test]
fn a_record_is_found_by_its_key_and_by_every_index() {
    let mut harness = shelf();
    assert_eq!(within(&mut harness, || BOOKS.get(&2)), Some(book("Bosques", &["Ana"])));
    assert!(within(&mut harness, || Ok(BOOKS.contains(&2))));
    assert!(!within(&mut harness, || Ok(BOOKS.contains(&4))));
    assert_eq!(by_author(&mut harness, "Ana"), ["Aves", "Bosques"]);
    let found = within(&mut harness, || BOOKS.by(&BY_ISBN).first(&"Cerros".to_owned()));
    assert_eq!(found, Some((3, book("Cerros", &["Carla"]))));
}

#[test]
fn a_changed_record_is_no_longer_found_by_what_it_was() {
    let mut harness = shelf();
    within(&mut harness, || BOOKS.put(&1, &book("Aves", &["Beto", "Dora"])));
    assert_eq!(by_author(&mut harness, "Ana"), ["Bosques"]);
    assert_eq!(by_author(&mut harness, "Dora"), ["Aves"]);
    within(&mut harness, || BOOKS.remove(&1));
    assert_eq!(by_author(&mut harness, "Beto"), [""; 0]);
    assert_eq!(within(&mut harness, || BOOKS.remove(&1)), None);
}

#[test]
fn a_key_of_a_unique_index_belongs_to_one_record() {
    let mut harness = shelf();
    let taken = harness.run("notes", |_| BOOKS.put(&9, &book("Aves", &[])).map_err(Failure::from));
    assert!(matches!(taken, Err(NoAnswer::Failed(Failure::Conflict(_)))), "{taken:?}");
    within(&mut harness, || BOOKS.put(&1, &book("Aves", &[])));
    within(&mut harness, || BOOKS.remove(&1));
    within(&mut harness, || BOOKS.insert(&9, &book("Aves", &[])));
}

#[test]
fn a_record_that_is_refused_leaves_nothing_behind_even_if_the_call_goes_on() {
    let mut harness = shelf();
    let skipped = harness.run("notes", |_| {
        let taken = book("Aves", &["Elsa"]);
        Ok((BOOKS.insert(&9, &taken).is_err(), BOOKS.put(&2, &taken).is_err()))
    });
    assert_eq!(skipped, Ok((true, true)));
    assert_eq!(by_author(&mut harness, "Elsa"), [""; 0]);
    assert_eq!(by_author(&mut harness, "Ana"), ["Aves", "Bosques"]);
    let found = within(&mut harness, || BOOKS.by(&BY_ISBN).first(&"Bosques".to_owned()));
    assert_eq!(found, Some((2, book("Bosques", &["Ana"]))));
}

#[test]
fn what_is_too_long_is_the_callers_fault_and_leaves_nothing() {
    static BY_NAME: Table<String, Book> = Table::new("by-name", &[]);
    let mut harness = shelf();
    let long = "x".repeat(3_000);
    let (by_key, by_index) = (long.clone(), book(&long, &["Ana"]));
    let large = book("Grande", &[&"y".repeat(1 << 20)]);
    let refused = [
        harness.run("notes", |_| BY_NAME.put(&by_key, &book("Otro", &[])).map_err(Failure::from)),
        harness.run("notes", |_| BOOKS.put(&7, &by_index).map_err(Failure::from)),
        harness.run("notes", |_| BY_NAME.put(&"Grande".to_owned(), &large).map_err(Failure::from)),
    ];
    for refused in refused {
        assert!(matches!(refused, Err(NoAnswer::Failed(Failure::Invalid(_)))), "{refused:?}");
    }
    assert_eq!(within(&mut harness, || BY_NAME.get(&long)), None);
    assert!(!within(&mut harness, || Ok(BY_NAME.contains(&long))));
    assert_eq!(within(&mut harness, || BOOKS.by(&BY_ISBN).first(&long)), None);
}

#[test]
fn large_records_are_scanned_paged_and_looked_up_like_others() {
    static BY_KIND: Index<u32, Large, (bool,)> = Index::many("large.by-kind", |_, large| vec![(large.0.len() > 9,)]);
    static LARGE: Table<u32, Large> = Table::new("large", &[&BY_KIND]);
    #[derive(Serialize, Deserialize)]
    struct Large(String);
    impl Record for Large {}
    let mut harness = harness();
    for number in 0..20 {
        within(&mut harness, || LARGE.put(&number, &Large("z".repeat(1_000_000))));
    }
    let scanned = within(&mut harness, || LARGE.scan(&(), Order::Ascending).collect::<Result<Vec<_>, _>>());
    assert_eq!(scanned.into_iter().map(|(number, _)| number).collect::<Vec<_>>(), (0..20).collect::<Vec<_>>());
    for order in [Order::Ascending, Order::Descending] {
        let first = PageRequest::first(19);
        let page = within(&mut harness, || LARGE.by(&BY_KIND).page(&(true,), order, &first));
        let rest = PageRequest { limit: 19, cursor: page.next };
        let rest = within(&mut harness, || LARGE.by(&BY_KIND).page(&(true,), order, &rest));
        assert_eq!((page.items.len(), rest.items.len(), rest.next), (19, 1, None));
    }
}

#[test]
fn a_page_can_say_by_which_key_each_record_was_found() {
    let mut harness = shelf();
    let found =
        within(&mut harness, || BOOKS.by(&BY_AUTHOR).page_with_keys(&(), Order::Ascending, &PageRequest::first(9)));
    let found: Vec<_> =
        found.items.iter().map(|((author,), key, book)| (author.as_str(), *key, book.title.as_str())).collect();
    assert_eq!(found, [("Ana", 1, "Aves"), ("Ana", 2, "Bosques"), ("Beto", 1, "Aves"), ("Carla", 3, "Cerros")]);
}

#[test]
fn a_record_is_inserted_once() {
    let mut harness = shelf();
    let exists = harness.run("notes", |_| BOOKS.insert(&1, &book("Otro", &[])).map_err(Failure::from));
    assert!(matches!(exists, Err(NoAnswer::Failed(Failure::Conflict(_)))), "{exists:?}");
}

#[test]
fn pages_in_both_orders_hold_every_record_once() {
    let mut harness = shelf();
    for (order, expected) in
        [(Order::Ascending, ["Aves", "Bosques", "Cerros"]), (Order::Descending, ["Cerros", "Bosques", "Aves"])]
    {
        let (mut found, mut cursor) = (Vec::new(), None);
        for _ in 0..5 {
            let request = PageRequest { limit: 1, cursor: cursor.clone() };
            let page = within(&mut harness, || BOOKS.page(&(), order, &request));
            found.extend(titles(page.items));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, expected);
    }
}

#[test]
fn a_cursor_that_is_none_is_the_callers_fault() {
    let mut harness = shelf();
    let request = PageRequest { limit: 1, cursor: Some("no cursor".to_owned()) };
    let refused = harness.run("notes", |_| BOOKS.page(&(), Order::Ascending, &request).map_err(Failure::from));
    assert!(matches!(refused, Err(NoAnswer::Failed(Failure::Invalid(_)))), "{refused:?}");
}

#[test]
fn an_index_of_texts_is_asked_for_beginnings() {
    let mut harness = shelf();
    let found = within(&mut harness, || {
        BOOKS.by(&BY_ISBN).page(&StartsWith("Bo"), Order::Ascending, &PageRequest::first(9)).map(|page| page.items)
    });
    assert_eq!(titles(found), ["Bosques"]);
}

#[test]
fn a_scan_goes_on_over_many_batches() {
    let mut harness = harness();
    static NUMBERS: Table<i32, Number> = Table::new("numbers", &[]);
    #[derive(Serialize, Deserialize)]
    struct Number(i32);
    impl Record for Number {}
    within(&mut harness, || (-200..200).try_for_each(|number| NUMBERS.put(&number, &Number(number))));
    let scanned = within(&mut harness, || {
        NUMBERS
            .scan(&(), Order::Descending)
            .map(|found| found.map(|(_, number)| number.0))
            .collect::<Result<Vec<_>, _>>()
    });
    assert_eq!(scanned, (-200..200).rev().collect::<Vec<_>>());
}

/// The same table as [`Book`]s, one version of the plugin later.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct NewBook {
    title: String,
    #[serde(default)]
    language: Option<String>,
}

impl Record for NewBook {
    const VERSION: u8 = 2;
}

static BY_TITLE: Index<u32, NewBook, String> = Index::many("books.by-title", |_, book| vec![book.title.clone()]);
static NEW_BOOKS: Table<u32, NewBook> = Table::new("books", &[&BY_TITLE]);

#[test]
fn a_newer_reader_reads_and_rewrites_what_an_older_one_wrote() {
    let mut harness = shelf();
    let aves = NewBook { title: "Aves".to_owned(), language: None };
    assert_eq!(within(&mut harness, || NEW_BOOKS.get(&1)), Some(aves));
    let mut cursor = within(&mut harness, || NEW_BOOKS.rewrite(None, 2));
    assert!(cursor.is_some());
    cursor = within(&mut harness, || NEW_BOOKS.rewrite(cursor.clone(), 2));
    assert_eq!(cursor, None);
    let found = within(&mut harness, || NEW_BOOKS.by(&BY_TITLE).first(&"Cerros".to_owned()));
    assert_eq!(found.map(|(key, _)| key), Some(3));
}

#[test]
fn a_part_of_a_record_is_read_alone_whatever_version_it_has() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Title {
        title: String,
    }
    let mut harness = shelf();
    let title = Title { title: "Aves".to_owned() };
    assert_eq!(within(&mut harness, || BOOKS.get_part::<Title>(&1)).as_ref(), Some(&title));
    assert_eq!(within(&mut harness, || NEW_BOOKS.get_part::<Title>(&1)), Some(title));
    assert_eq!(within(&mut harness, || BOOKS.get_part::<Title>(&99)), None);
    within(&mut harness, || NEW_BOOKS.put(&1, &NewBook { title: "Aves".to_owned(), language: None }));
    let refused = harness.run("notes", |_| Ok(BOOKS.get_part::<Title>(&1).unwrap_err().to_string())).unwrap();
    assert_eq!(refused, "a record of books has version 2, and this plugin knows 1");
}

#[test]
fn an_older_reader_refuses_what_a_newer_one_wrote() {
    let mut harness = harness();
    within(&mut harness, || NEW_BOOKS.put(&1, &NewBook { title: "Aves".to_owned(), language: None }));
    for code in [|| BOOKS.get(&1).map(drop), || BOOKS.put(&1, &book("Otro", &[]))] {
        let refused = harness.run("notes", |_| Ok(code().unwrap_err().to_string())).unwrap();
        assert_eq!(refused, "a record of books has version 2, and this plugin knows 1");
    }
}

#[test]
fn a_queue_gives_items_in_the_order_of_calls_and_within_them() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Job(u32);
    impl Record for Job {}
    static JOBS: Queue<Job> = Queue::new("jobs");

    let mut harness = harness();
    for pair in [[1, 2], [3, 4]] {
        harness.run("notes", |context| Ok(pair.iter().try_for_each(|job| JOBS.push(&context, &Job(*job)))?)).unwrap();
    }
    assert_eq!(within(&mut harness, || JOBS.peek()), Some(Job(1)));
    for job in 1..=4 {
        assert_eq!(within(&mut harness, || JOBS.pop()), Some(Job(job)));
    }
    assert_eq!(within(&mut harness, || JOBS.pop()), None);
}

#[test]
fn an_item_that_does_not_read_back_stays_until_it_is_skipped() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Job(u32);
    impl Record for Job {}
    static JOBS: Queue<Job> = Queue::new("jobs");
    #[derive(Serialize, Deserialize)]
    struct Other(String);
    impl Record for Other {}
    static OTHERS: Queue<Other> = Queue::new("jobs");

    let mut harness = harness();
    harness.run("notes", |context| Ok(OTHERS.push(&context, &Other("seven".to_owned()))?)).unwrap();
    harness.run("notes", |context| Ok(JOBS.push(&context, &Job(8))?)).unwrap();
    let popped = harness.run("notes", |_| Ok((JOBS.pop().is_err(), JOBS.peek().is_err())));
    assert_eq!(popped, Ok((true, true)), "an error takes nothing out");
    within(&mut harness, || {
        JOBS.skip();
        Ok(())
    });
    assert_eq!(within(&mut harness, || JOBS.pop()), Some(Job(8)));
    within(&mut harness, || {
        JOBS.skip();
        Ok(())
    });
}

#[test]
fn a_bounded_counter_fails_the_call_that_would_leave_its_bounds() {
    static SEATS: Counter<(String,)> = Counter::new("seats");
    let mut harness = harness();
    let hall = ("hall".to_owned(),);
    let mut book = |seats| {
        harness.run("notes", |_| {
            SEATS.add_within(&hall, seats, 0..=10);
            Ok(SEATS.value(&hall))
        })
    };
    assert_eq!(book(7), Ok(7));
    // It reads the counter after its own addition: it learns at once what the commit would say.
    let says = "a counter would leave its bounds".to_owned();
    assert_eq!(book(4), Err(NoAnswer::Failed(Failure::Conflict(says.clone()))));
    assert_eq!(book(3), Ok(10));
    let unread = harness.run("notes", |_| {
        SEATS.add_within(&hall, 1, 0..=10);
        Ok(())
    });
    assert_eq!(unread, Err(NoAnswer::Failed(Failure::Conflict(says))));
}
