/** The tree and its CSV files through the console's routes, on one database. */
import assert from "node:assert/strict";
import iconv from "iconv-lite";
import type { ImportReport } from "../server/modules/access/imports/contract.ts";
import type {
  OrganisationPage,
  OrganisationView,
} from "../server/modules/access/organisations/contract.ts";
import type { Permission } from "../server/modules/access/permission.ts";
import {
  ADMINISTRATORS,
  answered,
  type CallConsole,
  callerOf,
  callerWith,
  consoleAs,
  initialiseWorld,
  refused,
} from "./console_callers.ts";
import { openWorld, type World } from "./world.ts";

const HEADINGS = "编码,名称,级别,上级编码,机构类型,电话";
const BOTH: readonly Permission[] = ["organisation.read", "organisation.change"];

interface Town {
  readonly id: string;
  readonly code: string;
  readonly path: string;
}

async function openTree(): Promise<{
  readonly world: World;
  readonly city: CallConsole;
  readonly town: CallConsole;
  readonly towns: readonly [Town, Town];
}> {
  const world = await openWorld();
  await initialiseWorld(world);
  const [here, there] = await world.own.db.selectFrom("organisation").select(["id", "code", "path"])
    .where("kind", "=", "town").orderBy("code").execute();
  assert.ok(here && there);
  const system = await callerOf(world, ADMINISTRATORS.system);
  return {
    world,
    city: consoleAs(world, system),
    town: consoleAs(world, callerWith(system, BOTH, here.path)),
    towns: [here, there],
  };
}

const check = (by: CallConsole, file: string | Uint8Array) =>
  answered<ImportReport>(by("POST", "/organisations/import/check", file));

const apply = (by: CallConsole, file: string | Uint8Array, { digest, plan }: ImportReport) =>
  by("POST", `/organisations/import?digest=${digest}&plan=${plan}`, file);

