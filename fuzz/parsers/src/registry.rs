//! What the central registry publishes, and what it is sent.

use global_configuration::open_bundle;
use protocol::global_configuration::{Bin, BinNumber, Groups, Shared};
use protocol::management::{Envelope, RequestDocument, RequestStatus};
use tough::schema::{Role, Root, Signed, Snapshot, Targets, Timestamp};

/// The documents of a global configuration.
pub fn global_configuration(data: &[u8]) {
    let _ = Shared::parse(data);
    let _ = Groups::parse("BO", data);
    // The members of another bin are refused, so the input says which one it is.
    let number = data.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte));
    let claimed = std::str::from_utf8(data).ok().and_then(|text| text.split('"').find_map(|part| part.parse().ok()));
    let numbers = [claimed.as_ref().map(BinNumber::of), BinNumber::all().nth(usize::from(number))];
    for number in numbers.into_iter().flatten() {
        let _ = Bin::parse("BO", number, data);
    }
}

/// Management requests and their status.
pub fn management(data: &[u8]) {
    if let Ok(document) = RequestDocument::parse(data) {
        assert_eq!(document.bytes(), data);
    }
    if let Ok(envelope) = Envelope::parse(data) {
        assert!(Envelope::parse(&envelope.render()).is_ok());
    }
    let _ = RequestStatus::parse(data);
}

/// TUF metadata, alone and in a bundle that is verified.
pub fn tuf(data: &[u8]) {
    if let Ok(root) = serde_json::from_slice::<Signed<Root>>(data) {
        let _ = root.signed.verify_role(&root);
    }
    canonical::<Snapshot>(data);
    canonical::<Targets>(data);
    canonical::<Timestamp>(data);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let _ = runtime.expect("a runtime of one thread needs nothing").block_on(open_bundle(data, None));
}

fn canonical<T: Role + serde::de::DeserializeOwned>(data: &[u8]) {
    if let Ok(role) = serde_json::from_slice::<Signed<T>>(data) {
        let _ = role.signed.canonical_form();
    }
}
