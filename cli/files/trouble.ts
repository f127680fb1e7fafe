import { StartError } from "../command.ts";
import { fileReason } from "./reason.ts";

/** `action` and `path` as the operator knows them: 不能读取 "key.pem"：文件不存在. */
export function fileTrouble(action: string, path: string, thrown: unknown): StartError {
  return new StartError(`${action} "${path}"：${fileReason(thrown)}`, { cause: thrown });
}
