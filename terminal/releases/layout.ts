/**
 * Where releases taken over the network lie on a terminal and what the names there mean
 * (decision 0019). `deploy/common/select-release` reads the same names in POSIX sh, so the files
 * it needs are single lines of words.
 */

/** Of the user `yikatong-update`; the terminal reads it. */
export const RELEASES_FOLDER = "releases";
/** Of the terminal, and its group, which the updater is of: all that the one tells the other. */
export const REQUESTS_FOLDER = "requests";

export const RELEASE_NAMES = {
  /** Link to the release that runs; absent: the packaged one. */
  current: "current",
  /** Link to the one before it; absent: the packaged one. */
  previous: "previous",
  /** `<version> <until, epoch seconds>` while the current release has to prove itself. */
  probation: "probation",
  /** `<version> <counter>`: the packaged release's counter when the version was switched to. */
  over: "over",
  /** The highest counter that was ever committed. */
  counter: "counter",
  /** Touched when the terminal is to be started anew; a systemd path unit watches it. */
  restart: "restart",
  /** `<id> <until, epoch seconds>` while the terminal is to take no new patient. */
  hold: "hold",
  /** Versions that did not prove themselves, as JSON. */
  rejected: "rejected.json",
  /** What came of the last request, as JSON. */
  result: "result.json",
  /** The last changes, as JSON; the terminal tells the platform of them. */
  changes: "changes.json",
  staging: ".staging",
  lock: ".lock",
} as const;

export const REQUEST_NAMES = {
  /** What the updater is asked for, as JSON; the archive that is meant lies beside it. */
  request: "request.json",
  /** `<version> <until> <count>`, written by select-release. */
  starts: "starts",
  /** `<id> <device>…`: the hold under which no new patient is taken, and what was offline then. */
  drained: "drained",
  /** Locked by the terminal as long as it runs. */
  running: "running",
  /** `<id>` of the last change that the terminal's journal has. */
  told: "told",
} as const;

/** The updater is of the terminal's group; whatever the terminal's umask is, it may read these. */
export const TOLD_MODE = 0o640;

/** A release may be started so often before it is committed. */
export const STARTS_MAX = 2;

/** Also a folder's name: no slash, no leading dot, and none of the names above. */
export const VERSION_PATTERN = /^[0-9][0-9A-Za-z.+_-]{0,63}$/;

export interface Probation {
  readonly version: string;
  readonly untilSeconds: number;
}

/** Null for a file that is absent, cut off or of somebody else's making. */
export async function readProbation(releases: string): Promise<Probation | null> {
  const [version, until] = await readWords(`${releases}/${RELEASE_NAMES.probation}`) ?? [];
  if (version === undefined || !VERSION_PATTERN.test(version)) return null;
  const untilSeconds = readCount(until);
  return untilSeconds === null ? null : { version, untilSeconds };
}

export async function readHold(
  releases: string,
): Promise<{ readonly id: string; readonly untilSeconds: number } | null> {
  const [id, until] = await readWords(`${releases}/${RELEASE_NAMES.hold}`) ?? [];
  const untilSeconds = readCount(until);
  return id === undefined || untilSeconds === null ? null : { id, untilSeconds };
}

/** The words of a file's first line; null when there is no such file. */
export async function readWords(path: string): Promise<string[] | null> {
  try {
    const [line = ""] = (await Deno.readTextFile(path)).split("\n");
    return line.split(" ").filter((word) => word !== "");
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw thrown;
  }
}

export function readCount(word: string | undefined): number | null {
  return word !== undefined && /^\d{1,15}$/.test(word) ? Number(word) : null;
}

/** The version a link names; null when it is absent or names no release's folder. */
export async function linkedVersion(
  releases: string,
  name: "current" | "previous",
): Promise<string | null> {
  const target = await Deno.readLink(`${releases}/${name}`).catch(() => null);
  if (target === null || !VERSION_PATTERN.test(target)) return null;
  const info = await Deno.lstat(`${releases}/${target}`).catch(() => null);
  return info?.isDirectory ? target : null;
}
