import assert from "node:assert/strict";
import { judgeClause } from "../clause.ts";
import { CLAUSES } from "../clauses.ts";
import { readOnce } from "./host_state.ts";
import { listeningPorts, readListeningPorts } from "./listening_ports.ts";
import { readTimeSync } from "./time_sync.ts";

const HEADER =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const TCP = `${HEADER}
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 24083 1 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 17021 1 0
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 24100 1 0
   3: 0500A8C0:01BB 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 18000 1 0
   4: nonsense
`;
const TCP6 = `${HEADER}
   0: 00000000000000000000000001000000:1538 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000   105        0 20000 1 0
   1: B80D0120000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20001 1 0
   2: 0000000000000000FFFF00000100007F:0CEA 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 20002 1 0
`;

Deno.test("listeningPorts() reads who listens out of the kernel's table, both families", () => {
  const told = (text: string, protocol: "tcp" | "tcp6") =>
    listeningPorts(text, protocol)
      .map(({ address, port, isLoopback, uid }) => [address, port, isLoopback, uid]);
  assert.deepEqual(told(TCP, "tcp"), [
    ["127.0.0.1", 8080, true, 1000],
    ["0.0.0.0", 22, false, 0],
    ["192.168.0.5", 443, false, 33],
  ]);
  assert.deepEqual(told(TCP6, "tcp6"), [
    ["::1", 5432, true, 105],
    ["2001:db8::1", 80, false, 0],
    ["::ffff:127.0.0.1", 3306, true, 0],
  ]);
  assert.deepEqual(told("", "tcp"), []);
});

Deno.test("readListeningPorts() sorts, and is null where no table can be read", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/tcp`, TCP);
    const tables = [["tcp", `${folder}/tcp`], ["tcp6", `${folder}/none`]] as const;
    const ports = await readListeningPorts(tables);
    assert.deepEqual(ports?.map(({ port }) => port), [22, 443, 8080]);
    assert.equal(await readListeningPorts([["tcp", `${folder}/none`]]), null);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("readTimeSync() takes the newest mark, and says when it is old", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const now = new Date("2026-11-18T04:00:00Z");
    const marks = [["one", `${folder}/one`], ["two", `${folder}/two`]] as const;
    assert.equal(await readTimeSync(now, marks), null);
    const mark = async (name: string, hoursAgo: number) => {
      await Deno.writeTextFile(`${folder}/${name}`, "");
      const at = new Date(now.getTime() - hoursAgo * 3_600_000);
      await Deno.utime(`${folder}/${name}`, at, at);
    };
    await mark("one", 25);
    assert.deepEqual((await readTimeSync(now, marks))?.isRecent, false);
    await mark("two", 1);
    assert.deepEqual(await readTimeSync(now, marks), {
      service: "two",
      lastAt: new Date("2026-11-18T03:00:00Z"),
      isRecent: true,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("readOnce() looks at the machine once", async () => {
  let looks = 0;
  const read = readOnce(() => {
    looks++;
    return Promise.resolve({ at: new Date(0), ports: null, timeSync: null });
  });
  assert.equal(await read(), await read());
  assert.equal(looks, 1);
});

Deno.test("clauses follow what the machine says, and name it where it says nothing", () => {
  const judged = (id: string, facts: Parameters<typeof judgeClause>[1]) => {
    const clause = CLAUSES.mlps3.find((one) => one.id === id);
    assert.ok(clause);
    return judgeClause(clause, facts).findings.map(({ verdict, reason }) => `${verdict} ${reason}`);
  };
  const ports = judged("L3-CES1-18", { openListeners: 0, hostPorts: 3, outsidePorts: 1 });
  assert.ok(ports.some((text) => /^partly .*共 3 个.*非回环 1 个/.test(text)), ports.join());
  const unread = judged("L3-CES1-18", { openListeners: 0 });
  assert.ok(unread.some((text) => /^unmet .*source missing.*E-21 平台主机的监听端口/.test(text)));
  const time = (facts: Parameters<typeof judgeClause>[1]) =>
    judged("8.1.5.4-d", facts).find((text) => text.includes("平台主机"));
  assert.match(time({ hostClocks: 1, hostClocksOutOfStep: 0 }) ?? "", /^met /);
  assert.match(time({ hostClocks: 1, hostClocksOutOfStep: 1 }) ?? "", /^unmet /);
  assert.match(time({}) ?? "", /^unmet .*E-16 平台主机的时间同步状态/);
});
