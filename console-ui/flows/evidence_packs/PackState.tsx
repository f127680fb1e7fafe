import type { JSX } from "preact";
import type { PackView } from "../../../server/modules/compliance/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Progress } from "../../ui/Progress.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { type EvidencePacksModelInstance, isUnderWay } from "./model.ts";

const WORDS = ZH.packs;

const TONES = {
  waiting: "wait",
  running: "wait",
  made: "good",
  cancelled: "still",
  broken: "bad",
  expired: "still",
} as const;

interface PackStateProps {
  readonly flow: EvidencePacksModelInstance;
  readonly pack: PackView;
}

export function PackState({ flow, pack }: PackStateProps): JSX.Element {
  const { state, progress: { doing, done, total }, why } = pack;
  const span = WORDS.span(pack.from, pack.to);
  return (
    <div class="cell-stack">
      <Tag tone={TONES[state]}>{WORDS.state[state]}</Tag>
      {state === "running" && (
        <>
          <Progress label={WORDS.bar(span)} done={done} total={total} />
          <span class="cell-detail">{WORDS.doing(doing, done, total)}</span>
        </>
      )}
      {state === "broken" && why !== null && <span>{why}</span>}
      {isUnderWay(pack) && (
        <Button
          size="sm"
          onClick={() => void flow.cancel(pack)}
          aria-label={WORDS.cancelOf(span)}
          data-testid="cancel-pack"
        >
          {WORDS.cancel}
        </Button>
      )}
    </div>
  );
}
