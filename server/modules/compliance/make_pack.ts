import { createManifest } from "../../../crypto/manifest.ts";
import type { SmProvider } from "../../../crypto/provider.ts";
import { Rubbish } from "../../platform/rubbish.ts";
import { judgeClause } from "./clause.ts";
import { CLAUSES } from "./clauses.ts";
import type { PackClause, PackProfile } from "./contract.ts";
import { type EvidenceFile, EvidenceFiles } from "./evidence_files.ts";
import { EVIDENCE, type EvidenceId, LATER_SOURCES } from "./evidence_list.ts";
import type { EvidenceSource } from "./evidence_source.ts";
import type { KnownFacts } from "./facts.ts";
import { indexCsv, indexJson } from "./pack/index_data.ts";
import { indexHtml } from "./pack/index_html.ts";
import { indexPdf } from "./pack/index_pdf.ts";
import type { PackWriter } from "./pack/pack_writer.ts";
import {
  MANIFEST_FILE,
  PUBLIC_KEY_FILE,
  readmeHtml,
  readmeText,
  SIGNATURE_FILE,
} from "./pack/readme.ts";
import { openPackSigner } from "./pack/sign.ts";
import {
  countVerdicts,
  evidenceIds,
  packClauses,
  type PackIndex,
  type VerdictCounts,
} from "./pack_index.ts";
import type { Period } from "./period.ts";

export interface MakePackDeps {
  readonly provider: SmProvider;
  /** One for each evidence id at most; what has none is reported as missing. */
  readonly sources: readonly EvidenceSource[];
}

export interface MakePackOptions {
  readonly profile: PackProfile;
  readonly period: Period;
  readonly out: WritableStream<Uint8Array>;
  readonly signal: AbortSignal;
  /** Before each piece of evidence. */
  readonly onProgress?: (progress: PackProgress) => Promise<void>;
}

export interface PackProgress {
  /** Chinese. */
  readonly doing: string;
  readonly done: number;
  readonly total: number;
  readonly events: number;
}

export interface PackMade {
  /** Files in the ZIP. */
  readonly files: number;
  readonly verdicts: VerdictCounts;
  readonly clauses: readonly PackClause[];
  readonly facts: KnownFacts;
}

/**
 * Collects every piece of evidence into a signed ZIP, judges the clauses by what was counted on the
 * way, and closes `out`. Nothing of the clock goes in but the time at which the machine was looked
 * at (E-16, E-21): the same data and the same machine give the same bytes but for the signature.
 */
export async function makePack(deps: MakePackDeps, options: MakePackOptions): Promise<PackMade> {
  const { profile, period, out, signal } = options;
  // Loaded when a pack is made: the platform starts sooner and smaller.
  const { PackWriter } = await import("./pack/pack_writer.ts");
  const writer = new PackWriter({ out, provider: deps.provider, day: period.toDay, signal });
  const collected = await collectEvidence(deps, options, writer);
  const index: PackIndex = {
    profile,
    period,
    ...collected,
    judgements: CLAUSES[profile].map((clause) => judgeClause(clause, collected.facts)),
    sources: new Set(deps.sources.map(({ id }) => id)),
  };
  await writeIndex(writer, index);
  await signFiles(deps, writer, index);
  await writer.close();
  return {
    files: writer.files.length,
    verdicts: countVerdicts(index.judgements),
    clauses: packClauses(index),
    facts: collected.facts,
  };
}

interface Collected {
  readonly files: readonly EvidenceFile[];
  readonly facts: KnownFacts;
}

async function collectEvidence(
  { sources }: MakePackDeps,
  { period, signal, onProgress }: MakePackOptions,
  writer: PackWriter,
): Promise<Collected> {
  const files: EvidenceFile[] = [];
  let facts: KnownFacts = {};
  const rubbish = new Rubbish();
  const ids = evidenceIds();
  for (const [done, id] of ids.entries()) {
    signal.throwIfAborted();
    const doing = `${id} ${EVIDENCE[id].title}`;
    await onProgress?.({ doing, done, total: ids.length, events: facts.events ?? 0 });
    const into = new EvidenceFiles(id, writer);
    const source = sources.find((candidate) => candidate.id === id);
    if (source) facts = { ...facts, ...await source.collect(period, into) };
    else await writeMissing(id, into);
    files.push(...into.written);
    rubbish.collect();
  }
  return { files, facts };
}

/** Missing evidence has a file too: it is never left out. */
async function writeMissing(id: EvidenceId, into: EvidenceFiles): Promise<void> {
  const { title, shows } = EVIDENCE[id];
  const later = LATER_SOURCES[id];
  const text =
    `${id} ${title}\n应说明：${shows}\n结论：不符合\n理由：缺少数据来源（source missing）${
      later === undefined ? "" : `；${later}`
    }\n`;
  await into.text({ name: "source-missing.txt", title: "缺少数据来源" }, text);
}

async function writeIndex(writer: PackWriter, index: PackIndex): Promise<void> {
  await writer.add("index.json", bytesOf(indexJson(index)));
  await writer.add("index.csv", bytesOf(indexCsv(index)));
  await writer.add("index.html", bytesOf(indexHtml(index)));
  await writer.add("index.pdf", bytesOf(await indexPdf(index)));
  await writer.add("README.html", bytesOf(readmeHtml(index)));
  await writer.add("README.txt", bytesOf(readmeText(index)));
}

async function signFiles(
  { provider }: MakePackDeps,
  writer: PackWriter,
  { profile, period }: PackIndex,
): Promise<void> {
  const signer = await openPackSigner(provider);
  await writer.add(PUBLIC_KEY_FILE, bytesOf(signer.publicKeyPem));
  const manifest = createManifest(writer.files, {
    profile,
    from: period.fromDay,
    to: period.toDay,
    key_version: String(signer.keyVersion),
  });
  await writer.add(MANIFEST_FILE, bytesOf(manifest));
  await writer.add(SIGNATURE_FILE, bytesOf(await signer.sign(manifest)));
}

async function* bytesOf(content: string | Uint8Array): AsyncGenerator<Uint8Array> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  yield await Promise.resolve(bytes);
}
