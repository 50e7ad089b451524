//! What is found, and in which order.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use storage::{CommitError, Direction, KeyRange, Store};

use super::find::{Bounds, Hits};
use super::words::words;
use super::*;
use crate::contract::limits::MAX_HITS;
use crate::rows::{Kind, key};

const KEYSPACE: Keyspace = Keyspace::new("plugin/cases");

/// A store in memory's place: a folder of its own.
fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path().join("store")).expect("a store");
    (folder, store)
}

fn view(store: &Store) -> View {
    View::Write(Box::new(store.begin().expect("a transaction")))
}

fn index() -> Index<'static> {
    Index::new(KEYSPACE, "cases")
}

fn document(text: &str, sector: &str) -> Document {
    Document { text: vec![text.to_owned()], filters: vec![("sector".to_owned(), sector.to_owned())] }
}

fn put(id: &str, new: Option<&Document>, view: &mut View) {
    let old = index().document(id.as_bytes(), view).expect("it is read");
    let transaction = view.writing("test").expect("it may write");
    index().replace(id.as_bytes(), old.as_ref(), new, transaction);
}

fn query(text: &str) -> Query {
    Query { text: text.to_owned(), limit: MAX_HITS, ..Query::default() }
}

fn found(query: &Query, view: &View, kept: &KeptLists) -> Vec<String> {
    let hits = index().find(query, view, kept).expect("it is searched");
    hits.ids.into_iter().map(|id| String::from_utf8(id).expect("a text")).collect()
}

async fn commit(view: View) -> Result<(), CommitError> {
    match view {
        View::Write(transaction) => transaction.commit().await,
        View::Read(_) => Ok(()),
    }
}

fn filled(texts: &[(&str, &str, &str)]) -> (tempfile::TempDir, KeptLists, View) {
    let (folder, store) = store();
    let mut view = view(&store);
    texts.iter().for_each(|(id, text, sector)| put(id, Some(&document(text, sector)), &mut view));
    (folder, KeptLists::new(store), view)
}

#[test]
fn finds_words_however_they_are_written_and_the_last_as_a_beginning() {
    let (_folder, kept, view) = filled(&[
        ("1", "Baches en la avenida Camacho", "roads"),
        ("2", "Agua potable en la zona Villa Fátima", "water"),
        ("3", "Educación inicial", "schools"),
    ]);
    for (text, ids) in [
        ("EDUCACION", vec!["3"]),
        ("fatima agua", vec!["2"]),
        ("agua pot", vec!["2"]),
        ("pot agua", vec![]),
        ("en la", vec!["1", "2"]),
        ("", vec!["1", "2", "3"]),
        ("avenida fatima", vec![]),
    ] {
        assert_eq!(found(&query(text), &view, &kept), ids, "{text}");
    }
}

#[test]
fn forgives_small_typing_errors() {
    let (_folder, kept, view) = filled(&[("1", "alcantarillado sanitario", "water"), ("2", "luz", "energy")]);
    for (text, ids) in [
        ("alcantarilado sanitario", vec!["1"]),
        ("alacntarilado", vec!["1"]),
        ("sanitairo alcantarillado", vec!["1"]),
        ("alcnterilxdo", vec![]),
        ("lus", vec![]),
        ("banitario", vec![]),
    ] {
        assert_eq!(found(&query(text), &view, &kept), ids, "{text}");
    }
}

#[test]
fn what_fits_exactly_comes_first_and_rare_words_weigh_more() {
    let (_folder, kept, view) = filled(&[
        ("beginning", "aguas", "x"),
        ("error", "agia", "x"),
        ("exact", "agua", "x"),
        ("often", "agua agua agua", "x"),
    ]);
    assert_eq!(found(&query("agua"), &view, &kept), ["often", "exact", "beginning", "error"]);

    let (_folder, kept, view) =
        filled(&[("1", "agua agua luz", "x"), ("2", "agua luz luz", "x"), ("3", "agua", "x"), ("4", "agua", "x")]);
    assert_eq!(found(&query("agua luz"), &view, &kept), ["2", "1"]);
}

#[test]
fn filters_narrow_what_is_found_and_pages_go_on() {
    let (_folder, kept, view) =
        filled(&[("1", "agua", "a"), ("2", "agua", "b"), ("3", "agua", "b"), ("4", "luz", "b")]);
    let filters = vec![("sector".to_owned(), "b".to_owned())];
    let narrowed = Query { filters, ..query("agua") };
    assert_eq!(found(&narrowed, &view, &kept), ["2", "3"]);
    let page = Query { offset: 1, limit: 1, ..narrowed.clone() };
    assert_eq!(index().find(&page, &view, &kept).expect("it is searched"), Hits { ids: vec![b"3".to_vec()], total: 2 });
    assert_eq!(found(&Query { text: String::new(), ..narrowed }, &view, &kept), ["2", "3", "4"]);
    let none = Query { filters: vec![("sector".to_owned(), "c".to_owned())], ..query("agua") };
    assert_eq!(found(&none, &view, &kept), [""; 0]);
}

