//! Forms with files, `multipart/form-data` (RFC 7578): fields within bounds, files as streams.

mod looked;

use bytes::Bytes;
use futures_util::Stream;
use multer::{Constraints, Multipart, SizeLimit};
use std::error::Error as StdError;
use std::sync::Arc;
use thiserror::Error;

use looked::{Looked, MAX_BETWEEN_BYTES, NothingFound, Taking};

use crate::form::{self, Field, FormError, MAX_BYTES};

/// A form that arrives.
pub struct Parts {
    multipart: Multipart<'static>,
    taking: Arc<Taking>,
    fields: Vec<Field>,
    parts: usize,
    files: usize,
    text_bytes: usize,
}

/// A file of a form, to be read as it arrives.
pub struct File {
    /// The name of its field.
    pub field: String,
    /// The name that it has at the sender's, without folders.
    pub name: Option<String>,
    /// The type that the sender gives it.
    pub content_type: Option<String>,
    content: multer::Field<'static>,
    taking: Arc<Taking>,
}

/// Why a form with files is not taken.
#[derive(Debug, Error)]
pub enum MultipartError {
    /// It is not of this type, or says no boundary.
    #[error("the content is not multipart/form-data with a boundary")]
    NotMultipart,
    /// It has too many files.
    #[error("a form has at most {MAX_FILES} files")]
    TooManyFiles,
    /// Its fields are too long together.
    #[error("the fields of a form have at most {MAX_BYTES} bytes together")]
    TooLong,
    /// It is larger than the page takes, with its files.
    #[error("the form has more than {limit_bytes} bytes")]
    TooLarge {
        /// What is taken.
        limit_bytes: u64,
    },
    /// One of its fields.
    #[error(transparent)]
    Form(#[from] FormError),
    /// What stands between its parts is too long: it comes to no boundary, or to no end of a part's head.
    #[error(
        "between two parts of a form, the head of the second included, there are at most {MAX_BETWEEN_BYTES} bytes"
    )]
    Shapeless,
    /// Its content did not come to its end.
    #[error("the form broke off")]
    Body {
        /// What the body says, as it gave it.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// It is malformed.
    #[error("the form is malformed")]
    Malformed {
        /// What the parser says.
        source: Box<dyn StdError + Send + Sync>,
    },
}

/// Files of a form, at most.
pub const MAX_FILES: usize = 20;
/// Parts of a form, at most, with those that hold nothing.
const MAX_PARTS: usize = form::MAX_FIELDS + MAX_FILES;
/// RFC 2046 §5.1.1.
const MAX_BOUNDARY_BYTES: usize = 70;
const MAX_FILE_NAME_BYTES: usize = 200;

/// Whether a content type is that of a form with files.
#[must_use]
pub fn is_multipart(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("multipart/form-data")
}

