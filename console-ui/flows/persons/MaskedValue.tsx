import type { JSX } from "preact";
import type { PersonView } from "../../../server/modules/identity/persons/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import type { ClearField } from "./clear_fields.ts";
import type { PersonsModelInstance } from "./model.ts";

const WORDS = ZH.persons;

interface MaskedValueProps {
  readonly flow: PersonsModelInstance;
  readonly person: PersonView;
  readonly field: ClearField;
  /** Null where there is nothing behind it. */
  readonly masked: string | null;
}

/** Masked with a way to see it, or for a minute in clear with a way to hide it. */
export function MaskedValue({ flow, person, field, masked }: MaskedValueProps): JSX.Element {
  if (masked === null) return <span class="soft">{WORDS.noPhone}</span>;
  const clear = flow.clear.values.value[field];
  const isClear = typeof clear === "string";
  const label = WORDS.columns[field];
  return (
    <span class="masked" data-testid={`masked-${field}`}>
      <span role="status" class={isClear ? "masked-clear" : "moment"}>
        <Name>{isClear ? clear : masked}</Name>
      </span>
      {isClear && <span class="soft">{WORDS.reveal.shown}</span>}
      {isClear && (
        <Button
          size="sm"
          onClick={() => flow.clear.hide(field)}
          data-testid={`hide-${field}`}
          aria-label={`${WORDS.reveal.hide} ${label}`}
        >
          {WORDS.reveal.hide}
        </Button>
      )}
      {!isClear && flow.may("person.reveal") && (
        <Button
          size="sm"
          onClick={() => flow.deeds.open({ kind: "reveal", person, field })}
          data-testid={`reveal-${field}`}
          aria-label={`${WORDS.reveal.short} ${label}`}
        >
          {WORDS.reveal.short}
        </Button>
      )}
    </span>
  );
}
