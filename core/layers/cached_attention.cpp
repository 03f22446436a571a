#include "core/layers/cached_attention.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "core/arithmetic/elementwise.h"
#include "core/arithmetic/matrix_product.h"
#include "core/base/error.h"
#include "core/layers/fused_transformer.h"
#include "core/layers/masks.h"

namespace fanlight {

namespace {

struct Cache {
    at::Tensor keys, values;  ///< [slots, kv_heads, room, d]
};

/// With room for so many tokens of each slot. Zeros: what is masked is multiplied by 0, and must be finite.
Cache cache_of(State& state, const std::string& name, const at::Tensor& keys, int64_t room) {
    auto& kept = (*state.memory)[name];
    const std::vector<int64_t> shape = {state.text->slots, keys.size(1), room, keys.size(3)};
    if (kept.empty()) kept = {at::zeros(shape, keys.options()), at::zeros(shape, keys.options())};
    if (const int64_t before = kept[0].size(2); before < room)
        for (at::Tensor& cache : kept) {
            const at::Tensor small = std::exchange(cache, at::zeros(shape, keys.options()));
            cache.narrow(2, 0, before).copy_(small);
        }
    return {kept[0], kept[1]};
}

/// [R, L, H*d] -> [R, H, L, d]
at::Tensor split_heads(const at::Tensor& t, int64_t heads) { return t.unflatten(-1, {heads, -1}).transpose(1, 2); }

/// `mask`: what is seen, or, where there is no cap, what is added to the scores. For a cap there is no fused operator:
/// as in transformers, its softmax is computed in float32.
at::Tensor attend_masked(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                         const at::Tensor& mask, const CachedAttentionOptions& o) {
    if (o.cap == 0) return dot_product_attention(queries, keys, values, mask, o.scale);
    const at::Tensor scores =
        elementwise(matrix_product(queries, keys.transpose(-2, -1)).mul_(o.scale).div_(o.cap), at::tanh).mul_(o.cap);
    scores.masked_fill_(mask.logical_not(), lowest(scores.scalar_type()));
    return matrix_product(at::softmax(scores, -1, at::kFloat).to(values.scalar_type()), values);
}

// One row, many tokens

/// [length, start + length]: what each token sees.
at::Tensor causal_mask(const TextStep& step, int64_t window) {
    const int64_t start = step.rows.front().start;
    const at::Tensor keys = at::arange(start + step.length), own = keys.narrow(0, start, step.length).unsqueeze(1);
    const at::Tensor seen = keys <= own;
    if (window > 0) seen.logical_and_(keys > own - window);
    return step.seen.defined() ? seen.logical_and_(step.seen) : seen;
}

/// Keys or values up to the end of the piece, whose own are `added`.
at::Tensor extended(const TextStep& step, const at::Tensor& kept, const at::Tensor& added) {
    const TextStep::Row& row = step.rows.front();
    const at::Tensor own = kept.narrow(0, row.slot, 1);
    own.narrow(2, row.start, step.length).copy_(added);
    return own.narrow(2, 0, row.start + step.length);
}

void copy_beginning(const TextStep& step, const Cache& cache) {
    for (const at::Tensor& kept : {cache.keys, cache.values}) {
        const auto beginning = [&](int64_t slot) { return kept.select(0, slot).narrow(1, 0, step.copied.tokens); };
        beginning(step.rows.front().slot).copy_(beginning(step.copied.slot));
    }
}

/// Of a text with padding: kernels differ in what they give a token that sees none, so it gets zeros, as in
/// transformers.
at::Tensor with_zeros(const TextStep& step, const at::Tensor& attended, int64_t window) {
    const at::Tensor& blind = step.once("tokens that see none, " + std::to_string(window), attended.device(),
                                        [&] { return causal_mask(step, window).any(1).logical_not().unsqueeze(1); });
    return attended.masked_fill(blind, 0);
}

/// keys, values: all that the piece may see.
at::Tensor attend_piece(const TextStep& step, const at::Tensor& q, const at::Tensor& keys, const at::Tensor& values,
                        const CachedAttentionOptions& o) {
    const int64_t group = o.heads / o.kv_heads;
    // The heads that share keys are further queries: [1, kv_heads, group*L, d].
    const at::Tensor queries = q.reshape({1, o.kv_heads, group * step.length, o.head_dim});
    const at::Tensor& mask =
        step.once("mask of a piece, " + std::to_string(o.window) + ", " + std::to_string(group), q.device(), [&] {
            return causal_mask(step, o.window).repeat({group, 1});
        });
    const at::Tensor attended =
        attend_masked(queries, keys, values, mask, o).view({1, o.heads, step.length, o.head_dim});
    return step.seen.defined() && o.cap == 0 ? with_zeros(step, attended, o.window) : attended;
}

// Several rows, one token each

void append(const TextStep& step, const at::Tensor& kept, const at::Tensor& added) {
    const at::Tensor& slots = step.once("slots", kept.device(), [&] {
        std::vector<int64_t> slots;
        for (const TextStep::Row& row : step.rows) slots.push_back(row.slot);
        return at::tensor(slots, at::kLong);
    });
    kept.transpose(1, 2).index_put_({slots, step.positions(kept.device()).squeeze(1)}, added.squeeze(2));
}

/// Of a row's keys, those that its new token sees, and for how many there is room.
struct RowKeys {
    SeenKeys seen;
    int64_t capacity = 0;
};

std::vector<RowKeys> keys_of_texts(const TextStep& step, int64_t window) {
    std::vector<RowKeys> rows;
    for (const TextStep::Row& row : step.rows) {
        const int64_t count = window > 0 ? std::min(window, row.start + 1) : row.start + 1;
        rows.push_back({{row.slot, row.start + 1 - count, count}, row.capacity});
    }
    return rows;
}

std::vector<RowKeys> keys_of_sources(const TextStep& step) {
    std::vector<RowKeys> rows;
    for (const TextStep::Row& row : step.rows) rows.push_back({{row.slot, 0, row.source}, row.source_capacity});
    return rows;
}

/// One number of each row: [R, 1, 1, 1].
template <typename Number>
at::Tensor of_each(const std::vector<RowKeys>& rows, const Number& number) {
    std::vector<int64_t> numbers;
    for (const RowKeys& row : rows) numbers.push_back(number(row));
    return at::tensor(numbers, at::kLong).view({-1, 1, 1, 1});
}

/// What is seen [R, 1, 1, capacity], or what is added to the scores [R, heads, 1, capacity].
at::Tensor token_mask(const std::vector<RowKeys>& rows, int64_t capacity, const at::Tensor& by_distance) {
    const at::Tensor first = of_each(rows, [](const RowKeys&row) { return row.seen.first; }),
                     own = first + of_each(rows, [](const RowKeys&row) { return row.seen.count; }) - 1;
    const at::Tensor keys = at::arange(capacity), seen = (keys >= first).logical_and_(keys <= own);
    if (!by_distance.defined()) return seen;
    const int64_t n = by_distance.size(1) - 1;
    const at::Tensor places = (n - (own - keys)).clamp(0, n).squeeze(1).squeeze(1);  // [R, capacity]
    const at::Tensor added = by_distance.index_select(1, places.view({-1})).unflatten(1, places.sizes());
    return added.transpose(0, 1).unsqueeze(2).masked_fill(seen.logical_not(), -INFINITY);
}

/// A kernel's last bits depend on how many keys it is given, masked ones included, and may depend on the number of
/// rows: so each capacity is computed for all rows, and each row takes its own. Our own depends on neither. `what`: the
/// keys' name within the step.
at::Tensor attend_rows(const TextStep& step, const std::string& what, const Cache& cache, const at::Tensor& q,
                       const std::vector<RowKeys>& rows, const CachedAttentionOptions& o) {
    if (can_attend_tokens(q, cache.keys)) {
        std::vector<SeenKeys> seen;
        for (const RowKeys& row : rows) seen.push_back(row.seen);
        return attend_tokens(q, cache.keys, cache.values, seen,
                             {.scale = o.scale, .cap = o.cap, .by_distance = o.by_distance});
    }
    if (static_cast<int64_t>(rows.size()) != step.slots)
        throw Error("An evaluation takes a token of each row, unless rows are computed apart");
    const at::Tensor queries = q.view({step.slots, o.kv_heads, o.heads / o.kv_heads, o.head_dim});
    std::set<int64_t> capacities;
    for (const RowKeys& row : rows) capacities.insert(row.capacity);
    at::Tensor attended;
    for (const int64_t capacity : capacities) {
        const std::string named = what + ", " + std::to_string(o.window) + ", " + std::to_string(capacity);
        const at::Tensor& mask = step.once("mask of a token, " + named, q.device(), [&] {
            const at::Tensor mask = token_mask(rows, capacity, o.by_distance);
            return mask.is_floating_point() ? mask.to(q.scalar_type()) : mask;
        });
        const at::Tensor own =
            attend_masked(queries, cache.keys.narrow(2, 0, capacity), cache.values.narrow(2, 0, capacity), mask, o);
        const at::Tensor& chosen = step.once("rows of " + named, q.device(), [&] {
            return of_each(rows, [&](const RowKeys& row) { return row.capacity == capacity; }).to(at::kBool);
        });
        attended = attended.defined() ? at::where(chosen, own, attended) : own;
    }
    return attended.view({step.slots, o.heads, 1, o.head_dim});
}

}  // namespace

at::Tensor attend_cached(State& state, const std::string& name, const at::Tensor& q, const at::Tensor& k,
                         const at::Tensor& v, const CachedAttentionOptions& o) {
    const TextStep& step = *state.text;
    const at::Tensor queries = split_heads(q, o.heads).contiguous(), keys = split_heads(k, o.kv_heads),
                     values = split_heads(v, o.kv_heads);
    // Pieces are longer, even of a prompt of one token.
    const bool one_token_each = step.length == 1 && step.cache_room > 0;
    if (!one_token_each && step.rows.size() != 1) throw Error("An evaluation takes tokens of one row, or one of each");
    const auto attended = [&] {
        if (step.cache_room == 0) return attend_piece(step, queries, keys, values, o);
        const Cache cache = cache_of(state, name, keys, step.cache_room);
        if (!one_token_each && step.copied.tokens > 0) copy_beginning(step, cache);
        if (!one_token_each)
            return attend_piece(step, queries, extended(step, cache.keys, keys), extended(step, cache.values, values),
                                o);
        append(step, cache.keys, keys);
        append(step, cache.values, values);
        return attend_rows(step, "texts", cache, queries, keys_of_texts(step, o.window), o);
    };
    const at::Tensor y = attended();
    return y.transpose(1, 2).reshape(q.sizes());
}

namespace {
std::string source_of(const std::string& name) { return name + ", source"; }
}  // namespace

void keep_source(State& state, const std::string& name, const at::Tensor& k, const at::Tensor& v, int64_t heads) {
    const TextStep& step = *state.text;
    const TextStep::Row& row = step.rows.front();
    const at::Tensor keys = split_heads(k, heads), values = split_heads(v, heads);
    const Cache cache = cache_of(state, source_of(name), keys, step.source_room);
    cache.keys.select(0, row.slot).narrow(1, 0, row.source).copy_(keys[0]);
    cache.values.select(0, row.slot).narrow(1, 0, row.source).copy_(values[0]);
}

at::Tensor attend_source(State& state, const std::string& name, const at::Tensor& q, const CachedAttentionOptions& o) {
    const TextStep& step = *state.text;
    CachedAttentionOptions options = o;
    options.by_distance.reset();
    const at::Tensor queries = split_heads(q, o.heads).contiguous();
    const Cache cache = cache_of(state, source_of(name), queries, step.source_room);
    const at::Tensor y = attend_rows(step, "sources", cache, queries, keys_of_sources(step), options);
    return y.transpose(1, 2).reshape(q.sizes());
}

}  // namespace fanlight
