import type { FileTroubleKind } from "./compare_files.ts";
import type { ReleaseTrouble } from "./check_release.ts";
import { MANIFEST_FILE, SIGNATURES_FILE } from "./manifest.ts";

export const FILE_TROUBLES: Readonly<Record<FileTroubleKind, string>> = {
  missing: "缺少",
  changed: "内容不符",
  surplus: "多出",
  unreadable: "不能读取",
  not_a_file: "不是普通文件（链接、设备或管道）",
};

/** One line for each trouble, and one for each file that is listed. */
export function troubleLines(trouble: ReleaseTrouble): string[] {
  switch (trouble.kind) {
    case "no_manifest":
      return [`没有 ${MANIFEST_FILE}，或不能读取：不是完整的发布`];
    case "malformed_manifest":
      return [`${MANIFEST_FILE} 不是发布清单（${trouble.reason}）`];
    case "malformed_signatures":
      return [`${SIGNATURES_FILE} 不是签名清单`];
    case "no_trusted_keys":
      return ["没有安装发布公钥：不知道清单是谁写的，只能核对文件是否与它一致"];
    case "unusable_keys":
      return [trouble.reason];
    case "unsigned":
      return [`没有 ${trouble.signer} 的签名，或签名用的不是受信任的密钥`];
    case "wrong_signature":
      return [`${trouble.signer} 的签名不符：清单或签名被改动过`];
    case "expired":
      return [`已过安装期限 ${trouble.expires}：请取得新的发布`];
    case "old_counter":
      return [`发布序号 ${trouble.counter} 低于允许的 ${trouble.counterMin}：旧版本可能有已知漏洞`];
    case "files": {
      const { count, listed } = trouble.differences;
      const lines = listed.map(({ kind, path }) => `${FILE_TROUBLES[kind]}：${shown(path)}`);
      return count === listed.length ? lines : [...lines, `……共 ${count} 个文件与清单不符`];
    }
  }
}

/** A surplus file's name is another's: it must not move the cursor or forge a line of ours. */
function shown(path: string): string {
  return path === "" ? "." : JSON.stringify(path).slice(1, -1).replaceAll(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
