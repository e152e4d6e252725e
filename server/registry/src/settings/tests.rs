use super::*;

struct Given {
    flag: Option<&'static str>,
    environment: &'static [(&'static str, &'static str)],
    project: &'static str,
    user: &'static str,
}

const NOTHING: Given = Given {
    flag: None,
    environment: &[],
    project: "",
    user: "",
};

fn settings(given: &Given) -> RegistrySettings {
    let pairs = given.environment.iter();
    let environment = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut environment: BTreeMap<String, String> = environment.collect();
    environment.insert("HOME".to_owned(), "/home/joe".to_owned());
    let read = |file: &Path| (file == Path::new("/home/joe/.npmrc")).then(|| given.user.to_owned());
    RegistrySettings::new(given.flag, environment, Some(given.project), &read)
}

/// What is asked for a package.
fn asked(settings: &RegistrySettings, package: &str) -> String {
    match settings.registry_of(package) {
        (url, None) => url,
        (url, Some(refusal)) => format!("{refusal:?} {url}"),
    }
}

#[test]
fn registry_is_the_one_that_npm_would_ask() {
    let project = "registry=https://project.example\n@acme:registry=https://acme.example/npm/\n";
    for (given, widget, scoped) in [
        (NOTHING, PUBLIC_REGISTRY, PUBLIC_REGISTRY),
        (
            Given { project, ..NOTHING },
            "https://project.example/",
            "https://acme.example/npm/",
        ),
        (
            Given {
                user: "registry=https://user.example/\n",
                ..NOTHING
            },
            "https://user.example/",
            "https://user.example/",
        ),
        (
            Given {
                user: "registry=https://user.example/",
                project,
                environment: &[("NPM_CONFIG_REGISTRY", "https://env.example")],
                ..NOTHING
            },
            "https://env.example/",
            "https://acme.example/npm/",
        ),
        (
            Given {
                environment: &[("npm_config_registry", ""), ("HOST", "variable.example")],
                user: "registry=https://${HOST}/${PATH?}",
                ..NOTHING
            },
            "https://variable.example/",
            "https://variable.example/",
        ),
        (
            Given {
                flag: Some("http://127.0.0.1:4873"),
                project,
                ..NOTHING
            },
            "http://127.0.0.1:4873/",
            "http://127.0.0.1:4873/",
        ),
    ] {
        let settings = settings(&given);
        assert_eq!(asked(&settings, "widget"), widget);
        assert_eq!(asked(&settings, "@acme/widget"), scoped);
    }
}

#[test]
fn credentials_go_to_their_host_and_path_only() {
    let settings = settings(&Given {
        environment: &[("TOKEN", "secret")],
        user: "//a.example/:_authToken=${TOKEN}\n//b.example/npm/:_auth=dXNlcg==\n//c.example/:_authToken=${UNSET}\n\
                  //d.example:8080/npm:_authToken=plain\n\
                  //e.example/:username=joe\n//e.example/:_password=cGFzcw==\n//f.example/:_password=cGFzcw==\n",
        ..NOTHING
    });
    for (url, expected) in [
        ("https://a.example/widget", Some("Bearer secret")),
        ("https://a.example/npm/@acme%2fwidget", Some("Bearer secret")),
        ("https://a.example:8443/widget", None),
        ("https://a.example.evil/widget", None),
        ("https://evil.a.example/widget", None),
        ("https://b.example/npm/widget", Some("Basic dXNlcg==")),
        ("https://b.example/widget", None),
        ("https://c.example/widget", None),
        ("https://d.example:8080/npm/widget", Some("Bearer plain")),
        // npm looks for the host as an address writes it.
        ("https://A.Example/widget", Some("Bearer secret")),
        ("https://a.example:443/widget", Some("Bearer secret")),
        ("http://a.example:443/widget", None),
        ("https://e.example/widget", Some("Basic am9lOnBhc3M=")),
        ("https://f.example/widget", None),
        ("nonsense", None),
    ] {
        assert_eq!(settings.authorization(url).as_deref(), expected, "{url}");
    }
}

