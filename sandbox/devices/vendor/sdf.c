/*
 * A simulated cryptographic device behind GM/T 0018, with real SM2, SM3 and SM4 out of libcrypto.
 * Its folder, given to SDF_OpenDeviceWithPath or named by YIKATONG_SDF_FOLDER, holds its keys as
 * hex: sign-<i>.key, enc-<i>.key, kek-<i>.key, and, where private keys have one, `password`. The
 * file `trouble` is read at every call: "unplugged", "hang" till it says something else, or
 * "code <hex>" for one call. With -DSANSEC it has that maker's algorithm ids and SDF_HMAC*, with
 * -DSIGN_WITH_ALGORITHM the older SDF_InternalSign_ECC.
 *
 * libcrypto's headers may be missing: what is used of it is declared here.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

typedef struct bn BIGNUM;
typedef struct bn_ctx BN_CTX;
typedef struct group EC_GROUP;
typedef struct point EC_POINT;
typedef struct md EVP_MD;
typedef struct md_ctx EVP_MD_CTX;
typedef struct cipher EVP_CIPHER;
typedef struct cipher_ctx EVP_CIPHER_CTX;

BIGNUM *BN_new(void);
void BN_clear_free(BIGNUM *);
BIGNUM *BN_bin2bn(const unsigned char *, int, BIGNUM *);
int BN_bn2binpad(const BIGNUM *, unsigned char *, int);
int BN_mod_add(BIGNUM *, const BIGNUM *, const BIGNUM *, const BIGNUM *, BN_CTX *);
int BN_mod_sub(BIGNUM *, const BIGNUM *, const BIGNUM *, const BIGNUM *, BN_CTX *);
int BN_mod_mul(BIGNUM *, const BIGNUM *, const BIGNUM *, const BIGNUM *, BN_CTX *);
BIGNUM *BN_mod_inverse(BIGNUM *, const BIGNUM *, const BIGNUM *, BN_CTX *);
const BIGNUM *BN_value_one(void);
int BN_is_zero(const BIGNUM *);
int BN_rand_range(BIGNUM *, const BIGNUM *);
BN_CTX *BN_CTX_new(void);
void BN_CTX_free(BN_CTX *);
EC_GROUP *EC_GROUP_new_by_curve_name(int);
void EC_GROUP_free(EC_GROUP *);
const BIGNUM *EC_GROUP_get0_order(const EC_GROUP *);
EC_POINT *EC_POINT_new(const EC_GROUP *);
void EC_POINT_free(EC_POINT *);
int EC_POINT_mul(const EC_GROUP *, EC_POINT *, const BIGNUM *, const EC_POINT *, const BIGNUM *,
                 BN_CTX *);
size_t EC_POINT_point2oct(const EC_GROUP *, const EC_POINT *, int, unsigned char *, size_t,
                          BN_CTX *);
int EC_POINT_oct2point(const EC_GROUP *, EC_POINT *, const unsigned char *, size_t, BN_CTX *);
const EVP_MD *EVP_sm3(void);
EVP_MD_CTX *EVP_MD_CTX_new(void);
void EVP_MD_CTX_free(EVP_MD_CTX *);
int EVP_DigestInit_ex(EVP_MD_CTX *, const EVP_MD *, void *);
int EVP_DigestUpdate(EVP_MD_CTX *, const void *, size_t);
int EVP_DigestFinal_ex(EVP_MD_CTX *, unsigned char *, unsigned int *);
const EVP_CIPHER *EVP_sm4_ecb(void);
const EVP_CIPHER *EVP_sm4_cbc(void);
EVP_CIPHER_CTX *EVP_CIPHER_CTX_new(void);
void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *);
int EVP_CIPHER_CTX_set_padding(EVP_CIPHER_CTX *, int);
int EVP_CipherInit_ex(EVP_CIPHER_CTX *, const EVP_CIPHER *, void *, const unsigned char *,
                      const unsigned char *, int);
int EVP_CipherUpdate(EVP_CIPHER_CTX *, unsigned char *, int *, const unsigned char *, int);
int RAND_bytes(unsigned char *, int);

enum { NID_SM2 = 1172, UNCOMPRESSED = 4 };

enum {
  SDR_UNKNOWN = 0x01000001,
  SDR_COMMFAIL = 0x01000003,
  SDR_OPENDEVICE = 0x01000005,
  SDR_OPENSESSION = 0x01000006,
  SDR_KEYNOTEXIST = 0x01000008,
  SDR_ALGNOTSUPPORT = 0x01000009,
  SDR_SKOPERR = 0x0100000c,
  SDR_SYMOPERR = 0x0100000f,
  SDR_STEPERR = 0x01000010,
  SDR_KEYERR = 0x01000015,
  SDR_ENCDATAERR = 0x01000016,
  SDR_PRKRERR = 0x01000018,
  SDR_NOBUFFER = 0x0100001c,
  SDR_INARGERR = 0x0100001d
};

#ifdef SANSEC
enum { SM4 = 0x2000 };
#else
enum { SM4 = 0x400 };
#endif
enum { ECB = SM4 | 1, CBC = SM4 | 2, MAC = SM4 | 0x10, SM3 = 1, SM2_ENCRYPT = 0x20800 };

enum { SESSIONS_MAX = 8, INDEX_MAX = 31, CALL_BYTES_MAX = 1 << 15, BLOCK = 16, WRAPPING = 32 };

#pragma pack(1)
struct device_info {
  unsigned char issuer[40];
  unsigned char name[16];
  unsigned char serial[16];
  unsigned int device_version;
  unsigned int standard_version;
  unsigned int asymmetric[2];
  unsigned int symmetric;
  unsigned int hash;
  unsigned int buffer_size;
};
struct ecc_public_key {
  unsigned int bits;
  unsigned char x[64];
  unsigned char y[64];
};
struct ecc_signature {
  unsigned char r[64];
  unsigned char s[64];
};
struct ecc_cipher {
  unsigned char x[64];
  unsigned char y[64];
  unsigned char m[32];
  unsigned int length;
  unsigned char c[1];
};
#pragma pack()

struct key {
  struct key *next;
  unsigned char bytes[32];
  int length;
};
struct session {
  int is_open;
  int is_busy;
  unsigned int rights;
  struct key *keys;
  EVP_MD_CTX *hash;
  unsigned char outer[64];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct session sessions[SESSIONS_MAX];
static char folder[512];
static int device_is_open = 0;
static int busy = 0;
static int busiest = 0;
static int key_count = 0;

static int read_file(const char *name, char *text, size_t size) {
  char path[600];
  FILE *file;
  size_t length;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  file = fopen(path, "r");
  if (!file) return 0;
  length = fread(text, 1, size - 1, file);
  fclose(file);
  text[length] = 0;
  text[strcspn(text, "\r\n")] = 0;
  return 1;
}

static int read_key(const char *kind, unsigned int index, unsigned char *bytes, int length) {
  char name[32];
  char hex[80];
  int at;
  snprintf(name, sizeof name, "%s-%u.key", kind, index);
  if (index > INDEX_MAX || !read_file(name, hex, sizeof hex)) return 0;
  if ((int)strlen(hex) != length * 2) return 0;
  for (at = 0; at < length; at++) {
    unsigned int byte;
    if (sscanf(hex + at * 2, "%2x", &byte) != 1) return 0;
    bytes[at] = (unsigned char)byte;
  }
  return 1;
}

static void free_keys(struct session *session) {
  while (session->keys) {
    struct key *key = session->keys;
    session->keys = key->next;
    memset(key, 0, sizeof *key);
    free(key);
    key_count--;
  }
}

static void close_session(struct session *session) {
  free_keys(session);
  if (session->hash) EVP_MD_CTX_free(session->hash);
  memset(session, 0, sizeof *session);
}

/* What the script of troubles says: 0 to go on. A hang is waited out here. */
static int trouble(void) {
  const struct timespec moment = {0, 2000000};
  char text[64];
  unsigned int code;
  char path[600];
  while (read_file("trouble", text, sizeof text) && strcmp(text, "hang") == 0) {
    nanosleep(&moment, NULL);
  }
  if (!read_file("trouble", text, sizeof text)) return 0;
  if (strcmp(text, "unplugged") == 0) {
    int at;
    pthread_mutex_lock(&lock);
    for (at = 0; at < SESSIONS_MAX; at++) {
      if (!sessions[at].is_busy) close_session(&sessions[at]);
    }
    device_is_open = 0;
    pthread_mutex_unlock(&lock);
    return SDR_COMMFAIL;
  }
  if (sscanf(text, "code %x", &code) != 1) return 0;
  snprintf(path, sizeof path, "%s/trouble", folder);
  unlink(path);
  return (int)code;
}

