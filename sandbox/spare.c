/* Boxes that are prepared ahead: the place is there (control group, namespaces, view; of a fork server also the copy
 * of it), and box-init waits for an order, which says what runs in it.
 *
 * A spare is for the next box of the same place.  It costs what every box costs, only earlier, and nothing of any
 * test is in it. */
#include <stdlib.h>
#include <string.h>

#include "sandbox/internal.h"
#include "sandbox/launch_parts.h"
#include "sandbox/util.h"

#define SPARES_MAX 4 /* of all places; the oldest goes */

/* The landlock tier has nothing to prepare that takes time; files are put into the place when it is built. */
static bool can_wait(const struct sandbox *s, const struct sandbox_policy *p)
{
    return s->tier != SANDBOX_TIER_LANDLOCK && p->n_files == 0 && !p->keep_work &&
           p->n_fds + ORDER_FDS_OF_OURS <= BOX_ORDER_FDS;
}

static void drop(struct sandbox_box **at)
{
    struct sandbox_box *box = *at;
    *at = box->next;
    free(box->place);
    box_free(box);
}

static bool is_for(const struct sandbox_box *spare, const struct block *place)
{
    return spare->state == BOX_WAITING && !place->failed && spare->place_size == place->used &&
           memcmp(spare->place, place->bytes, place->used) == 0;
}

struct sandbox_box *spare_take(struct sandbox *s, const struct sandbox_policy *p)
{
    if (!s->spares || !can_wait(s, p))
        return NULL;
    struct block place = {0};
    launch_describe(&place, s, p);
    struct sandbox_box *found = NULL;
    struct sandbox_box **at = &s->spares;
    while (*at && ((*at)->server || !is_for(*at, &place)))
        at = &(*at)->next;
    if (*at) {
        found = *at;
        *at = found->next;
        free(steal(&found->place));
    }
    free(place.bytes);
    return found;
}

static size_t count(const struct sandbox *s)
{
    size_t n = 0;
    for (const struct sandbox_box *box = s->spares; box; box = box->next)
        n++;
    return n;
}

static bool has_place(const struct sandbox *s, const struct block *place)
{
    for (const struct sandbox_box *box = s->spares; box; box = box->next)
        if (is_for(box, place))
            return true;
    return false;
}

void spare_prepare(struct sandbox *s, const struct sandbox_policy *p)
{
    struct block place = {0};
    if (!can_wait(s, p))
        return;
    launch_describe(&place, s, p);
    struct sandbox_box *box = place.failed || has_place(s, &place) ? NULL : box_new_spare(s, p);
    if (!box) { /* the next box of this place is made when it is needed */
        free(place.bytes);
        return;
    }
    box->place = place.bytes;
    box->place_size = place.used;
    box->next = s->spares;
    s->spares = box;
    if (count(s) > SPARES_MAX) {
        struct sandbox_box **at = &s->spares;
        while ((*at)->next)
            at = &(*at)->next;
        (*at)->state = BOX_OVER;
    }
}

/* Events of a spare: whatever it says or does, it is none any more. */
void spare_lost(struct sandbox_box *box)
{
    box->state = BOX_OVER;
    for (int i = 0; i < N_SOURCES; i++)
        if (i != SOURCE_LIFE)
            unwatch(box, (enum source_kind)i);
}

void spares_sweep(struct sandbox *s)
{
    for (struct sandbox_box **at = &s->spares; *at;) {
        if ((*at)->state == BOX_OVER && !(*at)->server)
            drop(at);
        else
            at = &(*at)->next;
    }
}

void spares_free(struct sandbox *s)
{
    while (s->spares) {
        server_wait(s->spares);
        drop(&s->spares);
    }
}
