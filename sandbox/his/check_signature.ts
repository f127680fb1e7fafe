import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../../server/platform/clock.ts";

/** How far a caller's clock may be off. */
const SKEW_MS_MAX = 5 * 60_000;
const NONCE = /^[0-9A-Za-z-]{16,64}$/;

/**
 * The party's own reading of the signature rule, written apart from the client's so that the two
 * check each other. A repeated nonce passes: the client's retried reads carry it, and every change
 * is idempotent by its id.
 */
export function signatureFault(
  key: { readonly app: string; readonly secret: string; readonly clock: Clock },
  request: { readonly method: string; readonly path: string; readonly headers: Headers },
  body: string,
): string | null {
  const header = (name: string): string => request.headers.get(name) ?? "";
  if (header("x-app") !== key.app) return "未登记的调用方";
  const timestamp = header("x-timestamp");
  const off = Math.abs(key.clock.now().getTime() - Number(timestamp));
  if (!/^\d{13}$/.test(timestamp) || off > SKEW_MS_MAX) return "时间戳超出范围";
  if (!NONCE.test(header("x-nonce"))) return "随机串格式错误";
  const digest = createHash("sha256").update(body, "utf8").digest("hex");
  const expected = createHmac("sha256", key.secret)
    .update([request.method, request.path, timestamp, header("x-nonce"), digest].join("\n"))
    .digest();
  const given = Uint8Array.fromHex(
    /^[0-9a-f]{64}$/.test(header("x-signature")) ? header("x-signature") : "00".repeat(32),
  );
  return timingSafeEqual(expected, given) ? null : "签名不正确";
}
