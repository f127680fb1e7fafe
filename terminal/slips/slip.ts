import {
  type Align,
  feedAndCut,
  hasMissing,
  initialize,
  joinBytes,
  type Look,
  MISSING,
  qrCode,
  textLine,
} from "./escpos.ts";
import { labelled, rule, wrap } from "./layout.ts";

/** A slip before it is bytes. */
export type SlipPart =
  | { readonly kind: "text"; readonly text: string; readonly align?: Align; readonly look?: Look }
  | {
    readonly kind: "pair";
    readonly label: string;
    readonly value: string;
    readonly look?: Look;
  }
  | { readonly kind: "rule" }
  | { readonly kind: "qr"; readonly text: string };

/** Where a slip comes from; printed on every one of them. */
export interface SlipOrigin {
  readonly institution: string;
  readonly terminalNumber: string;
  readonly staffPhone: string;
}

export function printableSlip(parts: readonly SlipPart[], columns: number): Uint8Array {
  return joinBytes([
    initialize(),
    ...[...parts, ...missingNote(parts)].flatMap((part) => bytesOfPart(part, columns)),
    feedAndCut(),
  ]);
}

/** A rare name is told from others by the number beside it, and the patient knows why. */
function missingNote(parts: readonly SlipPart[]): SlipPart[] {
  const isMissing = parts.some((part) => hasMissing(wordsOf(part)));
  if (!isMissing) return [];
  return [{ kind: "text", text: `${MISSING} 为打印机字库中没有的字，姓名以证件为准。` }];
}

function wordsOf(part: SlipPart): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "pair":
      return part.label + part.value;
    // A QR code is not printed with the printer's font.
    case "rule":
    case "qr":
      return "";
  }
}

function bytesOfPart(part: SlipPart, columns: number): Uint8Array[] {
  switch (part.kind) {
    case "text": {
      const width = Math.floor(columns / (part.look?.size ?? 1));
      return wrap(part.text, width).map((line) => textLine(line, part.align ?? "left", part.look));
    }
    case "pair": {
      const width = Math.floor(columns / (part.look?.size ?? 1));
      return labelled(part.label, part.value, width).map((line) =>
        textLine(line, "left", part.look)
      );
    }
    case "rule":
      return [textLine(rule(columns), "left")];
    case "qr":
      return [qrCode(part.text)];
  }
}
