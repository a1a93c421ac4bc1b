/* python_hooks.h: small Python objects, which never reach malloc. */
#ifndef HW_PYTHON_HOOKS_H
#define HW_PYTHON_HOOKS_H

void hw__hooks_install(void); /* at load time, before main */
/* At a safe moment, GIL held: are the hooks still in place? Puts them back, or says why not. */
void hw__hooks_check(void);
#endif
