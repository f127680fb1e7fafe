/** Text stands white on the accent and in the accent on white: WCAG 2.2 AAA for both. */
export const CONTRAST_MIN = 7;

const HEX = /^#[0-9a-f]{6}$/i;

/** The buyer's colour, unless letters on it would be hard to read. */
export function applyAccent(root: HTMLElement, accent: string | null): void {
  const usable = accent !== null && HEX.test(accent) && contrast(accent, "#faf7f1") >= CONTRAST_MIN;
  if (!usable) {
    root.style.removeProperty("--accent");
    root.style.removeProperty("--accent-deep");
    return;
  }
  root.style.setProperty("--accent", accent);
  root.style.setProperty("--accent-deep", accent);
}

/** Contrast ratio of two `#rrggbb` colours (WCAG 2.2, 1.4.6). */
export function contrast(left: string, right: string): number {
  const [dark = 0, light = 0] = [luminance(left), luminance(right)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
