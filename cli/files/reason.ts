import { reasonOf } from "../../server/platform/errors.ts";

/** Why a file cannot be had, in the operator's language where it is an everyday reason. */
export function fileReason(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const number = / \(os error (\d+)\)$/.exec(reasonOf(thrown))?.[1] ?? "";
  return REASONS[code] ?? REASONS[NUMBERED[number] ?? ""] ?? reasonOf(thrown);
}

/** Errors of Linux that the runtime gives no code. */
const NUMBERED: Readonly<Record<string, string>> = { "27": "EFBIG", "122": "EDQUOT" };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "文件或目录不存在",
  EACCES: "没有权限，请用有权限的用户执行",
  EPERM: "系统不允许这样操作",
  EISDIR: "这是一个目录，不是文件",
  ENOTDIR: "路径中有一段不是目录",
  ENOSPC: "磁盘已满，请腾出空间后重做",
  EDQUOT: "磁盘配额已用完，请腾出空间后重做",
  EROFS: "文件系统只读",
  EFBIG: "文件太大，超过文件系统或用户的上限",
  EIO: "磁盘读写出错，请检查硬件",
  EMFILE: "打开的文件太多",
  EPIPE: "接收输出的程序已经退出",
  EEXIST: "已存在",
};
