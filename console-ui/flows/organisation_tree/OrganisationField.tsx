import type { JSX } from "preact";
import { PickField } from "../../ui/PickField.tsx";
import { OrganisationTreeView } from "./OrganisationTreeView.tsx";
import type { OrganisationPicker } from "./picker.ts";
import { TreeSearch } from "./TreeSearch.tsx";

interface OrganisationFieldProps {
  readonly picker: OrganisationPicker;
  readonly label: string;
  readonly error?: string | null;
}

/** Sent as `organisationId`. */
export function OrganisationField(props: OrganisationFieldProps): JSX.Element {
  const { picker, label, error = null } = props;
  return (
    <PickField
      name="organisationId"
      label={label}
      chosen={picker.chosen.value}
      isOpen={picker.isOpen.value}
      onOpen={() => picker.open()}
      onClose={() => picker.close()}
      error={error}
    >
      <TreeSearch tree={picker.tree} />
      <div class="tree-frame">
        <OrganisationTreeView
          tree={picker.tree}
          label={label}
          selectedId={picker.chosen.value?.id ?? null}
          onSelect={(organisation) => picker.choose(organisation)}
        />
      </div>
    </PickField>
  );
}
