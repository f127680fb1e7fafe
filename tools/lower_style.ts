import postcss, { type Declaration, type Root, type Rule } from "postcss";

/** Parts of the library that the console draws: the first word of their classes after `rs-`. */
const USED = new Set([
  "anim",
  "btn",
  "check",
  "checkbox",
  "drawer",
  "form",
  "grid",
  "icon",
  "input",
  "loader",
  "message",
  "modal",
  "picker",
  "progress",
  "radio",
  "ripple",
  "search",
  "sr",
  "tag",
  "toggle",
  "virt",
  "visually",
]);

const PART = /\.rs-([a-z]+)/g;
/** `rgb(from var(--x) r g b / 30%)`: the only relative colour that is used, Chrome 119. */
const RELATIVE_COLOUR = /rgb\(from (?:var\()?(--[\w-]+|#[\da-f]+)\)? r g b \/ (\d+)%\)/g;
/** What stands there for browsers without them is not needed when there are none. */
const FOR_LACK_OF_RELATIVE = /^not \(color: rgb\(from/;
const OTHER_THEME = /\.rs-theme-(?:dark|high-contrast)/;

/**
 * The library's style sheet as Chrome 80 reads it, without what the console does not use.
 * `:focus-visible` becomes `:focus` under the class `keyboard`, which main.tsx keeps.
 */
export function lowerStyle(css: string): string {
  const sheet = postcss.parse(css);
  sheet.walkRules((rule) => {
    if (isFrame(rule)) return;
    const kept = rule.selectors.filter(isUsed).map(lowerSelector);
    if (kept.length === 0) rule.remove();
    else rule.selectors = kept;
  });
  sheet.walkDecls(/^(?:row-|column-)?gap$/, dropInFlexBox);
  const colours = rootColours(sheet);
  sheet.walkDecls((declaration) => {
    declaration.value = declaration.value.replace(
      RELATIVE_COLOUR,
      (...[, from, percent]) => mixed(colours.get(from) ?? from, Number(percent)),
    );
  });
  sheet.walkAtRules((rule) => {
    if (rule.nodes?.length === 0 || FOR_LACK_OF_RELATIVE.test(rule.params)) rule.remove();
  });
  return sheet.toString();
}

/** `from` and `to` of an animation are no selectors. */
function isFrame({ parent }: Rule): boolean {
  return parent?.type === "atrule" && "name" in parent && /keyframes$/.test(String(parent.name));
}

function isUsed(selector: string): boolean {
  if (OTHER_THEME.test(selector)) return false;
  return [...selector.matchAll(PART)].every(([, part = ""]) => USED.has(part));
}

function lowerSelector(selector: string): string {
  const unpacked = selector.replace(/:where\(([^()]*)\)/g, "$1");
  return unpacked.includes(":focus-visible")
    ? `.keyboard ${unpacked.replaceAll(":focus-visible", ":focus")}`
    : unpacked;
}

/** Chrome knows gaps in flex boxes from 84 on; where the console needs one, its own margin stands. */
function dropInFlexBox(gap: Declaration): void {
  const isFlex = gap.parent?.some((node) =>
    node.type === "decl" && node.prop === "display" && node.value.includes("flex")
  );
  if (isFlex) gap.remove();
}

function rootColours(sheet: Root): ReadonlyMap<string, string> {
  const colours = new Map<string, string>();
  sheet.walkDecls(/^--/, ({ prop, value }) => {
    if (!colours.has(prop)) colours.set(prop, value);
  });
  return colours;
}

/** A colour that is no plain `#rgb` or `#rrggbb` would be drawn as nothing: better to stop. */
function mixed(colour: string, percent: number): string {
  const digits = /^#([\da-f]{3}|[\da-f]{6})$/.exec(colour)?.[1];
  if (digits === undefined) throw new Error(`Cannot mix "${colour}", expected #rgb or #rrggbb`);
  const width = digits.length / 3;
  const parts = [0, 1, 2].map((at) =>
    parseInt(digits.slice(at * width, (at + 1) * width).repeat(2 / width), 16)
  );
  return `rgba(${parts.join(",")},${percent / 100})`;
}
