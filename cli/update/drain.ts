import { removeDurably, writeDurably } from "../../terminal/releases/durable.ts";
import { readWords, RELEASE_NAMES, REQUEST_NAMES } from "../../terminal/releases/layout.ts";
import { StartError } from "../command.ts";
import { nowSeconds, type UpdateDeps } from "./deps.ts";

const LOOK_WAIT_MS = 1_000;
/** From the last look till systemd has stopped the terminal; it takes patients again after that. */
const RESTART_SECONDS_MAX = 120;

export interface Hold extends AsyncDisposable {
  /** Disposing leaves it standing: the restart is on its way, and the hold ends by itself. */
  keepTillRestart(): void;
}

/**
 * Asks the terminal to take no new patient and waits till the last one is gone and paid. A terminal
 * that does not run serves nobody; its unfinished orders are taken up by whichever release starts.
 */
export async function drained(deps: UpdateDeps, secondsMax: number): Promise<Hold> {
  const { releases, requests, clock, pause } = deps;
  const path = `${releases}/${RELEASE_NAMES.hold}`;
  const id = crypto.randomUUID();
  const deadline = nowSeconds(deps) + secondsMax;
  await writeDurably(path, `${id} ${deadline + RESTART_SECONDS_MAX}\n`);
  const never = new AbortController().signal;
  while (!await isDrained(requests, id)) {
    if (nowSeconds({ clock }) >= deadline) {
      await removeDurably(path);
      throw new StartError(
        "终端一直有人使用或有未完成的订单，没有切换：稍后再试，或在服务时间以外进行",
      );
    }
    await pause(LOOK_WAIT_MS, never);
  }
  let isKept = false;
  return {
    keepTillRestart: () => isKept = true,
    async [Symbol.asyncDispose]() {
      if (!isKept) await removeDurably(path);
    },
  };
}

async function isDrained(requests: string, id: string): Promise<boolean> {
  const [told] = await readWords(`${requests}/${REQUEST_NAMES.drained}`) ?? [];
  return told === id || !await isTerminalRunning(requests);
}

/** A running terminal holds the lock on that file. */
export async function isTerminalRunning(requests: string): Promise<boolean> {
  let lock: Deno.FsFile;
  try {
    lock = await Deno.open(`${requests}/${REQUEST_NAMES.running}`, { read: true });
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return false;
    throw thrown;
  }
  using held = lock;
  return !await held.tryLock(false);
}
