#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace fanlight {

/// Which bucket each distance of a key from its query is in, as in T5 (Raffel et al. 2020, section 2.1): half of them
/// for a distance each, the others for ranges that grow by a constant factor up to `max_distance`.
struct DistanceBuckets {
    int64_t buckets = 32, max_distance = 128;

    /// Of the distances -n … 0 of keys before their query: [n + 1] int64.
    at::Tensor before(int64_t n) const;
    /// Of the distances -n … n in a text that is read in both directions, which have half of the buckets each: [2 n +
    /// 1] int64.
    at::Tensor around(int64_t n) const;
};

/// Attention of all tokens of one text to each other, without a scale: each score has the bias of its distance. q, k,
/// v: [1, L, heads*d]; by_distance: [heads, 2 n + 1] of the distances -n … n with n >= L - 1; seen: [L] bool on the
/// device, false for tokens to which none attends, or undefined -> [1, L, heads*d]
at::Tensor attend_around(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, const at::Tensor& by_distance,
                         const at::Tensor& seen = {});

}  // namespace fanlight
