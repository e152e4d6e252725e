//! Whether a job starts at all: what GitHub decides before the first step runs. One file per subject.

mod refused_call;

pub(crate) use refused_call::refused_call;
