import assert from "node:assert/strict";
import { readEnv } from "../server/platform/config.ts";
import { loadTerminalConfig, toTerminalConfig } from "./config.ts";
import { openDevices } from "./devices/open_devices.ts";
import { TemporaryFolder } from "../tests/temporary_folder.ts";

const LEAST = { number: "0317", platform: { url: "https://ykt.example/" } };

Deno.test("toTerminalConfig() fills in what may be left out", () => {
  const config = toTerminalConfig(LEAST);
  assert.equal(config.port, 8_701);
  assert.equal(config.platform.url, "https://ykt.example");
  assert.deepEqual(config.devices, {});
});

Deno.test("toTerminalConfig() names every field that is wrong", () => {
  const wrong = {
    number: "no number at all",
    platform: { url: "ftp://x" },
    devices: {
      id_card_reader: { driver: "sdt_serial", path: "ttyS1", speed: 9_600 },
      scanner: { driver: "usb" },
    },
  };
  assert.throws(
    () => toTerminalConfig(wrong),
    /number[^]*platform\.url[^]*id_card_reader[^]*scanner/,
  );
});

Deno.test("loadTerminalConfig() reads a file and lets the environment win", async () => {
  using folder = new TemporaryFolder();
  const file = folder.file("terminal.toml");
  await Deno.writeTextFile(
    file,
    `number = "0317"\n[platform]\nurl = "https://a"\n` +
      `[devices.id_card_reader]\ndriver = "sdt_serial"\npath = "/dev/kiosk/id"\n`,
  );
  const config = await loadTerminalConfig(file);
  assert.equal(config.devices.id_card_reader?.driver, "sdt_serial");
  await assert.rejects(loadTerminalConfig(`${file}.none`), /不能读取配置文件 .*文件不存在/);
});

Deno.test("readEnv() of the platform leaves the terminal's names alone", () => {
  const env = { YIKATONG_TERMINAL_PORT: "1", YIKATONG_PORT: "2" };
  assert.deepEqual(readEnv(env), { port: "2" });
});

Deno.test("openDevices() has every class a visit asks for, absent ones as never there", async () => {
  await using devices = await openDevices({}, {
    keepMovement: () => Promise.resolve(),
    openLibrary: () => Promise.reject(new Error("not asked for")),
  });
  const options = { signal: new AbortController().signal, timeoutMs: 1_000 };
  const offline = { kind: "failed", reason: "offline" };
  assert.equal((await devices.cardReader.status()).device, "offline");
  assert.deepEqual(await devices.cardReader.read(options), offline);
  assert.deepEqual(await devices.idCardReader.read(options), offline);
  assert.deepEqual(await devices.scanner.scan(options), offline);
  assert.deepEqual(await devices.receiptPrinter.print(new Uint8Array(1), options), offline);
  assert.equal(devices.pinPad, undefined);
});

Deno.test("openDevices() opens every class that is configured, offline till it is plugged in", async () => {
  const path = "/dev/of-no-kiosk";
  const { devices: config } = toTerminalConfig({
    ...LEAST,
    devices: {
      id_card_reader: { driver: "sdt_serial", path },
      scanner: { driver: "serial", path },
      receipt_printer: { driver: "escpos_serial", path },
      pin_pad: { driver: "zt598", path },
      cabinet: { driver: "modem_lines", path, vibration: "cts" },
      ups: { driver: "megatec_q1", path },
      lights: { driver: "relays_serial", path, buzzer: { on: "a00101a2", off: "a00100a1" } },
    },
  });
  await using devices = await openDevices(config, {
    keepMovement: () => Promise.resolve(),
    openLibrary: () => Promise.reject(new Error("not asked for")),
  });
  const { idCardReader, scanner, receiptPrinter, pinPad, cabinet, ups, lights } = devices;
  for (const device of [idCardReader, scanner, receiptPrinter, pinPad, cabinet, ups, lights]) {
    assert.equal((await device?.status())?.device, "offline");
  }
});

Deno.test("a platform is reached with TLS, or its key is named", () => {
  const withPlatform = (platform: unknown) => () => toTerminalConfig({ ...LEAST, platform });
  assert.throws(withPlatform({ url: "http://10.1.2.3:8700" }), /sign_key_check/);
  assert.throws(withPlatform({ url: "http://127.0.0.1.example" }), /sign_key_check/);
  const named = { url: "http://10.1.2.3:8700", sign_key_check: "0123456789abcdef" };
  for (const platform of [named, { url: "http://127.0.0.1:8700" }, { url: "https://a" }]) {
    assert.equal(withPlatform(platform)().platform.url, platform.url);
  }
});
