/** Where a file stands, as the house rules see it; paths are given from the project's root. */

export type Place =
  | { readonly kind: "platform" | "gateways" | "composition" }
  | { readonly kind: "module"; readonly module: string; readonly file: string }
  | { readonly kind: "folder"; readonly folder: string };

const ROOT = new URL("../../", import.meta.url).pathname;
const MODULE_FILE = /^server\/modules\/([^/]+)\/(.+)$/;

/** Null for what is not ours: a file outside the project or one of its packages. */
export function fromRoot(path: string): string | null {
  if (!path.startsWith(ROOT)) return null;
  const inside = path.slice(ROOT.length);
  return inside.startsWith("node_modules/") ? null : inside;
}

export function placeOf(path: string): Place {
  const [, module, file] = MODULE_FILE.exec(path) ?? [];
  if (module && file) return { kind: "module", module, file };
  if (path.startsWith("server/platform/")) return { kind: "platform" };
  if (path.startsWith("server/gateways/")) return { kind: "gateways" };
  if (path.startsWith("server/")) return { kind: "composition" };
  return { kind: "folder", folder: path.slice(0, path.indexOf("/") + 1) };
}

/** Tests and what only they and demonstrations use; they may reach for anything. */
export function isTest(path: string): boolean {
  return /_test\.tsx?$/.test(path) || /(^|\/)(testing|conformance|preview)\//.test(path) ||
    path.startsWith("tests/");
}
