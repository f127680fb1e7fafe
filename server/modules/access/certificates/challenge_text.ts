import type { ChallengePurpose } from "./tables.ts";

export interface ChallengeFacts {
  readonly id: string;
  readonly purpose: ChallengePurpose;
  /** Where the console is, so that what is signed for one platform is nothing to another. */
  readonly origin: string;
  readonly login: string;
  readonly boundTo: string;
  readonly at: Date;
  /** 32 random bytes. */
  readonly nonce: Uint8Array;
}

/** What is signed, readable to whoever signs it; lines with LF between, none at the end. */
export function challengeText(facts: ChallengeFacts): string {
  return [
    "yikatong-certificate-challenge-1",
    `purpose: ${facts.purpose}`,
    `origin: ${facts.origin}`,
    `account: ${facts.login}`,
    `bound-to: ${facts.boundTo}`,
    `id: ${facts.id}`,
    `time: ${facts.at.toISOString()}`,
    `nonce: ${facts.nonce.toHex()}`,
  ].join("\n");
}

/** By what is signed, not by the row it was kept in, which somebody could have written into. */
export function isFor(
  text: string,
  { purpose, boundTo }: Pick<ChallengeFacts, "purpose" | "boundTo">,
): boolean {
  const lines = text.split("\n");
  return lines.includes(`purpose: ${purpose}`) && lines.includes(`bound-to: ${boundTo}`);
}

const HEX = /^([0-9a-fA-F]{2})+$/;

/** Of base64 or hex; null for neither. A hex text is never one of base64 of the right length. */
export function readSignatureText(text: string): Uint8Array | null {
  const compact = text.replaceAll(/\s/g, "");
  // 64 bytes and more: base64 of as many letters as hex has stands for other lengths.
  if (HEX.test(compact) && compact.length >= 128) return Uint8Array.fromHex(compact);
  try {
    return Uint8Array.fromBase64(compact);
  } catch {
    return null;
  }
}
