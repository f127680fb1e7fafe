const CLASS = "keyboard";

/** What `:focus-visible` would say, which Chrome knows from 86 on: rings for who uses the keys. */
export function watchKeyboard(root: HTMLElement): void {
  addEventListener("keydown", ({ key }) => {
    if (key === "Tab" || key.startsWith("Arrow")) root.classList.add(CLASS);
  }, { capture: true });
  addEventListener("pointerdown", () => root.classList.remove(CLASS), { capture: true });
}
