import type { FaultStage } from "./stage.ts";

/** A terminal's line: to any process that lives, with a bounded wait. Null: no answer came. */

const WAIT_MS_MAX = 15_000;

export interface Reply<Body> {
  readonly isOk: boolean;
  readonly status: number;
  readonly body: Body;
}

export interface TerminalLine {
  get<Body>(path: string): Promise<Reply<Body> | null>;
  post<Body>(path: string, body?: unknown): Promise<Reply<Body> | null>;
}

export function terminalLine(
  { doors, terminalToken }: Pick<FaultStage, "doors" | "terminalToken">,
  { terminalId, pick }: { readonly terminalId: string; readonly pick: (end: number) => number },
): TerminalLine {
  async function ask<Body>(method: string, path: string, body?: unknown) {
    const open = doors.filter(({ process }) => process.isReady);
    const door = open[pick(Math.max(open.length, 1))];
    if (!door) return null;
    return await exchange<Body>(door.url + path, {
      method,
      headers: {
        authorization: `Bearer ${terminalToken}`,
        "x-terminal-id": terminalId,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
  return {
    get: (path) => ask("GET", path),
    post: (path, body) => ask("POST", path, body),
  };
}

/** The control side of the outside world. */
export function control<Body>(url: string, body?: unknown): Promise<Reply<Body> | null> {
  return exchange(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function exchange<Body>(url: string, init: RequestInit): Promise<Reply<Body> | null> {
  try {
    const reply = await fetch(url, { ...init, signal: AbortSignal.timeout(WAIT_MS_MAX) });
    const text = await reply.text();
    const body = text === "" ? null : JSON.parse(text);
    return { isOk: reply.ok, status: reply.status, body };
  } catch {
    return null;
  }
}
