import type { SmProvider } from "../../../../crypto/provider.ts";
import { sm3 } from "../../../../crypto/sm3.ts";
import { Rubbish } from "../../../platform/rubbish.ts";
import { readManifest } from "../archive/manifest.ts";
import { digestOfHeads, digestOfText, readCheckpoint } from "../chain/checkpoint.ts";
import { sameBytes } from "../chain/link.ts";
import {
  type AuditRange,
  BREAKS_FILE,
  CHECKPOINTS_FILE,
  LINKS_FILE,
  type PackedCheckpoint,
  parseJson,
  RANGE_FILE,
  rangeShape,
  readBreakLine,
  readCheckpointLine,
  readLinkLine,
} from "../pack_format.ts";
import type { AuditTables } from "../tables.ts";
import { type ChainCheck, type ChainStart, GENESIS, wholeFault } from "./chain_check.ts";
import { isFull, startOfCheckpoint } from "./chain_part.ts";
import { CoveredCheck, signedBreaks } from "./covered_check.ts";
import type { Fault } from "./fault.ts";
import { type KnownKeys, knownKeys, signatureCheck } from "./known_keys.ts";
import { lineBatches, NoLines } from "./lines.ts";
import type { VerifyReport, VerifyRun } from "./report.ts";

/** The folder that pack_format.ts describes, wherever it lies. */
export interface PackFolder {
  readonly names: readonly string[];
  read(name: string): AsyncIterable<Uint8Array>;
}

export interface VerifyPackDeps {
  /** For public work; it needs no keys. */
  readonly provider: Pick<SmProvider, "sm2Verify">;
  readonly keys: KnownKeys;
}

export interface VerifyPackOptions extends VerifyRun {
  readonly anchors: ReadonlyMap<bigint, Uint8Array>;
  readonly counterKey: Uint8Array | null;
}

const RANGE_CHARACTERS_MAX = 8 << 20;

/** Recomputes links and signatures of an exported pack; needs nothing but public keys. */
export async function verifyPack(
  deps: VerifyPackDeps,
  folder: PackFolder,
  options: VerifyPackOptions,
): Promise<VerifyReport> {
  const range = await readRange(folder);
  const isSigned = signatureCheck(deps.provider, deps.keys);
  const start = range && await startOf(range, isSigned);
  const rows = await breaksIn(folder);
  const signed = await signedBreaks(rows, isSigned);
  const tools = { fitsForm: null, isSigned, anchors: options.anchors };
  const check = new CoveredCheck(start ?? GENESIS, tools, signed.breaks);
  const counter = countersignatures(deps, options.counterKey);
  const end = !range
    ? wholeFault("unreadable", `没有可读的 ${RANGE_FILE}`)
    : !start
    ? wholeFault("checkpoint_forged", "起点的签名不符，或不是所给公钥签的")
    : await goAlongFiles({ folder, check, counter, run: options }) ??
      await endFault(passed(check, range), range, { isSigned, breaks: digestsOf(rows) });
  const faults = [
    ...signed.faults,
    ...check.named,
    check.firstForeign,
    end === "stopped" ? null : end,
    ...(end === null && range ? namedIn(range) : []),
  ].filter((fault) => fault !== null);
  return {
    verdict: faults.length > 0 ? "broken" : end === "stopped" ? "stopped" : "intact",
    faults,
    links: check.links,
    checkpoints: check.checkpoints,
    anchored: check.anchored,
    countersigned: counter.count(),
    tagsChecked: false,
    lastCheckpoint: {
      number: check.end.checkpointNumber,
      digest: check.end.checkpointDigest.toHex(),
    },
    waiting: 0,
  };
}

async function breaksIn(folder: PackFolder): Promise<readonly AuditTables["audit_break"][]> {
  const found: AuditTables["audit_break"][] = [];
  if (!folder.names.includes(BREAKS_FILE)) return found;
  for await (const lines of lineBatches(folder.read(BREAKS_FILE))) {
    found.push(...lines.map(readBreakLine).filter((row) => row !== null));
  }
  return found;
}

/** Behind the last line there may be a break still. */
function passed(check: CoveredCheck, { to }: AuditRange): CoveredCheck {
  check.passBreaks(new Date(Date.parse(to) + 1));
  return check;
}

async function readRange(folder: PackFolder): Promise<AuditRange | null> {
  if (!folder.names.includes(RANGE_FILE)) return null;
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of folder.read(RANGE_FILE)) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > RANGE_CHARACTERS_MAX) return null;
  }
  return rangeShape.safeParse(parseJson(text)).data ?? null;
}

type IsSigned = ReturnType<typeof signatureCheck>;

/** Null where what it starts behind is not signed by a known key. */
async function startOf({ start }: AuditRange, isSigned: IsSigned): Promise<ChainStart | null> {
  if (!start) return GENESIS;
  const signed = { body: start.body, signature: Uint8Array.fromHex(start.signature) };
  if (start.kind === "archive") {
    const manifest = readManifest(start.body);
    return manifest && await isSigned(signed, manifest.key) ? manifest.end : null;
  }
  const checkpoint = readCheckpoint(start.body);
  if (!checkpoint || !isFull(checkpoint) || !await isSigned(signed, checkpoint.key)) return null;
  return startOfCheckpoint(checkpoint, { digest: digestOfText(start.body) });
}

interface FileWalk {
  readonly folder: PackFolder;
  readonly check: CoveredCheck;
  readonly counter: ReturnType<typeof countersignatures>;
  readonly run: VerifyRun;
}

