import { type CommandTable, type ExitCode, runCommand } from "./command.ts";

const COMMANDS: CommandTable = {
  "in-flight": {
    summary: "一个机构还没办完的订单和退费：各状态多少笔，最久的多久",
    load: async () => (await import("./orders/in_flight.ts")).inFlight,
  },
  "ask-again": {
    summary: "一个机构还没办完的订单立即向各方查询一遍",
    load: async () => (await import("./orders/ask_again.ts")).askAgain,
  },
};

/** Orders on the server's shell, for a cut-over. */
export function orders(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong orders");
}
