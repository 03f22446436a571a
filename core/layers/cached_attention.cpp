#include "core/layers/cached_attention.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "core/base/error.h"
#include "core/layers/fused_decoder.h"

namespace fanlight {

namespace {

struct Cache {
    at::Tensor keys, values;  ///< [slots, kv_heads, room, d]
};

/// Zeros: what is masked is multiplied by 0, and must be finite.
Cache cache_of(State& state, const std::string& name, const at::Tensor& keys) {
    auto& kept = (*state.memory)[name];
    const std::vector<int64_t> shape = {state.text->slots, keys.size(1), state.text->cache_room, keys.size(3)};
    if (kept.empty()) kept = {at::zeros(shape, keys.options()), at::zeros(shape, keys.options())};
    if (const int64_t room = kept[0].size(2); room < state.text->cache_room)
        for (at::Tensor& cache : kept) {
            const at::Tensor small = std::exchange(cache, at::zeros(shape, keys.options()));
            cache.narrow(2, 0, room).copy_(small);
        }
    return {kept[0], kept[1]};
}

/// Where `mask` is true. A cap has no fused operator: as in transformers, the softmax is computed in float32.
at::Tensor attend_masked(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                         const at::Tensor& mask, const CachedAttentionOptions& o) {
    if (o.cap == 0) return at::scaled_dot_product_attention(queries, keys, values, mask, 0.0, false, o.scale);
    const at::Tensor scores = at::matmul(queries, keys.transpose(-2, -1)).mul_(o.scale).div_(o.cap).tanh_().mul_(o.cap);
    scores.masked_fill_(mask.logical_not(), -std::numeric_limits<double>::infinity());
    return at::matmul(at::softmax(scores, -1, at::kFloat).to(values.scalar_type()), values);
}

// One row, many tokens

/// [length, start + length]: what each token sees.
at::Tensor causal_mask(const TextStep& step, int64_t window) {
    const int64_t start = step.rows.front().start;
    const at::Tensor keys = at::arange(start + step.length), own = keys.narrow(0, start, step.length).unsqueeze(1);
    const at::Tensor seen = keys <= own;
    return window > 0 ? seen.logical_and_(keys > own - window) : seen;
}

/// Keys or values up to the end of the piece, whose own are `added`.
at::Tensor extended(const TextStep& step, const at::Tensor& kept, const at::Tensor& added) {
    const TextStep::Row& row = step.rows.front();
    const at::Tensor own = kept.narrow(0, row.slot, 1);
    own.narrow(2, row.start, step.length).copy_(added);
    return own.narrow(2, 0, row.start + step.length);
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
    return attend_masked(queries, keys, values, mask, o).view({1, o.heads, step.length, o.head_dim});
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

std::vector<SeenKeys> seen_keys(const TextStep& step, int64_t window) {
    std::vector<SeenKeys> seen;
    for (const TextStep::Row& row : step.rows) {
        const int64_t count = window > 0 ? std::min(window, row.start + 1) : row.start + 1;
        seen.push_back({row.slot, row.start + 1 - count, count});
    }
    return seen;
}

/// [slots, 1, 1, capacity]
at::Tensor token_mask(const TextStep& step, int64_t capacity, int64_t window) {
    const at::Tensor own = step.positions(at::kCPU).view({-1, 1, 1, 1}), keys = at::arange(capacity);
    const at::Tensor seen = keys <= own;
    return window > 0 ? seen.logical_and_(keys > own - window) : seen;
}

at::Tensor attend_up_to(const TextStep& step, int64_t capacity, const Cache& cache, const at::Tensor& queries,
                        const CachedAttentionOptions& o) {
    const at::Tensor& mask = step.once("mask of a token, " + std::to_string(o.window) + ", " + std::to_string(capacity),
                                       queries.device(), [&] { return token_mask(step, capacity, o.window); });
    return attend_masked(queries, cache.keys.narrow(2, 0, capacity), cache.values.narrow(2, 0, capacity), mask, o);
}

/// [slots, 1, 1, 1]: the rows of this capacity.
at::Tensor rows_of(const TextStep& step, int64_t capacity) {
    std::vector<int64_t> chosen;
    for (const TextStep::Row& row : step.rows) chosen.push_back(row.capacity == capacity);
    return at::tensor(chosen, at::kLong).to(at::kBool).view({-1, 1, 1, 1});
}

/// A kernel's last bits depend on how many keys it is given, masked ones included, and may depend on the number of
/// rows: so each capacity is computed for all rows, and each row takes its own. Our own depends on neither.
at::Tensor attend_token(const TextStep& step, const Cache& cache, const at::Tensor& q, const at::Tensor& k,
                        const at::Tensor& v, const CachedAttentionOptions& o) {
    append(step, cache.keys, k);
    append(step, cache.values, v);
    if (can_attend_tokens(q, cache.keys))
        return attend_tokens(q, cache.keys, cache.values, seen_keys(step, o.window), o.scale, o.cap);
    if (static_cast<int64_t>(step.rows.size()) != step.slots)
        throw Error("An evaluation takes a token of each row, unless rows are computed apart");
    const at::Tensor queries = q.view({step.slots, o.kv_heads, o.heads / o.kv_heads, o.head_dim});
    std::set<int64_t> capacities;
    for (const TextStep::Row& row : step.rows) capacities.insert(row.capacity);
    at::Tensor attended;
    for (const int64_t capacity : capacities) {
        const at::Tensor own = attend_up_to(step, capacity, cache, queries, o);
        const auto chosen = [&] { return rows_of(step, capacity); };
        attended =
            attended.defined()
                ? at::where(step.once("rows of " + std::to_string(capacity), own.device(), chosen), own, attended)
                : own;
    }
    return attended.view({step.slots, o.heads, 1, o.head_dim});
}

}  // namespace

at::Tensor attend_cached(State& state, const std::string& name, const at::Tensor& q, const at::Tensor& k,
                         const at::Tensor& v, const CachedAttentionOptions& o) {
    const TextStep& step = *state.text;
    // [R, L, H*d] -> [R, H, L, d]
    const auto split_heads = [](const at::Tensor& t, int64_t heads) {
        return t.unflatten(-1, {heads, -1}).transpose(1, 2);
    };
    const at::Tensor queries = split_heads(q, o.heads).contiguous(), keys = split_heads(k, o.kv_heads),
                     values = split_heads(v, o.kv_heads);
    // Pieces are longer, even of a prompt of one token.
    const bool one_token_each = step.length == 1 && step.cache_room > 0;
    if (!one_token_each && step.rows.size() != 1) throw Error("An evaluation takes tokens of one row, or one of each");
    const auto attended = [&] {
        if (step.cache_room == 0) return attend_piece(step, queries, keys, values, o);
        const Cache cache = cache_of(state, name, keys);
        if (one_token_each) return attend_token(step, cache, queries, keys, values, o);
        return attend_piece(step, queries, extended(step, cache.keys, keys), extended(step, cache.values, values), o);
    };
    const at::Tensor y = attended();
    return y.transpose(1, 2).reshape(q.sizes());
}

}  // namespace fanlight
