interface SigningCommand {
  /** Of the words above it. */
  readonly title: "withYikatong" | "withOpenssl" | "encode";
  readonly command: string;
}

/** SM2's user id where nothing else is agreed (GB/T 35276-2017 clause 10). */
const DISTID = "distid:1234567812345678";

/** What the owner of a second key runs where his key is; `file` holds the checkpoint's text. */
export function signingCommands(file: string): readonly SigningCommand[] {
  return [
    {
      title: "withYikatong",
      command: `yikatong sm sign --key own.pem --out checkpoint.sig ${file}`,
    },
    {
      title: "withOpenssl",
      command: `openssl dgst -sm3 -sign own.pem -sigopt ${DISTID} \\\n` +
        `  -out checkpoint.sig ${file}`,
    },
    {
      title: "encode",
      command: "openssl base64 -in checkpoint.sig\nopenssl pkey -in own.pem -pubout",
    },
  ];
}
