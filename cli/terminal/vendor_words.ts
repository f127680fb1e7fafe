import { TomlError } from "smol-toml";
import { z } from "zod";
import { LibraryError, type LibraryTrouble } from "../../ffi/vendor/library_error.ts";
import { ProfileError } from "../../ffi/vendor/profile.ts";
import { explainField } from "../../server/platform/config_words.ts";
import { reasonOf } from "../../server/platform/errors.ts";
import { fileReason } from "../files/reason.ts";

/** Why a vendor's library cannot be used and what to do, in the technician's language. */
export async function vendorTrouble(profilePath: string, thrown: unknown): Promise<string> {
  if (thrown instanceof ProfileError) return profileText(profilePath, thrown.cause ?? thrown);
  if (thrown instanceof LibraryError) return await libraryText(thrown.trouble);
  return reasonOf(thrown);
}

function profileText(path: string, cause: unknown): string {
  const file = `动态库的配置文件 "${path}"`;
  if (cause instanceof TomlError) {
    return `${file} 第 ${cause.line} 行第 ${cause.column} 列不是正确的 TOML`;
  }
  if (cause instanceof z.ZodError) {
    return `${file} 不能使用，请改正：\n${
      cause.issues.map((issue) => `  ${explainField(issue)}`).join("\n")
    }`;
  }
  return `不能读取${file}：${fileReason(cause)}`;
}

async function libraryText(trouble: LibraryTrouble): Promise<string> {
  if (trouble.kind === "no_symbols") {
    return `动态库里没有函数 ${trouble.symbols.join("、")}：按厂商头文件核对 symbol；` +
      "确实没有的函数写 optional = true";
  }
  const { path, reason } = trouble;
  const why = await fileTrouble(path) ?? missingLibrary(path, reason) ?? reason;
  return `动态库 "${path}" 装不上：${why}`;
}

/** The loader names what it looked for; where that is another library, this one asks for it. */
function missingLibrary(path: string, reason: string): string | null {
  const [, other] = /^([^\s:]+\.so[^\s:]*): cannot open shared object/.exec(reason) ?? [];
  if (other === undefined || other === path) return null;
  return `缺少它依赖的 ${other}：从厂商安装包取得，把完整路径写进配置文件的 preload`;
}

const ELF = [0x7f, 0x45, 0x4c, 0x46];
const MACHINE_AT = 18;
const CLASS_AT = 4;
const CLASS_64_BITS = 2;
const HEADER_BYTES = 20;
/** `e_machine` of the ELF specification, little-endian. */
const MACHINES: Readonly<Record<number, string>> = {
  3: "x86（32 位）",
  8: "mips",
  40: "arm（32 位）",
  62: "x86_64",
  183: "aarch64",
  258: "loongarch64",
};

/** Of the file itself, since the loader calls a library of another machine one that is not there. */
async function fileTrouble(path: string): Promise<string | null> {
  try {
    using file = await Deno.open(path);
    const header = new Uint8Array(HEADER_BYTES);
    await file.read(header);
    if (ELF.some((byte, at) => header[at] !== byte)) return "这个文件不是动态库（ELF）";
    const machine = (header[MACHINE_AT] ?? 0) | (header[MACHINE_AT + 1] ?? 0) << 8;
    const name = MACHINES[machine] ?? `机器类型 ${machine}`;
    if (name === Deno.build.arch && header[CLASS_AT] === CLASS_64_BITS) return null;
    return `它是给 ${name} 编译的，本机是 ${Deno.build.arch}：向厂商要本机架构的版本`;
  } catch (thrown) {
    return fileReason(thrown);
  }
}
