//! The figures may not fall below what was once reached.

use crate::score::Figure;

/// What `thresholds.toml` says that the figures do not hold.
pub(crate) fn broken(figures: &[&Figure]) -> Vec<String> {
    let thresholds = include_str!("thresholds.toml")
        .parse()
        .unwrap_or_else(|error| panic!("thresholds.toml: {error}"));
    broken_of(&thresholds, figures)
}

fn broken_of(thresholds: &toml::Table, figures: &[&Figure]) -> Vec<String> {
    let mut broken = Vec::new();
    for figure in figures {
        let bound = |kind: &str| {
            let value = thresholds.get(figure.name)?.get(kind)?;
            value.as_float()
        };
        let share = figure.share();
        match (bound("min"), bound("max")) {
            (Some(min), None) if share < min => broken.push(format!(
                "{} is {share:.3}, at least {min} is demanded",
                figure.name
            )),
            (None, Some(max)) if share > max => {
                broken.push(format!("{} is {share:.3}, at most {max} is allowed", figure.name))
            }
            (Some(_), None) | (None, Some(_)) => {}
            _ => broken.push(format!(
                "thresholds.toml must give `min` or `max` for {}",
                figure.name
            )),
        }
    }
    for name in thresholds
        .keys()
        .filter(|name| !figures.iter().any(|figure| figure.name == *name))
    {
        broken.push(format!("thresholds.toml speaks of {name}, which is not measured"));
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_out_of_its_bounds_is_reported() {
        let broken = |thresholds: &str, part| {
            let thresholds: toml::Table = thresholds.parse().unwrap();
            broken_of(&thresholds, &[&Figure::new("recall", part, 4)]).len()
        };
        assert_eq!(broken("recall = { min = 0.75 }", 3), 0);
        assert_eq!(broken("recall = { min = 0.75 }", 2), 1);
        assert_eq!(broken("recall = { max = 0.75 }", 3), 0);
        assert_eq!(broken("recall = { max = 0.75 }", 4), 1);
        assert_eq!(broken("", 3), 1, "a figure without a bound");
        assert_eq!(
            broken("recall = { min = 0.5 }\nold = { min = 0.1 }", 3),
            1,
            "a bound without a figure"
        );
    }
}
