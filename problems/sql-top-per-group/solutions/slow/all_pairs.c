/* For each employee the next lower bound is looked for among all the others, three times.
 * caught by: perf
 */
#include "top_salaries.h"

/* The greatest salary of the department below `limit`; false if there is none. */
static bool next_salary(const struct top_salaries_employee *e, int64_t dept_id, int64_t limit, int64_t *ret)
{
    bool found = false;
    for (size_t i = 0; i < e->n_rows; i++) {
        if (!e->dept_id_valid[i] || !e->salary_valid[i] || e->dept_id[i] != dept_id || e->salary[i] >= limit)
            continue;
        if (!found || e->salary[i] > *ret)
            *ret = e->salary[i];
        found = true;
    }
    return found;
}

void top_salaries(const struct top_salaries_employee *employee,
                  const struct top_salaries_department *department, struct mlj_out *out)
{
    for (size_t i = 0; i < employee->n_rows; i++) {
        if (!employee->dept_id_valid[i] || !employee->salary_valid[i])
            continue;
        int64_t limit = INT64_MAX;
        bool in = false;
        for (int k = 0; k < 3 && !in && next_salary(employee, employee->dept_id[i], limit, &limit); k++)
            in = employee->salary[i] == limit;
        for (size_t d = 0; in && d < department->n_rows; d++)
            if (department->id[d] == employee->dept_id[i])
                top_salaries_emit_row(out, department->name[d], employee->name[i], employee->salary[i]);
    }
}
