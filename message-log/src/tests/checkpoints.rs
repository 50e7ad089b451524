//! Checkpoints, timestamps, proofs, peers' checkpoints, and a stock reader of the tiles.

use super::fixture::{Fixture, after, peer, receive, server};
use crate::{AppendError, MessageLog};
use trust::checkpoint::{Checkpoint, SignedCheckpoint};
use trust::merkle::{leaf_hash, verify_consistency, verify_inclusion};
use trust::tile::Tile;

async fn filled(fixture: &Fixture, count: u64) -> MessageLog {
    let log = fixture.open();
    for number in 1..=count {
        receive(&log, number).await;
    }
    log
}

#[tokio::test]
async fn a_checkpoint_covers_what_is_durable_and_survives() {
    let fixture = Fixture::new();
    let log = filled(&fixture, 5).await;
    let checkpoint = log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    assert_eq!(checkpoint.claimed().size, 5);
    assert_eq!(checkpoint.claimed().origin, "chakana/BO/GOV/1001/ss1");
    assert!(checkpoint.verify(&[fixture.signer.verifier_key().clone()]).is_ok());
    assert_eq!(log.checkpoint(&fixture.signer, after(2)).await.unwrap(), checkpoint, "nothing new, nothing signed");
    let published = std::fs::read(fixture.path().join("checkpoint")).unwrap();
    assert_eq!(SignedCheckpoint::parse(&published).unwrap(), checkpoint);
    assert_eq!(log.newest_checkpoint().as_deref(), Some(&checkpoint));
    drop(log);
    assert_eq!(fixture.open().newest_checkpoint().as_deref(), Some(&checkpoint));
}

#[tokio::test]
async fn proofs_hold_between_all_checkpoints() {
    let fixture = Fixture::new();
    let log = fixture.open();
    let mut checkpoints: Vec<Checkpoint> = Vec::new();
    for number in 1..=600 {
        receive(&log, number).await;
        if [1, 255, 256, 257, 300, 600].contains(&number) {
            let checkpoint = log.checkpoint(&fixture.signer, after(0)).await.unwrap().claimed().clone();
            for old in &checkpoints {
                let proof = log.consistency_proof(old.size, checkpoint.size).unwrap();
                assert!(verify_consistency((old.size, &old.root), (checkpoint.size, &checkpoint.root), &proof).is_ok());
            }
            for index in [0, checkpoint.size / 2, checkpoint.size - 1] {
                let leaf = leaf_hash(&log.read(index).unwrap().leaf_bytes);
                let proof = log.inclusion_proof(index, checkpoint.size).unwrap();
                assert!(verify_inclusion(&leaf, index, checkpoint.size, &proof, &checkpoint.root).is_ok());
            }
            assert_eq!(log.root(checkpoint.size).unwrap(), checkpoint.root);
            checkpoints.push(checkpoint);
        }
    }
    assert!(log.inclusion_proof(600, 600).is_err());
    assert!(log.consistency_proof(600, 601).is_err());
}

#[tokio::test]
async fn timestamps_cover_everything_up_to_their_checkpoint() {
    let fixture = Fixture::new();
    let log = filled(&fixture, 1).await;
    assert_eq!((log.unstamped(), log.unstamped_since()), (None, Some(after(1))), "no checkpoint, and yet not stamped");
    let first = log.checkpoint(&fixture.signer, after(10)).await.unwrap();
    receive(&log, 2).await;
    let second = log.checkpoint(&fixture.signer, after(20)).await.unwrap();
    let unstamped = log.unstamped().unwrap();
    assert_eq!((unstamped.newest, unstamped.oldest), (second.clone(), after(10)));
    log.add_timestamp(&second, b"token").await.unwrap();
    assert_eq!((log.unstamped(), log.unstamped_since()), (None, None), "the newest covers the older");
    receive(&log, 30).await;
    assert_eq!((log.unstamped(), log.unstamped_since()), (None, Some(after(30))), "the oldest behind what is stamped");
    let (covering, token) = log.checkpoint_for(0).unwrap().unwrap();
    assert_eq!((covering, token.as_deref()), (second, Some(&b"token"[..])));
    log.add_timestamp(&first, b"late").await.unwrap();
    assert_eq!(log.checkpoint_for(0).unwrap().unwrap().0, first, "the earliest stamped one tells most");
    let stranger = Checkpoint { size: 2, ..first.claimed().clone() };
    let text = stranger.to_text().unwrap();
    let signature = fixture.signer.sign(text.as_bytes()).unwrap();
    let stranger = SignedCheckpoint::try_from(text.signed(fixture.signer.verifier_key(), &signature).unwrap()).unwrap();
    assert!(matches!(log.add_timestamp(&stranger, b"token").await, Err(AppendError::Malformed { .. })));
    drop(log);
    assert_eq!(fixture.open().unstamped(), None);
}

