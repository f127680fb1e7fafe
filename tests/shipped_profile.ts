import { ROOT } from "../tools/source_files.ts";

/** A profile of ffi/profiles/ as `openVendorRig` takes it, with a simulated library in its place. */
export async function shippedProfile(name: string, library: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(`ffi/profiles/${name}.toml`, ROOT));
  const lines = text.split("\n").filter((line) =>
    !/^(name|encoding|library|preload) = /.test(line)
  );
  return [`library = "${library}"`, ...lines].join("\n");
}
