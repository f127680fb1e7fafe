import type { ComponentChildren, JSX } from "preact";
import { useFocusBack } from "./focus_back.ts";
import { Modal } from "./library.ts";

interface DialogProps {
  readonly title: string;
  readonly size?: "xs" | "sm" | "md" | "lg";
  readonly testId: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Open as long as it is drawn. A press beside it keeps what was typed; Escape closes it. */
export function Dialog(props: DialogProps): JSX.Element {
  const { title, size = "sm", testId, onClose, children } = props;
  useFocusBack();
  return (
    <Modal open backdrop="static" size={size} onClose={onClose} data-testid={testId}>
      <Modal.Header>
        <Modal.Title>{title}</Modal.Title>
      </Modal.Header>
      <Modal.Body>{children}</Modal.Body>
    </Modal>
  );
}
