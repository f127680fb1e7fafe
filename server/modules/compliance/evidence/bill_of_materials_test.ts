import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import assert from "node:assert/strict";
import { type BillFacts, billOfMaterials } from "./bill_of_materials.ts";
import { type LockedPackage, readLocked } from "./locked_packages.ts";
import { packagesOf } from "./shipped_packages.ts";

const PACKAGES: readonly LockedPackage[] = [
  {
    id: "@hono/zod-openapi@1.6.3",
    name: "@hono/zod-openapi",
    version: "1.6.3",
    sha512: "0a".repeat(64),
    licence: { expression: "MIT", acknowledgement: "declared" },
    dependencies: ["node-forge@1.4.3"],
    isInstalled: true,
  },
  {
    id: "node-forge@1.4.3",
    name: "node-forge",
    version: "1.4.3",
    sha512: null,
    licence: { expression: "(BSD-3-Clause OR GPL-2.0)", acknowledgement: "concluded" },
    dependencies: [],
    isInstalled: true,
  },
  {
    id: "@esbuild/aix-ppc64@0.28.2",
    name: "@esbuild/aix-ppc64",
    version: "0.28.2",
    sha512: "0b".repeat(64),
    licence: null,
    dependencies: [],
    isInstalled: false,
  },
];

const FACTS: BillFacts = {
  version: "1.2.3",
  created: "2026-11-20T02:00:00Z",
  runtime: { package: "@deno/linux-arm64-glibc", version: "2.9.5", sha512: "0c".repeat(64) },
  packages: PACKAGES,
  direct: ["@hono/zod-openapi@1.6.3", "@esbuild/aix-ppc64@0.28.2"],
  shipped: new Set(["@hono/zod-openapi@1.6.3", "node-forge@1.4.3"]),
};

Deno.test("billOfMaterials() of this very tree fits CycloneDX's own schema", async () => {
  const { packages, direct } = await readLocked();
  assert.ok(packages.length > 100);
  const bill = billOfMaterials({ ...FACTS, packages, direct });
  assert.deepEqual(await faultsOf(bill), null);
  assert.deepEqual(await faultsOf(billOfMaterials(FACTS)), null);
  assert.notEqual(await faultsOf({ ...bill, components: [{ type: "package" }] }), null);
});

Deno.test("billOfMaterials() names every package with digest, licence and what it asks for", () => {
  const bill = billOfMaterials(FACTS) as {
    components: { "bom-ref": string }[];
    dependencies: object[];
  };
  const ofRef = (ref: string) => bill.components.find((one) => one["bom-ref"] === ref);
  assert.deepEqual(ofRef("@hono/zod-openapi@1.6.3"), {
    type: "library",
    "bom-ref": "@hono/zod-openapi@1.6.3",
    group: "@hono",
    name: "zod-openapi",
    version: "1.6.3",
    scope: "required",
    hashes: [{ alg: "SHA-512", content: "0a".repeat(64) }],
    licenses: [{ license: { id: "MIT", acknowledgement: "declared" } }],
    purl: "pkg:npm/%40hono/zod-openapi@1.6.3",
  });
  assert.deepEqual(ofRef("@esbuild/aix-ppc64@0.28.2"), {
    type: "library",
    "bom-ref": "@esbuild/aix-ppc64@0.28.2",
    group: "@esbuild",
    name: "aix-ppc64",
    version: "0.28.2",
    scope: "excluded",
    hashes: [{ alg: "SHA-512", content: "0b".repeat(64) }],
    properties: [{ name: "yikatong:licence", value: "unknown" }],
    purl: "pkg:npm/%40esbuild/aix-ppc64@0.28.2",
  });
  assert.deepEqual(bill.dependencies.slice(0, 3), [
    { ref: "yikatong@1.2.3", dependsOn: ["deno@2.9.5", "@hono/zod-openapi@1.6.3"] },
    { ref: "deno@2.9.5" },
    { ref: "@hono/zod-openapi@1.6.3", dependsOn: ["node-forge@1.4.3"] },
  ]);
});

Deno.test("billOfMaterials() is the same for the same facts, and another for others", () => {
  const bill = JSON.stringify(billOfMaterials(FACTS));
  assert.equal(JSON.stringify(billOfMaterials(FACTS)), bill);
  const serial = (facts: BillFacts) =>
    (billOfMaterials(facts) as { serialNumber: string }).serialNumber;
  assert.match(serial(FACTS), /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  assert.notEqual(serial({ ...FACTS, version: "1.2.4" }), serial(FACTS));
});

Deno.test("packagesOf() reads out of a bill what was put there, with the runtime", () => {
  const [runtime, ...packages] = packagesOf(JSON.parse(JSON.stringify(billOfMaterials(FACTS))));
  assert.deepEqual(runtime, {
    name: "deno",
    version: "2.9.5",
    sha512: "0c".repeat(64),
    licence: "MIT",
    isShipped: true,
  });
  assert.deepEqual(
    packages,
    PACKAGES.map(({ name, version, sha512, licence }, at) => ({
      name,
      version,
      sha512,
      licence: licence?.expression ?? null,
      isShipped: at < 2,
    })),
  );
});

async function faultsOf(bill: object): Promise<unknown> {
  return await new JsonStrictValidator(Version.v1dot6).validate(JSON.stringify(bill));
}
