import {
  type Align,
  feedAndCut,
  initialize,
  joinBytes,
  type Look,
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
    ...parts.flatMap((part) => bytesOfPart(part, columns)),
    feedAndCut(),
  ]);
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
