//! Hostile and damaged texts: an error or a value, never a panic.

use std::sync::LazyLock;

use halligan_core::tenant::{MethodsPolicy, NamedLocation, Policy, User};
use halligan_wire::{Entity, Node, error, export, read, read_page, snapshot, text};
use proptest::prelude::*;

use crate::{full, snapshots};

/// Every reader of this crate on the same bytes.
fn read_all(bytes: &[u8]) {
    let _ = text::decode(bytes);
    let _ = Node::parse(bytes);
    let _ = read::<Policy>(bytes).map(|policy| policy.write());
    let _ = read::<MethodsPolicy>(bytes);
    let _ = read::<User>(bytes);
    let _ = read_page::<NamedLocation>(bytes);
    let _ = export::read_file("x.json", bytes);
    let _ = snapshot::read(bytes).map_err(|error| error.to_string());
    let _ = error::read(bytes);
    let _ = error::OAuthError::read(bytes);
}

static SEEDS: LazyLock<[String; 5]> = LazyLock::new(|| {
    [
        full::policy().to_string(),
        full::methods_policy().to_string(),
        full::user().to_string(),
        format!("{{\"value\":[{}]}}", full::locations()[0]),
        snapshot::write(&snapshots::sample()),
    ]
});

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(120)
    })]

    #[test]
    fn changed_bytes_never_panic(
        seed in 0..5_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
        cut_off in any::<bool>(),
    ) {
        let mut bytes = SEEDS[seed].clone().into_bytes();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if cut_off {
            bytes.truncate(cut.index(bytes.len()));
        }
        read_all(&bytes);
    }

    #[test]
    fn swapped_values_never_panic(seed in 0..5_usize, from in any::<prop::sample::Index>(),
        with in prop::sample::select(vec!["null", "7", "1.5e300", "\"x\"", "[]", "[null]", "{}",
            "{\"id\":{}}", "true", "\"/Date(1)/\"", "-0.0", "[[[[]]]]"])) {
        // Replaces one value after a colon, so that the text stays JSON more often than not.
        let text = &SEEDS[seed];
        let colons: Vec<usize> = text.match_indices(':').map(|(place, _)| place).collect();
        let start = colons[from.index(colons.len())] + 1;
        let rest = &text[start..];
        let end = rest.find([',', '}', ']']).unwrap_or(rest.len());
        read_all(format!("{}{with}{}", &text[..start], &rest[end..]).as_bytes());
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_all(&bytes);
    }
}

#[test]
fn depth_and_number_are_no_danger() {
    for open in ["[", "{\"a\":", "{\"value\":[", "{\"details\":"] {
        read_all(open.repeat(50_000).as_bytes());
    }
    let ids = vec!["00000000-0000-0000-0000-0000000000a1"; 10_000];
    let mut policy = full::policy();
    policy["conditions"]["users"]["excludeUsers"] = ids.into();
    let policy: Policy = read(policy.to_string().as_bytes()).unwrap();
    assert_eq!(policy.conditions.users.unwrap().exclude_users.len(), 10_000);
}
