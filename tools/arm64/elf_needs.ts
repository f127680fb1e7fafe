import { walkFolder } from "../../server/platform/release/walk_folder.ts";
import { runTool } from "../build/run_tool.ts";

/** What an executable or library asks of the system that loads it. */
export interface ElfNeeds {
  /** `2.27`; null for one that asks nothing of glibc. */
  readonly glibc: string | null;
  /** The coarsest pages on which its segments can be laid out. */
  readonly pageBytes: number;
}

const ELF_MAGIC = "\x7fELF";
/** The largest pages of arm64, as Kylin has them on servers. */
const LARGEST_PAGE_BYTES = 65_536;

/** Of every executable and library below a folder, by its path there. */
async function readElfNeeds(folder: string): Promise<Map<string, ElfNeeds>> {
  const needs = new Map<string, ElfNeeds>();
  for await (const { path, kind } of walkFolder(folder)) {
    if (kind === "file" && await isElf(`${folder}/${path}`)) {
      needs.set(path, await needsOf(`${folder}/${path}`));
    }
  }
  return needs;
}

/** The oldest glibc among the systems that are supported: Kylin V10 on servers, UOS 20. */
const GLIBC_MAX = "2.28";

/** Says what a release asks of a system; throws what of it would be refused. */
export async function requireElfNeeds(release: string): Promise<string> {
  const needs = await readElfNeeds(release);
  const troubles = elfTroubles(needs, { glibcMax: GLIBC_MAX });
  if (needs.size === 0 || troubles.length > 0) {
    throw new Error(`Cannot run on the systems we name:\n${troubles.join("\n")}`);
  }
  return [...needs].map(([path, { glibc, pageBytes }]) =>
    `${path}: glibc ${glibc}, pages of up to ${pageBytes} bytes`
  ).join("\n");
}

/** What of it an old glibc or a kernel with large pages would refuse, one line each. */
export function elfTroubles(
  needs: ReadonlyMap<string, ElfNeeds>,
  { glibcMax }: { readonly glibcMax: string },
): string[] {
  return [...needs].flatMap(([path, { glibc, pageBytes }]) => [
    ...(glibc !== null && compareVersions(glibc, glibcMax) > 0
      ? [`${path} asks for glibc ${glibc}, expected at most ${glibcMax}`]
      : []),
    ...(pageBytes < LARGEST_PAGE_BYTES
      ? [`${path} is laid out for pages of ${pageBytes} bytes, expected ${LARGEST_PAGE_BYTES}`]
      : []),
  ]);
}

async function needsOf(path: string): Promise<ElfNeeds> {
  const said = await runTool(["readelf", "--wide", "--version-info", "--segments", path], {
    cwd: "/",
    env: { LC_ALL: "C" },
  });
  return { glibc: newestGlibc(said), pageBytes: smallestAlignment(said) };
}

/**
 * The newest version that is needed (`.gnu.version_r`), also by weak symbols: the loader looks at the
 * versions, not at who asks for them. What a library itself defines is not asked of anybody.
 */
export function newestGlibc(readelf: string): string | null {
  const needed = /^Version needs section[^]*/m.exec(readelf)?.[0] ?? "";
  const versions = [...needed.matchAll(/Name: GLIBC_(\d+(?:\.\d+)*) /g)].map(([, name = ""]) =>
    name
  );
  return versions.toSorted(compareVersions).at(-1) ?? null;
}

/** Of what is loaded; `0x10000` at the line's end. */
export function smallestAlignment(readelf: string): number {
  const aligned = [...readelf.matchAll(/^ +LOAD .* (0x[0-9a-f]+)$/gm)].map(([, at]) => Number(at));
  return Math.min(...aligned);
}

/** By numbers, as `2.9` is before `2.27`. */
export function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

async function isElf(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const head = new Uint8Array(ELF_MAGIC.length);
  await file.read(head);
  return new TextDecoder("latin1").decode(head) === ELF_MAGIC;
}
