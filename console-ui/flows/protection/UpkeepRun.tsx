import type { JSX } from "preact";
import type { UpkeepRunView } from "../../../server/protection/contract.ts";
import { countText } from "../../i18n/count.ts";
import { momentText } from "../../i18n/format.ts";
import { jobName } from "../../i18n/job_name.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { ProtectionModelInstance, UpkeepKind } from "./model.ts";

const WORDS = ZH.protection;

const TONES = { running: "wait", paused: "wait", cancelled: "still", done: "good" } as const;

const ACTIONS = {
  running: ["pause", "cancel"],
  paused: ["resume", "cancel"],
  cancelled: [],
  done: [],
} as const;

interface UpkeepRunProps {
  readonly flow: ProtectionModelInstance;
  readonly kind: UpkeepKind;
  readonly run: UpkeepRunView | null;
}

/** The last pass over the tables, how far it is, and what can be done about it. */
export function UpkeepRun({ flow, kind, run }: UpkeepRunProps): JSX.Element {
  const isUnderWay = run !== null && run.endedAt === null;
  const words = WORDS.action[kind];
  return (
    <div class="form upkeep">
      {run === null ? <p>{WORDS.neverRun}</p> : <Facts facts={factsOf(run, kind)} />}
      {isUnderWay && (
        <Progress label={WORDS.bar[kind]} done={run.tablesDone} total={run.tablesTotal} />
      )}
      {flow.permissions.value.has("integrity.check") && (
        <div class="row">
          {isUnderWay
            ? ACTIONS[run.state].map((action) => (
              <Button
                key={action}
                loading={flow.sending.busy.value}
                onClick={() => void flow.act(kind, action)}
                data-testid={`${kind}-${action}`}
              >
                {words[action]}
              </Button>
            ))
            : (
              <Button onClick={() => flow.ask(kind)} data-testid={`${kind}-start`}>
                {words.start}
              </Button>
            )}
        </div>
      )}
    </div>
  );
}

function factsOf(run: UpkeepRunView, kind: UpkeepKind): Fact[] {
  const { state, rows, tablesDone, tablesTotal, table, startedBy, startedAt, endedAt } = run;
  return [
    [WORDS.run.state, <Tag key="tag" tone={TONES[state]}>{WORDS.runState[state]}</Tag>],
    [WORDS.run.progress, WORDS.tables(tablesDone, tablesTotal, table)],
    [
      kind === "integrity" ? WORDS.run.checked : WORDS.run.resealed,
      WORDS.rowCount(countText(rows)),
    ],
    [WORDS.run.startedBy, <Name key="name">{jobName(startedBy)}</Name>],
    [WORDS.run.startedAt, momentText(startedAt)],
    ...(endedAt === null ? [] : [[WORDS.run.endedAt, momentText(endedAt)] satisfies Fact]),
  ];
}
