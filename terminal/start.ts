import type { KioskDevices } from "../ffi/contract.ts";
import type { Clock } from "../server/platform/clock.ts";
import type { Log } from "../server/platform/log.ts";
import { localApp } from "./app.ts";
import { Background } from "./background.ts";
import type { PadRegister } from "./devices/pad_register.ts";
import { CardPayments } from "./card_payments.ts";
import type { TerminalEvent } from "./contract.ts";
import type { DevOptions } from "./dev_port.ts";
import { DeviceSupervisor } from "./device_supervisor.ts";
import { newToken } from "./door.ts";
import { EventHub } from "./event_hub.ts";
import { FaceReading } from "./face_reading.ts";
import { GatheredChanges } from "./gathered_changes.ts";
import { Journal } from "./journal.ts";
import { beat } from "./heartbeat.ts";
import { noteKeeper } from "./keep_note.ts";
import { lineNotes } from "./line_notes.ts";
import { Orders } from "./orders.ts";
import type { KioskAssets } from "./pages.ts";
import { PadKeeper } from "./pad_keys/pad_keeper.ts";
import { PatientSession } from "./patient_session.ts";
import { followReleases, servesScreens } from "./releases/follow_releases.ts";
import type { ReleasePlaces } from "./releases/running.ts";
import { type Pause, pauseFor } from "../server/platform/pause.ts";
import { PlatformClient, type PlatformOptions } from "./platform_client.ts";
import { watchPulse } from "./pulse.ts";
import { openDischarges } from "./discharges.ts";
import { openRefunds } from "./refunds.ts";
import { ScreenWatch } from "./screen_watch.ts";
import { SettleNotices } from "./settle_notices.ts";
import { SettingsWatch } from "./settings_watch.ts";
import { shipEvents } from "./ship_events.ts";
import { loadCharacters } from "./slips/escpos.ts";

export interface TerminalOptions {
  /** Absent where nobody updates this terminal, as in a demo. */
  readonly releases?: ReleasePlaces;
  /** Exists already; the journal is put there. */
  readonly dataFolder: string;
  /** One that is open already, for whoever needs it before the terminal starts; stays theirs. */
  readonly journal?: Journal;
  /** Of the release, as the platform is told it. */
  readonly version?: string;
  readonly listen: { readonly hostname: string; readonly port: number };
  /** Names under which the screens may be opened; loopback alone unless said otherwise. */
  readonly allowedHosts?: readonly string[];
  readonly platform: PlatformOptions;
  readonly devices: KioskDevices;
  /** Of the PIN pad's slots, as the kiosk's file says; the usual ones without. */
  readonly padRegister?: PadRegister;
  /** Wipes what vendors' libraries wrote of the patient. */
  readonly endDeviceSession?: () => Promise<void>;
  readonly assets: KioskAssets;
  readonly clock: Clock;
  readonly log: Log;
  readonly pause?: Pause;
  /** Only where a dev dock may be shown. */
  readonly dev?: DevOptions;
}

export interface RunningTerminal extends AsyncDisposable {
  readonly url: string;
  /** What the screens send as `x-kiosk-token`; of this boot only. */
  readonly token: string;
}

export const JOURNAL_FILE = "journal.sqlite";

const LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"];

