/** What people put into filters and files of accounts, rights and terminals, on one database. */
import assert from "node:assert/strict";
import type { ImportReport } from "../server/modules/access/imports/contract.ts";
import {
  ADMINISTRATORS,
  answered,
  callerOf,
  callerWith,
  consoleAs,
  initialiseWorld,
  refused,
} from "./console_callers.ts";
import { openWorld } from "./world.ts";

const INJECTIONS = [
  "'",
  "' or '1'='1",
  "'; drop table account; --",
  '" or 1=1 --',
  "\\'; select pg_sleep(9) --",
  "%",
  "_",
  "$1",
  "\u0000",
  "a".repeat(5_000),
];

Deno.test("filters and files are text, never SQL and never a way around a scope", async (t) => {
  await using world = await openWorld();
  await initialiseWorld(world);
  const { db } = world.own;
  const system = await callerOf(world, ADMINISTRATORS.system);
  const call = consoleAs(world, system);
  const [here, there] = await db.selectFrom("organisation").select(["id", "path", "code"])
    .where("kind", "=", "town").orderBy("code").execute();
  assert.ok(here && there);

  await t.step(
    "every filter of every list takes text that is SQL for text, or refuses it",
    async () => {
      const lists = {
        "/accounts": ["login", "organisationId", "duty", "kind", "state", "after", "limit"],
        "/organisations": ["parentId", "search", "after", "limit"],
        "/grants": ["accountId", "roleId", "organisationId", "state", "after", "limit"],
        "/rights-requests": ["state", "accountId", "after", "limit"],
        "/rights-request-choices": ["login", "limit"],
        "/rights-explanations": ["accountId", "organisationId", "address"],
      };
      for (const [path, names] of Object.entries(lists)) {
        for (const name of [...names, "sort", "order"]) {
          for (const text of INJECTIONS) {
            const reply = await call("GET", `${path}?${name}=${encodeURIComponent(text)}`);
            const asked = `${path} ${name} ${JSON.stringify(text.slice(0, 20))}: ${reply.status}`;
            assert.ok(reply.status === 200 || reply.status === 400, asked);
            const body = await reply.json();
            const rows = reply.ok ? Object.values(body).find(Array.isArray) ?? [] : [];
            const finds = name === "search" || name === "login";
            if (finds) {
              assert.equal(
                rows.length,
                path.endsWith("choices") && reply.ok ? 0 : 0,
                asked,
              );
            }
          }
        }
      }
      const left = await db.selectFrom("account").select("id").execute();
      assert.equal(left.length, 3);
    },
  );

  await t.step("terminals come in as a file, every error by its line, once and whole", async () => {
    const [own] = await db.selectFrom("organisation").select("code").where("type", "is not", null)
      .where("path", "like", `${here.path}%`).orderBy("code").execute();
    const [foreign] = await db.selectFrom("organisation").select("code").where(
      "type",
      "is not",
      null,
    )
      .where("path", "like", `${there.path}%`).orderBy("code").execute();
    const town = consoleAs(world, callerWith(system, ["terminal.change"], here.path));
    const known = await db.selectFrom("terminal as t")
      .innerJoin("organisation as o", "o.id", "t.institution_id").select("t.number")
      .where("o.path", "not like", `${here.path}%`).executeTakeFirstOrThrow();
    const file = [
      "机构编码,终端编号",
      `${own?.code},N-0001`,
      `${own?.code},N-0001`,
      `${foreign?.code},N-0002`,
      `${here.code},N-0003`,
      `${own?.code},../0004`,
      `${own?.code},${known.number}`,
      `${own?.code},`,
    ].join("\n");
    const check = (text: string) =>
      answered<ImportReport>(town("POST", "/terminals/import/check", text));
    const { errors } = await check(file);
    assert.deepEqual(errors.map(({ line, code }) => `${line} ${code}`), [
      "3 duplicate_number",
      "4 missing_institution",
      "5 missing_institution",
      "6 bad_number",
      "7 moved_terminal",
      "8 missing",
    ]);
    const fine = `机构编码,终端编号\n${own?.code},N-0001\n${own?.code},N-0002\n`;
    const report = await check(fine);
    const path = `/terminals/import?digest=${report.digest}&plan=${report.plan}`;
    assert.equal(await refused(town("POST", path, file)), "409 access.import_differs");
    const before = await db.selectFrom("terminal").select("id").execute();
    assert.equal((await answered<ImportReport>(town("POST", path, fine))).created, 2);
    const after = await db.selectFrom("terminal").select("id").execute();
    assert.equal(after.length, before.length + 2);
    assert.equal(await refused(town("POST", path, fine)), "409 access.import_differs");
    assert.equal((await check(fine)).unchanged, 2);
  });
});