#[test]
fn proxy_is_the_one_of_the_settings_and_then_of_the_environment() {
    let environment: &[_] = &[
        ("HTTPS_PROXY", "http://secure.example:1"),
        ("http_proxy", "http://plain.example:2"),
        ("NO_PROXY", "localhost, .corp.example,10.0.0.1:80"),
    ];
    let of_environment = Given {
        environment,
        ..NOTHING
    };
    let of_settings = Given {
        environment,
        user: "https-proxy=http://set.example:3\nnoproxy=none.example\n",
        ..NOTHING
    };
    let all_excepted = Given {
        environment: &[("ALL_PROXY", "http://all.example"), ("no_proxy", "*")],
        ..NOTHING
    };
    let switched_off = Given {
        environment: &[],
        user: "proxy=null\n",
        ..NOTHING
    };
    for (given, url, expected) in [
        (
            &of_environment,
            "https://x.example/",
            Some("http://secure.example:1"),
        ),
        (
            &of_environment,
            "http://x.example/",
            Some("http://plain.example:2"),
        ),
        (&of_environment, "https://LOCALHOST:4873/", None),
        (&of_environment, "https://npm.corp.example/", None),
        (&of_environment, "https://corp.example/", None),
        (
            &of_environment,
            "https://notcorp.example/",
            Some("http://secure.example:1"),
        ),
        (&of_environment, "http://10.0.0.1/", None),
        (&of_settings, "https://x.example/", Some("http://set.example:3")),
        (&of_settings, "https://user:word@none.example/", None),
        (&all_excepted, "https://x.example/", None),
        (&switched_off, "https://x.example/", None),
    ] {
        assert_eq!(settings(given).proxy(url).as_deref(), expected, "{url}");
    }
}

#[test]
fn variables_of_the_environment_are_settings_too() {
    for (variable, key) in [
        ("npm_config_https_proxy", Some("https-proxy")),
        ("NPM_CONFIG_CAFILE", Some("cafile")),
        ("npm_config_@acme:registry", Some("@acme:registry")),
        (
            "npm_config_//a.example/:_authToken",
            Some("//a.example/:_authToken"),
        ),
        ("npm_package_name", None),
        ("größe", None),
    ] {
        assert_eq!(config_key(variable).as_deref(), key, "{variable}");
    }
}

#[test]
fn variables_that_are_not_set_stay_as_they_are() {
    let environment = BTreeMap::from([("A".to_owned(), "1".to_owned())]);
    for (text, result) in [
        ("${A}-${A}", "1-1"),
        ("${B}", "${B}"),
        ("x${B?}y", "xy"),
        ("${A", "${A"),
        ("", ""),
    ] {
        assert_eq!(expanded(text, &environment), result);
    }
}

#[test]
fn passwords_in_urls_are_not_shown() {
    assert_eq!(
        shown_url("https://user:word@a.example/npm/"),
        "https://a.example/npm/"
    );
    assert_eq!(
        shown_url("https://a.example/@acme/widget"),
        "https://a.example/@acme/widget"
    );
    assert_eq!(host_of("http://[::1]:4873/x"), "::1");
}

/// What a hostile repository could write to get at a secret of the user.
const HOSTILE: &str = "registry=https://user.example\n\
    @plain:registry=http://user.example\n\
    @port:registry=http://USER.example:8080/npm/\n\
    @variable:registry=https://evil.example/${SECRET}\n\
    @host:registry=https://${SECRET}.evil.example/\n\
    //evil.example/:_authToken=${SECRET}\n\
    //user.example/:_authToken=theirs\n\
    //${SECRET}.evil.example/:_auth=x\n\
    proxy=http://evil.example\n\
    https-proxy=http://evil.example\n\
    noproxy=user.example\n\
    cafile=evil.pem\n\
    ca[]=evil\n\
    strict-ssl=false\n\
    userconfig=evil.npmrc\n\
    always-auth=true\n";

