import type { ComponentChildren, JSX } from "preact";
import { useId } from "preact/hooks";
import { ZH } from "../i18n/zh.ts";
import { Dialog } from "./Dialog.tsx";
import { Button } from "./library.ts";
import { Name } from "./Name.tsx";

interface PickFieldProps {
  readonly name: keyof typeof ZH.pick.what;
  readonly label: string;
  readonly chosen: { readonly id: string; readonly name: string } | null;
  readonly isOpen: boolean;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  readonly error?: string | null;
  /** What is chosen from, in a dialog. */
  readonly children: ComponentChildren;
}

/** A field whose value is chosen in a dialog of its own. */
export function PickField(props: PickFieldProps): JSX.Element {
  const { name, label, chosen, isOpen, onOpen, onClose, error = null, children } = props;
  const id = useId();
  const open = ZH.pick.open(ZH.pick.what[name]);
  return (
    <div class={error === null ? "field field-pick" : "field field-pick field-wrong"}>
      <span class="field-label" id={`${id}-label`}>{label}</span>
      <div class="pick" role="group" aria-labelledby={`${id}-label`} data-testid={`field-${name}`}>
        <input type="hidden" name={name} value={chosen?.id ?? ""} />
        <span class="pick-chosen" id={`${id}-chosen`}>
          {chosen === null
            ? <span class="soft">{ZH.pick.nothing}</span>
            : <Name>{chosen.name}</Name>}
        </span>
        <Button onClick={onOpen} data-testid={`pick-${name}`}>
          {open}
        </Button>
      </div>
      {error !== null && <p class="field-error" role="alert">{error}</p>}
      {isOpen && (
        <Dialog title={open} size="sm" testId={`picking-${name}`} onClose={onClose}>
          {children}
        </Dialog>
      )}
    </div>
  );
}
