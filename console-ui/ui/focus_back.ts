import { useEffect, useRef } from "preact/hooks";

/**
 * Gives the focus back to what had it before a dialog. The library does that alone where no field
 * of the dialog takes the focus itself.
 */
export function useFocusBack(): void {
  const opener = useRef(document.activeElement);
  useEffect(() => () => {
    const isLost = document.activeElement === document.body;
    if (isLost && opener.current instanceof HTMLElement) opener.current.focus();
  }, []);
}
