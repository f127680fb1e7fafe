import type { JSX } from "preact";
import type { TerminalDetail } from "../../../server/modules/fleet/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { valueOf } from "../loaded.ts";
import type { TerminalsModelInstance } from "./model.ts";
import { deedsFor } from "./terminal_deeds.ts";
import { RetirementPanel } from "./RetirementPanel.tsx";
import { TerminalEvents } from "./TerminalEvents.tsx";
import { TerminalParts } from "./TerminalParts.tsx";
import { LastRelease, TerminalReleases } from "./TerminalReleases.tsx";
import { LastSeen, LineState, TerminalState } from "./TerminalTags.tsx";

const WORDS = ZH.terminals;
const GIGABYTE = 1_000_000_000;

interface TerminalDetailScreenProps {
  readonly flow: TerminalsModelInstance;
}

export function TerminalDetailScreen({ flow }: TerminalDetailScreenProps): JSX.Element {
  return (
    <Page
      title={WORDS.detailTitle(valueOf(flow.detail)?.number ?? "")}
      testId="terminal"
      actions={<Link to={{ section: "terminals" }} class="rs-btn rs-btn-subtle">{WORDS.back}</Link>}
    >
      <LoadedBox of={flow.detail}>
        {(terminal) => (
          <div class="stack">
            <section class="panel">
              <Facts facts={factsOf(terminal, flow.now())} />
              <Deeds flow={flow} terminal={terminal} />
            </section>
            {terminal.state === "retired" && <RetirementPanel flow={flow} />}
            <TerminalReleases list={flow.releases} />
            <TerminalParts terminal={terminal} />
            <TerminalEvents list={flow.events} />
          </div>
        )}
      </LoadedBox>
    </Page>
  );
}

interface DeedsProps extends TerminalDetailScreenProps {
  readonly terminal: TerminalDetail;
}

function Deeds({ flow, terminal }: DeedsProps): JSX.Element | null {
  const deeds = deedsFor(terminal);
  if (deeds.length === 0 || !flow.may("terminal.approve")) return null;
  return (
    <div class="panel-actions" role="group" aria-label={WORDS.more}>
      {deeds.map((deed) => (
        <Button
          key={deed}
          onClick={() => flow.deeds.open(deed, terminal)}
          data-testid={`deed-${deed}`}
          {...(deed === "revoke" && { color: "red" as const, appearance: "ghost" as const })}
        >
          {WORDS.deed[deed].button}
        </Button>
      ))}
    </div>
  );
}

function factsOf(terminal: TerminalDetail, now: number): Fact[] {
  const { institutionName, institutionCode, state, line, version } = terminal;
  const { startedAt, openOrders, unsentEntries, diskFreeBytes } = terminal;
  const known = <Value,>(value: Value | null, text: (value: Value) => string) =>
    value === null ? WORDS.unknown : text(value);
  return [
    [WORDS.facts.institution, <Name key="at">{`${institutionName}（${institutionCode}）`}</Name>],
    [WORDS.facts.state, <TerminalState key="state" state={state} />],
    [WORDS.facts.line, <LineState key="line" line={line} />],
    [WORDS.facts.lastSeenAt, <LastSeen key="seen" terminal={terminal} now={now} />],
    [WORDS.facts.startedAt, known(startedAt, momentText)],
    [WORDS.facts.version, <Name key="version">{known(version, WORDS.version)}</Name>],
    [WORDS.facts.release, <LastRelease key="release" release={terminal.release} />],
    [WORDS.facts.openOrders, known(openOrders, WORDS.orders)],
    [WORDS.facts.unsentEntries, known(unsentEntries, WORDS.entries)],
    [
      WORDS.facts.diskFree,
      known(diskFreeBytes, (bytes) => WORDS.gigabytes((bytes / GIGABYTE).toFixed(1))),
    ],
  ];
}
