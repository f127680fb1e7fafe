/** So much of one deposit. */
export interface RefundShare<Deposit> {
  readonly deposit: Deposit;
  readonly amountFen: bigint;
}

/**
 * What is due goes back over the deposits in the order they are given, each to the end of what is
 * left of it; what no deposit holds is paid out elsewhere. Pure.
 */
export function splitRefund<Deposit extends { readonly leftFen: bigint }>(
  dueFen: bigint,
  deposits: readonly Deposit[],
): { readonly shares: readonly RefundShare<Deposit>[]; readonly elsewhereFen: bigint } {
  const shares: RefundShare<Deposit>[] = [];
  let open = dueFen;
  for (const deposit of deposits) {
    const amountFen = deposit.leftFen < open ? deposit.leftFen : open;
    if (amountFen <= 0n) continue;
    shares.push({ deposit, amountFen });
    open -= amountFen;
  }
  return { shares, elsewhereFen: open };
}
