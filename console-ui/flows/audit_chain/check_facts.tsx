import type { JSX } from "preact";
import type { VerifyRunView } from "../../../server/modules/audit/verify_runs/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Fact } from "../../ui/Facts.tsx";
import { Name } from "../../ui/Name.tsx";
import { Tag } from "../../ui/Tag.tsx";

const WORDS = ZH.checks;

const TONES = {
  waiting: "wait",
  running: "wait",
  intact: "good",
  broken: "bad",
  cancelled: "still",
  interrupted: "wait",
  failed: "bad",
} as const;

/** What a check came to: of one that is done, its verdict. */
export function outcomeOf({ state, verdict }: VerifyRunView): keyof typeof TONES {
  if (state !== "done") return state;
  return verdict === "intact" ? "intact" : "broken";
}

export function OutcomeTag({ run }: { readonly run: VerifyRunView }): JSX.Element {
  const outcome = outcomeOf(run);
  return <Tag tone={TONES[outcome]}>{WORDS.state[outcome]}</Tag>;
}

export function spanText({ from, to }: VerifyRunView): string {
  if (from === null && to === null) return WORDS.everything;
  return WORDS.span(
    from === null ? WORDS.beginning : momentText(from),
    to === null ? WORDS.now : momentText(to),
  );
}

export function checkFacts(run: VerifyRunView): Fact[] {
  const { requestedBy, requestedAt, endedAt, links, linksExpected, checkpoints } = run;
  const { field } = WORDS;
  return [
    [field.state, <OutcomeTag key="tag" run={run} />],
    [field.span, spanText(run)],
    [field.requestedBy, <Name key="name">{requestedBy}</Name>],
    [field.requestedAt, momentText(requestedAt)],
    ...(endedAt === null ? [] : [[field.endedAt, momentText(endedAt)] satisfies Fact]),
    [field.links, endedAt === null ? WORDS.linksOf(links, linksExpected) : WORDS.links(links)],
    ...(run.state === "done"
      ? [[field.checkpoints, WORDS.checkpoints(checkpoints)] satisfies Fact]
      : []),
  ];
}
