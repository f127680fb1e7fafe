/** What a process may do, kind by kind; "all" is a whole kind, an empty list nothing of it. */
export interface Grants {
  /** Files and folders with all in them, absolute. */
  readonly read: Grant;
  readonly write: Grant;
  /** `host:port`, a host with any port, or `unix:/path`. */
  readonly net: Grant;
  /** Libraries, absolute. */
  readonly ffi: Grant;
  /** Programs that may be started. */
  readonly run: Grant;
  /** Names of what of the machine is asked for. */
  readonly sys: Grant;
  /** Names, or beginnings of names with "*". */
  readonly env: Grant;
  /** Hosts that code comes from: none, but for what needs every kind. */
  readonly import: Grant;
}

export type Grant = "all" | readonly string[];

export const NOTHING: Grants = {
  read: [],
  write: [],
  net: [],
  ffi: [],
  run: [],
  sys: [],
  env: [],
  import: [],
};

export function together(parts: readonly Partial<Grants>[]): Grants {
  const of = (kind: keyof Grants): Grant => {
    const given = parts.map((part) => part[kind] ?? []);
    if (given.includes("all")) return "all";
    return [...new Set(given.flat())].sort();
  };
  return {
    read: of("read"),
    write: of("write"),
    net: of("net"),
    ffi: of("ffi"),
    run: of("run"),
    sys: of("sys"),
    env: of("env"),
    import: of("import"),
  };
}

/** As the runtime takes them. What is not granted is refused at once, and never asked for. */
export function permissionFlags(grants: Grants): string[] {
  const kinds = Object.entries(grants).flatMap(([kind, grant]: [string, Grant]) => {
    if (grant === "all") return [`--allow-${kind}`];
    return grant.length === 0 ? [] : [`--allow-${kind}=${grant.map(escaped).join(",")}`];
  });
  // Packages look for settings of their own: they find none, instead of failing.
  return ["--no-prompt", ...kinds, ...(grants.env === "all" ? [] : ["--ignore-env"])];
}

/** A comma ends an entry, two of them are one in its name. */
function escaped(entry: string): string {
  return entry.replaceAll(",", ",,");
}