#[tokio::test]
async fn keeps_the_newest_checkpoint_of_each_peer() {
    let fixture = Fixture::new();
    let log = filled(&fixture, 3).await;
    let of_peer = |size: u64| {
        let checkpoint = Checkpoint { origin: Checkpoint::origin_of(&peer()), size, root: leaf_hash(b"") };
        let text = checkpoint.to_string();
        let line = format!("— {} {}\n", checkpoint.origin, "AAAAAAAAAAAAAAAA");
        SignedCheckpoint::parse(format!("{text}\n{line}").as_bytes()).unwrap()
    };
    assert!(log.peer_checkpoint(&peer()).is_none());
    for size in [5, 9, 7] {
        log.keep_peer_checkpoint(&peer(), &of_peer(size)).await.unwrap();
    }
    assert_eq!(log.peer_log_point(&peer()).unwrap().size, 9);
    assert!(log.keep_peer_checkpoint(&server(), &of_peer(10)).await.is_err(), "of another log");
    log.close(after(1)).await.unwrap();
    let log = fixture.open();
    assert_eq!(log.peer_checkpoint(&peer()), Some(of_peer(9)));
    assert_eq!(log.peer_log_point(&peer()).unwrap().root, of_peer(9).claimed().root);
    assert_eq!(log.peers(), [peer()]);
    log.append_conflict(&peer(), "its checkpoint of 9 is not a beginning of that of 12", after(2)).await.unwrap();
    assert!(log.append_conflict(&peer(), &"x".repeat(3000), after(2)).await.is_err());
}

#[tokio::test]
async fn a_stock_reader_of_tlog_tiles_accepts_the_tiles() {
    use tlog_tiles::{Error, Hash, HashReader, Tile, TileHashReader, TileReader};

    struct Files(std::path::PathBuf);
    impl TileReader for Files {
        fn height(&self) -> u8 {
            8
        }
        fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, Error> {
            // The library's own paths name the height, which tlog-tiles fixes.
            let path = |tile: &Tile| self.0.join(tile.path().replacen("tile/8/", "tile/", 1));
            Ok(tiles.iter().map(|tile| std::fs::read(path(tile)).expect("the tile is there")).collect())
        }
        fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
    }

    let fixture = Fixture::new();
    let log = filled(&fixture, 700).await;
    let checkpoint = log.checkpoint(&fixture.signer, after(1)).await.unwrap();
    let leaf = leaf_hash(&log.read(123).unwrap().leaf_bytes);
    log.close(after(2)).await.unwrap();
    let claimed = checkpoint.claimed();
    let files = Files(fixture.path().to_owned());
    let reader = TileHashReader::new(claimed.size, Hash(*claimed.root.as_bytes()), &files);
    let hashes = reader.read_hashes(&[tlog_tiles::stored_hash_index(0, 123)]).unwrap();
    assert_eq!(hashes[0].0, *leaf.as_bytes());
    let proof = tlog_tiles::prove_record(claimed.size, 123, &reader).unwrap();
    assert!(
        tlog_tiles::check_record(&proof, claimed.size, Hash(*claimed.root.as_bytes()), 123, Hash(*leaf.as_bytes()))
            .is_ok()
    );
}

#[tokio::test]
async fn a_published_checkpoint_finds_all_of_its_tiles() {
    let fixture = Fixture::new();
    let log = fixture.open();
    for number in 1..=520 {
        receive(&log, number).await;
        if ![100, 256, 512, 520].contains(&number) {
            continue;
        }
        log.checkpoint(&fixture.signer, after(1)).await.unwrap();
        for tile in Tile::added(0, number) {
            let file = std::fs::read(fixture.path().join(tile.to_string()));
            assert_eq!(log.tile(&tile).unwrap(), Some(file.unwrap()), "{tile} of {number} records");
        }
    }
    receive(&log, 521).await;
    for (tile, there) in
        [("tile/0/002.p/8", true), ("tile/0/002.p/9", false), ("tile/0/002", false), ("tile/2/000.p/1", false)]
    {
        assert_eq!(log.tile(&tile.parse().unwrap()).unwrap().is_some(), there, "{tile}");
    }
}
