import type { DigestStream } from "../../../crypto/engine.ts";
import { type CheckOptions, checkRelease, type ReleaseCheck } from "./check_release.ts";
import type { ReleaseSettings } from "./settings.ts";
import { readTrustedKeys, TrustError } from "./trusted_keys.ts";

/** A program's own files against what was signed. */
export interface OwnCheck extends ReleaseCheck {
  /** What becomes of a program with troubles: `enforce` does not serve. */
  readonly verification: "enforce" | "warn";
}

export interface OwnReleaseOptions extends Pick<CheckOptions, "listedMax" | "signal"> {
  /** Of the release that this program runs from. */
  readonly folder: string;
  readonly settings: ReleaseSettings;
  readonly newDigest: () => DigestStream;
  /** `program`: text that runs here, a fifth of a second; `all`: the runtime and data too. */
  readonly extent: "program" | "all";
}

/**
 * What is executed from this folder by this program, but for the runtime: with its 100 MB it takes
 * seconds, and it has started already.
 */
const PROGRAM_TEXT = /^(bin\/|lib\/(?!runtime$))/;

/** Keys that cannot be used are a trouble like any other: they never pass for none. */
export async function checkOwnRelease(options: OwnReleaseOptions): Promise<OwnCheck> {
  const { settings, extent, ...rest } = options;
  try {
    const trusted = await readTrustedKeys(settings.keys);
    const about: CheckOptions = {
      ...rest,
      trusted,
      counterMin: settings.counter_min,
      installedAt: null,
      ...(extent === "program" && { isRead: (path: string) => PROGRAM_TEXT.test(path) }),
    };
    const verification = settings.verification ?? (trusted.length > 0 ? "enforce" : "warn");
    return { ...await checkRelease(about), verification };
  } catch (thrown) {
    if (!(thrown instanceof TrustError)) throw thrown;
    return {
      verification: settings.verification ?? "enforce",
      manifest: null,
      signers: [],
      troubles: [{ kind: "unusable_keys", reason: thrown.message }],
    };
  }
}

export function mayServe(
  { verification, troubles }: Pick<OwnCheck, "verification" | "troubles">,
): boolean {
  return troubles.length === 0 || verification === "warn";
}
