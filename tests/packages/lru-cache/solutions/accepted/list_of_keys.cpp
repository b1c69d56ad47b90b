// std::list in the order of use, and where each key is in it.
#include "LruCache.hpp"

#include <list>
#include <string>
#include <unordered_map>

class LruCache {
public:
    explicit LruCache(std::int64_t capacity) : capacity(static_cast<std::size_t>(capacity)) {}

    void put(std::string_view key, std::span<const double> value)
    {
        auto found = where.find(std::string(key));
        if (found != where.end()) {
            kept.erase(found->second);
            where.erase(found);
        } else if (kept.size() == capacity) {
            where.erase(kept.front().first);
            kept.pop_front();
        }
        kept.emplace_back(std::string(key), std::vector<double>(value.begin(), value.end()));
        where[std::string(key)] = std::prev(kept.end());
    }

    std::vector<double> get(std::string_view key)
    {
        auto found = where.find(std::string(key));
        if (found == where.end())
            return {};
        kept.splice(kept.end(), kept, found->second);
        return found->second->second;
    }

    int size() const { return int(kept.size()); }

    std::optional<std::string> oldest() const
    {
        return kept.empty() ? std::nullopt : std::optional(kept.front().first);
    }

private:
    std::size_t capacity;
    std::list<std::pair<std::string, std::vector<double>>> kept; // used longest ago first
    std::unordered_map<std::string, decltype(kept)::iterator> where;
};
