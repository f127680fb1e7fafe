import { placeOfDatabase, readAddress } from "../server/platform/database_login/address.ts";
import { isDenial } from "../server/platform/database_login/login_error.ts";
import { reasonOf } from "../server/platform/errors.ts";
import { DatabaseDenied, StartError } from "./command.ts";

/** By SQLSTATE and by Node's code of a socket. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "没有在这个地址监听：数据库没有启动，或地址、端口写错",
  ENOTFOUND: "找不到这台主机：核对主机名和 DNS",
  EHOSTUNREACH: "网络不通：检查网线、路由和防火墙",
  ETIMEDOUT: "没有应答：检查网络和防火墙",
  "28P01": "用户名或口令不对。改正前不要反复启动：openGauss、GaussDB、KingbaseES 会锁定账号",
  "28000": "数据库不接受这个用户从这里连接，或账号已锁定：检查 pg_hba.conf 和账号状态",
  "3D000": "没有这个名称的数据库：先用 createdb 建立",
  "53300": "连接数已满：增加 max_connections，或减小 database.pool",
  "57P03": "数据库正在启动或停止，稍后再试",
};

/** `url` without user and password: what is wrong between us and the server, and what to do. */
export function databaseTrouble(url: string, thrown: unknown): StartError {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const where = placeOfDatabase(readAddress(url));
  const Trouble = isDenial(thrown) ? DatabaseDenied : StartError;
  return new Trouble(`连不上数据库 ${where}：${REASONS[code] ?? reasonOf(thrown)}`, {
    cause: thrown,
  });
}
