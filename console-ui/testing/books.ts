import type { StaffRequestPage } from "../../server/modules/billing/requests/contract.ts";
import type {
  ConsoleOrder,
  InFlightReply,
} from "../../server/modules/checkout/console/contract.ts";
import type { DischargeOffer, DischargeView } from "../../server/modules/inpatient/contract.ts";
import type { ConsoleRefund, RefundPage } from "../../server/modules/refund/console/contract.ts";
import type { Refundable } from "../../server/modules/refund/contract.ts";
import type { PostingPage, TrialBalanceReply } from "../../server/modules/ledger/contract.ts";
import type { PartyHealthReply } from "../../server/party_health/contract.ts";
import { SYSTEM_SESSION } from "./people.ts";
import { minutesAgo } from "./terminals.ts";

export const BOOKS_SESSION: typeof SYSTEM_SESSION = {
  ...SYSTEM_SESSION,
  permissions: [
    { permission: "order.read", title: "查看订单和未入账款" },
    { permission: "order.work", title: "处理异常订单：立即查询、申请关闭或登记结果" },
    { permission: "order.approve", title: "审批异常订单的关闭和登记结果" },
    { permission: "refund.read", title: "查看退费" },
    { permission: "refund.request", title: "办理退费，申请人工处理" },
    { permission: "refund.approve", title: "审批退费和人工处理" },
    { permission: "ledger.read", title: "查看试算平衡和分录" },
    { permission: "organisation.read", title: "查看机构" },
    { permission: "party.read", title: "查看渠道状态" },
  ],
};

/** The bank took the payment and says nothing. */
export const ORDER: ConsoleOrder = {
  id: "019a8f3e-5c00-7abc-8def-0000000000e1",
  number: "0317-432198765",
  institutionName: "莞城社区卫生服务中心",
  kind: "bills",
  state: "needs_attention",
  stop: null,
  totalFen: "15731",
  cashFen: "4879",
  startedAt: minutesAgo(90),
  changedAt: minutesAgo(2),
  nextAttemptAt: minutesAgo(-30),
  alarm: "alarm",
  terminalId: "019a8f3e-5c00-7abc-8def-0000000000e2",
  stopCode: null,
  changed: false,
  legs: [
    {
      n: 0,
      kind: "insurance",
      state: "done",
      mode: null,
      amountFen: "15731",
      tries: 0,
      reference: "S1",
      settlements: [],
      stated: null,
    },
    {
      n: 1,
      kind: "tender",
      state: "unknown",
      mode: "show_code",
      amountFen: "4879",
      tries: 30,
      reference: null,
      settlements: ["done", "not_done"],
      stated: null,
    },
  ],
  closable: true,
  attempts: [
    {
      n: 1,
      leg: 0,
      ask: "perform",
      askedAt: minutesAgo(89),
      answeredAt: minutesAgo(89),
      answer: "done",
      note: null,
      traceId: "4f91705862064b4bf71e0d2da73013ab",
      traceUrl: "https://trace.example/4f91705862064b4bf71e0d2da73013ab",
    },
    {
      n: 2,
      leg: 1,
      ask: "perform",
      askedAt: minutesAgo(87),
      answeredAt: null,
      answer: null,
      note: null,
      traceId: null,
      traceUrl: null,
    },
  ],
  postings: [{
    n: 0,
    leg: 0,
    cause: "moved",
    debit: "insurance:fund",
    credit: "patient:hold",
    amountFen: "10852",
    postedAt: minutesAgo(88),
  }],
  payments: [{
    id: "019a8f3e-5c00-7abc-8def-0000000000e5",
    kind: "trade",
    at: minutesAgo(87),
    state: "waiting",
    channel: "aggregate_pay",
    amountFen: "4879",
    reference: null,
  }],
  evidence: [{ at: minutesAgo(89.5), source: "insurance", what: "2207", outcome: "done" }],
  acts: [],
};

type OrderAct = ConsoleOrder["acts"][number];

const ACT: OrderAct = {
  id: "019a8f3e-5c00-7abc-8def-0000000000e3",
  kind: "settle",
  leg: 1,
  outcome: "done",
  evidence: "银行回单已核对，款项已到账",
  evidenceNumber: "B20261118",
  evidenceDigest: null,
  askedBy: "吴浩",
  askedAt: minutesAgo(5),
  state: "asked",
  decidedBy: null,
  decidedAt: null,
  own: false,
};

