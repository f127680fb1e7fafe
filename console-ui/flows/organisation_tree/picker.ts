import { type ReadonlySignal, signal } from "@preact/signals";
import type { ConsolePort } from "../../api/port.ts";
import { type OrganisationTree, organisationTree } from "./tree.ts";

export interface ChosenOrganisation {
  readonly id: string;
  readonly name: string;
}

/** A field of a form whose value is a node of the tree. */
export interface OrganisationPicker {
  readonly tree: OrganisationTree;
  readonly chosen: ReadonlySignal<ChosenOrganisation | null>;
  readonly isOpen: ReadonlySignal<boolean>;
  open(): void;
  close(): void;
  choose(organisation: ChosenOrganisation | null): void;
  /** What an address has chosen: nobody is told. */
  show(organisation: ChosenOrganisation | null): void;
}

interface PickerGiven {
  /** Told what somebody has chosen. */
  readonly chose?: (organisation: ChosenOrganisation) => void;
}

export function organisationPicker(
  port: ConsolePort,
  { chose }: PickerGiven = {},
): OrganisationPicker {
  const tree = organisationTree(port);
  const chosen = signal<ChosenOrganisation | null>(null);
  const isOpen = signal(false);
  return {
    tree,
    chosen,
    isOpen,
    open(): void {
      isOpen.value = true;
      void tree.find("");
      if (tree.rows.value.length === 0) void tree.start();
    },
    close(): void {
      isOpen.value = false;
    },
    choose(organisation: ChosenOrganisation | null): void {
      chosen.value = organisation && { id: organisation.id, name: organisation.name };
      isOpen.value = false;
      if (organisation) chose?.(organisation);
    },
    show(organisation: ChosenOrganisation | null): void {
      chosen.value = organisation && { id: organisation.id, name: organisation.name };
    },
  };
}