/** Starts the kiosk process: devices, journal, local server. Disposing it stops everything. */
export async function startTerminal(options: TerminalOptions): Promise<RunningTerminal> {
  const { clock, log, devices, assets, dev } = options;
  const pause = options.pause ?? pauseFor;
  await using stack = new AsyncDisposableStack();

  const hub = new EventHub();
  stack.defer(() => hub.close());
  const tell = (event: TerminalEvent) => hub.tell(event);
  if (dev) tellDock({ devices, hand: dev.hand, stack, tell });
  const journal = options.journal ??
    stack.use(new Journal(`${options.dataFolder}/${JOURNAL_FILE}`, clock));
  const note = noteKeeper({ journal, log });
  const nowMs = () => performance.now();
  const noteLine = lineNotes(note, nowMs);
  const background = stack.use(new Background(log, pause));
  const client: PlatformClient = new PlatformClient({
    options: options.platform,
    pause,
    log,
    tell(connection) {
      noteLine(connection);
      tell({ kind: "platform", connection });
    },
    catchUp: () => orders.catchUp(),
  });
  const { insuranceTerminal = null } = devices;
  const notices = new SettleNotices({
    terminal: insuranceTerminal,
    clock,
    pause,
    background,
    note,
  });
  const orders: Orders = stack.use(
    new Orders({
      journal,
      client,
      clock,
      pause,
      log,
      tell,
      watch: (identificationId, view) => notices.noteOrder(identificationId, view),
    }),
  );
  const settings = new SettingsWatch({
    client,
    journal,
    pause,
    tell: (known) => tell({ kind: "settings", settings: known }),
    readsBankCards: devices.cardReader.readPayment !== undefined,
  });
  const { pinPad } = devices;
  const keeper = pinPad
    ? new PadKeeper({
      pinPad,
      register: options.padRegister ?? null,
      client,
      memory: journal.pad,
      pause,
      note,
      tellChanged: () => background.run("look at the PIN pad", () => supervisor.lookAtPinPad()),
    })
    : null;
  const supervisor: DeviceSupervisor = stack.use(
    new DeviceSupervisor({ devices, pause, log, tell, note, padKeys: keeper }),
  );
  const session = new PatientSession();
  const parts = pinPad && keeper ? { pinPad, keeper } : null;
  const cards = new CardPayments({
    parts,
    supervisor,
    orders,
    background,
    clock,
    log,
    tell,
    settings,
  });

  const faces = new FaceReading({ terminal: insuranceTerminal, settings, clock });

  const printer = devices.receiptPrinter;
  const refunds = openRefunds({ client, clock, printer, settings });
  const discharges = openDischarges({ client, clock, printer, settings });

  const token = newToken();
  const app = localApp({
    session,
    orders,
    cards,
    refunds,
    discharges,
    faces,
    notices,
    supervisor,
    client,
    background,
    settings,
    journal,
    hub,
    screen: new ScreenWatch({ nowMs, log }),
    assets,
    token,
    clock,
    pause,
    log,
    tell,
    note,
    ...(options.endDeviceSession && { endDeviceSession: options.endDeviceSession }),
    printer,
    allowedHosts: options.allowedHosts ?? LOOPBACK_HOSTS,
    dev: dev
      ? {
        dev,
        devices,
        supervisor,
        client,
        clock,
        tellChanged: () => tell({ kind: "dev_changed" }),
      }
      : null,
  });
  loadCharacters();
  await supervisor.start();
  const server = Deno.serve({ ...options.listen, onListen: () => {} }, app.fetch);
  stack.defer(() => server.shutdown());
  stack.defer(() => hub.close());
  orders.resume();
  background.keepUp("watch the settings", (signal) => settings.watch(signal));
  background.keepUp("watch the pulse", (signal) => watchPulse({ client, pause }, signal));
  const { events } = journal;
  if (keeper) background.keepUp("keep the pad's keys", (signal) => keeper.watch(signal));
  background.keepUp("ship events", (signal) => shipEvents({ client, events, pause, log }, signal));
  const { dataFolder, version = "development" } = options;
  note({ kind: "terminal.started", severity: "info", fields: { version } });
  const heart = { client, journal, supervisor, padKeys: keeper, dataFolder, version, clock, pause };
  background.keepUp("tell how the terminal is", (signal) => beat(heart, signal));
  if (options.releases) {
    const { port } = server.addr;
    const isServing = () => servesScreens(`http://127.0.0.1:${port}/`);
    const shared = { session, journal, settings, supervisor, client, background, isServing };
    await followReleases({ ...shared, ...options.releases, version, clock, pause, note, log });
  }
  // Last in, first out: calls under way end before anything that waits for them is disposed.
  stack.defer(() => client.close());

  const running = stack.move();
  return {
    url: `http://${hostOf(options.listen.hostname)}:${server.addr.port}`,
    token,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Also what is no change of state for the patient's screen, as paper that was printed. */
function tellDock({ devices, hand, stack, tell }: {
  readonly devices: KioskDevices;
  readonly hand: DevOptions["hand"];
  readonly stack: AsyncDisposableStack;
  readonly tell: (event: TerminalEvent) => void;
}): void {
  const { changed } = stack.use(new GatheredChanges(() => tell({ kind: "dev_changed" })));
  hand.onChange(changed);
  stack.defer(devices.cardReader.subscribe(changed));
  stack.defer(devices.idCardReader.subscribe(changed));
  stack.defer(devices.scanner.subscribe(changed));
  stack.defer(devices.receiptPrinter.subscribe(changed));
}

/** A wildcard address is not one that can be opened. */
function hostOf(hostname: string): string {
  return hostname === "0.0.0.0" || hostname === "::" ? "127.0.0.1" : hostname;
}
