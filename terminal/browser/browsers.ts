/** Programs that may show the screens; `deploy` names them with the systems that bring them. */
export interface Browser {
  readonly path: string;
  readonly family: "chromium" | "firefox";
}

/** As domestic systems name theirs, the better kept ones first. */
const NAMES: readonly { readonly name: string; readonly family: Browser["family"] }[] = [
  { name: "browser", family: "chromium" },
  { name: "uosbrowser", family: "chromium" },
  { name: "qaxbrowser-safe-stable", family: "chromium" },
  { name: "qaxbrowser-safe", family: "chromium" },
  { name: "browser360-cn-stable", family: "chromium" },
  { name: "browser360-cn", family: "chromium" },
  { name: "firefox", family: "firefox" },
  { name: "firefox-esr", family: "firefox" },
  { name: "chromium", family: "chromium" },
  { name: "chromium-browser", family: "chromium" },
];

const FOLDERS = ["/usr/bin", "/usr/local/bin", "/bin"];

export const BROWSER_NAMES: readonly string[] = NAMES.map(({ name }) => name);

/** Those that are there, each once, the first choice first. */
export async function findBrowsers(
  isProgram: (path: string) => Promise<boolean>,
): Promise<Browser[]> {
  const found: Browser[] = [];
  for (const { name, family } of NAMES) {
    for (const folder of FOLDERS) {
      const path = `${folder}/${name}`;
      if (!await isProgram(path)) continue;
      found.push({ path, family });
      break;
    }
  }
  return found;
}

/** One that the configuration names. */
export function browserAt(path: string): Browser {
  return { path, family: path.includes("firefox") ? "firefox" : "chromium" };
}