#[test]
fn what_was_replaced_or_removed_is_not_found() {
    let (_folder, kept, mut view) = filled(&[("1", "agua", "a"), ("2", "agua", "a")]);
    put("1", Some(&document("luz", "b")), &mut view);
    put("2", None, &mut view);
    assert_eq!(found(&query("agua"), &view, &kept), [""; 0]);
    assert_eq!(found(&query("luz"), &view, &kept), ["1"]);
    assert_eq!(found(&query(""), &view, &kept), ["1"]);
}

#[tokio::test]
async fn a_search_conflicts_with_nobody_and_a_replacement_with_another() {
    let (_folder, store) = store();
    let kept = KeptLists::new(store.clone());
    let (mut one, mut other) = (view(&store), view(&store));
    assert_eq!(found(&query("agua"), &one, &kept), [""; 0]);
    put("1", Some(&document("agua", "a")), &mut one);
    put("2", Some(&document("agua", "a")), &mut other);
    let mut third = view(&store);
    put("2", Some(&document("luz", "a")), &mut third);
    commit(other).await.expect("it is committed");
    commit(one).await.expect("a search is not noted");
    commit(third).await.expect_err("the same document was replaced");
    assert_eq!(found(&query("agua"), &view(&store), &kept), ["1", "2"]);
}

#[tokio::test]
async fn what_is_kept_is_found_as_it_stands_at_the_moment_of_each_call() {
    let (_folder, store) = store();
    let kept = KeptLists::new(store.clone());
    let reading = || View::reading(store.snapshot().expect("a snapshot"));
    let mut moments = vec![(reading(), Vec::new())];
    for (id, text) in [("1", Some("agua")), ("2", Some("agua y luz")), ("1", Some("luz")), ("2", None)] {
        let mut writing = view(&store);
        put(id, text.map(|text| document(text, "a")).as_ref(), &mut writing);
        let own = found(&query("agua"), &writing, &kept);
        commit(writing).await.expect("it is committed");
        moments.push((reading(), own));
        // The newest first, the oldest first, and once more: what one of them keeps is not taken for another's.
        for (moment, ids) in moments.iter().rev().chain(&moments).chain(&moments) {
            assert_eq!(&found(&query("agua"), moment, &kept), ids);
        }
    }
    let last = moments.iter().map(|(_, ids)| ids.len()).collect::<Vec<_>>();
    assert_eq!(last, [0, 1, 2, 1, 0]);
}

#[tokio::test]
async fn what_was_found_by_what_is_kept_rests_on_the_index_as_well() {
    let (_folder, store) = store();
    let kept = KeptLists::new(store.clone());
    let write = async |id: &str| {
        let mut writing = view(&store);
        put(id, Some(&document("agua", "a")), &mut writing);
        commit(writing).await.expect("it is committed");
    };
    write("1").await;
    for _ in 0..2 {
        let (since, reading) = (store.moment(), View::reading(store.snapshot().expect("a snapshot")));
        assert_eq!(found(&query("agua"), &reading, &kept).len(), 1);
        let View::Read(reading) = reading else { panic!("it only reads") };
        let footprint = reading.footprint();
        assert!(store.still_holds(&footprint, since));
        write("1").await;
        assert!(!store.still_holds(&footprint, since));
    }
}

#[tokio::test]
async fn an_index_of_another_version_is_built_anew() {
    let (_folder, store) = store();
    let mut filling = view(&store);
    for number in 0..120 {
        put(&format!("{number:03}"), Some(&document(&format!("caso {number}"), "a")), &mut filling);
    }
    let rows = |store: &Store| {
        let snapshot = store.snapshot().expect("a snapshot");
        let rows = snapshot.scan(KEYSPACE, KeyRange::prefix(key(Kind::Search, &[])), Direction::Ascending);
        rows.expect("it is scanned").collect::<Result<Vec<_>, _>>().expect("it is read")
    };
    let View::Write(transaction) = filling else { panic!("it may write") };
    transaction.commit().await.expect("it is committed");
    rebuild(&store, KEYSPACE).await.expect("it is built");
    let built = rows(&store);
    let mut damage = store.begin().expect("a transaction");
    rebuild::forget(KEYSPACE, &mut damage);
    damage.put(KEYSPACE, keys::posting("cases", &keys::word("otro"), b"001"), Vec::new());
    damage.delete(KEYSPACE, keys::term("cases", &keys::word("caso")));
    damage.commit().await.expect("it is committed");
    assert_ne!(rows(&store), built);
    rebuild(&store, KEYSPACE).await.expect("it is built");
    assert_eq!(rows(&store), built);
    assert_eq!(found(&query("caso 119"), &view(&store), &KeptLists::new(store.clone())), ["119"]);
}

const WIDE: Bounds = Bounds { documents: 1_000, postings: 100_000, listed_for_one: 16 };

