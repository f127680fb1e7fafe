import { z } from "zod";
import {
  type RetirementBody,
  retirementBodySchema,
  type RetirementReply,
} from "../../server/modules/fleet/retire/contract.ts";
import { StartError } from "../command.ts";

/** What `yikatong retire --out` writes: the signed certificate, and the platform's answer to it. */
const fileShape = z.object({
  certificate: z.string(),
  signature: z.string(),
});

export function writeSignedCertificate(
  signed: RetirementBody,
  reply: RetirementReply | null,
): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify({ ...signed, ...reply }, null, 2)}\n`);
}

export function readSignedCertificate(path: string, bytes: Uint8Array): RetirementBody {
  try {
    const { certificate, signature } = fileShape.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return retirementBodySchema.parse({ certificate, signature });
  } catch (thrown) {
    throw new StartError(`"${path}" 不是 yikatong retire 写出的证明，或已损坏`, { cause: thrown });
  }
}