impl Parts {
    /// The parts of a body of at most `limit_bytes`.
    ///
    /// # Errors
    /// [`MultipartError::NotMultipart`].
    pub fn of<S, E>(content_type: &str, body: S, limit_bytes: u64) -> Result<Self, MultipartError>
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>> + 'static,
    {
        let boundary = multer::parse_boundary(content_type).map_err(|_| MultipartError::NotMultipart)?;
        if boundary.len() > MAX_BOUNDARY_BYTES {
            return Err(MultipartError::NotMultipart);
        }
        let taking: Arc<Taking> = Arc::default();
        let body = Looked::new(body, taking.clone());
        let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(limit_bytes));
        let multipart = Multipart::with_constraints(body, boundary, limits);
        Ok(Self { multipart, taking, fields: Vec::new(), parts: 0, files: 0, text_bytes: 0 })
    }

    /// The next file; the fields before it are kept for [`Parts::into_fields`]. An input without a chosen file is none.
    ///
    /// # Errors
    /// [`MultipartError`].
    pub async fn next_file(&mut self) -> Result<Option<File>, MultipartError> {
        while let Some(part) = self.next_part().await? {
            let name = part.name().unwrap_or_default().to_owned();
            let Some(file_name) = part.file_name().map(own_name) else {
                self.take_text(&name, part).await?;
                continue;
            };
            if name.len() > form::MAX_NAME_BYTES {
                return Err(FormError::LongName.into());
            }
            if file_name.is_none() && part.content_type().is_some_and(|found| found.essence_str() == NO_FILE) {
                self.expect_nothing(part).await?;
                continue;
            }
            self.files += 1;
            if self.files > MAX_FILES {
                return Err(MultipartError::TooManyFiles);
            }
            let content_type = part.content_type().map(|found| found.essence_str().to_owned());
            return Ok(Some(File {
                field: name,
                name: file_name,
                content_type,
                content: part,
                taking: self.taking.clone(),
            }));
        }
        Ok(None)
    }

    async fn next_part(&mut self) -> Result<Option<multer::Field<'static>>, MultipartError> {
        self.taking.begin();
        let part = self.multipart.next_field().await.map_err(broken)?;
        self.parts += 1;
        if self.parts > MAX_PARTS && part.is_some() {
            return Err(FormError::TooManyFields.into());
        }
        Ok(part)
    }

    /// Takes the only field with this name of those that came so far.
    #[must_use]
    pub fn take(&mut self, name: &str) -> Option<String> {
        form::take(&mut self.fields, name)
    }

    /// The fields that were not files, once all files have been taken.
    #[must_use]
    pub fn into_fields(self) -> Vec<Field> {
        self.fields
    }

    async fn take_text(&mut self, name: &str, mut part: multer::Field<'static>) -> Result<(), MultipartError> {
        let mut value = Vec::new();
        while let Some(piece) = piece_of(&mut part, &self.taking).await? {
            self.text_bytes += piece.len();
            if self.text_bytes > MAX_BYTES {
                return Err(MultipartError::TooLong);
            }
            value.extend_from_slice(&piece);
        }
        let value = String::from_utf8(value).map_err(|_| FormError::NotText)?;
        let field = form::field(&self.fields, name, &value)?;
        self.fields.push(field);
        Ok(())
    }

    /// HTML Living Standard §4.10.22.5: without a chosen file, a browser sends an empty one without a name.
    async fn expect_nothing(&mut self, mut part: multer::Field<'static>) -> Result<(), MultipartError> {
        match piece_of(&mut part, &self.taking).await? {
            None => Ok(()),
            Some(piece) if piece.is_empty() => Ok(()),
            Some(_) => Err(MultipartError::Malformed { source: "a file without a name has content".into() }),
        }
    }
}

impl File {
    /// The next piece of its content.
    ///
    /// # Errors
    /// [`MultipartError`].
    pub async fn piece(&mut self) -> Result<Option<Bytes>, MultipartError> {
        piece_of(&mut self.content, &self.taking).await
    }
}

async fn piece_of(part: &mut multer::Field<'static>, taking: &Taking) -> Result<Option<Bytes>, MultipartError> {
    taking.begin();
    part.chunk().await.map_err(broken)
}

/// The last part of a path of any system, without what cannot be shown; `None` if nothing is left.
fn own_name(sent: &str) -> Option<String> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last.chars().filter(|c| !c.is_control() && !is_direction(*c)).collect();
    name = name.trim().trim_start_matches('.').to_owned();
    while name.len() > MAX_FILE_NAME_BYTES {
        name.pop();
    }
    (!name.is_empty()).then_some(name)
}

/// Marks that turn the direction of text, with which `fdp.exe` looks like `exe.pdf` (Unicode TR 36).
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn broken(error: multer::Error) -> MultipartError {
    match error {
        multer::Error::StreamSizeExceeded { limit } => MultipartError::TooLarge { limit_bytes: limit },
        multer::Error::StreamReadFailed(source) if source.is::<NothingFound>() => MultipartError::Shapeless,
        multer::Error::StreamReadFailed(source) => MultipartError::Body { source },
        other => MultipartError::Malformed { source: Box::new(other) },
    }
}

