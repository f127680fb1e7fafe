import { exists } from "../../tools/exists.ts";
import { until } from "./until.ts";

const TRIES_MAX = 5;

export interface Display extends AsyncDisposable {
  /** As `DISPLAY` wants it. */
  readonly name: string;
}

/** A screen of one's own, in memory. */
export async function startDisplay(
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Display> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const number = 100 + Math.floor(Math.random() * 800);
    const server = new Deno.Command("/usr/bin/Xvfb", {
      args: [`:${number}`, "-screen", "0", `${width}x${height}x24`, "-nolisten", "tcp"],
      stdout: "null",
      stderr: "null",
    }).spawn();
    let ended = false;
    void server.status.then(() => ended = true);
    const socket = `/tmp/.X11-unix/X${number}`;
    await until("an X server", async () => ended || await exists(socket), (there) => there);
    if (ended) continue;
    return {
      name: `:${number}`,
      async [Symbol.asyncDispose]() {
        server.kill("SIGTERM");
        await server.status;
      },
    };
  }
  throw new Error(`Cannot start Xvfb: ${TRIES_MAX} display numbers were taken`);
}
