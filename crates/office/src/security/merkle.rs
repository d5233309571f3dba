//! 封の根 — the root of RFC 6962 over leaves that come one after the other, each seen once: whoever seals or checks a million
//! links keeps the roots of the whole subtrees and nothing else. Proofs for one leaf are `ct_merkle`'s, and hold against it.

use sha2::{Digest, Sha256};

/// A digest.
pub(super) type Hash = [u8; 32];

/// The digest of a leaf.
pub(super) fn leaf(bytes: &[u8]) -> Hash {
    let mut digest = Sha256::new_with_prefix([0]);
    digest.update(bytes);
    digest.finalize().into()
}

fn parent(left: &Hash, right: &Hash) -> Hash {
    let mut digest = Sha256::new_with_prefix([1]);
    digest.update(left);
    digest.update(right);
    digest.finalize().into()
}

/// The root over leaves in their order; of none, the digest of nothing.
pub(super) fn root<'a>(leaves: impl IntoIterator<Item = &'a Hash>) -> Hash {
    // The whole subtrees so far, widest first, each with the number of its leaves.
    let mut whole: Vec<(u64, Hash)> = Vec::new();
    for leaf in leaves {
        let mut grown = (1, *leaf);
        while let Some((wide, left)) = whole.pop_if(|(wide, _)| *wide == grown.0) {
            grown = (wide * 2, parent(&left, &grown.1));
        }
        whole.push(grown);
    }
    let narrowest = whole.pop();
    narrowest.map_or_else(
        || Sha256::digest([]).into(),
        |(_, right)| {
            let left_of = |right, (_, left): &(u64, Hash)| parent(left, &right);
            whole.iter().rev().fold(right, left_of)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{leaf, root};
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use sha2::Sha256;

    #[test]
    fn the_root_is_the_one_that_proofs_hold_against() {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut leaves = Vec::new();
        for count in 0..200_u32 {
            assert_eq!(
                root(&leaves).as_slice(),
                tree.root().as_bytes().as_slice(),
                "{count} leaves"
            );
            let bytes = count.to_string().into_bytes();
            leaves.push(leaf(&bytes));
            tree.push(bytes);
        }
    }
}