static void begin(void) {
  pthread_mutex_lock(&lock);
  if (++busy > busiest) busiest = busy;
  pthread_mutex_unlock(&lock);
}

static int end(int code) {
  pthread_mutex_lock(&lock);
  busy--;
  pthread_mutex_unlock(&lock);
  return code;
}

/* 0 when the session is the caller's for this call; then `leave` has to follow. */
static int enter(void *handle) {
  int code;
  int at;
  begin();
  code = trouble();
  if (code != 0) return end(code);
  pthread_mutex_lock(&lock);
  for (at = 0; at < SESSIONS_MAX && handle != &sessions[at]; at++) continue;
  if (at == SESSIONS_MAX || !sessions[at].is_open || !device_is_open) code = SDR_OPENSESSION;
  else if (sessions[at].is_busy) code = SDR_STEPERR;
  else sessions[at].is_busy = 1;
  pthread_mutex_unlock(&lock);
  return code == 0 ? 0 : end(code);
}

static int leave(void *handle, int code) {
  pthread_mutex_lock(&lock);
  ((struct session *)handle)->is_busy = 0;
  pthread_mutex_unlock(&lock);
  return end(code);
}

static void sm3(const unsigned char *const parts[], const size_t lengths[], int count,
                unsigned char *digest) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  unsigned int length = 32;
  int at;
  EVP_DigestInit_ex(context, EVP_sm3(), NULL);
  for (at = 0; at < count; at++) EVP_DigestUpdate(context, parts[at], lengths[at]);
  EVP_DigestFinal_ex(context, digest, &length);
  EVP_MD_CTX_free(context);
}

