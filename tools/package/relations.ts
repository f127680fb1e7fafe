/** What a package asks of the system besides the C library, in the names of one package manager. */
export interface Relations {
  /** Without it something the product promises does not work. */
  readonly requires: readonly string[];
  /** What a machine of its usual kind uses. */
  readonly recommends: readonly string[];
  readonly suggests: readonly string[];
}

export interface BothRelations {
  readonly deb: Relations;
  readonly rpm: Relations;
}

/** Speed of the national cryptography; without it the program's own code does it. */
const LIBCRYPTO = "libssl3 | libssl3t64 | libssl1.1";
const LIBCRYPTO_RPM = "openssl-libs";

/**
 * Of Debian's essential packages (tar, util-linux, coreutils, libc-bin) nothing is said, as its
 * policy has it; rpm's minimal systems may be without them. `docs/packages.md` has program by program.
 */
export const SERVER_RELATIONS: BothRelations = {
  deb: {
    requires: [],
    recommends: ["systemd", LIBCRYPTO],
    suggests: ["postgresql", "postgresql-client", "chrony"],
  },
  rpm: {
    requires: ["tar", "util-linux"],
    recommends: ["systemd", LIBCRYPTO_RPM],
    suggests: ["postgresql", "postgresql-server", "chrony"],
  },
};

/** By path where distributions put a program into packages of different names. */
export const TERMINAL_RELATIONS: BothRelations = {
  deb: {
    requires: ["xz-utils"],
    recommends: [
      "systemd",
      "udev",
      LIBCRYPTO,
      "x11-xserver-utils",
      "x11-xkb-utils",
      "xinput",
      "xinit",
    ],
    suggests: ["chromium | firefox-esr", "chrony"],
  },
  rpm: {
    requires: ["tar", "xz", "util-linux"],
    recommends: [
      "systemd",
      "systemd-udev",
      LIBCRYPTO_RPM,
      "/usr/bin/xrandr",
      "/usr/bin/xset",
      "/usr/bin/setxkbmap",
      "/usr/bin/xinput",
      "/usr/bin/xinit",
    ],
    suggests: ["chromium", "chrony"],
  },
};
