use super::{CodeStep, code_facts, steps_of};
use crate::syntax::javascript::{Code, Uses};

/// The first publish of a module that is started as a program.
fn publish_command(code: &str) -> Option<String> {
    let code = Code::read(code);
    let steps = steps_of(&code.reach(&Uses::nothing()));
    let texts = steps.into_iter().filter_map(|step| match step {
        CodeStep::Publish(publish) => Some(publish.what.trim_matches('`').to_owned()),
        _ => None,
    });
    texts.into_iter().next()
}

#[test]
fn publish_commands_are_found_where_they_are_started() {
    for (code, expected) in [
        ("execSync('npm publish --access public')", Some("npm publish")),
        ("await $`pnpm -r publish --tag ${tag}`", Some("pnpm -r publish")),
        ("run(`cd ${dir} && npm publish`)", Some("npm publish")),
        (
            "await execa('npm', ['publish', '--tag', tag])",
            Some("npm publish"),
        ),
        (
            "spawnSync(isWindows ? 'npm.cmd' : 'npm', [\n  'publish', // it\n])",
            Some("npm publish"),
        ),
        ("Bun.spawn(['npm', 'publish'])", Some("npm publish")),
        (
            "x('vp', ['exec', 'pnpm', 'publish', '--tag', tag])",
            Some("pnpm publish"),
        ),
        ("exec(\"yarn npm publish\")", Some("yarn npm publish")),
        ("exec('npx changeset publish')", Some("changeset publish")),
        (
            "const command = 'npm publish'; exec(command)",
            Some("npm publish"),
        ),
        (
            "x.replace(/['\"`]/g, ''); exec('npm publish')",
            Some("npm publish"),
        ),
        ("const half = a / b; exec('npm publish') / 2", Some("npm publish")),
        // Lists and texts that have a name.
        (
            "const args = ['publish', '--access', 'public']\nexecFileSync('npm', args)",
            Some("npm publish"),
        ),
        (
            "const args: string[] = ['publish'];\nif (tag) args.push('--tag', tag);\nawait run(npm, args); const npm = 'npm'",
            Some("npm publish"),
        ),
        (
            "const args = []\nargs.push('publish', '.')\nexeca('pnpm', args)",
            Some("pnpm publish"),
        ),
        (
            "const npm = isWindows ? 'npm.cmd' : 'npm'\nspawnSync(npm, ['publish', ...flags], { shell: true })",
            Some("npm publish"),
        ),
        (
            "const pm = process.env.PM ?? 'pnpm'; exec(`${pm} publish --tag ${tag}`)",
            Some("pnpm publish"),
        ),
        (
            "const rest = ['--tag', 'next']; x('npm', ['publish', ...rest])",
            Some("npm publish"),
        ),
        ("const c = ['npm', 'publish']; spawn(c)", Some("npm publish")),
        (
            "const command = 'npx semantic-release'; execSync(command)",
            Some("semantic-release"),
        ),
        // Other ways to start a program.
        (
            "new Deno.Command('npm', { args: ['publish'] })",
            Some("npm publish"),
        ),
        (
            "run({ cmd: 'npm', args: ['publish', name] })",
            Some("npm publish"),
        ),
        ("Bun.spawn({ cmd: ['bun', 'publish'] })", Some("bun publish")),
        ("await Bun.$`npm publish ${file}`", Some("npm publish")),
        ("await $({ cwd })`npm publish`", Some("npm publish")),
        ("run('npm', 'publish', '--access', 'public')", Some("npm publish")),
        ("await npm(['publish', '--tag', tag])", Some("npm publish")),
        // A program by the name of its variable.
        (
            "const args = ['publish']; Bun.spawnSync([npmCommand, ...args], { cwd })",
            Some("npm publish"),
        ),
        ("spawnSync(NPM_BIN, ['publish', dir])", Some("npm publish")),
        ("execFile(pnpmPath, ['publish', '-r'])", Some("pnpm publish")),
        (
            "await $({ stdout: 'inherit', env: { A: f('x') } })`auto shipit`",
            Some("auto shipit"),
        ),
        ("spawnSync(npmrcPath, ['publish', dir])", None),
        ("run([npmTag, 'publish'])", None),
        ("log({ a: 1 })`auto shipit`", None),
        ("spawn.run(package, 'npm', ['publish'])", Some("npm publish")),
        (
            "execSync('npx lerna publish from-package')",
            Some("lerna publish"),
        ),
        ("await exec.exec('npm', ['publish'])", Some("npm publish")),
        (
            "`${list.map(x => `${x}`)}`; exec('npm publish')",
            Some("npm publish"),
        ),
        // Only what runs counts.
        (
            "function main() { exec('npm publish') }\nmain()",
            Some("npm publish"),
        ),
        (
            "main().catch(die)\nasync function main() {\n  await publish()\n}\nconst publish = async (tag: string): Promise<void> => {\n  await exec('npm publish')\n}",
            Some("npm publish"),
        ),
        (
            "const tasks = { publish() { exec('npm publish') } }\ntasks[name]()",
            Some("npm publish"),
        ),
        (
            "class P { run() { exec('npm publish') } }\nnew P().run()",
            Some("npm publish"),
        ),
        (
            "export const done = main()\nfunction main() { exec('npm publish') }",
            Some("npm publish"),
        ),
        (
            "if (require.main === module) ship()\nfunction ship() { exec('npm publish') }",
            Some("npm publish"),
        ),
        ("(async () => {\n  exec('npm publish')\n})()", Some("npm publish")),
        (
            "function ship() { exec('npm publish') }\n(async () => { ship() })()",
            Some("npm publish"),
        ),
        (
            "function ship(): Promise<{ ok: true }> { exec('npm publish') }\n(() => {})()",
            None,
        ),
        ("class Ship { run() { exec('npm publish') } }\n(() => {})()", None),
        ("} exec('npm publish')", Some("npm publish")),
        ("export function ship() { exec('npm publish') }", None),
        ("function ship() { exec('npm publish') }\nbuild()", None),
        (
            "const ship = async () => { exec('npm publish') }\nlib.ship()",
            None,
        ),
        (
            "module.exports = { ship }\nfunction ship() { exec('npm publish') }",
            None,
        ),
        ("exports.ship = () => exec('npm publish')", None),
        // It is not started.
        ("execFileSync('npm', ['publish', tarball, '--dry-run'])", None),
        (
            "const args = ['publish', '--dry-run']; execFileSync('npm', args)",
            None,
        ),
        ("const args = ['publish']; log('npm', args)", None),
        ("expect(run).toEqual(['npm publish'])", None),
        ("assert.deepEqual('npm publish', call)", None),
        ("const args = ['publish']; execFileSync('gh', args)", None),
        (
            "const words = ['build', 'publish']; for (const word of words) exec('npm', [word])",
            None,
        ),
        ("// execSync('npm publish')", None),
        ("/* execSync('npm publish') */", None),
        ("execSync('npm publish --dry-run')", None),
        ("exec('npm', ['publish', '--dry-run'])", None),
        ("console.log('npm publish')", None),
        ("throw new Error('npm publish failed')", None),
        ("consola.info(`npm publish ${tag}`)", None),
        ("if (command === 'npm publish') {}", None),
        ("const text = 'how to npm publish'", None),
        ("publish('npm')", None),
        ("exec('npm', ['view', name, 'publish'])", None),
        ("exec('pnpm', ['run', 'publish'])", None),
        ("const url = 'https://a.b/npm publish", None),
        ("['a', '", None),
        ("", None),
    ] {
        assert_eq!(publish_command(code).as_deref(), expected, "{code}");
    }
}

