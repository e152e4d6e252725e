//! The sentence about a publish step, for each way in which it is reached.

/// More ways to one step than this are not told in its summary.
const MOST_WAYS: usize = 2;

/// What happens in one way to a publish step, for the summary.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishWay {
    /// The sentence in front of the packages.
    pub(crate) before: String,
    /// The packages; none if the sentence does not speak of them.
    pub(crate) packages: Option<Vec<String>>,
    /// The sentence after them.
    pub(crate) after: String,
}

impl PublishWay {
    /// The sentence.
    pub(crate) fn text(&self) -> String {
        let what = match self.packages.as_deref() {
            None => String::new(),
            Some([]) => "packages that the files do not name".to_owned(),
            Some([only]) => only.clone(),
            Some([first, second]) => format!("{first} and {second}"),
            Some([first, rest @ ..]) => format!("{first} and {} more", rest.len()),
        };
        format!("{}{what}{}", self.before, self.after)
    }

    /// Adds a way to others. Ways that differ only in the packages are one.
    pub(crate) fn add_to(ways: &mut Vec<Self>, way: Self) {
        let is_alike = |known: &&mut Self| {
            let names_packages = |way: &Self| way.packages.as_ref().map(Vec::is_empty);
            known.before == way.before
                && known.after == way.after
                && names_packages(known) == names_packages(&way)
        };
        match ways.iter_mut().find(is_alike) {
            Some(known) => {
                let Some(packages) = &mut known.packages else {
                    return;
                };
                for package in way.packages.into_iter().flatten() {
                    if !packages.contains(&package) {
                        packages.push(package);
                    }
                }
            }
            None => ways.push(way),
        }
    }

    /// One sentence for all ways.
    pub(crate) fn summary(ways: &[Self]) -> String {
        let shown: Vec<String> = ways.iter().take(MOST_WAYS).map(Self::text).collect();
        let shown = shown.join("; or ");
        match ways.len().saturating_sub(MOST_WAYS) {
            0 => shown,
            more => format!("{shown}; or in {more} other ways"),
        }
    }
}
