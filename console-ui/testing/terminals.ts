import type {
  EnrolmentsReply,
  EnrolmentToApproveView,
  RetirementView,
  TerminalDetail,
  TerminalEventsPage,
  TerminalItem,
  TerminalReleasesPage,
} from "../../server/modules/fleet/console/contract.ts";
import type { HoldsReply } from "../../server/modules/ledger/contract.ts";
import { START_MS, SYSTEM_SESSION } from "./people.ts";

const MINUTE_MS = 60_000;
const SIGN = "9c1185a5c5e9fc54612808977ee8f548b2258d31b4f4ee7f9d8b8f1c2a3b4c5d";
const AGREE = "b2258d319c1185a5c5e9fc54612808977ee8f5484ee7f9d8b8f1c2a3b4c5d6e7";

/** Minutes before the moment at which the screens stand still. */
export function minutesAgo(minutes: number): string {
  return new Date(START_MS - minutes * MINUTE_MS).toISOString();
}

export const OPERATOR_SESSION = {
  ...SYSTEM_SESSION,
  permissions: [
    { permission: "terminal.read", title: "查看终端" },
    { permission: "terminal.approve", title: "批准、吊销终端" },
  ],
};

export const MONEY_SESSION = {
  ...SYSTEM_SESSION,
  permissions: [{ permission: "order.read", title: "查看订单和未入账款" }],
};

export function terminal(
  given: Partial<TerminalItem> & Pick<TerminalItem, "number">,
): TerminalItem {
  return {
    id: `id-of-${given.number}`,
    institutionId: "019a8f3e-5c00-7abc-8def-0000000000c1",
    institutionName: "莞城社区卫生服务中心",
    institutionCode: "H44190000001",
    state: "active",
    line: "enrolled",
    fingerprint: SIGN,
    lastSeenAt: minutesAgo(0),
    version: "1.4.2",
    release: { outcome: "committed", version: "1.4.2", at: minutesAgo(9_000) },
    ...given,
  };
}

export const TERMINALS: readonly TerminalItem[] = [
  terminal({ number: "0001" }),
  terminal({ number: "0002", lastSeenAt: minutesAgo(190) }),
  terminal({
    number: "0003",
    state: "suspended",
    version: "1.4.1",
    release: { outcome: "left", version: "1.4.2", at: minutesAgo(8_990) },
  }),
  terminal({
    number: "0004",
    line: "none",
    fingerprint: null,
    lastSeenAt: null,
    version: null,
    release: null,
    institutionName: "东城街道同沙社区卫生服务站",
  }),
  terminal({ number: "0005", line: "cloned", lastSeenAt: minutesAgo(2_880) }),
  terminal({ number: "0006", state: "retired", line: "revoked", lastSeenAt: minutesAgo(90_000) }),
];

export const TERMINAL: TerminalDetail = {
  ...terminal({ number: "0001" }),
  devices: [
    { device: "card_reader", state: "online", detail: "", changedAt: minutesAgo(300) },
    { device: "receipt_printer", state: "paper_low", detail: "80 mm", changedAt: minutesAgo(12) },
    {
      device: "pin_pad",
      state: "hardware_error",
      detail: "timeout 0x6A82",
      changedAt: minutesAgo(3),
    },
  ],
  startedAt: minutesAgo(300),
  unsentEntries: 0,
  openOrders: 1,
  diskFreeBytes: 48_300_000_000,
  keys: [
    {
      id: "key-2",
      fingerprint: SIGN,
      enrolledAt: minutesAgo(9_000),
      approvedBy: "chen.wei",
      endedAt: null,
      endedWhy: null,
    },
    {
      id: "key-1",
      fingerprint: AGREE,
      enrolledAt: minutesAgo(90_000),
      approvedBy: "shell",
      endedAt: minutesAgo(9_000),
      endedWhy: "replaced",
    },
  ],
};

export const RETIRED: TerminalDetail = {
  ...TERMINAL,
  ...terminal({
    number: "0006",
    state: "retired",
    line: "revoked",
    lastSeenAt: minutesAgo(90_000),
  }),
  devices: [],
  openOrders: 0,
  keys: TERMINAL.keys.map((key) => ({
    ...key,
    endedAt: minutesAgo(89_000),
    endedWhy: "revoked",
  })),
};

