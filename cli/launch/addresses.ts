/**
 * Addresses that the configuration names for others to come to, or to show: nothing of ours connects
 * to them.
 */
const ONLY_TOLD: ReadonlySet<string> = new Set([
  "public_url",
  "trace_url",
  "access.origin",
  "aggregate_pay.notify_url",
  "mobile_insurance.report_url",
  "sso_oidc.redirect_url",
  "sso_cas.redirect_url",
]);

const PORTS: Readonly<Record<string, string>> = {
  "http:": "80",
  "https:": "443",
  "postgres:": "5432",
  "postgresql:": "5432",
};

/** Where a configuration's addresses lead, as `host:port`: every URL in it, and every host with a port. */
export function addressesIn(config: object): string[] {
  return [...new Set(walk(config, ""))].sort();
}

function walk(value: unknown, path: string): string[] {
  if (typeof value === "string") return ONLY_TOLD.has(path) ? [] : addressOf(value);
  if (Array.isArray(value)) return value.flatMap((item) => walk(item, path));
  if (typeof value !== "object" || value === null) return [];
  const below = Object.entries(value).flatMap(([name, inner]) =>
    walk(inner, path === "" ? name : `${path}.${name}`)
  );
  // The platform's own is where it listens.
  const isPair = "host" in value && "port" in value && path !== "";
  return isPair ? [...below, `${value.host}:${value.port}`] : below;
}

/** Several servers of one database stand behind each other with commas. */
function addressOf(text: string): string[] {
  const [, scheme = "", rest = ""] = /^([a-z]+:)\/\/([^/?#]*)/.exec(text) ?? [];
  const port = PORTS[scheme];
  if (port === undefined) return [];
  const hosts = rest.slice(rest.lastIndexOf("@") + 1).split(",").filter((host) => host !== "");
  return [
    ...hosts.map((host) => hostOf(host, port)),
    ...socketsOf(text, port),
  ];
}

/** `%2Frun%2Fpostgresql` is the folder of a server's socket. */
function hostOf(host: string, port: string): string {
  if (/^%2f/i.test(host)) return `unix:${decodeURIComponent(host)}/.s.PGSQL.${port}`;
  return /:\d+$/.test(host) ? host : `${host}:${port}`;
}

/** `?host=/run/postgresql`: the server's socket in that folder. */
function socketsOf(text: string, port: string): string[] {
  const folder = decodeURIComponent(/[?&]host=([^&#]*)/.exec(text)?.[1] ?? "");
  return folder.startsWith("/") ? [`unix:${folder}/.s.PGSQL.${port}`] : [];
}