/* Whole blocks; `iv` of CBC moves on to the last block of ciphertext. */
static int sm4(const unsigned char *key, unsigned char *iv, const unsigned char *in,
               unsigned char *out, int length, int encrypts) {
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  unsigned char last[BLOCK];
  int done = 0;
  int ok;
  if (iv && !encrypts) memcpy(last, in + length - BLOCK, BLOCK);
  ok = EVP_CipherInit_ex(context, iv ? EVP_sm4_cbc() : EVP_sm4_ecb(), NULL, key, iv, encrypts) &&
       EVP_CIPHER_CTX_set_padding(context, 0) &&
       EVP_CipherUpdate(context, out, &done, in, length) && done == length;
  EVP_CIPHER_CTX_free(context);
  if (iv) memcpy(iv, encrypts ? out + length - BLOCK : last, BLOCK);
  return ok;
}

static struct key *find_key(struct session *session, const void *handle) {
  struct key *key = session->keys;
  while (key && key != handle) key = key->next;
  return key;
}

static void *keep_key(struct session *session, const unsigned char *bytes, int length) {
  struct key *key = calloc(1, sizeof *key);
  memcpy(key->bytes, bytes, (size_t)length);
  key->length = length;
  key->next = session->keys;
  session->keys = key;
  pthread_mutex_lock(&lock);
  key_count++;
  pthread_mutex_unlock(&lock);
  return key;
}

static int has_right(const struct session *session, unsigned int index) {
  char password[128];
  return !read_file("password", password, sizeof password) ||
         (index <= INDEX_MAX && (session->rights >> index & 1) != 0);
}

