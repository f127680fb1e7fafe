import { readAddress } from "../../server/platform/database_login/address.ts";

/**
 * The connection as a child process gets it. Never as arguments: every user of the machine reads
 * those in `ps`. What the URL leaves out, `PGPASSFILE` of our own environment still says.
 */
export function libpqVariables(url: string, applicationName: string): Record<string, string> {
  const { hosts, user, password, database, tls, rootCertificates, wantsWrites } = readAddress(url);
  return {
    PGHOST: hosts.map(({ host }) => host).join(","),
    PGPORT: hosts.map(({ port }) => port).join(","),
    PGUSER: user,
    ...(password !== "" && { PGPASSWORD: password }),
    PGDATABASE: database,
    PGSSLMODE: tls,
    ...(rootCertificates !== null && { PGSSLROOTCERT: rootCertificates }),
    ...(wantsWrites && { PGTARGETSESSIONATTRS: "read-write" }),
    PGAPPNAME: applicationName,
    // What a tool says is looked through for what went wrong.
    LC_MESSAGES: "C",
  };
}
