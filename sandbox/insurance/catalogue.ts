/**
 * What a community clinic charges, as the national catalogue and the region price it. Invented
 * prices and shares; codes have the national shape. `nhsa.md` §5's four lines are among them.
 */
export interface CatalogueItem {
  /** National code (med_list_codg). */
  readonly catalogueCode: string;
  /** The institution's own code (medins_list_codg). */
  readonly itemCode: string;
  readonly name: string;
  readonly specification: string;
  readonly category: ChargeCategory;
  readonly unit: string;
  readonly priceYuan: string;
  /** chrgitm_lv: 01 甲, 02 乙, 03 自费. */
  readonly level: "01" | "02" | "03";
  /** Share the patient pays before anything else, N5,4; 1 is full self-pay. */
  readonly selfpayProportion: string;
  /** Price above which the rest of the unit price is the patient's; null: no cap. */
  readonly capYuan: string | null;
}

/** med_chrgitm_type. */
export type ChargeCategory = "02" | "03" | "04" | "05" | "07" | "08" | "09" | "10" | "11" | "12";

export const CHARGE_CATEGORY_NAMES: Readonly<Record<ChargeCategory, string>> = {
  "02": "诊察费",
  "03": "检查费",
  "04": "化验费",
  "05": "治疗费",
  "07": "护理费",
  "08": "卫生材料费",
  "09": "西药费",
  "10": "中药饮片",
  "11": "中成药",
  "12": "一般诊疗费",
};

type Row = readonly [
  catalogueCode: string,
  itemCode: string,
  name: string,
  specification: string,
  category: ChargeCategory,
  unit: string,
  priceYuan: string,
  level: "01" | "02" | "03",
  selfpayProportion: string,
  capYuan: string | null,
];

