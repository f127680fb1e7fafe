import {
  answeringTpdu,
  frame,
  FrameReader,
  type Framing,
} from "../../server/gateways/card_host/wire/framing.ts";
import { CardMessageError } from "../../server/gateways/card_host/wire/message_error.ts";
import { type CardHost, readRequest, work } from "./answer_message.ts";

/** One connection as the host sees it. */
export interface ServedLine {
  readonly received: AsyncIterable<Uint8Array>;
  send(bytes: Uint8Array): Promise<void>;
  close(): void;
}

const DELAY_MS_MAX = 180_000;

/** Answers what comes in until the other side closes; each message by itself, as hosts do. */
export async function serveLine(
  host: CardHost,
  framing: Framing,
  line: ServedLine,
): Promise<void> {
  const reader = new FrameReader(framing);
  try {
    for await (const chunk of line.received) {
      for (const bytes of reader.push(chunk)) void answer(host, framing, { line, bytes });
    }
  } catch (thrown) {
    const isLine = thrown instanceof CardMessageError ||
      thrown instanceof Deno.errors.Interrupted ||
      thrown instanceof Deno.errors.ConnectionReset || thrown instanceof Deno.errors.BadResource;
    if (!isLine) throw thrown;
  } finally {
    line.close();
  }
}

async function answer(
  host: CardHost,
  framing: Framing,
  { line, bytes }: { readonly line: ServedLine; readonly bytes: Uint8Array },
): Promise<void> {
  const request = readRequest(host, bytes);
  if (!request) return;
  const { faults } = host;
  const { call } = request;
  const delay = faults.take("card_host", call, "delay");
  if (delay) await pause(Math.min(delay.ms, DELAY_MS_MAX));
  if (faults.take("card_host", call, "lose_request")) return line.close();
  const { answer } = work(host, request, bytes);
  if (faults.take("card_host", call, "lose_answer")) return line.close();
  const late = faults.take("card_host", call, "late_answer");
  const times = faults.take("card_host", call, "duplicate_answer") ? 2 : 1;
  if (late) await pause(Math.min(late.ms, DELAY_MS_MAX));
  const tpdu = answeringTpdu(framing.tpdu);
  const framed = frame({ ...framing, tpdu }, answer);
  for (let n = 0; n < times; n++) await line.send(framed).catch(() => {});
}

function pause(ms: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, ms));
}
