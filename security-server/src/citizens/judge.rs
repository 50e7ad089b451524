//! Judges evidence by the global configuration in force: it asks nobody.

use crate::messaging::Messaging;
use citizens_gateway::EvidenceJudge;
use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;
use trust::evidence::{self, Report, Trust};

/// A judge of what people hold in their hands.
pub(super) struct Judge(pub(super) Arc<Messaging>);

impl EvidenceJudge for Judge {
    fn judge(&self, container: File) -> Report {
        let container = BufReader::new(container);
        // A configuration that has expired says no more whom to trust: then only the container is judged.
        match self.0.configuration.usable() {
            Err(_) => evidence::verify_integrity(container),
            Ok(judgement) => {
                let (configuration, snapshot, now) = (judgement.global(), judgement.hash(), self.0.now());
                evidence::verify(container, &Trust { configuration, snapshot, now })
            }
        }
    }
}
