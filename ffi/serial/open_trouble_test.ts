import assert from "node:assert/strict";
import { EACCES, EBUSY, EIO, ENXIO } from "./libc.ts";
import { openTrouble } from "./open_trouble.ts";

Deno.test("openTrouble() names the port and what a technician can do", () => {
  const said = (errno: number) => openTrouble("/dev/kiosk/epp", errno).message;
  assert.match(said(EACCES), /^Cannot open the port "\/dev\/kiosk\/epp": no permission.*dialout/);
  assert.match(said(EBUSY), /busy, another program has it open$/);
  assert.match(said(ENXIO), /no such device, expected it plugged in and switched on$/);
  assert.match(said(EIO), /no hardware behind it/);
  assert.match(said(99), /: error 99$/);
  assert.equal(openTrouble("/dev/ttyS1", EIO).trouble, "unavailable");
});
