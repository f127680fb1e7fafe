import type { JSX } from "preact";
import type { CardFault, DevPerson } from "../../terminal/dev_contract.ts";
import type { Dock } from "./model.ts";
import { WORDS } from "./words.ts";

const FAULTS: readonly CardFault[] = ["wrong_way_round", "unreadable"];

export function PersonPage({ dock }: { readonly dock: Dock }): JSX.Element {
  const persons = dock.persons.value;
  return (
    <>
      <p class="dock-label">{persons.length === 0 ? WORDS.noPersons : WORDS.persons}</p>
      <ul class="dock-persons">
        {persons.map((person) => (
          <li key={person.id} class={dock.person.value === person.id ? "dock-chosen" : ""}>
            <button
              type="button"
              class="dock-person"
              data-testid="dock-person"
              data-person={person.id}
              aria-expanded={dock.person.value === person.id}
              onClick={() =>
                dock.choose(person.id)}
            >
              <strong>{person.name}</strong>
              <span>{person.title}</span>
            </button>
            {dock.person.value === person.id && <Media dock={dock} person={person} />}
          </li>
        ))}
      </ul>
    </>
  );
}

function Media({ dock, person }: { readonly dock: Dock; readonly person: DevPerson }): JSX.Element {
  const personId = person.id;
  const hasCard = person.media.includes("social_security_card");
  return (
    <div class="dock-media">
      <p>{person.hint}</p>
      <div class="dock-row">
        {person.media.map((medium) => (
          <button
            key={medium}
            type="button"
            data-testid={`dock-present-${medium}`}
            onClick={() => void dock.present(personId, medium)}
          >
            {WORDS.media[medium]}
          </button>
        ))}
        {hasCard && (
          <button
            type="button"
            data-testid="dock-tap-card"
            onClick={() => void dock.device({ do: "tap_card", personId })}
          >
            {WORDS.tapCard}
          </button>
        )}
        {person.media.includes("bank_card") && (
          <button
            type="button"
            data-testid="dock-tap-bank-card"
            onClick={() => void dock.device({ do: "tap_bank_card", personId })}
          >
            {WORDS.tapBankCard}
          </button>
        )}
        {hasCard && FAULTS.map((fault) => (
          <button
            key={fault}
            type="button"
            class="dock-quiet"
            data-testid={`dock-insert-${fault}`}
            onClick={() => void dock.device({ do: "insert_card", personId, fault })}
          >
            {WORDS.faults[fault]}
          </button>
        ))}
      </div>
    </div>
  );
}
