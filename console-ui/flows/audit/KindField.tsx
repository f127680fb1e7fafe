import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { AuditCatalogue } from "../../../server/modules/audit/viewer/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Loaded } from "../loaded.ts";
import { wholeModule } from "./filter.ts";

const WORDS = ZH.audit;
const MODULES: Readonly<Record<string, string>> = WORDS.module;

type Kind = AuditCatalogue["kinds"][number];

interface KindFieldProps {
  readonly catalogue: Loaded<AuditCatalogue>;
  readonly value: string;
}

/** Every kind by its Chinese title, module by module; all kinds while the catalogue is not there. */
export function KindField({ catalogue, value }: KindFieldProps): JSX.Element {
  const id = useId();
  const state = catalogue.state.value;
  const kinds = state.kind === "shown" ? state.value.kinds : [];
  return (
    <div class="field">
      <label class="field-label" htmlFor={id}>{WORDS.filter.kind}</label>
      <select id={id} name="kind" class="rs-input field-select" data-testid="field-kind">
        <option value="" selected={value === ""}>{WORDS.filter.all}</option>
        {[...byModule(kinds)].map(([module, own]) => (
          <optgroup key={module} label={titleOf(module)}>
            <option value={wholeModule(module)} selected={value === wholeModule(module)}>
              {WORDS.filter.wholeModule(titleOf(module))}
            </option>
            {own.map((kind) => (
              <option key={kind.id} value={kind.id} selected={value === kind.id}>
                {kind.title}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </div>
  );
}

function titleOf(module: string): string {
  return MODULES[module] ?? module;
}

function byModule(kinds: readonly Kind[]): ReadonlyMap<string, readonly Kind[]> {
  const groups = new Map<string, Kind[]>();
  for (const kind of kinds) groups.set(kind.module, [...groups.get(kind.module) ?? [], kind]);
  return groups;
}