static int open_device(const char *path, void **device) {
  int code;
  snprintf(folder, sizeof folder, "%s", path ? path : "");
  begin();
  code = trouble();
  if (code != 0) return end(code);
  if (folder[0] == 0 || access(folder, R_OK) != 0) return end(SDR_OPENDEVICE);
  device_is_open = 1;
  *device = &device_is_open;
  return end(0);
}

/* For tests: what is open now, and how many calls there were at once at most. */
EXPORT int SIM_OpenSessions(void) {
  int count = 0;
  int at;
  pthread_mutex_lock(&lock);
  for (at = 0; at < SESSIONS_MAX; at++) count += sessions[at].is_open;
  pthread_mutex_unlock(&lock);
  return count;
}
EXPORT int SIM_Keys(void) { return key_count; }
EXPORT int SIM_Busiest(void) {
  int was = busiest;
  busiest = 0;
  return was;
}

EXPORT int SDF_OpenDevice(void **device) {
  return open_device(getenv("YIKATONG_SDF_FOLDER"), device);
}
EXPORT int SDF_OpenDeviceWithPath(const char *path, void **device) {
  return open_device(path, device);
}
EXPORT int SDF_CloseDevice(void *device) {
  int at;
  if (device != &device_is_open) return SDR_INARGERR;
  pthread_mutex_lock(&lock);
  device_is_open = 0;
  for (at = 0; at < SESSIONS_MAX; at++) {
    if (!sessions[at].is_busy) close_session(&sessions[at]);
  }
  pthread_mutex_unlock(&lock);
  return 0;
}
EXPORT int SDF_OpenSession(void *device, void **session) {
  int code;
  int at;
  begin();
  code = trouble();
  if (code == 0 && device != &device_is_open) code = SDR_INARGERR;
  if (code != 0) return end(code);
  pthread_mutex_lock(&lock);
  for (at = 0; at < SESSIONS_MAX && sessions[at].is_open; at++) continue;
  if (at == SESSIONS_MAX || !device_is_open) code = SDR_OPENSESSION;
  else {
    sessions[at].is_open = 1;
    *session = &sessions[at];
  }
  pthread_mutex_unlock(&lock);
  return end(code);
}
EXPORT int SDF_CloseSession(void *session) {
  int code = enter(session);
  if (code != 0) return code;
  pthread_mutex_lock(&lock);
  close_session(session);
  pthread_mutex_unlock(&lock);
  return end(0);
}
EXPORT int SDF_GetDeviceInfo(void *session, struct device_info *info) {
  int code = enter(session);
  if (code != 0) return code;
  memset(info, 0, sizeof *info);
  memcpy(info->issuer, "Yikatong simulators", 19);
  memcpy(info->name, "SDF in software", 15);
  memcpy(info->serial, "2026112200000001", 16);
  info->device_version = 1;
  info->standard_version = 1;
  info->symmetric = SM4 | 0x13;
  info->hash = SM3;
  info->buffer_size = CALL_BYTES_MAX;
  return leave(session, 0);
}
EXPORT int SDF_GenerateRandom(void *session, unsigned int length, unsigned char *random) {
  int code = enter(session);
  if (code != 0) return code;
  if (length > CALL_BYTES_MAX) return leave(session, SDR_NOBUFFER);
  return leave(session, RAND_bytes(random, (int)length) == 1 ? 0 : SDR_UNKNOWN);
}
EXPORT int SDF_GetPrivateKeyAccessRight(void *session, unsigned int index, unsigned char *password,
                                        unsigned int length) {
  char wanted[128];
  int code = enter(session);
  if (code != 0) return code;
  if (!read_file("password", wanted, sizeof wanted)) return leave(session, 0);
  if (index > INDEX_MAX || strlen(wanted) != length || memcmp(wanted, password, length) != 0) {
    return leave(session, SDR_PRKRERR);
  }
  ((struct session *)session)->rights |= 1u << index;
  return leave(session, 0);
}
EXPORT int SDF_ReleasePrivateKeyAccessRight(void *session, unsigned int index) {
  int code = enter(session);
  if (code != 0) return code;
  if (index <= INDEX_MAX) ((struct session *)session)->rights &= ~(1u << index);
  return leave(session, 0);
}

