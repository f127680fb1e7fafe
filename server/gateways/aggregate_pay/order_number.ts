/** The bank's order numbers are our ids without dashes behind the number it gave us (msgSrcId). */

const HEX = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

export function orderNumberOf(prefix: string, id: string): string {
  return prefix + id.replaceAll("-", "");
}

/** Null when it is not one of ours. */
export function idOfOrderNumber(prefix: string, number: string): string | null {
  if (!number.startsWith(prefix)) return null;
  const parts = HEX.exec(number.slice(prefix.length));
  return parts ? parts.slice(1).join("-") : null;
}
