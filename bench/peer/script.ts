import { isId } from "../../server/platform/ids.ts";
import { type Statement, textOf } from "./statement.ts";

/** A captured visit as a pgbench script: the same statements, in the same transactions. */
export interface PeerScript {
  readonly text: string;
  /** Values that stay the same, by variable; strings cannot stand in the script itself. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Every parameter becomes a pgbench variable, so that `-M prepared` sends what the platform sends.
 * Ids that the visit made, and whatever else would have visits take turns on one row, are made
 * anew for each iteration; `clientRows` names those values and the SQL that replaces them.
 */
export function peerScript(
  statements: readonly Statement[],
  options: {
    readonly madeIds: ReadonlySet<string>;
    readonly clientRows: ReadonlyMap<string, ClientRow>;
  },
): PeerScript {
  const names = new Map<string, string>();
  const variables = new Map<string, string>();
  const fresh: string[] = [];
  function variableOf(text: string, sql: string): string {
    const row = options.clientRows.get(text);
    const isClients = row !== undefined && sql.includes(row.table);
    const key = isClients ? `${text}\0own` : text;
    const known = names.get(key);
    if (known !== undefined) return known;
    const name = `v${names.size + 1}`;
    names.set(key, name);
    if (isClients) fresh.push(`${row.sql} as ${name}`);
    else if (options.madeIds.has(text)) fresh.push(`${freshId(text)} as ${name}`);
    else variables.set(name, text);
    return name;
  }
  const lines = statements.map(({ sql, values }) => {
    const filled = sql.replace(/\$(\d+)/g, (_, place: string) => {
      const text = textOf(values[Number(place) - 1]);
      return text === null ? "null" : `:${variableOf(text, sql)}`;
    });
    return `${filled};`;
  });
  const head = fresh.length === 0 ? [] : [`select ${fresh.join(", ")} \\gset`];
  return { text: [...head, ...lines, ""].join("\n"), variables };
}

/** A value that each client has its own of: the platform's patients are at places of their own. */
export interface ClientRow {
  readonly table: string;
  /** An expression in pgbench's `:client_id`. */
  readonly sql: string;
}

/** The same time, so that it falls into the same partition; the rest random, as in UUIDv7. */
function freshId(id: string): string {
  const random = "md5(random()::text)";
  return `'${
    id.slice(0, 14)
  }7' || substr(${random}, 1, 3) || '-8' || substr(${random}, 1, 3) || '-' || ` +
    `substr(${random}, 1, 12)`;
}

/** UUIDs that appear in a visit and were not there before it began. */
export function idsMadeSince(statements: readonly Statement[], began: Date): Set<string> {
  const from = began.getTime();
  return new Set(
    statements.flatMap(({ values }) => values)
      .filter((value): value is string => typeof value === "string" && isId(value))
      .filter((id) => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) >= from),
  );
}
