import { render } from "preact";
import { ConsoleScreen } from "../flows/console/ConsoleScreen.tsx";
import type { Stage } from "../testing/stage.ts";
import { watchKeyboard } from "../ui/keyboard.ts";
import { runEffectsPromptly } from "../ui/prompt_effects.ts";
import { openScene } from "./scenes.ts";

/** Draws the scene named in the address, with time standing still. */
async function draw(root: HTMLElement): Promise<Stage> {
  const name = location.hash.slice(1);
  const stage = await openScene(name);
  render(<ConsoleScreen key={name} console={stage.console} />, root);
  // Two frames: the screens are drawn in the first.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      document.documentElement.dataset["ready"] = name;
    })
  );
  return stage;
}

runEffectsPromptly();
watchKeyboard(document.documentElement);
const root = document.getElementById("app");
if (root) {
  let drawn = draw(root);
  addEventListener("hashchange", () => {
    drawn = drawn.then(() => draw(root));
  });
}
