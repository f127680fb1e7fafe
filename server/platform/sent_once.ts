/**
 * A body for a request that may not be sent twice. Deno's fetch (2.9.5) sends a request whose line
 * breaks a second time, by itself, if it still has the body: money would be asked for twice, and
 * the second try's "connection refused" would deny a first one that was worked on. A blob's bytes
 * can be read once alone, and have a length beforehand.
 */
export function sentOnce(body: string | Uint8Array): Blob {
  return new Blob([typeof body === "string" ? body : new Uint8Array(body)]);
}
