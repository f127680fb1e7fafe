/** Packages as they leave the build, looked at with the tools of those who would install them. */
import assert from "node:assert/strict";
import { basename } from "node:path";
import { buildPackages, type PackageOptions } from "../../tools/package.ts";
import { MAINTAINER, readChangelog } from "../../tools/package/changelog.ts";
import { unitFaults } from "../../tools/package/check_units.ts";
import { deployPath, readDeploy } from "../../tools/package/deploy_files.ts";
import { readHelpPages } from "../../tools/package/help.ts";
import { findingsOf, lintDebs, lintRpms, lintUosDebs } from "../../tools/package/lint.ts";
import { PRODUCTS } from "../../tools/package/product.ts";
import { readUosPackage } from "../../tools/package/read_uos_package.ts";
import { run } from "../../tools/package/run.ts";
import { walkFolder } from "../../server/platform/release/walk_folder.ts";
import { EXECUTABLE } from "../../tools/package/tree.ts";
import { uosFaults } from "../../tools/package/uos_rules.ts";
import { makeFakeForm } from "../packages/fake_form.ts";
import { TemporaryFolder } from "../temporary_folder.ts";

const FORMATS = ["deb", "rpm", "uos"] as const;
/** Nothing that installs asks a network for anything. */
const NETWORK = /\b(curl|wget|nc|ftp|scp|ssh|apt|apt-get|dnf|yum|git|npm|pip)\b/;
const ANY_LINE = /./;

