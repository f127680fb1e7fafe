import { shellActor } from "../../server/modules/audit/actor.ts";
import { ERASURES_MAX, selectErasedSince } from "../../server/modules/audit/subject/store.ts";
import { eraseLocked } from "../../server/modules/identity/persons/erase_person.ts";
import { erasingOf } from "../../server/personal_data.ts";
import { chinaTime, parseChinaTime } from "../../server/platform/clock.ts";
import { DomainError } from "../../server/platform/errors.ts";
import { isId } from "../../server/platform/ids.ts";
import type { ProtectionDeps } from "../../server/protection/upkeep_works.ts";
import { type ExitCode, print, readOptions, StartError, UsageError } from "../command.ts";
import { readApprover } from "./approver.ts";
import { withProtection } from "./protection.ts";

const HELP = `用法: yikatong admin erasures --since <日期> [选项]
      yikatong admin erasures --repeat <名单> --by <姓名> [选项]

第一种：按审计记录列出这一天（北京时间）以来删除过的个人信息，每行一个内部编号和时间。编号不含身份，
名单可以存放在数据库之外。第二种：恢复数据库备份之后，把名单上的人再次删除，每人记入审计记录；已是
删除状态的、备份里还没有的不变，可以重复执行。

  --since <日期>          如 2026-11-22
  --repeat <名单>         上面的输出；每行开头的编号有效，# 开头的行不读
  --by <姓名>             谁经手的，记入审计记录
  --config <文件>         TOML 配置文件（也可用 YIKATONG_CONFIG）；环境变量优先
  --insecure-development  用开发密钥，仅限没有真实数据的环境

有人还有没办完的订单或未入账款时退出码为 1：办完后再执行。`;

const REASON = "恢复备份后再次删除";
const LIST_BYTES_MAX = 16 * 1024 * 1024;

export async function erasuresCommand(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args, {
    help: HELP,
    options: {
      since: { type: "string" },
      repeat: { type: "string" },
      by: { type: "string" },
      config: { type: "string" },
      "insecure-development": { type: "boolean" },
    },
  });
  if (!options) return 0;
  const { since, repeat } = options;
  if ((since === undefined) === (repeat === undefined)) {
    throw new UsageError("要 --since 或 --repeat 其中一个。加 --help 看说明。");
  }
  if (repeat === undefined) {
    const from = dayOf(since ?? "");
    return await withProtection(options, (deps) => list(deps, from));
  }
  const actor = shellActor(readApprover(options.by));
  const ids = await readList(repeat);
  return await withProtection(options, (deps) => eraseAgain(deps, actor, ids));
}

function dayOf(text: string): Date {
  try {
    return parseChinaTime(`${text} 00:00:00`);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new UsageError(`日期 "${text}" 无效：应如 2026-11-22`);
  }
}

async function list({ db }: ProtectionDeps, since: Date): Promise<ExitCode> {
  const erased = await selectErasedSince(db, since);
  for (const { at, patient_id: id } of erased) {
    if (id !== null) print(`${id} ${chinaTime(at)}`);
  }
  if (erased.length < ERASURES_MAX) return 0;
  throw new StartError(`名单只列到第 ${ERASURES_MAX} 条：请再从最后一行的日期起列一次`);
}

async function readList(path: string): Promise<string[]> {
  const { size } = await Deno.stat(path).catch(() => {
    throw new StartError(`不能读取名单 "${path}"`);
  });
  if (size > LIST_BYTES_MAX) throw new StartError(`名单 "${path}" 过大`);
  const lines = (await Deno.readTextFile(path)).split(/\r?\n/).map((line) => line.trim());
  const ids = lines.filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/[\s,]/)[0] ?? "");
  const wrong = ids.find((id) => !isId(id));
  if (wrong !== undefined) throw new StartError(`名单里的 "${wrong}" 不是编号`);
  return [...new Set(ids)];
}

async function eraseAgain(
  deps: ProtectionDeps,
  actor: ReturnType<typeof shellActor>,
  ids: readonly string[],
): Promise<ExitCode> {
  const erasing = erasingOf(deps);
  const busy: string[] = [];
  let erased = 0;
  for (const id of ids) {
    try {
      if (await eraseLocked({ ...deps, erasing }, actor, { id, reason: REASON })) erased++;
    } catch (thrown) {
      if (!(thrown instanceof DomainError && thrown.code === "identity.person_busy")) throw thrown;
      busy.push(id);
    }
  }
  print(`再次删除 ${erased} 人；${ids.length - erased - busy.length} 人没有可删除的信息`);
  for (const id of busy) print(`还有没办完的订单或未入账款：${id}`);
  return busy.length === 0 ? 0 : 1;
}
