import type { ServiceManager } from "./config.ts";
import { reasonOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Pause } from "./pause.ts";

/** Beats in the time the service manager waits for one, so that a late one is no death. */
const BEATS_PER_WAIT = 3;

export interface ServiceNoticesOptions {
  /** Null where no service manager started this process: then nothing is told. */
  readonly manager: ServiceManager | null;
  /** What must answer for this process to count as alive; its refusal is an answer, too. */
  readonly ask: () => Promise<unknown>;
  readonly log: Log;
  readonly pause: Pause;
}

/**
 * What the service manager is told (sd_notify(3)): that this process serves, that it is alive, that
 * it ends. A notice that cannot be sent stops no service; systemd then decides by its own clock.
 */
export class ServiceNotices implements AsyncDisposable {
  readonly #options: ServiceNoticesOptions;
  readonly #socket: Deno.DatagramConn | null;
  readonly #ended = new AbortController();
  #watch: Promise<void> | null = null;

  constructor(options: ServiceNoticesOptions) {
    this.#options = options;
    this.#socket = openSocket(options);
  }

  /** Once there is somebody at the door; again is no harm. */
  async ready(): Promise<void> {
    if (this.#watch) return;
    this.#watch = this.#keepWatch();
    await this.#tell("READY=1");
  }

  async stopping(): Promise<void> {
    await this.#tell("STOPPING=1");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#watch;
    this.#socket?.close();
    removeSocket(this.#options.manager);
  }

  async #keepWatch(): Promise<void> {
    const { manager, log, pause } = this.#options;
    if (!manager?.watchdogMs) return;
    const everyMs = manager.watchdogMs / BEATS_PER_WAIT;
    const { signal } = this.#ended;
    while (!signal.aborted) {
      if (await this.#answers(everyMs)) await this.#tell("WATCHDOG=1");
      else if (!signal.aborted) log.error("No answer: the watchdog is not told", { everyMs });
      await pause(everyMs, signal);
    }
  }

  /** A database that is down answers so, and no restart would bring it back; a stuck pool is silent. */
  async #answers(waitMs: number): Promise<boolean> {
    const { ask, pause } = this.#options;
    const decided = new AbortController();
    const { signal: ended } = this.#ended;
    const answer = ask().then(() => true, () => true);
    const late = pause(waitMs, AbortSignal.any([decided.signal, ended])).then(() => false);
    const isAlive = await Promise.race([answer, late]);
    decided.abort();
    return isAlive;
  }

  async #tell(state: "READY=1" | "WATCHDOG=1" | "STOPPING=1"): Promise<void> {
    const { manager, log } = this.#options;
    if (!manager || !this.#socket) return;
    try {
      const to = { transport: "unixpacket", path: pathOf(manager.socket) } as const;
      await this.#socket.send(new TextEncoder().encode(state), to);
    } catch (thrown) {
      log.warn("Service manager not told", { state, why: reasonOf(thrown) });
    }
  }
}

/** One's own end of the line: the runtime sends from no socket without a name. */
function openSocket({ manager, log }: ServiceNoticesOptions): Deno.DatagramConn | null {
  if (!manager) return null;
  try {
    removeSocket(manager);
    return Deno.listenDatagram({ transport: "unixpacket", path: ownNotifyPath(manager) });
  } catch (thrown) {
    log.warn("Service manager cannot be told anything", { why: reasonOf(thrown) });
    return null;
  }
}

/** Also what a process that was killed left there. */
function removeSocket(manager: ServiceManager | null): void {
  if (!manager) return;
  try {
    Deno.removeSync(ownNotifyPath(manager));
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}

/** The address of our end of the line. */
export function ownNotifyPath({ folder }: Pick<ServiceManager, "folder">): string {
  return `${folder}/notify.sock`;
}

/** `@` stands for the zero byte that an abstract name begins with. */
function pathOf(socket: string): string {
  return socket.startsWith("@") ? `\0${socket.slice(1)}` : socket;
}
