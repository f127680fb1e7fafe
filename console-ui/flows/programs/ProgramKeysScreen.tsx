import type { JSX } from "preact";
import type { ProgramKeyView } from "../../../server/modules/access/programs/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Page } from "../../ui/Page.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { NothingBox } from "../../ui/StateBox.tsx";
import { TableFrame } from "../../ui/TableFrame.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { ProgramsModelInstance } from "./model.ts";

const WORDS = ZH.programs;
const TONES = { active: "good", expired: "wait", ended: "still" } as const;
const ACTIVE_MAX = 2;

export function ProgramKeysScreen({ flow }: { readonly flow: ProgramsModelInstance }): JSX.Element {
  const state = flow.keys.state.value;
  const shown = state.kind === "shown" ? state.value : null;
  const active = shown?.keys.filter((key) => key.state === "active").length ?? 0;
  const isOpen = shown !== null && shown.account.state !== "closed" && active < ACTIVE_MAX;
  return (
    <Page
      title={WORDS.detailTitle(shown?.account.login ?? "")}
      lead={WORDS.keysLead}
      testId="program"
      actions={
        <>
          {flow.permissions.value.has("program.change") && isOpen && (
            <Button
              appearance="primary"
              onClick={() => flow.openAdd()}
              data-testid="add-key"
            >
              {WORDS.add}
            </Button>
          )}
          <Link to={{ section: "programs" }} class="rs-btn rs-btn-subtle">{WORDS.back}</Link>
        </>
      }
    >
      <LoadedBox of={flow.keys}>
        {({ keys }) => <Keys flow={flow} keys={keys} />}
      </LoadedBox>
    </Page>
  );
}

interface KeysProps {
  readonly flow: ProgramsModelInstance;
  readonly keys: readonly ProgramKeyView[];
}

function Keys({ flow, keys }: KeysProps): JSX.Element {
  if (keys.length === 0) return <NothingBox title={WORDS.noKeys} testId="nothing" />;
  return (
    <section class="listing" data-testid="keys-table">
      <TableFrame
        caption={WORDS.title}
        columns={columnsOf(flow)}
        rows={keys}
        rowKey={({ id }) => id}
      />
    </section>
  );
}

function columnsOf(flow: ProgramsModelInstance): readonly Column<ProgramKeyView>[] {
  const columns = WORDS.keyColumns;
  return [
    {
      title: columns.id,
      role: "head",
      cell: ({ id, fingerprint }) => (
        <>
          <code>{id}</code>
          {fingerprint !== null && (
            <span class="cell-detail digest">{WORDS.fingerprint(fingerprint)}</span>
          )}
        </>
      ),
    },
    { title: columns.kind, class: "moment", cell: ({ kind }) => WORDS.kind[kind] },
    { title: columns.state, cell: (key) => <KeyState flowKey={key} /> },
    { title: columns.createdAt, class: "moment", cell: (key) => momentText(key.createdAt) },
    { title: columns.expiresAt, class: "moment", cell: (key) => momentText(key.expiresAt) },
    {
      title: columns.lastUsedAt,
      class: "moment",
      cell: ({ lastUsedAt }) => lastUsedAt === null ? WORDS.never : momentText(lastUsedAt),
    },
    {
      title: columns.actions,
      class: "moment",
      cell: (key) =>
        flow.permissions.value.has("program.change") && key.state === "active" && (
          <Button
            size="sm"
            onClick={() => flow.openEnd(key)}
            aria-label={`${WORDS.endTitle} ${key.id}`}
            data-testid="end-key"
          >
            {WORDS.end}
          </Button>
        ),
    },
  ];
}

function KeyState({ flowKey }: { readonly flowKey: ProgramKeyView }): JSX.Element {
  const { state, expiresSoon } = flowKey;
  return (
    <span class="cell-stack">
      <Tag tone={TONES[state]}>{WORDS.state[state]}</Tag>
      {state === "active" && expiresSoon && <Tag tone="wait">{WORDS.expiresSoon}</Tag>}
    </span>
  );
}
