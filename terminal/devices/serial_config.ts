import { z } from "zod";

/** Fields of every device on a serial port; those left out are the driver's own. */
export const serial = {
  /** A link such as "/dev/kiosk/epp" survives another order of plugging. */
  path: z.string().startsWith("/"),
  baud: z.number().int().min(1_200).max(921_600).optional(),
  parity: z.enum(["none", "even", "odd"]).optional(),
  data_bits: z.literal([7, 8]).optional(),
  stop_bits: z.literal([1, 2]).optional(),
};

/** Bytes as they stand in a manual: "1b40". */
export function hexBytes(
  { min = 1, max }: { readonly min?: number; readonly max: number },
): z.ZodType<Uint8Array, string> {
  return z.string().regex(
    new RegExp(`^(?:[0-9a-fA-F]{2}){${min},${max}}$`),
    `应是 ${min} 至 ${max} 个字节，写成十六进制`,
  ).transform((text) => Uint8Array.fromHex(text));
}
