/* A PKCS#11 module that wraps another (WRAPPED_MODULE) and fails as the first word of the file FAULT says. Each login is
 * noted as a line of the file LOGINS, so that a test can count what a token's lock-out counter would. */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long rv;
typedef unsigned char byte;

/* CK_FUNCTION_LIST of PKCS#11 2.40, whose functions are pointers in a fixed order. */
struct list {
    byte major, minor;
    void *functions[68];
};
enum { GET_FUNCTION_LIST = 3, GET_TOKEN_INFO = 6, LOGIN = 18, SIGN = 43 };
enum { DEVICE_REMOVED = 0x32, SESSION_HANDLE_INVALID = 0xB3, USER_NOT_LOGGED_IN = 0x101 };

static struct list ours, *theirs;

static int fault_is(const char *fault) {
    char word[32] = "";
    FILE *file = fopen(getenv("FAULT"), "r");
    if (!file) return 0;
    if (fscanf(file, "%31s", word) != 1) word[0] = 0;
    fclose(file);
    return strcmp(word, fault) == 0;
}

static int fault_once(const char *fault) {
    return fault_is(fault) && unlink(getenv("FAULT")) == 0;
}

static void hang(void) {
    for (;;) pause();
}

static rv sign(rv session, byte *data, rv length, byte *signature, rv *signature_length) {
    rv (*real)(rv, byte *, rv, byte *, rv *) = theirs->functions[SIGN];
    /* The call without a buffer only asks for the length. */
    if (!signature) return real(session, data, length, signature, signature_length);
    if (fault_is("hang")) hang();
    if (fault_is("crash")) abort();
    if (fault_is("segfault")) *(volatile int *)8 = 1;
    if (fault_once("session-lost")) return SESSION_HANDLE_INVALID;
    if (fault_once("logged-out")) return USER_NOT_LOGGED_IN;
    if (fault_is("removed")) return DEVICE_REMOVED;
    rv result = real(session, data, length, signature, signature_length);
    if (fault_is("wrong")) signature[*signature_length / 2] ^= 1;
    return result;
}

static rv login(rv session, rv user, byte *pin, rv length) {
    rv (*real)(rv, rv, byte *, rv) = theirs->functions[LOGIN];
    FILE *file = fopen(getenv("LOGINS"), "a");
    if (file) {
        fputs("login\n", file);
        fclose(file);
    }
    if (fault_is("hang-in-login")) hang();
    if (fault_is("crash-in-login")) abort();
    return real(session, user, pin, length);
}

static rv token_info(rv slot, byte *info) {
    rv (*real)(rv, byte *) = theirs->functions[GET_TOKEN_INFO];
    rv result = real(slot, info);
    /* CK_TOKEN_INFO begins with 96 bytes of names; the flags follow. */
    if (fault_is("last-try")) *(rv *)(info + 96) |= 0x20000;
    if (fault_is("locked")) *(rv *)(info + 96) |= 0x40000;
    return result;
}

rv C_GetFunctionList(struct list **list) {
    if (fault_is("crash-in-loading")) abort();
    if (!theirs) {
        void *module = dlopen(getenv("WRAPPED_MODULE"), RTLD_NOW);
        rv (*real)(struct list **) = module ? (rv (*)(struct list **))dlsym(module, "C_GetFunctionList") : NULL;
        if (!real || real(&theirs)) return 5;
        ours = *theirs;
        ours.functions[GET_FUNCTION_LIST] = C_GetFunctionList;
        ours.functions[GET_TOKEN_INFO] = token_info;
        ours.functions[LOGIN] = login;
        ours.functions[SIGN] = sign;
    }
    *list = &ours;
    return 0;
}
