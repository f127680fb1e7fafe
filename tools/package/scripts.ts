import { basename } from "node:path";
import { fillIn } from "./fill_in.ts";
import type { Product } from "./product.ts";
import { readDeploy } from "./deploy_files.ts";

/** What a script of a package may stand on: its own text, complete, with nothing to load. */
export async function scriptValues(product: Product): Promise<Readonly<Record<string, string>>> {
  const kind = product.name.replace("yikatong-", "");
  const plain = {
    PACKAGE: product.name,
    DATA: product.data,
    USER: product.user,
    UNITS: product.units.map((unit) => basename(unit)).join(" "),
    SERVICES: product.services.join(" "),
  };
  const read = async (name: string) => fillIn(await readDeploy(`common/scripts/${name}`), plain);
  return {
    ...plain,
    ACCOUNTS: await read("accounts.sh"),
    SET_UP: `${await read(`set_up_${kind}.sh`)}\n${await read(`next_${kind}.sh`)}`,
    UNITS_SH: await read("units.sh"),
    WIPE: await read("wipe.sh"),
  };
}

/** A script or template of `deploy/` for this product. */
export async function fillScript(path: string, product: Product): Promise<string> {
  return fillIn(await readDeploy(path), await scriptValues(product));
}
