/* Salaries in 32 bits.
 * caught by: edge
 */
#include "top_salaries.h"

#include <stdlib.h>

struct person {
    int64_t dept_id;
    int32_t salary;
    size_t row;
};

struct dept {
    int64_t id;
    size_t row;
};

static int by_id(const void *a, const void *b)
{
    const struct dept *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static int by_pay(const void *a, const void *b)
{
    const struct person *x = a, *y = b;
    if (x->dept_id != y->dept_id)
        return x->dept_id < y->dept_id ? -1 : 1;
    return (x->salary < y->salary) - (x->salary > y->salary);
}

void top_salaries(const struct top_salaries_employee *employee,
                  const struct top_salaries_department *department, struct mlj_out *out)
{
    size_t n = 0, m = department->n_rows;
    struct person *people = malloc((employee->n_rows + 1) * sizeof *people);
    struct dept *depts = malloc((m + 1) * sizeof *depts);
    for (size_t i = 0; i < employee->n_rows; i++)
        if (employee->dept_id_valid[i] && employee->salary_valid[i])
            people[n++] = (struct person){employee->dept_id[i], (int32_t)employee->salary[i], i};
    for (size_t i = 0; i < m; i++)
        depts[i] = (struct dept){department->id[i], i};
    qsort(people, n, sizeof *people, by_pay);
    qsort(depts, m, sizeof *depts, by_id);
    size_t d = 0;
    int place = 0;
    for (size_t i = 0; i < n; i++) {
        bool same = i > 0 && people[i].dept_id == people[i - 1].dept_id;
        if (!same)
            place = 1;
        else if (people[i].salary != people[i - 1].salary)
            place++;
        while (d < m && depts[d].id < people[i].dept_id)
            d++;
        if (place <= 3 && d < m && depts[d].id == people[i].dept_id)
            top_salaries_emit_row(out, department->name[depts[d].row],
                                  employee->name[people[i].row], people[i].salary);
    }
    free(people);
    free(depts);
}
