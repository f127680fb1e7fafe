import { z } from "zod";

/** Where the public keys of those lie whose signature a release must bear here. */
export const DEFAULT_KEYS_PATH = "/etc/yikatong/release-keys";

/** `[release]` of the platform's and of the terminal's configuration. */
export const releaseSettings = z.strictObject({
  /**
   * `enforce`: a program whose files are not those that were signed does not start. `warn`: it
   * starts and says so. Absent means `enforce` where trusted keys are installed, else `warn`.
   */
  verification: z.enum(["enforce", "warn"]).optional(),
  /** A folder of public keys, `<signer>.pem`. */
  keys: z.string().startsWith("/").default(DEFAULT_KEYS_PATH),
  /** A release with a lower counter does not start: it has a hole that is known. */
  counter_min: z.coerce.number().int().min(0).default(0),
}).prefault({});

export type ReleaseSettings = z.infer<typeof releaseSettings>;
