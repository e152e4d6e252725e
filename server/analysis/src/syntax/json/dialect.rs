use jsonc_parser::ParseOptions;

/// The reader of a JSON file, and what it accepts beyond JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct JsonDialect {
    /// The reader.
    pub reader: &'static str,
    /// What it accepts.
    pub extensions: JsonExtensions,
}

/// What a reader accepts beyond JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum JsonExtensions {
    /// Nothing.
    None,
    /// Comments and trailing commas.
    Comments,
    /// All of JSON5.
    Json5,
    /// What YAML allows between braces: trailing commas, single quotes, names without quotes. `//` starts no comment there.
    Yaml,
}

impl JsonDialect {
    /// npm reads strict JSON.
    pub(crate) const NPM: Self = Self {
        reader: "npm",
        extensions: JsonExtensions::None,
    };

    /// How a file of this name is read, in a folder of this name.
    pub(crate) fn of(folder: &str, name: &str) -> Self {
        let (reader, extensions) = match name {
            // Source: RushConfiguration.js of @microsoft/rush-lib 5.164.0 calls `JsonFile.load` without a syntax, which means JSON5 in
            // @rushstack/node-core-library 5.25.2.
            "rush.json" => ("Rush", JsonExtensions::Json5),
            // Source: dist/src/utils/json.js of nx 22.7.12.
            "nx.json" => ("nx", JsonExtensions::Comments),
            // Source: "Configuring turbo.json" in Turborepo's documentation: `turbo.json` and `turbo.jsonc` may have comments.
            "turbo.json" | "turbo.jsonc" => ("turbo", JsonExtensions::Comments),
            // Source: cosmiconfig reads a file without an extension as YAML, as its README says.
            ".releaserc" => ("semantic-release", JsonExtensions::Yaml),
            ".releaserc.json" => ("semantic-release", JsonExtensions::None),
            "lerna.json" => ("lerna", JsonExtensions::None),
            // Source: `readJSON` of fs-extra in @changesets/config 3.1.4.
            "config.json" if folder == ".changeset" => ("changesets", JsonExtensions::None),
            ".release-it.json" => ("release-it", JsonExtensions::None),
            "release.config.json" => ("@ossjs/release", JsonExtensions::None),
            _ => return Self::NPM,
        };
        Self { reader, extensions }
    }

    pub(super) fn options(self) -> ParseOptions {
        let is = |accepting: &[JsonExtensions]| accepting.contains(&self.extensions);
        let is_json5 = is(&[JsonExtensions::Json5]);
        let is_loose = is(&[JsonExtensions::Json5, JsonExtensions::Yaml]);
        ParseOptions {
            allow_comments: is(&[JsonExtensions::Comments, JsonExtensions::Json5]),
            allow_loose_object_property_names: is_loose,
            allow_trailing_commas: self.extensions != JsonExtensions::None,
            allow_missing_commas: false,
            allow_single_quoted_strings: is_loose,
            allow_hexadecimal_numbers: is_loose,
            allow_unary_plus_numbers: is_loose,
            allow_bare_decimal_point_numbers: is_loose,
            allow_non_finite_numbers: is_json5,
            allow_extended_string_escapes: is_loose,
        }
    }
}