/** Another asked for an outcome to be stated; one act of the past was rejected. */
export const ORDER_WITH_ACTS: ConsoleOrder = {
  ...ORDER,
  acts: [
    {
      ...ACT,
      id: "019a8f3e-5c00-7abc-8def-0000000000e4",
      kind: "close",
      leg: null,
      outcome: null,
      askedAt: minutesAgo(30),
      state: "rejected",
      decidedBy: "李娜",
      decidedAt: minutesAgo(20),
    },
    ACT,
  ],
};

export const TRIAL_BALANCE: TrialBalanceReply = {
  organisation: { id: "019a8f3e-5c00-7abc-8def-0000000000c1", name: "东莞市" },
  day: "2026-11-22",
  at: null,
  closed: true,
  accounts: [
    {
      account: "channel:aggregate_pay",
      openingFen: "0",
      debitFen: "4879",
      creditFen: "0",
      balanceFen: "4879",
    },
    {
      account: "his:posted",
      openingFen: "0",
      debitFen: "0",
      creditFen: "4879",
      balanceFen: "-4879",
    },
  ],
  total: { openingFen: "0", debitFen: "4879", creditFen: "4879", balanceFen: "0" },
};

export const POSTING: PostingPage["postings"][number] = {
  orderId: ORDER.id,
  n: 1,
  institutionName: ORDER.institutionName,
  cause: "moved",
  debit: "channel:aggregate_pay",
  credit: "patient:hold",
  amountFen: "4879",
  postedAt: minutesAgo(80),
};

export const PARTY_HEALTH: PartyHealthReply = {
  parties: [{
    party: "his",
    process: "web1:4711",
    calls: 120,
    answered: 112,
    notSent: 0,
    lost: 8,
    meanMs: 180,
    maxMs: 8_000,
    circuit: "open",
    seenAt: minutesAgo(0),
  }],
};

/** Waits for another's approval. */
export const REFUND: ConsoleRefund = {
  refund: {
    id: "019a8f3e-5c00-7abc-8def-0000000000f1",
    number: null,
    orderId: ORDER.id,
    orderNumber: ORDER.number,
    title: "门诊缴费",
    state: "asked",
    why: "doctor_changed",
    askedBy: "staff",
    askedAt: minutesAgo(12),
    endedAt: null,
    valueFen: "15731",
    lines: [{ name: "阿莫西林胶囊", quantity: "2", amountFen: "15731" }],
    parts: [],
    keptFen: "0",
    keptCashFen: "0",
    gaveEverything: false,
    reason: null,
    slip: null,
  },
  note: "医生改了处方，旧药没有取",
  accountId: "019a8f3e-5c00-7abc-8def-0000000000f9",
  askedByName: "吴浩",
  decidedByName: null,
  decidedAt: null,
  decisionNote: null,
  acts: [],
  statements: [],
};

/** The bank refuses: the card is closed; one of the staff wants the cash set aside. */
export const STUCK_REFUND: ConsoleRefund = {
  ...REFUND,
  refund: {
    ...REFUND.refund,
    number: "0317-432198799",
    state: "needs_attention",
    parts: [
      {
        way: "fund",
        amountFen: "10852",
        state: "returned",
        to: null,
        reference: "S1",
        arrives: "at_once",
      },
      {
        way: "cash",
        amountFen: "4879",
        state: "waiting",
        to: "银行卡（尾号1234）",
        reference: null,
        arrives: "within_days",
      },
    ],
  },
  decidedByName: "李娜",
  decidedAt: minutesAgo(10),
  acts: [{
    id: "019a8f3e-5c00-7abc-8def-0000000000f2",
    kind: "suspend",
    state: "asked",
    amountFen: "4879",
    evidence: "银行来函：卡已销户",
    askedBy: "019a8f3e-5c00-7abc-8def-0000000000f9",
    askedByName: "吴浩",
    askedAt: minutesAgo(3),
    decidedByName: null,
    decidedAt: null,
  }],
};

export const IN_FLIGHT: InFlightReply = {
  organisation: { id: "019a8f3e-5c00-7abc-8def-0000000000c1", name: "莞城社区卫生服务中心" },
  states: [
    { state: "collecting", count: 3, oldestAt: minutesAgo(2) },
    { state: "fulfilling", count: 1, oldestAt: minutesAgo(75) },
    { state: "needs_attention", count: 1, oldestAt: minutesAgo(4_000) },
  ],
};

