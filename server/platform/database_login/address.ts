/** How far a connection is protected, in libpq's words and with libpq's meanings. */
const TLS_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;
export type TlsMode = typeof TLS_MODES[number];

export interface DatabaseHost {
  /** Of a name that begins with "/" the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
}

export interface DatabaseAddress {
  /** Tried in this order. */
  readonly hosts: readonly DatabaseHost[];
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly tls: TlsMode;
  /** A file of PEM certificates; absent means those the system trusts. */
  readonly rootCertificates: string | null;
  /** Of several hosts the one that takes writes. */
  readonly wantsWrites: boolean;
  /** The rest of the query: settings of the session. */
  readonly settings: Readonly<Record<string, string>>;
}

const PORT = 5432;
const OURS = new Set(["host", "sslmode", "ssl", "sslrootcert", "target_session_attrs"]);

/** Reads `postgres://user:password@host:port,host:port/database?sslmode=…`; throws RangeError. */
export function readAddress(text: string): DatabaseAddress {
  const parts = /^postgres(?:ql)?:\/\/(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/.exec(text);
  if (!parts) throw new RangeError("应是 postgres://用户:口令@主机:端口/数据库");
  const [, account = "", hosts = "", database = "", query = ""] = parts;
  const colon = account.indexOf(":");
  const user = decodeURIComponent(colon < 0 ? account : account.slice(0, colon));
  if (user === "") throw new RangeError("没有写数据库用户");
  const given = new URLSearchParams(query);
  const attributes = given.get("target_session_attrs") ?? "any";
  if (!["any", "read-write", "primary"].includes(attributes)) {
    throw new RangeError(`target_session_attrs=${attributes} 不支持：应为 read-write`);
  }
  const root = given.get("sslrootcert");
  const folder = given.get("host");
  return {
    hosts: folder?.startsWith("/")
      ? [{ host: folder, port: PORT }]
      : hosts.split(",").map(readHost),
    user,
    password: colon < 0 ? "" : decodeURIComponent(account.slice(colon + 1)),
    database: decodeURIComponent(database) || user,
    tls: readTls(given.get("sslmode") ?? given.get("ssl") ?? "disable"),
    rootCertificates: root === "system" ? null : root,
    wantsWrites: attributes !== "any",
    settings: Object.fromEntries([...given].filter(([name]) => !OURS.has(name))),
  };
}

/** libpq's ways to name a Unix socket's folder: `%2Frun%2Fpostgresql`, and `?host=/run/postgresql`. */
function readHost(text: string): DatabaseHost {
  if (/^%2f/i.test(text)) return { host: decodeURIComponent(text), port: PORT };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? PORT : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new RangeError("主机应是 名称:端口，多个用逗号隔开");
  }
  return { host, port };
}

function readTls(text: string): TlsMode {
  const mode = TLS_MODES.find((known) => known === text);
  if (mode === undefined) {
    throw new RangeError(`sslmode=${text} 不支持：应为 ${TLS_MODES.join("、")}`);
  }
  return mode;
}

/** For messages: where it is, without user and password. */
export function placeOfDatabase({ hosts, database }: DatabaseAddress): string {
  return `${hosts.map(({ host, port }) => `${host}:${port}`).join(",")}/${database}`;
}

/** What is sent there no network sees. */
export function isOnThisMachine({ host }: DatabaseHost): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.") || host.startsWith("/");
}
