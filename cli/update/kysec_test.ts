import assert from "node:assert/strict";
import { type FakeKysec, fakeKysec } from "../../tests/deploy/fake_kysec.ts";
import { type UpdateWorld, updateWorld } from "../../tests/deploy/update_world.ts";
import { tagRelease } from "./kysec.ts";
import { findKysecTools, type KysecTools } from "./kysec_tools.ts";
import { stage } from "./stage.ts";
import { switchTo } from "./switch.ts";

const SWITCH = {
  version: "1.2.0",
  permit: null,
  again: false,
  probationSeconds: 900,
  drainSeconds: 0,
};
const AT = new Date("2026-11-23T02:00:00Z");

Deno.test("KySec: without a tag there is no switch, with one there is, and it is on record", async () => {
  await onKylin(async ({ world, kysec }) => {
    const deps = await world.deps({ kysec });
    const release = await stage(deps, await world.archive("1.2.0", 5));
    await assert.rejects(switchTo(deps, SWITCH), /没有 KySec 认证标记（.*unknown）/);
    const folder = `${world.tree.releases}/1.2.0`;
    const record = await tagRelease(kysec, { folder, release, at: AT });
    assert.deepEqual(record.files.map(({ path }) => path), ["bin/yikatong", "lib/runtime"]);
    for (const { before, after, sm3 } of record.files) {
      assert.match(before, /unknown/);
      assert.match(after, /verified/);
      assert.match(sm3, /^[0-9a-f]{64}$/);
    }
    assert.equal(await switchTo(deps, SWITCH), "switched");
  });
});

Deno.test("KySec: a library is known by its header, whatever its name and mode", async () => {
  await onKylin(async ({ world, kysec }) => {
    const deps = await world.deps({ kysec });
    const elf = "\x7fELF and more";
    const archive = await world.archive("1.2.0", 5);
    const release = await stage(deps, archive);
    const folder = `${world.tree.releases}/1.2.0`;
    await Deno.writeTextFile(`${folder}/lib/app.js`, elf, { mode: 0o644 });
    const { files } = await tagRelease(kysec, { folder, release, at: AT });
    assert.ok(files.some(({ path }) => path === "lib/app.js"));
  });
});

Deno.test("KySec: a copy has lost its tag, so that a release staged anew is tagged anew", async () => {
  await onKylin(async ({ world, kysec }) => {
    const deps = await world.deps({ kysec });
    const folder = `${world.tree.releases}/1.2.0`;
    const release = await stage(deps, await world.archive("1.2.0", 5));
    await tagRelease(kysec, { folder, release, at: AT });
    await stage(deps, await world.archive("1.2.0", 6));
    await assert.rejects(switchTo(deps, SWITCH), /没有 KySec 认证标记/);
  });
});

Deno.test("KySec: where tagging is refused the terminal stays on what it has", async () => {
  for (const how of ["held", "denied"] as const) {
    await onKylin(async ({ world, kysec, fake }) => {
      const deps = await world.deps({ kysec });
      const release = await stage(deps, await world.archive("1.2.0", 5));
      await fake.refuse(how);
      const folder = `${world.tree.releases}/1.2.0`;
      await assert.rejects(
        tagRelease(kysec, { folder, release, at: AT }),
        how === "held" ? /系统拒绝执行（126）/ : /permission denied/,
      );
      await assert.rejects(switchTo(deps, SWITCH), /没有切换/);
      assert.equal(await world.tree.select(), "packaged");
    });
  }
});

Deno.test("KySec: switched off or soft it keeps nobody from switching", async () => {
  for (const status of ["Softmode", "Disabled"] as const) {
    await onKylin(async ({ world, kysec, fake }) => {
      await fake.setStatus(status);
      const deps = await world.deps({ kysec });
      await stage(deps, await world.archive("1.2.0", 5));
      assert.equal(await switchTo(deps, SWITCH), "switched");
    });
  }
});

Deno.test("KySec: a machine without its commands has none", async () => {
  assert.equal(await findKysecTools(), null);
});

interface Kylin {
  readonly world: UpdateWorld;
  readonly kysec: KysecTools;
  readonly fake: FakeKysec;
}

async function onKylin(use: (kylin: Kylin) => Promise<void>): Promise<void> {
  using world = await updateWorld();
  const fake = await fakeKysec(`${world.tree.path}/kylin`);
  const path = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", `${fake.bin}:${path}`);
  try {
    const kysec = await findKysecTools();
    assert.ok(kysec);
    await use({ world, kysec, fake });
  } finally {
    Deno.env.set("PATH", path);
  }
}