export const REQUEST_LINE: StaffRequestPage["requests"][number] = {
  id: "019a8f3e-5c00-7abc-8def-0000000000f5",
  institution: "H44190000001",
  institutionName: ORDER.institutionName,
  number: "CF20261122-0017",
  state: "paying",
  madeAt: minutesAgo(30),
  expiresAt: minutesAgo(-1_410),
  withdrawnAt: null,
  order: { id: ORDER.id, number: "M000-432198765", state: "collecting" },
};

export const REQUEST_LINES: readonly typeof REQUEST_LINE[] = [
  REQUEST_LINE,
  { ...REQUEST_LINE, id: `${REQUEST_LINE.id.slice(0, -1)}6`, withdrawnAt: minutesAgo(5) },
  { ...REQUEST_LINE, id: `${REQUEST_LINE.id.slice(0, -1)}7`, state: "expired", order: null },
];

export const REFUND_LINE: RefundPage["refunds"][number] = {
  id: REFUND.refund.id,
  orderId: ORDER.id,
  orderNumber: ORDER.number,
  institutionName: ORDER.institutionName,
  state: "asked",
  why: "doctor_changed",
  askedBy: "staff",
  askedByName: "吴浩",
  askedAt: minutesAgo(12),
  valueFen: "15731",
};

export const REFUNDABLE: Refundable = {
  orderId: ORDER.id,
  orderNumber: ORDER.number,
  title: "门诊缴费",
  kind: "bills",
  paidAt: minutesAgo(80),
  valueFen: "15731",
  cashFen: "4879",
  insuranceFen: "10852",
  lines: [
    { place: 0, name: "阿莫西林胶囊", quantity: "2", amountFen: "10000", state: "open" },
    { place: 1, name: "血常规", quantity: "1", amountFen: "5731", state: "open" },
  ],
  wholeOnly: false,
  bars: [],
  needsApproval: true,
};

/** What is left after a stay, beyond what one of the staff may give back alone. */
export const DISCHARGE_OFFER: DischargeOffer = {
  dueFen: "470000",
  hereFen: "450000",
  elsewhereFen: "20000",
  parts: [
    { amountFen: "300000", paidOn: "2026-11-20", to: "微信支付" },
    { amountFen: "150000", paidOn: "2026-11-18", to: null },
  ],
  bars: [],
  needsApproval: true,
};

export const DISCHARGE: DischargeView = {
  id: "019a8f3e-5c00-7abc-8def-0000000000f6",
  state: "returning",
  dueFen: "470000",
  hereFen: "450000",
  elsewhereFen: "20000",
  refunds: DISCHARGE_OFFER.parts.map(({ amountFen }, place) => ({
    ...REFUND.refund,
    id: `${REFUND.refund.id.slice(0, -1)}${place + 7}`,
    title: "住院预交金充值",
    why: "discharged",
    valueFen: amountFen,
    lines: [],
  })),
};

/** Two persons stated that the cash went back; the bank says later that it did not. */
export const STATED_REFUND: ConsoleRefund = {
  ...STUCK_REFUND,
  acts: STUCK_REFUND.acts.map((act) => ({
    ...act,
    kind: "cash_done",
    state: "done",
    evidence: "渠道后台显示已退",
    decidedByName: "李娜",
    decidedAt: minutesAgo(2),
  })),
  statements: [{
    part: "cash",
    outcome: "done",
    answer: "contradicted",
    nextAskAt: minutesAgo(-1_430),
    actId: "019a8f3e-5c00-7abc-8def-0000000000f2",
  }],
};

/** What drives that refund. */
export const REFUND_ORDER: ConsoleOrder = {
  ...ORDER,
  id: REFUND.refund.id,
  number: "0317-432198799",
  kind: "refund",
  closable: false,
  legs: [{
    n: 2,
    kind: "cash_return",
    state: "done",
    mode: "card",
    amountFen: "4879",
    tries: 3,
    reference: null,
    settlements: [],
    stated: { outcome: "done", answer: "contradicted" },
  }],
  attempts: [],
  postings: [],
  payments: [],
  evidence: [],
};
