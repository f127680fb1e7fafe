import { print, table } from "../figures.ts";
import type { OpensslRates, RowRates } from "./race.ts";
import { median, medianRatio } from "./rounds.ts";
import { type Row, sizeName } from "./rows.ts";
import { type Target, TARGETS, TDES_MS_MAX } from "./targets.ts";
import { type ContenderName, CONTENDERS, type Deed } from "./work.ts";

export interface Measured {
  readonly rows: readonly RowRates[];
  readonly openssl: readonly OpensslRates[];
}

/** How a target was met: `ratio` is null when one of the two sides was not measured. */
interface Judged {
  readonly label: string;
  readonly figure: string;
  readonly limit: string;
  readonly isMet: boolean;
}

/** Prints everything; true when every target was reached. */
export function report(measured: Measured): boolean {
  print("");
  print(
    table(["", "unit", ...CONTENDERS], measured.rows.map((row) => line(row, measured.openssl))),
  );
  print("");
  const judged = [...TARGETS.flatMap((target) => judge(target, measured)), judgeTdes(measured)];
  print(table(
    ["target", "measured", "limit", ""],
    judged.map(({ label, figure, limit, isMet }) => [
      label,
      figure,
      limit,
      isMet ? "reached" : "MISSED",
    ]),
  ));
  const missed = judged.filter(({ isMet }) => !isMet).length;
  print(`\n${judged.length - missed} of ${judged.length} targets reached`);
  return missed === 0;
}

/** Each figure with its ratio to the row's baseline. */
function line({ row, rates }: RowRates, openssl: readonly OpensslRates[]): string[] {
  const baseline = row.baseline === null ? undefined : rates.get(row.baseline);
  const cells = CONTENDERS.map((name) => {
    if (name === "openssl speed") {
      const peer = openssl.find(({ deed, bytes }) => deed === row.deed && bytes === row.bytes);
      return peer === undefined ? "" : figureOf(row, median(peer.openssl));
    }
    const own = rates.get(name);
    if (own === undefined) return "";
    const figure = figureOf(row, median(own));
    if (baseline === undefined || name === row.baseline) return figure;
    return `${figure} ${times(medianRatio(own, baseline))}`;
  });
  return [row.label, row.unit, ...cells];
}

function figureOf({ unit, bytes }: Row, callsPerSecond: number): string {
  if (unit === "ms") return round(1_000 / callsPerSecond);
  return round(unit === "MB/s" ? callsPerSecond * bytes / 1e6 : callsPerSecond);
}

function judge(target: Target, { rows, openssl }: Measured): Judged[] {
  const { deed, against, contender, ratioMin } = target;
  const fits = (candidate: { readonly deed: Deed; readonly bytes: number }) =>
    candidate.deed === deed && (target.bytes === null || candidate.bytes === target.bytes);
  const limit = `≥ ${ratioMin}×`;
  return rows.filter(({ row }) => fits(row)).map(({ row, rates }) => {
    const peer = openssl.find((one) => one.deed === deed && one.bytes === row.bytes);
    const [own, other] = against === "openssl speed"
      ? [peer?.native, peer?.openssl]
      : [rates.get(contender), rates.get(against)];
    const ratio = own === undefined || other === undefined ? NaN : medianRatio(own, other);
    const label = `${row.label}: ${contender} to ${against}`;
    return { label, figure: times(ratio), limit, isMet: ratio >= ratioMin };
  });
}

function judgeTdes({ rows }: Measured): Judged {
  const found = rows.find(({ row }) => row.deed === "tdes_encrypt");
  const tookMs = 1_000 / median(found?.rates.get("functions") ?? []);
  return {
    label: `3DES over ${sizeName(found?.row.bytes ?? 0)} (R-DEV-09)`,
    figure: `${round(tookMs)} ms`,
    limit: `< ${TDES_MS_MAX} ms`,
    isMet: tookMs < TDES_MS_MAX,
  };
}

function times(ratio: number): string {
  return Number.isNaN(ratio) ? "not measured" : `${ratio.toFixed(ratio < 10 ? 2 : 0)}×`;
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}

/** Whether a deed of that size is measured against the command with all rounds. */
export function isJudgedByOpenssl(deed: Deed, bytes: number): boolean {
  const against: ContenderName = "openssl speed";
  return TARGETS.some((target) =>
    target.against === against && target.deed === deed &&
    (target.bytes === null || target.bytes === bytes)
  );
}
