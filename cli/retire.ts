import { resolve } from "node:path";
import { DEFAULT_USER_ID } from "../crypto/sm2.ts";
import type {
  ErasureCertificate,
  RetirementBody,
} from "../server/modules/fleet/retire/contract.ts";
import { erasureCertificateSchema } from "../server/modules/fleet/retire/contract.ts";
import { fingerprintOf } from "../server/modules/fleet/line/line_keys.ts";
import { OffsetClock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import { pauseFor } from "../server/platform/pause.ts";
import { loadTerminalConfig, type TerminalConfig } from "../terminal/config.ts";
import { enrolledOf, type EnrolledTerminal } from "../terminal/line/line_memory.ts";
import { readApprover } from "./admin/approver.ts";
import { complain, printDone, readOptions, StartError, UsageError } from "./command.ts";
import { explained } from "./crypto_trouble.ts";
import { claimFolder } from "./dev/data_folder.ts";
import { openOutput } from "./files/output.ts";
import { writeSignedCertificate } from "./retire/certificate_file.ts";
import { certificateLines } from "./retire/certificate_text.ts";
import { eraseTerminal } from "./retire/erase_terminal.ts";
import { searchFor } from "./retire/markers.ts";
import { askIntent, submit, type SubmitDeps } from "./retire/submit.ts";
import { openTerminalKeys } from "./terminal/key_file.ts";
import { openRoute } from "./terminal/line_route.ts";
import { openJournal } from "./terminal/opened_terminal.ts";

const HELP =
  `用法: yikatong retire --yes <终端编号> --by <姓名> --witness <姓名> --reason <理由> --out <文件> [选项]
      yikatong retire check --platform-key <指纹或公钥> <证明>

在要撤走的终端上执行：清除密钥、日志和数据目录，再由这台终端的密钥签署销毁证明，平台会签、登记，
从此永远拒绝它的编号和密钥。不能恢复。先在管理台暂停这台终端，停止终端程序。
日志没有全部上传、有订单没有办完时不执行，并说明还有多少。

  --yes <终端编号>      与配置里的终端编号相同，表示确认
  --by <姓名>           经手人
  --witness <姓名>      见证人（采购人），不能与经手人相同
  --reason <理由>       如“到期更换”
  --out <文件>          证明写到哪里：不能在要清除的目录里
  --also <目录>         一并清除，可写多次：厂商库的工作目录、浏览器的用户目录
  --device <设备>       清除后在整个磁盘上随机抽查，如 /dev/sda（要 root）
  --photo <编号>        前后照片的存放编号，可写多次
  --offline             连不上平台：只写出证明，拿到平台上用 admin retire-terminal --certificate 登记
  --config <文件>       终端的 TOML 配置文件（也可用 YIKATONG_TERMINAL_CONFIG）

  check                 核对一份撤机证明的签名（yikatong retire check --help）

固态盘上覆盖写不能保证旧单元被擦除：上线时就要全盘加密，撤机时再 luksErase 或 blkdiscard、nvme format。
退出码：0 平台已登记；1 没有完成（说明做到哪一步）；2 用法不对。`;

export const retire = explained(async (args) => {
  if (args[0] === "check") return await (await import("./retire/check.ts")).check(args.slice(1));
  const options = readOptions(args, {
    help: HELP,
    options: {
      yes: { type: "string" },
      by: { type: "string" },
      witness: { type: "string" },
      reason: { type: "string" },
      out: { type: "string" },
      also: { type: "string", multiple: true },
      device: { type: "string" },
      photo: { type: "string", multiple: true },
      offline: { type: "boolean" },
      config: { type: "string" },
    },
  });
  if (!options) return 0;
  const stated = readStated(options);
  const config = await loadTerminalConfig(options.config);
  if (options.yes !== config.number) {
    throw new UsageError(`--yes 要写这台终端的编号（${config.number}），表示确认清除`);
  }
  const also = (options.also ?? []).map((path) => resolve(path));
  const out = requireOutside(options.out, [config.data_dir, ...also]);
  const isOnline = !(options.offline ?? false);
  using _claim = await claimFolder(config.data_dir, { reset: false });
  await using opened = await openKnown(config);
  using route = await openRoute(config.platform);
  const deps: SubmitDeps = {
    ...opened,
    route,
    clock: new OffsetClock(),
    pause: pauseFor,
    signal: new AbortController().signal,
  };
  using output = await openOutput({ path: out, force: false, isPrivate: true, isBinary: false });
  if (isOnline) await askIntent(deps);
  complain("正在清除，不要关机");
  const { data_dir: dataFolder, number } = config;
  const erased = await eraseTerminal({
    dataFolder,
    except: [`${dataFolder}/.in_use`, `${dataFolder}/releases`],
    also,
    device: options.device,
    search: searchFor(opened.markers),
    clock: deps.clock,
  });
  const signed = await sign(deps, {
    format: 1,
    product: "yikatong",
    kind: "erasure_certificate",
    id: newId(deps.clock.now()),
    terminalId: opened.enrolled.terminalId,
    terminalNumber: number,
    keyFingerprint: fingerprintOf(Uint8Array.fromHex(deps.keys.signPublicKey)),
    ...erased,
    keysDestroyed: ["terminal-sign", "terminal-agree", "PIN pad keys (on the platform)"],
    ...stated,
    photos: options.photo ?? [],
  });
  const reply = isOnline ? await submit(deps, signed).catch(keepFile) : null;
  await output.fill([writeSignedCertificate(signed, reply)]);
  await output.finish();
  printDone(
    [...certificateLines(JSON.parse(signed.certificate)), `证明      ${out}`],
    "证明的内容",
  );
  if (reply) {
    printDone(["平台已会签、登记：这台终端的编号和密钥不再接入"]);
    return 0;
  }
  complain(
    `数据已清除，平台还没有登记：把 "${out}" 拿到平台上执行 admin retire-terminal --certificate`,
  );
  return isOnline ? 1 : 0;
});

/** The machine is wiped already: what it signed must be kept whatever the network does. */
function keepFile(thrown: unknown): null {
  if (!(thrown instanceof StartError)) throw thrown;
  complain(thrown.message);
  return null;
}

function readStated(
  { by, witness: other, reason: why }: {
    readonly by?: string;
    readonly witness?: string;
    readonly reason?: string;
  },
) {
  const operator = readApprover(by);
  const witness = other?.trim() ?? "";
  const reason = why?.trim() ?? "";
  if (witness === "" || witness === operator) {
    throw new UsageError("要有 --witness <姓名>：第二个人在场见证，不能与 --by 相同");
  }
  if (reason === "") throw new UsageError("要有 --reason <理由>");
  return { operator, witness, reason };
}

function requireOutside(path: string | undefined, folders: readonly string[]): string {
  if (path === undefined || path === "-") throw new UsageError("要有 --out <文件>：证明写到哪里");
  const whole = resolve(path);
  const inside = folders.find((folder) => `${whole}/`.startsWith(`${resolve(folder)}/`));
  if (inside === undefined) return whole;
  throw new UsageError(`--out 不能在要清除的 "${inside}" 里：写到 U 盘或别的目录`);
}

/** Keys and enrolment of a terminal that has nothing left to tell; the journal is closed again. */
async function openKnown(config: TerminalConfig) {
  const known = await openTerminalKeys(config);
  if (!known) throw new StartError("这台终端没有密钥文件：没有注册过，或已经清除");
  await using stack = new AsyncDisposableStack();
  stack.use(known);
  const { enrolled, markers } = readJournal(config, known.keys.signPublicKey);
  const kept = stack.move();
  return {
    keys: known.keys,
    enrolled,
    markers,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function readJournal(
  config: TerminalConfig,
  signKey: string,
): { readonly enrolled: EnrolledTerminal; readonly markers: readonly string[] } {
  using journal = openJournal(config.data_dir, new OffsetClock());
  const enrolment = journal.line.enrolment();
  const enrolled = enrolment?.signKey === signKey ? enrolledOf(enrolment) : null;
  if (!enrolled) throw new StartError("这台终端没有注册过，或密钥已换：不能签署证明");
  const unsent = journal.events.unsentCount;
  const orders = journal.openOrders().map(({ body }) => body.id);
  if (unsent > 0 || orders.length > 0) {
    throw new StartError(
      `还有 ${unsent} 条日志没有上传、${orders.length} 笔订单没有办完：连上平台，启动终端程序，等它们` +
        "办完（yikatong doctor --terminal 可看），再停止程序重做。什么都没有清除",
    );
  }
  return { enrolled, markers: [enrolment?.id ?? "", enrolment?.nonce ?? "", signKey] };
}

async function sign(
  { keys }: Pick<SubmitDeps, "keys">,
  certificate: ErasureCertificate,
): Promise<RetirementBody> {
  const text = JSON.stringify(erasureCertificateSchema.parse(certificate));
  const message = new TextEncoder().encode(text);
  const signature = await keys.provider.sm2Sign(keys.sign, message, { userId: DEFAULT_USER_ID });
  return { certificate: text, signature: signature.toHex() };
}
