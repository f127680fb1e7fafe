import assert from "node:assert/strict";
import { COMMANDS } from "../../cli/commands.ts";
import { ROOT } from "../../tools/source_files.ts";
import { BuiltRelease } from "../built_release.ts";
import { freePorts } from "../journeys/stack.ts";
import { playVisit } from "../play_visit.ts";
import { openVendorBench } from "../vendor.ts";
import { cardProfile } from "../vendor_profiles.ts";

/** What a build makes, used as its users use it: few rights, no sources, no packages, no network. */

const NOBODY = 65_534;
const READY = "已就绪";

Deno.test("a built release", async (t) => {
  using release = await BuiltRelease.build();
  const work = release.file("a user's work");
  await Deno.mkdir(work, { mode: 0o777 });
  await Deno.chmod(work, 0o777);

  await t.step("runs from anywhere, through links, with arguments as they are", async () => {
    const link = release.file("link");
    await Deno.symlink(release.program, link);
    await Deno.writeTextFile(`${work}/a b,c'd`, "abc");
    const run = await release.run(["sm", "digest", "a b,c'd"], { program: link, cwd: work });
    assert.equal(run.stderr, "");
    assert.match(run.text, /^66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0 /);
  });

  await t.step("has every command in it", async () => {
    for (const name of Object.keys(COMMANDS)) {
      const { code, text, stderr } = await release.run([name, "--help"], { cwd: work });
      assert.deepEqual([code, stderr], [0, ""], name);
      assert.match(text, /^用法: yikatong/, name);
    }
  });

  await t.step("brings the profiles that an installation begins with", async () => {
    const files = await Array.fromAsync(Deno.readDir(`${release.path}/share/profiles`));
    const profiles = await Array.fromAsync(Deno.readDir(new URL("ffi/profiles", ROOT)));
    assert.deepEqual(files.map(({ name }) => name).sort(), profiles.map(({ name }) => name).sort());
  });

  await t.step("passes standard input, output and exit codes on", async () => {
    const piped = await release.run(["sm", "digest", "-"], { stdin: "abc", cwd: work });
    assert.match(piped.text, /^66c7f0f462eeedd9/);
    assert.equal((await release.run(["--help"])).code, 0);
    const wrong = await release.run(["nonsense"]);
    assert.deepEqual([wrong.code, wrong.text], [2, ""]);
    assert.match(wrong.stderr, /没有命令 "nonsense"/);
  });

  await t.step("says what is wrong with a configuration, and nothing of permissions", async () => {
    await Deno.writeTextFile(`${work}/server.toml`, 'data_dir = "/nowhere"\nprot = 1\n');
    const run = await release.run(["check-config", "--config", "server.toml"], { cwd: work });
    assert.equal(run.code, 1);
    assert.match(run.stderr, /prot/);
    assert.match(run.stderr, /his\.url/);
    const misspelt = await release.run(["check-config"], { env: { YIKATONG_HIS_URLL: "x" } });
    assert.match(misspelt.stderr, /his\.urll/);
  });

  await t.step("signs a file and verifies it", async () => {
    const password = "a password of a test";
    await Deno.writeTextFile(`${work}/password`, password, { mode: 0o600 });
    const made = await release.run(
      ["key", "generate", "--out", "k.pem", "--password-file", "password"],
      { cwd: work },
    );
    assert.equal(made.code, 0, made.stderr);
    await Deno.writeTextFile(`${work}/doc`, "what is signed");
    const signed = await release.run(
      ["sm", "sign", "--key", "k.pem", "--password-file", "password", "--out", "doc.sig", "doc"],
      { cwd: work },
    );
    assert.equal(signed.code, 0, signed.stderr);
    assert.ok((await Deno.stat(`${work}/doc.sig`)).size > 0);
  });

  await t.step(
    "runs without a home, a cache or an environment, and keeps nothing then",
    async () => {
      const run = await release.run(["sm", "digest", "-"], { clearEnv: true, stdin: "abc" });
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.text, /^66c7f0f462eeedd9/);
    },
  );

  await t.step("runs for another user, who may not write where it is", async () => {
    if (Deno.uid() !== 0) return;
    const home = `${work}/home`;
    await Deno.mkdir(home);
    await Deno.chown(home, NOBODY, NOBODY);
    for (const env of [{ HOME: home }, { HOME: `${release.path}/no-home` }]) {
      const options = { uid: NOBODY, cwd: work, env, stdin: "abc" };
      const run = await release.run(["sm", "digest", "-"], options);
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.text, /^66c7f0f462eeedd9/);
    }
    assert.ok((await Array.fromAsync(Deno.readDir(home))).length > 0, "compiled code was kept");
  });

  await t.step("takes no part of the environment that is not for it", async () => {
    const env = {
      DENO_V8_FLAGS: "--no-such-flag",
      DENO_CERT: "/nowhere",
      NODE_OPTIONS: "--require=/nowhere",
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "no such protocol",
    };
    const run = await release.run(["--help"], { env });
    assert.deepEqual([run.code, run.stderr], [0, ""]);
  });

  await t.step("says in Chinese that its runtime may not be started", async () => {
    const runtime = `${release.path}/lib/runtime`;
    await Deno.chmod(runtime, 0o644);
    try {
      const { code, text, stderr } = await release.run(["--help"]);
      assert.deepEqual([code, text], [126, ""]);
      assert.match(stderr, /不能启动 .*\/lib\/runtime（退出码 126）/);
    } finally {
      await Deno.chmod(runtime, 0o755);
    }
  });

  await t.step("reads its scripts for the first time in a process that ends", async () => {
    const cache = release.file("a cache");
    const env = { XDG_CACHE_HOME: cache };
    assert.equal((await release.run(["serve", "--help"], { env })).code, 0);
    const [folder] = await Array.fromAsync(Deno.readDir(cache), ({ name }) => name);
    assert.match(folder ?? "", /^yikatong-/);
    assert.equal((await Deno.stat(`${cache}/${folder}/read-serve`)).size, 0);
  });

  await t.step("hosts a vendor library in a child of few words", async () => {
    await using bench = await openVendorBench();
    assert.ok(bench, "expected a C compiler");
    const profile = `${work}/card.toml`;
    await Deno.writeTextFile(
      profile,
      cardProfile(
        bench.libraries.socialSecurityCard,
        `name = "card"\nencoding = "gb18030"\nenvironment = { LD_LIBRARY_PATH = "${bench.folder}" }`,
      ),
    );
    const run = await release.run(["device-host", profile, "--probe"], { cwd: work });
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.text, /有 {4}readContact {2}iReadCardBas/);
  });

  await t.step("takes a patient through a paid visit, and ends when it is told to", async () => {
    const port = freePorts();
    const child = new Deno.Command(release.program, {
      args: ["dev", "--data", "demo data", "--port", `${port}`],
      cwd: work,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const troubles = new Response(child.stderr).text();
    const said = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes(READY)) {
      const { value, done } = await said.read();
      assert.ok(!done, `it ended: ${text} ${await (done ? troubles : "")}`);
      text += value;
    }
    // What was started is the runtime itself now: no shell stands between it and its keeper.
    assert.equal(await Deno.realPath(`/proc/${child.pid}/exe`), `${release.path}/lib/runtime`);
    assert.match(await playVisit(`http://127.0.0.1:${port + 1}`, /两张待缴费单/), /2 张缴费单/);
    for (const path of ["console/", "reference", "reference/swagger-ui.css", "readyz"]) {
      const reply = await fetch(`http://127.0.0.1:${port}/${path}`);
      await reply.body?.cancel();
      assert.equal(reply.status, 200, path);
    }
    said.releaseLock();
    const rest = child.stdout.cancel().catch(() => {});
    child.kill("SIGTERM");
    const { code } = await child.status;
    await rest;
    assert.deepEqual([code, await troubles], [0, ""]);
  });
});
