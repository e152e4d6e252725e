//! Real repositories, where they are at hand.
