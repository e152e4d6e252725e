//! The cost of a command grows with its input and not with the square of it. Each class of input is made in one size and in the
//! double one, and the instructions of the command are counted: those for the double size are at most 2.5 times as many. What the
//! command costs with the least input is left out of both.
//!
//! Instructions are the same in every run, which times are not, and they see every loop, which counters in the code do not.
//! valgrind counts them, since it is a package of every distribution, and needs no counters of the processor, which many virtual
//! machines lack.
//!
//! `./tests/run linear` builds the command. `TRUSTPUB_LINEAR=<program>` names one that is built already, and
//! `TRUSTPUB_LINEAR_CLASS=<name>` counts one class alone.

mod classes;

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use classes::{CLASSES, Class, LOG};
use trustpub_tests::needed::path_in;

/// Twice the input costs at most so much more.
const MOST_GROWTH: f64 = 2.5;
/// Two counts run at a time.
const THREADS: usize = 2;

#[test]
#[ignore = "needs TRUSTPUB_LINEAR and valgrind; the step `linear`"]
fn twice_the_input_costs_about_twice_as_much() {
    let program = path_in("TRUSTPUB_LINEAR");
    let only = std::env::var("TRUSTPUB_LINEAR_CLASS").ok();
    let is_wanted = |class: &&Class| only.as_ref().is_none_or(|only| class.name == only);
    let wanted: Vec<&Class> = CLASSES.iter().filter(is_wanted).collect();
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(class) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let [least, once, twice] = counts(&program, class);
                    let growth = (twice - least) / (once - least);
                    println!(
                        "{:36} n = {:5}: × {growth:.2} ({:.0} M)",
                        class.name,
                        class.size,
                        twice / 1e6
                    );
                    found.lock().unwrap().push((class.name, growth));
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    assert!(!found.is_empty(), "there is no such class");
    let too_dear = found.iter().filter(|(_, growth)| *growth > MOST_GROWTH);
    let too_dear: Vec<String> = too_dear
        .map(|(name, growth)| format!("{name}: × {growth:.2}"))
        .collect();
    assert!(
        too_dear.is_empty(),
        "more than × {MOST_GROWTH}:\n{}",
        too_dear.join("\n")
    );
}

/// The instructions for the least input, for the class's size and for the double one.
fn counts(program: &Path, class: &Class) -> [f64; 3] {
    [1, class.size, 2 * class.size].map(|size| {
        let folder = std::env::temp_dir().join(format!("trustpub-linear-{}-{size}", std::process::id()));
        let folder = folder.join(class.name);
        write(&folder, &(class.files)(size));
        let count = instructions(program, class.command, &folder);
        std::fs::remove_dir_all(&folder).unwrap();
        count as f64
    })
}

fn write(folder: &Path, files: &[(String, String)]) {
    let git = [
        (".git/HEAD".to_owned(), "ref: refs/heads/main\n".to_owned()),
        (
            ".git/config".to_owned(),
            "[remote \"origin\"]\n\turl = https://github.com/acme/widget.git\n".to_owned(),
        ),
    ];
    for (path, text) in files.iter().chain(&git) {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// The instructions of a command, on one thread.
fn instructions(program: &Path, command: &[&str], folder: &Path) -> u64 {
    let is_explain = command.first() == Some(&"explain");
    let input = if is_explain {
        folder.join(LOG)
    } else {
        folder.to_owned()
    };
    let output = Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(program)
        .args(command)
        .arg(input)
        .current_dir(folder)
        .env("RAYON_NUM_THREADS", "1")
        .output()
        .unwrap_or_else(|error| panic!("valgrind: {error}"));
    let printed = String::from_utf8_lossy(&output.stderr);
    // "==1== I   refs:      871,390,067", and "I refs:" since 3.21.
    let counted = printed
        .lines()
        .find(|line| line.contains(" I ") && line.contains("refs:"));
    let count = counted.and_then(|line| line.split_whitespace().last()?.replace(',', "").parse().ok());
    count.unwrap_or_else(|| panic!("valgrind counted nothing:\n{printed}"))
}
