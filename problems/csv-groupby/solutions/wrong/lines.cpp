// Takes the file line by line: a line end inside quotes ends the record.
// caught by: quoting, header
#include "csv_groupby.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>

static std::vector<std::string> split(const std::string &line)
{
    std::vector<std::string> fields(1);
    bool inside = false;
    for (std::size_t i = 0; i < line.size(); i++) {
        if (line[i] == '"' && inside && i + 1 < line.size() && line[i + 1] == '"')
            fields.back().push_back(line[i++]);
        else if (line[i] == '"')
            inside = !inside;
        else if (line[i] == ',' && !inside)
            fields.emplace_back();
        else if (line[i] != '\r' || inside)
            fields.back().push_back(line[i]);
    }
    return fields;
}

std::vector<csv_groupby_row> csv_groupby(int, const char *data_path)
{
    std::ifstream file(data_path, std::ios::binary);
    std::string line;
    std::getline(file, line);
    if (line.starts_with("\xef\xbb\xbf"))
        line.erase(0, 3);
    std::size_t region_at = 0, amount_at = 0;
    const auto header = split(line);
    for (std::size_t i = 0; i < header.size(); i++) {
        if (header[i] == "region")
            region_at = i;
        if (header[i] == "amount")
            amount_at = i;
    }
    std::map<std::string, csv_groupby_row> rows;
    while (std::getline(file, line)) {
        const auto fields = split(line);
        if (fields.size() <= std::max(region_at, amount_at))
            continue;
        auto &row = rows[fields[region_at]];
        row.region = fields[region_at];
        row.n++;
        if (fields[amount_at].empty() || fields[amount_at] == "NA") {
            row.n_missing++;
            continue;
        }
        const double value = std::strtod(fields[amount_at].c_str(), nullptr);
        row.mean = row.mean.value_or(0) + value;
        row.min = std::min(row.min.value_or(value), value);
        row.max = std::max(row.max.value_or(value), value);
    }
    std::vector<csv_groupby_row> answer;
    for (auto &[name, row] : rows) {
        if (row.mean)
            *row.mean /= static_cast<double>(row.n - row.n_missing);
        answer.push_back(row);
    }
    return answer;
}
