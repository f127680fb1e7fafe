import type { JSX } from "preact";
import type { LockRow } from "../../../server/modules/access/sign_in/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { SessionsModelInstance } from "./model.ts";

const WORDS = ZH.sessions;

export function Locks({ flow }: { readonly flow: SessionsModelInstance }): JSX.Element {
  return (
    <PagedTable
      list={flow.locks}
      caption={WORDS.views.locks}
      columns={columnsOf(flow)}
      rowKey={({ of, name }) => `${of} ${name}`}
      none={WORDS.noLocks}
      testId="locks-table"
    />
  );
}

function columnsOf(flow: SessionsModelInstance): readonly Column<LockRow>[] {
  const columns = WORDS.lockColumns;
  return [
    { title: columns.of, cell: (row) => WORDS.lockOf[row.of] },
    { title: columns.name, role: "head", cell: ({ name }) => <Name>{name}</Name> },
    { title: columns.failures, cell: ({ failures }) => WORDS.times(failures) },
    { title: columns.lastFailedAt, class: "moment", cell: (row) => momentText(row.lastFailedAt) },
    {
      title: columns.state,
      cell: ({ lockedUntil }) =>
        lockedUntil === null
          ? <Tag tone="still">{WORDS.counting}</Tag>
          : <Tag tone="bad">{WORDS.locked(momentText(lockedUntil))}</Tag>,
    },
    {
      title: columns.actions,
      class: "moment",
      cell: (lock) =>
        flow.permissions.value.has("session.end") && (
          <Button
            size="sm"
            onClick={() => flow.ask({ kind: "unlock", lock })}
            aria-label={WORDS.unlockOf(lock.name)}
            data-testid="unlock"
          >
            {WORDS.unlock}
          </Button>
        ),
    },
  ];
}