static int export_public_key(void *session, const char *kind, unsigned int index,
                             struct ecc_public_key *public_key) {
  unsigned char bytes[32];
  unsigned char encoded[65];
  EC_GROUP *group;
  EC_POINT *point;
  BIGNUM *d;
  int code = enter(session);
  if (code != 0) return code;
  if (!read_key(kind, index, bytes, 32)) return leave(session, SDR_KEYNOTEXIST);
  group = EC_GROUP_new_by_curve_name(NID_SM2);
  point = EC_POINT_new(group);
  d = BN_bin2bn(bytes, 32, NULL);
  EC_POINT_mul(group, point, d, NULL, NULL, NULL);
  EC_POINT_point2oct(group, point, UNCOMPRESSED, encoded, sizeof encoded, NULL);
  memset(public_key, 0, sizeof *public_key);
  public_key->bits = 256;
  memcpy(public_key->x + 32, encoded + 1, 32);
  memcpy(public_key->y + 32, encoded + 33, 32);
  BN_clear_free(d);
  EC_POINT_free(point);
  EC_GROUP_free(group);
  return leave(session, 0);
}
EXPORT int SDF_ExportSignPublicKey_ECC(void *session, unsigned int index,
                                       struct ecc_public_key *public_key) {
  return export_public_key(session, "sign", index, public_key);
}
EXPORT int SDF_ExportEncPublicKey_ECC(void *session, unsigned int index,
                                      struct ecc_public_key *public_key) {
  return export_public_key(session, "enc", index, public_key);
}

/* GB/T 32918.2: r = e + x1, s = (1 + d)^-1 (k - r d), all modulo n. */
static void sign_digest(const unsigned char *private_key, const unsigned char *digest,
                        struct ecc_signature *signature) {
  EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_SM2);
  const BIGNUM *n = EC_GROUP_get0_order(group);
  BN_CTX *context = BN_CTX_new();
  EC_POINT *point = EC_POINT_new(group);
  BIGNUM *d = BN_bin2bn(private_key, 32, NULL);
  BIGNUM *e = BN_bin2bn(digest, 32, NULL);
  BIGNUM *k = BN_new();
  BIGNUM *r = BN_new();
  BIGNUM *s = BN_new();
  BIGNUM *t = BN_new();
  unsigned char encoded[65];
  int is_good = 0;
  while (!is_good) {
    BN_rand_range(k, n);
    if (BN_is_zero(k)) continue;
    EC_POINT_mul(group, point, k, NULL, NULL, context);
    EC_POINT_point2oct(group, point, UNCOMPRESSED, encoded, sizeof encoded, context);
    BN_bin2bn(encoded + 1, 32, t);
    BN_mod_add(r, e, t, n, context);
    BN_mod_add(t, r, k, n, context);
    if (BN_is_zero(r) || BN_is_zero(t)) continue;
    BN_mod_mul(t, r, d, n, context);
    BN_mod_sub(t, k, t, n, context);
    BN_mod_add(s, d, BN_value_one(), n, context);
    BN_mod_inverse(s, s, n, context);
    BN_mod_mul(s, s, t, n, context);
    is_good = !BN_is_zero(s);
  }
  memset(signature, 0, sizeof *signature);
  BN_bn2binpad(r, signature->r + 32, 32);
  BN_bn2binpad(s, signature->s + 32, 32);
  BN_clear_free(d);
  BN_clear_free(e);
  BN_clear_free(k);
  BN_clear_free(r);
  BN_clear_free(s);
  BN_clear_free(t);
  EC_POINT_free(point);
  BN_CTX_free(context);
  EC_GROUP_free(group);
}

