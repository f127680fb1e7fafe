/** Machines of the field as their files and programs tell of them; texts as public reports have them. */
import type { FactSources } from "../../cli/doctor/preflight/facts.ts";

export interface Machine {
  readonly osRelease: string;
  readonly cpuinfo: string;
  readonly kernel: string;
  readonly arch: typeof Deno.build.arch;
  /** What programs print, by their names and arguments. */
  readonly tells: Readonly<Record<string, string>>;
  readonly memoryKib?: number;
  readonly programs?: readonly string[];
}

const FT2000 = `processor\t: 0
BogoMIPS\t: 100.00
Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 cpuid
CPU implementer\t: 0x70
CPU architecture: 8
CPU variant\t: 0x1
CPU part\t: 0x663
`;
const KUNPENG = `processor\t: 0
Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm
CPU implementer\t: 0x48
CPU architecture: 8
CPU part\t: 0xd01
`;
const HYGON = `processor\t: 0
vendor_id\t: HygonGenuine
model name\t: Hygon C86 3250  8-core Processor
flags\t\t: fpu vme sse sse2 ssse3 sse4_1 sse4_2 popcnt aes avx avx2
`;

const KYSEC_ON = "KySec status: Normal\n\nexec control: on\nfile protect: on\nthree admin : off\n";

function tells(glibc: string, systemd: string, pageSize = "4096"): Record<string, string> {
  return {
    "getconf GNU_LIBC_VERSION": `glibc ${glibc}`,
    "getconf PAGESIZE": pageSize,
    "systemctl --version": `systemd ${systemd} (${systemd})\n+PAM +AUDIT`,
    "timedatectl show": "Timezone=Asia/Shanghai\nNTP=yes\nNTPSynchronized=yes",
  };
}

export const MACHINES = {
  kylinServerKunpeng: {
    osRelease: 'NAME="Kylin Linux Advanced Server"\nVERSION="V10 (Lance)"\nID="kylin"\n' +
      'VERSION_ID="V10"\nPRETTY_NAME="Kylin Linux Advanced Server V10 (Lance)"\n',
    cpuinfo: KUNPENG,
    kernel: "4.19.90-52.22.v2207.ky10.aarch64",
    arch: "aarch64",
    tells: { ...tells("2.28", "243", "65536"), getstatus: KYSEC_ON },
  },
  kylinDesktopSp1: {
    osRelease: 'NAME="Kylin"\nVERSION="银河麒麟桌面操作系统V10 (SP1)"\nID=kylin\n' +
      'ID_LIKE=debian\nPRETTY_NAME="Kylin V10 SP1"\nVERSION_ID="v10"\n',
    cpuinfo: FT2000,
    kernel: "5.4.18-85-generic",
    arch: "aarch64",
    tells: { ...tells("2.31", "245"), getstatus: KYSEC_ON },
    programs: ["usr/bin/qaxbrowser-safe-stable"],
  },
  kylinDesktopBeforeSp1: {
    osRelease: 'NAME="Kylin"\nVERSION="V10"\nID=kylin\nPRETTY_NAME="Kylin V10"\n',
    cpuinfo: FT2000,
    kernel: "4.4.131-20200710.kylin.desktop-generic",
    arch: "aarch64",
    tells: { ...tells("2.23", "229"), getstatus: KYSEC_ON },
    programs: ["usr/bin/firefox"],
  },
  uos20: {
    osRelease: 'PRETTY_NAME="UnionTech OS Desktop 20 Pro"\nNAME="uos"\nVERSION_ID="20"\n' +
      'VERSION="20"\nID=uos\n',
    cpuinfo: HYGON,
    kernel: "4.19.0-amd64-desktop",
    arch: "x86_64",
    tells: tells("2.28", "241"),
    programs: ["usr/bin/browser"],
  },
  debian12: {
    osRelease: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nID=debian\n',
    cpuinfo: HYGON,
    kernel: "6.1.0-18-amd64",
    arch: "x86_64",
    tells: tells("2.36", "252"),
  },
} as const satisfies Readonly<Record<string, Machine>>;

/** Its files below `root`, its programs in one table. */
export async function plantMachine(root: string, machine: Machine): Promise<FactSources> {
  const memory = `MemTotal:       ${machine.memoryKib ?? 8_000_000} kB\nMemFree: 1 kB\n`;
  const files = {
    "etc/os-release": machine.osRelease,
    "proc/cpuinfo": machine.cpuinfo,
    "proc/meminfo": memory,
    "proc/sys/kernel/osrelease": `${machine.kernel}\n`,
    "var/lib/.keep": "",
  };
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, text);
  }
  for (const path of machine.programs ?? []) {
    await Deno.mkdir(`${root}/${path.slice(0, path.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, "#!/bin/sh\n", { mode: 0o755 });
  }
  return {
    root,
    arch: machine.arch,
    read: (path) => Deno.readTextFile(path).catch(() => null),
    tell: (program, args) => Promise.resolve(machine.tells[[program, ...args].join(" ")] ?? null),
    free: () => Promise.resolve(100 * 1024 ** 3),
  };
}
