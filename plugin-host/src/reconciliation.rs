//! Whether what stands on agendas may be done: after a restore not before somebody has compared the plugins' state, which
//! comes from a copy, with what others know.

use tokio_util::sync::CancellationToken;

use crate::host::PluginHost;

/// Whether plugins' agendas are worked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agendas {
    /// As their entries are due.
    Work,
    /// Not before [`PluginHost::reconciled`]. Calls are answered; what they order waits as well.
    Wait,
}

impl Agendas {
    pub(crate) fn reconciled(self) -> CancellationToken {
        let reconciled = CancellationToken::new();
        if self == Self::Work {
            reconciled.cancel();
        }
        reconciled
    }
}

impl PluginHost {
    /// Whether the agendas are worked through.
    #[must_use]
    pub fn agendas(&self) -> Agendas {
        if self.plugins().runner.reconciled.is_cancelled() { Agendas::Work } else { Agendas::Wait }
    }

    /// Has agendas that waited worked through from now on.
    pub fn reconciled(&self) {
        self.plugins().runner.reconciled.cancel();
    }
}
