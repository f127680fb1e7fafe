import assert from "node:assert/strict";
import { readManifest } from "../../crypto/manifest_text.ts";
import { sm3 } from "../../crypto/sm3.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { evidencePacks } from "../../server/evidence_packs.ts";
import type { PackClauses, PackList, PackView } from "../../server/modules/compliance/contract.ts";
import { PERSONAL_FIELDS } from "../../server/modules/compliance/evidence/personal_fields.ts";
import { workOnPacks } from "../../server/modules/compliance/jobs.ts";
import { listSealedColumns } from "../../server/modules/compliance/store.ts";
import { runWaitingPack } from "../../server/modules/compliance/packs/run_pack.ts";
import { sweepPacks } from "../../server/modules/compliance/packs/sweep_packs.ts";
import { addPerson, PASSWORD } from "../console.ts";
import {
  ADMINISTRATORS,
  type CallConsole,
  callerOf,
  callerWith,
  consoleAs,
  initialiseWorld,
} from "../console_callers.ts";
import { busyWorld, clauseOf, DAYS, indexOf, packOf, textOf, unpack } from "../packs.ts";
import { TEST_KEYS_SECRET } from "../sealer.ts";
import { openWorld, TEST_SECRETS, type World } from "../world.ts";

const DAY_MS = 24 * 3_600_000;

