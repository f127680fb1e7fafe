import type { Signal } from "@preact/signals";
import type { Consent, ConsentPurpose } from "../../../server/modules/identity/consent/contract.ts";
import type { Erasure, PersonView } from "../../../server/modules/identity/persons/contract.ts";
import { refusalOf } from "../../api/answer.ts";
import { ZH } from "../../i18n/zh.ts";
import type { PageContext } from "../console/pages.ts";
import type { Loaded } from "../loaded.ts";
import type { Submission } from "../submission.ts";
import type { ClearField, ClearFields } from "./clear_fields.ts";

export type PersonDialog =
  | { readonly kind: "reveal"; readonly person: PersonView; readonly field: ClearField }
  | { readonly kind: "export"; readonly person: PersonView }
  | { readonly kind: "exported"; readonly person: PersonView; readonly file: Blob }
  | { readonly kind: "erase"; readonly person: PersonView }
  | { readonly kind: "withdraw"; readonly person: PersonView; readonly purpose: ConsentPurpose };

export interface PersonDeeds {
  open(dialog: PersonDialog): void;
  close(): void;
  reveal(reason: string): Promise<void>;
  export(reason: string): Promise<void>;
  /** `lastFour` of the id number, so that nobody erases the neighbour in the list. */
  erase(reason: string, lastFour: string): Promise<void>;
  withdraw(evidence: string): Promise<void>;
}

interface PersonDeedsGiven {
  readonly context: PageContext;
  readonly dialog: Signal<PersonDialog | null>;
  readonly sending: Submission;
  readonly clear: ClearFields;
  readonly consents: Loaded<readonly Consent[]>;
  readonly erased: (erasure: Erasure) => void;
}

const LAST_FOUR = 4;

/** What is done with one person's data, each in its dialog and with a reason. */
export function personDeeds(given: PersonDeedsGiven): PersonDeeds {
  const { context: { port, notify }, dialog, sending, clear, consents, erased } = given;

  function close(): void {
    dialog.value = null;
    sending.clear();
  }

  return {
    open(asked: PersonDialog): void {
      dialog.value = asked;
    },
    close,
    async reveal(reason: string): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "reveal") return;
      const { field, person: { id } } = asked;
      const request = { path: { id }, body: { fields: [field], reason } };
      const done = await sending.send(() => port.call("POST /persons/{id}/reveal", request));
      // Closed meanwhile: who looked away does not find it shown.
      if (!done || dialog.value !== asked) return;
      close();
      clear.show(field, done.value[field] ?? null);
    },
    async export(reason: string): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "export") return;
      const request = { path: { id: asked.person.id }, body: { reason } };
      const done = await sending.send(() => port.call("POST /persons/{id}/export", request));
      if (!done || dialog.value !== asked) return;
      dialog.value = { kind: "exported", person: asked.person, file: done.value };
    },
    async erase(reason: string, lastFour: string): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "erase") return;
      const { id, maskedIdNumber } = asked.person;
      if (lastFour.toUpperCase() !== maskedIdNumber.slice(-LAST_FOUR).toUpperCase()) {
        return sending.refuse(refusalOf("console.other_person"));
      }
      const request = { path: { id }, body: { reason } };
      const done = await sending.send(() => port.call("POST /persons/{id}/erase", request));
      if (!done) return;
      close();
      erased(done.value);
    },
    async withdraw(evidence: string): Promise<void> {
      const asked = dialog.value;
      if (asked?.kind !== "withdraw") return;
      const { purpose, person: { id } } = asked;
      const request = { path: { id }, body: { purpose, evidence } };
      const done = await sending.send(() =>
        port.call("POST /persons/{id}/consents/withdraw", request)
      );
      if (!done) return;
      close();
      consents.become(done.value.consents);
      notify(ZH.persons.consents.withdrawn);
    },
  };
}
