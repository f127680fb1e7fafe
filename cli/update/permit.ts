import { z } from "zod";
import { verify } from "../../crypto/sm2.ts";
import type { TrustedKey } from "../../server/platform/release/trusted_keys.ts";
import { StartError } from "../command.ts";
import { readSmallFile } from "../files/input.ts";
import type { DowngradePermit } from "./counters.ts";

const PERMIT_BYTES_MAX = 16 * 1024;
const SIGNATURE_BYTES_MAX = 1_024;

const shape = z.strictObject({
  format: z.literal(1),
  product: z.literal("yikatong"),
  permit: z.literal("downgrade"),
  version: z.string(),
  counter: z.int().min(1),
  /** Why, for whoever reads the record later. */
  reason: z.string().min(1).max(200),
  expires: z.iso.datetime({ offset: true }),
});

/**
 * A permit is signed by every trusted signer, each in `<file>.<signer>.sig` as `yikatong sm sign`
 * writes it.
 */
export async function readPermit(
  path: string,
  { trusted, now }: { readonly trusted: readonly TrustedKey[]; readonly now: Date },
): Promise<DowngradePermit> {
  const text = await readSmallFile(path, PERMIT_BYTES_MAX);
  const signers = [...new Set(trusted.map(({ signer }) => signer))].sort();
  if (signers.length === 0) {
    throw new StartError(`降级许可 "${path}" 不能核对：本机没有安装发布公钥`);
  }
  for (const signer of signers) {
    const signature = await readSmallFile(`${path}.${signer}.sig`, SIGNATURE_BYTES_MAX);
    const isGood = trusted.some((key) =>
      key.signer === signer && verify(key.publicKey, text, signature, { format: "der" })
    );
    if (!isGood) throw new StartError(`降级许可 "${path}" 上 ${signer} 的签名不符`);
  }
  const { version, counter, expires } = parse(path, text);
  if (new Date(expires) <= now) throw new StartError(`降级许可 "${path}" 已过期（${expires}）`);
  return { version, counter };
}

function parse(path: string, text: Uint8Array): z.infer<typeof shape> {
  try {
    return shape.parse(JSON.parse(new TextDecoder().decode(text)));
  } catch (thrown) {
    throw new StartError(`"${path}" 不是降级许可：内容不完整或格式不对`, { cause: thrown });
  }
}
