import type { DeviceCondition, KioskDevices, ReceiptPrinterStatus } from "../ffi/contract.ts";
import type { DeviceClass, DeviceState, DeviceStatus } from "./contract.ts";

export const DEVICE_CLASSES: readonly DeviceClass[] = [
  "card_reader",
  "id_card_reader",
  "scanner",
  "receipt_printer",
];

/** What the screen is told of a device; a driver that cannot say counts as a hardware error. */
export async function readDeviceStatus(
  devices: KioskDevices,
  device: DeviceClass,
): Promise<DeviceStatus> {
  try {
    return await read(devices, device);
  } catch {
    // The loop that runs the device meets the same error and logs it.
    return { device, state: "hardware_error", mediaPresent: false };
  }
}

async function read(devices: KioskDevices, device: DeviceClass): Promise<DeviceStatus> {
  switch (device) {
    case "card_reader": {
      const status = await devices.cardReader.status();
      const mediaPresent = status.media !== "not_present" && status.media !== "unknown";
      return { device, state: status.device, mediaPresent };
    }
    case "id_card_reader":
      return plain(device, (await devices.idCardReader.status()).device);
    case "scanner":
      return plain(device, (await devices.scanner.status()).device);
    case "receipt_printer":
      return {
        device,
        state: printerState(await devices.receiptPrinter.status()),
        mediaPresent: false,
      };
  }
}

function plain(device: DeviceClass, condition: DeviceCondition): DeviceStatus {
  return { device, state: condition, mediaPresent: false };
}

/** With the cover open nothing can be printed either, and the same person mends it. */
function printerState(status: ReceiptPrinterStatus): DeviceState {
  if (status.device !== "online") return status.device;
  if (status.paper === "out" || status.cover === "open") return "paper_out";
  return status.paper === "low" ? "paper_low" : "online";
}
