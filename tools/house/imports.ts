import { isTest, type Place, placeOf } from "./place.ts";

/** A module imports only those before it (docs/architecture.md); later ones are reached by event. */
export const MODULE_ORDER: readonly string[] = [
  "audit",
  "access",
  "settings",
  "notify",
  "fleet",
  "workorders",
  "identity",
  "insurance",
  "ledger",
  "payment",
  "credit",
  "checkout",
  "refund",
  "billing",
  "registration",
  "inpatient",
  "reconciliation",
  "rollout",
  "records",
  "reports",
  "compliance",
];

export interface Import {
  /** Both from the project's root. */
  readonly from: string;
  readonly to: string;
  /** `import type …`: gone at run time, so it ties nothing together but shapes. */
  readonly typeOnly: boolean;
}

/** Seen by the whole module only; `routes.ts` and `jobs.ts` are mounted by composition code. */
const MOUNTED_FILES = new Set(["routes.ts", "jobs.ts"]);

/** What a simulator may share with the platform: wire shapes, how money, time and ids look, and where its files lie. */
const SANDBOX_MAY_IMPORT =
  /^(server\/gateways\/[^/]+\/wire(\/[^/]+)?\.ts|server\/platform\/(money|clock|ids|pause|release)\.ts|ffi\/([^/]+\/)?contract\.ts|ffi\/(command_slot|listeners|line|line_pair)\.ts|ffi\/serial\/(libc|fd_line|termios)\.ts|crypto\/.+)$/;
const TERMINAL_MAY_IMPORT =
  /^(server\/modules\/[^/]+\/([^/]+\/)?contract\.ts|server\/platform\/.+|ffi\/.+|crypto\/.+)$/;
/** What the kernel says of the machine; all of `server/` may ask, by FFI or not. */
const KERNEL_FILES = "ffi/kernel_files.ts";
const TESTS_ONLY = "only tests import what stands there for tests";
const CONTRACT = /(^|\/)(contract|dev_contract)\.ts$/;
const SCREENS = new Set(["kiosk-ui/", "console-ui/", "mobile-ui/"]);
const ALONE = new Set(["crypto/", "ffi/"]);
/** Where everything is put together: these may import what they start. */
const TOPS = new Set(["", "cli/", "tools/", "bench/"]);
/** These run tests or measure with what tests set up. */
const MAY_IMPORT_TESTS = /^(tools|bench)\//;

/** Why an import is against the order of the house, or null. */
export function refusalOf(imported: Import): string | null {
  if (isTest(imported.from)) return null;
  if (isTest(imported.to)) {
    return MAY_IMPORT_TESTS.test(imported.from) ? null : TESTS_ONLY;
  }
  const from = placeOf(imported.from);
  if (imported.to === KERNEL_FILES && from.kind !== "folder") return null;
  switch (from.kind) {
    case "platform":
      return /^((server\/platform|crypto)\/|deno\.json$)/.test(imported.to)
        ? null
        : "server/platform/ imports only platform and crypto/";
    case "gateways":
      return /^(server\/(platform|gateways)|crypto)\//.test(imported.to)
        ? null
        : "a gateway imports only gateways, platform and crypto/";
    case "module":
      return refusalInModule(from, imported);
    case "composition":
      return refusalInComposition(imported.to);
    case "folder":
      return refusalInFolder(from.folder, imported);
  }
}

function refusalInModule(from: Place & { kind: "module" }, { to, typeOnly }: Import) {
  const target = placeOf(to);
  if (target.kind !== "module") {
    return target.kind === "platform" || target.kind === "gateways" || to.startsWith("crypto/")
      ? null
      : "a module imports only earlier modules, gateways, platform and crypto/";
  }
  if (target.module === from.module) return null;
  if (target.file === "store.ts" || MOUNTED_FILES.has(target.file)) {
    return `${target.module}/${target.file} is private to its module`;
  }
  if (target.file === "tables.ts" && !typeOnly) {
    return `of ${target.module}/tables.ts other modules import only types`;
  }
  for (const module of [from.module, target.module]) {
    if (!MODULE_ORDER.includes(module)) return `${module} has no place in MODULE_ORDER yet`;
  }
  return MODULE_ORDER.indexOf(target.module) < MODULE_ORDER.indexOf(from.module)
    ? null
    : `${from.module} comes before ${target.module}`;
}

function refusalInComposition(to: string): string | null {
  const target = placeOf(to);
  if (target.kind === "module" && target.file === "store.ts") {
    return `${target.module}/store.ts is private to its module`;
  }
  return target.kind === "folder" && target.folder !== "crypto/"
    ? "the platform imports nothing outside server/ but crypto/"
    : null;
}

function refusalInFolder(folder: string, { from, to, typeOnly }: Import): string | null {
  if (TOPS.has(folder)) return refusalInTop(folder, to);
  if (to.startsWith(folder)) return null;
  if (ALONE.has(folder)) return `${folder} imports nothing of ours`;
  if (SCREENS.has(folder)) {
    if (!CONTRACT.test(to)) return "screens import nothing from outside but contracts";
    return typeOnly ? null : "screens import only types from a contract";
  }
  if (folder === "sandbox/") {
    return SANDBOX_MAY_IMPORT.test(to)
      ? null
      : "the sandbox imports only wire of gateways, money, clock, ids, pause, of ffi/ contracts and lines, crypto/";
  }
  if (folder === "terminal/") {
    return TERMINAL_MAY_IMPORT.test(to)
      ? null
      : "the terminal imports only contracts of modules, platform, ffi/ and crypto/";
  }
  return `${from} stands in a folder without an import rule`;
}

function refusalInTop(folder: string, to: string): string | null {
  if (to.startsWith(folder) && folder !== "") return null;
  const target = placeOf(to);
  if (target.kind === "module" && target.file === "store.ts") {
    return `${target.module}/store.ts is private to its module`;
  }
  if (target.kind !== "folder") return null;
  return SCREENS.has(target.folder) ? "screens are bundled by tools/build_kiosk.ts" : null;
}
