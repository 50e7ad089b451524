//! What pages show beside fields.

mod button;
mod errors;
mod listing;
mod navigation;
mod panel;
mod steps;
mod summary;
mod table;

pub use button::{Button, ButtonLink};
pub use errors::ErrorSummary;
pub use listing::{Card, Cards, EmptyState};
pub use navigation::{Breadcrumbs, Pagination};
pub use panel::{Code, Confirmation, Details, Notice, Tag, Tone};
pub use steps::{Progress, Step, StepState, Steps};
pub use summary::Summary;
pub use table::{Alignment, Column, Sorted, Table};
