import type { AuditChange } from "./contract.ts";

const CHANGES_MAX = 200;
const VALUE_LENGTH_MAX = 500;

type Values = ReadonlyMap<string, string>;

/**
 * What differs between an event's `before` and `after`: JSON texts as the settings module writes
 * them, or plain words. Values inside objects are named by their path.
 */
export function changesOf(
  fields: Readonly<Record<string, unknown>>,
): readonly AuditChange[] {
  if (!("before" in fields) || !("after" in fields)) return [];
  const [before, after] = [valuesOf(fields.before), valuesOf(fields.after)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((name) => ({
      name,
      before: before.get(name) ?? null,
      after: after.get(name) ?? null,
    }))
    .filter((change) => change.before !== change.after)
    .slice(0, CHANGES_MAX);
}

function valuesOf(field: unknown): Values {
  const found = new Map<string, string>();
  if (field !== null) collect(parsed(field), "", found);
  return found;
}

function parsed(field: unknown): unknown {
  if (typeof field !== "string") return field;
  try {
    return JSON.parse(field);
  } catch {
    return field;
  }
}

function collect(value: unknown, name: string, found: Map<string, string>): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [part, inner] of Object.entries(value)) {
      collect(inner, name === "" ? part : `${name}.${part}`, found);
    }
    return;
  }
  const text = typeof value === "string" ? value : JSON.stringify(value);
  found.set(name, (text ?? "").slice(0, VALUE_LENGTH_MAX));
}
