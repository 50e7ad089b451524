//! Reading a container: form, names, digests, signatures' fit.

use super::{
    ContentType, File, FileContainer, FileContainerError, FileName, MAX_SIGNATURES, MIME_TYPE_NAME, manifest_name,
    signature_name,
};
use crate::asic::MIME_TYPE;
use crate::manifest::grammar::{self, Reference};
use crate::zip::ZipReader;
use protocol::hash::Sha512Hash;
use std::collections::BTreeMap;
use std::io::Cursor;

impl FileContainer {
    /// Reads a container, all of it into memory: `bytes` is as long as the caller accepts.
    ///
    /// # Errors
    /// When it is not in the one form, a file is not what was signed, or a signature does not fit.
    pub fn read(bytes: &[u8]) -> Result<Self, FileContainerError> {
        let mut zip = ZipReader::open(Cursor::new(bytes))?;
        let names: Vec<String> = zip.entries().map(|entry| entry.name.to_owned()).collect();
        let (mut names, mut entry) = (names.into_iter().enumerate().peekable(), |index| zip.read(index, bytes.len()));
        let Some((first, _)) = names.next_if(|(_, name)| name == MIME_TYPE_NAME) else {
            return Err(out_of_place(names.next(), MIME_TYPE_NAME));
        };
        if entry(first)? != MIME_TYPE.as_bytes() {
            return Err(FileContainerError::MimeType);
        }
        let mut files = BTreeMap::new();
        while let Some((index, name)) = names.next_if(|(_, name)| !name.starts_with(META_INF)) {
            let in_order = name.parse().ok().filter(|name| files.last_key_value().is_none_or(|(last, _)| last < name));
            let name: FileName = in_order.ok_or_else(|| out_of_place(Some((index, name)), "a file in its order"))?;
            files.insert(name, File::new(entry(index)?));
        }
        let mut container = Self::new(files)?;
        for number in 1..=MAX_SIGNATURES {
            let manifest_name = manifest_name(number);
            let Some((index, _)) = names.next_if(|(_, name)| *name == manifest_name) else { break };
            container.check_manifest(number, &entry(index)?)?;
            let signature_name = signature_name(number);
            let Some((index, _)) = names.next_if(|(_, name)| *name == signature_name) else {
                return Err(out_of_place(names.next(), &signature_name));
            };
            container = container.with_signature(entry(index)?)?;
        }
        match names.next() {
            None => Ok(container),
            name => Err(out_of_place(name, "the end")),
        }
    }

    /// The first manifest says what the files are, the others have to say the same.
    fn check_manifest(&mut self, number: usize, bytes: &[u8]) -> Result<(), FileContainerError> {
        let wrong = || FileContainerError::Manifest { number };
        let references = grammar::read(&signature_name(number), bytes).ok_or_else(wrong)?;
        if references.len() != self.files.len() {
            return Err(wrong());
        }
        for (reference, (name, file)) in references.iter().zip(&mut self.files) {
            let content_type = content_type(reference).map_err(|_| wrong())?;
            let says_the_same = number == 1 || content_type == file.content_type;
            if reference.name != name.as_str() || !says_the_same {
                return Err(wrong());
            }
            check_digest(number, name, &reference.digest, file)?;
            file.content_type = content_type;
        }
        Ok(())
    }
}

fn content_type(reference: &Reference<'_>) -> Result<Option<ContentType>, super::NameError> {
    reference.content_type.map(str::parse).transpose()
}

fn check_digest(number: usize, name: &FileName, listed: &Sha512Hash, file: &File) -> Result<(), FileContainerError> {
    if listed == file.digest() {
        return Ok(());
    }
    Err(FileContainerError::Changed { name: name.clone(), number })
}

fn out_of_place(found: Option<(usize, String)>, expected: &str) -> FileContainerError {
    FileContainerError::Entries { found: found.map(|(_, name)| name), expected: expected.to_owned() }
}

const META_INF: &str = "META-INF/";
