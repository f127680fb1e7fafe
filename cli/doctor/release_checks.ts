import { Sm3 } from "../../crypto/sm3.ts";
import type { ReleaseTrouble } from "../../server/platform/release/check_release.ts";
import { checkOwnRelease, mayServe } from "../../server/platform/release/own_release.ts";
import type { ReleaseSettings } from "../../server/platform/release/settings.ts";
import { troubleLines } from "../../server/platform/release/trouble_text.ts";
import { ownFile, RELEASE } from "../../server/platform/release.ts";
import type { Finding, TerminalFinding } from "./finding.ts";

const FILES_SHOWN_MAX = 10;

/** Every file of this program against its signed manifest; what would not start has failed. */
export async function releaseFindings(
  settings: ReleaseSettings,
  { form, folder } = { form: RELEASE.form, folder: ownFile("") },
): Promise<Finding[]> {
  switch (form) {
    case "source":
      return [{ state: "warning", text: "由源码运行：没有签名的发布清单，程序文件不能核对" }];
    case "compiled":
      return [{
        state: "warning",
        text: "单文件形式不能核对自己：由软件包的签名和操作系统的执行控制（如 KySec）保证",
      }];
    case "bundled":
      return await filesFindings(settings, folder);
  }
}

/** The same for a technician. */
export async function terminalReleaseFindings(
  settings: ReleaseSettings,
): Promise<TerminalFinding[]> {
  return (await releaseFindings(settings)).map((finding) => ({
    ...finding,
    subject: "程序文件",
    remedy: finding.state === "failed" ? "重新安装软件包，或 yikatong update rollback" : "",
  }));
}

async function filesFindings(settings: ReleaseSettings, folder: string): Promise<Finding[]> {
  const newDigest = () => new Sm3();
  const found = await checkOwnRelease({ folder, settings, newDigest, extent: "all" });
  const { manifest, signers, troubles, verification } = found;
  if (manifest && troubles.length === 0) {
    const names = signers.map(({ signer }) => signer).join("、");
    const text = `程序文件与发布清单一致：${manifest.version}，序号 ${manifest.counter}，` +
      `${manifest.files.length} 个文件，签名方 ${names}`;
    const policy = verification === "enforce"
      ? []
      : [{ state: "warning", text: "release.verification = warn：程序文件不符时只告警" } as const];
    return [{ state: "ok", text }, ...policy];
  }
  const state = mayServe(found) ? "warning" : "failed";
  return troubles.map(inBrief).flatMap(troubleLines)
    .map((line) => ({ state, text: `程序文件：${line}` }));
}

/** `yikatong release verify` lists them all: here they would hide what else is wrong. */
function inBrief(trouble: ReleaseTrouble): ReleaseTrouble {
  if (trouble.kind !== "files") return trouble;
  const { count, listed } = trouble.differences;
  return { ...trouble, differences: { count, listed: listed.slice(0, FILES_SHOWN_MAX) } };
}