Deno.test("packages", async (t) => {
  using folder = new TemporaryFolder();
  const out = folder.file("out");
  await Deno.mkdir(out);
  const shared: Omit<PackageOptions, "from" | "out"> = {
    formats: FORMATS,
    helpPages: await readHelpPages(),
    notes: readChangelog(await readDeploy("common/changelog.toml")),
    maintainer: MAINTAINER,
  };
  const x64 = await makeFakeForm(folder.file("x64"), { target: "linux-x64" });
  const arm64 = await makeFakeForm(folder.file("arm64"), { target: "linux-arm64" });
  const made = [
    ...await buildPackages({ ...shared, from: x64, out }),
    ...await buildPackages({ ...shared, from: arm64, out }),
  ];
  const debs = made.filter((path) => /\/yikatong-[^/]*\.deb$/.test(path));
  const rpms = made.filter((path) => path.endsWith(".rpm"));
  const uosDebs = made.filter((path) => /\/cn\.[^/]*\.deb$/.test(path));

  await t.step("are named as their systems name them", () => {
    assert.deepEqual(made.map((path) => path.slice(out.length + 1)).sort(), [
      "cn.yikatong.kiosk_0.7.0.7_amd64.deb",
      "cn.yikatong.kiosk_0.7.0.7_arm64.deb",
      "yikatong-server-0.7.0-1.aarch64.rpm",
      "yikatong-server-0.7.0-1.x86_64.rpm",
      "yikatong-server_0.7.0_amd64.deb",
      "yikatong-server_0.7.0_arm64.deb",
      "yikatong-terminal-0.7.0-1.aarch64.rpm",
      "yikatong-terminal-0.7.0-1.x86_64.rpm",
      "yikatong-terminal_0.7.0_amd64.deb",
      "yikatong-terminal_0.7.0_arm64.deb",
    ]);
  });

  await t.step("are the same bytes whoever builds them", async () => {
    const again = folder.file("again");
    await Deno.mkdir(again);
    const umask = Deno.umask(0o077);
    try {
      for (const path of await buildPackages({ ...shared, from: arm64, out: again })) {
        const first = path.replace(again, out);
        assert.deepEqual(await Deno.readFile(path), await Deno.readFile(first), path);
      }
    } finally {
      Deno.umask(umask);
    }
  });

  await t.step("have nothing that lintian calls an error or a warning", async () => {
    // Each product once and each processor once: lintian is slow.
    const [server = "", , , terminal = ""] = debs;
    assert.deepEqual(await lintDebs([server, terminal]), []);
    assert.deepEqual(await lintUosDebs(uosDebs.slice(0, 1)), []);
  });

  await t.step("have nothing that rpmlint calls an error or a warning", async () => {
    assert.deepEqual(await lintRpms(rpms), []);
  });

  await t.step("are compressed as old systems can read it", async () => {
    for (const deb of [...debs, ...uosDebs]) {
      const members = (await run("ar", ["t", deb])).trim().split("\n");
      assert.deepEqual(members, ["debian-binary", "control.tar.xz", "data.tar.xz"]);
    }
    for (const rpm of rpms) {
      const format = "%{PAYLOADCOMPRESSOR} %{PAYLOADFORMAT}";
      assert.equal(await run("rpm", ["-qp", "--nosignature", "--qf", format, rpm]), "xz cpio");
    }
  });

  await t.step("keep to the glibc floor and to one program on a machine", async () => {
    for (const deb of debs) {
      const [depends, conflicts] = (await run("dpkg-deb", ["-f", deb, "Depends", "Conflicts"]))
        .trim().split("\n");
      assert.match(depends ?? "", /libc6 \(>= 2\.27\), libgcc-s1 \| libgcc1/);
      assert.match(conflicts ?? "", deb.includes("server") ? /terminal$/ : /server$/);
    }
    for (const rpm of rpms) {
      const requires = await run("rpm", ["-qp", "--nosignature", "--requires", rpm]);
      assert.match(requires, /^glibc >= 2\.27$/m);
      assert.match(requires, /^libgcc_s\.so\.1\(\)\(64bit\)$/m);
    }
  });

  await t.step("ask for the programs without which they do not work", async () => {
    for (const deb of debs.filter((path) => path.includes("terminal"))) {
      assert.match(await run("dpkg-deb", ["-f", deb, "Depends"]), /, xz-utils$/m);
      const recommends = await run("dpkg-deb", ["-f", deb, "Recommends"]);
      assert.match(recommends, /x11-xserver-utils, x11-xkb-utils, xinput, xinit$/m);
    }
    for (const rpm of rpms) {
      const requires = await run("rpm", ["-qp", "--nosignature", "--requires", rpm]);
      const programs = rpm.includes("terminal") ? ["tar", "xz", "util-linux"] : ["tar"];
      for (const name of programs) assert.match(requires, new RegExp(`^${name}$`, "m"));
      const recommends = await run("rpm", ["-qp", "--nosignature", "--recommends", rpm]);
      assert.match(
        recommends,
        rpm.includes("terminal") ? /^\/usr\/bin\/setxkbmap$/m : /^systemd$/m,
      );
    }
  });

  await t.step("leave the operator's settings alone", async () => {
    for (const [at, deb] of debs.entries()) {
      const conffiles = await run("dpkg-deb", ["-I", deb, "conffiles"]);
      assert.equal(conffiles.trim(), SETTINGS[at % SETTINGS.length]?.join("\n"));
      const files = await run("rpm", ["-qp", "--nosignature", "-c", rpms[at] ?? ""]);
      assert.equal(files.trim(), SETTINGS[at % SETTINGS.length]?.toSorted().join("\n"));
    }
  });

  await t.step("have scripts that any shell reads and that ask no network", async () => {
    for (const deb of debs) {
      const control = folder.file("control");
      await run("dpkg-deb", ["--control", deb, control]);
      for (const name of ["postinst", "prerm", "postrm"]) {
        await requireGoodScript(`${control}/${name}`);
      }
      await Deno.remove(control, { recursive: true });
    }
    for (const rpm of rpms) {
      for (const name of ["POSTIN", "PREUN", "POSTUN"]) {
        const text = await run("rpm", ["-qp", "--nosignature", "--qf", `%{${name}}`, rpm]);
        const path = folder.file(name);
        await Deno.writeTextFile(path, `#!/bin/sh\n${text}\n`);
        await requireGoodScript(path);
      }
    }
  });

  await t.step("are purged by whoever asks, and keep the data of who does not answer", async () => {
    for (const deb of debs) {
      const control = folder.file("control");
      await run("dpkg-deb", ["--control", deb, control]);
      const script = await Deno.readTextFile(`${control}/postrm`);
      await Deno.writeTextFile(folder.file("confmodule"), CONFMODULE);
      await Deno.writeTextFile(
        folder.file("postrm"),
        script.replaceAll("/usr/share/debconf/confmodule", folder.file("confmodule")),
      );
      const said = await run("sh", [folder.file("postrm"), "purge"]);
      assert.match(said, /^started with: purge\n.*数据、密钥保留在 \/var\/lib\/yikatong/);
      await Deno.remove(control, { recursive: true });
    }
  });

  await t.step("the offline installer is as good a script", async () => {
    for (const name of ["install.sh", "preflight.sh"]) {
      await requireGoodScript(deployPath(`common/${name}`));
    }
  });

  for (const product of PRODUCTS) {
    const deb = debs.find((path) => path.includes(`${product.name}_`)) ?? "";
    const root = folder.file(product.name);
    await run("dpkg-deb", ["--extract", deb, root]);

    await t.step(`${product.name} lets systemd start it, hardly exposed`, async () => {
      assert.deepEqual(await unitFaults(root, product.units.map((unit) => basename(unit))), []);
    });

    await t.step(`${product.name} is found out when a unit starts what is not there`, async () => {
      const empty = folder.file(`${product.name}-empty`);
      const units = "lib/systemd/system";
      await Deno.mkdir(`${empty}/${units}`, { recursive: true });
      await Deno.copyFile(
        `${root}/${units}/${product.name}.service`,
        `${empty}/${units}/${product.name}.service`,
      );
      const [fault] = await unitFaults(empty, [`${product.name}.service`]);
      assert.match(fault ?? "", /Command .* is not executable/);
    });

    await t.step(`${product.name} has programs that any shell reads`, async () => {
      await requireGoodScript(`${root}/usr/sbin/yikatong-purge`);
      for (const { path, mode } of product.files) {
        if (mode === EXECUTABLE) await requireGoodScript(`${root}/${path}`);
      }
    });

    await t.step(`${product.name} has manuals without a fault`, async () => {
      for await (const { path } of walkFolder(`${root}/usr/share/man`)) {
        const plain = folder.file("page");
        await Deno.writeTextFile(plain, await run("zcat", [`${root}/usr/share/man/${path}`]));
        // What mandoc advises about dates and style is no fault of the page.
        assert.deepEqual(
          await findingsOf("mandoc", ["-Tlint", "-Wwarning", plain], ANY_LINE),
          [],
        );
        const man = ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", plain];
        assert.deepEqual(await findingsOf("man", man, /: warning/), []);
      }
    });

    await t.step(`${product.name} runs by its name`, async () => {
      if (Deno.build.arch !== "x86_64") return;
      const said = await run(`${root}/usr/bin/yikatong`, ["serve", "--config", "x"]);
      assert.equal(said, "serve\n--config\nx\n");
    });
  }

  await t.step("complete commands and options for bash", async () => {
    const script = `${
      folder.file("yikatong-server")
    }/usr/share/bash-completion/completions/yikatong`;
    await run("shellcheck", ["-s", "bash", script]);
    const complete = async (...words: string[]) =>
      (await run("bash", ["-c", COMPLETE, "bash", script, ...words])).trim().split(" ");
    assert.ok((await complete("se")).includes("serve"));
    assert.deepEqual(await complete("audit", "ver"), ["verify"]);
    assert.ok((await complete("sm", "sign", "--key", "x", "--")).includes("--password-file"));
    assert.ok((await complete("doctor", "--")).includes("--terminal"));
  });

  await t.step("of UOS' layout keep to its rules", async () => {
    for (const deb of uosDebs) {
      const found = await readUosPackage(deb, folder.file(`uos-${uosDebs.indexOf(deb)}`));
      assert.deepEqual(uosFaults(found), []);
    }
    const base = `${folder.file("uos-0")}/tree/opt/apps/cn.yikatong.kiosk`;
    await requireGoodScript(`${base}/files/bin/yikatong-kiosk`);
    await run("desktop-file-validate", [`${base}/entries/applications/cn.yikatong.kiosk.desktop`]);
  });
});

/** Of the server and of the terminal, in the order in which they are made. */
const SETTINGS = [
  ["/etc/yikatong/server.toml"],
  ["/etc/yikatong/terminal.toml", "/etc/yikatong/kiosk.toml"],
];

/** debconf's, which runs its reader anew with the arguments it was read with; nobody answers. */
const CONFMODULE = `echo "started with: $*"
db_input() { :; }; db_go() { :; }; db_purge() { :; }
db_get() { RET=false; }
`;

const COMPLETE = `source "$1"; shift
COMP_WORDS=(yikatong "$@"); COMP_CWORD=$#
_yikatong; echo "\${COMPREPLY[@]}"`;

async function requireGoodScript(path: string): Promise<void> {
  await run("sh", ["-n", path]);
  // debconf's library is not here to be read.
  await run("shellcheck", ["-s", "sh", "-e", "SC1091", path]);
  assert.doesNotMatch(withoutTexts(await Deno.readTextFile(path)), NETWORK, path);
}

/** Without comments and what is only said, which may name commands. */
function withoutTexts(script: string): string {
  return script
    .replaceAll(/<<'END'[\s\S]*?^END$/gm, "")
    .split("\n").filter((line) => !/^\s*(#|echo |say )/.test(line)).join("\n");
}
