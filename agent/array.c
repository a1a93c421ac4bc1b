/* array.c: see the header. Old and new stand side by side for a moment; a failure changes nothing. */
#include "array.h"
#include "os.h"
#include <string.h>

void *hw__array_grow(void *items, uint32_t *room, size_t each, uint32_t first, uint32_t most) {
    uint32_t more = *room == 0 ? first : *room * 2;
    void *fresh = more > most ? NULL : hw__os_take(more * each);
    if (fresh == NULL) return NULL;
    if (*room > 0) memcpy(fresh, items, *room * each);
    hw__os_give(items, *room * each);
    *room = more;
    return fresh;
}
