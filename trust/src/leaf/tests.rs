use proptest::prelude::*;
use protocol::context::{LogPoint, MessageKind};

use super::*;

fn time() -> Timestamp {
    "2026-11-21T01:20:03.123456Z".parse().unwrap()
}

fn server(code: &str) -> ServerId {
    format!("BO/GOV/{code}/ss1").parse().unwrap()
}

fn hash(name: &str) -> Sha256Hash {
    Sha256Hash::of(name.as_bytes())
}

fn message(id: &str) -> Leaf {
    Leaf::Message(Box::new(MessageLeaf {
        direction: Direction::Sent,
        role: MessageKind::Request,
        time: time(),
        server: server("1001"),
        peer: server("1002"),
        sequence: 17,
        id: id.to_owned(),
        request_id: "8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11".to_owned(),
        client: "BO/GOV/1001/portal".parse().unwrap(),
        service: "BO/GOV/1002/registry/persons".parse().unwrap(),
        configuration: hash("configuration"),
        credentials: hash("credentials"),
        parts: PartCommitments {
            head: hash("head"),
            context: hash("context"),
            body: Some(hash("body")),
            manifest: hash("manifest"),
            signature: hash("signature"),
        },
    }))
}

fn without_body(leaf: Leaf) -> Leaf {
    let Leaf::Message(mut leaf) = leaf else { return leaf };
    leaf.parts.body = None;
    Leaf::Message(leaf)
}

fn outcome(sequence: SequenceRange, code: Option<&str>) -> Leaf {
    Leaf::Outcome(OutcomeLeaf {
        direction: Direction::Sent,
        time: time(),
        server: server("1001"),
        peer: server("1002"),
        sequence,
        request_id: None,
        outcome: Outcome::Unknown,
        code: code.map(str::to_owned),
    })
}

fn erasure(reason: &str, author: &str) -> Leaf {
    let (reason, author) = (reason.to_owned(), author.to_owned());
    Leaf::Erasure(ErasureLeaf { time: time(), server: server("1001"), record: 7, leaf: hash("leaf"), reason, author })
}

fn epoch(peers: &[&str]) -> Result<Leaf, LeafError> {
    let point = LogPoint { size: 5, root: hash("root") };
    let peers = peers.iter().map(|peer| (server(peer), point)).collect();
    EpochLeaf::new(time(), server("1001"), 2, peers).map(Leaf::Epoch)
}

fn conflict(what: &str) -> Leaf {
    Leaf::Conflict(ConflictLeaf { time: time(), server: server("1001"), peer: server("1002"), what: what.to_owned() })
}

fn audit(stage: AuditStage) -> Leaf {
    let [author, means, action] = ["maría", "session", "apply"].map(str::to_owned);
    Leaf::Audit(AuditLeaf { time: time(), server: server("1001"), author, means, action, stage })
}

fn every_kind() -> Vec<Leaf> {
    vec![
        message("año 100%\n"),
        without_body(message("-")),
        outcome(SequenceRange::one(17), Some("server.server_proxy.access_denied")),
        outcome(SequenceRange::new(17, 20).unwrap(), None),
        outcome(SequenceRange::one(0), Some("-")),
        erasure("ley 164, artículo 57", "ana@example.bo"),
        erasure("", "-"),
        epoch(&[]).unwrap(),
        epoch(&["1002", "1003"]).unwrap(),
        conflict("root of size 7 was A,\nnow B"),
        audit(AuditStage::Asked),
        audit(AuditStage::Done { asked: Some(7), outcome: "version 3".to_owned() }),
        audit(AuditStage::Refused { asked: Some(7), outcome: "-".to_owned() }),
        audit(AuditStage::Refused { asked: None, outcome: String::new() }),
    ]
}

#[test]
fn writes_a_message_as_documented() {
    let expected = format!(
        "chakana-leaf/1\nkind: message\ndirection: sent\nrole: request\ntime: 2026-11-21T01:20:03.123456Z\n\
         server: BO/GOV/1001/ss1\npeer: BO/GOV/1002/ss1\nsequence: 17\nid: a%C3%B1o 100%25%0A\n\
         request-id: 8f0e4a3c-5d0c-4d5e-9a55-0f6c1b9d2e11\nclient: BO/GOV/1001/portal\n\
         service: BO/GOV/1002/registry/persons\nconfiguration: {}\ncredentials: {}\nhead: {}\ncontext: {}\nbody: {}\n\
         manifest: {}\nsignature: {}\n",
        hash("configuration"),
        hash("credentials"),
        hash("head"),
        hash("context"),
        hash("body"),
        hash("manifest"),
        hash("signature"),
    );
    assert_eq!(message("año 100%\n").render(), expected);
}

#[test]
fn writes_the_other_kinds_as_documented() {
    let lines = |leaf: Leaf| leaf.render().split_once("server: BO/GOV/1001/ss1\n").unwrap().1.to_owned();
    let range = SequenceRange::new(17, 20).unwrap();
    let expected = "peer: BO/GOV/1002/ss1\nsequence: 17..20\nrequest-id: -\noutcome: unknown\ncode: -\n";
    assert_eq!(lines(outcome(range, None)), expected);
    let expected = format!("record: 7\nleaf: {}\nreason: ley\nauthor: %2D\n", hash("leaf"));
    assert_eq!(lines(erasure("ley", "-")), expected);
    let expected = "epoch: 2\npeer: BO/GOV/1002/ss1 5 ";
    assert!(lines(epoch(&["1002"]).unwrap()).starts_with(expected));
    let expected = "author: mar%C3%ADa\nmeans: session\naction: apply\nstage: done\nasked: 7\noutcome: v 3\n";
    assert_eq!(lines(audit(AuditStage::Done { asked: Some(7), outcome: "v 3".to_owned() })), expected);
    assert_eq!(lines(conflict("a\nb")), "peer: BO/GOV/1002/ss1\nwhat: a%0Ab\n");
}