static int sign(void *session, unsigned int index, const unsigned char *data, unsigned int length,
                struct ecc_signature *signature) {
  unsigned char private_key[32];
  int code = enter(session);
  if (code != 0) return code;
  if (length != 32) return leave(session, SDR_INARGERR);
  if (!has_right(session, index)) return leave(session, SDR_PRKRERR);
  if (!read_key("sign", index, private_key, 32)) return leave(session, SDR_KEYNOTEXIST);
  sign_digest(private_key, data, signature);
  return leave(session, 0);
}
#ifdef SIGN_WITH_ALGORITHM
EXPORT int SDF_InternalSign_ECC(void *session, unsigned int index, unsigned int algorithm,
                                unsigned char *data, unsigned int length,
                                struct ecc_signature *signature) {
  if (algorithm != 0x20200) return SDR_ALGNOTSUPPORT;
  return sign(session, index, data, length, signature);
}
#else
EXPORT int SDF_InternalSign_ECC(void *session, unsigned int index, unsigned char *data,
                                unsigned int length, struct ecc_signature *signature) {
  return sign(session, index, data, length, signature);
}
#endif

static int is_padding(const unsigned char *bytes) {
  int at;
  for (at = 0; at < 32; at++) {
    if (bytes[at] != 0) return 0;
  }
  return 1;
}

/* GB/T 32918.4: t = KDF(x2 || y2), M = C2 xor t, C3 = SM3(x2 || M || y2). */
static int decrypt(const unsigned char *private_key, const struct ecc_cipher *cipher,
                   unsigned char *out) {
  EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_SM2);
  EC_POINT *point = EC_POINT_new(group);
  BIGNUM *d = BN_bin2bn(private_key, 32, NULL);
  unsigned char encoded[65] = {UNCOMPRESSED};
  unsigned char digest[32];
  unsigned int at;
  int ok;
  memcpy(encoded + 1, cipher->x + 32, 32);
  memcpy(encoded + 33, cipher->y + 32, 32);
  ok = EC_POINT_oct2point(group, point, encoded, sizeof encoded, NULL) == 1 &&
       EC_POINT_mul(group, point, NULL, point, d, NULL) == 1;
  EC_POINT_point2oct(group, point, UNCOMPRESSED, encoded, sizeof encoded, NULL);
  BN_clear_free(d);
  EC_POINT_free(point);
  EC_GROUP_free(group);
  if (!ok) return 0;
  for (at = 0; at < cipher->length; at++) {
    if (at % 32 == 0) {
      const unsigned int count = at / 32 + 1;
      const unsigned char counter[4] = {(unsigned char)(count >> 24), (unsigned char)(count >> 16),
                                        (unsigned char)(count >> 8), (unsigned char)count};
      const unsigned char *const parts[] = {encoded + 1, counter};
      const size_t lengths[] = {64, 4};
      sm3(parts, lengths, 2, digest);
    }
    out[at] = cipher->c[at] ^ digest[at % 32];
  }
  {
    const unsigned char *const parts[] = {encoded + 1, out, encoded + 33};
    const size_t lengths[] = {32, cipher->length, 32};
    sm3(parts, lengths, 3, digest);
  }
  return memcmp(digest, cipher->m, 32) == 0;
}

EXPORT int SDF_InternalDecrypt_ECC(void *session, unsigned int index, unsigned int algorithm,
                                   struct ecc_cipher *cipher, unsigned char *out,
                                   unsigned int *length) {
  unsigned char private_key[32];
  int code = enter(session);
  if (code != 0) return code;
  if (algorithm != SM2_ENCRYPT) return leave(session, SDR_ALGNOTSUPPORT);
  if (!has_right(session, index)) return leave(session, SDR_PRKRERR);
  if (!read_key("enc", index, private_key, 32)) return leave(session, SDR_KEYNOTEXIST);
  if (!is_padding(cipher->x) || !is_padding(cipher->y)) return leave(session, SDR_ENCDATAERR);
  if (*length < cipher->length) return leave(session, SDR_NOBUFFER);
  if (!decrypt(private_key, cipher, out)) return leave(session, SDR_ENCDATAERR);
  *length = cipher->length;
  return leave(session, 0);
}

/* IV || SM4-CBC of the key || 16 bytes of SM3(KEK || IV || SM4-CBC). */
static void wrapping_tag(const unsigned char *kek, const unsigned char *wrapped, int length,
                         unsigned char *digest) {
  const unsigned char *const parts[] = {kek, wrapped};
  const size_t lengths[] = {BLOCK, (size_t)(BLOCK + length)};
  sm3(parts, lengths, 2, digest);
}

