import type { JSX } from "preact";
import type { SessionRow } from "../../../server/modules/access/sign_in/contract.ts";
import { browserText } from "../../i18n/browser_name.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { OwnModelInstance } from "./model.ts";

const WORDS = ZH.own.sessions;

const COLUMNS: readonly Column<SessionRow>[] = [
  {
    title: WORDS.columns.signedInAt,
    role: "head",
    class: "moment",
    cell: ({ signedInAt, own }) => (
      <span class="row">
        <span>{momentText(signedInAt)}</span>
        {own && <Tag tone="good">{WORDS.own}</Tag>}
      </span>
    ),
  },
  {
    title: WORDS.columns.lastUsedAt,
    class: "moment",
    cell: ({ lastUsedAt }) => momentText(lastUsedAt),
  },
  {
    title: WORDS.columns.address,
    class: "moment",
    cell: ({ address }) => <Name>{address ?? WORDS.unknown}</Name>,
  },
  {
    title: WORDS.columns.agent,
    cell: ({ agent }) => <Name>{agent === null ? WORDS.unknown : browserText(agent)}</Name>,
  },
];

export function OwnSessions({ flow }: { readonly flow: OwnModelInstance }): JSX.Element {
  return (
    <section aria-labelledby="own-sessions">
      <div class="section-head">
        <div>
          <h2 class="panel-title" id="own-sessions">{WORDS.title}</h2>
          <p class="field-hint">{WORDS.lead}</p>
        </div>
        <div class="row">
          <Button onClick={() => flow.deeds.openEndSessions(true)} data-testid="end-others">
            {WORDS.ending.others.send}
          </Button>
          <Button onClick={() => flow.deeds.openEndSessions(false)} data-testid="end-all">
            {WORDS.ending.all.send}
          </Button>
        </div>
      </div>
      <div class="listing" data-testid="sessions-table">
        <LoadedBox of={flow.sessions}>
          {(sessions) => (
            <TableFrame
              caption={WORDS.title}
              columns={COLUMNS}
              rows={sessions}
              rowKey={({ id }) => id}
            />
          )}
        </LoadedBox>
      </div>
    </section>
  );
}
