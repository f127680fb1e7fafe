import assert from "node:assert/strict";
import { Agent, get } from "node:http";
import iconv from "iconv-lite";
import { DevDevices } from "../sandbox/devices/dev_devices.ts";
import type { IdCard, SocialSecurityCard } from "../ffi/contract.ts";
import { OffsetClock } from "../server/platform/clock.ts";
import { SILENT_LOG } from "../server/platform/log.ts";
import { FakePlatform } from "./fake_platform.ts";
import type { TerminalEvent } from "./contract.ts";
import type { DevOptions } from "./dev_port.ts";
import { type Pause, pauseFor } from "../server/platform/pause.ts";
import { type RunningTerminal, startTerminal } from "./start.ts";
import { TemporaryFolder } from "../tests/temporary_folder.ts";

/** Every wait of the terminal, made short: tests wait for events, not for time. */
const LONGEST_PAUSE_MS = 15;

Deno.test("the page carries the token of this boot and forbids inline script", async () => {
  await using kiosk = await startKiosk();
  const response = await fetch(kiosk.terminal.url);
  const html = await response.text();
  assert.ok(html.includes(`<meta name="kiosk-token" content="${kiosk.terminal.token}">`));
  const policy = response.headers.get("content-security-policy") ?? "";
  assert.match(policy, /script-src 'self'/);
  assert.doesNotMatch(policy, /unsafe/);
  const script = await fetch(`${kiosk.terminal.url}/kiosk.js`);
  assert.equal(await script.text(), "start();");
  assert.equal((await kiosk.ask("GET", "/healthz")).status, 200);
});

Deno.test("a wrong token, a foreign Origin and a foreign Host are refused", async () => {
  await using kiosk = await startKiosk();
  const { url, token } = kiosk.terminal;
  const settings = `${url}/local/v1/settings`;
  const wrong = await fetch(settings, { headers: { "x-kiosk-token": "0".repeat(64) } });
  assert.equal((await wrong.json()).code, "terminal.wrong_token");
  const foreign = await fetch(settings, {
    headers: { "x-kiosk-token": token, origin: "http://evil.example" },
  });
  assert.equal((await foreign.json()).code, "terminal.foreign_origin");
  assert.equal(await statusFor(settings, { "x-kiosk-token": token, host: "evil.example" }), 403);
});

Deno.test("a screen's oversized body, unknown field and broken JSON are refused", async () => {
  await using kiosk = await startKiosk();
  const large = await kiosk.ask("POST", "/local/v1/identify", "9".repeat(20_000));
  assert.equal(large.status, 413);
  const unknown = await kiosk.ask("POST", "/local/v1/scanner/want", { want: "nothing", amount: 1 });
  assert.deepEqual([unknown.status, unknown.body.code], [400, "terminal.invalid_request"]);
  assert.equal(kiosk.platform.heardOf("POST", "/identifications").length, 0);
});

Deno.test("a card that is inserted, read and taken is told to the screen", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  assert.equal((await events.next()).kind, "hello");
  await kiosk.hold({ do: "insert_card", personId: "chen" });
  const read = await events.of("credential");
  assert.equal(read.credential.kind, "social_security_card");
  await kiosk.hold({ do: "pull_card" });
  await events.of("card_removed");
});

Deno.test("an unreadable card is told and given back", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  await kiosk.hold({ do: "insert_card", personId: "chen", fault: "wrong_way_round" });
  assert.equal((await events.of("read_failed")).reason, "wrong_way_round");
  await kiosk.hold({ do: "pull_card" });
  await events.of("card_removed");
  await kiosk.hold({ do: "insert_card", personId: "chen" });
  await events.of("credential");
});

Deno.test("a tapped ID card and a tapped third-generation card are told", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  await kiosk.hold({ do: "tap_id_card", personId: "chen" });
  assert.equal((await events.of("credential")).credential.kind, "id_card");
  await kiosk.hold({ do: "tap_card", personId: "chen" });
  assert.equal((await events.of("credential")).credential.kind, "social_security_card");
});