#[test]
fn a_document_counts_once_however_many_of_its_words_fit() {
    let many: Vec<_> =
        (0..40).map(|number| (format!("{number:02}"), "sal salar salida saldo salud".to_owned())).collect();
    let many: Vec<_> = many.iter().map(|(id, text)| (id.as_str(), text.as_str(), "x")).collect();
    let (_folder, kept, view) = filled(&many);
    let bounds = Bounds { documents: 50, ..WIDE };
    let hits = index().find_within(bounds, &query("s"), &view, &kept).expect("it is searched");
    assert_eq!((hits.ids.len(), hits.total), (40, 40));
    let hits =
        index().find_within(Bounds { documents: 30, ..WIDE }, &query("s"), &view, &kept).expect("it is searched");
    assert_eq!(hits.total, 30, "of more, so many");
}

#[test]
fn what_the_first_word_takes_of_the_bounds_leaves_the_others_theirs() {
    let many: Vec<_> = (0..50).map(|number| format!("{number:02}")).collect();
    let many: Vec<_> = many.iter().map(|id| (id.as_str(), "uno dos tres", "x")).collect();
    let (_folder, kept, view) = filled(&many);
    // Fifty postings of a word do not fit into what is left: each is looked up.
    let bounds = Bounds { documents: 10, postings: 40, ..WIDE };
    let hits = index().find_within(bounds, &query("uno dos tres"), &view, &kept).expect("it is searched");
    assert_eq!(hits.total, 10);
}

#[tokio::test]
async fn a_kept_list_is_looked_at_no_further_than_one_that_is_read() {
    let (_folder, store) = store();
    let (kept, mut writing) = (KeptLists::new(store.clone()), view(&store));
    (0..50).for_each(|number| put(&format!("{number:02}"), Some(&document("uno", "x")), &mut writing));
    commit(writing).await.expect("it is committed");
    let reading = View::reading(store.snapshot().expect("a snapshot"));
    let narrow = Bounds { documents: 20, ..WIDE };
    for (bounds, total) in [(narrow, 20), (WIDE, 50), (narrow, 20)] {
        let hits = index().find_within(bounds, &query("uno"), &reading, &kept).expect("it is searched");
        assert_eq!(hits.total, total);
    }
}

/// Whether a document has every word of a query, found by looking at every one of its own.
fn fits(text: &str, sector: &str, query: &str, filter: Option<&str>) -> bool {
    let (own, wanted) = (words(text), words(query));
    let fits = |position: usize, word: &String| {
        let letters = word.chars().count();
        let errors = if letters >= 8 { 2 } else { usize::from(letters >= 4) };
        own.iter().any(|own| {
            let near = strsim::osa_distance(own, word) <= errors && own.chars().next() == word.chars().next();
            own == word || (position + 1 == wanted.len() && own.starts_with(word.as_str())) || near
        })
    };
    filter.is_none_or(|filter| filter == sector)
        && wanted.iter().enumerate().all(|(position, word)| fits(position, word))
}

fn text() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "agua",
        "Água",
        "aguas",
        "agia",
        "luz",
        "lus",
        "alcantarillado",
        "alcantarilado",
        "Niño",
        "nino",
        "k'anchay",
        "kanchay",
        "avenida",
        "aveniad",
        "a",
        "av",
    ]);
    prop::collection::vec(word, 0..4).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn finds_what_a_scan_of_all_documents_finds(
        writes in prop::collection::vec((0_u8..8, prop::option::of((text(), 0_u8..2))), 0..20),
        queries in prop::collection::vec((text(), prop::option::of(0_u8..2)), 1..6),
    ) {
        let (_folder, store) = store();
        let (kept, mut writing) = (KeptLists::new(store.clone()), view(&store));
        let mut documents = BTreeMap::new();
        for (id, write) in writes {
            let id = id.to_string();
            let new = write.as_ref().map(|(text, sector)| document(text, &sector.to_string()));
            put(&id, new.as_ref(), &mut writing);
            match write {
                Some(document) => documents.insert(id, document),
                None => documents.remove(&id),
            };
        }
        let check = |view: &View| {
            for (text, filter) in &queries {
                let filter = filter.map(|filter| filter.to_string());
                let filters = filter.iter().map(|value| ("sector".to_owned(), value.clone())).collect();
                let query = Query { filters, ..query(text) };
                // Each condition by its lists, and each by looking its postings up: the same is found, in the same order.
                let [listed, looked_up] = [u64::MAX, 0].map(|listed_for_one| {
                    let bounds = Bounds { listed_for_one, ..WIDE };
                    index().find_within(bounds, &query, view, &kept).expect("it is searched")
                });
                prop_assert_eq!(&listed, &looked_up, "{}", text);
                let hits: BTreeSet<_> = found(&query, view, &kept).into_iter().collect();
                let fits = |(own, sector): &(String, u8)| fits(own, &sector.to_string(), text, filter.as_deref());
                let scanned = documents.iter().filter(|(_, document)| fits(document));
                prop_assert_eq!(hits, scanned.map(|(id, _)| id.clone()).collect::<BTreeSet<_>>(), "{}", text);
            }
            Ok(())
        };
        check(&writing)?;
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(commit(writing)).expect("it is committed");
        let reading = View::reading(store.snapshot().expect("a snapshot"));
        // Read first, and kept then.
        check(&reading)?;
        check(&reading)?;
    }
}
