import { wipe } from "../../crypto/bytes.ts";
import { privateKeyToEncryptedPem } from "../../crypto/keys.ts";
import { UsageError } from "../command.ts";
import { readPassword } from "../files/password.ts";

type Prf = "hmac_sm3" | "hmac_sha256";

export const PRF_HELP =
  `  --prf <名称>            从口令导出密钥的算法：hmac_sm3（默认）或 hmac_sha256；
                          openssl 3.0 读不了前者，私钥要交给它时用后者`;

export function readPrf(text = "hmac_sm3"): Prf {
  if (text === "hmac_sm3" || text === "hmac_sha256") return text;
  throw new UsageError(`--prf "${text}" 无效：应为 hmac_sm3 或 hmac_sha256`);
}

/** Under a new password, from the file or typed twice. `path` is where the key will stand. */
export async function encryptPrivateKey(
  privateKey: Uint8Array,
  { file, path, prf }: {
    readonly file: string | undefined;
    readonly path: string;
    readonly prf: Prf;
  },
): Promise<string> {
  const password = await readPassword({ file, what: `私钥 "${path}" 的口令`, isNew: true });
  try {
    return privateKeyToEncryptedPem(privateKey, password, { prf });
  } finally {
    wipe(password);
  }
}
