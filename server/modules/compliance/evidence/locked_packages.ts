import { z } from "zod";
import { ownFile } from "../../../platform/release.ts";

/** A package that the lock file pins. */
export interface LockedPackage {
  /** "zod@4.6.7". */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  /** SHA-512 of what the registry gave, in hexadecimal digits. */
  readonly sha512: string | null;
  readonly licence: Licence | null;
  /** Ids of those it asks for. */
  readonly dependencies: readonly string[];
  /** Not so where it is for another system. */
  readonly isInstalled: boolean;
}

export interface Licence {
  /** "MIT", "(BSD-3-Clause OR GPL-2.0)". */
  readonly expression: string;
  /** `concluded`: by us, out of its licence file. */
  readonly acknowledgement: "declared" | "concluded";
}

export interface LockedPackages {
  /** Sorted by id. */
  readonly packages: readonly LockedPackage[];
  /** Ids of those that we ask for ourselves. */
  readonly direct: readonly string[];
}

/** What `package.json` does not say and the licence file beside it does. */
const READ_BY_US: Readonly<Record<string, string>> = { "png-js@2.0.0": "MIT" };

const lockSchema = z.object({
  specifiers: z.record(z.string(), z.string()),
  npm: z.record(
    z.string(),
    z.object({
      integrity: z.string().startsWith("sha512-").optional(),
      dependencies: z.array(z.string()).default([]),
      optionalDependencies: z.array(z.string()).default([]),
    }),
  ),
});

type Lock = z.infer<typeof lockSchema>;

const packageSchema = z.object({
  license: z.union([z.string(), z.object({ type: z.string() })]).optional(),
});

/** From source: the lock file, with the licences that the installed packages state. */
export async function readLocked(): Promise<LockedPackages> {
  const lock = lockSchema.parse(JSON.parse(await Deno.readTextFile(ownFile("deno.lock"))));
  const found = new Map<string, LockedPackage>();
  for (const [key, entry] of Object.entries(lock.npm)) {
    const { name, version, id } = split(key);
    // Copies of one package that differ by their peers alone.
    const other = found.get(id)?.dependencies ?? [];
    const asked = [...entry.dependencies, ...entry.optionalDependencies].map((text) =>
      resolve(text, lock)
    );
    found.set(id, {
      id,
      name,
      version,
      sha512: entry.integrity === undefined ? null : hexOf(entry.integrity),
      dependencies: [...new Set([...other, ...asked])].sort(),
      ...await readInstalled({ id, name }),
    });
  }
  const direct = Object.entries(lock.specifiers).map(([specifier, version]) =>
    split(`${specifier.slice("npm:".length, specifier.lastIndexOf("@"))}@${version}`).id
  );
  return {
    packages: [...found.values()].sort((left, right) => left.id < right.id ? -1 : 1),
    direct: [...new Set(direct)].sort(),
  };
}

/** "name@1.2.3_peer@4.5.6": the peers tell apart copies of one package. */
function split(key: string): Pick<LockedPackage, "id" | "name" | "version"> {
  const [, name = key, version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
  return { id: `${name}@${version}`, name, version };
}

/** "zod", or "zod@4.6.7" where the lock has several. */
function resolve(text: string, { npm }: Lock): string {
  const [, name = text, version] = /^(@?[^@]+)(?:@(.+))?$/.exec(text) ?? [];
  if (version !== undefined) return split(text).id;
  const key = Object.keys(npm).find((candidate) => candidate.startsWith(`${name}@`));
  if (key === undefined) throw new Error(`Cannot find "${text}" in deno.lock`);
  return split(key).id;
}

function hexOf(integrity: string): string {
  return Uint8Array.fromBase64(integrity.slice("sha512-".length)).toHex();
}

async function readInstalled(
  { id, name }: Pick<LockedPackage, "id" | "name">,
): Promise<Pick<LockedPackage, "licence" | "isInstalled">> {
  const folder = `node_modules/.deno/${id.replace("/", "+")}/node_modules/${name}`;
  const text = await readIfThere(ownFile(`${folder}/package.json`));
  if (text === null) return { licence: null, isInstalled: false };
  const { license } = packageSchema.parse(JSON.parse(text));
  const stated = typeof license === "object" ? license.type : license;
  const concluded = READ_BY_US[id];
  if (stated !== undefined) {
    return { licence: { expression: stated, acknowledgement: "declared" }, isInstalled: true };
  }
  return {
    licence: concluded === undefined
      ? null
      : { expression: concluded, acknowledgement: "concluded" },
    isInstalled: true,
  };
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}
