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
    RegistrySettings::new(
        given.flag,
        environment.collect(),
        Some(given.project),
        Some(given.user),
    )
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
                project: "registry=https://${HOST}/${PATH?}",
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
        assert_eq!(settings.registry_of("widget"), widget);
        assert_eq!(settings.registry_of("@acme/widget"), scoped);
    }
}

#[test]
fn credentials_go_to_their_host_and_path_only() {
    let settings = settings(&Given {
        environment: &[("TOKEN", "secret")],
        project: "//a.example/:_authToken=${TOKEN}\n//b.example/npm/:_auth=dXNlcg==\n//c.example/:_authToken=${UNSET}\n\
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
        project: "https-proxy=http://set.example:3\nnoproxy=none.example\n",
        ..NOTHING
    };
    let all_excepted = Given {
        environment: &[("ALL_PROXY", "http://all.example"), ("no_proxy", "*")],
        ..NOTHING
    };
    let switched_off = Given {
        environment: &[],
        project: "proxy=null\n",
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

#[test]
fn a_project_that_is_only_opened_names_registries_and_nothing_else() {
    let environment = BTreeMap::from([("SECRET".to_owned(), "secret".to_owned())]);
    let user = "//user.example/:_authToken=mine\n//plain.example/:_authToken=mine\n";
    let project = "registry=https://user.example\n\
                   @acme:registry=http://plain.example\n\
                   @evil:registry=https://evil.example/${SECRET}\n\
                   //evil.example/:_authToken=${SECRET}\n\
                   //plain.example/:_authToken=theirs\n\
                   proxy=http://evil.example\n\
                   noproxy=user.example\n\
                   cafile=evil.pem\n";
    let settings = RegistrySettings::for_opened(environment, Some(project), Some(user));
    assert_eq!(settings.registry_of("widget"), "https://user.example/");
    assert_eq!(
        settings.registry_of("@evil/widget"),
        "https://evil.example/${SECRET}/"
    );
    for (url, expected) in [
        ("https://user.example/widget", Some("Bearer mine")),
        // The token is the user's, and the project has chosen that anyone can read it.
        ("http://plain.example/@acme%2fwidget", None),
        ("https://plain.example/@acme%2fwidget", Some("Bearer mine")),
        ("https://evil.example/widget", None),
    ] {
        assert_eq!(settings.authorization(url).as_deref(), expected, "{url}");
    }
    assert_eq!(settings.proxy("https://evil.example/widget"), None);
    assert_eq!(settings.certificates(), None);
}
