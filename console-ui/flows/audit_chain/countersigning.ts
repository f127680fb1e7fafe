import { type ReadonlySignal, signal } from "@preact/signals";
import type { ChainView } from "../../../server/modules/audit/archive/contract.ts";
import type {
  CheckpointText,
  CountersignBody,
} from "../../../server/modules/audit/countersigning/contract.ts";
import { type Answer, refusalOf } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import type { PageContext } from "../console/pages.ts";
import { type Loaded, loaded, valueOf } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";

export interface Countersigning {
  /** The one asked for; null for the newest. */
  readonly number: ReadonlySignal<string | null>;
  readonly checkpoint: Loaded<CheckpointText>;
  readonly sending: Submission;
  show(number: string | null): void;
  /** True when the signature is kept. */
  send(body: CountersignBody): Promise<boolean>;
}

const NUMBER = /^[1-9]\d{0,17}$/;

/** A checkpoint for the owner of a second key, and the signature that comes back. */
export function countersigning({ port, notify }: PageContext): Countersigning {
  const number = signal<string | null>(null);
  const sending = submission();
  const checkpoint = loaded(async (): Promise<Answer<CheckpointText>> => {
    const wanted = number.value ?? await newestNumber();
    if (typeof wanted !== "string") return wanted;
    if (!NUMBER.test(wanted)) return { ok: false, refusal: refusalOf("console.no_checkpoint") };
    const path = { number: wanted };
    return known(await port.call("GET /audit/checkpoints/{number}", { path }));
  });

  async function newestNumber(): Promise<string | Answer<never>> {
    const answer: Answer<ChainView> = await port.call("GET /audit/chain", {});
    if (!answer.ok) return answer;
    const { lastCheckpoint } = answer.value;
    if (lastCheckpoint) return String(lastCheckpoint.number);
    return { ok: false, refusal: refusalOf("console.no_checkpoint_yet") };
  }

  return {
    number,
    checkpoint,
    sending,
    show(wanted: string | null): void {
      sending.clear();
      number.value = wanted;
      void checkpoint.reload();
    },
    async send(body: CountersignBody): Promise<boolean> {
      const shown = valueOf(checkpoint);
      if (!shown) return false;
      const path = { number: String(shown.number) };
      const done = await sending.send(async () =>
        known(await port.call("POST /audit/checkpoints/{number}/countersignatures", { path, body }))
      );
      if (!done) return false;
      notify(ZH.countersigning.kept(body.party));
      // A newer one may have come meanwhile: what was signed stays before who signed it.
      number.value = path.number;
      await checkpoint.refresh();
      return true;
    },
  };
}

/** What is not found here is a checkpoint, no event. */
function known<Value>(answer: Answer<Value>): Answer<Value> {
  if (answer.ok || answer.refusal.code !== "audit.not_found") return answer;
  return { ok: false, refusal: { ...answer.refusal, code: "console.no_checkpoint" } };
}
