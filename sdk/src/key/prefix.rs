//! What a range of keys begins with.

use super::Key;
use super::text::write_open;

/// The beginning of some keys of type `K`: nothing for all of them, or the first parts of a tuple.
pub trait Prefix<K> {
    /// Appends the bytes that those keys begin with.
    fn write_prefix(&self, out: &mut Vec<u8>);
}

/// Where the keys end that begin with `prefix`: the first key that comes after all of them, if any does.
#[must_use]
pub fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|&byte| byte != u8::MAX)?;
    let mut end = prefix[..=last].to_vec();
    end[last] += 1;
    Some(end)
}

/// Every key.
impl<K: Key> Prefix<K> for () {
    fn write_prefix(&self, _: &mut Vec<u8>) {}
}

/// The texts that begin with this one; also as the last part of a tuple.
#[derive(Clone, Copy, Debug)]
pub struct StartsWith<'a>(pub &'a str);

impl Prefix<String> for StartsWith<'_> {
    fn write_prefix(&self, out: &mut Vec<u8>) {
        write_open(self.0.as_bytes(), out);
    }
}

impl<Rest: Key> Prefix<(String, Rest)> for (StartsWith<'_>,) {
    fn write_prefix(&self, out: &mut Vec<u8>) {
        self.0.write_prefix(out);
    }
}

impl<A: Key> Prefix<(A, String)> for (A, StartsWith<'_>) {
    fn write_prefix(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write_prefix(out);
    }
}

macro_rules! prefix {
    ($($part:ident $index:tt),+; $($rest:ident),*) => {
        impl<$($part: Key,)+ $($rest: Key),*> Prefix<($($part,)+ $($rest,)*)> for ($($part,)+) {
            fn write_prefix(&self, out: &mut Vec<u8>) {
                $(self.$index.write(out);)+
            }
        }
    };
}

prefix!(A 0;);
prefix!(A 0; B);
prefix!(A 0; B, C);
prefix!(A 0; B, C, D);
prefix!(A 0, B 1;);
prefix!(A 0, B 1; C);
prefix!(A 0, B 1; C, D);
prefix!(A 0, B 1, C 2;);
prefix!(A 0, B 1, C 2; D);
prefix!(A 0, B 1, C 2, D 3;);
