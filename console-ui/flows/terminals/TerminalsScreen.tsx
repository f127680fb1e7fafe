import type { JSX } from "preact";
import type { TerminalItem } from "../../../server/modules/fleet/console/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { FilterBar } from "../../ui/FilterBar.tsx";
import { Link } from "../../ui/Link.tsx";
import { Name } from "../../ui/Name.tsx";
import { Page } from "../../ui/Page.tsx";
import { type Column, PagedTable } from "../../ui/PagedTable.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { OrganisationField } from "../organisation_tree/OrganisationField.tsx";
import type { TerminalsModelInstance } from "./model.ts";
import { RELEASES } from "./terminal_filter.ts";
import { TerminalDetailScreen } from "./TerminalDetailScreen.tsx";
import { TerminalDialogBox } from "./TerminalDialogBox.tsx";
import { LastRelease } from "./TerminalReleases.tsx";
import { LastSeen, LineState, TerminalState } from "./TerminalTags.tsx";

const WORDS = ZH.terminals;
const NUMBER_LENGTH_MAX = 16;

interface TerminalsScreenProps {
  readonly flow: TerminalsModelInstance;
}

export function TerminalsScreen({ flow }: TerminalsScreenProps): JSX.Element {
  const dialog = flow.dialog.value;
  return (
    <>
      {flow.shownId.value === null
        ? <TerminalList flow={flow} />
        : <TerminalDetailScreen key={flow.shownId.value} flow={flow} />}
      {dialog && <TerminalDialogBox flow={flow} dialog={dialog} />}
    </>
  );
}

function TerminalList({ flow }: TerminalsScreenProps): JSX.Element {
  const filter = flow.filter.value;
  return (
    <Page
      title={WORDS.title}
      testId="terminals"
      actions={flow.may("terminal.approve") && (
        <Link to={{ section: "terminal-enrolments" }} class="rs-btn rs-btn-default">
          {ZH.enrolments.title}
        </Link>
      )}
    >
      <FilterBar key={JSON.stringify(filter)} onSearch={(fields) => flow.search(fields)}>
        <TextField
          name="number"
          label={WORDS.filter.number}
          value={filter["number"] ?? ""}
          maxLength={NUMBER_LENGTH_MAX}
        />
        {flow.may("organisation.read") && (
          <OrganisationField
            picker={flow.picker}
            label={WORDS.filter.organisation}
          />
        )}
        <SelectField
          name="state"
          label={WORDS.filter.state}
          value={filter["state"] ?? ""}
          choices={[["", WORDS.filter.all], ...Object.entries(WORDS.state)]}
        />
        <SelectField
          name="release"
          label={WORDS.filter.release}
          value={filter["release"] ?? ""}
          choices={[
            ["", WORDS.filter.all],
            ...RELEASES.map((each) => [each, WORDS.release.outcome[each]] as const),
          ]}
        />
      </FilterBar>
      <PagedTable
        list={flow.list}
        caption={WORDS.title}
        columns={columns(flow.now())}
        rowKey={({ id }) => id}
        testId="terminals-table"
      />
    </Page>
  );
}

function columns(now: number): readonly Column<TerminalItem>[] {
  return [
    {
      title: WORDS.columns.number,
      role: "head",
      class: "moment",
      cell: ({ id, number }) => <Link to={{ section: "terminals", id }}>{number}</Link>,
    },
    {
      title: WORDS.columns.institution,
      cell: ({ institutionName }) => <Name>{institutionName}</Name>,
    },
    { title: WORDS.columns.state, cell: ({ state }) => <TerminalState state={state} /> },
    { title: WORDS.columns.line, cell: ({ line }) => <LineState line={line} /> },
    {
      title: WORDS.columns.lastSeen,
      class: "moment",
      cell: (terminal) => <LastSeen terminal={terminal} now={now} />,
    },
    {
      title: WORDS.columns.version,
      cell: ({ version }) => <Name>{version === null ? "" : WORDS.version(version)}</Name>,
    },
    {
      title: WORDS.columns.release,
      cell: ({ release }) => release && <LastRelease release={release} />,
    },
  ];
}
