import type { Page } from "playwright-core";
import { type DevDeviceForm, type DevStack, startDevStack } from "../../cli/dev/stack.ts";
import { openDatabase } from "../../cli/database.ts";
import { OffsetClock } from "../../server/platform/clock.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import type { DevDeviceCommand, DevState } from "../../terminal/dev_contract.ts";
import { openBrowser } from "../../tests/journeys/browser.ts";
import { freePorts } from "../../tests/journeys/stack.ts";
import { type Latencies, latenciesOf } from "../figures.ts";

const PERSON = "two_bills";
const PORTRAIT = { width: 1080, height: 1920 };
const WARM = 3;
const WAIT_MS_MAX = 20_000;
const LOOK_MS = 20;
/** At home the screen has nothing more to do. */
const REST_MS = 500;
const INSTANT = { readTakesMs: 0, moveTakesMs: 0 };

/** From the hand that puts a card in to the painted strip with the patient's name. */
export async function cardToPatient(devices: DevDeviceForm, inserts: number): Promise<Latencies> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await Deno.makeTempDir({ prefix: "yikatong-bench-" });
  stack.defer(() => Deno.remove(dataDir, { recursive: true }));
  const running = stack.use(await startStack(dataDir, devices));
  const browser = await openBrowser();
  stack.defer(() => browser.close());
  const page = await browser.newPage({ viewport: PORTRAIT });
  // Patients' screens alone; the dock is the developer's.
  await page.route("**/dock.js", (route) => route.abort());
  await page.addInitScript(watchPatient);
  const tookMs: number[] = [];
  for (let n = 0; n < WARM + inserts; n++) tookMs.push(await oneInsert(running, page));
  return latenciesOf(tookMs.slice(WARM));
}

async function startStack(dataDir: string, devices: DevDeviceForm): Promise<DevStack> {
  return await startDevStack({
    host: "127.0.0.1",
    port: freePorts(),
    dataDir,
    terminal: "0001",
    devices,
    deviceTimes: INSTANT,
    databaseUrl: undefined,
    openDatabase: () => openDatabase({ url: undefined, folder: `${dataDir}/database`, pool: 1 }),
    clock: new OffsetClock(),
    log: SILENT_LOG,
    step: () => {},
  });
}

async function oneInsert({ kiosk }: DevStack, page: Page): Promise<number> {
  await page.goto(kiosk.url);
  await page.waitForSelector("[data-step=home]", { timeout: WAIT_MS_MAX });
  await readerIsEmpty(kiosk);
  await rest(REST_MS);
  const insertedAt = Date.now();
  await hold(kiosk, { do: "insert_card", personId: PERSON });
  const painted = await page.waitForFunction(
    () => Number(document.documentElement.dataset["patientPaintedAt"] ?? "0") || null,
    null,
    { timeout: WAIT_MS_MAX },
  );
  const paintedAt = Number(await painted.jsonValue());
  await hold(kiosk, { do: "pull_card" });
  await send(kiosk, "/local/v1/sessions/end", {});
  return paintedAt - insertedAt;
}

/** Runs in the page before its own scripts. */
function watchPatient(): void {
  new MutationObserver((_changes, observer) => {
    if (!document.querySelector("[data-testid=patient]")) return;
    observer.disconnect();
    // The first callback is before the frame is painted, the second after it.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        document.documentElement.dataset["patientPaintedAt"] = String(Date.now());
      })
    );
  }).observe(document, { childList: true, subtree: true });
}

async function readerIsEmpty(kiosk: DevStack["kiosk"]): Promise<void> {
  const until = performance.now() + WAIT_MS_MAX;
  while (performance.now() < until) {
    const response = await fetch(`${kiosk.url}/dev/state`, {
      headers: { "x-kiosk-token": kiosk.token },
    });
    const { devices }: DevState = await response.json();
    const reader = devices.find(({ device }) => device === "card_reader");
    if (reader?.state === "online" && !reader.mediaPresent) return;
    await rest(LOOK_MS);
  }
  throw new Error("Cannot go on: the card reader does not get ready");
}

async function hold(kiosk: DevStack["kiosk"], command: DevDeviceCommand): Promise<void> {
  await send(kiosk, "/dev/devices", command);
}

async function send({ url, token }: DevStack["kiosk"], path: string, body: unknown) {
  const response = await fetch(url + path, {
    method: "POST",
    headers: { "x-kiosk-token": token, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Cannot post ${path}: ${await response.text()}`);
  await response.body?.cancel();
}

function rest(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
