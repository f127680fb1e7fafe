/** What a browser calls itself, in words; those in front also name the ones behind them. */
const BROWSERS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bQIHU|\b360(?:SE|EE)\b/, "360 浏览器"],
  [/\bQaxBrowser\/(\d+)/i, "奇安信浏览器"],
  [/\bEdgA?\/(\d+)/, "Edge"],
  [/\bFirefox\/(\d+)/, "Firefox"],
  [/\b(?:Headless)?Chrome\/(\d+)/, "Chrome"],
  [/\bVersion\/(\d+)\S* .*\bSafari\//, "Safari"],
];

const SYSTEMS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bHarmonyOS\b/, "鸿蒙"],
  [/\bAndroid\b/, "Android"],
  [/\b(?:iPhone|iPad)\b/, "iOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** `Chrome 120，Windows`; an agent that nobody knows stays as it is. */
export function browserText(agent: string): string {
  for (const [pattern, name] of BROWSERS) {
    const found = pattern.exec(agent);
    if (!found) continue;
    const [, version] = found;
    const system = SYSTEMS.find(([each]) => each.test(agent))?.[1];
    return [version === undefined ? name : `${name} ${version}`, ...(system ? [system] : [])]
      .join("，");
  }
  return agent;
}
