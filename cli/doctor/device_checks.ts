import type {
  CommandOptions,
  Completion,
  KioskDevices,
  ReceiptPrinter,
} from "../../ffi/contract.ts";
import type { MotorReader } from "../../ffi/motor_reader/contract.ts";
import type { PinPad } from "../../ffi/pin_pad/contract.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import type { DeviceClass, DeviceStatus } from "../../terminal/contract.ts";
import { type DeviceModule, deviceModules } from "../../terminal/device_status.ts";
import type { DevicesConfig } from "../../terminal/devices/device_config.ts";
import type { Finding, TerminalFinding } from "./finding.ts";

const CHECK_WAIT_MS_MAX = 5_000;
/** A vendor's library is loaded, a motor found: a device just opened is offline at first. */
const APPEAR_WAIT_MS_MAX = 5_000;

export const DEVICE_NAMES: Readonly<Record<DeviceClass, string>> = {
  card_reader: "社保卡读卡器",
  id_card_reader: "身份证阅读器",
  scanner: "扫码器",
  receipt_printer: "凭条打印机",
  pin_pad: "密码键盘",
  insurance_terminal: "医保终端",
  cabinet: "柜门传感器",
  ups: "不间断电源",
  lights: "指示灯",
};

/** Every module of a kiosk (R-DEV-01): those that are configured are asked, read-only. */
export async function checkDevices(
  devices: KioskDevices,
  config: DevicesConfig,
  { appearWaitMs = APPEAR_WAIT_MS_MAX }: { readonly appearWaitMs?: number } = {},
): Promise<TerminalFinding[]> {
  const modules = new Map(deviceModules(devices, null).map((module) => [module.device, module]));
  return await Promise.all(
    Object.keys(DEVICE_NAMES).filter(isDeviceClass).map(async (device) => {
      const settings = config[device];
      const module = modules.get(device);
      if (!settings || !module) return absent(device);
      await appeared(module, appearWaitMs);
      return await checkDevice({ devices, module, settings });
    }),
  );
}

/** Resolves when the device answers, or was waited for long enough. */
async function appeared(module: DeviceModule, waitMs: number): Promise<void> {
  const over = Promise.withResolvers<void>();
  const look = () =>
    module.read().then(({ state }) => state === "offline" || over.resolve(), over.resolve);
  const end = module.subscribe(() => void look());
  const timer = setTimeout(over.resolve, waitMs);
  await look();
  await over.promise;
  clearTimeout(timer);
  end();
}

/** What a visit cannot do without. */
const NEEDED: readonly DeviceClass[] = ["card_reader", "id_card_reader", "receipt_printer"];

function absent(device: DeviceClass): TerminalFinding {
  const isNeeded = NEEDED.includes(device);
  return {
    state: isNeeded ? "warning" : "ok",
    subject: DEVICE_NAMES[device],
    text: "没有配置",
    remedy: isNeeded ? `机器上有这个设备时，在配置文件加 [devices.${device}]` : "",
  };
}

interface Checked {
  readonly devices: KioskDevices;
  readonly module: DeviceModule;
  readonly settings: {
    readonly driver: string;
    readonly path?: string;
    readonly profile?: string;
  };
}

async function checkDevice({ devices, module, settings }: Checked): Promise<TerminalFinding> {
  const status = await module.read();
  const where = settings.path ?? settings.profile ?? "";
  const judgement = judge(status, where);
  // A library behind a port may be at fault as well as the port.
  const probe = settings.profile !== undefined && status.state === "offline"
    ? `；执行 yikatong device-host ${settings.profile} --probe 看动态库能不能用`
    : "";
  const facts = status.state === "offline" ? [] : await factsOf(devices, module.device);
  const { state, text } = judgement;
  return {
    state,
    subject: DEVICE_NAMES[module.device],
    text: [
      text,
      await portTrouble(status, settings.path),
      `驱动 ${settings.driver}`,
      where,
      ...facts,
    ].filter(Boolean).join("，"),
    remedy: `${judgement.remedy}${probe}`,
  };
}

/** Before a cable is looked for. */
async function portTrouble({ state }: DeviceStatus, path: string | undefined): Promise<string> {
  if (state !== "offline" || path === undefined) return "";
  return await Deno.stat(path).then(() => "", () => "没有这个设备文件");
}

interface Judgement extends Finding {
  readonly remedy: string;
}

function judge({ state, mediaPresent }: DeviceStatus, where: string): Judgement {
  const known = JUDGEMENTS[state];
  const isOffline = state === "offline";
  return {
    ...known,
    text: mediaPresent ? `${known.text}，里面有卡` : known.text,
    remedy: isOffline && where !== "" ? `${known.remedy}（${where}）` : known.remedy,
  };
}

