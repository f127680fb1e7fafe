import { z } from "zod";
import { ownFile } from "../../../platform/release.ts";
import type { Package, PackageList } from "./packages.ts";

const lockSchema = z.object({
  npm: z.record(z.string(), z.object({ integrity: z.string().optional() })),
});

const manifestSchema = z.object({
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
});

/** From source: what the lock file pins, with the licences that the installed packages state. */
export async function listInstalled(): Promise<PackageList> {
  const lock = lockSchema.parse(JSON.parse(await Deno.readTextFile(ownFile("deno.lock"))));
  const found = new Map<string, Package>();
  for (const [key, { integrity = null }] of Object.entries(lock.npm)) {
    // "name@1.2.3_peer@4.5.6": peers tell apart copies of one package.
    const [, name = key, version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
    const licence = await readLicence(name, version);
    found.set(`${name}@${version}`, { name, version, integrity, licence });
  }
  const packages = [...found.values()].sort((left, right) =>
    `${left.name}@${left.version}` < `${right.name}@${right.version}` ? -1 : 1
  );
  return { packages, bill: cycloneDx(packages) };
}

/** Null where the package is not installed: it is for another system. */
async function readLicence(name: string, version: string): Promise<string | null> {
  const folder = `node_modules/.deno/${name.replace("/", "+")}@${version}/node_modules/${name}`;
  try {
    const text = await Deno.readTextFile(ownFile(`${folder}/package.json`));
    const { license } = manifestSchema.parse(JSON.parse(text));
    return typeof license === "object" ? license.type : license ?? null;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}

function cycloneDx(packages: readonly Package[]): object {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    components: packages.map(({ name, version, integrity, licence }) => ({
      type: "library",
      name,
      version,
      purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
      ...(integrity !== null && { hashes: [hashOf(integrity)] }),
      ...(licence !== null && { licenses: [{ expression: licence }] }),
    })),
  };
}

function hashOf(integrity: string): { readonly alg: string; readonly content: string } {
  return {
    alg: "SHA-512",
    content: Uint8Array.fromBase64(integrity.slice("sha512-".length)).toHex(),
  };
}
