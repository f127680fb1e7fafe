import { readTextRecord } from "../../ffi/id_card/text_record.ts";
import type { IdCard } from "../../ffi/contract.ts";
import { idCardRecord } from "../../sandbox/devices/id_card_record.ts";
import type { Receipt } from "../../server/modules/checkout/contract.ts";
import { loadCharacters } from "../../terminal/slips/escpos.ts";
import { receiptSlip } from "../../terminal/slips/receipt_slip.ts";
import { printableSlip } from "../../terminal/slips/slip.ts";
import { type Latencies, latenciesOf } from "../figures.ts";

const ROUNDS = 9;
const ROUND_MS = 100;
const RECEIPTS = 200;
const COLUMNS = 48;
const FEE_LINES = 40;

const CARDS: readonly IdCard[] = [
  {
    document: "resident",
    name: "欧阳测试",
    idNumber: "44190019900101001X",
    validUntil: "长期",
  },
  {
    document: "hmt_resident",
    name: "陳瑋珅",
    idNumber: "810000199001010010",
    validUntil: "20301231",
  },
  {
    document: "foreign_permanent_resident",
    name: "测试人",
    idNumber: "911124199001010010",
    validUntil: "20301231",
  },
];

/** Records read a second, one kind of card after the other: the median of the rounds. */
export function recordsPerSecond(): number {
  const records = CARDS.map((card) => idCardRecord(card));
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    let read = 0;
    const start = performance.now();
    while (performance.now() - start < ROUND_MS) {
      for (const record of records) {
        if (readTextRecord(record) === null) throw new Error("Cannot read a card's record");
        read++;
      }
    }
    rounds.push(read / ((performance.now() - start) / 1_000));
  }
  return rounds.sort((left, right) => left - right)[Math.floor(ROUNDS / 2)] ?? NaN;
}

export interface ReceiptFigures extends Latencies {
  /** The first one of a process, its program not yet compiled. */
  readonly firstMs: number;
}

/** Receipts of 40 fees, so of more than 40 lines, from their parts to the printer's bytes. */
export function receiptFigures(): ReceiptFigures {
  // As the terminal does when it starts.
  loadCharacters();
  const tookMs: number[] = [];
  for (let n = 0; n <= RECEIPTS; n++) {
    const receipt = receiptOf(n);
    const start = performance.now();
    printableSlip(receiptSlip(receipt), COLUMNS);
    tookMs.push(performance.now() - start);
  }
  const [firstMs = NaN, ...later] = tookMs;
  return { firstMs, ...latenciesOf(later) };
}

function receiptOf(serial: number): Receipt {
  return {
    orderNumber: `A7K2${serial}`,
    receiptNumber: `HIS${serial}`,
    institution: "茶山社区卫生服务中心",
    terminalNumber: "0317",
    maskedName: "陈*明",
    maskedIdNumber: "4419**********0012",
    title: "门诊缴费",
    lines: Array.from({ length: FEE_LINES }, (_, line) => ({
      name: `复方阿莫西林克拉维酸钾胶囊 ${line}`,
      quantity: "2",
      amountFen: `${3160 + line}`,
    })),
    quote: {
      version: 1,
      totalFen: "127180",
      fundFen: "80000",
      accountFen: "20000",
      otherFen: "0",
      cashFen: "27180",
      accountBalanceFen: "55",
    },
    tender: "微信支付",
    tenderReference: "4200000112233",
    insuranceReference: "S1",
    registration: null,
    guidance: ["请到一楼药房3号窗口取药"],
    paidAt: "2026-03-12T01:30:15.000Z",
  };
}
