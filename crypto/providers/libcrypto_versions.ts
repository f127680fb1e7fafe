/**
 * What is known to be wrong with versions of libcrypto, as data. Ranges are those of the CVE
 * records (CVEProject/cvelistV5); where a branch was out of support and is in no record, though it
 * carries the same code, the range here says so. Tongsuo is judged by its own version: it
 * replaces parts of the OpenSSL it is built on (BabaSSL is its old name).
 */

/** "Tongsuo" or "OpenSSL"; whatever else a library calls itself is refused. */
export interface LibcryptoIdentity {
  readonly name: string;
  /** As the library tells it: "3.0.19", "1.1.1zj", "8.5.0". */
  readonly version: string;
  readonly arch: typeof Deno.build.arch;
}

export interface LibcryptoJudgement {
  readonly level: "accepted" | "warned" | "refused";
  /** One sentence each, with the CVE; those of the level alone. */
  readonly reasons: readonly string[];
}

interface Weakness {
  readonly cve: string;
  readonly what: string;
  readonly level: "warned" | "refused";
  /** Every machine when left out. */
  readonly arch?: LibcryptoIdentity["arch"];
  readonly ranges: readonly Range[];
}

/** From one version up to, not including, the one that is well again; null where none is. */
interface Range {
  readonly name: "OpenSSL" | "Tongsuo";
  readonly from: string;
  readonly fixed: string | null;
  /** Where the branch ends that got no fix. */
  readonly before?: string;
}

/** Before these there was no SM2. */
const OLDEST = { OpenSSL: "1.1.1", Tongsuo: "8.0.0" } as const;
const NEWEST_MAJOR = { OpenSSL: 4, Tongsuo: 8 } as const;

/** Mended on 29 September 2026 in the branches that were still kept; 3.1 to 3.3 were not. */
const MENDED_2026_09: readonly Range[] = [
  { name: "OpenSSL", from: "1.1.1", fixed: "1.1.1zj" },
  { name: "OpenSSL", from: "3.0.0", fixed: "3.0.23" },
  { name: "OpenSSL", from: "3.1.0", fixed: null, before: "3.4.0" },
  { name: "OpenSSL", from: "3.4.0", fixed: "3.4.8" },
  { name: "OpenSSL", from: "3.5.0", fixed: "3.5.9" },
  { name: "OpenSSL", from: "3.6.0", fixed: "3.6.5" },
  { name: "OpenSSL", from: "4.0.0", fixed: "4.0.3" },
  // Its newest, 8.5.0-pre2 of August 2026, was made before the fix was known.
  { name: "Tongsuo", from: "8.0.0", fixed: null },
];

const WEAKNESSES: readonly Weakness[] = [
  {
    cve: "CVE-2021-3711",
    what: "SM2 decryption may write past its buffer",
    level: "refused",
    ranges: [
      { name: "OpenSSL", from: "1.1.1", fixed: "1.1.1l" },
      { name: "Tongsuo", from: "8.0.0", fixed: "8.2.1" },
    ],
  },
  {
    cve: "CVE-2025-9231",
    what: "the time of an SM2 signature on 64-bit ARM tells of the private key",
    level: "refused",
    arch: "aarch64",
    ranges: [
      { name: "OpenSSL", from: "3.2.0", fixed: "3.2.6" },
      { name: "OpenSSL", from: "3.3.0", fixed: "3.3.5" },
      { name: "OpenSSL", from: "3.4.0", fixed: "3.4.3" },
      { name: "OpenSSL", from: "3.5.0", fixed: "3.5.4" },
    ],
  },
  {
    cve: "CVE-2026-54875",
    what: "SM2 with a private key on 64-bit ARM branches and reads tables by its bits",
    level: "refused",
    arch: "aarch64",
    ranges: [
      // In no record, being out of support, but the code came with 3.2.
      { name: "OpenSSL", from: "3.2.0", fixed: null, before: "3.4.0" },
      { name: "OpenSSL", from: "3.4.0", fixed: "3.4.8" },
      { name: "OpenSSL", from: "3.5.0", fixed: "3.5.9" },
      { name: "OpenSSL", from: "3.6.0", fixed: "3.6.5" },
      { name: "OpenSSL", from: "4.0.0", fixed: "4.0.3" },
    ],
  },
  {
    cve: "CVE-2026-54872",
    what: "the time of curve arithmetic without code of its own tells of the SM2 nonce",
    level: "warned",
    ranges: MENDED_2026_09,
  },
  {
    cve: "CVE-2026-77696",
    what: "the time of an SM2 signature tells of the nonce and the private key",
    level: "warned",
    ranges: MENDED_2026_09,
  },
];

