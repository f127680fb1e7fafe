import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with one field and what belongs there, in the operator's language; the value itself
 * is never said, since it may be a secret.
 */
export function explainField(issue: Issue): string {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${path === "" ? key : `${path}.${key}`}: 没有这个名称`)
      .join("\n  ");
  }
  return `${path}: ${isMissing(issue) ? `没有设置，${wanted(issue)}` : wanted(issue)}`;
}

function isMissing({ code, input }: Issue): boolean {
  return input === undefined && (code === "invalid_type" || code === "invalid_value");
}

const TYPES: Readonly<Record<string, string>> = {
  string: "一段文字，写在引号里",
  number: "一个数，不加引号",
  int: "一个整数",
  record: "一个表，写成 [名称]",
  object: "一个表，写成 [名称]",
  array: "一个列表，写成 [ … ]",
  boolean: " true 或 false",
};

function wanted(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `应是${TYPES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `应是 ${issue.values.map(String).join("、")} 之一`;
    case "invalid_union":
      return wantedOfUnion(issue);
    case "invalid_format":
      return wantedFormat(issue);
    case "too_small":
      return `至少 ${issue.minimum}${unit(issue.origin)}`;
    case "too_big":
      return `至多 ${issue.maximum}${unit(issue.origin)}`;
    default:
      return issue.message;
  }
}

function wantedOfUnion(issue: Extract<Issue, { code: "invalid_union" }>): string {
  const options: unknown = "options" in issue ? issue.options : null;
  if (Array.isArray(options)) return `应是 ${options.map(String).join("、")} 之一`;
  return `应是${[...new Set(issue.errors.flat().map(wanted))].join("，或").replaceAll("应是", "")}`;
}

function wantedFormat(issue: Extract<Issue, { code: "invalid_format" }>): string {
  switch (issue.format) {
    case "url":
      return "应是 http:// 或 https:// 开头的完整地址";
    case "starts_with":
      return "应是 / 开头的完整路径";
    default:
      return issue.message;
  }
}

function unit(origin: string): string {
  return origin === "string" ? " 个字符" : origin === "array" ? " 项" : "";
}
