import { dirname, isAbsolute, resolve } from "node:path";

/** Every absolute path that a configuration names: keys, certificates, libraries, profiles, folders. */
export function pathsIn(config: unknown): string[] {
  if (typeof config === "string") return isAbsolute(config) ? [config] : rootsIn(config);
  if (typeof config !== "object" || config === null) return [];
  return Object.values(config).flatMap(pathsIn);
}

/** The certificates by which a database's own is looked at. */
function rootsIn(text: string): string[] {
  const [, path] = /^postgres(?:ql)?:.*[?&]sslrootcert=(\/[^&]*|%2[fF][^&]*)/.exec(text) ?? [];
  return path === undefined ? [] : [decodeURIComponent(path)];
}

/**
 * What a command line may mean by its words, each with the folder around it: a result is written
 * beside its place first. A word that names no file grants the folder that the command is run in.
 */
export function namedOn(args: readonly string[], cwd: string): string[] {
  const words = args.flatMap((arg) => {
    if (!arg.startsWith("-")) return [arg];
    const at = arg.indexOf("=");
    return at < 0 ? [] : [arg.slice(at + 1)];
  });
  const paths = words.map((word) => resolve(cwd, word));
  return [cwd, ...paths.flatMap((path) => [path, dirname(path)])].filter(isWorth);
}

/** The root would be everything, and is no file's folder that anybody means. */
function isWorth(path: string): boolean {
  return path !== "/";
}

/** Links are followed by whoever opens a file: where they lead must be granted, too. */
export async function withTargets(paths: readonly string[]): Promise<string[]> {
  const real = await Promise.all(paths.map((path) => Deno.realPath(path).catch(() => path)));
  return [...new Set([...paths, ...real])];
}
