import assert from "node:assert/strict";
import { DevDevices } from "../../sandbox/devices/dev_devices.ts";
import type { DevicesConfig } from "../../terminal/devices/device_config.ts";
import { toTerminalConfig } from "../../terminal/config.ts";
import { checkDevices, DEVICE_NAMES } from "./device_checks.ts";
import type { TerminalFinding } from "./finding.ts";
import { commissioningReport } from "./report.ts";
import { findingLines } from "./table.ts";

const CONFIG: DevicesConfig = {
  id_card_reader: { driver: "sdt_serial", path: "/dev/kiosk/id" },
  scanner: { driver: "serial", path: "/dev/kiosk/scanner" },
  receipt_printer: {
    driver: "escpos_serial",
    path: "/dev/kiosk/printer",
    columns: 48,
    cutter: true,
  },
};

Deno.test("checkDevices() names every module, its state, and what to do about it (R-DEV-01)", async () => {
  const hand = new DevDevices();
  hand.setOnline("id_card_reader", false);
  hand.setPaper("out");
  const findings = await checkDevices(hand.devices, CONFIG, { appearWaitMs: 0 });
  assert.equal(findings.length, Object.keys(DEVICE_NAMES).length);
  const of = (subject: string) => findings.find((finding) => finding.subject === subject);
  assert.equal(of("社保卡读卡器")?.text, "没有配置");
  assert.equal(of("身份证阅读器")?.state, "failed");
  assert.match(of("身份证阅读器")?.text ?? "", /没有应答，没有这个设备文件/);
  assert.match(of("身份证阅读器")?.remedy ?? "", /数据线.*\/dev\/kiosk\/id/);
  assert.equal(of("扫码器")?.state, "ok");
  assert.equal(of("凭条打印机")?.state, "warning");
  assert.match(of("凭条打印机")?.text ?? "", /状态字节( [0-9a-f]{2}){4}/);
  assert.match(of("凭条打印机")?.remedy ?? "", /装纸/);
});

Deno.test("findingLines() puts the columns below each other, Chinese counted as two", () => {
  const lines = findingLines([
    { state: "ok", subject: "UPS", text: "a", remedy: "" },
    { state: "failed", subject: "读卡器", text: "b", remedy: "c" },
  ]);
  assert.deepEqual(lines, ["正常  UPS     a", "失败  读卡器  b", "              → c"]);
});

Deno.test("checkDevices() waits for a device that is still starting", async () => {
  const hand = new DevDevices();
  hand.setOnline("id_card_reader", false);
  const checking = checkDevices(hand.devices, CONFIG);
  hand.setOnline("id_card_reader", true);
  const findings = await checking;
  const reader = findings.find(({ subject }) => subject === DEVICE_NAMES.id_card_reader);
  assert.equal(reader?.state, "ok");
});

Deno.test("commissioningReport() has verdict, versions and a row a check (R-DEV-24)", () => {
  const config = toTerminalConfig({ number: "0317", platform: { url: "https://ykt.example" } });
  const findings: TerminalFinding[] = [
    { state: "ok", subject: "磁盘", text: "有 | 竖线\n和换行", remedy: "" },
    { state: "warning", subject: "时钟", text: "慢", remedy: "校准" },
  ];
  const report = commissioningReport(config, findings, new Date("2026-11-22T04:00:00Z"));
  assert.match(report, /2026-11-22 12:00:00/);
  assert.match(report, /没有失败的项，1 项警告/);
  assert.match(report, /\| 正常 \| 磁盘 \| 有 \\\| 竖线 和换行 \| {2}\|/);
  assert.match(report, /\| 警告 \| 时钟 \| 慢 \| 校准 \|/);
  assert.match(report, /Deno \d/);
});
