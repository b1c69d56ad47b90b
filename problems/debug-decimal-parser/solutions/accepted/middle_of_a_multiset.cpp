// The starter, mended: a pointer to the middle of an ordered multiset moves half a step with every value.
#include "clean.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>
#include <set>

namespace {

constexpr std::size_t history_min = 5;
constexpr double suspect_factor = 10;

struct format {
    std::string_view name;
    char decimal, group;
};

constexpr std::array<format, 3> formats{{{"en", '.', ','}, {"de", ',', '.'}, {"ch", '.', '\''}}};

const format *find_format(std::string_view name)
{
    const auto *found = std::find_if(formats.begin(), formats.end(), [&](const format &f) { return f.name == name; });
    return found == formats.end() ? nullptr : found;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t");
    if (first == text.npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::size_t n_digits(std::string_view text)
{
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

// Digits, perhaps in groups of three, and perhaps decimals?
bool is_number(std::string_view text, const format &format)
{
    std::size_t n = n_digits(text);
    text.remove_prefix(n);
    if (n == 0 || (n > 3 && text.starts_with(format.group)))
        return false;
    while (text.starts_with(format.group)) {
        if (n_digits(text.substr(1)) != 3)
            return false;
        text.remove_prefix(4);
    }
    if (text.starts_with(format.decimal)) {
        n = n_digits(text.substr(1));
        if (n == 0)
            return false;
        text.remove_prefix(1 + n);
    }
    return text.empty();
}

std::optional<double> parse(std::string_view units, const format &format)
{
    std::string text(trimmed(units));
    if (!is_number(text, format))
        return std::nullopt;
    std::erase(text, format.group);
    std::replace(text.begin(), text.end(), format.decimal, '.');
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// The accepted values of one sku, in order; `middle_` is the median or, of an even number, the one below it.
class history {
  public:
    void add(double value)
    {
        const auto place = values_.insert(value); // behind its equals
        if (values_.size() == 1)
            middle_ = place;
        else if (values_.size() % 2 == 0 && value < *middle_)
            middle_--;
        else if (values_.size() % 2 == 1 && value >= *middle_)
            middle_++;
    }

    bool finds_suspect(double value) const
    {
        return values_.size() >= history_min && value > suspect_factor * median();
    }

  private:
    double median() const { return values_.size() % 2 ? *middle_ : (*middle_ + *std::next(middle_)) / 2; }

    std::multiset<double> values_;
    std::multiset<double>::const_iterator middle_;
};

} // namespace

std::vector<clean_row> clean(const clean_rows &rows)
{
    std::map<std::string_view, history> histories;
    std::vector<clean_row> table;
    for (std::size_t i = 0; i < rows.n_rows; i++) {
        const format *format = find_format(rows.fmt[i]);
        const auto value = format ? parse(rows.units[i], *format) : std::nullopt;
        if (!value) {
            table.push_back({"bad_format", std::nullopt});
            continue;
        }
        history &history = histories[rows.sku[i]];
        const bool suspect = history.finds_suspect(*value);
        if (!suspect)
            history.add(*value);
        table.push_back({suspect ? "suspect" : "ok", value});
    }
    return table;
}
