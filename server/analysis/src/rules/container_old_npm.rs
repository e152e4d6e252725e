use crate::checker::npm_version::{node_24_remedy, too_old_node, why_too_old, with_node_24};
use crate::checker::prelude::*;
use crate::fixes::node::use_node_24_image;
use crate::publish::NodeOrigin;

declare_rule! {
    /// ## What it does
    ///
    /// Reports a publish job in a `node` container whose Node ships an npm that is too old. Other images are unknown and are
    /// never reported.
    ///
    /// ## Why it matters
    ///
    /// A job in a container uses the Node and npm of its image. Node 22 and older ship npm 10 or older, and Node
    /// 24.0 to 24.4 ship an npm 11 that is too old as well. The publish fails with `ENEEDAUTH`, or, if an `.npmrc` has a token
    /// line (as with `registry-url`), with:
    ///
    /// ```text
    /// npm error 404  '@acme/widget@1.2.3' is not in this registry.
    /// ```
    ///
    /// ## Example
    ///
    /// ```yaml,bad
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     container: node:22
    ///     steps:
    ///       - run: npm publish
    /// ```
    ///
    /// ## Fix
    ///
    ///
    /// ```yaml,good
    /// on: push
    /// jobs:
    ///   publish:
    ///     permissions:
    ///       contents: read
    ///       id-token: write
    ///     runs-on: ubuntu-latest
    ///     container: node:24
    ///     steps:
    ///       - run: npm publish
    /// ```
    ///
    /// ## References
    ///
    /// - <https://docs.npmjs.com/trusted-publishers>
    CONTAINER_OLD_NPM {
        id: "container-old-npm",
        summary: "The container of the publish job ships an npm without trusted publishing.",
        severity: Error,
        fix: Unsafe,
        check: check,
    }
}

fn check(context: &CheckContext<'_>, findings: &mut Findings) {
    for site in context.sites {
        let Some((severity, NodeOrigin::Container, place)) = too_old_node(site) else {
            continue;
        };
        let message = format!("{}: {}", why_too_old(site), consequence(site, severity));
        let diagnostic = CONTAINER_OLD_NPM
            .at(place, severity, message)
            .help("In a container job, npm comes from the image.")
            .related(&site.place, "published here")
            .fix(with_node_24(context, site, use_node_24_image(context, place)))
            .remedy(&sentence(&node_24_remedy(context, site)));
        findings.push(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use crate::test_support::check_rule;

    #[track_caller]
    fn check(image: &str, marks: &str) {
        check_rule(
            "container-old-npm",
            &format!(
                "\
#- .github/workflows/release.yml
on: push
permissions: {{ id-token: write }}
jobs:
  publish:
    runs-on: ubuntu-24.04
    container: {image}
{marks}    steps:
      - run: npm publish
"
            ),
        );
    }

    #[test]
    fn an_image_with_an_old_npm_is_reported() {
        check(
            "node:20.11.0",
            "#              ^^^^^^^^^^^^ error💡?[container-old-npm]: `node:20.11.0` ships npm 10.2.4, but trusted publishing needs npm \
             11.5.1: `npm publish` will fail with ENEEDAUTH\n#              ^^^^^^^^^^^^ help[container-old-npm]: In a container job, npm comes from the image.\n",
        );
    }

    #[test]
    fn an_image_in_a_variant_that_node_24_does_not_have_gets_words() {
        check(
            "node:20.11.0-buster",
            "#              ^^^^^^^^^^^^^^^^^^^ error[container-old-npm]: `node:20.11.0-buster` ships npm 10.2.4, but trusted publishing \
             needs npm 11.5.1: `npm publish` will fail with ENEEDAUTH\n#              ^^^^^^^^^^^^^^^^^^^ help[container-old-npm]: In a container \
             job, npm comes from the image. Use `node:24`, `node:24-slim` or `node:24-alpine`.\n",
        );
    }

    #[test]
    fn newer_and_unknown_images_are_not_reported() {
        for image in [
            "node:24",
            "node:26-alpine",
            "acme/build:20",
            "${{ inputs.image }}",
        ] {
            check(image, "");
        }
    }
}
