import type { TerminalSettings } from "../../server/modules/settings/contract.ts";
import type { SlipOrigin } from "./slip.ts";

/** Also printable before the platform was ever reached. */
export function slipOrigin(settings: TerminalSettings | null): SlipOrigin {
  return {
    institution: settings?.institution.name ?? "自助服务终端",
    terminalNumber: settings?.terminal.number ?? "—",
    staffPhone: settings?.institution.staffPhone ?? "请咨询服务台",
  };
}
