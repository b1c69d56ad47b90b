// Between the harness (mljudge_shim.h of C) and the generated shim.cpp of a C++ solution.  Included by shim.cpp only.
#ifndef MLJUDGE_SHIM_HPP
#define MLJUDGE_SHIM_HPP

#include <cxxabi.h>
#include <exception>
#include <new>
#include <type_traits>
#include <typeinfo>
#include <utility>

extern "C" {
#include "mljudge_shim.h"
}
#include "mljudge.hpp"

namespace mlj::shim {

inline const mlj_api *api;

// ---- arguments ----

template <class T> const T *elements(const mlj_in &in, std::size_t n)
{
    if constexpr (std::is_same_v<T, std::string_view>) {
        const auto *from = static_cast<const str *>(in.data);
        auto *views = new std::vector<std::string_view>(n); // as long as the process
        for (std::size_t i = 0; i < n; i++)
            (*views)[i] = {from[i].p, from[i].n};
        return views->data();
    } else {
        return static_cast<const T *>(in.data);
    }
}

template <std::size_t R> std::array<std::size_t, R> dims_of(const mlj_in &in)
{
    std::array<std::size_t, R> dims;
    for (std::size_t r = 0; r < R; r++)
        dims[r] = static_cast<std::size_t>(in.dims[r]);
    return dims;
}

template <class T> T scalar(const mlj_in &in)
{
    if constexpr (std::is_same_v<T, std::string_view>) {
        const auto *text = static_cast<const str *>(in.data);
        return {text->p, text->n};
    } else {
        return *static_cast<const T *>(in.data);
    }
}

template <class T> std::optional<T> optional(const mlj_in &in)
{
    return in.valid[0] ? std::optional<T>(scalar<T>(in)) : std::nullopt;
}

template <class T, std::size_t R> array_view<T, R> view(const mlj_in &in)
{
    const auto dims = dims_of<R>(in);
    return {elements<T>(in, product(dims)), dims};
}

template <class T> std::span<const T> span(const mlj_in &in)
{
    return view<T, 1>(in).flat();
}

template <class T, std::size_t R> nullable_array_view<T, R> nullable(const mlj_in &in)
{
    return {view<T, R>(in), in.valid, dims_of<R>(in)};
}

template <class T> ragged_view<T> ragged(const mlj_in &in)
{
    const auto n = static_cast<std::size_t>(in.dims[0]);
    return {elements<T>(in, static_cast<std::size_t>(in.offsets[n])), in.offsets, n, in.valid};
}

// ---- results ----

template <class T> constexpr mlj_elem elem_of()
{
    if constexpr (std::is_same_v<T, std::int64_t>)
        return MLJ_INT;
    else if constexpr (std::is_same_v<T, double>)
        return MLJ_FLOAT;
    else if constexpr (std::is_same_v<T, bool>)
        return MLJ_BOOL;
    else
        return MLJ_STR;
}

template <class T> void put(void *to, std::size_t i, const T &value)
{
    if constexpr (std::is_same_v<T, std::string>)
        static_cast<str *>(to)[i] = {value.data(), value.size()};
    else
        static_cast<T *>(to)[i] = value;
}

template <class T> struct plain {
    using type = T;
};
template <class T> struct plain<std::optional<T>> {
    using type = T;
};

template <class T> void fill(mlj_out *out, void *to, const std::vector<T> &values)
{
    using P = typename plain<T>::type;
    for (std::size_t i = 0; i < values.size(); i++) {
        if constexpr (std::is_same_v<P, T>) {
            put<P>(to, i, values[i]);
        } else {
            if (values[i])
                put<P>(to, i, *values[i]);
            else
                api->valid(out)[i] = 0;
        }
    }
}

template <class T> void give_array(const mlj_result &to, const std::size_t *dims, int rank, const std::vector<T> &values)
{
    fill(to.out, api->array(to.out, elem_of<typename plain<T>::type>(), dims, rank), values);
}

template <class T>
    requires(std::is_arithmetic_v<T> || std::is_same_v<T, std::string>)
void give(const mlj_result &to, const T &value)
{
    put(to.data, 0, value);
}

template <class T> void give(const mlj_result &to, const std::optional<T> &value)
{
    to.valid[0] = value.has_value();
    if (value)
        put(to.data, 0, *value);
}

template <class T> void give(const mlj_result &to, const std::vector<T> &values)
{
    const std::size_t n = values.size();
    give_array(to, &n, 1, values);
}

template <class T, std::size_t R> void give(const mlj_result &to, const array<T, R> &values)
{
    give_array(to, values.dims().data(), static_cast<int>(R), values.flat());
}

template <class T> void give(const mlj_result &to, const std::vector<std::vector<T>> &rows)
{
    for (const auto &row : rows)
        fill(to.out, api->row(to.out, elem_of<typename plain<T>::type>(), row.size()), row);
}

// One cell of a table's row; what it points to lives in `room` until the row has been emitted.
template <class T> const void *cell(const T &value, str &room)
{
    if constexpr (std::is_same_v<T, std::string>) {
        room = {value.data(), value.size()};
        return &room;
    } else {
        return &value;
    }
}

template <class T> const void *cell(const std::optional<T> &value, str &room)
{
    return value ? cell(*value, room) : nullptr;
}

// ---- methods of a class ----

// May a method that is declared to return R return a T?  Integers of any width for an int, as everywhere; nothing that loses.
template <class R, class T, class P = std::remove_cvref_t<T>>
inline constexpr bool is_result =
    std::is_same_v<R, P> || (std::is_same_v<R, std::int64_t> && std::is_integral_v<P> && !std::is_same_v<P, bool>) ||
    (std::is_same_v<R, double> && std::is_arithmetic_v<P> && !std::is_same_v<P, bool>) ||
    (std::is_same_v<R, std::string> && std::is_convertible_v<P, std::string_view>);

// The harness copies a result when the method has returned: it is let go of when the next one comes.
inline const void *kept;
inline void (*let_go)(const void *);

template <class R, class T> const R *keep(T &&value)
{
    if (kept)
        let_go(kept);
    kept = nullptr;
    const R *returned = new R(std::forward<T>(value));
    kept = returned;
    let_go = [](const void *last) { delete static_cast<const R *>(last); };
    return returned;
}

// ---- the call ----

// The type of the exception that is being handled, as its author writes it.  The harness cuts it.
inline const char *exception_name()
{
    const std::type_info *type = abi::__cxa_current_exception_type();
    if (!type)
        return "exception";
    int status = 0;
    const char *name = abi::__cxa_demangle(type->name(), nullptr, nullptr, &status);
    return name ? name : type->name();
}

// What left the function by an exception.  The harness does not return from it.
inline void caught()
{
    try {
        throw;
    } catch (const std::bad_alloc &) {
        api->fail(MLJ_FAIL_MEMORY, "bad_alloc", "out of memory");
    } catch (const std::exception &e) {
        api->fail(MLJ_FAIL_EXCEPTION, exception_name(), e.what());
    } catch (...) {
        api->fail(MLJ_FAIL_EXCEPTION, exception_name(), "something that is no std::exception");
    }
}

} // namespace mlj::shim

#endif
