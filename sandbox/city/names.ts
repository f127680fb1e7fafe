import type { Random } from "./random.ts";

const SURNAMES = "陈李黄张梁林何卢袁黎莫叶罗邓温尹蔡钟麦翟祁刘谢方郭王吴周邹".split("");
const MIDDLE = "志国伟建家景伯永泽俊嘉浩子明文晓雨惠美秀丽雅玉淑婉欣思佩月".split("");
const LAST_MALE = "强辉生明华雄荣杰轩林峰涛健昌贤豪".split("");
const LAST_FEMALE = "芳玲珍英琴怡晴彤婷敏兰霞娟妍琳瑶".split("");

/** @param gender 1 male, 2 female */
export function inventName(random: Random, gender: "1" | "2"): string {
  const last = gender === "1" ? LAST_MALE : LAST_FEMALE;
  return random.pick(SURNAMES) + random.pick(MIDDLE) + random.pick(last);
}
