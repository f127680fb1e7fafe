import assert from "node:assert/strict";
import type { Receipt } from "../../server/modules/checkout/contract.ts";
import { textOfSheet } from "../../sandbox/devices/paper_roll.ts";
import { SimulatedReceiptPrinter } from "../../sandbox/devices/receipt_printer.ts";
import { columnsOf } from "./escpos.ts";
import { pendingSlip, returnedSlip } from "./open_order_slips.ts";
import { printSlip } from "./print_slip.ts";
import { receiptSlip } from "./receipt_slip.ts";

const ORIGIN = {
  institution: "茶山社区卫生服务中心",
  terminalNumber: "0317",
  staffPhone: "0769-1",
};
const ORDER = { number: "A7K2", title: "门诊缴费", at: new Date("2026-03-12T01:30:15Z") };
const RECEIPT: Receipt = {
  orderNumber: "A7K2",
  receiptNumber: "HIS0009",
  institution: ORIGIN.institution,
  terminalNumber: "0317",
  maskedName: "陈*明",
  maskedIdNumber: "4419**********0012",
  title: "门诊缴费",
  lines: [
    { name: "阿莫西林胶囊", quantity: "2", amountFen: "3160" },
    {
      name: "一种名字非常非常长以至于一行根本放不下的复方中药颗粒制剂药品",
      quantity: "1",
      amountFen: "9480",
    },
  ],
  quote: {
    version: 1,
    totalFen: "12640",
    fundFen: "8000",
    accountFen: "2000",
    otherFen: "0",
    cashFen: "2640",
    accountBalanceFen: "55",
  },
  tender: "微信支付",
  tenderReference: "42000001",
  insuranceReference: "S1",
  registration: null,
  guidance: ["请到一楼药房3号窗口取药"],
  paidAt: "2026-03-12T01:30:15.000Z",
};

Deno.test("receiptSlip() prints every amount at the right edge of 80 mm paper", async () => {
  const printer = newPrinter(48);
  assert.deepEqual(await printSlip(printer, receiptSlip(RECEIPT)), { kind: "printed" });
  const lines = textOf(printer).split("\n");
  const total = lines.find((line) => line.startsWith("合计"));
  assert.equal(total, `合计${" ".repeat(48 - 4 - 8)}126.40元`);
  assert.ok(lines.some((line) => /^统筹基金支付 +80\.00元$/.test(line)));
  assert.ok(lines.some((line) => /^自付 +26\.40元$/.test(line)));
  assert.ok(!lines.some((line) => line.startsWith("其他支付")), "no line for nothing");
  assert.ok(lines.includes("请到一楼药房3号窗口取药"));
  assert.ok(lines.some((line) => line.endsWith("2026-03-12 09:30:15")), "Beijing time");
  assert.ok(lines.includes("[QR A7K2]"));
});

Deno.test("receiptSlip() wraps long names on 58 mm paper and cuts no character", async () => {
  const printer = newPrinter(32);
  await printSlip(printer, receiptSlip(RECEIPT));
  const text = textOf(printer);
  assert.ok(text.replaceAll(/\s/g, "").includes("复方中药颗粒制剂药品×1"));
  for (const line of text.split("\n")) assert.ok(columnsOf(line) <= 32 || line.startsWith("[QR"));
});

Deno.test("receiptSlip() of a registration shows queue number, room and time", async () => {
  const printer = newPrinter(48);
  const registration = {
    department: "全科",
    doctor: "李医生",
    day: "2026-03-12",
    time: "09:20",
    number: 12,
    location: "二楼 5 诊室",
  };
  await printSlip(printer, receiptSlip({ ...RECEIPT, lines: [], registration }));
  const text = textOf(printer);
  for (const part of ["12 号", "全科", "李医生", "2026-03-12 09:20", "二楼 5 诊室"]) {
    assert.ok(text.includes(part), part);
  }
});

Deno.test("pendingSlip() says not to pay again, with order number, time and phone", async () => {
  const printer = newPrinter(48);
  await printSlip(printer, pendingSlip(ORDER, ORIGIN));
  const text = textOf(printer);
  for (const part of ["正在确认", "不要重复支付", "A7K2", "2026-03-12 09:30:15", "0769-1"]) {
    assert.ok(text.includes(part), part);
  }
  assert.ok(!text.includes("失败"), "an unknown outcome is never called failed");
});

Deno.test("returnedSlip() says that nothing is kept", async () => {
  const printer = newPrinter(48);
  await printSlip(printer, returnedSlip(ORDER, ORIGIN));
  assert.match(textOf(printer).replaceAll("\n", ""), /交易已取消.*原支付渠道退回/);
});

Deno.test("a character outside GBK prints as the missing-character mark", async () => {
  const printer = newPrinter(48);
  await printSlip(printer, [{ kind: "text", text: "陈𠮷明" }]);
  assert.equal(textOf(printer).split("\n")[0], "陈〓明");
  assert.match(textOf(printer).split("\n")[1] ?? "", /^〓 为打印机字库中没有的字/);
  await printSlip(printer, [{ kind: "text", text: "㐀€ \u0007陈明" }]);
  assert.match(textOf(printer), /\n〓〓 陈明\n〓 为/);
});

Deno.test("printSlip() says why nothing was printed, and prints again afterwards", async () => {
  const printer = newPrinter(48);
  const slip = pendingSlip(ORDER, ORIGIN);
  printer.setCover(true);
  assert.deepEqual(await printSlip(printer, slip), { kind: "not_printed", reason: "cover_open" });
  printer.setCover(false);
  printer.loadPaper(3);
  assert.deepEqual(await printSlip(printer, slip), { kind: "not_printed", reason: "paper_out" });
  assert.deepEqual(await printSlip(printer, slip), { kind: "not_printed", reason: "paper_out" });
  printer.setOnline(false);
  assert.deepEqual(await printSlip(printer, slip), { kind: "not_printed", reason: "offline" });
  printer.setOnline(true);
  printer.loadPaper(500);
  assert.deepEqual(await printSlip(printer, slip), { kind: "printed" });
});

function newPrinter(columns: number): SimulatedReceiptPrinter {
  return new SimulatedReceiptPrinter({
    pause: () => Promise.resolve(),
    printTakesMs: 1,
    columns,
  });
}

function textOf(printer: SimulatedReceiptPrinter): string {
  return printer.sheets.map(textOfSheet).join("\n");
}