#[test]
fn functions_of_packages_publish() {
    for (code, expected) in [
        (
            "import { releaseVersion, releasePublish } from 'nx/release';\n(async () => { await releaseVersion({}); await \
             releasePublish({ dryRun: options.dryRun }) })()",
            Some("releasePublish()` of nx/release"),
        ),
        (
            "import { ReleaseClient } from 'nx/release/index.js'\nconst client = new ReleaseClient({})\nawait \
             client.releasePublish({})",
            Some("releasePublish()` of nx/release/index.js"),
        ),
        (
            "import * as nx from 'nx/release'; nx.releasePublish({})",
            Some("releasePublish()` of nx/release"),
        ),
        (
            "const { releasePublish: ship } = require('nx/release')\nship()",
            Some("ship()` of nx/release"),
        ),
        (
            "import semanticRelease from 'semantic-release'\nawait semanticRelease({ branches })",
            Some("semanticRelease()` of semantic-release"),
        ),
        (
            "const { publish } = require('libnpmpublish')\npublish(m, t)",
            Some("publish()` of libnpmpublish"),
        ),
        (
            "const lib = require('libnpmpublish')\nlib.publish(m, t)",
            Some("publish()` of libnpmpublish"),
        ),
        (
            "const publish = require('libnpmpublish').publish\npublish(m, t)",
            Some("publish()` of libnpmpublish"),
        ),
        (
            "import lib from 'libnpmpublish'; lib.publish(m)",
            Some("publish()` of libnpmpublish"),
        ),
        (
            "import { publish } from '@vitejs/release-scripts'\npublish({ provenance: true })",
            Some("publish()` of @vitejs/release-scripts"),
        ),
        (
            "const semanticRelease = (await import('semantic-release')).default\nsemanticRelease()",
            Some("semanticRelease()` of semantic-release"),
        ),
        // It is not called, only tries, or is something else.
        (
            "import { release } from '@vitejs/release-scripts'\nrelease({})",
            None,
        ),
        (
            "import { releaseChangelog, releasePublish } from 'nx/release'\nreleaseChangelog()",
            None,
        ),
        (
            "import { releasePublish } from 'nx/release'; releasePublish({ dryRun: true })",
            None,
        ),
        ("import type { publish } from 'libnpmpublish'; publish()", None),
        ("import { unpublish } from 'libnpmpublish'; unpublish()", None),
        ("import { publish } from './publish'; publish()", None),
        ("import { publish } from 'rxjs'; publish()", None),
        (
            "import { publish } from 'libnpmpublish'; function f() { publish() }",
            None,
        ),
        (
            "import semanticRelease from 'semantic-release'\nsemanticRelease({ dryRun: true })",
            None,
        ),
    ] {
        assert_eq!(publish_command(code).as_deref(), expected, "{code}");
    }
}

