// No sort: a first pass keeps the three best salaries of each department, a second one collects.
#include "top_salaries.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

namespace {

struct best {
    std::size_t department = 0;
    std::vector<std::int64_t> salaries; // falling, different, at most three

    void take(std::int64_t salary)
    {
        const auto at = std::lower_bound(salaries.begin(), salaries.end(), salary, std::greater<>());
        if (at != salaries.end() && *at == salary)
            return;
        salaries.insert(at, salary);
        if (salaries.size() > 3)
            salaries.pop_back();
    }
};

} // namespace

std::vector<top_salaries_row> top_salaries(const top_salaries_employee &employee, const top_salaries_department &department)
{
    std::unordered_map<std::int64_t, best> depts;
    for (std::size_t i = 0; i < department.n_rows; i++)
        depts[department.id[i]].department = i;
    const auto find = [&](std::size_t i) -> best * {
        const auto dept_id = employee.dept_id[i];
        if (!dept_id || !employee.salary[i])
            return nullptr;
        const auto found = depts.find(*dept_id);
        return found == depts.end() ? nullptr : &found->second;
    };
    for (std::size_t i = 0; i < employee.n_rows; i++)
        if (best *of = find(i))
            of->take(*employee.salary[i]);
    std::vector<top_salaries_row> rows;
    for (std::size_t i = 0; i < employee.n_rows; i++) {
        const best *of = find(i);
        if (of && *employee.salary[i] >= of->salaries.back())
            rows.push_back({std::string(department.name[of->department]), std::string(employee.name[i]), *employee.salary[i]});
    }
    return rows;
}