Deno.test("after a visit nothing of the patient is on disk, and what libraries wrote is wiped", async () => {
  const wiped = Promise.withResolvers<void>();
  await using kiosk = await startKiosk({
    endDeviceSession: () => Promise.resolve(wiped.resolve()),
  });
  const events = await kiosk.listen();
  await kiosk.hold({ do: "insert_card", personId: "chen" });
  const { credential } = await events.of("credential");
  const reply = await kiosk.ask("POST", "/local/v1/identify", { credential });
  const made = await kiosk.ask("POST", "/local/v1/orders", {
    identificationId: reply.body.id,
    payable: { kind: "bills", billIds: ["B1"] },
    settlement: "insurance",
  });
  await events.of("order");
  const print = { slip: "pending" };
  await kiosk.ask("POST", `/local/v1/orders/${made.body.id}/print`, print);
  await kiosk.ask("POST", "/local/v1/calls", { reason: "help", orderId: made.body.id });
  await assertNoTrace(kiosk.dataFolder, made.body.id);
  await kiosk.ask("POST", "/local/v1/sessions/end");
  await wiped.promise;
  await kiosk.terminal[Symbol.asyncDispose]();
  await assertNoTrace(kiosk.dataFolder, made.body.id);
});

/** In every file, write-ahead log included, as UTF-8 and as the printer's and libraries' GBK. */
async function assertNoTrace(folder: string, orderId: string): Promise<void> {
  const written: string[] = [];
  for await (const file of Deno.readDir(folder)) {
    written.push(latin1(await Deno.readFile(`${folder}/${file.name}`)));
  }
  assert.ok(written.some((text) => text.includes(orderId)), "the order is there");
  const { name, socialSecurityNumber, cardNumber, cardIdentifier } = CARD;
  for (const trace of [name, socialSecurityNumber, cardNumber, cardIdentifier, "陈*明"]) {
    for (const encoding of ["utf8", "gbk", "utf16le"]) {
      const bytes = latin1(iconv.encode(trace, encoding));
      assert.ok(!written.some((text) => text.includes(bytes)), `${encoding} ${trace}`);
    }
  }
}

function latin1(bytes: Uint8Array): string {
  return iconv.decode(bytes, "latin1");
}

Deno.test("a scanned code is a payment code only while one is wanted", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  await kiosk.hold({ do: "scan_text", text: "134567890123456789" });
  assert.equal((await events.of("credential")).credential.kind, "scanned_code");
  await kiosk.ask("POST", "/local/v1/scanner/want", { want: "payment_code" });
  await kiosk.scannerReady();
  await kiosk.hold({ do: "scan_text", text: "134567890123456789" });
  assert.equal((await events.of("payment_code")).code, "134567890123456789");
});

Deno.test("sessions/end ends the identification at the platform and shuts its pages", async () => {
  await using kiosk = await startKiosk();
  const id = await kiosk.identify();
  const bills = `/local/v1/bills?identificationId=${id}`;
  assert.equal((await kiosk.ask("GET", bills)).status, 200);
  assert.equal((await kiosk.ask("POST", "/local/v1/sessions/end")).status, 204);
  const after = await kiosk.ask("GET", bills);
  assert.equal(after.body.code, "terminal.session_ended");
  await kiosk.terminal[Symbol.asyncDispose]();
  assert.equal(kiosk.platform.heardOf("DELETE", `/identifications/${id}`).length, 1);
});

Deno.test("a card still in the slot after the session is told again", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  await kiosk.hold({ do: "insert_card", personId: "chen" });
  await events.of("credential");
  await kiosk.ask("POST", "/local/v1/sessions/end");
  const told = await events.of("device");
  assert.deepEqual([told.status.device, told.status.mediaPresent], ["card_reader", true]);
});

