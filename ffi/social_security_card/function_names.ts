/**
 * What profiles call the functions of this driver (`ffi/profiles/`). There is one for each place:
 * which `iType` a place is, or that a build takes none, is a constant of the profile. They give
 * `information`; `finish` takes `key`. `find…` succeeds when a card answers there.
 */
export const CHIP_FUNCTIONS = {
  contact: {
    find: "findContact",
    read: "readContact",
    start: "startContact",
    verifyPin: "verifyPinContact",
    changePin: "changePinContact",
  },
  contactless: {
    find: "findContactless",
    read: "readContactless",
    start: "startContactless",
    verifyPin: "verifyPinContactless",
    changePin: "changePinContactless",
  },
} as const;

/** Step2, wherever the card is. */
export const FINISH = "finish";
