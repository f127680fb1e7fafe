import assert from "node:assert/strict";
import { parseBillFile } from "./bill_file.ts";
import { BILL_COLUMNS } from "./wire.ts";

const HEADER = BILL_COLUMNS.join(",");
const PAID = "2026-03-12 09:30:15,8984,0001,支付,3194a,P1,,微信支付,48.79";
const BACK = "2026-03-12 10:00:00,8984,0001,退款,3194a,R1,3194b,微信支付,-8.79";

Deno.test("parseBillFile() reads payments and refunds and an empty day", () => {
  const bill = parseBillFile(`\uFEFF${HEADER}\r\n${PAID}\r\n${BACK}\r\n合计,2,48.79,8.79\r\n`, "d");
  assert.equal(bill.paid, 4879n);
  assert.equal(bill.refunded, 879n);
  assert.equal(bill.lines[1]?.refundNumber, "3194b");
  assert.deepEqual(parseBillFile(`${HEADER}\n合计,0,0.00,0.00\n`, "d").lines, []);
});

Deno.test("parseBillFile() refuses a file that is cut, miscounted or of another form", () => {
  const bad = [
    "",
    HEADER,
    `${HEADER}\n${PAID}\n`,
    `${HEADER}\n${PAID}\n合计,2,48.79,0.00\n`,
    `${HEADER}\n${PAID}\n合计,1,48.78,0.00\n`,
    `${HEADER}\n${PAID.replace("支付,", "转账,")}\n合计,1,48.79,0.00\n`,
    `${HEADER}\n${PAID.slice(0, 40)}\n合计,1,48.79,0.00\n`,
    `${HEADER},余额\n${PAID}\n合计,1,48.79,0.00\n`,
  ];
  for (const text of bad) assert.throws(() => parseBillFile(text, "2026-03-12"), RangeError);
});
