//! What callers give the inputs of workflows and actions.

use super::Evaluated;
use crate::text::Place;

/// An input of a reusable workflow or an action, with what its caller gives it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct BoundInput {
    /// The input's name.
    pub name: String,
    /// What it may be.
    pub value: Evaluated,
    /// The words that say so, where the value is written out somewhere.
    pub place: Option<Place>,
}

/// Up to so many inputs are compared one after the other.
const FEW_INPUTS: usize = 16;

impl BoundInput {
    /// Puts inputs into the order in which [`Self::find`] looks for them.
    pub(crate) fn in_order(inputs: impl Iterator<Item = Self>) -> Vec<Self> {
        let mut inputs: Vec<Self> = inputs.collect();
        if inputs.len() > FEW_INPUTS {
            inputs.sort_by_cached_key(|input| input.name.to_ascii_lowercase());
        }
        inputs
    }

    /// The input with a name, of those that are in order. Letter case does not count.
    pub(crate) fn find<'i>(inputs: &'i [Self], name: &str) -> Option<&'i Self> {
        if inputs.len() <= FEW_INPUTS {
            return inputs.iter().find(|input| input.name.eq_ignore_ascii_case(name));
        }
        let name = name.to_ascii_lowercase();
        let at = inputs.partition_point(|input| input.name.to_ascii_lowercase() < name);
        inputs
            .get(at)
            .filter(|input| input.name.eq_ignore_ascii_case(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_inputs_are_found_by_their_names() {
        for count in [0, 1, FEW_INPUTS, FEW_INPUTS + 1, 5 * FEW_INPUTS] {
            let input = |name: String, value: &str| BoundInput {
                name,
                value: Evaluated::text(value),
                place: None,
            };
            // The first of two counts.
            let first = (0..count).map(|n| input(format!("Name{n}"), "first"));
            let second = (0..count).map(|n| input(format!("naME{n}"), "second"));
            let inputs = BoundInput::in_order(first.chain(second));
            for n in 0..count {
                let found = BoundInput::find(&inputs, &format!("NAME{n}")).unwrap();
                assert_eq!(found.value, Evaluated::text("first"), "{n} of {count}");
            }
            assert_eq!(BoundInput::find(&inputs, "other"), None);
        }
    }
}
