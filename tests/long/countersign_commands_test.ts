import assert from "node:assert/strict";
import { signingCommands } from "../../console-ui/flows/audit_chain/signing_commands.ts";
import { publicKeyFromPem } from "../../crypto/keys.ts";
import { DEFAULT_USER_ID, verify } from "../../crypto/sm2.ts";
import { type CliFolder, openCliFolder } from "../cli.ts";

/** What the console tells the owner of a second key to run gives what the platform takes. */

const TEXT = "yikatong-audit-checkpoint 1\nnumber 42\n";
const FILE = "checkpoint-42.txt";

async function shell({ path }: CliFolder, script: string): Promise<string> {
  const command = new Deno.Command("sh", { args: ["-ec", script], cwd: path, stdin: "null" });
  const { success, stdout, stderr } = await command.output();
  assert.ok(success, `${script}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

function commandOf(title: string): string {
  const found = signingCommands(FILE).find((each) => each.title === title);
  assert.ok(found, title);
  return found.command;
}

Deno.test("the commands for a second key give a signature and a key the platform takes", async () => {
  await using folder = await openCliFolder();
  await folder.write(FILE, TEXT);
  await shell(folder, "openssl genpkey -algorithm SM2 -out own.pem");
  const signs: Readonly<Record<string, () => Promise<unknown>>> = {
    withOpenssl: () => shell(folder, commandOf("withOpenssl")),
    async withYikatong() {
      const { code, stderr } = await folder.run(commandOf("withYikatong").split(" ").slice(1));
      assert.equal(code, 0, stderr);
    },
  };
  for (const [title, sign] of Object.entries(signs)) {
    await sign();
    const told = await shell(folder, commandOf("encode"));
    const pem = told.slice(told.indexOf("-----BEGIN"));
    const signature = Uint8Array.fromBase64(told.slice(0, told.indexOf("-----BEGIN")));
    const text = new TextEncoder().encode(TEXT);
    const form = { userId: DEFAULT_USER_ID, format: "der" } as const;
    assert.ok(verify(publicKeyFromPem(pem), text, signature, form), title);
    await Deno.remove(`${folder.path}/checkpoint.sig`);
  }
});
