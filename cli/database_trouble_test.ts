import assert from "node:assert/strict";
import { LoginError } from "../server/platform/database_login/login_error.ts";
import { runCommand } from "./command.ts";
import { openConfigured } from "./database.ts";
import { databaseTrouble } from "./database_trouble.ts";

Deno.test("openConfigured() says where no database listens, without user and password", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  taken.close();
  const url = `postgres://clerk:s3cret@127.0.0.1:${port}/yikatong`;
  const database = { url, pool: 1, product: "postgresql", allow_md5: false } as const;
  await assert.rejects(openConfigured({ database, data_dir: "/none" }, 1), {
    name: "StartError",
    message:
      `连不上数据库 127.0.0.1:${port}/yikatong：没有在这个地址监听：数据库没有启动，或地址、端口写错`,
  });
});

Deno.test("databaseTrouble() knows the usual reasons and passes others on", () => {
  const url = "postgres://clerk@db/yikatong";
  const wrong = Object.assign(new Error("password authentication failed"), { code: "28P01" });
  assert.match(databaseTrouble(url, wrong).message, /db:5432\/yikatong：用户名或口令不对。/);
  assert.match(databaseTrouble(url, new Error("odd")).message, /odd$/);
});

Deno.test("a denied login ends a command with 4, so that nobody starts it over and over", async () => {
  const thrown = databaseTrouble("postgres://clerk@db", new LoginError("28P01", "denied"));
  const commands = {
    serve: { summary: "", load: () => Promise.resolve(() => Promise.reject(thrown)) },
  };
  assert.equal(await runCommand(commands, ["serve"]), 4);
});