Deno.test("organisations: tree, import and export within the caller's part", async (t) => {
  const { world, city, town, towns: [here, there] } = await openTree();
  await using _world = world;
  const { db } = world.own;
  const newCentre = `H44199${"0".repeat(5)}A`;
  const lines = (...rows: string[]) => [HEADINGS, ...rows].join("\r\n");

  await t.step("a caller of a town sees that town as the top, and nothing of another", async () => {
    const tops = await answered<OrganisationPage>(town("GET", "/organisations"));
    assert.deepEqual(tops.organisations.map(({ id }) => id), [here.id]);
    assert.deepEqual(tops.organisations[0]?.above, []);
    assert.equal(await refused(town("GET", `/organisations/${there.id}`)), "404 access.not_found");
    const below = await answered<OrganisationPage>(
      town("GET", `/organisations?parentId=${there.id}`),
    );
    assert.deepEqual(below.organisations, []);
    const found = await answered<OrganisationPage>(
      town("GET", "/organisations?search=44&limit=200"),
    );
    for (const { id } of found.organisations) {
      const { path } = await db.selectFrom("organisation").select("path").where("id", "=", id)
        .executeTakeFirstOrThrow();
      assert.ok(path.startsWith(here.path));
    }
  });

  await t.step("a search is text: no pattern, no SQL", async () => {
    for (const search of ["%", "_", "\\", "'", "' or '1'='1", "%' --", "\u{1f600}"]) {
      const reply = city("GET", `/organisations?search=${encodeURIComponent(search)}`);
      assert.deepEqual((await answered<OrganisationPage>(reply)).organisations, [], search);
    }
    for (const after of ["' or true --", "\\", "zzzz"]) {
      const reply = await city("GET", `/organisations?after=${encodeURIComponent(after)}`);
      assert.equal(reply.status, 200);
    }
  });

  await t.step("pages go on where the one before ended", async () => {
    const seen: string[] = [];
    let after = "";
    for (;;) {
      const parent = (await answered<OrganisationPage>(city("GET", "/organisations")))
        .organisations[0];
      const page = await answered<OrganisationPage>(
        city("GET", `/organisations?parentId=${parent?.id}&limit=7${after}`),
      );
      seen.push(...page.organisations.map(({ code }) => code));
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    const towns = await db.selectFrom("organisation").select("code").where("kind", "=", "town")
      .orderBy("code").execute();
    assert.deepEqual(seen, towns.map(({ code }) => code));
  });

  await t.step(
    "a node is made where the caller may, under a right parent, with a right code",
    async () => {
      const body = {
        id: world.id(),
        parentId: here.id,
        kind: "centre",
        type: "hospital",
        code: "H44190099999",
        name: "新医院",
        staffPhone: null,
      };
      const foreign = town("POST", "/organisations", { ...body, parentId: there.id });
      assert.equal(await refused(foreign), "404 access.not_found");
      const wrong = [
        [{ kind: "town", type: null, code: "441901" }, "409 access.wrong_parent"],
        [{ code: "441900101000" }, "400 access.malformed"],
        [{ type: null }, "400 access.malformed"],
        [{ path: "/" }, "400 request.malformed"],
        [{ name: "两\n行" }, "400 request.malformed"],
      ] as const;
      for (const [change, code] of wrong) {
        assert.equal(await refused(town("POST", "/organisations", { ...body, ...change })), code);
      }
      const made = await answered<OrganisationView>(town("POST", "/organisations", body), 201);
      assert.deepEqual(made.above.map(({ id }) => id), [here.id]);
      const same = town("POST", "/organisations", { ...body, id: world.id() });
      assert.equal(await refused(same), "409 access.code_taken");
      const renamed = await answered<OrganisationView>(
        town("PATCH", `/organisations/${made.id}`, { name: "改名医院" }),
      );
      assert.equal(renamed.name, "改名医院");
      const move = town("PATCH", `/organisations/${made.id}`, { parentId: there.id });
      assert.equal(await refused(move), "400 request.malformed");
      const top = town("PATCH", `/organisations/${here.id}`, { name: "改名镇" });
      assert.equal(await refused(top), "403 access.forbidden");
    },
  );

  await t.step("an export imported again changes nothing", async () => {
    const reply = await city("GET", "/organisations/export");
    const file = new Uint8Array(await reply.arrayBuffer());
    assert.deepEqual([...file.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
    const report = await check(city, file);
    assert.deepEqual([report.errors, report.created, report.changed], [[], 0, 0]);
    assert.ok(report.unchanged > 30);
  });

  await t.step("every error is told with its line", async () => {
    const rows = [
      `${newCentre},甲中心,中心,${here.code},社区卫生服务中心,0769-1`,
      `${newCentre},乙中心,中心,${here.code},社区卫生服务中心,`,
      `H44199000002,丙,诊所,${here.code},医院,`,
      `44190A,丁,中心,${here.code},医院,`,
      `H44199000004,,中心,${here.code},医院,`,
      `H44199000005,戊,中心,999999,医院,`,
      `H44199000006,己,中心,${newCentre},医院,`,
      `H44199000007,=cmd|'/c calc'!A1,中心,${here.code},医院,`,
      `H44199000008,庚,中心,${here.code},医院`,
      `H44199000009,辛,站点,H44199000010,社区卫生服务站,`,
      `H44199000010,壬,站点,H44199000009,社区卫生服务站,`,
      `H44199000011,"癸\n子",中心,${here.code},医院,`,
      `441999,新市,市,,,`,
      `${there.code},搬走的镇,镇街,${newCentre},,`,
      `H44199000013,${"长".repeat(101)},中心,${here.code},医院,`,
      `H44199000014,丑,中心,${here.code},,`,
    ];
    const { errors, created } = await check(city, lines(...rows));
    assert.ok(created > 0);
    const told = errors.map(({ line, code, column }) => `${line} ${code} ${column ?? "-"}`);
    assert.deepEqual(told, [
      "3 duplicate_code 编码",
      "4 unknown_kind 级别",
      "5 bad_code 编码",
      "6 missing 名称",
      "7 missing_parent 上级编码",
      "8 wrong_parent 上级编码",
      "9 formula 名称",
      "10 columns -",
      "11 cycle 上级编码",
      "12 cycle 上级编码",
      "14 control_character 名称",
      "15 missing_city 编码",
      "16 moved 上级编码",
      "17 too_long 名称",
      "18 type_missing 机构类型",
    ]);
    assert.ok(errors.every(({ message }) => message.length > 0 && !message.includes("{}")));
    const refusal = await refused(apply(city, lines(...rows), await check(city, lines(...rows))));
    assert.equal(refusal, "409 access.import_differs");
  });

  await t.step("what was shown is what is done, once and whole, in GB18030 too", async () => {
    const station = "H44199000021";
    const text = lines(
      `${station},石龙站,站点,${newCentre},社区卫生服务站,'+86 769`,
      `${newCentre},石龙中心,中心,${here.code},社区卫生服务中心,`,
    );
    const file = new Uint8Array(iconv.encode(text, "gb18030"));
    const report = await check(city, file);
    assert.deepEqual([report.errors, report.created], [[], 2]);
    const other = new Uint8Array(iconv.encode(text.replace("石龙站", "石碣站"), "gb18030"));
    assert.equal(await refused(apply(city, other, report)), "409 access.import_differs");
    const done = await answered<ImportReport>(apply(city, file, report));
    assert.equal(done.created, 2);
    const made = await db.selectFrom("organisation").selectAll().where("code", "=", station)
      .executeTakeFirstOrThrow();
    assert.equal(made.name, "石龙站");
    assert.equal(made.staff_phone, "+86 769");
    assert.ok(made.path.startsWith(here.path));
    assert.equal(await refused(apply(city, file, report)), "409 access.import_differs");
    assert.equal((await check(city, file)).unchanged, 2);
    const exported = await (await city("GET", "/organisations/export")).text();
    assert.ok(exported.includes(",'+86 769"));
  });

  await t.step(
    "a file changes nothing of another town, and does not tell what is there",
    async () => {
      const [foreign] = await db.selectFrom("organisation").selectAll()
        .where("parent_id", "=", there.id).limit(1).execute();
      const report = await check(
        town,
        lines(
          `${foreign?.code},夺走,中心,${here.code},医院,`,
          `H44199000031,塞进去,中心,${there.code},医院,`,
          `${there.code},改名,镇街,441900,,`,
        ),
      );
      assert.deepEqual(report.errors.map(({ line, code }) => [line, code]), [
        [2, "taken_code"],
        [3, "missing_parent"],
        [4, "taken_code"],
      ]);
    },
  );

  await t.step("rubbish is a list of errors or a refusal, never a defect", async () => {
    const files = [
      "",
      "\uFEFF",
      HEADINGS,
      "编码,名称",
      `${HEADINGS}\n"`,
      `${HEADINGS}\n${"x,".repeat(5_000)}`,
      Uint8Array.of(0xff, 0xfe, 0x00, 0x41),
      new Uint8Array(1_000).fill(0),
      `${HEADINGS},编码\n`,
      `../../etc/passwd\n`,
    ];
    for (const file of files) {
      const reply = await city("POST", "/organisations/import/check", file);
      assert.equal(reply.status, 200, JSON.stringify(file));
      await reply.body?.cancel();
    }
    for (let round = 0; round < 20; round++) {
      const bytes = crypto.getRandomValues(new Uint8Array(round * 50));
      const reply = await city("POST", "/organisations/import/check", bytes);
      assert.equal(reply.status, 200);
      await reply.body?.cancel();
    }
    const big = new Uint8Array(2 * 1024 * 1024 + 1).fill(0x41);
    const refusal = await refused(city("POST", "/organisations/import/check", big));
    assert.equal(refusal, "413 access.too_large");
    const many = lines(...Array(5_001).fill(`H44199000041,甲,中心,${here.code},医院,`));
    const codes = new Set((await check(city, many)).errors.map(({ code }) => code));
    assert.deepEqual(codes, new Set(["duplicate_code", "too_many_rows"]));
  });
});
