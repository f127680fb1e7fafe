/**
 * What the pad's MAC of a sale by card is over: these bytes and no others, made alike by the
 * terminal and by the platform. All of it is ASCII, so that no filling of zeros can be taken for
 * content, and at most 130 bytes, which pads take in one piece (devices.md §3.1: 246).
 *
 *     YKCARD1|0001|0192f0c4-…|12640|6222021234567890123|2A084C604973D4AE
 *
 * The amount is fen as each side has it from the order, never as the other told it; `-` stands for
 * no PIN block.
 */
export function cardSaleBytes(sale: {
  readonly terminalNumber: string;
  readonly tradeId: string;
  readonly amountFen: bigint;
  readonly pan: string;
  readonly pinBlock: Uint8Array | null;
}): Uint8Array<ArrayBuffer> {
  const { terminalNumber, tradeId, amountFen, pan, pinBlock } = sale;
  const block = pinBlock === null ? "-" : pinBlock.toHex().toUpperCase();
  const fields = ["YKCARD1", terminalNumber, tradeId, String(amountFen), pan, block];
  return new TextEncoder().encode(fields.join("|"));
}

/** By the algorithm of the pad's MAC key; XFS pads know them as `sm4_cbc` and `x9_19`. */
export function padMacMethod(algorithm: "sm4" | "tdes"): "sm4_cbc" | "tdes_x9_19" {
  return algorithm === "sm4" ? "sm4_cbc" : "tdes_x9_19";
}
