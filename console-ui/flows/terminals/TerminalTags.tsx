import type { JSX } from "preact";
import type { TerminalItem } from "../../../server/modules/fleet/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Tag } from "../../ui/Tag.tsx";

const WORDS = ZH.terminals;
const STATE_TONES = { active: "good", suspended: "wait", retired: "still" } as const;
const LINE_TONES = {
  none: "wait",
  enrolled: "good",
  replaced: "still",
  revoked: "bad",
  cloned: "bad",
} as const;
/** A terminal tells that it lives twice a minute; past this somebody should look after it. */
const SILENT_MS = 5 * 60_000;

export function TerminalState({ state }: Pick<TerminalItem, "state">): JSX.Element {
  return <Tag tone={STATE_TONES[state]}>{WORDS.state[state]}</Tag>;
}

export function LineState({ line }: Pick<TerminalItem, "line">): JSX.Element {
  return <Tag tone={LINE_TONES[line]}>{WORDS.line[line]}</Tag>;
}

interface LastSeenProps {
  readonly terminal: Pick<TerminalItem, "lastSeenAt" | "state" | "line">;
  readonly now: number;
}

export function LastSeen({ terminal, now }: LastSeenProps): JSX.Element {
  const { lastSeenAt, state, line } = terminal;
  if (lastSeenAt === null) return <span class="soft">{WORDS.never}</span>;
  const isAwaited = state !== "retired" && line === "enrolled";
  const isSilent = isAwaited && now - Date.parse(lastSeenAt) > SILENT_MS;
  return (
    <span class="row">
      <span>{momentText(lastSeenAt)}</span>
      {isSilent && <Tag tone="bad">{WORDS.silent}</Tag>}
    </span>
  );
}
