//! What a plugin keeps.

pub(crate) mod kv {
    use crate::bindings::kv::{Bounds, Entry, Order, Range};
    use crate::harness::attempt::{Attempt, Stop, current};
    use crate::harness::manifest::Use;
    use crate::harness::state::Change;

    /// What the host gives at once.
    const MOST_ENTRIES: usize = 10_000;

    fn granted(attempt: &Attempt) -> Result<(), Stop> {
        attempt.granted("kv", Use::Anything)
    }

    pub(crate) fn get(key: &[u8]) -> Option<Vec<u8>> {
        current(|attempt| {
            granted(attempt)?;
            attempt.reads.keys.insert(key.to_vec());
            Ok(attempt.view.kv.get(key).cloned())
        })
    }

    pub(crate) fn get_many(keys: &[Vec<u8>]) -> Vec<Option<Vec<u8>>> {
        keys.iter().map(|key| get(key)).collect()
    }

    pub(crate) fn scan(range: &Range) -> Vec<Entry> {
        current(|attempt| {
            granted(attempt)?;
            let limit = MOST_ENTRIES.min(range.limit as usize);
            let found = entries(attempt, range, limit);
            // Up to the last entry that was seen, if the limit cut the rest off.
            let (mut start, mut end) = (range.start.clone(), range.end.clone());
            if let Some(last) = found.last().filter(|_| found.len() == limit) {
                match range.order {
                    Order::Ascending => end = Some([last.key.as_slice(), &[0]].concat()),
                    Order::Descending => start = last.key.clone(),
                }
            }
            attempt.reads.ranges.push((start, end));
            Ok(found)
        })
    }

    pub(crate) fn scan_keys(range: &Range) -> Vec<Vec<u8>> {
        scan(range).into_iter().map(|entry| entry.key).collect()
    }

    fn entries(attempt: &Attempt, range: &Range, limit: usize) -> Vec<Entry> {
        let within = attempt
            .view
            .kv
            .iter()
            .filter(|(key, _)| **key >= range.start && range.end.as_ref().is_none_or(|end| *key < end));
        let entry = |(key, value): (&Vec<u8>, &Vec<u8>)| Entry { key: key.clone(), value: value.clone() };
        match range.order {
            Order::Ascending => within.map(entry).take(limit).collect(),
            Order::Descending => within.rev().map(entry).take(limit).collect(),
        }
    }

    pub(crate) fn put(key: &[u8], value: &[u8]) {
        change(Change::Put(key.to_vec(), value.to_vec()));
    }

    pub(crate) fn delete(key: &[u8]) {
        change(Change::Delete(key.to_vec()));
    }

    pub(crate) fn add(key: &[u8], delta: i64, bounds: Option<Bounds>) {
        change(Change::Add { key: key.to_vec(), delta, bounds });
    }

    fn change(change: Change) {
        current(|attempt| {
            granted(attempt)?;
            attempt.change(change)
        });
    }

    pub(crate) fn count(key: &[u8]) -> i64 {
        current(|attempt| {
            granted(attempt)?;
            attempt.reads.keys.insert(key.to_vec());
            attempt.view.count(key).map_err(|impossible| Stop::Trap(impossible.to_string()))
        })
    }
}

pub(crate) mod search {
    use crate::bindings::search::{Document, Hits, Query};
    use crate::harness::attempt::current;
    use crate::harness::guest::finding::find_in;
    use crate::harness::manifest::Use;
    use crate::harness::state::Change;

    pub(crate) fn put(index: &str, document: &Document) {
        change(index, Change::Index(index.to_owned(), document.clone()));
    }

    pub(crate) fn remove(index: &str, id: &[u8]) {
        change(index, Change::Unindex(index.to_owned(), id.to_vec()));
    }

    fn change(index: &str, change: Change) {
        current(|attempt| {
            attempt.granted("search", Use::Index(index))?;
            attempt.change(change)
        });
    }

    pub(crate) fn find(query: &Query) -> Hits {
        current(|attempt| {
            attempt.granted("search", Use::Index(&query.index))?;
            Ok(attempt
                .view
                .indexes
                .get(&query.index)
                .map_or(Hits { ids: Vec::new(), total: 0 }, |documents| find_in(documents, query)))
        })
    }
}

pub(crate) mod blobs {
    use crate::bindings::blobs::Blob;
    use crate::harness::attempt::{Attempt, Stop, current};
    use crate::harness::manifest::Use;
    use crate::harness::state::Change;

    /// What the host gives at once.
    const MOST_BYTES: usize = 4 * 1024 * 1024;

    fn granted(attempt: &Attempt) -> Result<(), Stop> {
        attempt.granted("blobs", Use::Anything)
    }

    pub(crate) fn create(name: Option<&str>, content_type: &str, content: &[u8]) -> Blob {
        current(|attempt| {
            granted(attempt)?;
            let id = format!("blob-{}", attempt.next_id());
            let blob = blob(id, name.map(str::to_owned), content_type, content);
            attempt.change(Change::PutBlob(blob.clone(), content.to_vec()))?;
            Ok(blob)
        })
    }

    pub(in crate::harness) fn blob(id: String, name: Option<String>, content_type: &str, content: &[u8]) -> Blob {
        let sha256 = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, content));
        Blob { id, size: content.len() as u64, content_type: content_type.to_owned(), sha256, name }
    }

    /// Uploads come with pages only; a service's request has none that could be gone.
    pub(crate) fn keep(id: &str) {
        current(|attempt| {
            granted(attempt)?;
            attempt.writable()?;
            if attempt.view.blobs.contains_key(id) {
                Ok(())
            } else {
                Err(Stop::Trap(format!("there is no upload {id}")))
            }
        });
    }

    pub(crate) fn stat(id: &str) -> Option<Blob> {
        current(|attempt| {
            granted(attempt)?;
            Ok(attempt.view.blobs.get(id).map(|(blob, _)| blob.clone()))
        })
    }

    pub(crate) fn read(id: &str, offset: u64, length: u32) -> Option<Vec<u8>> {
        current(|attempt| {
            granted(attempt)?;
            let Some((_, content)) = attempt.view.blobs.get(id) else { return Ok(None) };
            let rest = content.get(usize::try_from(offset).unwrap_or(usize::MAX)..).unwrap_or_default();
            Ok(Some(rest[..rest.len().min(length as usize).min(MOST_BYTES)].to_vec()))
        })
    }

    pub(crate) fn delete(id: &str) {
        current(|attempt| {
            granted(attempt)?;
            attempt.change(Change::DeleteBlob(id.to_owned()))
        });
    }
}
