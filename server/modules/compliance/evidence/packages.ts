import { z } from "zod";
import type { EvidenceSource } from "../evidence_source.ts";
import type { CsvValue } from "../pack/csv.ts";

/** From here to the project's root. */
const ROOT = new URL("../../../../", import.meta.url);

const lockSchema = z.object({
  npm: z.record(z.string(), z.object({ integrity: z.string().optional() })),
});

const manifestSchema = z.object({
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
});

export interface Package {
  readonly name: string;
  readonly version: string;
  /** "sha512-…", as the registry gave it. */
  readonly integrity: string | null;
  readonly licence: string | null;
}

/** E-13: every package the program was built with. */
export function packagesSource(): EvidenceSource {
  return {
    id: "E-13",
    async collect(_period, files) {
      const packages = await listPackages();
      await files.table({
        name: "packages",
        title: "组件",
        columns: ["组件", "版本", "完整性摘要", "许可证"],
        rows: packages.map(({ name, version, integrity, licence }): CsvValue[] => [
          name,
          version,
          integrity,
          licence,
        ]),
      });
      await files.json({ name: "sbom", title: "CycloneDX 1.5 物料清单" }, cycloneDx(packages));
      return {
        packages: packages.length,
        packagesWithoutDigest: packages.filter(({ integrity }) => integrity === null).length,
        packagesWithoutLicence: packages.filter(({ licence }) => licence === null).length,
      };
    },
  };
}

async function listPackages(): Promise<Package[]> {
  const lock = lockSchema.parse(JSON.parse(await Deno.readTextFile(new URL("deno.lock", ROOT))));
  const found = new Map<string, Package>();
  for (const [key, { integrity = null }] of Object.entries(lock.npm)) {
    // "name@1.2.3_peer@4.5.6": peers tell apart copies of one package.
    const [, name = key, version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
    const licence = await readLicence(name, version);
    found.set(`${name}@${version}`, { name, version, integrity, licence });
  }
  return [...found.values()].sort((left, right) =>
    `${left.name}@${left.version}` < `${right.name}@${right.version}` ? -1 : 1
  );
}

/** Null where the package is not installed: it is for another system. */
async function readLicence(name: string, version: string): Promise<string | null> {
  const folder = `node_modules/.deno/${name.replace("/", "+")}@${version}/node_modules/${name}`;
  try {
    const text = await Deno.readTextFile(new URL(`${folder}/package.json`, ROOT));
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
