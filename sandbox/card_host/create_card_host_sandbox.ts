import type { Hono } from "hono";
import type { Framing } from "../../server/gateways/card_host/wire/framing.ts";
import type { HostProfile } from "../../server/gateways/card_host/wire/host_profile.ts";
import { UNIONPAY_SM4 } from "../../server/gateways/card_host/wire/unionpay.ts";
import type { Clock } from "../../server/platform/clock.ts";
import type { City } from "../city/city.ts";
import type { Faults } from "../faults.ts";
import type { CardHost } from "./answer_message.ts";
import { CARD_EXPIRY, CARD_PIN, cityCards } from "./bank_cards.ts";
import { cardControls } from "./card_controls.ts";
import { CardStore } from "./card_store.ts";
import { inProcessLine } from "./in_process_line.ts";
import { type ServedLine, serveLine } from "./serve_line.ts";

export interface CardHostSecrets {
  /** 16 bytes, as the platform's key store has it too. */
  readonly master: Uint8Array;
}

export interface CardHostSandboxOptions {
  /** File of the host's books, or `:memory:`. */
  readonly store: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly city: City;
  readonly secrets: CardHostSecrets;
  /** SM4 when absent. */
  readonly profile?: HostProfile;
}

export interface CardHostSandbox extends Disposable {
  /** Its control side. */
  readonly app: Hono;
  /** A line without a socket. */
  connect(): Promise<ServedLine>;
  /** On loopback; port 0 takes any. */
  listen(address: { readonly host: string; readonly port: number }): ListeningCardHost;
}

export interface ListeningCardHost extends AsyncDisposable {
  readonly port: number;
}

/** Of requests; of the answers, the two addresses the other way round. */
const TPDU = Uint8Array.fromHex("6000030000");

/** The bank's host: keeps accounts, checks every MAC and PIN, books each number once. */
export function createCardHostSandbox(options: CardHostSandboxOptions): CardHostSandbox {
  const { clock, faults, secrets } = options;
  const profile = options.profile ?? UNIONPAY_SM4;
  const store = new CardStore(options.store);
  for (const { pan, kind, holder, balanceFen } of cityCards(options.city)) {
    const opened = { pin: CARD_PIN, expiry: CARD_EXPIRY, pin_tries: 0, state: "open" } as const;
    store.addAccount({ pan, kind, holder, balance_fen: balanceFen, ...opened });
  }
  const host: CardHost = { store, clock, faults, profile, master: secrets.master };
  const framing: Framing = {
    ...profile.framing,
    tpdu: TPDU.subarray(0, profile.framing.tpduBytes),
  };
  const serve = (line: ServedLine) => serveLine(host, framing, line);
  return {
    app: cardControls(host),
    connect() {
      const { near, far } = inProcessLine();
      void serve(far);
      return Promise.resolve(near);
    },
    listen: (address) => listen(address, serve),
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
}

function listen(
  address: { readonly host: string; readonly port: number },
  serve: (line: ServedLine) => Promise<void>,
): ListeningCardHost {
  const listener = Deno.listen({ hostname: address.host, port: address.port });
  const open = new Map<Deno.Conn, Promise<void>>();
  const accepting = (async () => {
    for await (const connection of listener) {
      const served = serve(lineOf(connection)).finally(() => open.delete(connection));
      open.set(connection, served);
    }
  })();
  return {
    port: listener.addr.transport === "tcp" ? listener.addr.port : 0,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      const serving = [...open.values()];
      for (const connection of open.keys()) closeQuietly(connection);
      await Promise.allSettled(serving);
    },
  };
}

function lineOf(connection: Deno.TcpConn): ServedLine {
  return {
    received: connection.readable,
    async send(bytes) {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    },
    close: () => closeQuietly(connection),
  };
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.BadResource)) throw thrown;
  }
}
