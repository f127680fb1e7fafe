import type { LogEvent } from "kysely";

/** One statement as it went to the server. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export function statementOf(event: LogEvent): Statement {
  return { sql: event.query.sql, values: event.query.parameters };
}

/** A value as the wire's text format has it; null has none. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${value.toHex()}`;
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    default:
      throw new TypeError(`Cannot send a value of type ${typeof value}: expected a plain one`);
  }
}
