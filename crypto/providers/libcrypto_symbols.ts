/**
 * The functions of libcrypto we call: those that 1.1.1, 3.x, 4.x and Tongsuo share, and, optional,
 * what only some have. Every `size_t` is a `usize` and is passed as a bigint: a number would leave
 * the fast path of calls. Pointers are only handed back, never made or looked into: reading one
 * takes `--allow-ffi` for everything.
 */

const OK = "i32" as const;
const POINTER = "pointer" as const;
const BUFFER = "buffer" as const;
const INT = "i32" as const;
const SIZE = "usize" as const;
const NOTHING = "void" as const;

/** Enough to know what was loaded. */
export const IDENTITY = {
  OpenSSL_version: { parameters: [INT], result: POINTER },
  OPENSSL_strlcpy: { parameters: [BUFFER, POINTER, SIZE], result: SIZE },
  Tongsuo_version_num: { parameters: [], result: "u64", optional: true },
  BabaSSL_version_num: { parameters: [], result: "u64", optional: true },
} as const;

export const FUNCTIONS = {
  OPENSSL_init_crypto: { parameters: ["u64", POINTER], result: OK },
  ERR_get_error: { parameters: [], result: "u64" },
  ERR_error_string_n: { parameters: ["u64", BUFFER, SIZE], result: NOTHING },
  ERR_clear_error: { parameters: [], result: NOTHING },

  EVP_sm3: { parameters: [], result: POINTER },
  EVP_MD_CTX_new: { parameters: [], result: POINTER },
  EVP_MD_CTX_free: { parameters: [POINTER], result: NOTHING },
  EVP_MD_CTX_copy_ex: { parameters: [POINTER, POINTER], result: OK },
  EVP_DigestInit_ex: { parameters: [POINTER, POINTER, POINTER], result: OK },
  EVP_DigestUpdate: { parameters: [POINTER, BUFFER, SIZE], result: OK },
  EVP_DigestFinal_ex: { parameters: [POINTER, BUFFER, POINTER], result: OK },

  EVP_sm4_ecb: { parameters: [], result: POINTER },
  EVP_sm4_cbc: { parameters: [], result: POINTER },
  EVP_sm4_ctr: { parameters: [], result: POINTER },
  EVP_sm4_cfb128: { parameters: [], result: POINTER },
  EVP_sm4_ofb: { parameters: [], result: POINTER },
  /** Of Tongsuo up to 8.3. */
  EVP_sm4_gcm: { parameters: [], result: POINTER, optional: true },
  /** Since 3.0, where SM4-GCM has no function of its own. */
  EVP_CIPHER_fetch: { parameters: [POINTER, BUFFER, BUFFER], result: POINTER, optional: true },
  EVP_CIPHER_free: { parameters: [POINTER], result: NOTHING, optional: true },
  EVP_CIPHER_CTX_new: { parameters: [], result: POINTER },
  EVP_CIPHER_CTX_free: { parameters: [POINTER], result: NOTHING },
  EVP_CIPHER_CTX_set_padding: { parameters: [POINTER, INT], result: OK },
  EVP_CIPHER_CTX_ctrl: { parameters: [POINTER, INT, INT, BUFFER], result: OK },
  EVP_CipherInit_ex: {
    parameters: [POINTER, POINTER, POINTER, BUFFER, BUFFER, INT],
    result: OK,
  },
  EVP_CipherUpdate: { parameters: [POINTER, BUFFER, BUFFER, BUFFER, INT], result: OK },
  EVP_CipherFinal_ex: { parameters: [POINTER, BUFFER, BUFFER], result: OK },

  BN_bin2bn: { parameters: [BUFFER, INT, POINTER], result: POINTER },
  BN_secure_new: { parameters: [], result: POINTER },
  BN_set_flags: { parameters: [POINTER, INT], result: NOTHING },
  BN_clear_free: { parameters: [POINTER], result: NOTHING },
  EC_GROUP_new_by_curve_name: { parameters: [INT], result: POINTER },
  EC_GROUP_free: { parameters: [POINTER], result: NOTHING },
  EC_POINT_new: { parameters: [POINTER], result: POINTER },
  EC_POINT_free: { parameters: [POINTER], result: NOTHING },
  EC_POINT_mul: {
    parameters: [POINTER, POINTER, POINTER, POINTER, POINTER, POINTER],
    result: OK,
  },
  EC_POINT_point2oct: {
    parameters: [POINTER, POINTER, INT, BUFFER, SIZE, POINTER],
    result: SIZE,
  },

  EC_KEY_new_by_curve_name: { parameters: [INT], result: POINTER },
  EC_KEY_free: { parameters: [POINTER], result: NOTHING },
  EC_KEY_oct2key: { parameters: [POINTER, BUFFER, SIZE, POINTER], result: OK },
  EC_KEY_oct2priv: { parameters: [POINTER, BUFFER, SIZE], result: OK },
  EVP_PKEY_new: { parameters: [], result: POINTER },
  EVP_PKEY_free: { parameters: [POINTER], result: NOTHING },
  EVP_PKEY_set1_EC_KEY: { parameters: [POINTER, POINTER], result: OK },
  /** Of 1.1.1, where a key on the curve is not an SM2 key until it is called one. */
  EVP_PKEY_set_alias_type: { parameters: [POINTER, INT], result: OK, optional: true },
  EVP_PKEY_CTX_new: { parameters: [POINTER, POINTER], result: POINTER },
  EVP_PKEY_CTX_free: { parameters: [POINTER], result: NOTHING },
  EVP_PKEY_sign_init: { parameters: [POINTER], result: OK },
  EVP_PKEY_sign: { parameters: [POINTER, BUFFER, BUFFER, BUFFER, SIZE], result: OK },
  EVP_PKEY_verify_init: { parameters: [POINTER], result: OK },
  EVP_PKEY_verify: { parameters: [POINTER, BUFFER, SIZE, BUFFER, SIZE], result: OK },
  EVP_PKEY_encrypt_init: { parameters: [POINTER], result: OK },
  EVP_PKEY_encrypt: { parameters: [POINTER, BUFFER, BUFFER, BUFFER, SIZE], result: OK },
  EVP_PKEY_decrypt_init: { parameters: [POINTER], result: OK },
  EVP_PKEY_decrypt: { parameters: [POINTER, BUFFER, BUFFER, BUFFER, SIZE], result: OK },
} as const;

/** What the headers define: `NID_sm2`, which is `EVP_PKEY_SM2` too. */
export const NID_SM2 = 1172;
