use super::*;
use crate::asic::MIME_TYPE;
use crate::zip::ZipWriter;
use proptest::prelude::*;

fn container(files: &[(&str, &[u8])]) -> FileContainer {
    FileContainer::new(files.iter().map(|(name, content)| (name.parse().unwrap(), File::new(*content)))).unwrap()
}

/// A ZIP file with these entries, right in everything else.
fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Vec::new());
    for (name, content) in entries {
        zip.add(name, content).unwrap();
    }
    zip.finish().unwrap()
}

fn refusal(entries: &[(&str, &[u8])]) -> FileContainerError {
    FileContainer::read(&zip_of(entries)).unwrap_err()
}

#[test]
fn writes_files_in_the_order_of_their_names() {
    let container = container(&[("b.txt", b"b"), ("a/z.txt", b"z"), ("a.txt", b"a")]);
    let expected = zip_of(&[("mimetype", MIME_TYPE.as_bytes()), ("a.txt", b"a"), ("a/z.txt", b"z"), ("b.txt", b"b")]);
    assert_eq!(container.write().unwrap(), expected);
    assert_eq!(FileContainer::read(&expected).unwrap(), container);
    assert_eq!(container.content("a/z.txt"), Some(&b"z"[..]));
    assert_eq!(container.content("z.txt"), None);
}

#[test]
fn lists_every_file_in_what_is_signed() {
    let typed = File::new(*b"%PDF").with_type("application/pdf".parse().unwrap());
    let files = [("b.pdf".parse().unwrap(), typed), ("a.txt".parse().unwrap(), File::new(*b"a"))];
    let text = FileContainer::new(files).unwrap().to_be_signed();
    let parts = ["META-INF/signature001.p7s", "URI=\"a.txt\">", "URI=\"b.pdf\" MimeType=\"application/pdf\">"];
    let places: Vec<usize> = parts.iter().map(|part| text.find(part).expect(part)).collect();
    assert!(places.is_sorted());
}

#[test]
fn refuses_names_that_lead_elsewhere_or_mean_something_else() {
    for name in
        ["", ".", "..", "../a", "a/../b", "/a", "a/", "a//b", "A", "a b", "a\\b", "ñ", "a:b", "mimetype", "META-INF/x"]
    {
        assert!(name.parse::<FileName>().is_err(), "{name}");
    }
    assert!("a".repeat(101).parse::<FileName>().is_err());
    for name in ["a", "a/b.txt", "openapi/mimetype", "x-1_2.3", "..a", ".well-known/a"] {
        assert_eq!(name.parse::<FileName>().unwrap().as_str(), name);
    }
}

#[test]
fn refuses_content_types_that_are_none() {
    for text in ["", "pdf", "/pdf", "application/", "a/b\"c", "a/b<", "a/b&c", " a/b", "A/b", "a/;b", &"a/".repeat(60)]
    {
        assert!(text.parse::<ContentType>().is_err(), "{text}");
    }
    for text in ["application/pdf", "text/plain; charset=utf-8", "application/vnd.x+json"] {
        assert_eq!(text.parse::<ContentType>().unwrap().as_str(), text);
    }
}

#[test]
fn refuses_entries_that_are_out_of_place() {
    let mime = ("mimetype", MIME_TYPE.as_bytes());
    let names: [&[&str]; 9] = [
        &[],
        &["a.txt"],
        &["a.txt", "mimetype"],
        &["mimetype", "b.txt", "a.txt"],
        &["mimetype", "A.txt"],
        &["mimetype", "a/../b"],
        &["mimetype", "META-INF/other.xml"],
        &["mimetype", "META-INF/signature001.p7s"],
        &["mimetype", "META-INF/ASiCManifest002.xml"],
    ];
    for names in names {
        let content = |name: &str| if name == mime.0 { mime.1 } else { b"content" };
        let entries: Vec<_> = names.iter().map(|name| (*name, content(name))).collect();
        let refusal = refusal(&entries);
        assert!(matches!(refusal, FileContainerError::Entries { .. }), "{refusal:?}");
    }
    assert!(matches!(refusal(&[("mimetype", b"text/plain")]), FileContainerError::MimeType));
    assert!(matches!(FileContainer::read(b"PK"), Err(FileContainerError::Zip(_))));
}

#[test]
fn refuses_manifests_that_do_not_list_the_files() {
    let files = container(&[("a.txt", b"a"), ("b.txt", b"b")]);
    let right = files.to_be_signed();
    let entries = |manifest: &str| {
        let (mime, manifest) = (MIME_TYPE.as_bytes(), manifest.as_bytes());
        let signature = ("META-INF/signature001.p7s", &b"signature"[..]);
        let last = ("META-INF/ASiCManifest001.xml", manifest);
        refusal(&[("mimetype", mime), ("a.txt", b"a"), ("b.txt", b"b"), last, signature])
    };
    // Nothing is left to refuse but the signature.
    assert!(matches!(entries(&right), FileContainerError::Signature { number: 1, .. }));
    for (from, to) in [
        ("a.txt", "b.txt"),
        ("a.txt\">", "a.txt\" MimeType=\"x\">"),
        ("signature001", "signature002"),
        ("<asic:Data", "<!-- --><asic:Data"),
        ("</asic:ASiCManifest>", ""),
    ] {
        let refusal = entries(&right.replacen(from, to, 1));
        assert!(matches!(refusal, FileContainerError::Manifest { number: 1 }), "{from}: {refusal}");
    }
    let alone = container(&[("a.txt", b"a")]).to_be_signed();
    assert!(matches!(entries(&alone), FileContainerError::Manifest { number: 1 }));
    let other = container(&[("a.txt", b"a"), ("b.txt", b"other")]).to_be_signed();
    assert!(entries(&other).to_string().contains("b.txt was changed after signature 1"));
}

#[test]
fn refuses_more_than_it_could_read_back() {
    let named = |count: usize| (0..count).map(|number| (format!("f{number}").parse().unwrap(), File::new(*b"")));
    assert!(matches!(FileContainer::new(named(MAX_FILES + 1)), Err(FileContainerError::TooManyFiles { .. })));
    let most = FileContainer::new(named(MAX_FILES)).unwrap();
    assert_eq!(FileContainer::read(&most.write().unwrap()).unwrap(), most);
    let twice = ["a", "a"].map(|name| (name.parse().unwrap(), File::new(*b"")));
    assert!(matches!(FileContainer::new(twice), Err(FileContainerError::Duplicate { .. })));
    let typed = File::new(*b"").with_type("a/b".parse().unwrap());
    let unsigned = FileContainer::new([("a".parse().unwrap(), typed)]).unwrap();
    assert!(matches!(unsigned.write(), Err(FileContainerError::Unsigned { .. })));
}

proptest! {
    #[test]
    fn every_list_of_files_reads_back(
        files in prop::collection::btree_map("[a-z0-9._-]{1,8}(/[a-z0-9_-]{1,8}){0,2}", prop::collection::vec(any::<u8>(), 0..200), 0..8)
    ) {
        let named = files.iter().filter_map(|(name, content)| Some((name.parse().ok()?, File::new(content.clone()))));
        let container = FileContainer::new(named).unwrap();
        let bytes = container.write().unwrap();
        let read = FileContainer::read(&bytes).unwrap();
        prop_assert_eq!(&read, &container);
        prop_assert_eq!(read.write().unwrap(), bytes);
    }

    #[test]
    fn reading_never_panics(bytes: Vec<u8>) {
        let _ = FileContainer::read(&bytes);
    }
}
