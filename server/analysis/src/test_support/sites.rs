use super::fixture::Fixture;
use super::one_voice::contradictions;
use crate::publish::SiteReport;
use crate::text::TextRange;
use crate::workspace::Workspace;

/// Compares publish sites with one line for each: the place, then the fields that matter to the test.
pub(crate) fn compare_sites(fixture: &str, expected: &str) -> Result<(), String> {
    let fixture = Fixture::parse(fixture)?;
    if !fixture.marks.is_empty() {
        return Err("a fixture for publish sites has no caret lines".to_owned());
    }
    let workspace = fixture.repository.workspace();
    let contradictions = contradictions(&workspace);
    if !contradictions.is_empty() {
        return Err(contradictions.join("\n"));
    }
    let sites: Vec<Fields> = workspace.sites().map(|site| fields(&workspace, site)).collect();
    compare_lines(&sites, expected)
}

/// A site's place and its fields by name.
type Fields = (String, Vec<(&'static str, String)>);

fn compare_lines(sites: &[Fields], expected: &str) -> Result<(), String> {
    let expected: Vec<&str> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let is_as_expected = expected.len() == sites.len()
        && expected
            .iter()
            .zip(sites)
            .try_fold(true, |so_far, (line, site)| {
                Ok::<bool, String>(so_far && line_matches(line, site)?)
            })?;
    if is_as_expected {
        return Ok(());
    }
    let actual: String = sites
        .iter()
        .map(|(place, fields)| format!("  {place}{}\n", join(fields)))
        .collect();
    Err(format!(
        "the publish sites are not as expected\nexpected:\n  {}\nfound, with all that is known:\n{actual}",
        expected.join("\n  ")
    ))
}

fn join(fields: &[(&str, String)]) -> String {
    fields
        .iter()
        .map(|(name, value)| format!("; {name}={value}"))
        .collect()
}

fn line_matches(line: &str, (place, fields): &Fields) -> Result<bool, String> {
    let mut parts = line.split(';').map(str::trim);
    let mut is_match = parts.next() == Some(place);
    for part in parts {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| format!("`{part}` is not field=value"))?;
        let (_, actual) = fields
            .iter()
            .find(|(field, _)| *field == name)
            .ok_or_else(|| format!("a publish site has no field `{name}`; it has{}", join(fields)))?;
        is_match &= value == actual;
    }
    Ok(is_match)
}

fn fields(workspace: &Workspace, site: &SiteReport) -> Fields {
    let file = workspace.file(&site.path);
    let line = file.map_or(0, |file| file.line_index.line_of(site.range.start()) + 1);
    let text = file.map_or("", |file| TextRange::slice(site.range, &file.text));
    let or_dash = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let list = |values: &[String]| match values {
        [] => "-".to_owned(),
        values => values.join(", "),
    };
    let place = format!("{}:{line} {}", site.path.file_name(), site.job);
    let fields = vec![
        ("publisher", site.publishing_tool.clone()),
        ("text", text.to_owned()),
        ("packages", list(&site.packages)),
        ("registry", or_dash(&site.registry)),
        ("npm", or_dash(&site.npm)),
        ("node", or_dash(&site.node)),
        ("id-token", site.id_token.name().to_owned()),
        ("credentials", list(&site.credentials)),
        ("outcome", site.outcome.name().to_owned()),
        ("error", or_dash(&site.error.map(|error| error.to_string()))),
        ("entry", list(&site.entry_workflows)),
        ("summary", site.summary.clone()),
    ];
    (place, fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Fields {
        let fields = vec![("publisher", "npm".to_owned()), ("npm", "-".to_owned())];
        ("release.yml:9 publish".to_owned(), fields)
    }

    #[test]
    fn a_line_names_the_fields_that_count() {
        let compare = |expected| compare_lines(&[site()], expected);
        assert_eq!(compare("release.yml:9 publish"), Ok(()));
        assert_eq!(compare("  release.yml:9 publish; npm=-;publisher=npm \n"), Ok(()));
        for wrong in [
            "",
            "release.yml:8 publish",
            "release.yml:9 publish; publisher=pnpm",
            "release.yml:9 publish; colour=red",
            "release.yml:9 publish; npm",
            "release.yml:9 publish\nrelease.yml:9 publish",
        ] {
            assert!(compare(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_order_of_the_sites_counts() {
        let other = ("ci.yml:3 publish".to_owned(), Vec::new());
        let sites = [other, site()];
        assert_eq!(
            compare_lines(&sites, "ci.yml:3 publish\nrelease.yml:9 publish"),
            Ok(())
        );
        assert!(compare_lines(&sites, "release.yml:9 publish\nci.yml:3 publish").is_err());
    }
}
