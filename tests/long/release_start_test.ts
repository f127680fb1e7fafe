import { PGlite } from "@electric-sql/pglite";
import assert from "node:assert/strict";
import { stringify } from "smol-toml";
import { OffsetClock } from "../../server/platform/clock.ts";
import { Journal } from "../../terminal/journal.ts";
import { bundleScripts } from "../../tools/build/folder.ts";
import { launcherScript } from "../../tools/build/launcher.ts";
import { writeManifest } from "../../tools/build/manifest.ts";
import { writeShared } from "../../tools/build/share.ts";
import { makeSigner, manifestOf } from "../release_folder.ts";
import { requiredConfig } from "../required_config.ts";
import { TemporaryFolder } from "../temporary_folder.ts";

/** A built program on a machine that trusts two signers, and what it does with other files. */

const MANIFEST = "manifest.json";

Deno.test("a program whose files are others does not serve, and says so (8.1.4.6)", async (t) => {
  using machine = new TemporaryFolder();
  const release = machine.file("release");
  await buildSigned(release, machine.file("keys"));
  const terminal = await writeTerminal(machine);
  const app = await Deno.readTextFile(`${release}/lib/app.js`);

  await t.step(
    "a terminal with the signed files serves, and has looked at all of them",
    async () => {
      const run = await start(release, terminal, { until: /"Release verified"/ });
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(kindsIn(machine), ["release.verified"]);
    },
  );

  await t.step("another program text: nothing is served", async () => {
    await Deno.writeTextFile(`${release}/lib/app.js`, `${app}//`);
    const run = await start(release, terminal);
    assert.equal(run.code, 3, run.stderr);
    assert.doesNotMatch(run.stdout, /Waiting to be enrolled/);
    assert.match(run.stderr, /^内容不符：lib\/app\.js\n程序文件与签名的发布清单不符，没有启动。/);
    assert.deepEqual(kindsIn(machine), ["release.verified", "release.refused"]);
  });

  await t.step("a platform writes it into its audit trail", async () => {
    const platform = await writePlatform(machine);
    const migrated = await start(release, ["migrate", "--config", platform]);
    assert.equal(migrated.code, 0, migrated.stderr);
    const run = await start(release, ["serve", "--config", platform, "--insecure-development"]);
    assert.equal(run.code, 3, run.stderr);
    assert.doesNotMatch(run.stdout, /"message":"Serving"/);
    const database = new PGlite(machine.file("platform/database"));
    const { rows } = await database.query(
      "select kind, result, reason from audit_event where kind like 'platform.release_%'",
    );
    await database.close();
    assert.deepEqual(rows, [
      { kind: "platform.release_refused", result: "failed", reason: "files" },
    ]);
  });

  await t.step("other data of the same size: it ends as soon as it has seen it", async () => {
    await Deno.writeTextFile(`${release}/lib/app.js`, app);
    const page = `${release}/share/kiosk/index.html`;
    const html = await Deno.readTextFile(page);
    await Deno.writeTextFile(page, html.replace("<", ">"));
    const run = await start(release, terminal);
    assert.equal(run.code, 3, run.stderr);
    assert.match(
      run.stdout,
      /Waiting to be enrolled[^]*Release refused.*share\/kiosk\/index\.html/,
    );
  });

  await t.step("where troubles only warn, it serves", async () => {
    const lenient = await writeTerminal(machine, { verification: "warn" });
    const run = await start(release, lenient, { until: /"Release does not verify"/ });
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /Waiting to be enrolled/);
  });
});

/** With this very runtime; signed by two whose keys lie in `keys`. */
async function buildSigned(folder: string, keys: string): Promise<void> {
  for (const path of [`${folder}/bin`, `${folder}/lib`, keys]) {
    await Deno.mkdir(path, { recursive: true });
  }
  await Deno.writeTextFile(`${folder}/bin/yikatong`, await launcherScript(), { mode: 0o755 });
  await Deno.copyFile(Deno.execPath(), `${folder}/lib/runtime`);
  await writeShared(folder);
  await bundleScripts(folder, { form: "bundled", version: "1.2.3", commit: "0123456789ab" });
  const { files: _files, format: _format, product: _product, ...facts } = manifestOf({});
  await writeManifest(folder, facts);
  const manifest = await Deno.readFile(`${folder}/${MANIFEST}`);
  const signers = ["build", "owner"].map(makeSigner);
  const signatures = JSON.stringify(signers.map((signer) => signer.sign(manifest)));
  await Deno.writeTextFile(`${folder}/manifest.sig.json`, signatures);
  for (const { signer, pem } of signers) await Deno.writeTextFile(`${keys}/${signer}.pem`, pem);
}

async function writeTerminal(
  machine: TemporaryFolder,
  release: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const path = machine.file("terminal.toml");
  await Deno.writeTextFile(
    path,
    stringify({
      number: "0001",
      data_dir: machine.file("terminal"),
      port: freePort(),
      platform: { url: "http://127.0.0.1:1" },
      release: { keys: machine.file("keys"), ...release },
    }),
  );
  return ["terminal", "--config", path];
}

async function writePlatform(machine: TemporaryFolder): Promise<string> {
  const path = machine.file("server.toml");
  await Deno.writeTextFile(
    path,
    stringify({
      ...requiredConfig(),
      data_dir: machine.file("platform"),
      port: freePort(),
      development: { seal_key: "01".repeat(32) },
      release: { keys: machine.file("keys") },
    }),
  );
  return path;
}

/** Runs it to its end, or tells it to end when its output has what is waited for. */
async function start(
  release: string,
  args: readonly string[],
  { until }: { readonly until?: RegExp } = {},
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const child = new Deno.Command(`${release}/bin/yikatong`, {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  let stdout = "";
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    const isSeen = until?.test(stdout) ?? true;
    stdout += piece;
    if (!isSeen && until?.test(stdout)) child.kill("SIGTERM");
  }
  const { code } = await child.status;
  return { code, stdout, stderr: await stderr };
}

function kindsIn(machine: TemporaryFolder): string[] {
  using journal = new Journal(machine.file("terminal/journal.sqlite"), new OffsetClock());
  return journal.events.unsent().map(({ kind }) => kind);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