#[test]
fn a_repository_chooses_registries_and_nothing_else() {
    let given = Given {
        environment: &[("SECRET", "secret")],
        user: "//user.example/:_authToken=mine\n",
        project: HOSTILE,
        ..NOTHING
    };
    let settings = settings(&given);
    for (package, expected) in [
        ("widget", "https://user.example/"),
        ("@plain/w", "PlainHttp http://user.example/"),
        ("@port/w", "PlainHttp http://USER.example:8080/npm/"),
        ("@variable/w", "Variable https://evil.example/${SECRET}/"),
        ("@host/w", "Variable https://${SECRET}.evil.example/"),
    ] {
        assert_eq!(asked(&settings, package), expected);
    }
    for (url, expected) in [
        ("https://user.example/widget", Some("Bearer mine")),
        ("https://evil.example/widget", None),
    ] {
        assert_eq!(settings.authorization(url).as_deref(), expected, "{url}");
    }
    assert_eq!(settings.proxy("https://user.example/widget"), None);
    assert_eq!(settings.certificates(), None);
    let ignored: Vec<&str> = settings
        .ignored()
        .iter()
        .map(|ignored| ignored.key.as_str())
        .collect();
    assert_eq!(
        ignored,
        [
            "//evil.example/:_authToken",
            "//user.example/:_authToken",
            "//${SECRET}.evil.example/:_auth",
            "proxy",
            "https-proxy",
            "noproxy",
            "cafile",
            "ca",
            "strict-ssl",
            "userconfig",
            "@host:registry",
            "@plain:registry",
            "@port:registry",
            "@variable:registry",
        ]
    );
}

#[test]
fn what_the_user_names_the_user_gets() {
    // A token for a registry on the same machine, as of `npm login --registry http://localhost:4873`.
    let user = "registry=http://localhost:4873\n//localhost:4873/:_authToken=mine\n";
    let project = "registry=http://localhost:4873/\n@acme:registry=http://localhost:9999/\n";
    let settings = settings(&Given {
        user,
        project,
        ..NOTHING
    });
    assert_eq!(asked(&settings, "widget"), "http://localhost:4873/");
    assert_eq!(
        asked(&settings, "@acme/widget"),
        "PlainHttp http://localhost:9999/"
    );
    assert_eq!(
        settings.authorization("http://localhost:4873/widget").as_deref(),
        Some("Bearer mine")
    );
}

#[test]
fn a_home_folder_that_is_a_repository_is_the_user_s() {
    let text = "proxy=http://set.example:3\n//a.example/:_authToken=mine\n";
    let settings = settings(&Given {
        user: text,
        project: text,
        ..NOTHING
    });
    assert_eq!(settings.ignored(), []);
    assert_eq!(
        settings.proxy("https://x.example/").as_deref(),
        Some("http://set.example:3")
    );
}

