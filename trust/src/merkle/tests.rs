use super::*;
use proptest::prelude::*;

/// The leaves of the trees in certificate-transparency's own reference tests.
const REFERENCE_LEAVES: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

const REFERENCE_ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn reference_leaves() -> Vec<Hash> {
    REFERENCE_LEAVES.iter().map(|leaf| leaf_hash(&hex::decode(leaf).unwrap())).collect()
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect()
}

fn hashes(digits: &[&str]) -> Vec<Hash> {
    digits.iter().map(|digits| digits.parse().unwrap()).collect()
}

#[test]
fn has_the_roots_of_the_reference_tests() {
    assert_eq!(empty_root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(root(&[]), empty_root());
    let leaves = reference_leaves();
    let nodes = NodesInMemory::new(leaves.clone());
    for (size, expected) in (1..).zip(REFERENCE_ROOTS) {
        assert_eq!(root(&leaves[..size as usize]).to_string(), expected);
        assert_eq!(root_of(size, &nodes).unwrap().to_string(), expected);
    }
}

#[test]
fn makes_the_inclusion_proofs_of_the_reference_tests() {
    let nodes = NodesInMemory::new(reference_leaves());
    let of_0_in_8 = hashes(&[
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]);
    let of_5_in_8 = hashes(&[
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    let of_2_in_3 = hashes(&["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]);
    assert_eq!(inclusion_proof(0, 8, &nodes).unwrap(), of_0_in_8);
    assert_eq!(inclusion_proof(5, 8, &nodes).unwrap(), of_5_in_8);
    assert_eq!(inclusion_proof(2, 3, &nodes).unwrap(), of_2_in_3);
    assert_eq!(inclusion_proof(0, 1, &nodes).unwrap(), []);
}

#[test]
fn makes_the_consistency_proofs_of_the_reference_tests() {
    let nodes = NodesInMemory::new(reference_leaves());
    let from_1_to_8 = hashes(&[
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]);
    let from_6_to_8 = hashes(&[
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    assert_eq!(consistency_proof(1, 8, &nodes).unwrap(), from_1_to_8);
    assert_eq!(consistency_proof(6, 8, &nodes).unwrap(), from_6_to_8);
    assert_eq!(consistency_proof(8, 8, &nodes).unwrap(), []);
    assert_eq!(consistency_proof(0, 8, &nodes).unwrap(), []);
}

#[test]
fn every_inclusion_proof_verifies_for_its_leaf_alone() {
    let nodes = NodesInMemory::new(leaves(70));
    for size in 1..=70 {
        let root = root_of(size, &nodes).unwrap();
        for index in 0..size {
            let leaf = nodes.read(Node::leaf(index)).unwrap();
            let proof = inclusion_proof(index, size, &nodes).unwrap();
            assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()), "{index} in {size}");
            let other = leaf_hash(b"another");
            assert!(verify_inclusion(&other, index, size, &proof, &root).is_err());
            assert!(verify_inclusion(&leaf, index, size, &proof, &other).is_err());
            for wrong in (0..=size).filter(|wrong| *wrong != index) {
                assert!(verify_inclusion(&leaf, wrong, size, &proof, &root).is_err(), "{index} as {wrong} in {size}");
            }
        }
    }
}

#[test]
fn every_consistency_proof_verifies_for_its_two_trees_alone() {
    let nodes = NodesInMemory::new(leaves(70));
    let roots: Vec<Hash> = (0..=70).map(|size| root_of(size, &nodes).unwrap()).collect();
    let other = leaf_hash(b"another");
    for new in 0..=70_u64 {
        for old in 0..=new {
            let proof = consistency_proof(old, new, &nodes).unwrap();
            let (old_root, new_root) = (&roots[old as usize], &roots[new as usize]);
            assert_eq!(verify_consistency((old, old_root), (new, new_root), &proof), Ok(()), "{old} to {new}");
            assert!(verify_consistency((old, &other), (new, new_root), &proof).is_err());
            if old > 0 {
                assert!(verify_consistency((old, old_root), (new, &other), &proof).is_err());
            }
            let mut longer = proof.clone();
            longer.push(other);
            assert!(verify_consistency((old, old_root), (new, new_root), &longer).is_err());
            for position in 0..proof.len() {
                let mut changed = proof.clone();
                changed[position] = other;
                assert!(verify_consistency((old, old_root), (new, new_root), &changed).is_err());
                let shorter = &proof[..position];
                assert!(verify_consistency((old, old_root), (new, new_root), shorter).is_err());
            }
        }
    }
}

#[test]
fn refuses_a_leaf_beyond_the_tree_and_a_tree_that_shrinks() {
    let nodes = NodesInMemory::new(leaves(4));
    assert_eq!(inclusion_proof(4, 4, &nodes), Err(ProveError::LeafBeyondTree { index: 4, size: 4 }));
    assert_eq!(consistency_proof(4, 3, &nodes), Err(ProveError::TreeShrinks { old: 4, new: 3 }));
    let root = empty_root();
    let shrinks = Err(InvalidProof::TreeShrinks { old: 4, new: 3 });
    assert_eq!(verify_consistency((4, &root), (3, &root), &[]), shrinks);
    let missing = Node { level: 2, index: 1 };
    assert_eq!(root_of(8, &nodes), Err(MissingNode(Node { level: 3, index: 0 })));
    assert_eq!(inclusion_proof(0, 8, &nodes), Err(ProveError::Read(MissingNode(missing))));
}

#[test]
fn a_frontier_follows_the_tree() {
    let leaves = leaves(70);
    let nodes = NodesInMemory::new(leaves.clone());
    let mut frontier = Frontier::default();
    assert_eq!(frontier.root(), empty_root());
    for (index, leaf) in (0..).zip(leaves) {
        let mut completed = Vec::new();
        assert_eq!(frontier.append_with(leaf, |node, hash| completed.push((node, hash))), index);
        assert_eq!(completed.len() as u32, index.trailing_ones() + 1);
        for (node, hash) in completed {
            assert_eq!(nodes.read(node), Ok(hash));
        }
        assert_eq!(frontier.root(), root_of(index + 1, &nodes).unwrap());
        assert_eq!(Frontier::read(index + 1, &nodes), Ok(frontier.clone()));
        assert_eq!(Frontier::from_roots(frontier.size(), frontier.roots().to_vec()), Ok(frontier.clone()));
        assert!(
            Frontier::from_roots(frontier.size() + 1, frontier.roots().to_vec()).is_err() || index.is_multiple_of(2)
        );
    }
}

/// A reader that answers for a tree of any size.
struct AnyNode;

impl HashReader for AnyNode {
    type Error = std::convert::Infallible;

    fn read(&self, node: Node) -> Result<Hash, Self::Error> {
        Ok(Hash::of_parts(&[&[node.level], &node.index.to_be_bytes()]))
    }
}

proptest! {
    #[test]
    fn proofs_of_huge_trees_are_short_and_never_panic(size in 1..=u64::MAX, index: u64, old: u64) {
        let proof = inclusion_proof(index % size, size, &AnyNode).unwrap();
        prop_assert!(proof.len() <= MAX_PROOF_HASHES);
        let leaf = AnyNode.read(Node::leaf(index % size)).unwrap();
        prop_assert!(root_from_inclusion(&leaf, index % size, size, &proof).is_ok());
        let consistency = consistency_proof(old % size, size, &AnyNode).unwrap();
        prop_assert!(consistency.len() <= MAX_PROOF_HASHES + 1);
        prop_assert!(root_of(size, &AnyNode).is_ok());
    }

    #[test]
    fn verification_of_arbitrary_proofs_never_panics(index: u64, size: u64, old: u64, bytes: Vec<[u8; 32]>) {
        let proof: Vec<Hash> = bytes.into_iter().map(Hash::from_bytes).collect();
        let root = empty_root();
        prop_assert!(verify_inclusion(&root, index, size, &proof, &root).is_err());
        let _ = verify_consistency((old, &root), (size, &root), &proof);
    }
}
