// All words in one line, each symbol linked to its neighbours; a merge visits the places where its pair stands and changes the
// counts of the pairs beside them.  Pairs stand in order in a set, from which one is taken out while its count changes.
#include "bpe_train.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace {

using symbol = std::uint32_t; // 0 parts words

class trainer {
  public:
    explicit trainer(const bpe_train_words &words) : order_(by_count{this})
    {
        texts_.emplace_back();
        for (char letter = 'a'; letter <= 'z'; letter++)
            intern(std::string(1, letter));
        line_.push_back({});
        for (std::size_t i = 0; i < words.n_rows; i++) {
            if (words.count[i] == 0)
                continue;
            for (char letter : words.word[i])
                append({static_cast<symbol>(letter - 'a' + 1), words.count[i], 0, 0});
            append({});
        }
        for (std::uint32_t i = 0; i + 1 < line_.size(); i++)
            change(i, +1);
        for (auto &[key, pair] : pairs_)
            order_.insert(&pair);
    }

    // Merges the best pair, if there is one.
    bool step(std::vector<bpe_train_row> &rows)
    {
        if (order_.empty() || (*order_.begin())->count < 2)
            return false;
        const symbol left = (*order_.begin())->left, right = (*order_.begin())->right;
        rows.push_back({texts_[left], texts_[right]});
        const symbol joined = intern(texts_[left] + texts_[right]);
        std::vector<std::uint32_t> places = std::move(pairs_.at(key(left, right)).places);
        std::sort(places.begin(), places.end());
        for (std::uint32_t i : places)
            if (line_[i].text == left && line_[line_[i].after].text == right)
                join(i, joined);
        for (pair *changed : changed_) {
            changed->in_order = true;
            if (changed->count > 0)
                order_.insert(changed);
        }
        changed_.clear();
        return true;
    }

  private:
    struct place {
        symbol text = 0;
        std::int64_t weight = 0;
        std::uint32_t before = 0, after = 0;
    };
    struct pair {
        symbol left, right;
        std::int64_t count = 0;
        bool in_order = true;
        std::vector<std::uint32_t> places{}; // of the left one; some may be past
    };
    struct by_count {
        const trainer *of;
        bool operator()(const pair *a, const pair *b) const
        {
            if (a->count != b->count)
                return a->count > b->count;
            if (const int order = of->texts_[a->left].compare(of->texts_[b->left]))
                return order < 0;
            return of->texts_[a->right] < of->texts_[b->right];
        }
    };

    static std::uint64_t key(symbol left, symbol right) { return std::uint64_t{left} << 32 | right; }

    symbol intern(const std::string &text)
    {
        const auto [at, is_new] = symbols_.try_emplace(text, static_cast<symbol>(texts_.size()));
        if (is_new)
            texts_.push_back(text);
        return at->second;
    }

    void append(place place)
    {
        place.before = static_cast<std::uint32_t>(line_.size() - 1);
        line_.back().after = static_cast<std::uint32_t>(line_.size());
        line_.push_back(place);
    }

    // One more or one less of the pair whose left symbol is at i.
    void change(std::uint32_t i, int sign)
    {
        const symbol left = line_[i].text, right = line_[line_[i].after].text;
        if (!left || !right)
            return;
        pair &pair = pairs_.try_emplace(key(left, right), trainer::pair{left, right}).first->second;
        if (started_ && pair.in_order) {
            order_.erase(&pair);
            pair.in_order = false;
            changed_.push_back(&pair);
        }
        pair.count += sign * line_[i].weight;
        if (sign > 0)
            pair.places.push_back(i);
    }

    void join(std::uint32_t i, symbol joined)
    {
        started_ = true;
        const std::uint32_t j = line_[i].after;
        change(line_[i].before, -1);
        change(i, -1);
        change(j, -1);
        line_[i].text = joined;
        line_[j].text = 0;
        line_[i].after = line_[j].after;
        line_[line_[j].after].before = i;
        change(line_[i].before, +1);
        change(i, +1);
    }

    std::vector<std::string> texts_;
    std::map<std::string, symbol> symbols_;
    std::vector<place> line_;
    std::unordered_map<std::uint64_t, pair> pairs_;
    std::set<pair *, by_count> order_;
    std::vector<pair *> changed_;
    bool started_ = false;
};

} // namespace

std::vector<bpe_train_row> bpe_train(const bpe_train_words &words, std::int64_t merges)
{
    trainer trainer(words);
    std::vector<bpe_train_row> rows;
    while (static_cast<std::int64_t>(rows.size()) < merges && trainer.step(rows))
        continue;
    return rows;
}
