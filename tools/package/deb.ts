import { createHash } from "node:crypto";
import { join } from "node:path";
import { run } from "./run.ts";
import { bytesOf, type Entry, EXECUTABLE, layOut, PLAIN } from "./tree.ts";

export interface Deb {
  /** Of the file, too. */
  readonly fileName: string;
  readonly entries: readonly Entry[];
  /** Lines of `control` but Installed-Size, which is counted here. */
  readonly control: readonly string[];
  /** `postinst`, `templates`, …; scripts are told by their first line. */
  readonly controlFiles: Readonly<Record<string, string>>;
  readonly at: Date;
  /** Of xz. */
  readonly level?: number;
}

const KIBIBYTE = 1024;
/** What unpacking needs of an old terminal's memory: 9 MB. */
export const XZ_LEVEL = 6;

/**
 * By dpkg-deb itself: every file of the package is laid out here, so debhelper would have nothing to
 * find. The same tree and time make the same bytes.
 */
export async function buildDeb(deb: Deb, out: string): Promise<string> {
  const root = await Deno.makeTempDir({ prefix: "yikatong-deb-" });
  const path = join(out, deb.fileName);
  try {
    await layOut([...deb.entries, ...await controlEntries(deb)], { root, at: deb.at });
    const options = ["--root-owner-group", "-Zxz", `-z${deb.level ?? XZ_LEVEL}`];
    await run("dpkg-deb", [...options, "--build", root, path], {
      env: { SOURCE_DATE_EPOCH: epoch(deb.at) },
    });
    return path;
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

export function epoch(at: Date): string {
  return `${Math.floor(at.getTime() / 1_000)}`;
}

async function controlEntries(deb: Deb): Promise<Entry[]> {
  const measured = await Promise.all(
    deb.entries.filter((entry) => entry.kind === "file").map(measure),
  );
  const size = measured.reduce((sum, { bytes }) => sum + Math.ceil(bytes / KIBIBYTE), 0);
  const [first = "", ...rest] = deb.control;
  const conffiles = deb.entries.filter((entry) => entry.kind === "file" && entry.isConfig);
  const files: Record<string, string> = {
    control: [first, `Installed-Size: ${size}`, ...rest, ""].join("\n"),
    md5sums: measured.map(({ md5, path }) => `${md5}  ${path}\n`).sort(byPath).join(""),
    ...(conffiles.length > 0 && {
      conffiles: conffiles.map(({ path }) => `/${path}\n`).join(""),
    }),
    ...deb.controlFiles,
  };
  return Object.entries(files).map(([name, text]) => ({
    kind: "file",
    path: `DEBIAN/${name}`,
    mode: text.startsWith("#!") ? EXECUTABLE : PLAIN,
    content: { text },
  }));
}

function byPath(a: string, b: string): number {
  const [pathA = "", pathB = ""] = [a, b].map((line) => line.slice(line.indexOf("  ")));
  return pathA < pathB ? -1 : 1;
}

async function measure(entry: Extract<Entry, { kind: "file" }>) {
  const { content } = entry;
  const bytes = "file" in content ? await Deno.readFile(content.file) : bytesOf(content.text);
  // What dpkg --verify compares with; a checksum, no protection.
  const md5 = createHash("md5").update(bytes).digest("hex");
  return { path: entry.path, bytes: bytes.length, md5 };
}
