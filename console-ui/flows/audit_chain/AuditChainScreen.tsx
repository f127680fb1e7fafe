import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Page } from "../../ui/Page.tsx";
import { Views } from "../../ui/Views.tsx";
import { ChainState } from "./ChainState.tsx";
import { CheckList } from "./CheckList.tsx";
import { CheckRun } from "./CheckRun.tsx";
import { Countersigning } from "./Countersigning.tsx";
import type { AuditChainModelInstance, ChainSide } from "./model.ts";

const WORDS = ZH.chain;
const SECTION = "audit-chain";

interface AuditChainScreenProps {
  readonly flow: AuditChainModelInstance;
}

export function AuditChainScreen({ flow }: AuditChainScreenProps): JSX.Element {
  const sides = flow.sides.value;
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId={SECTION}>
      {sides.length > 1 && (
        <Views label={WORDS.sides} current={flow.side.value} views={sides.map(viewOf)} />
      )}
      <Side flow={flow} />
    </Page>
  );
}

function Side({ flow }: AuditChainScreenProps): JSX.Element {
  const { checks, countersigning } = flow;
  switch (flow.side.value) {
    case "state":
      return <ChainState flow={flow} />;
    case "checks":
      return checks.shownId.value === null
        ? <CheckList flow={checks} />
        : <CheckRun flow={checks} />;
    case "countersigning":
      return <Countersigning flow={countersigning} />;
  }
}

function viewOf(name: ChainSide) {
  const to = { section: SECTION, ...(name !== "state" && { id: name }) };
  return { name, title: WORDS.side[name], to };
}
