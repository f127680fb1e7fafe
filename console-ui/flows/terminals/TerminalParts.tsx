import type { JSX } from "preact";
import type { TerminalDetail } from "../../../server/modules/fleet/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Fingerprint } from "../../ui/Fingerprint.tsx";
import { Name } from "../../ui/Name.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { PlainTable } from "../../ui/PlainTable.tsx";
import type { Column } from "../../ui/PagedTable.tsx";

const WORDS = ZH.terminals;
const DEVICES: Readonly<Record<string, string>> = WORDS.device;
const DEVICE_STATES: Readonly<Record<string, string>> = WORDS.deviceState;
const FINE: ReadonlySet<string> = new Set(["online"]);
const SOON: ReadonlySet<string> = new Set(["paper_low", "on_battery", "door_open"]);

type Device = TerminalDetail["devices"][number];
type Key = TerminalDetail["keys"][number];

const DEVICE_COLUMNS: readonly Column<Device>[] = [
  {
    title: WORDS.deviceColumns.device,
    role: "head",
    cell: ({ device }) => <Name>{DEVICES[device] ?? device}</Name>,
  },
  {
    title: WORDS.deviceColumns.state,
    cell: ({ state }) => <Tag tone={toneOf(state)}>{DEVICE_STATES[state] ?? state}</Tag>,
  },
  { title: WORDS.deviceColumns.detail, cell: ({ detail }) => <Name>{detail}</Name> },
  {
    title: WORDS.deviceColumns.changedAt,
    class: "moment",
    cell: ({ changedAt }) => momentText(changedAt),
  },
];

const KEY_COLUMNS: readonly Column<Key>[] = [
  {
    title: WORDS.keyColumns.fingerprint,
    role: "head",
    cell: ({ fingerprint }) => <Fingerprint>{fingerprint}</Fingerprint>,
  },
  {
    title: WORDS.keyColumns.enrolledAt,
    class: "moment",
    cell: ({ enrolledAt }) => momentText(enrolledAt),
  },
  { title: WORDS.keyColumns.approvedBy, cell: ({ approvedBy }) => <Name>{approvedBy}</Name> },
  {
    title: WORDS.keyColumns.ended,
    class: "moment",
    cell: ({ endedAt, endedWhy }) =>
      endedAt === null
        ? <Tag tone="good">{WORDS.inUse}</Tag>
        : `${WORDS.line[endedWhy ?? "replaced"]}，${momentText(endedAt)}`,
  },
];

/** What it is made of, and the keys it was given. */
export function TerminalParts(
  { terminal: { devices, keys } }: { readonly terminal: TerminalDetail },
): JSX.Element {
  return (
    <>
      <PlainTable
        title={WORDS.devices}
        columns={DEVICE_COLUMNS}
        rows={devices}
        rowKey={({ device }) => device}
        none={WORDS.noDevices}
        testId="devices-table"
      />
      <PlainTable
        title={WORDS.keys}
        columns={KEY_COLUMNS}
        rows={keys}
        rowKey={({ id }) => id}
        none={WORDS.noKeys}
        testId="keys-table"
      />
    </>
  );
}

function toneOf(state: string): "good" | "wait" | "bad" {
  if (FINE.has(state)) return "good";
  return SOON.has(state) ? "wait" : "bad";
}
