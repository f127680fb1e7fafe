import { join } from "node:path";
import { Sm3 } from "../../../../crypto/sm3.ts";
import type { ReleaseTrouble } from "../../../platform/release/check_release.ts";
import type { FileTroubleKind } from "../../../platform/release/compare_files.ts";
import { MANIFEST_FILE, SIGNATURES_FILE } from "../../../platform/release/manifest.ts";
import { checkOwnRelease, type OwnCheck } from "../../../platform/release/own_release.ts";
import type { ReleaseSettings } from "../../../platform/release/settings.ts";
import { FILE_TROUBLES, troubleLines } from "../../../platform/release/trouble_text.ts";
import { kindsWhere, type ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { CsvValue } from "../pack/csv.ts";
import { writeEvents } from "./event_rows.ts";

export interface ProgramDeps extends ReadTrailDeps {
  /** Of the release that this program runs from. */
  readonly folder: string;
  readonly settings: ReleaseSettings;
}

/** More than a manifest may hold: every file is told of. */
const LISTED_MAX = 50_000;

const CHECKS = kindsWhere((_kind, id) => id.startsWith("platform.release_"));

/** E-14: what lies on the platform's disk against what was signed, read anew for the pack. */
export function programSource(deps: ProgramDeps): EvidenceSource {
  const { folder, settings } = deps;
  return {
    id: "E-14",
    async collect(period, files) {
      const newDigest = () => new Sm3();
      const about = { folder, settings, newDigest, listedMax: LISTED_MAX };
      const found = await checkOwnRelease({ ...about, extent: "all" });
      await copyIfThere(files, folder, { name: MANIFEST_FILE, title: "发布清单" });
      await copyIfThere(files, folder, { name: SIGNATURES_FILE, title: "发布清单的签名" });
      await writeSigners(files, found);
      const events = { name: "checks", title: "程序启动时和每日的核对", files, period };
      return {
        releaseChecks: await writeEvents(deps, { ...events, kinds: CHECKS }),
        releaseTroubles: found.troubles.filter(({ kind }) => kind !== "files").length,
        ...(found.manifest && {
          programFiles: await writeFiles(files, found),
          differingFiles: differencesOf(found.troubles)?.count ?? 0,
        }),
      };
    },
  };
}

function differencesOf(troubles: readonly ReleaseTrouble[]) {
  return troubles.find((trouble) => trouble.kind === "files")?.differences;
}

async function copyIfThere(
  files: EvidenceFiles,
  folder: string,
  part: { readonly name: string; readonly title: string },
): Promise<void> {
  const text = await Deno.readTextFile(join(folder, part.name)).catch(() => null);
  if (text !== null) await files.text(part, text);
}

async function writeSigners(
  files: EvidenceFiles,
  { signers, troubles, verification }: OwnCheck,
): Promise<void> {
  const rows: CsvValue[][] = [
    ["策略", verification === "enforce" ? "不符时不启动" : "不符时告警", ""],
    ...signers.map(({ signer, state, keyId }) => ["签名方", `${signer} ${SIGNED[state]}`, keyId]),
    ...troubles.filter(({ kind }) => kind !== "files").flatMap((trouble) =>
      troubleLines(trouble).map((line) => ["问题", line, ""])
    ),
  ];
  const columns = ["项目", "内容", "公钥指纹 SM3"];
  await files.table({ name: "signatures", title: "签名和核对策略", columns, rows });
}

const SIGNED = { signed: "签名正确", missing: "没有签名", wrong: "签名不符" } as const;

/** How many files the manifest has. */
async function writeFiles(
  files: EvidenceFiles,
  { manifest, troubles }: OwnCheck,
): Promise<number> {
  const released = manifest?.files ?? [];
  const listed = differencesOf(troubles)?.listed ?? [];
  const wrong = new Map<string, FileTroubleKind>(listed.map(({ kind, path }) => [path, kind]));
  const known = new Set(released.map(({ path }) => path));
  const rows: CsvValue[][] = [
    ...released.map(({ path, size, sm3 }) => [path, size, sm3, resultOf(wrong.get(path))]),
    ...listed.filter(({ path }) => !known.has(path)).map((
      { kind, path },
    ) => [path, null, null, resultOf(kind)]),
  ];
  const columns = ["文件", "清单中的字节数", "清单中的 SM3", "结果"];
  await files.table({ name: "program-files", title: "程序文件与发布清单的比对", columns, rows });
  return released.length;
}

function resultOf(kind: FileTroubleKind | undefined): string {
  return kind === undefined ? "一致" : FILE_TROUBLES[kind];
}