export const RETIREMENT: RetirementView = {
  certificateId: "01a1ec2a-f280-7cbb-b371-e1567b13a073",
  kind: "erasure_certificate",
  method: "overwrite_verify_unlink",
  operator: "张工",
  witness: "李工",
  reason: "到期更换",
  recordedAt: minutesAgo(89_000),
  recordedBy: "0006",
  platformKey: AGREE,
  verdict: "good",
  signature: "good",
  countersignature: "good",
  fileName: "terminal-0006-erasure.json",
};

export const TERMINAL_RELEASES: TerminalReleasesPage = {
  releases: [
    release("r4", "left", { now: "1.4.1", reason: "启动两次都没有确认", lateMinutes: 60 }),
    release("r3", "trial_started", {}),
    release("r2", "switched", { now: "1.4.2" }),
    release("r1", "staged", { now: "1.4.1" }),
  ],
  next: "r1",
};

function release(
  id: string,
  outcome: TerminalReleasesPage["releases"][number]["outcome"],
  { now = null, reason = "", lateMinutes = 0 }: {
    readonly now?: string | null;
    readonly reason?: string;
    readonly lateMinutes?: number;
  },
) {
  const [at, receivedAt] = [minutesAgo(8_990), minutesAgo(8_990 - lateMinutes)];
  return { id, at, receivedAt, outcome, version: "1.4.2", now, reason };
}

export const TERMINAL_EVENTS: TerminalEventsPage = {
  events: [
    {
      id: "e3",
      at: minutesAgo(3),
      source: "platform",
      kind: "device.changed",
      severity: "error",
      fields: { device: "pin_pad", before: "online", state: "hardware_error" },
      actor: null,
    },
    {
      id: "e2",
      at: minutesAgo(12),
      source: "terminal",
      kind: "cabinet.door_opened",
      severity: "warning",
      fields: {},
      actor: null,
    },
    {
      id: "e1",
      at: minutesAgo(9_000),
      source: "platform",
      kind: "line.enrolled",
      severity: "info",
      fields: { fingerprint: SIGN },
      actor: "chen.wei",
    },
  ],
  next: "e1",
};

export const WAITING: EnrolmentsReply = {
  enrolments: [{
    id: "019a8f3e-5c00-7abc-8def-0000000000e1",
    terminalNumber: "0004",
    institutionName: "东城街道同沙社区卫生服务站",
    requestedAt: minutesAgo(4),
    expiresAt: minutesAgo(-11),
    signFingerprint: SIGN,
  }],
};

export const FOUND: EnrolmentToApproveView = {
  id: "019a8f3e-5c00-7abc-8def-0000000000e1",
  terminalNumber: "0004",
  institutionName: "东城街道同沙社区卫生服务站",
  institutionCode: "H44190000017",
  requestedAt: minutesAgo(4),
  signFingerprint: SIGN,
  agreeFingerprint: AGREE,
};

export const HOLDS: HoldsReply = {
  ages: [
    { overMs: 0, holds: 1, amountFen: "5" },
    { overMs: 900_000, holds: 0, amountFen: "0" },
    { overMs: 3_600_000, holds: 1, amountFen: "2350" },
    { overMs: 86_400_000, holds: 1, amountFen: "1234567" },
  ],
  holds: [
    hold("莞城社区卫生服务中心", "1234567", { ageMinutes: 4_000, cashFen: "34567" }),
    hold("东城街道同沙社区卫生服务站", "2350", { ageMinutes: 75, cashFen: "0" }),
    hold("莞城社区卫生服务中心", "5", { ageMinutes: 3, cashFen: "5" }),
    { ...hold("莞城社区卫生服务中心", "700", { ageMinutes: 1, cashFen: "0" }), isRefund: true },
  ],
  more: false,
};

function hold(
  institutionName: string,
  amountFen: string,
  { ageMinutes, cashFen }: { readonly ageMinutes: number; readonly cashFen: string },
) {
  return {
    orderId: `019a8f3e-5c00-7abc-8def-${amountFen.padStart(12, "0")}`,
    orderNumber: `0317-${amountFen.padStart(9, "4")}`,
    isRefund: false,
    cashFen,
    insuranceFen: (BigInt(amountFen) - BigInt(cashFen)).toString(),
    institutionId: "019a8f3e-5c00-7abc-8def-0000000000c1",
    institutionName,
    amountFen,
    since: minutesAgo(ageMinutes),
  };
}
