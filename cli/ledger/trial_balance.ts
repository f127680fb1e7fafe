import { listByIds } from "../../server/modules/access/organisations/store.ts";
import { listInstitutionsByCode } from "../../server/modules/access/find_organisation.ts";
import { balanceOf } from "../../server/modules/ledger/days/day_balance.ts";
import { trialCsv } from "../../server/modules/ledger/trial/trial_csv.ts";
import {
  readTrialBalance,
  totalsOf,
  type TrialBalance,
  trialMoment,
} from "../../server/modules/ledger/trial/trial_balance.ts";
import { chinaTime, parseChinaTime } from "../../server/platform/clock.ts";
import { loadConfig } from "../../server/platform/config.ts";
import { formatYuan } from "../../server/platform/money.ts";
import type { Tables } from "../../server/schema.ts";
import { type ExitCode, print, readOptions, UsageError } from "../command.ts";
import { openConfigured } from "../database.ts";
import type { Kysely } from "kysely";

const HELP = `用法: yikatong ledger trial-balance [选项]

  --day <yyyy-MM-dd>            整个营业日（默认今天）
  --at "<yyyy-MM-dd HH:mm:ss>"  到这一时刻为止（北京时间）
  --institution <机构编码>      只算一家机构（默认全市）
  --format <text|csv>           text（默认，各机构合计）或 csv（每家机构一行）
  --config <文件>

正数为借方余额，负数为贷方余额；合计的余额必须为 0，否则返回 1。`;

/** A path every other begins with. */
const EVERYWHERE = { paths: ["/"] };

export async function trialBalance(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      config: { type: "string" },
      day: { type: "string" },
      at: { type: "string" },
      institution: { type: "string" },
      format: { type: "string", default: "text" },
    },
  });
  if (!options) return 0;
  const { format, institution } = options;
  if (format !== "text" && format !== "csv") throw new UsageError(`没有格式 "${format}"。`);
  const moment = trialMoment(momentOf(options), new Date());
  const config = await loadConfig(options.config === undefined ? {} : { file: options.config });
  await using opened = await openConfigured(config, 1);
  const { db } = opened;
  const scope = institution === undefined ? EVERYWHERE : await scopeOf(db, institution);
  const balance = await readTrialBalance({ db }, scope, moment);
  print(format === "csv" ? await csvOf(db, balance) : textOf(balance));
  return balanceOf(totalsOf(balance.accounts).total) === 0n ? 0 : 1;
}

function momentOf({ day, at }: { readonly day?: string; readonly at?: string }) {
  if (day !== undefined && at !== undefined) throw new UsageError("--day 和 --at 只能写一个。");
  try {
    if (day !== undefined) parseChinaTime(`${day} 00:00:00`);
    return { day, at: at === undefined ? undefined : parseChinaTime(at).toISOString() };
  } catch {
    throw new UsageError(`看不懂时间 "${day ?? at}"。`);
  }
}

async function scopeOf(db: Kysely<Tables>, code: string): Promise<{ readonly paths: string[] }> {
  const found = (await listInstitutionsByCode(db, [code])).get(code);
  if (!found) throw new UsageError(`没有编码为 "${code}" 的机构。`);
  return { paths: [found.path] };
}

async function csvOf(db: Kysely<Tables>, balance: TrialBalance): Promise<string> {
  const ids = [...new Set(balance.accounts.map(({ institutionId }) => institutionId))];
  const institutions = await listByIds(db, ids);
  return trialCsv(balance, new Map(institutions.map((of) => [of.id, of])));
}

const ACCOUNT_WIDTH = 24;
const AMOUNT_WIDTH = 18;

function textOf(balance: TrialBalance): string {
  const { byAccount, total } = totalsOf(balance.accounts);
  const until = balance.at === null ? "" : `，到 ${chinaTime(balance.at)}`;
  const lines = [...byAccount, { ...total, account: "合计" }].map((sums) =>
    line(sums.account, [sums.openingFen, sums.debitFen, sums.creditFen, balanceOf(sums)])
  );
  return [
    `营业日 ${balance.day}${until}${balance.closed ? "（已日结）" : "（未日结）"}`,
    ["科目".padEnd(ACCOUNT_WIDTH), ...["期初", "借方", "贷方", "余额"].map(headed)].join(""),
    ...lines,
  ].join("\n");
}

function headed(title: string): string {
  return title.padStart(AMOUNT_WIDTH - title.length);
}

function line(account: string, amounts: readonly bigint[]): string {
  const name = account.padEnd(account === "合计" ? ACCOUNT_WIDTH - 2 : ACCOUNT_WIDTH);
  return name + amounts.map((fen) => formatYuan(fen).padStart(AMOUNT_WIDTH)).join("");
}
