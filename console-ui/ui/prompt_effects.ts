import { options } from "preact";

/**
 * Effects run in the turn that draws, not after the next frame, which is late where a computer is
 * busy: a key pressed meanwhile would go to where the focus was, and the focus of a dialog that
 * closes would be taken from whoever has gone on. To be called before anything is drawn.
 */
export function runEffectsPromptly(): void {
  options.requestAnimationFrame = (run) => queueMicrotask(run);
}
