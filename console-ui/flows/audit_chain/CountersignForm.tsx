import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { sentFields } from "../../ui/form_data.ts";
import { Button } from "../../ui/library.ts";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import { TextField } from "../../ui/TextField.tsx";
import type { Countersigning } from "./countersigning.ts";

const WORDS = ZH.countersigning;
/** As countersigning/contract.ts has them. */
const PARTY_LENGTH_MIN = 2;
const PARTY_LENGTH_MAX = 64;
const KEY_LENGTH_MAX = 2_000;
const SIGNATURE_LENGTH_MAX = 400;

/** A signature that was made elsewhere, with the key it is of. */
export function CountersignForm({ flow }: { readonly flow: Countersigning }): JSX.Element {
  async function send(event: Event): Promise<void> {
    const form = event.currentTarget;
    const { party = "", publicKey = "", signature = "" } = sentFields(event);
    const isKept = await flow.send({ party, publicKey, signature });
    if (isKept && form instanceof HTMLFormElement) form.reset();
  }
  return (
    <form class="form" onSubmit={(event) => void send(event)} data-testid="countersign-form">
      <RefusalNote refusal={flow.sending.refusal.value} />
      <TextField
        name="party"
        label={WORDS.party}
        hint={WORDS.partyHint}
        minLength={PARTY_LENGTH_MIN}
        maxLength={PARTY_LENGTH_MAX}
        autoComplete="off"
        required
      />
      <TextField
        name="publicKey"
        label={WORDS.publicKey}
        rows={4}
        maxLength={KEY_LENGTH_MAX}
        required
      />
      <TextField
        name="signature"
        label={WORDS.signature}
        rows={3}
        maxLength={SIGNATURE_LENGTH_MAX}
        required
      />
      <Button
        type="submit"
        appearance="primary"
        loading={flow.sending.busy.value}
        data-testid="send-countersignature"
      >
        {WORDS.send}
      </Button>
    </form>
  );
}
