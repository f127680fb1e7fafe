import type { JSX } from "preact";
import { yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Tag } from "../../ui/Tag.tsx";
import type { OrderLine } from "./model.ts";

const WORDS = ZH.orders;
const STOPS: Readonly<Record<string, string>> = WORDS.stop;
const TONES = { warning: "wait", alarm: "bad" } as const;

export function OrderState({ state }: Pick<OrderLine, "state">): JSX.Element {
  const text = WORDS.state[state];
  return state === "needs_attention" ? <Tag tone="bad">{text}</Tag> : <>{text}</>;
}

/** Nothing for an order that has not stood too long. */
export function AlarmTag({ alarm }: Pick<OrderLine, "alarm">): JSX.Element | null {
  return alarm && <Tag tone={TONES[alarm]}>{WORDS.alarm[alarm]}</Tag>;
}

export function stopText(stop: string | null): string {
  return stop === null ? "" : STOPS[stop] ?? stop;
}

/** Of a refund it goes the other way, and is not to be taken for what was paid. */
export function amountText({ kind }: Pick<OrderLine, "kind">, fen: string | null): string {
  if (fen === null) return "";
  return kind === "refund" ? WORDS.goesBack(yuanText(fen)) : yuanText(fen);
}
