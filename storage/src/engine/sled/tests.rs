//! What only a look into the tree can show.

use std::sync::Arc;

use super::*;
use crate::engine::{Group, View};
use crate::{Direction, KeyRange};

fn opened() -> (tempfile::TempDir, Sled) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    Sled::create(&path).unwrap();
    let sled = Sled::open(&path, 0).unwrap();
    (folder, sled)
}

fn write(sled: &Sled, mut act: impl FnMut(&mut dyn Group) -> Result<(), EngineError>) {
    sled.write(&mut |group| act(group).map(|()| Wrote::Something)).unwrap();
}

fn records(sled: &Sled) -> usize {
    sled.shared.with(|opened| Ok(opened.db.len())).unwrap()
}

fn count(view: &Arc<dyn View>, keyspace: &str) -> usize {
    view.scan(keyspace, &KeyRange::all(), Direction::Ascending).unwrap().map(Result::unwrap).count()
}

#[test]
fn a_keyspace_that_was_cleared_is_swept_once_nobody_sees_it() {
    let (folder, sled) = opened();
    let empty = records(&sled);
    write(&sled, |group| (0..300_u16).try_for_each(|key| group.put("letters", &key.to_be_bytes(), b"")));
    let before = sled.view().unwrap();
    write(&sled, |group| group.clear("letters"));
    let now = |group: &mut dyn Group| group.put("numbers", b"1", b"");
    (0..3).for_each(|_| write(&sled, now));
    assert_eq!((count(&before, "letters"), count(&sled.view().unwrap(), "letters")), (300, 0));
    drop(before);
    // What is left of the work is done after the store was opened again.
    write(&sled, now);
    sled.close();
    let sled = Sled::open(&folder.path().join("store"), 0).unwrap();
    (0..3).for_each(|_| write(&sled, now));
    assert_eq!(records(&sled), empty + 2, "the other keyspace has a name and a key");
}

#[test]
fn a_keyspace_that_is_cleared_within_a_group_counts_what_came_after() {
    let (_folder, sled) = opened();
    write(&sled, |group| group.put("letters", b"a", b"1"));
    write(&sled, |group| {
        group.put("letters", b"b", b"1")?;
        group.clear("letters")?;
        assert_eq!((group.get("letters", b"a")?, group.size_bytes("letters")?), (None, 0));
        group.put("letters", b"c", b"12")?;
        group.put("letters", b"d", b"1")?;
        group.delete("letters", b"d")?;
        assert_eq!(group.size_bytes("letters")?, 3);
        Ok(())
    });
    assert_eq!(count(&sled.view().unwrap(), "letters"), 1);
}

#[test]
fn a_view_that_is_too_old_says_so() {
    let (_folder, sled) = opened();
    write(&sled, |group| group.put("letters", b"a", b"1"));
    let view = sled.view().unwrap();
    let scan = view.scan("letters", &KeyRange::all(), Direction::Descending).unwrap();
    let large = vec![7; MAX_PAST_BYTES];
    write(&sled, |group| group.put("letters", b"a", &large));
    assert_eq!(view.get("letters", b"a").unwrap().as_deref(), Some(b"1".as_slice()));
    write(&sled, |group| group.delete("letters", b"a"));
    let refused = view.get("letters", b"a").unwrap_err();
    assert_eq!(refused.to_string(), "it was overwritten since");
    assert!(scan.map(|entry| entry.is_err()).eq([true]), "a scan ends with it");
    assert_eq!(sled.view().unwrap().get("letters", b"a").unwrap(), None);
}
