import { fileURLToPath } from "node:url";
import { BUILT, type Built } from "./built.ts";

/** The only place that knows which release this is, in which form, and where its own files lie. */
export const RELEASE: Built = BUILT;

/** Folder of a release → what stands for it in the sources; what a build copies is listed by it. */
const FROM_SOURCE: Readonly<Record<string, string>> = {
  "share/fonts/": "@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff",
  "share/pglite/": "@electric-sql/pglite",
  "share/reference/": "swagger-ui-dist/swagger-ui.css",
  "share/simulators/": "../../sandbox/devices/vendor/build.ts",
};

/**
 * Absolute path of a file that is read at run time, by its place in a release: `share/…`, `bin/…`.
 * From source `share/` stands for what a build would copy there, and all else is the checkout.
 */
export function ownFile(path: string): string {
  if (RELEASE.form !== "source") return fileURLToPath(new URL(`../${path}`, import.meta.url));
  const shared = Object.entries(FROM_SOURCE).find(([folder]) => path.startsWith(folder));
  if (!shared) return fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const [folder, beside] = shared;
  return fileURLToPath(new URL(path.slice(folder.length) || ".", import.meta.resolve(beside)));
}
