import { control, type Reply } from "./terminal_line.ts";

/** Lists of the sandbox's control side, as they come. */

export type Row = Readonly<Record<string, unknown>>;

const LINES_MAX = 20_000;

/** How the control side is asked: over a socket when nothing else is said. */
export type AskControl = <Body>(url: string) => Promise<Reply<Body> | null>;

/** All of a list; a list that is cut off would hide what is behind it. */
export async function readRows(
  url: string,
  what: string,
  ask: AskControl = control,
): Promise<readonly Row[]> {
  const path = `${url}/sandbox/${what}?limit=${LINES_MAX}`;
  const reply = await ask<Record<string, Row[]>>(path);
  const rows = reply?.isOk ? reply.body[what] : undefined;
  if (!rows) throw new Error(`Cannot read a party's books: ${path} did not answer`);
  if (rows.length >= LINES_MAX) throw new Error(`Cannot read all of ${path}`);
  return rows;
}

export function fenIn(row: Row, column: string): bigint {
  const value = row[column];
  return typeof value === "string" ? BigInt(value) : 0n;
}