EXPORT int SDF_GenerateKeyWithKEK(void *session, unsigned int bits, unsigned int algorithm,
                                  unsigned int index, unsigned char *wrapped, unsigned int *length,
                                  void **key) {
  unsigned char kek[BLOCK];
  unsigned char bytes[32];
  unsigned char iv[BLOCK];
  unsigned char digest[32];
  int bytes_length = (int)bits / 8;
  int code = enter(session);
  if (code != 0) return code;
  if (algorithm != ECB) return leave(session, SDR_ALGNOTSUPPORT);
  if (bits != 128 && bits != 256) return leave(session, SDR_INARGERR);
  if (!read_key("kek", index, kek, BLOCK)) return leave(session, SDR_KEYNOTEXIST);
  if (*length < (unsigned int)(bytes_length + WRAPPING)) return leave(session, SDR_NOBUFFER);
  RAND_bytes(bytes, bytes_length);
  RAND_bytes(iv, BLOCK);
  memcpy(wrapped, iv, BLOCK);
  sm4(kek, iv, bytes, wrapped + BLOCK, bytes_length, 1);
  wrapping_tag(kek, wrapped, bytes_length, digest);
  memcpy(wrapped + BLOCK + bytes_length, digest, BLOCK);
  *length = (unsigned int)(bytes_length + WRAPPING);
  *key = keep_key(session, bytes, bytes_length);
  memset(bytes, 0, sizeof bytes);
  return leave(session, 0);
}
EXPORT int SDF_ImportKeyWithKEK(void *session, unsigned int algorithm, unsigned int index,
                                unsigned char *wrapped, unsigned int length, void **key) {
  unsigned char kek[BLOCK];
  unsigned char bytes[32];
  unsigned char iv[BLOCK];
  unsigned char digest[32];
  int bytes_length = (int)length - WRAPPING;
  int code = enter(session);
  if (code != 0) return code;
  if (algorithm != ECB) return leave(session, SDR_ALGNOTSUPPORT);
  if (!read_key("kek", index, kek, BLOCK)) return leave(session, SDR_KEYNOTEXIST);
  if (bytes_length != 16 && bytes_length != 32) return leave(session, SDR_KEYERR);
  wrapping_tag(kek, wrapped, bytes_length, digest);
  if (memcmp(digest, wrapped + BLOCK + bytes_length, BLOCK) != 0) return leave(session, SDR_KEYERR);
  memcpy(iv, wrapped, BLOCK);
  sm4(kek, iv, wrapped + BLOCK, bytes, bytes_length, 0);
  *key = keep_key(session, bytes, bytes_length);
  memset(bytes, 0, sizeof bytes);
  return leave(session, 0);
}
EXPORT int SDF_DestroyKey(void *session, void *handle) {
  struct key **place;
  struct key *key;
  int code = enter(session);
  if (code != 0) return code;
  key = find_key(session, handle);
  if (!key) return leave(session, SDR_KEYNOTEXIST);
  for (place = &((struct session *)session)->keys; *place != key;) place = &(*place)->next;
  *place = key->next;
  memset(key, 0, sizeof *key);
  free(key);
  pthread_mutex_lock(&lock);
  key_count--;
  pthread_mutex_unlock(&lock);
  return leave(session, 0);
}

/* The key for whole blocks of SM4, or an error. */
static int sm4_key(void *session, void *handle, unsigned int length, struct key **key) {
  if (length == 0 || length % BLOCK != 0) return SDR_INARGERR;
  if (length > CALL_BYTES_MAX) return SDR_NOBUFFER;
  *key = find_key(session, handle);
  if (!*key) return SDR_KEYNOTEXIST;
  return (*key)->length == BLOCK ? 0 : SDR_SYMOPERR;
}

