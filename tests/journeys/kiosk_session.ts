import { ROOT } from "../../tools/source_files.ts";
import { RUN_FLAGS } from "../cli.ts";
import type { Display } from "./display.ts";
import { descendantsOf, type Process, processes } from "./processes.ts";

/** A failure's report has room for the end of each. */
const TOLD_CHARS_MAX = 500;

export interface KioskSession extends AsyncDisposable {
  /** The browser that `yikatong kiosk` keeps now, if there is one. */
  findBrowser(): Promise<Process | null>;
  /** Stops whatever draws pages, as a graphics driver that hangs would. */
  freeze(browser: Process): Promise<void>;
  /** What `yikatong kiosk` said so far. */
  said(): string;
  /** Runs it; where it fails, the error has what the program, the browser and its page said. */
  told(run: () => Promise<void>): Promise<void>;
}

export interface SessionOptions {
  readonly folder: string;
  readonly display: Display;
  /** Of the terminal. */
  readonly url: string;
}

/** `yikatong kiosk` as a process of its own, with the machine's Chromium. */
export async function startSession(
  { folder, display, url }: SessionOptions,
): Promise<KioskSession> {
  const config = `${folder}/kiosk.toml`;
  const browserLog = `${folder}/browser.log`;
  const flags = ["--no-sandbox", "--disable-gpu", "--enable-logging", `--log-file=${browserLog}`];
  await Deno.writeTextFile(
    config,
    `url = "${url}/"
browser = "/usr/bin/chromium"
browser_flags = ${JSON.stringify(flags)}
work_dir = "${folder}/kiosk"
`,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", ...RUN_FLAGS, new URL("main.ts", ROOT).pathname, "kiosk", "--config", config],
    env: { DISPLAY: display.name },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const logged = new Heard(child.stdout);
  const complained = new Heard(child.stderr);
  return {
    async findBrowser() {
      const all = await processes();
      return all.find(({ parent, line }) => parent === child.pid && line.includes("--kiosk")) ??
        null;
    },
    async freeze({ pid }) {
      const all = descendantsOf(pid, await processes());
      const drawing = all.filter(({ line }) => line.includes("--type=renderer"));
      if (drawing.length === 0) throw new Error("Cannot freeze the picture: nothing draws");
      for (const each of drawing) stopProcess(each);
    },
    said: () => logged.text,
    async told(run) {
      try {
        await run();
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        const browser = await Deno.readTextFile(browserLog).catch(String);
        const all = { kiosk: logged.text, complaints: complained.text, browser };
        throw new Error([why, ...Object.entries(all).map(endOf)].join("\n"), { cause });
      }
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended.
      }
      await child.status;
      await Promise.all([logged.ended, complained.ended]);
    },
  };
}

function endOf([name, text]: readonly [string, string]): string {
  return `--- ${name}: ${text.trim().slice(-TOLD_CHARS_MAX)}`;
}

function stopProcess({ pid }: Process): void {
  try {
    Deno.kill(pid, "SIGSTOP");
  } catch (thrown) {
    // Browsers end those that they have in reserve.
    if (!(thrown instanceof Deno.errors.NotFound)) throw thrown;
  }
}

/** What comes out of a pipe, as far as it has come. */
class Heard {
  readonly ended: Promise<void>;
  #text = "";

  constructor(pipe: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.ended = this.#hear(pipe);
  }

  get text(): string {
    return this.#text;
  }

  async #hear(pipe: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const text of pipe.pipeThrough(new TextDecoderStream())) this.#text += text;
  }
}
