import type { ComponentChildren, JSX } from "preact";
import { Dialog } from "./Dialog.tsx";

/** What a dialog of a page shows, by what is being done. */
export interface DialogView {
  readonly title: string;
  readonly content: ComponentChildren;
  /** Where it holds more than a question. */
  readonly isWide?: boolean;
}

interface DialogBoxProps {
  readonly view: DialogView;
  readonly testId: string;
  readonly onClose: () => void;
}

/** The one dialog of a page that has many. */
export function DialogBox({ view, testId, onClose }: DialogBoxProps): JSX.Element {
  const { title, content, isWide = false } = view;
  return (
    <Dialog title={title} size={isWide ? "sm" : "xs"} testId={testId} onClose={onClose}>
      {content}
    </Dialog>
  );
}
