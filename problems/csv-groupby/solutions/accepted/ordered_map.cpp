// Fields from a stream buffer, one region's sums in a map from its name; the map is in the order of bytes already.
#include "csv_groupby.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <utility>
#include <unistd.h>

namespace {

class reader {
  public:
    explicit reader(int fd) : fd_(fd), buffer_(1 << 16)
    {
        if (peek() >= 0 && std::string_view(buffer_.data(), end_).starts_with("\xef\xbb\xbf"))
            at_ = 3;
    }

    int peek()
    {
        if (at_ == end_) {
            const ssize_t n = read(fd_, buffer_.data(), buffer_.size());
            at_ = 0;
            end_ = n > 0 ? static_cast<std::size_t>(n) : 0;
        }
        return at_ < end_ ? static_cast<unsigned char>(buffer_[at_]) : -1;
    }

    // One field into `text`; is it the last one of its record?
    bool field(std::string &text)
    {
        text.clear();
        if (peek() == '"')
            quoted(text);
        for (;;) {
            const int c = peek();
            if (c < 0)
                return true;
            at_++;
            if (c == ',' || c == '\n')
                return c == '\n';
            if (c != '\r')
                text.push_back(static_cast<char>(c));
        }
    }

  private:
    void quoted(std::string &text)
    {
        for (at_++;;) {
            int c = peek();
            if (c < 0)
                return;
            at_++;
            if (c == '"') {
                if (peek() != '"')
                    return;
                at_++;
            }
            text.push_back(static_cast<char>(c));
        }
    }

    int fd_;
    std::vector<char> buffer_;
    std::size_t at_ = 0, end_ = 0;
};

struct sums {
    std::int64_t n = 0, n_missing = 0;
    long double total = 0;
    std::optional<double> min, max;

    void add(std::string_view amount)
    {
        n++;
        if (amount.empty() || amount == "NA") {
            n_missing++;
            return;
        }
        if (amount.front() == '+') // which from_chars does not take
            amount.remove_prefix(1);
        double value = 0;
        std::from_chars(amount.data(), amount.data() + amount.size(), value);
        total += value;
        min = std::min(min.value_or(value), value);
        max = std::max(max.value_or(value), value);
    }
};

} // namespace

std::vector<csv_groupby_row> csv_groupby(int data_fd, const char *)
{
    reader file(data_fd);
    std::string field, region, amount;
    std::size_t region_at = 0, amount_at = 0;
    bool last = false;
    for (std::size_t column = 0; !last; column++) {
        last = file.field(field);
        if (field == "region")
            region_at = column;
        if (field == "amount")
            amount_at = column;
    }
    std::map<std::string, sums, std::less<>> regions;
    while (file.peek() >= 0) {
        last = false;
        for (std::size_t column = 0; !last; column++)
            last = file.field(column == region_at ? region : column == amount_at ? amount : field);
        regions[region].add(amount);
    }
    std::vector<csv_groupby_row> rows;
    for (const auto &[name, of] : regions) {
        csv_groupby_row row;
        row.region = name;
        row.n = of.n;
        row.n_missing = of.n_missing;
        if (of.n > of.n_missing)
            row.mean = static_cast<double>(of.total / static_cast<long double>(of.n - of.n_missing));
        row.min = of.min;
        row.max = of.max;
        rows.push_back(std::move(row));
    }
    return rows;
}
