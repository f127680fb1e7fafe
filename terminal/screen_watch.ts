import { Hono } from "hono";
import { z } from "zod";
import type { Log } from "../server/platform/log.ts";
import type { ScreenSize } from "./contract.ts";
import { readBody } from "./local_requests.ts";

/** Beyond any screen: four of 8K side by side. */
const PIXELS_MAX = 32_768;

const beatRequest = z.strictObject({
  width: z.int().min(1).max(PIXELS_MAX),
  height: z.int().min(1).max(PIXELS_MAX),
});

/** What whoever keeps the browser running is told of the page in it. */
export interface ScreenSight {
  /** Null before the first sign of this boot. */
  readonly silentMs: number | null;
  readonly size: ScreenSize | null;
}

/** Where the last sign of the page is kept: it gives one only as long as it is drawn. */
export class ScreenWatch {
  readonly #nowMs: () => number;
  readonly #log: Log;
  #last: { readonly atMs: number; readonly size: ScreenSize } | null = null;

  constructor(deps: { readonly nowMs: () => number; readonly log: Log }) {
    this.#nowMs = deps.nowMs;
    this.#log = deps.log;
  }

  beat(size: ScreenSize): void {
    const before = this.#last?.size;
    if (before?.width !== size.width || before.height !== size.height) {
      this.#log.info("Screen drawn", { ...size });
    }
    this.#last = { atMs: this.#nowMs(), size };
  }

  get sight(): ScreenSight {
    if (!this.#last) return { silentMs: null, size: null };
    return { silentMs: Math.round(this.#nowMs() - this.#last.atMs), size: this.#last.size };
  }
}

/** For the page, behind its token. */
export function screenRoutes(screen: ScreenWatch): Hono {
  const app = new Hono();
  app.post("/beat", async (context) => {
    const body = await readBody(context, beatRequest);
    if (body instanceof Response) return body;
    screen.beat(body);
    return context.body(null, 204);
  });
  return app;
}
