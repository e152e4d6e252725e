//! Between the protocol's positions and the offsets of the analysis. Positions are made nowhere else.

pub(crate) mod elsewhere;
pub(crate) mod from_proto;
pub(crate) mod to_proto;