#[test]
fn long_monotonous_code_comes_to_an_end() {
    for piece in [
        "'",
        "`",
        "/",
        "/*",
        "[",
        "['publish',",
        "\\",
        "'publish' ",
        "é",
        "//",
        "(",
        "a(",
        "`${",
        "[[",
        "...[",
        "import('./a')",
        "const a = [a,",
        "exports.a = ",
        "a.",
        "function a() {} a();\n",
    ] {
        let code = format!("publish{}", piece.repeat(20_000));
        assert_eq!(publish_command(&code), None, "{piece}");
    }
}

#[test]
fn code_may_decide_how_npm_logs_in() {
    for code in [
        "writeFileSync('.npmrc', line)",
        "fs.appendFileSync(join(home, '.npmrc'), `//registry.npmjs.org/:_authToken=${token}`)",
        "if (!process.env.NPM_TOKEN) throw new Error()",
        "exec('npm whoami')",
        "spawn('npm', args, { env: { CI: '1' } })",
        "const env = make(); spawn('npm', args, { cwd, env })",
        "publish({ tag, registry })",
        "spawn('npm', args, { env: { ...env, CI: '1' } })",
        "spawn('npm', ['publish', '--registry', url])",
        "exec('npm publish --registry=https://npm.pkg.github.com')",
        "const url = 'https://registry.example.com'",
        "publish({ packageManager: 'pnpm' })",
        "process.env.npm_config_registry = url",
        "client.releasePublish({ registry: 'http://localhost:4873' })",
        "publish({ registry: options.registry })",
    ] {
        assert!(code_facts(code).decides_login, "{code}");
    }
    for code in [
        "// no NPM_TOKEN is needed\nexec('npm publish')",
        "spawn('npm', args, { env: process.env })",
        "spawn('npm', args, { env: { ...process.env, CI: '1' } })",
        "const env = process.env.TAG",
        "fetch(`https://registry.npmjs.org/${name}`)",
        "log('is in the registry')",
        "publish({ registry: 'https://registry.npmjs.org' })",
        "",
    ] {
        assert!(!code_facts(code).decides_login, "{code}");
    }
}
