/* array.h: the one way in which the agent's arrays grow: to twice their size, in memory of its own. */
#ifndef HW_ARRAY_H
#define HW_ARRAY_H
#include <stddef.h>
#include <stdint.h>

/* An array that is full, with room for twice as many (at first for `first`), or NULL: it stays as it is. */
void *hw__array_grow(void *items, uint32_t *room, size_t each, uint32_t first, uint32_t most);
#endif