#[test]
fn what_npm_passes_on_from_the_repository_is_not_the_user_s() {
    let project = "https-proxy=http://evil.example\ncafile=evil.pem\nregistry=https://evil.example/${SECRET}/\n\
                   userconfig=evil.npmrc\n";
    let passed_on: &[_] = &[
        ("npm_execpath", "/usr/lib/node_modules/npm/bin/npm-cli.js"),
        ("npm_config_https_proxy", "http://evil.example"),
        ("npm_config_cafile", "/repository/evil.pem"),
        ("npm_config_registry", "https://evil.example/secret/"),
        ("npm_config_userconfig", "/repository/evil.npmrc"),
        ("npm_config_noproxy", "mine.example"),
        ("SECRET", "secret"),
    ];
    let of_npm = settings(&Given {
        environment: passed_on,
        project,
        user: "//a.example/:_authToken=mine",
        ..NOTHING
    });
    assert_eq!(of_npm.proxy("https://x.example/"), None);
    assert_eq!(of_npm.certificates(), None);
    assert_eq!(
        asked(&of_npm, "widget"),
        "Variable https://evil.example/${SECRET}/"
    );
    assert_eq!(
        of_npm.authorization("https://a.example/w").as_deref(),
        Some("Bearer mine")
    );
    // It is unknown which files npm has read: one that git ignores, one in a folder, one with a broken byte.
    for sign in [
        "npm_execpath",
        "npm_command",
        "npm_lifecycle_event",
        "npm_config_user_agent",
    ] {
        let of_pnpm = RegistrySettings::new(
            None,
            [
                (sign, "x"),
                ("npm_config_https_proxy", "http://evil.example"),
                ("npm_config_cafile", "/repository/packages/a/evil.pem"),
                ("NPM_CONFIG_NOPROXY", "mine.example"),
                ("NPM_CONFIG_PROXY", "http://mine.example"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
            None,
            &|_| None,
        );
        let of = |url| of_pnpm.proxy(url);
        assert_eq!(
            of("https://x.example/").as_deref(),
            Some("http://mine.example"),
            "{sign}"
        );
        assert_eq!(of("https://mine.example/"), None);
        assert_eq!(of_pnpm.certificates(), None);
    }
    // The same variables without npm are the user's own.
    let environment = passed_on.get(1..).unwrap_or_default();
    let of_user = settings(&Given {
        environment,
        project,
        ..NOTHING
    });
    assert_eq!(
        of_user.proxy("https://x.example/").as_deref(),
        Some("http://evil.example")
    );
}

#[test]
fn a_registry_of_a_repository_is_a_plain_url() {
    for (url, expected) in [
        ("https://npm.pkg.github.com", None),
        ("https://a.example:8443/npm/@acme/", None),
        ("http://localhost:4873/", None),
        ("http://127.0.0.1:4873", None),
        ("https://[2001:db8::1]:8443/", None),
        ("https://10.0.0.1/", None),
        ("file:///etc/passwd", Some(Refusal::NoUrl)),
        ("//a.example/", Some(Refusal::NoUrl)),
        ("a.example", Some(Refusal::NoUrl)),
        ("HTTPS://a.example/", Some(Refusal::NoUrl)),
        ("https://", Some(Refusal::NoUrl)),
        ("https:///a", Some(Refusal::NoUrl)),
        ("https://.example/", Some(Refusal::NoUrl)),
        ("https://a b/", Some(Refusal::NoUrl)),
        ("https://a.example:0/", Some(Refusal::NoUrl)),
        ("https://a.example:99999/", Some(Refusal::NoUrl)),
        ("https://a.example:+1/", Some(Refusal::NoUrl)),
        ("https://a.example\\b/", Some(Refusal::NoUrl)),
        ("https://a.example/?x=", Some(Refusal::NoUrl)),
        ("https://a.example/npm%2f", Some(Refusal::NoUrl)),
        ("https://a.example/npm/../", Some(Refusal::NoUrl)),
        ("https://a.example/%2e%2e/", Some(Refusal::NoUrl)),
        ("https://a.example/\u{1b}[31m", Some(Refusal::NoUrl)),
        ("https://ä.example/", Some(Refusal::NoUrl)),
        ("https://[::1", Some(Refusal::NoUrl)),
        ("https://joe:secret@a.example/", Some(Refusal::Credential)),
        ("https://a.example@evil.example/", Some(Refusal::Credential)),
        ("https://${TOKEN}@a.example/", Some(Refusal::Variable)),
        ("http://169.254.169.254/latest/", Some(Refusal::Address)),
        ("http://0.0.0.0/", Some(Refusal::Address)),
        ("http://[fe80::1]/", Some(Refusal::Address)),
        ("http://[::ffff:169.254.169.254]/", Some(Refusal::Address)),
        ("http://[::169.254.169.254]/", Some(Refusal::Address)),
        ("http://[64:ff9b::a9fe:a9fe]/", Some(Refusal::Address)),
        ("http://[fd00:ec2::254]/", Some(Refusal::Address)),
        ("http://100.100.100.200/latest/", Some(Refusal::Address)),
        ("http://[2002:a9fe:a9fe::]/", Some(Refusal::Address)),
        ("http://2852039166/", Some(Refusal::Address)),
        ("http://0xA9FEA9FE/", Some(Refusal::Address)),
        ("http://169.254.43518/", Some(Refusal::Address)),
        ("http://169.254.169.254./", Some(Refusal::Address)),
        ("https://npm.a1.example/", None),
        ("http://[::1]:4873/", None),
        ("https://[64:ff9b::102:304]/", None),
    ] {
        let project = format!("registry={url}\n");
        let settings = RegistrySettings::new(None, BTreeMap::new(), Some(&project), &|_| None);
        assert_eq!(settings.registry_of("widget").1, expected, "{url}");
    }
}