Deno.test("with the line cut the screen hears so and keeps the last settings", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  await kiosk.ask("GET", "/local/v1/settings");
  await kiosk.ask("POST", "/dev/network", { on: false });
  while ((await events.of("platform")).connection !== "unreachable");
  const reply = await kiosk.ask("GET", "/local/v1/settings");
  assert.equal(reply.body.stale, true);
  const refused = await kiosk.ask("POST", "/local/v1/identify", {
    credential: { kind: "scanned_code", code: "123456" },
  });
  assert.equal(refused.body.code, "terminal.platform_unreachable");
  await kiosk.ask("POST", "/dev/network", { on: true });
  while ((await events.of("platform")).connection !== "connected");
});

Deno.test("bank cards are offered only where the reader takes them (R-KIO-23)", async () => {
  for (const readsBankCards of [true, false]) {
    await using kiosk = await startKiosk({ readsBankCards });
    const { body } = await kiosk.ask("GET", "/local/v1/settings");
    const { tenderModes } = body.settings;
    assert.equal(tenderModes.includes("card"), readsBankCards);
    assert.ok(tenderModes.includes("show_code"));
  }
});

Deno.test("a call for staff is sent once the line is back", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  await kiosk.ask("POST", "/dev/network", { on: false });
  const call = await kiosk.ask("POST", "/local/v1/calls", { reason: "help", orderId: null });
  assert.equal(call.status, 503);
  const sent = kiosk.platform.waitFor("POST", "/calls");
  await kiosk.ask("POST", "/dev/network", { on: true });
  while ((await events.of("platform")).connection !== "connected");
  await sent;
});

Deno.test("an order whose answer was lost has a slip that says not to pay again", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  const identificationId = await kiosk.identify();
  const order = { identificationId, payable: { kind: "bills", billIds: ["B1"] } };
  await kiosk.ask("POST", "/dev/network", { on: false });
  const made = await kiosk.ask("POST", "/local/v1/orders", { ...order, settlement: "insurance" });
  assert.equal(made.body.view, null);
  const printed = await kiosk.ask("POST", `/local/v1/orders/${made.body.id}/print`, {
    slip: "pending",
  });
  assert.deepEqual(printed.body, { kind: "printed" });
  const paper = await kiosk.ask("GET", "/dev/paper");
  const text = JSON.stringify(paper.body.sheets);
  assert.match(text, /不要重复支付/);
  assert.ok(text.includes(made.body.id.slice(0, 20)));
  await kiosk.ask("POST", "/dev/network", { on: true });
  assert.equal((await events.of("order")).order.id, made.body.id);
});

Deno.test("a receipt is refused for an order without one, and without paper says so", async () => {
  await using kiosk = await startKiosk();
  const identificationId = await kiosk.identify();
  const made = await kiosk.ask("POST", "/local/v1/orders", {
    identificationId,
    payable: { kind: "bills", billIds: ["B1"] },
    settlement: "self_pay",
  });
  const print = `/local/v1/orders/${made.body.id}/print`;
  const early = await kiosk.ask("POST", print, { slip: "receipt" });
  assert.equal(early.body.code, "terminal.nothing_to_print");
  await kiosk.hold({ do: "set_paper", paper: "out" });
  const dry = await kiosk.ask("POST", print, { slip: "pending" });
  assert.deepEqual(dry.body, { kind: "not_printed", reason: "paper_out" });
});

Deno.test("the dock's state shows what the hand did, and only in the dev role", async () => {
  await using kiosk = await startKiosk();
  const state = await kiosk.hold({ do: "insert_card", personId: "chen", fault: "unreadable" });
  assert.deepEqual(state.body.card, { personId: "chen", fault: "unreadable" });
  const twice = await kiosk.hold({ do: "insert_card", personId: "chen" });
  assert.equal(twice.status, 409);
  await kiosk.ask("POST", "/dev/clock", { jumpMs: 60_000 });
  const { body } = await kiosk.ask("GET", "/dev/state");
  assert.equal(body.clock.offsetMs, 60_000);
  await using plain = await startKiosk({ dev: false });
  assert.equal((await plain.ask("GET", "/dev/state")).status, 404);
});

