/** Profiles of the simulated vendor libraries, as TOML. */

/** The functions that the driver of social-security cards asks for. */
export function cardProfile(library: string, top = ""): string {
  const read = (name: string, symbol: string, type: number, deadlineMs = 5_000) => `
[functions.${name}]
symbol = "${symbol}"
parameters = [
  { kind = "constant", as = "i32", value = ${type} },
  { kind = "out text", name = "information", bufferBytes = 4096 },
]
result = { kind = "i64" }
success = { equals = 0 }
deadlineMs = ${deadlineMs}
`;
  return [
    `library = "${library}"`,
    top,
    read("readContact", "iReadCardBas", 1),
    read("readContactless", "iReadCardBas", 2),
    read("startContact", "iReadCardBas_HSM_Step1", 1),
    read("verifyPinContact", "iVerifyPIN", 1, 60_000),
    `[functions.finish]
symbol = "iReadCardBas_HSM_Step2"
parameters = [
  { kind = "in text", name = "key" },
  { kind = "out text", name = "information", bufferBytes = 4096 },
]
result = { kind = "i64" }
success = { equals = 0 }
deadlineMs = 5_000
`,
  ].join("\n");
}

/** Every kind of parameter and result. */
export function troubleProfile(library: string, top = ""): string {
  return `library = "${library}"
${top}
[functions.open]
symbol = "Open"
parameters = [{ kind = "out handle", name = "handle" }]
result = { kind = "i32" }
success = { atLeast = 0 }
deadlineMs = 5_000

[functions.use]
symbol = "Use"
parameters = [{ kind = "in handle", name = "handle" }]
result = { kind = "i32" }
success = { equals = 1 }
deadlineMs = 5_000

[functions.mix]
symbol = "Mix"
parameters = [
  { kind = "in i16", name = "a" },
  { kind = "in i32", name = "b" },
  { kind = "in u8", name = "c" },
  { kind = "in u32", name = "d" },
  { kind = "out i32", name = "sum" },
  { kind = "null" },
]
result = { kind = "i32" }
success = { oneOf = [0x90, 0x9f] }
deadlineMs = 5_000

[functions.turn]
symbol = "Turn"
parameters = [
  { kind = "in bytes", name = "bytes" },
  { kind = "constant", as = "u32", value = 4 },
  { kind = "out bytes", name = "turned", bufferBytes = 16 },
  { kind = "in-out length", of = "turned" },
]
result = { kind = "i16" }
success = { equals = 0 }
deadlineMs = 5_000

[functions.text]
symbol = "Text"
parameters = [{ kind = "in i32", name = "which" }]
result = { kind = "text", name = "said", bufferBytes = 64 }
success = { text = "equals", value = "0000" }
deadlineMs = 5_000

[functions.nothing]
symbol = "Nothing"
parameters = []
result = { kind = "none" }
success = { always = true }
deadlineMs = 5_000

[functions.environment]
symbol = "Environment"
parameters = [{ kind = "in text", name = "name" }]
result = { kind = "text", name = "value", bufferBytes = 1024 }
success = { text = "given" }
deadlineMs = 5_000

[functions.scribble]
symbol = "Scribble"
parameters = [{ kind = "in text", name = "text" }]
result = { kind = "i32" }
success = { equals = 0 }
deadlineMs = 5_000

[functions.start]
symbol = "Init"
parameters = [{ kind = "in text", name = "settings" }]
result = { kind = "i32" }
success = { equals = 0 }
deadlineMs = 5_000

[functions.end]
symbol = "Exit"
parameters = []
result = { kind = "i32" }
success = { equals = 0 }
deadlineMs = 5_000

[functions.missing]
symbol = "NotThere"
parameters = []
result = { kind = "none" }
success = { always = true }
deadlineMs = 5_000
optional = true
`;
}