const NO_FILE: &str = "application/octet-stream";

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn parts(body: &str) -> Parts {
        let pieces: Vec<Result<Bytes, std::io::Error>> =
            body.as_bytes().chunks(7).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        Parts::of("multipart/form-data; boundary=X", stream::iter(pieces), 1 << 20).expect("a form")
    }

    fn part(disposition: &str, rest: &str) -> String {
        format!("--X\r\nContent-Disposition: form-data; {disposition}\r\n{rest}\r\n")
    }

    #[tokio::test]
    async fn fields_and_files_come_apart() {
        let body = [
            part("name=\"a\"", "\r\nuno\r\ndos"),
            part("name=\"photo\"; filename=\"C:\\fotos\\..\\mi casa.jpg\"", "Content-Type: image/jpeg\r\n\r\nJPEG"),
            part("name=\"none\"; filename=\"\"", "Content-Type: application/octet-stream\r\n\r\n"),
            part("name=\"b\"", "\r\n2"),
            "--X--\r\n".to_owned(),
        ];
        let mut parts = parts(&body.concat());
        let mut file = parts.next_file().await.unwrap().expect("a file");
        assert_eq!((file.field.as_str(), file.name.as_deref()), ("photo", Some("mi casa.jpg")));
        assert_eq!(file.content_type.as_deref(), Some("image/jpeg"));
        let mut content = Vec::new();
        while let Some(piece) = file.piece().await.unwrap() {
            content.extend_from_slice(&piece);
        }
        assert_eq!(content, b"JPEG");
        drop(file);
        assert!(parts.next_file().await.unwrap().is_none());
        let fields = parts.into_fields();
        assert_eq!(fields, [("a".to_owned(), "uno\ndos".to_owned()), ("b".to_owned(), "2".to_owned())]);
    }

    #[tokio::test]
    async fn refuses_what_breaks_off_and_what_is_too_long() {
        let broken = parts(&part("name=\"a\"", "\r\nuno")).next_file().await;
        assert!(matches!(broken, Err(MultipartError::Malformed { .. })));
        let long = part("name=\"a\"", &format!("\r\n{}", "x".repeat(MAX_BYTES + 1)));
        let pieces = stream::iter([Ok::<_, std::io::Error>(Bytes::from(long + "--X--"))]);
        let mut long = Parts::of("multipart/form-data; boundary=X", pieces, 4 << 20).unwrap();
        assert!(matches!(long.next_file().await, Err(MultipartError::TooLong)));
    }

    #[tokio::test]
    async fn says_whether_the_form_is_too_large_or_its_body_ended_early_and_why() {
        let file = part("name=\"f\"; filename=\"a\"", &format!("\r\n{}", "x".repeat(5_000)));
        let read = async |pieces: Vec<std::io::Result<Bytes>>, limit_bytes| {
            let mut parts = Parts::of("multipart/form-data; boundary=X", stream::iter(pieces), limit_bytes).unwrap();
            let mut file = parts.next_file().await?.expect("a file");
            while file.piece().await?.is_some() {}
            Ok::<_, MultipartError>(())
        };
        let large =
            read(file.as_bytes().chunks(100).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect(), 1_000).await;
        assert!(matches!(large, Err(MultipartError::TooLarge { limit_bytes: 1_000 })), "{large:?}");
        let slow = Err(std::io::Error::from(std::io::ErrorKind::TimedOut));
        let early = read(vec![Ok(Bytes::from(file)), slow], 1 << 20).await;
        let Err(MultipartError::Body { source }) = early else { panic!("{early:?}") };
        assert_eq!(source.downcast::<std::io::Error>().expect("as it was").kind(), std::io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_large_file_comes_whole_in_large_pieces_or_small_ones() {
        let file = part("name=\"a\"; filename=\"a\"", &format!("\r\n{}", "x".repeat(300_000)));
        let body = Bytes::from(part("name=\"-form\"", "\r\nseal") + &file + "--X--\r\n");
        for size in [7, 1 << 10, 16 << 10, 64 << 10, 1 << 20] {
            let pieces: Vec<std::io::Result<Bytes>> =
                body.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
            let mut parts =
                Parts::of("multipart/form-data; boundary=X", stream::iter(pieces), 1 << 20).expect("a form");
            let mut file = parts.next_file().await.unwrap().expect("a file");
            let mut length = 0;
            while let Some(piece) = file.piece().await.unwrap() {
                length += piece.len();
            }
            drop(file);
            assert_eq!((length, parts.take("-form").as_deref()), (300_000, Some("seal")), "in pieces of {size}");
            assert!(parts.next_file().await.unwrap().is_none());
        }
    }

    /// How it is refused, and after how many bytes of an endless body, which comes in pieces of a kilobyte.
    async fn refused_of(beginning: String, endless: &str) -> (MultipartError, usize) {
        let taken: Arc<AtomicUsize> = Arc::default();
        let counted = taken.clone();
        let pieces = std::iter::once(beginning).chain(std::iter::repeat(endless.repeat(1024 / endless.len())));
        let pieces = pieces.map(move |piece| {
            counted.fetch_add(piece.len(), Ordering::Relaxed);
            Ok::<_, std::io::Error>(Bytes::from(piece))
        });
        let body = stream::iter(pieces);
        let mut parts = Parts::of("multipart/form-data; boundary=X", body, 1 << 30).expect("a form");
        let refused = loop {
            match parts.next_file().await {
                Ok(Some(mut file)) => while file.piece().await.expect("a piece").is_some() {},
                Ok(None) => panic!("an endless form came to its end"),
                Err(refused) => break refused,
            }
        };
        (refused, taken.load(Ordering::Relaxed))
    }

    #[tokio::test]
    async fn what_comes_to_no_boundary_or_no_end_of_a_head_is_not_kept() {
        for (beginning, endless) in [
            (String::new(), "x"),
            (String::new(), "--XX\r\n "),
            ("--X".to_owned(), " "),
            ("--X\r\n".to_owned(), "a"),
            ("--X\r\n".to_owned(), "a: b\r\n"),
            ("--X\r\nContent-Disposition: form-data; name=\"".to_owned(), "a"),
        ] {
            let (refused, taken) = refused_of(beginning.clone(), endless).await;
            let is_shapeless = matches!(refused, MultipartError::Shapeless | MultipartError::Malformed { .. });
            assert!(is_shapeless && taken <= 2 * MAX_BETWEEN_BYTES, "{beginning:?} {endless:?}: {taken}, {refused:?}");
        }
    }

    #[tokio::test]
    async fn parts_are_counted_also_those_without_anything_in_them() {
        for part in [
            part("name=\"a\"", "\r\n"),
            part("name=\"a\"; filename=\"a\"", "\r\n"),
            part("name=\"a\"; filename=\"\"", "Content-Type: application/octet-stream\r\n\r\n"),
            "--X\r\n\r\n\r\n".to_owned(),
        ] {
            let (refused, taken) = refused_of(String::new(), &part).await;
            let is_counted =
                matches!(refused, MultipartError::TooManyFiles | MultipartError::Form(FormError::TooManyFields));
            assert!(is_counted && taken <= MAX_PARTS * 120, "{part:?}: {taken}, {refused:?}");
        }
    }

    #[test]
    fn a_boundary_is_no_longer_than_it_may_be() {
        let of = |length: usize| {
            let body = stream::empty::<std::io::Result<Bytes>>();
            Parts::of(&format!("multipart/form-data; boundary={}", "x".repeat(length)), body, 1).is_ok()
        };
        assert!(of(MAX_BOUNDARY_BYTES) && !of(MAX_BOUNDARY_BYTES + 1));
    }

    #[test]
    fn a_name_shows_what_it_is() {
        assert_eq!(own_name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(own_name("foto\u{202e}gpj.exe").as_deref(), Some("fotogpj.exe"));
        assert_eq!(own_name(".htaccess").as_deref(), Some("htaccess"));
        assert_eq!(own_name("a/"), None);
        assert!(own_name(&"ñ".repeat(300)).is_some_and(|name| name.len() <= MAX_FILE_NAME_BYTES));
    }
}
