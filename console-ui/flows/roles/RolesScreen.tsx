import type { JSX } from "preact";
import type { RoleView } from "../../../server/modules/access/rights/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { FailedBox, LoadingBox } from "../../ui/StateBox.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { RolesModelInstance, RolesState } from "./model.ts";
import { RoleDetail } from "./RoleDetail.tsx";
import { RoleDialogs } from "./RoleDialogs.tsx";

const WORDS = ZH.roles;

const COLUMNS: readonly Column<RoleView>[] = [
  {
    title: WORDS.columns.name,
    role: "head",
    cell: ({ id, name, builtin }) => (
      <span class="row">
        <Link to={{ section: "roles", id }}>
          <Name>{name}</Name>
        </Link>
        {builtin && <Tag tone="still">{WORDS.builtin}</Tag>}
      </span>
    ),
  },
  { title: WORDS.columns.duty, class: "moment", cell: ({ duty }) => ZH.duty[duty] },
  { title: WORDS.columns.permissions, cell: ({ permissions }) => permissions.length },
  {
    title: WORDS.columns.addresses,
    cell: ({ addresses }) => addresses?.join("、") ?? WORDS.everywhere,
  },
  {
    title: WORDS.columns.changedAt,
    class: "moment",
    cell: ({ changedAt }) => momentText(changedAt),
  },
];

export function RolesScreen({ flow }: { readonly flow: RolesModelInstance }): JSX.Element {
  const state = flow.state.value;
  return (
    <>
      <Content flow={flow} state={state} />
      {flow.dialog.value && state.kind === "listed" && (
        <RoleDialogs flow={flow} dialog={flow.dialog.value} permissions={state.permissions} />
      )}
    </>
  );
}

interface ContentProps {
  readonly flow: RolesModelInstance;
  readonly state: RolesState;
}

function Content({ flow, state }: ContentProps): JSX.Element {
  const id = flow.shownId.value;
  if (id !== null && state.kind === "listed") {
    return (
      <RoleDetail
        flow={flow}
        role={state.roles.find((role) => role.id === id) ?? null}
        permissions={state.permissions}
      />
    );
  }
  const add = (
    <Button appearance="primary" onClick={() => flow.openCreate()} data-testid="add-role">
      {WORDS.add}
    </Button>
  );
  return (
    <Page
      title={WORDS.title}
      lead={WORDS.lead}
      testId="roles"
      actions={flow.mayChange.value && add}
    >
      {state.kind === "loading" && <LoadingBox />}
      {state.kind === "failed" && (
        <FailedBox
          refusal={state.refusal}
          onAgain={() => void flow.load()}
        />
      )}
      {state.kind === "listed" && (
        <PagedTable
          list={state.list}
          caption={WORDS.title}
          columns={COLUMNS}
          rowKey={(role) => role.id}
          testId="roles-table"
        />
      )}
    </Page>
  );
}
