import { dirname } from "node:path";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { pauseFor } from "../../server/platform/pause.ts";
import { checkRelease } from "../../server/platform/release/check_release.ts";
import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";
import { DEFAULT_KEYS_PATH } from "../../server/platform/release/settings.ts";
import { troubleLines } from "../../server/platform/release/trouble_text.ts";
import { readTrustedKeys, type TrustedKey } from "../../server/platform/release/trusted_keys.ts";
import { REQUESTS_FOLDER } from "../../terminal/releases/layout.ts";
import { print, StartError } from "../command.ts";
import { glibcVersion } from "../doctor/preflight/system_facts.ts";
import { trusting } from "../release/trusting.ts";
import { openEngine } from "../sm/engine.ts";
import type { UpdateDeps } from "./deps.ts";
import { findKysecTools } from "./kysec_tools.ts";
import type { KysecDeps } from "./kysec.ts";
import { targetOf } from "./machine.ts";

/** Of every subcommand. */
export const FOLDER_OPTIONS = {
  releases: { type: "string" },
  packaged: { type: "string" },
  trust: { type: "string" },
} as const;

export const FOLDER_HELP = `  --releases <目录>  版本目录（/var/lib/yikatong-terminal/releases）
  --packaged <目录>  安装包装的程序（/usr/lib/yikatong）
  --trust <目录>     发布公钥（${DEFAULT_KEYS_PATH}）`;

export const RELEASES = "/var/lib/yikatong-terminal/releases";
export const PACKAGED = "/usr/lib/yikatong";

export interface FolderOptions {
  readonly releases?: string | undefined;
  readonly packaged?: string | undefined;
  readonly trust?: string | undefined;
}

export interface OpenedUpdate extends UpdateDeps, KysecDeps, Disposable {
  readonly trusted: readonly TrustedKey[];
}

export async function openUpdate(options: FolderOptions): Promise<OpenedUpdate> {
  const { releases = RELEASES, packaged = PACKAGED } = options;
  const trusted = await trusting(() => readTrustedKeys(options.trust ?? DEFAULT_KEYS_PATH));
  const engine = openEngine();
  const clock = SYSTEM_CLOCK;
  return {
    releases,
    requests: requestsBeside(releases),
    packaged,
    trusted,
    verify: async (folder, { isNew } = { isNew: false }) => {
      const { manifest, troubles } = await checkRelease({
        folder,
        trusted,
        newDigest: () => engine.sm3Stream(),
        // The counter is looked at when it is switched to: with a permit it may be lower.
        counterMin: 0,
        installedAt: isNew ? clock.now() : null,
      });
      return requireGood(folder, manifest, troubles.flatMap(troubleLines));
    },
    kysec: await findKysecTools(),
    machine: { target: targetOf(Deno.build.arch), glibc: await glibcVersion() },
    clock,
    pause: pauseFor,
    say: print,
    at: () => {},
    [Symbol.dispose]: () => engine[Symbol.dispose](),
  };
}

export function requestsBeside(releases: string): string {
  return `${dirname(releases)}/${REQUESTS_FOLDER}`;
}

/** Without a trusted key nothing is put on a terminal, be it whole or not. */
function requireGood(
  folder: string,
  manifest: ReleaseManifest | null,
  troubles: readonly string[],
): ReleaseManifest {
  if (manifest && troubles.length === 0) return manifest;
  throw new StartError([`"${folder}" 不是可以使用的发布：`, ...troubles].join("\n  "));
}
