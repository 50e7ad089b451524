//! What a plugin keeps.

pub(crate) mod kv {
    use crate::bindings::kv::{Bounds, Entry, Order, Range};
    use crate::harness::attempt::{Access, Attempt, Stop, current};
    use crate::harness::manifest::Use;
    use crate::harness::state::{Change, KEYS};
    use crate::harness::weight::at_most;
    use crate::limits::{MAX_ENTRIES, MAX_ENTRIES_BYTES, MAX_KEY_BYTES, MAX_VALUE_BYTES, ROW_BYTES};

    fn granted(attempt: &Attempt) -> Result<(), Stop> {
        attempt.granted("kv", Use::Anything)
    }

    pub(crate) fn get(key: &[u8]) -> Option<Vec<u8>> {
        current(|attempt| {
            granted(attempt)?;
            // Nothing can stand there, whoever writes.
            if key.len() > MAX_KEY_BYTES {
                return Ok(None);
            }
            attempt.read_key(key)?;
            Ok(attempt.view.kv.get(key).cloned())
        })
    }

    pub(crate) fn get_many(keys: &[Vec<u8>]) -> Vec<Option<Vec<u8>>> {
        let (mut values, mut bytes) = (Vec::new(), 0);
        for key in keys.iter().take(MAX_ENTRIES) {
            let value = get(key);
            bytes += value.as_ref().map_or(0, Vec::len);
            if bytes > MAX_ENTRIES_BYTES && !values.is_empty() {
                break;
            }
            values.push(value);
        }
        values
    }

    pub(crate) fn scan(range: &Range) -> Vec<Entry> {
        visit(range, |entry| entry.key.len() + entry.value.len())
    }

    pub(crate) fn scan_keys(range: &Range) -> Vec<Vec<u8>> {
        visit(range, |entry| entry.key.len()).into_iter().map(|entry| entry.key).collect()
    }

    fn visit(range: &Range, size: impl Fn(&Entry) -> usize) -> Vec<Entry> {
        current(|attempt| {
            granted(attempt)?;
            let limit = MAX_ENTRIES.min(range.limit as usize);
            if limit == 0 {
                return Ok(Vec::new());
            }
            let bounds = range.start.len() + range.end.as_ref().map_or(0, Vec::len);
            if attempt.access == Access::ReadWrite {
                attempt.weight.hold(bounds + ROW_BYTES)?;
            }
            let (found, cut) = entries(attempt, range, limit, size);
            for entry in &found {
                attempt.stays_within_bounds(&entry.key)?;
            }
            // Up to the last entry that was seen, if the rest was cut off.
            let (mut start, mut end) = (range.start.clone(), range.end.clone());
            if let Some(last) = found.last().filter(|_| cut == Cut::Yes) {
                match range.order {
                    Order::Ascending => end = Some([last.key.as_slice(), &[0]].concat()),
                    Order::Descending => start = last.key.clone(),
                }
            }
            let end = end.map_or_else(|| vec![KEYS + 1], |end| [&[KEYS], end.as_slice()].concat());
            attempt.reads.ranges.push(([&[KEYS], start.as_slice()].concat(), Some(end)));
            Ok(found)
        })
    }

    /// Whether a scan ended before its range did.
    #[derive(PartialEq)]
    enum Cut {
        Yes,
        No,
    }

    fn entries(attempt: &Attempt, range: &Range, limit: usize, size: impl Fn(&Entry) -> usize) -> (Vec<Entry>, Cut) {
        let within = attempt
            .view
            .kv
            .iter()
            .filter(|(key, _)| **key >= range.start && range.end.as_ref().is_none_or(|end| *key < end));
        let within: Box<dyn Iterator<Item = (&Vec<u8>, &Vec<u8>)>> = match range.order {
            Order::Ascending => Box::new(within),
            Order::Descending => Box::new(within.rev()),
        };
        let (mut found, mut bytes) = (Vec::new(), 0);
        for (key, value) in within {
            let entry = Entry { key: key.clone(), value: value.clone() };
            bytes += size(&entry);
            found.push(entry);
            if bytes >= MAX_ENTRIES_BYTES || found.len() == limit {
                return (found, Cut::Yes);
            }
        }
        (found, Cut::No)
    }

    pub(crate) fn put(key: &[u8], value: &[u8]) {
        current(|attempt| {
            own("kv.put", key)?;
            at_most("kv.put", "the value", value.len(), MAX_VALUE_BYTES)?;
            change(attempt, Change::Put(key.to_vec(), value.to_vec()))
        });
    }

    pub(crate) fn delete(key: &[u8]) {
        current(|attempt| {
            own("kv.delete", key)?;
            change(attempt, Change::Delete(key.to_vec()))
        });
    }