const UNSEEN = "a fix that a distribution carried back cannot be seen from the version";

/** Whether to work with such a library. Pure; the gate of `openNativeEngine`. */
export function judgeLibcrypto({ name, version, arch }: LibcryptoIdentity): LibcryptoJudgement {
  const parsed = parseVersion(version);
  if (name !== "OpenSSL" && name !== "Tongsuo" || parsed === null) {
    return refuse(`${name} ${version} is none of OpenSSL and Tongsuo`);
  }
  if (isBelow(parsed, OLDEST[name])) {
    return refuse(`${name} ${version} is older than ${OLDEST[name]}, the first with SM2`);
  }
  if ((parsed.numbers[0] ?? 0) > NEWEST_MAJOR[name]) {
    return refuse(
      `${name} ${version} is newer than this program, which knows ${name} up to ` +
        `${NEWEST_MAJOR[name]}.x`,
    );
  }
  const found = WEAKNESSES.flatMap((weakness) => {
    if (weakness.arch !== undefined && weakness.arch !== arch) return [];
    const range = weakness.ranges.find((one) => one.name === name && isWithin(parsed, one));
    return range ? [{ level: weakness.level, text: describe(weakness, range) }] : [];
  });
  const level = found.some((one) => one.level === "refused") ? "refused" : "warned";
  const reasons = found.filter((one) => one.level === level).map((one) => one.text);
  return { level: reasons.length === 0 ? "accepted" : level, reasons };
}

/**
 * TONGSUO_VERSION_NUMBER as text: MAJOR<<28 | MINOR<<20 and the patch, which lies 4 bits up since
 * 8.4 and lay 12 bits up in BABASSL_VERSION_NUMBER. An int, negative since 8.
 */
export function tongsuoVersion(number: bigint, patchAt: 4 | 12): string {
  const bits = Number(BigInt.asUintN(32, number));
  return `${bits >>> 28}.${bits >>> 20 & 0xff}.${bits >>> patchAt & 0xff}`;
}

function refuse(reason: string): LibcryptoJudgement {
  return { level: "refused", reasons: [reason] };
}

function describe({ cve, what }: Weakness, { name, fixed }: Range): string {
  const remedy = fixed === null ? `no fix in this branch of ${name}` : `fixed in ${name} ${fixed}`;
  return `${cve}: ${what} (${remedy}; ${UNSEEN})`;
}

interface Version {
  readonly numbers: readonly number[];
  /** Of 1.1.1: a to y, then z, za, zb… */
  readonly letters: string;
  readonly isPrerelease: boolean;
}

/** Whatever a vendor appended is passed over, but for the words of a release not yet made. */
function parseVersion(text: string): Version | null {
  const match = /^(\d+)\.(\d+)\.(\d+)([a-z]*)(-(?:alpha|beta|pre|dev))?/.exec(text);
  if (match === null) return null;
  const [, major, minor, patch, letters = "", prerelease] = match;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    letters,
    isPrerelease: prerelease !== undefined,
  };
}

function isWithin(version: Version, { from, fixed, before }: Range): boolean {
  const end = fixed ?? before;
  return !isBelow(version, from, "ignoring prereleases") &&
    (end === undefined || isBelow(version, end));
}

/** A prerelease comes before its release; its branch begins with it all the same. */
function isBelow(version: Version, other: string, prereleases?: "ignoring prereleases"): boolean {
  const bound = parseVersion(other);
  if (bound === null) return false;
  for (const [at, number] of version.numbers.entries()) {
    const difference = number - (bound.numbers[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  // In the order of the alphabet z < za < zj, as the letters were given out.
  if (version.letters !== bound.letters) return version.letters < bound.letters;
  return prereleases === undefined && version.isPrerelease;
}
