import assert from "node:assert/strict";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import {
  LINE_HEADERS,
  LINE_SESSION_KEYS,
  responseText,
  SEALED_BODY,
} from "../../server/platform/signed_line.ts";
import type { LineSession } from "../../terminal/line/line_session.ts";
import { openAnswer } from "../../terminal/line/signed_call.ts";
import { seededRandom } from "../random.ts";

/** What comes back on the line may be anything: only the platform's own answer is taken. */
const INPUTS = 100_000;
const BODY_BYTES_MAX = 64;

Deno.test("openAnswer() takes no rubbish, no changed and no shortened answer", async () => {
  await using provider = new SoftwareProvider(portableEngine(), { name: "terminal" });
  const [mac, data] = await Promise.all(
    LINE_SESSION_KEYS.map((spec) =>
      provider.generateKey({ ...spec, leaves: "never", ephemeral: true })
    ),
  );
  assert.ok(mac && data);
  const session: LineSession = {
    id: "019a8f3e-5c00-7abc-8def-0123456789ab",
    terminalId: "019a8f3e-5c00-7abc-8def-0123456789ac",
    mac,
    data,
    expiresAt: new Date(8.64e15),
    sequence: 1,
    calls: 1,
  };
  const numbered = { session, sequence: 1 };
  const random = seededRandom(41);
  const any = (most: number) => Math.floor(random() * most);
  const bytes = (length: number) => Uint8Array.from({ length }, () => any(256));

  const status = 200;
  const good = bytes(BODY_BYTES_MAX);
  const text = responseText({ sessionId: session.id, sequence: 1, status, body: good });
  const goodMac = (await provider.mac(mac, "hmac_sm3", text)).toHex();
  const headersOf = (value: string, type: string) =>
    new Headers({ [LINE_HEADERS.mac]: value, "content-type": type });

  for (let input = 0; input < INPUTS; input++) {
    const kind = any(4);
    const body = kind === 0
      ? bytes(any(BODY_BYTES_MAX))
      : kind === 1
      ? good.slice(0, any(BODY_BYTES_MAX))
      : good.with(any(good.length), any(256));
    const isSame = body.length === good.length && body.every((byte, at) => byte === good[at]);
    const changedMac = `${goodMac.slice(0, any(64))}${bytes(32).toHex()}`.slice(0, any(70));
    const headers = headersOf(kind === 3 ? changedMac : goodMac, SEALED_BODY);
    const answer = { status: isSame ? 201 : status, headers, body };
    assert.equal(await openAnswer(provider, numbered, answer), null);
  }

  // With a MAC that fits, what is not sealed is still no answer.
  const plain = headersOf(goodMac, "application/json");
  assert.equal(await openAnswer(provider, numbered, { status, headers: plain, body: good }), null);
  const sealed = { status, headers: headersOf(goodMac, SEALED_BODY), body: good };
  await assert.rejects(openAnswer(provider, numbered, sealed), /wrong|tag|Cannot/);
});