static int crypt_blocks(void *session, void *handle, unsigned int algorithm, unsigned char *iv,
                        unsigned char *in, unsigned int length, unsigned char *out,
                        unsigned int *out_length, int encrypts) {
  struct key *key;
  int code = enter(session);
  if (code != 0) return code;
  code = sm4_key(session, handle, length, &key);
  if (code != 0) return leave(session, code);
  if (algorithm != ECB && algorithm != CBC) return leave(session, SDR_ALGNOTSUPPORT);
  if (*out_length < length) return leave(session, SDR_NOBUFFER);
  if (!sm4(key->bytes, algorithm == CBC ? iv : NULL, in, out, (int)length, encrypts)) {
    return leave(session, SDR_SYMOPERR);
  }
  *out_length = length;
  return leave(session, 0);
}
EXPORT int SDF_Encrypt(void *session, void *key, unsigned int algorithm, unsigned char *iv,
                       unsigned char *in, unsigned int length, unsigned char *out,
                       unsigned int *out_length) {
  return crypt_blocks(session, key, algorithm, iv, in, length, out, out_length, 1);
}
EXPORT int SDF_Decrypt(void *session, void *key, unsigned int algorithm, unsigned char *iv,
                       unsigned char *in, unsigned int length, unsigned char *out,
                       unsigned int *out_length) {
  return crypt_blocks(session, key, algorithm, iv, in, length, out, out_length, 0);
}
EXPORT int SDF_CalculateMAC(void *session, void *handle, unsigned int algorithm, unsigned char *iv,
                            unsigned char *in, unsigned int length, unsigned char *mac,
                            unsigned int *mac_length) {
  struct key *key;
  unsigned char *out;
  int code = enter(session);
  if (code != 0) return code;
  code = sm4_key(session, handle, length, &key);
  if (code != 0) return leave(session, code);
  if (algorithm != MAC) return leave(session, SDR_ALGNOTSUPPORT);
  if (*mac_length < BLOCK) return leave(session, SDR_NOBUFFER);
  out = malloc(length);
  sm4(key->bytes, iv, in, out, (int)length, 1);
  memcpy(mac, out + length - BLOCK, BLOCK);
  *mac_length = BLOCK;
  free(out);
  return leave(session, 0);
}

#ifdef SANSEC
EXPORT int SDF_HMACInit(void *handle, void *key_handle, unsigned int algorithm) {
  struct session *session = handle;
  struct key *key;
  unsigned char inner[64];
  int at;
  int code = enter(session);
  if (code != 0) return code;
  if (algorithm != SM3) return leave(session, SDR_ALGNOTSUPPORT);
  key = find_key(session, key_handle);
  if (!key) return leave(session, SDR_KEYNOTEXIST);
  if (key->length != 32) return leave(session, SDR_INARGERR);
  for (at = 0; at < 64; at++) {
    const unsigned char byte = at < 32 ? key->bytes[at] : 0;
    inner[at] = byte ^ 0x36;
    session->outer[at] = byte ^ 0x5c;
  }
  if (!session->hash) session->hash = EVP_MD_CTX_new();
  EVP_DigestInit_ex(session->hash, EVP_sm3(), NULL);
  EVP_DigestUpdate(session->hash, inner, sizeof inner);
  memset(inner, 0, sizeof inner);
  return leave(session, 0);
}
EXPORT int SDF_HMACUpdate(void *handle, unsigned char *data, unsigned int length) {
  struct session *session = handle;
  int code = enter(session);
  if (code != 0) return code;
  if (!session->hash) return leave(session, SDR_STEPERR);
  EVP_DigestUpdate(session->hash, data, length);
  return leave(session, 0);
}
EXPORT int SDF_HMACFinal(void *handle, unsigned char *mac, unsigned int *length) {
  struct session *session = handle;
  const unsigned char *const parts[] = {session->outer, mac};
  const size_t lengths[] = {64, 32};
  unsigned int digest_length = 32;
  int code = enter(session);
  if (code != 0) return code;
  if (!session->hash) return leave(session, SDR_STEPERR);
  if (*length < 32) return leave(session, SDR_NOBUFFER);
  EVP_DigestFinal_ex(session->hash, mac, &digest_length);
  sm3(parts, lengths, 2, mac);
  *length = 32;
  return leave(session, 0);
}
#endif
