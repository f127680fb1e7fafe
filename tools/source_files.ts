/** What the tree holds, for gates that read the sources themselves. */

export const ROOT = new URL("../", import.meta.url);

/** Never ours to judge: packages, built files, databases of the first run. */
const PASSED_OVER = new Set(["node_modules", "data", "dist"]);

/** Paths from the root, sorted; hidden folders but `.ci` are passed over. */
export async function listFiles(folder: string = ""): Promise<string[]> {
  const paths: string[] = [];
  for await (const entry of Deno.readDir(new URL(folder || ".", ROOT))) {
    if (PASSED_OVER.has(entry.name)) continue;
    if (entry.name.startsWith(".") && entry.name !== ".ci") continue;
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) paths.push(...await listFiles(`${path}/`));
    else if (entry.isFile) paths.push(path);
  }
  return paths.sort();
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export async function readSources(pattern: RegExp = /\.tsx?$/): Promise<SourceFile[]> {
  const paths = (await listFiles()).filter((path) => pattern.test(path));
  return await Promise.all(paths.map(async (path) => ({
    path,
    text: await Deno.readTextFile(new URL(path, ROOT)),
  })));
}

/** Statements begin a line, so that a test's string that looks like one is passed over. */
const IMPORT = /(?:^import\s*|^(?:import|export|\}).*\bfrom\s*|\bimport\s*\(\s*)"(\.[^"]+)"/gm;

/** The files of ours that a source imports, statically or not, as paths from the root. */
export function importsOf(file: SourceFile): string[] {
  const found = file.text.matchAll(IMPORT);
  return [...found].map(([, specifier = ""]) => resolve(file.path, specifier));
}

export function resolve(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}