async function goAlongFiles(walk: FileWalk): Promise<Fault | "stopped" | null> {
  try {
    return await goAlong(walk);
  } catch (thrown) {
    if (!(thrown instanceof NoLines)) throw thrown;
    return wholeFault("unreadable", "包里有文件不是逐行的文字");
  }
}

async function goAlong(
  { folder, check, counter, run }: FileWalk,
): Promise<Fault | "stopped" | null> {
  const rubbish = new Rubbish();
  const checkpoints = checkpointsIn(folder);
  let next = await checkpoints.next();
  const checkpointsUpTo = async (at: Date | null): Promise<Fault | null> => {
    for (; !next.done; next = await checkpoints.next()) {
      const packed = next.value;
      if (!packed) return wholeFault("unreadable", `${CHECKPOINTS_FILE} 有一行读不懂`);
      if (at && packed.row.at >= at) return null;
      const fault = await check.checkCheckpoint(packed.row) ?? await counter.check(packed);
      if (fault) return fault;
    }
    return null;
  };
  for (const name of folder.names.filter((name) => LINKS_FILE.test(name)).toSorted()) {
    for await (const lines of lineBatches(folder.read(name))) {
      for (const line of lines) {
        const read = readLinkLine(line);
        if (!read) {
          return wholeFault("unreadable", `${name} 有一行读不懂，在第 ${check.links + 1n} 条`);
        }
        const fault = await checkpointsUpTo(read.link.at) ??
          await check.checkLink(read.link, read.event);
        if (fault) return fault;
      }
      run.onProgress(check.links);
      rubbish.collect();
      if (run.signal.aborted) return "stopped";
    }
  }
  return await checkpointsUpTo(null);
}

async function* checkpointsIn(
  folder: PackFolder,
): AsyncGenerator<PackedCheckpoint | null, undefined> {
  if (!folder.names.includes(CHECKPOINTS_FILE)) return undefined;
  for await (const lines of lineBatches(folder.read(CHECKPOINTS_FILE))) {
    for (const line of lines) yield readCheckpointLine(line);
  }
  return undefined;
}

interface EndTools {
  readonly isSigned: IsSigned;
  /** Digests of the breaks that are there, hex, by number. */
  readonly breaks: ReadonlyMap<bigint, string>;
}

function digestsOf(rows: readonly AuditTables["audit_break"][]): EndTools["breaks"] {
  return new Map(rows.map(({ number, body }) => [number, digestOfText(body).toHex()]));
}

/** The pack says what its last checkpoint is, and nothing may come behind what that one names. */
async function endFault(
  { links, end: check }: CoveredCheck,
  range: AuditRange,
  { isSigned, breaks }: EndTools,
): Promise<Fault | null> {
  const number = BigInt(range.lastCheckpoint);
  const isLast = check.checkpointNumber === number &&
    sameBytes(check.checkpointDigest, Uint8Array.fromHex(range.lastCheckpointDigest));
  if (!isLast) {
    const what = `包说明到第 ${number} 号检查点，里面只到第 ${check.checkpointNumber} 号`;
    return wholeFault("tail_missing", what, { n: check.checkpointNumber + 1n });
  }
  if (range.end) {
    return await manifestFault({ links, heads: check.heads }, range.end, { isSigned, breaks });
  }
  if (check.unsigned === 0n) return null;
  return wholeFault("inserted", `最后的检查点之后还有 ${check.unsigned} 条没有签名的记录`);
}

/** An archive ends where its signed manifest says. */
async function manifestFault(
  check: { readonly links: bigint; readonly heads: ChainCheck["heads"] },
  end: NonNullable<AuditRange["end"]>,
  { isSigned, breaks }: EndTools,
): Promise<Fault | null> {
  const manifest = readManifest(end.body);
  const signed = { body: end.body, signature: Uint8Array.fromHex(end.signature) };
  if (!manifest || !await isSigned(signed, manifest.key)) {
    return wholeFault("checkpoint_forged", "归档清单的签名不符");
  }
  const isSame = manifest.events === check.links &&
    digestOfHeads(manifest.end.heads) === digestOfHeads(check.heads);
  const missing = manifest.breaks.find(({ number, digest }) => breaks.get(number) !== digest);
  if (missing) return wholeFault("deleted", `归档清单写明的第 ${missing.number} 号续链记录不见了`);
  if (isSame) return null;
  const what = `归档清单记着 ${manifest.events} 条，里面有 ${check.links} 条，或最后几条不是它们`;
  return wholeFault("tail_missing", what);
}

/** What an archive's manifest says was wrong already: some of it only who has the keys can see. */
function namedIn({ end }: AuditRange): readonly Fault[] {
  const manifest = end && readManifest(end.body);
  return (manifest?.faults ?? []).map((text) => wholeFault("named", text));
}

function countersignatures(deps: VerifyPackDeps, counterKey: Uint8Array | null): {
  check(packed: PackedCheckpoint): Promise<Fault | null>;
  count(): number | null;
} {
  if (!counterKey) return { check: () => Promise.resolve(null), count: () => null };
  const own = sm3(counterKey).toHex();
  const isSigned = signatureCheck(deps.provider, knownKeys([counterKey]));
  let count = 0;
  return {
    async check({ row, countersignatures }) {
      for (const { fingerprint, signature } of countersignatures) {
        if (fingerprint !== own) continue;
        if (!await isSigned({ body: row.body, signature }, own)) {
          return wholeFault("checkpoint_forged", "第二方的会签不符", { n: row.number, at: row.at });
        }
        count += 1;
      }
      return null;
    },
    count: () => count,
  };
}