Deno.test("what befalls the cabinet is told to screen, dock and platform", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  const stateOf = async (device: string) => {
    for (;;) {
      const { status } = await events.of("device");
      if (status.device === device) return status.state;
    }
  };
  await kiosk.hold({ do: "set_door", open: true });
  assert.equal(await stateOf("cabinet"), "door_open");
  await kiosk.hold({ do: "knock" });
  await kiosk.hold({ do: "set_supply", supply: "battery_low" });
  assert.equal(await stateOf("ups"), "battery_low");
  const { body } = await kiosk.hold({ do: "set_tamper", tampered: true });
  assert.equal(await stateOf("pin_pad"), "tampered");
  assert.deepEqual(body.cabinet, {
    doorOpen: true,
    supply: "battery_low",
    padTampered: true,
    jam: null,
    binFull: false,
    library: null,
  });
  for (const kind of ["cabinet.door_opened", "cabinet.vibration", "pin_pad.tampered"]) {
    await kiosk.shipped(kind);
  }
  await kiosk.hold({ do: "set_door", open: false });
  assert.equal(await stateOf("cabinet"), "online");
  await kiosk.hold({ do: "set_supply", supply: "mains" });
  assert.equal(await stateOf("ups"), "online");
  await kiosk.hold({ do: "set_tamper", tampered: false });
  assert.equal(await stateOf("pin_pad"), "no_keys");
  for (const device of ["pin_pad", "ups"]) {
    await kiosk.hold({ do: "set_device", device, online: false });
    assert.equal(await stateOf(device), "offline");
  }
});

Deno.test("a card that is jammed is told, and a technician's hand frees it", async () => {
  await using kiosk = await startKiosk();
  const events = await kiosk.listen();
  await kiosk.hold({ do: "insert_card", personId: "chen" });
  await events.of("credential");
  assert.equal((await kiosk.hold({ do: "set_jam", jam: "stuck" })).body.cabinet.jam, "stuck");
  assert.equal((await kiosk.hold({ do: "set_bin", full: true })).body.cabinet.binFull, true);
  const freed = await kiosk.hold({ do: "set_jam", jam: null });
  const emptied = await kiosk.hold({ do: "set_bin", full: false });
  assert.deepEqual([freed.body.cabinet.jam, emptied.body.cabinet.binFull], [null, false]);
  await kiosk.hold({ do: "pull_card" });
  await events.of("card_removed");
});

Deno.test("trouble of a card library is refused where there is none", async () => {
  await using kiosk = await startKiosk();
  const refused = await kiosk.hold({ do: "set_library", library: "crash" });
  assert.deepEqual([refused.status, refused.body.code], [409, "terminal.hand_refused"]);
});

const CARD: SocialSecurityCard = {
  region: "441900",
  socialSecurityNumber: "441900199001010000",
  cardNumber: "X00000019",
  cardIdentifier: "441900D15600000500BF7C7A48FB4966",
  name: "陈测试",
  version: "3.00",
};
const ID_CARD: IdCard = {
  document: "resident",
  name: "陈测试",
  idNumber: "441900199001010000",
  validUntil: "长期",
};

// deno-lint-ignore no-explicit-any -- answers of every route, looked into by the tests
type Json = any;

interface Kiosk extends AsyncDisposable {
  readonly terminal: RunningTerminal;
  readonly dataFolder: string;
  readonly platform: FakePlatform;
  ask(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: Json }>;
  hold(command: unknown): ReturnType<Kiosk["ask"]>;
  identify(): Promise<string>;
  listen(): Promise<Listener>;
  scannerReady(): Promise<void>;
  /** Resolves when the platform has such an event. */
  shipped(kind: string): Promise<void>;
}