const JUDGEMENTS: Readonly<Record<DeviceStatus["state"], Judgement>> = {
  online: { state: "ok", text: "在线", remedy: "" },
  offline: {
    state: "failed",
    text: "没有应答",
    remedy: "检查电源和数据线是否插好、设备路径是否写对、运行用户是否在 dialout 组",
  },
  hardware_error: {
    state: "failed",
    text: "设备报告故障",
    remedy: "断电重启设备；仍然如此时更换设备并报修",
  },
  paper_out: { state: "warning", text: "缺纸或盖子打开", remedy: "装纸并合上盖子" },
  paper_low: { state: "warning", text: "纸快用完", remedy: "准备换纸" },
  tampered: {
    state: "failed",
    text: "密码键盘被拆动过，密钥已自毁",
    remedy: "检查键盘的安装，然后在安全的地方重新灌装主密钥",
  },
  no_keys: {
    state: "warning",
    text: "没有工作密钥，不收银行卡",
    remedy: "看终端日志里 pad_keys.missing 的原因（docs/运维手册.md“密码键盘的密钥”）",
  },
  door_open: { state: "warning", text: "柜门打开", remedy: "关好柜门；关着时检查门磁" },
  on_battery: { state: "warning", text: "市电中断，正在用电池", remedy: "检查市电和插头" },
  battery_low: { state: "failed", text: "电池即将用完", remedy: "立即恢复市电，或正常关机" },
};

/** Model, firmware, status bytes: whatever the device tells of itself. */
async function factsOf(devices: KioskDevices, device: DeviceClass): Promise<string[]> {
  try {
    switch (device) {
      case "card_reader":
        return await motorFacts(devices.cardReader);
      case "receipt_printer":
        return await printerFacts(devices.receiptPrinter);
      case "pin_pad":
        return devices.pinPad ? await pinPadFacts(devices.pinPad) : [];
      case "ups":
        return devices.ups ? await upsFacts(devices.ups) : [];
      case "id_card_reader":
        return [`证件 ${devices.idCardReader.capabilities.documents.length} 种`];
      default:
        return [];
    }
  } catch (thrown) {
    return [`自检出错：${reasonOf(thrown)}`];
  }
}

async function motorFacts(reader: object): Promise<string[]> {
  if (!canIdentify(reader)) return [];
  return identityText(await reader.identify(options()));
}

/** A card reader over a motor passes the motor's own identity on. */
function canIdentify(reader: object): reader is Pick<MotorReader, "identify"> {
  return "identify" in reader && typeof reader.identify === "function";
}

async function pinPadFacts(pad: PinPad): Promise<string[]> {
  const { model, keySlots, algorithms } = pad.capabilities;
  const { battery } = await pad.status();
  return [
    `型号 ${model}`,
    ...identityText(await pad.identify(options())),
    `密钥 ${keySlots} 组（${algorithms.join("、")}）`,
    ...(battery === "low" ? ["电池电量低，尽快更换"] : []),
  ];
}

async function printerFacts(printer: ReceiptPrinter): Promise<string[]> {
  const bytes: string[] = [];
  for (const n of [1, 2, 3, 4] as const) {
    const answer = await printer.realTimeStatus(n, options());
    bytes.push(answer.kind === "done" ? answer.value.toString(16).padStart(2, "0") : "--");
  }
  return [`每行 ${printer.capabilities.columns} 列`, `状态字节 ${bytes.join(" ")}`];
}

async function upsFacts(ups: NonNullable<KioskDevices["ups"]>): Promise<string[]> {
  const { inputVolts, loadPercent, batteryVolts } = await ups.status();
  return [
    ...(inputVolts === null ? [] : [`输入 ${inputVolts} V`]),
    ...(loadPercent === null ? [] : [`负载 ${loadPercent}%`]),
    ...(batteryVolts === null ? [] : [`电池 ${batteryVolts} V`]),
  ];
}

function identityText(
  identity: Completion<{ readonly serialNumber: string; readonly firmware: string }, string>,
): string[] {
  if (identity.kind === "failed") return [`不报序列号（${identity.reason}）`];
  return [`序列号 ${identity.value.serialNumber}`, `固件 ${identity.value.firmware}`];
}

function options(): CommandOptions {
  return { signal: new AbortController().signal, timeoutMs: CHECK_WAIT_MS_MAX };
}

function isDeviceClass(name: string): name is DeviceClass {
  return Object.hasOwn(DEVICE_NAMES, name);
}
