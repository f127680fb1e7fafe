import type { TerminalConfig } from "../../terminal/config.ts";
import type { LineRoute } from "../../terminal/line/line_http.ts";
import { readSmallFile } from "../files/input.ts";

const CA_BYTES_MAX = 1 << 16;

/** The way to the platform, trusting the authority that the configuration names beside the system's. */
export async function openRoute(
  { url, ca_file }: TerminalConfig["platform"],
): Promise<LineRoute & Disposable> {
  if (ca_file === undefined) return { url, fetch, [Symbol.dispose]() {} };
  const pem = new TextDecoder().decode(await readSmallFile(ca_file, CA_BYTES_MAX));
  const client = Deno.createHttpClient({ caCerts: [pem] });
  return {
    url,
    fetch(input, init) {
      // Deno's own option, which the DOM's types do not know.
      const options = { ...init, client };
      return fetch(input, options);
    },
    [Symbol.dispose]: () => client.close(),
  };
}

/** For the enrolment, where the configuration names the platform's key. */
export function platformCheckOf(
  { platform: { sign_key_check } }: Pick<TerminalConfig, "platform">,
): { readonly platformKeyCheck?: string } {
  return sign_key_check === undefined ? {} : { platformKeyCheck: sign_key_check };
}
