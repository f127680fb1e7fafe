import { createModel, effect, type Model, type ReadonlySignal, signal } from "@preact/signals";
import type { Consent } from "../../../server/modules/identity/consent/contract.ts";
import type {
  Erasure,
  PersonView,
  SearchBy,
} from "../../../server/modules/identity/persons/contract.ts";
import type { Place } from "../../place.ts";
import type { PageContext, PageFlow } from "../console/pages.ts";
import { type Loaded, loaded, valueOf } from "../loaded.ts";
import { type Submission, submission } from "../submission.ts";
import { type PersonDeeds, personDeeds, type PersonDialog } from "./person_deeds.ts";
import { type ClearFields, clearFields } from "./clear_fields.ts";

export interface PersonsFlow extends Omit<PageFlow, typeof Symbol.dispose> {
  /** Null before anybody was looked for. */
  readonly found: ReadonlySignal<readonly PersonView[] | null>;
  readonly searching: Submission;
  /** Null while somebody is looked for. */
  readonly shownId: ReadonlySignal<string | null>;
  readonly person: Loaded<PersonView>;
  readonly consents: Loaded<readonly Consent[]>;
  readonly clear: ClearFields;
  /** What became of the shown person's data, after it was erased. */
  readonly erasure: ReadonlySignal<Erasure | null>;
  readonly dialog: ReadonlySignal<PersonDialog | null>;
  readonly sending: Submission;
  may(permission: string): boolean;
  readonly deeds: PersonDeeds;
  search(by: SearchBy, value: string): Promise<void>;
}

/** The number that is looked for goes into a request's body, and nothing here keeps it. */
export const PersonsModel = createModel(function persons(context: PageContext): PersonsFlow {
  const { port, timers, permissions } = context;
  const found = signal<readonly PersonView[] | null>(null);
  const shownId = signal<string | null>(null);
  const erasure = signal<Erasure | null>(null);
  const dialog = signal<PersonDialog | null>(null);
  const [searching, sending] = [submission(), submission()];
  const clear = clearFields(timers);
  const path = () => ({ id: shownId.value ?? "" });
  const person = loaded(() => port.call("GET /persons/{id}", { path: path() }));
  const consents = loaded<readonly Consent[]>(async () => {
    const answer = await port.call("GET /persons/{id}/consents", { path: path() });
    return answer.ok ? { ok: true, value: answer.value.consents } : answer;
  });
  effect(() => () => clear.hideAll());

  function leavePerson(): void {
    clear.hideAll();
    erasure.value = null;
    dialog.value = null;
    sending.clear();
    person.clear();
    consents.clear();
  }

  return {
    found,
    searching,
    shownId,
    person,
    consents,
    clear,
    erasure,
    dialog,
    sending,
    may: (permission: string) => permissions.has(permission),
    deeds: personDeeds({
      context,
      dialog,
      sending,
      clear,
      consents,
      erased(what: Erasure): void {
        found.value = null;
        clear.hideAll();
        erasure.value = what;
      },
    }),
    show({ id }: Place): void {
      if (id !== null && id === shownId.value && valueOf(person)) return;
      leavePerson();
      shownId.value = id;
      if (id === null) return;
      void person.reload();
      void consents.reload();
    },
    async search(by: SearchBy, value: string): Promise<void> {
      found.value = null;
      const body = { by, value };
      const done = await searching.send(() => port.call("POST /persons/search", { body }));
      if (done) found.value = done.value.persons;
    },
  };
});

export type PersonsModelInstance = Model<PersonsFlow>;
