import { type CommandTable, type ExitCode, runCommand } from "./command.ts";

const COMMANDS: CommandTable = {
  "trial-balance": {
    summary: "试算平衡：某营业日或某时刻各科目的期初、发生和余额",
    load: async () => (await import("./ledger/trial_balance.ts")).trialBalance,
  },
  check: {
    summary: "由分录和订单重算挂账、日余额，列出每一处不一致",
    load: async () => (await import("./ledger/check.ts")).check,
  },
};

/** The books on the server's shell. */
export function ledger(args: readonly string[]): Promise<ExitCode> {
  return runCommand(COMMANDS, args, "yikatong ledger");
}