#[test]
fn reads_back_every_kind() {
    for leaf in every_kind() {
        assert_eq!(Leaf::parse(leaf.render().as_bytes()), Ok(leaf.clone()));
        assert_eq!(leaf.server(), &server("1001"));
        assert_eq!(leaf.time(), time());
        assert_eq!(leaf.hash(), leaf_hash(leaf.render().as_bytes()));
    }
}

#[test]
fn knows_who_sent_and_who_received() {
    let Leaf::Message(mut leaf) = message("id") else { unreachable!() };
    assert_eq!((leaf.sender(), leaf.receiver()), (&server("1001"), &server("1002")));
    leaf.direction = Direction::Received;
    assert_eq!((leaf.sender(), leaf.receiver()), (&server("1002"), &server("1001")));
}

#[test]
fn refuses_every_second_form_of_the_same_leaf() {
    let text = message("año").render();
    for (from, to) in [
        ("chakana-leaf/1", "chakana-leaf/2"),
        ("kind: message", "kind: letter"),
        ("kind: message", "kind:message"),
        ("direction: sent", "direction: Sent"),
        ("role: request", "role: -"),
        (".123456Z", ".123Z"),
        (".123456Z", ".1234560Z"),
        ("01:20:03.123456Z", "01:20:03.123456+00:00"),
        ("sequence: 17", "sequence: 017"),
        ("sequence: 17", "sequence: +17"),
        ("sequence: 17", "sequence: -17"),
        ("a%C3%B1o", "a%c3%b1o"),
        ("a%C3%B1o", "%61%C3%B1o"),
        ("a%C3%B1o", "a%FFo"),
        ("1001/ss1", "1001/s%731"),
        ("head: ", "head: A"),
        ("\nhead: ", "\nbody: "),
        ("service: BO/GOV/1002/registry/persons\n", ""),
        ("\n", "\r\n"),
    ] {
        assert_ne!(text, text.replacen(from, to, 1), "{from}");
        assert!(Leaf::parse(text.replacen(from, to, 1).as_bytes()).is_err(), "{from} → {to}");
    }
    assert!(Leaf::parse(format!("{text}extra: 1\n").as_bytes()).is_err());
    assert!(Leaf::parse(text.trim_end().as_bytes()).is_err());
    assert_eq!(Leaf::parse(&vec![b'a'; MAX_LEAF_BYTES + 1]), Err(LeafError::TooLong));
    assert_eq!(Leaf::parse(&[0xff]), Err(LeafError::Lines));
}

#[test]
fn refuses_odd_ranges_and_peers_out_of_order() {
    let text = outcome(SequenceRange::new(17, 20).unwrap(), None).render();
    for range in ["20..17", "17..17", "17..", "..", "17...20", "-"] {
        let changed = text.replace("17..20", range);
        assert!(Leaf::parse(changed.as_bytes()).is_err(), "{range}");
    }
    assert_eq!(SequenceRange::new(2, 1), None);
    assert_eq!(epoch(&["1003", "1002"]), Err(LeafError::PeerOrder));
    assert_eq!(epoch(&["1002", "1002"]), Err(LeafError::PeerOrder));
    let many: Vec<String> = (10_000..11_000).map(|code| code.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(epoch(&many), Err(LeafError::TooLong));
}

#[test]
fn refuses_texts_that_are_too_long() {
    let long = conflict(&"x".repeat(MAX_TEXT_BYTES + 1)).render();
    assert_eq!(Leaf::parse(long.as_bytes()), Err(LeafError::Value { name: "what" }));
}

#[test]
fn a_commitment_depends_on_salt_and_part() {
    let part = Sha512Hash::of(b"part");
    let one = commitment(&[1; 32], &part);
    assert_eq!(one, Sha256Hash::of(&[&[1; 32][..], part.as_bytes()].concat()));
    assert_ne!(one, commitment(&[2; 32], &part));
    assert_ne!(one, commitment(&[1; 32], &Sha512Hash::of(b"other")));
}

proptest! {
    #[test]
    fn free_text_reads_back(text in "\\PC{0,40}[\\x00-\\x7f]{0,10}", sequence: u64) {
        for leaf in [message(&text), conflict(&text), erasure(&text, &text), outcome(SequenceRange::one(sequence), Some(&text))] {
            prop_assert_eq!(Leaf::parse(leaf.render().as_bytes()), Ok(leaf));
        }
    }

    #[test]
    fn flipping_a_byte_never_keeps_the_meaning(kind in 0_usize..10, at: prop::sample::Index, flip in 1_u8..) {
        let leaf = &every_kind()[kind];
        let mut bytes = leaf.render().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Ok(other) = Leaf::parse(&bytes) {
            prop_assert_ne!(&other, leaf);
            let text = other.render();
            prop_assert_eq!(text.as_bytes(), &bytes[..]);
        }
    }

    #[test]
    fn parsing_never_panics(bytes: Vec<u8>, lines in "chakana-leaf/1\nkind: (message|outcome|erasure|epoch|conflict)\n([a-z-]{1,10}: \\PC{0,20}\n){0,9}") {
        let _ = Leaf::parse(&bytes);
        let _ = Leaf::parse(lines.as_bytes());
    }
}