// deno-fmt-ignore: a table is read by its rows
const ROWS: readonly Row[] = [
  ["001110200010000-11020001", "YBZL01", "一般诊疗费", "次", "12", "次", "10.00", "01", "0.0000", null],
  ["001110200020000-11020002", "ZJZL01", "副主任医师诊察费", "次", "02", "次", "20.00", "01", "0.0000", "15.00"],
  ["001110200030000-11020003", "ZJZL02", "主任医师诊察费", "次", "02", "次", "35.00", "01", "0.0000", "15.00"],
  ["001110200040000-11020004", "JZZC01", "急诊诊察费", "次", "02", "次", "15.00", "01", "0.0000", null],
  ["002503010010000-250301001", "XCG01", "血常规（五分类）", "次", "04", "次", "25.00", "02", "0.1000", null],
  ["002501020010000-250102001", "NCG01", "尿常规", "次", "04", "次", "12.00", "02", "0.1000", null],
  ["002504030010000-250403001", "KFXT01", "空腹血糖测定", "次", "04", "次", "6.00", "01", "0.0000", null],
  ["002503030020000-250303002", "XZSX01", "血脂四项", "次", "04", "次", "48.00", "02", "0.1000", null],
  ["002503050010000-250305001", "GGN01", "肝功能七项", "次", "04", "次", "56.00", "02", "0.1000", null],
  ["002503070010000-250307001", "SGN01", "肾功能三项", "次", "04", "次", "33.00", "02", "0.1000", null],
  ["002503020070000-250302007", "THXH01", "糖化血红蛋白", "次", "04", "次", "60.00", "02", "0.1000", null],
  ["002504040050000-250404005", "CFY01", "C反应蛋白", "次", "04", "次", "20.00", "02", "0.1000", null],
  ["002506010010000-250601001", "YGKY01", "乙肝表面抗原", "次", "04", "次", "15.00", "02", "0.1000", null],
  ["003107010010000-310701001", "XDT01", "常规心电图", "次", "03", "次", "30.00", "02", "0.1000", "28.00"],
  ["002203020010000-220302001", "FBBC01", "腹部彩色多普勒超声", "次", "03", "次", "110.00", "02", "0.1000", null],
  ["002101020150000-210102015", "XBDR01", "胸部数字化摄影（DR）", "次", "03", "次", "65.00", "02", "0.1000", null],
  ["001203000010000-120300001", "WHXR01", "雾化吸入", "次", "05", "次", "8.00", "01", "0.0000", null],
  ["004300000010000-430000001", "PTZC01", "普通针刺", "次", "05", "次", "26.00", "01", "0.0000", null],
  ["004500000010000-450000001", "TNZL01", "颈椎病推拿治疗", "次", "05", "次", "45.00", "02", "0.1000", null],
  ["001204000010000-120400001", "JRZS01", "肌肉注射", "次", "05", "次", "2.50", "01", "0.0000", null],
  ["001204000060000-120400006", "JMSY01", "静脉输液", "组", "05", "组", "11.00", "01", "0.0000", null],
  ["001206000010000-120600001", "HY01", "小换药", "次", "05", "次", "9.00", "01", "0.0000", null],
  ["C14010800000000000001", "SYQ01", "一次性使用输液器", "带针", "08", "套", "3.80", "02", "0.2000", "3.00"],
  ["C14020500000000000002", "ZSQ01", "一次性使用注射器", "5ml", "08", "支", "0.95", "03", "1.0000", null],
  ["XJ01CAA040E001010100001", "AMXL01", "阿莫西林胶囊", "0.25g×24粒", "09", "盒", "18.60", "01", "0.0000", null],
  ["XJ01DCT023A001010200002", "TBKL01", "头孢克洛片", "0.25g×12片", "09", "盒", "22.40", "02", "0.1000", null],
  ["XC08CAA044A001020100003", "ALDP01", "苯磺酸氨氯地平片", "5mg×28片", "09", "盒", "4.16", "01", "0.0000", null],
  ["XC09CAE106A001010100004", "ESST01", "厄贝沙坦片", "0.15g×28片", "09", "盒", "5.32", "01", "0.0000", null],
  ["XC09CAX019A001010100005", "XSTG01", "缬沙坦胶囊", "80mg×28粒", "09", "盒", "6.72", "02", "0.0500", null],
  ["XA10BAE026A001010100006", "EJSG01", "盐酸二甲双胍片", "0.5g×20片", "09", "盒", "1.58", "01", "0.0000", null],
  ["XA10BFA032A001010100007", "AKBT01", "阿卡波糖片", "50mg×30片", "09", "盒", "5.42", "01", "0.0000", null],
  ["XC10AAA099A001010100008", "ATFT01", "阿托伐他汀钙片", "20mg×28片", "09", "盒", "3.84", "01", "0.0000", null],
  ["XN02BEB005A001010100009", "BLFH01", "布洛芬缓释胶囊", "0.3g×20粒", "09", "盒", "14.50", "02", "0.0500", null],
  ["XA02BCA036A001010100010", "AMLZ01", "奥美拉唑肠溶胶囊", "20mg×28粒", "09", "盒", "9.80", "01", "0.0000", null],
  ["XR06AXL158A001010100011", "LLTD01", "氯雷他定片", "10mg×6片", "09", "盒", "7.35", "01", "0.0000", null],
  ["XB05BBP104B002010100012", "PTTS01", "葡萄糖注射液", "5%×250ml", "09", "袋", "3.20", "01", "0.0000", null],
  ["ZA01AAL0123010100001", "LHQW01", "连花清瘟胶囊", "0.35g×36粒", "11", "盒", "17.90", "02", "0.0500", null],
  ["ZA03AAB0456010100002", "BLGK01", "板蓝根颗粒", "10g×20袋", "11", "盒", "11.60", "01", "0.0000", null],
  ["ZA15BAF0789010100003", "FFDS01", "复方丹参滴丸", "27mg×180丸", "11", "盒", "26.30", "01", "0.0000", null],
  ["ZZZZZZZ0000000000001", "ZBJP01", "滋补健脾口服液", "10ml×10支", "11", "盒", "27.10", "03", "1.0000", null],
  ["T001700567", "HQ01", "黄芪饮片", "10g", "10", "剂", "2.35", "01", "0.0000", null],
  ["T001700312", "JYH01", "金银花饮片", "10g", "10", "剂", "3.90", "02", "0.1000", null],
];

export const CATALOGUE: readonly CatalogueItem[] = ROWS.map((row) => ({
  catalogueCode: row[0],
  itemCode: row[1],
  name: row[2],
  specification: row[3],
  category: row[4],
  unit: row[5],
  priceYuan: row[6],
  level: row[7],
  selfpayProportion: row[8],
  capYuan: row[9],
}));

export function findCatalogueItem(catalogueCode: string): CatalogueItem | null {
  return CATALOGUE.find((item) => item.catalogueCode === catalogueCode) ?? null;
}
