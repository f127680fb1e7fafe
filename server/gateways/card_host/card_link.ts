/** A stream of bytes to the host and back; of TCP, or to a host in the same process. */
export interface CardLink {
  send(bytes: Uint8Array): Promise<void>;
  /** Ends when the other side closed; throws when the line broke. */
  readonly received: AsyncIterable<Uint8Array>;
  close(): void;
}

export type ConnectCardHost = () => Promise<CardLink>;

const CONNECT_MS_MAX = 10_000;

export function tcpLink(
  address: { readonly host: string; readonly port: number },
): ConnectCardHost {
  return async () => {
    const connection = await Deno.connect({
      hostname: address.host,
      port: address.port,
      signal: AbortSignal.timeout(CONNECT_MS_MAX),
    });
    connection.setNoDelay(true);
    return {
      async send(bytes) {
        for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
      },
      received: connection.readable,
      close() {
        try {
          connection.close();
        } catch (thrown) {
          // The stream that was read to its end has closed it.
          if (!(thrown instanceof Deno.errors.BadResource)) throw thrown;
        }
      },
    };
  };
}
