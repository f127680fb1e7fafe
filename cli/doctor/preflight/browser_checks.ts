import { BROWSER_NAMES, findBrowsers } from "../../../terminal/browser/browsers.ts";
import type { TerminalFinding } from "../finding.ts";

const EXECUTABLE_BITS = 0o111;

/** What may show the screens, as the kiosk's session looks for it. */
export async function browserFinding(root: string): Promise<TerminalFinding> {
  const subject = "浏览器";
  const found = await findBrowsers(async (path) => {
    const info = await Deno.stat(`${root}/${path}`).catch(() => null);
    return info !== null && info.isFile && ((info.mode ?? 0) & EXECUTABLE_BITS) !== 0;
  });
  if (found.length > 0) {
    const text = found.map(({ path }) => path).join("、");
    return { state: "ok", subject, text, remedy: "" };
  }
  return {
    state: "failed",
    subject,
    text: "没有找到",
    remedy: `安装其中之一：${BROWSER_NAMES.join("、")}`,
  };
}
