/* C17.  The header declares the function, includes <stdbool.h>, <stddef.h> and <stdint.h>, and has
 *
 *     struct str { const char *p; size_t n; };      n bytes of UTF-8, not ended by a NUL
 *
 *     struct top_salaries_employee {
 *         size_t n_rows;
 *         const int64_t *id;
 *         const struct str *name;
 *         const int64_t *dept_id;
 *         const uint8_t *dept_id_valid;             0 where dept_id is NULL
 *         const int64_t *salary;
 *         const uint8_t *salary_valid;              0 where salary is NULL
 *     };
 *     struct top_salaries_department {
 *         size_t n_rows;
 *         const int64_t *id;
 *         const struct str *name;
 *     };
 *     void top_salaries_emit_row(struct mlj_out *out, struct str department, struct str employee, int64_t salary);
 *
 * Call the last one once for each row of the result, in any order; it copies what it is given. */
#include "top_salaries.h"

void top_salaries(const struct top_salaries_employee *employee,
                  const struct top_salaries_department *department, struct mlj_out *out)
{
    (void)employee;
    (void)department;
    (void)out;
}
