import { DEFAULT_USER_ID } from "../../crypto/sm2.ts";
import { UsageError } from "../command.ts";

const USER_ID_BYTES_MAX = 8_191;

/** `--user-id` as UTF-8; never empty, which OpenSSL before 4.0 takes unless told otherwise. */
export function readUserId(text: string | undefined): Uint8Array {
  if (text === undefined) return DEFAULT_USER_ID;
  const userId = new TextEncoder().encode(text);
  if (userId.length >= 1 && userId.length <= USER_ID_BYTES_MAX) return userId;
  throw new UsageError(`--user-id 应为 1 至 ${USER_ID_BYTES_MAX} 字节，不能为空`);
}
