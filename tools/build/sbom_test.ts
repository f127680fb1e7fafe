import assert from "node:assert/strict";
import {
  type LockedPackage,
  readLocked,
} from "../../server/modules/compliance/evidence/locked_packages.ts";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { isAllowed, refusedLicences } from "./licences.ts";
import { writeSbom } from "./sbom.ts";
import { packagesNamed, shippedPackages } from "./shipped_packages.ts";

const FACTS = {
  version: "1.2.3",
  created: "2026-11-20T02:00:00Z",
  runtime: { package: "@deno/linux-x64-glibc", version: "2.9.5", sha512: null },
};

Deno.test("writeSbom() writes the same bytes for the same tree, and every licence of it is allowed", async () => {
  using folder = new TemporaryFolder();
  await writeSbom(folder.file("one.json"), FACTS);
  await writeSbom(folder.file("two.json"), FACTS);
  const text = await Deno.readTextFile(folder.file("one.json"));
  assert.equal(await Deno.readTextFile(folder.file("two.json")), text);
  assert.equal(JSON.parse(text).metadata.timestamp, FACTS.created);
});

Deno.test("shippedPackages() has what the program may load, and nothing of tests and build alone", async () => {
  const shipped = new Set(
    [...await shippedPackages(await readLocked())].map((id) => id.slice(0, id.lastIndexOf("@"))),
  );
  const wanted = [
    "zod",
    "hono",
    "@electric-sql/pglite",
    "swagger-ui-dist",
    "rsuite",
    "openapi3-ts",
  ];
  assert.deepEqual(wanted.filter((name) => !shipped.has(name)), []);
  const others = ["esbuild", "ajv", "playwright-core", "axe-core", "sm-crypto", "oidc-provider"];
  assert.deepEqual(others.filter((name) => shipped.has(name)), []);
});

Deno.test("packagesNamed() counts imports and paths inside a package, of the program alone", () => {
  const text = 'import { z } from "zod";\nimport.meta.resolve("swagger-ui-dist/swagger-ui.css");';
  const sources = [
    { path: "server/app.ts", text },
    { path: "server/app_test.ts", text: 'import "playwright-core";' },
    { path: "tools/build.ts", text: 'import "esbuild";' },
  ];
  assert.deepEqual([...packagesNamed(sources)], ["zod", "swagger-ui-dist"]);
});

Deno.test("refusedLicences() names what may not be shipped, and what nobody stated", () => {
  const of = (id: string, expression: string | null): LockedPackage => ({
    id,
    name: id,
    version: "1",
    sha512: null,
    licence: expression === null ? null : { expression, acknowledgement: "declared" },
    dependencies: [],
    isInstalled: true,
  });
  const packages = [
    of("good", "MIT"),
    of("copyleft", "GPL-3.0-only"),
    of("unstated", null),
    of("tester", "MPL-2.0"),
    of("copyleft-tester", "AGPL-3.0-only"),
    of("other-system", null),
  ];
  assert.deepEqual(refusedLicences(packages, new Set(["good", "copyleft", "unstated"])), [
    "copyleft: GPL-3.0-only",
    "unstated: no licence stated",
    "copyleft-tester: AGPL-3.0-only",
  ]);
  assert.deepEqual(refusedLicences(packages.slice(3, 4), new Set(["tester"])), ["tester: MPL-2.0"]);
});

Deno.test("isAllowed() reads alternatives and combinations", () => {
  const allowed = new Set(["MIT", "BSD-3-Clause"]);
  for (const good of ["MIT", "(BSD-3-Clause OR GPL-2.0)", "MIT AND BSD-3-Clause"]) {
    assert.ok(isAllowed(good, allowed), good);
  }
  const wrong = [
    "GPL-2.0",
    "(MIT AND GPL-2.0)",
    "MIT AND (GPL-2.0 OR ISC)",
    "GPL-2.0 WITH Classpath-exception-2.0",
    "UNLICENSED",
    "SEE LICENSE IN LICENSE",
    "",
  ];
  for (const expression of wrong) assert.ok(!isAllowed(expression, allowed), expression);
});
