/** Parameters of a connection URL that libpq knows by a variable of its own. */
const VARIABLES: Readonly<Record<string, string>> = {
  sslmode: "PGSSLMODE",
  sslrootcert: "PGSSLROOTCERT",
  sslcert: "PGSSLCERT",
  sslkey: "PGSSLKEY",
  connect_timeout: "PGCONNECT_TIMEOUT",
};

/**
 * The connection as a child process gets it. Never as arguments: every user of the machine reads
 * those in `ps`. What the URL leaves out, `PGPASSFILE` and `PGSERVICEFILE` of our own environment
 * still say.
 */
export function libpqVariables(url: string, applicationName: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const found: readonly (readonly [string, string])[] = [
    ["PGHOST", decodeURIComponent(hostname).replace(/^\[(.*)\]$/, "$1")],
    ["PGPORT", port],
    ["PGUSER", decodeURIComponent(username)],
    ["PGPASSWORD", decodeURIComponent(password)],
    ["PGDATABASE", decodeURIComponent(pathname.slice(1))],
    ...Object.entries(VARIABLES).map(([name, variable]) =>
      [variable, searchParams.get(name) ?? ""] as const
    ),
    ["PGAPPNAME", applicationName],
    // What a tool says is looked through for what went wrong.
    ["LC_MESSAGES", "C"],
  ];
  return Object.fromEntries(found.filter(([, value]) => value !== ""));
}
