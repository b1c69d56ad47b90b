// What every C++ solution sees; the problem's own header (knn_predict.hpp, ...) includes it and declares the function.
//
//   in a signature   argument                              result
//   int float bool   std::int64_t, double, bool            the same
//   str              std::string_view                      std::string
//   T?               std::optional<T>                      std::optional<T>
//   T[n]             std::span<const T>                    std::vector<T>
//   T?[n]            mlj::nullable_view<T>                 std::vector<std::optional<T>>
//   T[n,d]           mlj::matrix_view<T>: x(i, j), x[i]    mlj::matrix<T>: x(i, j)
//   T[n,d,...]       mlj::array_view<T, R>                 mlj::array<T, R>
//   T?[n,d]          mlj::nullable_array_view<T, 2>        mlj::matrix<std::optional<T>>
//   T[n][*]          mlj::ragged_view<T>: x[i] is a span   std::vector<std::vector<T>>
//   table{...}       a struct of columns, and n_rows       std::vector of a struct of one row's cells
//   csv              int x_fd, const char *x_path
//   several returns                                        a struct of them
//
// A result of another size than declared is a wrong answer.  std::bad_alloc that leaves the function is "out of memory",
// any other exception a run-time error.  Everything is in row order: the last index moves fastest.
#ifndef MLJUDGE_HPP
#define MLJUDGE_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlj {

// The place of an element in row order.
template <std::size_t R, class... I>
constexpr std::size_t place(const std::array<std::size_t, R> &dims, I... index)
{
    static_assert(sizeof...(I) == R, "as many indices as dimensions");
    const std::array<std::size_t, R> all{static_cast<std::size_t>(index)...};
    std::size_t at = 0;
    for (std::size_t r = 0; r < R; r++)
        at = at * dims[r] + all[r];
    return at;
}

template <std::size_t R> constexpr std::size_t product(const std::array<std::size_t, R> &dims)
{
    std::size_t n = 1;
    for (std::size_t size : dims)
        n *= size;
    return n;
}

// An array of R dimensions that lies elsewhere.
template <class T, std::size_t R> class array_view {
  public:
    array_view() = default;
    array_view(const T *elements, std::array<std::size_t, R> dims) : elements_(elements), dims_(dims) {}

    template <class... I> const T &operator()(I... index) const { return elements_[place(dims_, index...)]; }
    std::span<const T> operator[](std::size_t row) const requires(R == 2)
    {
        return {elements_ + row * dims_[1], dims_[1]};
    }
    std::size_t size(std::size_t dimension) const { return dims_[dimension]; }
    std::size_t rows() const requires(R == 2) { return dims_[0]; }
    std::size_t cols() const requires(R == 2) { return dims_[1]; }
    const T *data() const { return elements_; }
    std::span<const T> flat() const { return {elements_, product(dims_)}; }

  private:
    const T *elements_ = nullptr;
    std::array<std::size_t, R> dims_{};
};
template <class T> using matrix_view = array_view<T, 2>;

// The same with elements that may be NULL.
template <class T, std::size_t R> class nullable_array_view {
  public:
    nullable_array_view() = default;
    nullable_array_view(array_view<T, R> values, const std::uint8_t *valid, std::array<std::size_t, R> dims)
        : values_(values), valid_(valid), dims_(dims)
    {
    }

    template <class... I> std::optional<T> operator()(I... index) const
    {
        return at(place(dims_, index...));
    }
    std::optional<T> operator[](std::size_t i) const requires(R == 1) { return at(i); }
    std::size_t size(std::size_t dimension = 0) const { return dims_[dimension]; }
    // Values without regard to NULL (0, NaN or "" there), and a byte an element: 0 where it is NULL.
    std::span<const T> values() const { return values_.flat(); }
    std::span<const std::uint8_t> valid() const { return {valid_, product(dims_)}; }

  private:
    std::optional<T> at(std::size_t i) const
    {
        return valid_[i] ? std::optional<T>(values_.data()[i]) : std::nullopt;
    }

    array_view<T, R> values_;
    const std::uint8_t *valid_ = nullptr;
    std::array<std::size_t, R> dims_{};
};
template <class T> using nullable_view = nullable_array_view<T, 1>;

// Rows, each of its own length.
template <class T> class ragged_view {
  public:
    ragged_view() = default;
    ragged_view(const T *elements, const std::int64_t *offsets, std::size_t n, const std::uint8_t *valid)
        : elements_(elements), offsets_(offsets), n_(n), valid_(valid)
    {
    }

    std::size_t size() const { return n_; }
    std::span<const T> operator[](std::size_t row) const
    {
        return {elements_ + offsets_[row], static_cast<std::size_t>(offsets_[row + 1] - offsets_[row])};
    }
    // T?[n][*]: is element `i` of a row there?
    bool is_null(std::size_t row, std::size_t i) const
    {
        return valid_ && !valid_[static_cast<std::size_t>(offsets_[row]) + i];
    }

  private:
    const T *elements_ = nullptr;
    const std::int64_t *offsets_ = nullptr;
    std::size_t n_ = 0;
    const std::uint8_t *valid_ = nullptr;
};

// An array of R dimensions of one's own; elements begin as T{}.
template <class T, std::size_t R> class array {
  public:
    array() = default;
    template <class... I>
        requires(sizeof...(I) == R)
    explicit array(I... sizes) : dims_{static_cast<std::size_t>(sizes)...}, elements_(product(dims_))
    {
    }

    template <class... I> decltype(auto) operator()(I... index) { return elements_[place(dims_, index...)]; }
    template <class... I> decltype(auto) operator()(I... index) const { return elements_[place(dims_, index...)]; }
    std::size_t size(std::size_t dimension) const { return dims_[dimension]; }
    std::size_t rows() const requires(R == 2) { return dims_[0]; }
    std::size_t cols() const requires(R == 2) { return dims_[1]; }
    const std::array<std::size_t, R> &dims() const { return dims_; }
    std::vector<T> &flat() { return elements_; }
    const std::vector<T> &flat() const { return elements_; }

  private:
    std::array<std::size_t, R> dims_{};
    std::vector<T> elements_;
};
template <class T> using matrix = array<T, 2>;

} // namespace mlj

#endif
