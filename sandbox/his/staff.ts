import type { CityInstitution } from "../city/city.ts";
import { inventName } from "../city/names.ts";
import { hashOf, seededRandom } from "../city/random.ts";

export interface HisDepartmentPlan {
  readonly code: string;
  readonly name: string;
  /** caty: the insurance dictionary's department category. */
  readonly category: string;
  readonly location: string;
}

export interface HisDoctor {
  /** National doctor code, `D` and 12 digits; unique in the city. */
  readonly code: string;
  readonly name: string;
  readonly title: string;
  readonly department: HisDepartmentPlan;
  /** Item of the catalogue that a registration with this doctor costs. */
  readonly feeItemCode: string;
  readonly room: number;
}

const DEPARTMENTS: readonly (HisDepartmentPlan & { centre: number; station: number })[] = [
  { code: "QK", name: "全科医学科", category: "A02", location: "一楼东侧", centre: 4, station: 2 },
  { code: "NK", name: "内科", category: "A03", location: "二楼东侧", centre: 2, station: 0 },
  { code: "FK", name: "妇科", category: "A05", location: "二楼西侧", centre: 2, station: 0 },
  { code: "EB", name: "儿童保健科", category: "A09", location: "三楼西侧", centre: 2, station: 0 },
  { code: "KQ", name: "口腔科", category: "A12", location: "三楼东侧", centre: 2, station: 0 },
  { code: "KF", name: "康复医学科", category: "A21", location: "四楼", centre: 2, station: 0 },
  { code: "ZY", name: "中医科", category: "A50", location: "二楼南侧", centre: 3, station: 1 },
];

const TITLES = [
  { title: "副主任医师", feeItemCode: "ZJZL01" },
  { title: "主治医师", feeItemCode: "YBZL01" },
  { title: "医师", feeItemCode: "YBZL01" },
  { title: "主任医师", feeItemCode: "ZJZL02" },
] as const;

/** An institution's doctors follow from its code alone, so none needs to be stored. */
export function staffOf(institution: CityInstitution): HisDoctor[] {
  return DEPARTMENTS.flatMap((department, row) =>
    Array.from({ length: department[institution.kind] }, (_, n): HisDoctor => {
      const code = `D4419${institution.code.slice(-6)}${row}${n}`;
      const random = seededRandom(code);
      const { code: departmentCode, name, category, location } = department;
      return {
        code,
        name: inventName(random, hashOf(code) % 2 === 0 ? "1" : "2"),
        ...(TITLES[n] ?? TITLES[1]),
        department: { code: departmentCode, name, category, location },
        room: n + 1,
      };
    })
  );
}