    pub(crate) fn add(key: &[u8], delta: i64, bounds: Option<Bounds>) {
        current(|attempt| {
            own("kv.add", key)?;
            change(attempt, Change::Add { key: key.to_vec(), delta, bounds })
        });
    }

    fn own(function: &str, key: &[u8]) -> Result<(), Stop> {
        at_most(function, "the key", key.len(), MAX_KEY_BYTES)
    }

    fn change(attempt: &mut Attempt, change: Change) -> Result<(), Stop> {
        granted(attempt)?;
        attempt.change(change)
    }

    pub(crate) fn count(key: &[u8]) -> i64 {
        current(|attempt| {
            granted(attempt)?;
            if key.len() > MAX_KEY_BYTES {
                return Ok(0);
            }
            attempt.read_key(key)?;
            attempt.view.count(key).map_err(|impossible| Stop::Trap(impossible.to_string()))
        })
    }
}

pub(crate) mod search {
    use crate::bindings::search::{Document, Field, Hits, Query};
    use crate::harness::attempt::{Attempt, Stop, current};
    use crate::harness::guest::finding::find_in;
    use crate::harness::manifest::Use;
    use crate::harness::state::Change;
    use crate::harness::weight::{a_name, at_most};
    use crate::limits::{MAX_DOCUMENT_ID_BYTES, MAX_FILTER_VALUE_BYTES, MAX_FILTERS, MAX_TEXT_BYTES};

    pub(crate) fn put(index: &str, document: &Document) {
        current(|attempt| {
            let length = document.text.iter().map(String::len).sum();
            at_most("search.put", "the text", length, MAX_TEXT_BYTES)?;
            check_filters("search.put", &document.filters)?;
            for filter in &document.filters {
                at_most("search.put", "the value of a filter", filter.value.len(), MAX_FILTER_VALUE_BYTES)?;
            }
            at_most("search.put", "the id", document.id.len(), MAX_DOCUMENT_ID_BYTES)?;
            change(attempt, index, Change::Index(index.to_owned(), document.clone()))
        });
    }

    pub(crate) fn remove(index: &str, id: &[u8]) {
        current(|attempt| {
            at_most("search.remove", "the id", id.len(), MAX_DOCUMENT_ID_BYTES)?;
            change(attempt, index, Change::Unindex(index.to_owned(), id.to_vec()))
        });
    }

    /// The document that was there is read: two calls that replace it conflict.
    fn change(attempt: &mut Attempt, index: &str, change: Change) -> Result<(), Stop> {
        attempt.granted("search", Use::Index(index))?;
        attempt.writable()?;
        attempt.read(change.touches())?;
        attempt.change(change)
    }

    fn check_filters(function: &str, filters: &[Field]) -> Result<(), Stop> {
        if filters.len() > MAX_FILTERS {
            return Err(Stop::Trap(format!("{function}: more than {MAX_FILTERS} filters")));
        }
        filters.iter().try_for_each(|filter| a_name(function, "the name of a filter", &filter.name))
    }

    pub(crate) fn find(query: &Query) -> Hits {
        current(|attempt| {
            attempt.granted("search", Use::Index(&query.index))?;
            check_filters("search.find", &query.filters)?;
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
    use crate::harness::weight::{a_name, at_most};
    use crate::limits::{MAX_CONTENT_BYTES, MAX_CONTENT_TYPE_BYTES, MAX_READ_BYTES};

    fn granted(attempt: &Attempt) -> Result<(), Stop> {
        attempt.granted("blobs", Use::Anything)
    }

    pub(crate) fn create(name: Option<&str>, content_type: &str, content: &[u8]) -> Blob {
        current(|attempt| {
            granted(attempt)?;
            if let Some(name) = name {
                a_name("blobs.create", "the name", name)?;
            }
            at_most("blobs.create", "the content type", content_type.len(), MAX_CONTENT_TYPE_BYTES)?;
            at_most("blobs.create", "the content", content.len(), MAX_CONTENT_BYTES)?;
            attempt.weight.create(content.len())?;
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

    /// What was kept before is kept.
    pub(crate) fn keep(id: &str) {
        current(|attempt| {
            granted(attempt)?;
            attempt.writable()?;
            match attempt.view.blobs.get(id).cloned() {
                Some((blob, content)) => attempt.change(Change::PutBlob(blob, content)),
                None => Err(Stop::Trap(format!("there is no upload {id}"))),
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
            Ok(Some(rest[..rest.len().min(length as usize).min(MAX_READ_BYTES)].to_vec()))
        })
    }

    pub(crate) fn delete(id: &str) {
        current(|attempt| {
            granted(attempt)?;
            attempt.change(Change::DeleteBlob(id.to_owned()))
        });
    }
}
