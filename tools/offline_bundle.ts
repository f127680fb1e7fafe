/**
 * `deno task bundle:offline`: what a district is given on a disk, for machines without a network:
 * packages, installer, answers, documents, the public keys and one signed manifest of it all.
 *
 *   --target linux-x64|linux-arm64   the machine's own otherwise
 *   --keys DIR                       public keys of the signers: build.pem, owner.pem
 *   --key FILE --signer NAME         signs; as often as there are signers
 *   --pack                           packs the folder that was signed elsewhere
 *   --dist DIR                       where releases and packages lie, and the bundle is put
 */
import { parseArgs } from "node:util";
import { StartError, UsageError } from "../cli/command.ts";
import { sign } from "../cli/release/sign.ts";
import { reasonOf } from "../server/platform/errors.ts";
import { ownFile } from "../server/platform/release.ts";
import { BuildError } from "./build/build_error.ts";
import { isTarget, ownTarget, TARGETS } from "./build/targets.ts";
import { gather } from "./offline/gather.ts";
import { bundleFolder } from "./offline/layout.ts";
import { pack } from "./offline/pack.ts";
import { say } from "./say.ts";

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({
      options: {
        target: { type: "string" },
        keys: { type: "string" },
        key: { type: "string", multiple: true },
        signer: { type: "string", multiple: true },
        pack: { type: "boolean" },
        dist: { type: "string" },
      },
    });
    const { key: keys = [], signer: signers = [] } = values;
    const target = values.target ?? ownTarget();
    if (!isTarget(target)) throw new BuildError(`Expected --target ${TARGETS.join(" or ")}`);
    if (keys.length !== signers.length) throw new BuildError("Expected a --signer for each --key");
    const place = { dist: values.dist ?? ownFile("dist"), target };
    const folder = bundleFolder(place);
    if (!values.pack) {
      if (values.keys === undefined) {
        throw new BuildError("Expected --keys, the signers' public keys");
      }
      await gather(place, values.keys);
    }
    for (const [at, key] of keys.entries()) {
      const code = await sign(["--key", key, "--signer", signers[at] ?? "", folder]);
      if (code !== 0) throw new BuildError(`Cannot sign ${folder}`);
    }
    if (!values.pack && keys.length === 0) {
      await say(`${folder}/`);
      await say(
        "Sign it: yikatong release sign --key … --signer … FOLDER; then run this with --pack",
      );
      return 0;
    }
    for (const line of await pack(folder)) await say(line);
    return 0;
  } catch (thrown) {
    const isPlain = [BuildError, StartError, UsageError].some((kind) => thrown instanceof kind);
    if (!isPlain) throw thrown;
    await say(reasonOf(thrown));
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
