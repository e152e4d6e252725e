//! Against a real registry. `./tests/run verdaccio` installs it; `TRUSTPUB_VERDACCIO=<folder>` names the folder with its
//! `node_modules`.
//!
//! A new release of it: change its version in `tests/verdaccio/package.json` and run
//! `npm install --package-lock-only --omit-lockfile-registry-resolved` there. It asks for a dist-tag of `node-fetch` that
//! copies of npm's registry may lack, which is why that is overridden.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::documents::{by_token, trusted};
use super::{repository, verify_with};
use crate::support::TestFolder;
use trustpub_tests::needed::path_in;

const CONFIG: &str = "\
storage: ./storage
uplinks: {}
packages:
  '**': { access: $all, publish: $all }
log: { type: stdout, format: json, level: fatal }
";

/// Anyone may publish to it, and it asks no other registry.
struct Verdaccio {
    process: Child,
    port: u16,
    /// Removed at the end.
    _folder: TestFolder,
}

impl Verdaccio {
    fn start(installed: &Path) -> Self {
        let folder = TestFolder::with(&[("config.yaml", CONFIG)]);
        let port = free_port();
        let process = Command::new("node")
            .arg(installed.join("node_modules/verdaccio/bin/verdaccio"))
            .args([
                "--config",
                "config.yaml",
                "--listen",
                &format!("127.0.0.1:{port}"),
            ])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("node can be started");
        let mut verdaccio = Self {
            process,
            port,
            _folder: folder,
        };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = verdaccio.process.try_wait().expect("it is our process");
            assert_eq!(ended, None, "verdaccio has ended");
            thread::sleep(Duration::from_millis(50));
        }
        verdaccio
    }

    /// Publishes the first version of a package, as npm would, with these fields.
    fn publish(&self, name: &str, version: &Value) {
        let mut version = version.clone();
        version["name"] = json!(name);
        version["version"] = json!("1.0.0");
        version["dist"]["tarball"] = json!(format!("http://127.0.0.1:{}/{name}.tgz", self.port));
        // The tarball is one byte, zero.
        version["dist"]["shasum"] = json!("5ba93c9db0cff93f52b521d7420e43f6eda2784f");
        let file = json!({ "content_type": "application/octet-stream", "data": "AA==", "length": 1 });
        let document = json!({
            "_id": name,
            "name": name,
            "dist-tags": { "latest": "1.0.0" },
            "versions": { "1.0.0": version },
            "_attachments": { format!("{name}-1.0.0.tgz"): file },
        });
        let body = document.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let head = format!(
            "PUT /{} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            name.replace('/', "%2f"),
            body.len()
        );
        let mut answer = String::new();
        stream
            .write_all(format!("{head}{body}").as_bytes())
            .and_then(|()| stream.read_to_string(&mut answer))
            .expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    }
}

impl Drop for Verdaccio {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

#[test]
#[ignore = "needs TRUSTPUB_VERDACCIO; the step `verdaccio`"]
fn what_a_real_registry_keeps_is_read() {
    let installed = path_in("TRUSTPUB_VERDACCIO");
    let verdaccio = Verdaccio::start(&installed);
    let mut without_provenance = trusted();
    without_provenance["dist"] = json!({});
    verdaccio.publish("@acme/widget", &without_provenance);
    verdaccio.publish("gadget", &by_token("jane"));
    verdaccio.publish("signed", &trusted());
    let registry = format!("http://127.0.0.1:{}", verdaccio.port);
    let folder = repository();
    folder.write(".npmrc", format!("registry={registry}\n"));
    let verify = |args: &[&str], code| {
        let args = [args, &["--format", "json"]].concat();
        verify_with(&folder, &args, &[]).exits_with(code).json()
    };

    let own = verify(&[], 0);
    let own = &own["packages"][0];
    assert_eq!(own["name"], "@acme/widget");
    assert_eq!(own["version"]["publisher"], "trusted-publisher");
    assert_eq!(own["trusted_since"], "1.0.0");
    assert_eq!(own["findings"][0]["id"], "no-provenance");

    let others = verify(&["gadget", "signed@1.0.0", "gone"], 2);
    let [gadget, signed, gone] = &others["packages"].as_array().unwrap()[..] else {
        panic!("{others}");
    };
    assert_eq!(gadget["version"]["publisher"], "token");
    assert_eq!(gadget["version"]["account"], "jane");
    // It keeps what the packument says about attestations, and not them.
    assert_eq!(signed["trusted"], true);
    assert_eq!(signed["predicate_types"][0], "https://slsa.dev/provenance/v1");
    assert!(
        signed["error"]["message"]
            .as_str()
            .unwrap()
            .contains("does not have them (404)"),
        "{signed}"
    );
    assert_eq!(gone["error"]["id"], "not-found");
    verify(&["gadget"], 1);
}
