//! Until the analysis reads remote URLs itself.

use trustpub_analysis::RepositorySlug;

/// The repository on github.com that the URL of a git remote names.
pub(super) fn slug_of_remote_url(url: &str) -> Option<RepositorySlug> {
    let url = url.trim();
    let (host, path) = match url.split_once("://") {
        Some((scheme, rest)) => {
            let scheme = scheme.to_ascii_lowercase();
            let is_known = matches!(
                scheme.as_str(),
                "https" | "http" | "ssh" | "git" | "git+ssh" | "ssh+git" | "git+https"
            );
            if !is_known {
                return None;
            }
            rest.split_once('/')?
        }
        // `[user@]host:path`, as scp writes it. With a `/` before the `:` it is a path on disk.
        None => url.split_once(':').filter(|(host, _)| !host.contains('/'))?,
    };
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _port)| host);
    let is_github = ["github.com", "www.github.com", "ssh.github.com"]
        .iter()
        .any(|name| host.eq_ignore_ascii_case(name));
    if !is_github {
        return None;
    }
    let path = path.trim_matches('/');
    RepositorySlug::parse(path.strip_suffix(".git").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_remote_url() {
        for url in [
            "https://github.com/Acme/widget.js",
            "https://github.com/Acme/widget.js.git",
            "https://github.com/Acme/widget.js/",
            "https://github.com/Acme/widget.js.git/",
            "https://GitHub.com:443/Acme/widget.js",
            "https://user:secret@github.com/Acme/widget.js.git",
            "https://www.github.com/Acme/widget.js",
            "http://github.com/Acme/widget.js",
            "git://github.com/Acme/widget.js.git",
            "git+https://github.com/Acme/widget.js.git",
            "git+ssh://git@github.com/Acme/widget.js.git",
            "ssh://git@github.com/Acme/widget.js.git",
            "ssh://git@github.com:22/Acme/widget.js.git",
            "ssh://git@ssh.github.com:443/Acme/widget.js.git",
            "git@github.com:Acme/widget.js.git",
            "git@github.com:/Acme/widget.js",
            "github.com:Acme/widget.js",
            " git@github.com:Acme/widget.js.git\n",
        ] {
            let slug = slug_of_remote_url(url).map(|slug| slug.to_string());
            assert_eq!(slug.as_deref(), Some("Acme/widget.js"), "{url}");
        }
    }

    #[test]
    fn what_names_no_repository_on_github() {
        for url in [
            "",
            "https://gitlab.com/acme/widget",
            "https://github.example.com/acme/widget",
            "https://github.com.evil.example/acme/widget",
            "https://github.com@evil.example/acme/widget",
            "https://evil.example/github.com/acme/widget",
            "git@github-work:acme/widget.git",
            "https://github.com",
            "https://github.com/acme",
            "https://github.com/acme/widget/tree/main",
            "https://github.com/acme/.git",
            "file:///srv/github.com/acme/widget",
            "/srv/git/acme/widget.git",
            "../widget",
            r"C:\acme\widget",
            "./github.com:acme/widget",
            "https://github.com/a b/c",
        ] {
            assert_eq!(slug_of_remote_url(url), None, "{url}");
        }
    }
}