async function startKiosk(
  given: {
    readonly dev?: boolean;
    readonly endDeviceSession?: () => Promise<void>;
    readonly readsBankCards?: boolean;
  } = {},
): Promise<Kiosk> {
  const platform = new FakePlatform();
  const clock = new OffsetClock();
  const pause: Pause = (ms, signal) => pauseFor(Math.min(ms, LONGEST_PAUSE_MS), signal);
  const hand = new DevDevices({ pause, readTakesMs: 1, printTakesMs: 1 });
  const { cardReader } = hand.devices;
  if (given.readsBankCards === false) {
    // As the driver of a reader for social-security cards: without the method.
    Object.defineProperty(cardReader, "readPayment", { value: undefined });
  }
  const dev: DevOptions = {
    hand,
    persons: () => Promise.resolve([]),
    findMedium: (_person, medium) =>
      Promise.resolve(
        medium === "social_security_card"
          ? { kind: medium, card: CARD, bank: null }
          : medium === "id_card"
          ? { kind: medium, card: ID_CARD }
          : { kind: "code", text: "123456" },
      ),
    jumpClock: (ms) => clock.jump(ms),
    clockOffsetMs: () => clock.offsetMs,
    usePhone: () => Promise.resolve({ kind: "done" }),
  };
  const folder = new TemporaryFolder();
  const dataFolder = folder.path;
  const terminal = await startTerminal({
    dataFolder,
    listen: { hostname: "127.0.0.1", port: 0 },
    platform: {
      kind: "token",
      url: "http://platform",
      token: "t",
      terminalId: "T1",
      fetch: platform.fetch,
    },
    devices: hand.devices,
    assets: new Map([
      ["/index.html", asset("text/html", "<!doctype html><html><head></head></html>")],
      ["/kiosk.js", asset("text/javascript", "start();")],
    ]),
    clock,
    log: SILENT_LOG,
    pause,
    ...(given.endDeviceSession && { endDeviceSession: given.endDeviceSession }),
    ...(given.dev === false ? {} : { dev }),
  });
  const listeners: Listener[] = [];
  const kiosk: Kiosk = {
    terminal,
    dataFolder,
    platform,
    async ask(method, path, body) {
      const response = await fetch(`${terminal.url}${path}`, {
        method,
        headers: { "x-kiosk-token": terminal.token, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === "" ? null : JSON.parse(text) };
    },
    hold: (command) => kiosk.ask("POST", "/dev/devices", command),
    async identify() {
      const reply = await kiosk.ask("POST", "/local/v1/identify", {
        credential: { kind: "scanned_code", code: "123456" },
      });
      return reply.body.id;
    },
    async listen() {
      const listener = await Listener.open(terminal);
      listeners.push(listener);
      return listener;
    },
    async scannerReady() {
      while (!(await kiosk.ask("GET", "/dev/state")).body.scanner.armed);
    },
    async shipped(kind) {
      while (!platform.events.some((event) => event.kind === kind)) {
        await pauseFor(1, new AbortController().signal);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(listeners.map((listener) => listener.close()));
      await terminal[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
  return kiosk;
}

/** `fetch` does not let a Host be set. */
function statusFor(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: new Agent({ keepAlive: false }) }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    }).on("error", reject);
  });
}

function asset(type: string, text: string) {
  return { type, bytes: new TextEncoder().encode(text) };
}

/** A screen's end of the event socket. */
class Listener {
  readonly #socket: WebSocket;
  readonly #events: TerminalEvent[] = [];
  #told = Promise.withResolvers<void>();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = (message) => {
      this.#events.push(JSON.parse(message.data));
      this.#told.resolve();
    };
  }

  static async open({ url, token }: RunningTerminal): Promise<Listener> {
    const address = `${url.replace("http", "ws")}/local/v1/events?token=${token}`;
    const socket = new WebSocket(address);
    const listener = new Listener(socket);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return listener;
  }

  async next(): Promise<TerminalEvent> {
    for (;;) {
      const event = this.#events.shift();
      if (event) return event;
      this.#told = Promise.withResolvers();
      await this.#told.promise;
    }
  }

  async of<Kind extends TerminalEvent["kind"]>(
    kind: Kind,
  ): Promise<Extract<TerminalEvent, { kind: Kind }>> {
    for (;;) {
      const event = await this.next();
      if (isOf(event, kind)) return event;
    }
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.onclose = resolve);
    this.#socket.close();
    await closed;
  }
}

function isOf<Kind extends TerminalEvent["kind"]>(
  event: TerminalEvent,
  kind: Kind,
): event is Extract<TerminalEvent, { kind: Kind }> {
  return event.kind === kind;
}
