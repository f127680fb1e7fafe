import assert from "node:assert/strict";
import { detectProduct } from "./detect.ts";
import type { DatabaseLook } from "./look.ts";
import { refusalsOf } from "./refusals.ts";

Deno.test("detectProduct() knows every product by what it says of itself", () => {
  const banners: Readonly<Record<string, readonly [string | null, string]>> = {
    "PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc": [
      "postgresql",
      "15.18",
    ],
    "PostgreSQL 18beta1 on aarch64-unknown-linux-gnu": ["postgresql", "18"],
    "(openGauss 5.0.1 build 33b035fd) compiled at 2023-12-15 20:19:06": ["opengauss", "5.0.1"],
    "PostgreSQL 9.2.4 (openGauss 2.0.0 build 78689da9) compiled at": ["opengauss", "2.0.0"],
    "gaussdb (GaussDB Kernel 505.1.0 build 44f4fa53) compiled at": ["gaussdb", "505.1.0"],
    "PostgreSQL 9.2.4 (GaussDB Kernel V500R001C20 build 6f5b8b9a)": ["gaussdb", "V500R001C20"],
    "KingbaseES V008R006C009B0014 on x86_64-pc-linux-gnu": ["kingbase", "V008R006C009B0014"],
  };
  for (const [banner, [product, version]] of Object.entries(banners)) {
    assert.deepEqual(detectProduct(banner), { product, version }, banner);
  }
});

Deno.test("detectProduct() takes no relative of a product for the product", () => {
  const banners = [
    "PostgreSQL 11.2-YB-2.20.0.0-b0 on x86_64",
    "PostgreSQL 9.4.26 (Greenplum Database 6.25.3 build) on x86_64",
    "PostgreSQL 15.10 (PolarDB 15.10.2.0 build) on x86_64",
    "Vastbase G100 V2.2 (Build 10) on x86_64",
    "(MogDB 3.0.4 build cc068866) compiled at",
    "CockroachDB CCL v22.2.0 (x86_64-pc-linux-gnu)",
    "HighGo Security Enterprise Edition Database System 4.5.8",
    "8.0.36",
  ];
  for (const banner of banners) assert.equal(detectProduct(banner).product, null, banner);
});

const FIT: DatabaseLook = {
  product: "postgresql",
  version: "15.18",
  emptyTextIsNull: false,
  saysTrue: true,
  encoding: "UTF8",
};

Deno.test("refusalsOf() takes a database that keeps what it is given", () => {
  assert.deepEqual(refusalsOf(FIT, "postgresql"), []);
});

Deno.test("refusalsOf() says of every other what to do", () => {
  const gauss: DatabaseLook = { ...FIT, product: "opengauss", version: "5.0.1" };
  const cases: readonly (readonly [DatabaseLook, RegExp])[] = [
    [{ ...FIT, product: null, version: "MySQL" }, /不认识这个数据库（MySQL）/],
    [{ ...FIT, product: "kingbase" }, /改为 "kingbase"/],
    [{ ...FIT, version: "12.22" }, /太旧/],
    [{ ...gauss, emptyTextIsNull: true }, /dbcompatibility 'PG'/],
    [{ ...gauss, saysTrue: false }, /dbcompatibility 'PG'/],
    [{ ...FIT, product: "kingbase", emptyTextIsNull: true }, /initdb -m pg/],
    [{ ...FIT, encoding: "SQL_ASCII" }, /UTF8/],
  ];
  for (const [look, words] of cases) {
    assert.match(
      refusalsOf(look, look.product === "opengauss" ? "opengauss" : "postgresql").join(),
      words,
    );
  }
});
