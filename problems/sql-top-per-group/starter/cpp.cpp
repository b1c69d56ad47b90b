// C++20.  The header declares the function, the arguments and one row of the result:
//
//     struct top_salaries_employee {
//         std::size_t n_rows;
//         std::span<const std::int64_t> id;
//         std::span<const std::string_view> name;
//         mlj::nullable_view<std::int64_t> dept_id, salary; // x[i] is a std::optional
//     };
//     struct top_salaries_department {
//         std::size_t n_rows;
//         std::span<const std::int64_t> id;
//         std::span<const std::string_view> name;
//     };
//     struct top_salaries_row {
//         std::string department, employee;
//         std::int64_t salary;
//     };
//
// Returns the rows in any order.
#include "top_salaries.hpp"

std::vector<top_salaries_row> top_salaries(const top_salaries_employee &employee,
                                           const top_salaries_department &department)
{
    (void)employee;
    (void)department;
    std::vector<top_salaries_row> rows;
    return rows;
}
