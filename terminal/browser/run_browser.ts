import type { ScreenSize } from "../contract.ts";
import { browserArguments, FIREFOX_PREFERENCES } from "./arguments.ts";
import type { Browser } from "./browsers.ts";
import type { KioskConfig } from "./config.ts";
import type { RunningBrowser } from "./keep_browser.ts";

/** A browser that saves what it need not save has ended by then. */
const END_MS_MAX = 5_000;

export interface RunOptions {
  readonly config: Pick<KioskConfig, "url" | "browser_flags" | "work_dir">;
  readonly size: ScreenSize | null;
}

/** With nothing left of whoever was there before: no history, no cache, no lock of a crash. */
export async function startBrowser(
  browser: Browser,
  { config, size }: RunOptions,
): Promise<RunningBrowser> {
  const profile = `${config.work_dir}/profile`;
  await emptyFolder(profile);
  if (browser.family === "firefox") {
    await Deno.writeTextFile(`${profile}/user.js`, `${FIREFOX_PREFERENCES.join("\n")}\n`);
  }
  const { url, browser_flags: more } = config;
  const child = new Deno.Command(browser.path, {
    args: browserArguments({ browser, profile, url, size, more }),
    // Those that take no folder of a profile look for theirs there.
    env: { XDG_CONFIG_HOME: profile, XDG_CACHE_HOME: profile },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const ended = child.status.then(({ code }) => code);
  return { ended, stop: () => end(child, ended) };
}

async function end(child: Deno.ChildProcess, ended: Promise<number>): Promise<void> {
  send(child, "SIGTERM");
  const timer = setTimeout(() => send(child, "SIGKILL"), END_MS_MAX);
  await ended;
  clearTimeout(timer);
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch (thrown) {
    // It has ended by itself.
    if (!(thrown instanceof TypeError)) throw thrown;
  }
}

async function emptyFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
}
