import { RUN_FLAGS } from "../cli.ts";
import { chosenDevices, freePorts } from "./stack.ts";

/** `yikatong dev` as a process of its own, on its own data, so that it can be killed. */
export interface DevProcess extends AsyncDisposable {
  readonly kioskUrl: string;
  readonly sandboxUrl: string;
  /** As when the power fails: nothing is written, nobody is told. */
  kill(): Promise<void>;
  /** Starts it (again) on what is on disk; resolves when it serves. */
  start(): Promise<void>;
  /** The token of its present boot. */
  token(): Promise<string>;
}

const READY = "已就绪";

export async function devProcess(): Promise<DevProcess> {
  const data = await Deno.makeTempDir({ prefix: "yikatong-killed-" });
  const port = freePorts();
  const kioskUrl = `http://127.0.0.1:${port + 1}`;
  let running: Deno.ChildProcess | null = null;
  async function kill(): Promise<void> {
    running?.kill("SIGKILL");
    await running?.status;
    running = null;
  }
  return {
    kioskUrl,
    sandboxUrl: `http://127.0.0.1:${port + 2}/`,
    kill,
    async start() {
      running = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", ...RUN_FLAGS, "main.ts", "dev", "--data", data, "--port", `${port}`],
          ...["--devices", chosenDevices()],
        ],
        stdout: "piped",
        stderr: "null",
      }).spawn();
      await isReady(running.stdout);
    },
    async token() {
      const page = await (await fetch(kioskUrl)).text();
      return /name="kiosk-token" content="([0-9a-f]+)"/.exec(page)?.[1] ?? "";
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await Deno.remove(data, { recursive: true });
    },
  };
}

async function isReady(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  let said = "";
  for await (
    const text of output.pipeThrough(new TextDecoderStream()).values({ preventCancel: true })
  ) {
    said += text;
    if (said.includes(READY)) return;
  }
  throw new Error(`Cannot start "yikatong dev": it said ${JSON.stringify(said)}`);
}
