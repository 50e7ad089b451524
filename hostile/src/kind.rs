//! What components do, and what has to become of it.

/// What a component does to its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Runs for ever.
    Loop,
    /// Runs for ever before it can be called at all.
    LoopInStart,
    /// Runs for ever when the host asks it for memory.
    LoopInAllocator,
    /// Answers, and runs for ever when the host tells it that the answer was read.
    LoopAfterAnswer,
    /// Grows its memory until it gets no more.
    Memory,
    /// Has more memory than it may from the first moment on.
    LargeAtBirth,
    /// Touches all the memory that it gets, for ever.
    Resident,
    /// Grows a table until it gets no more.
    Table,
    /// Traps.
    Trap,
    /// Overflows its stack.
    Recursion,
    /// Answers with more than it has, or more than the host copies.
    HugeAnswer,
    /// Answers with what the contract does not know.
    BadAnswer,
    /// Has the host copy a large string.
    HostCopies,
    /// Passes what is not in its memory, no text, or no value of an enumeration.
    BadArgument,
    /// Logs for ever.
    LogFlood,
    /// Writes large values for ever.
    Writes,
    /// Writes empty values for ever.
    TinyWrites,
    /// Reads for ever.
    Reads,
    /// Gives the host memory that is not there.
    BadAllocator,
    /// Calls the host while the host calls it.
    ReEntry,
}

/// How a host ends a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cut {
    /// It did not return in time.
    Time,
    /// It wanted more memory or larger tables than it may have.
    Limit,
    /// It trapped, or what it handed over was none of the contract's.
    Trap,
    /// It did more in one call than the contract allows.
    Broken,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 20] = [
        Self::Loop,
        Self::LoopInStart,
        Self::LoopInAllocator,
        Self::LoopAfterAnswer,
        Self::Memory,
        Self::LargeAtBirth,
        Self::Resident,
        Self::Table,
        Self::Trap,
        Self::Recursion,
        Self::HugeAnswer,
        Self::BadAnswer,
        Self::HostCopies,
        Self::BadArgument,
        Self::LogFlood,
        Self::Writes,
        Self::TinyWrites,
        Self::Reads,
        Self::BadAllocator,
        Self::ReEntry,
    ];

    /// In words, for a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loop => "loop",
            Self::LoopInStart => "loop_in_start",
            Self::LoopInAllocator => "loop_in_allocator",
            Self::LoopAfterAnswer => "loop_after_answer",
            Self::Memory => "memory",
            Self::LargeAtBirth => "large_at_birth",
            Self::Resident => "resident",
            Self::Table => "table",
            Self::Trap => "trap",
            Self::Recursion => "recursion",
            Self::HugeAnswer => "huge_answer",
            Self::BadAnswer => "bad_answer",
            Self::HostCopies => "host_copies",
            Self::BadArgument => "bad_argument",
            Self::LogFlood => "log_flood",
            Self::Writes => "writes",
            Self::TinyWrites => "tiny_writes",
            Self::Reads => "reads",
            Self::BadAllocator => "bad_allocator",
            Self::ReEntry => "re_entry",
        }
    }

    /// How a host with the processor to itself ends a call of it; one that is busy may run out of time before.
    #[must_use]
    pub const fn cut(self) -> Cut {
        match self {
            Self::Loop | Self::LoopInStart | Self::LoopInAllocator | Self::LoopAfterAnswer | Self::Resident => {
                Cut::Time
            }
            Self::Memory | Self::LargeAtBirth | Self::Table => Cut::Limit,
            Self::Trap
            | Self::Recursion
            | Self::HugeAnswer
            | Self::BadAnswer
            | Self::BadArgument
            | Self::BadAllocator
            | Self::ReEntry => Cut::Trap,
            Self::HostCopies | Self::LogFlood | Self::Writes | Self::TinyWrites | Self::Reads => Cut::Broken,
        }
    }

    /// Whether it harms only when it is called, and answers well when it is asked by HEAD.
    #[must_use]
    pub const fn can_behave(self) -> bool {
        !matches!(
            self,
            Self::LoopInStart | Self::LoopInAllocator | Self::LargeAtBirth | Self::BadAllocator | Self::ReEntry
        )
    }
}

impl Cut {
    /// In words, for a report.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Limit => "limit",
            Self::Trap => "trap",
            Self::Broken => "broken_rule",
        }
    }
}