Deno.test("a pack of a busy day", async (t) => {
  await using world = await busyWorld();
  await addPerson(world, { login: "=cmd|' /c calc'!a0", permissions: ["person.read"] });
  const files = await unpack(await packOf(world, DAYS));

  await t.step("has every file of its manifest, and an index (R-SEC-17)", () => {
    const { files: listed } = readManifest(files.get("MANIFEST") ?? new Uint8Array());
    const unlisted = new Set(["MANIFEST", "MANIFEST.sig"]);
    assert.deepEqual(
      listed.map(({ path }) => path).sort(),
      [...files.keys()].filter((path) => !unlisted.has(path)).sort(),
    );
    for (const { path, sm3: digest, size } of listed) {
      const bytes = files.get(path) ?? new Uint8Array();
      assert.equal(bytes.length, size, path);
      assert.equal(sm3(bytes).toHex(), digest.toHex(), path);
    }
    const index = indexOf(files);
    const missing = index.evidence.filter(({ isMissing }) => isMissing).map(({ id }) => id);
    assert.deepEqual(missing, ["E-14"]);
    for (const id of missing) {
      assert.match(textOf(files, `${id}-source-missing.txt`), /不符合[^]*source missing/);
    }
    const backup = clauseOf(index, "L3-CES1-29");
    assert.equal(backup.verdict, "unmet");
    assert.match(backup.reasons.join(), /期内备份 0，要求不低于 1.*期内恢复演练 0/);
    const standby = clauseOf(index, "L3-CES1-30");
    assert.match(standby.reasons.join(), /缺少数据来源（source missing）：E-08/);
    for (const clause of index.clauses) {
      for (const path of clause.files) {
        assert.ok(
          [...files.keys()].some((there) => there === path || there.startsWith(path)),
          path,
        );
      }
      assert.ok(clause.reasons.length > 0, clause.id);
      assert.ok(clause.files.length > 0 || clause.verdict === "not_applicable", clause.id);
    }
    const figures = index.facts;
    assert.equal(figures.accounts, 4);
    assert.ok((figures.events ?? 0) > 5 && figures.brokenLinks === 0 && (figures.links ?? 0) > 5);
    assert.ok([...files.keys()].some((path) => path.startsWith("E-04/links-2026-11-18")));
    assert.match(textOf(files, "index.html"), /部分符合/);
    assert.doesNotMatch(textOf(files, "index.html"), /<script|https?:\/\//);
    assert.match(textOf(files, "index.pdf").slice(0, 8), /^%PDF-1\./);
  });

  await t.step("is the same for the same data but for the signature", async () => {
    world.clock.advance(3 * DAY_MS);
    const second = await unpack(await packOf(world, DAYS));
    assert.deepEqual([...second.keys()], [...files.keys()]);
    for (const [path, bytes] of files) {
      if (path !== "MANIFEST.sig") assert.deepEqual(second.get(path), bytes, path);
    }
  });

  await t.step("has no personal data and no secret in clear (R-SEC-12, R-SEC-13)", () => {
    const { name, idNumber, phone } = world.person("two_bills");
    const secrets = [...Object.values(TEST_SECRETS), PASSWORD, "张伟", "李娜", "王芳"]
      // As many zeros as this one has stand before the first event of a chain.
      .filter((secret) => secret !== TEST_KEYS_SECRET);
    for (const [path, bytes] of files) {
      if (path === "index.pdf") continue;
      const text = new TextDecoder().decode(bytes);
      for (const word of [name, idNumber, phone, ...secrets]) {
        assert.ok(!text.includes(word), `${path} has "${word}"`);
      }
    }
    assert.match(textOf(files, "E-01-accounts.csv"), /^'=cmd/m);
  });

  await t.step("knows every column of personal data, and no other", async () => {
    assert.equal(indexOf(files).facts.openPersonalFields, 0);
    const columns = await listSealedColumns(evidencePacks(world.services).db);
    const known = new Set(PERSONAL_FIELDS.map(({ column }) => column));
    // Secrets of second factors say nothing about a person.
    const others = columns.filter((column) => !known.has(column) && !/secret_sealed$/.test(column));
    assert.deepEqual(others, []);
  });
});

Deno.test("verdicts follow the data: a factor missing, a default login, a changed event (R-SEC-07)", async () => {
  await using world = await busyWorld();
  const { db } = world.own;
  for (const login of [ADMINISTRATORS.system, ADMINISTRATORS.security, ADMINISTRATORS.audit]) {
    const { id } = await db.selectFrom("account").select("id").where("login", "=", login)
      .executeTakeFirstOrThrow();
    const at = world.clock.now();
    await db.insertInto("totp_factor").values({
      account_id: id,
      secret_sealed: new Uint8Array(1),
      enrolled_at: at,
      last_step: 0n,
    }).execute();
  }
  const enrolled = indexOf(await unpack(await packOf(world, DAYS)));
  assert.equal(clauseOf(enrolled, "L3-CES1-04").verdict, "met");
  assert.equal(clauseOf(enrolled, "L3-CES1-06").verdict, "met");
  await addPerson(world, { login: "admin", duty: "security", permissions: ["policy.change"] });
  await db.updateTable("audit_event").set({ actor_name: "somebody else" })
    .where("kind", "=", "checkout.order_created").execute();
  const files = await unpack(await packOf(world, DAYS));
  const after = indexOf(files);
  const factor = clauseOf(after, "L3-CES1-04");
  assert.equal(factor.verdict, "partly");
  assert.match(factor.reasons.join(), /共 4，其中 1 名管理员没有第二因素/);
  assert.equal(clauseOf(after, "L3-CES1-06").verdict, "unmet");
  assert.match(textOf(files, "E-05-chain-report.txt"), /断点：内容被改/);
  const chain = clauseOf(after, "L3-CES1-14");
  assert.equal(chain.verdict, "partly");
  assert.match(chain.reasons.join(), /1 处审计链断点/);
});

Deno.test("a shared account, a reset on the shell, an expired account, the default policy: all are said", async () => {
  await using world = await busyWorld();
  const { db } = world.own;
  const { audit } = world.services;
  const clean = indexOf(await unpack(await packOf(world, DAYS)));
  assert.equal(clauseOf(clean, "L3-CES1-07").verdict, "met");
  assert.equal(clauseOf(clean, "L3-CES1-08").verdict, "met");
  assert.equal(clean.facts.passwordLengthMin, 10);
  const words = textOf(await unpack(await packOf(world, DAYS)), "E-03-policies-in-words.csv");
  assert.match(words, /口令最短长度,10,20\r\n[^]*,系统管理员、安全管理员、审计管理员,/);
  const { id, login } = await db.selectFrom("account").select(["id", "login"])
    .where("login", "=", ADMINISTRATORS.audit).executeTakeFirstOrThrow();
  await db.updateTable("account").set({ expires_at: new Date("2026-11-18T12:00:00+08:00") })
    .where("id", "=", id).execute();
  world.clock.advance(-2 * DAY_MS);
  await db.transaction().execute(async (tx) => {
    for (const host of [1, 2, 3, 4]) {
      const actor = { ...shellActor(login), kind: "user", id, address: `10.0.0.${host}` } as const;
      await audit.record(tx, actor, [{
        kind: "access.signed_in",
        result: "succeeded",
        objectId: world.id(),
        fields: { factors: "password", agent: "test" },
      }]);
    }
    await audit.record(tx, shellActor("somebody"), [{
      kind: "access.second_factor_reset",
      result: "succeeded",
      objectId: id,
      fields: { login, factor: "totp", certificates: 0, recoveryCodes: 0 },
    }]);
  });
  world.clock.advance(2 * DAY_MS);
  const files = await unpack(await packOf(world, DAYS));
  const index = indexOf(files);
  const sharing = clauseOf(index, "L3-CES1-07");
  assert.equal(sharing.verdict, "partly");
  assert.match(
    sharing.reasons.join(),
    /其中 1 个账号到期后仍启用.*其中 1 个账号一天内从 4 个以上地址登录/,
  );
  assert.match(
    textOf(files, "E-20-sign-ins.csv"),
    new RegExp(`^${login},4,4,2026-11-18,疑似共享`, "m"),
  );
  const emergency = clauseOf(index, "L3-CES1-08");
  assert.equal(emergency.verdict, "partly");
  assert.match(emergency.reasons.join(), /1 次在服务器上应急重置/);
  assert.match(textOf(files, "E-06-resets.csv"), /服务器命令行,somebody/);
});

Deno.test("what nothing was recorded of is not called good, and the README's claims need a test", async () => {
  await using world = await busyWorld();
  const index = indexOf(await unpack(await packOf(world, DAYS)));
  const { reasons, verdict } = clauseOf(index, "8.1.5.4-c");
  assert.equal(verdict, "partly");
  assert.match(reasons.join(), /台终端在证据期最后一天没有心跳/);
  for (const id of ["L3-CES1-03", "L3-CES1-15", "L3-CES1-17", "L3-CES1-20", "L3-CES1-22"]) {
    assert.equal(clauseOf(index, id).verdict, "partly", id);
  }
  assert.match(clauseOf(index, "L3-CES1-21").reasons.join(), /E-13 漏洞扫描和修补记录/);
  // The embedded database's account owns its tables.
  assert.match(clauseOf(index, "L3-CES1-14").reasons.join(), /项修改或删除审计表的权限/);
  assert.deepEqual(clauseOf(index, "8.1.1").files, []);
});

async function asAuditor(world: World): Promise<CallConsole> {
  return consoleAs(world, await callerOf(world, ADMINISTRATORS.audit));
}

async function start(world: World, call: CallConsole, id = world.id()): Promise<Response> {
  return await call("POST", "/compliance/packs", { id, profile: "mlps3", ...DAYS });
}

const rounds = (world: World) => workOnPacks(evidencePacks(world.services));

Deno.test("the console starts a pack, follows it, downloads it and leaves both events", async () => {
  await using world = await busyWorld();
  const call = await asAuditor(world);
  const id = world.id();
  const started = await start(world, call, id);
  assert.equal(started.status, 202, await started.clone().text());
  assert.equal((await start(world, call, id)).status, 202);
  assert.equal((await start(world, call)).status, 409);
  assert.equal((await call("GET", `/compliance/packs/${id}/file`)).status, 409);
  assert.equal((await call("GET", `/compliance/packs/${id}/clauses`)).status, 409);
  world.clock.advance(1_000);
  await rounds(world);
  const view: PackView = await (await call("GET", `/compliance/packs/${id}`)).json();
  assert.equal(view.state, "made", view.why ?? "");
  assert.equal(view.progress.done, view.progress.total);
  assert.equal(view.requestedBy, ADMINISTRATORS.audit);
  const file = await call("GET", `/compliance/packs/${id}/file`);
  const bytes = await file.bytes();
  assert.equal(
    file.headers.get("content-disposition"),
    'attachment; filename="yikatong-mlps3-2026-11-01-2026-11-18.zip"',
  );
  assert.equal(bytes.length, view.file?.bytes);
  assert.equal(sm3(bytes).toHex(), view.file?.digest);
  const { clauses } = indexOf(await unpack(bytes));
  const told: PackClauses = await (await call("GET", `/compliance/packs/${id}/clauses`)).json();
  assert.deepEqual(
    told.clauses.map(({ id, verdict, reasons }) => ({ id, verdict, reasons })),
    clauses.map(({ id, verdict, reasons }) => ({ id, verdict, reasons })),
    "the console says what the pack's own index says",
  );
  const { verdicts } = view;
  assert.ok(verdicts);
  assert.equal(
    verdicts.met + verdicts.partly + verdicts.unmet + verdicts.notApplicable,
    clauses.length,
  );
  const events = await world.own.db.selectFrom("audit_event").select(["kind", "object_id"])
    .where("kind", "like", "compliance.%").orderBy("id").execute();
  assert.deepEqual(events, [
    { kind: "compliance.pack_started", object_id: id },
    { kind: "compliance.pack_made", object_id: id },
  ]);
  world.clock.advance(8 * DAY_MS);
  await rounds(world);
  const list: PackList = await (await call("GET", "/compliance/packs")).json();
  assert.deepEqual(list.packs.map(({ state }) => state), ["expired"]);
  assert.equal((await call("GET", `/compliance/packs/${id}/file`)).status, 409);
  const left = await world.own.db.selectFrom("compliance_pack_piece").select("number").execute();
  assert.deepEqual(left, []);
});

Deno.test("a pack that is cancelled, or whose process died, leaves no file and says so", async () => {
  await using world = await openWorld();
  await initialiseWorld(world);
  const call = await asAuditor(world);
  const { db } = world.own;
  const cancelled = world.id();
  await start(world, call, cancelled);
  const reply: PackView = await (await call("POST", `/compliance/packs/${cancelled}/cancel`))
    .json();
  assert.equal(reply.state, "cancelled");
  assert.equal(await runWaitingPack(evidencePacks(world.services)), false);
  const orphan = world.id();
  await start(world, call, orphan);
  await db.updateTable("compliance_pack").set({ state: "running", seen_at: world.clock.now() })
    .where("id", "=", orphan).execute();
  await db.insertInto("compliance_pack_piece")
    .values({ pack_id: orphan, number: 0, bytes: new Uint8Array(3) }).execute();
  world.clock.advance(59_000);
  await sweepPacks(evidencePacks(world.services));
  assert.equal((await readState(call, orphan)).state, "running");
  world.clock.advance(2_000);
  await sweepPacks(evidencePacks(world.services));
  const broken = await readState(call, orphan);
  assert.deepEqual([broken.state, broken.why], ["broken", "生成它的进程中断了，请重新开始"]);
  assert.deepEqual(await endsOf(world), [
    [cancelled, "failed", "cancelled"],
    [orphan, "failed", "interrupted"],
  ]);
  const left = await db.selectFrom("compliance_pack_piece").select("number").execute();
  assert.deepEqual(left, []);
});

Deno.test("a pack that is cancelled while it is made stops, and one that fails says why", async () => {
  await using world = await openWorld();
  await initialiseWorld(world);
  const call = await asAuditor(world);
  const deps = evidencePacks(world.services);
  const id = world.id();
  await start(world, call, id);
  await runWaitingPack({
    ...deps,
    policies: {
      async get(kind) {
        await call("POST", `/compliance/packs/${id}/cancel`);
        return await deps.policies.get(kind);
      },
    },
  });
  assert.equal((await readState(call, id)).state, "cancelled");
  const failing = world.id();
  await start(world, call, failing);
  await runWaitingPack({ ...deps, policies: { get: () => Promise.reject(new Error("no disk")) } });
  const view = await readState(call, failing);
  assert.deepEqual([view.state, view.why, view.file], ["broken", "出错：no disk", null]);
  const stopped = world.id();
  await start(world, call, stopped);
  await runWaitingPack({ ...deps, stopping: AbortSignal.abort() });
  assert.deepEqual(await endsOf(world), [
    [id, "failed", "cancelled"],
    [failing, "failed", "failed"],
    [stopped, "failed", "interrupted"],
  ]);
});

/** Of every pack that is over: whose, and how. */
async function endsOf({ own }: World): Promise<(string | null)[][]> {
  const rows = await own.db.selectFrom("audit_event").select(["object_id", "result", "reason"])
    .where("kind", "=", "compliance.pack_made").orderBy("id").execute();
  return rows.map(({ object_id, result, reason }) => [object_id, result, reason]);
}

async function readState(call: CallConsole, id: string): Promise<PackView> {
  return await (await call("GET", `/compliance/packs/${id}`)).json();
}

Deno.test("a pack is for who may export for the whole city, and for nobody else", async () => {
  await using world = await openWorld();
  await initialiseWorld(world);
  const auditor = await callerOf(world, ADMINISTRATORS.audit);
  const call = await asAuditor(world);
  const id = world.id();
  await start(world, call, id);
  const { path } = await world.own.db.selectFrom("organisation").select("path")
    .where("kind", "=", "town").limit(1).executeTakeFirstOrThrow();
  const others = [
    await callerOf(world, ADMINISTRATORS.system),
    await callerOf(world, ADMINISTRATORS.security),
    callerWith(auditor, ["audit.export"], path),
    callerWith(auditor, ["audit.read"], "/"),
  ];
  for (const caller of others) {
    const other = consoleAs(world, caller);
    for (const tail of ["", `/${id}`, `/${id}/file`]) {
      assert.equal((await other("GET", `/compliance/packs${tail}`)).status, 403, tail);
    }
    assert.equal((await start(world, other)).status, 403);
    assert.equal((await other("POST", `/compliance/packs/${id}/cancel`)).status, 403);
  }
});

Deno.test("a pack tells what the machine says of itself, with its time (R-SEC-17)", async () => {
  await using world = await openWorld();
  const at = new Date("2026-11-19T02:00:00Z");
  const lastAt = new Date("2026-11-19T01:30:00Z");
  const ports = [
    { protocol: "tcp", address: "0.0.0.0", port: 22, isLoopback: false, uid: 0 },
    { protocol: "tcp6", address: "::1", port: 5432, isLoopback: true, uid: 105 },
  ] as const;
  world.clock.advance(2 * DAY_MS);
  const readHost = () =>
    Promise.resolve({ at, ports, timeSync: { service: "chrony", lastAt, isRecent: true } });
  const files = await unpack(await packOf(world, DAYS, { readHost }));
  const again = await unpack(await packOf(world, DAYS, { readHost }));
  for (const [path, bytes] of files) {
    if (path !== "MANIFEST.sig") assert.deepEqual(again.get(path), bytes, path);
  }
  const told = textOf(files, "E-21-host-ports.csv");
  assert.match(told, /,tcp,0\.0\.0\.0,22,否,0\r\n[^]*,tcp6,::1,5432,是,105\r\n/);
  assert.match(textOf(files, "E-16-host-time.csv"), /2026-11-19[^,]*,chrony,2026-11-19[^,]*,是/);
  const index = indexOf(files);
  assert.match(clauseOf(index, "L3-CES1-18").reasons.join(), /共 2 个，其中非回环 1 个/);
  assert.match(clauseOf(index, "8.1.5.4-d").reasons.join(), /24 小时内同步过/);
  assert.match(textOf(files, "E-14-source-missing.txt"), /签名齐全的发布清单/);
  assert.match(clauseOf(index, "L3-CES1-33").reasons.join(), /没有可核查的对象（E-19/);
  const unread = indexOf(await unpack(await packOf(world, DAYS)));
  assert.match(clauseOf(unread, "L3-CES1-18").reasons.join(), /E-21 平台主机的监听端口/);
  assert.match(clauseOf(unread, "8.1.5.4-d").reasons.join(), /E-16 平台主机的时间同步状态/);
});
