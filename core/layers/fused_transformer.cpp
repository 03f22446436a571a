#include "core/layers/fused_transformer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include "core/arithmetic/elementwise.h"
#include "core/layers/fused_math.h"
#include "core/layers/shapes.h"

namespace fanlight {

namespace {

constexpr int64_t grain = 16384;  // numbers that are worth a thread
constexpr int64_t lanes = 16;     // sums that run side by side, so that the compiler can use vectors

bool is_plain(const at::Tensor& x) {
    return x.device().is_cpu() && x.scalar_type() == at::kFloat && x.is_contiguous() && x.numel() > 0;
}

/// How far apart the rows of x are, of float32 on a CPU: [..., n] contiguous, or a view of some columns, [1, L, n] or
/// [1, L, H, d]. 0: it is neither.
int64_t row_stride(const at::Tensor& x) {
    if (is_plain(x)) return x.dim() == 4 ? x.size(2) * x.size(3) : x.size(-1);
    const bool is_float = x.device().is_cpu() && x.scalar_type() == at::kFloat && x.numel() > 0;
    const bool is_view = x.dim() >= 3 && x.size(0) == 1 && x.stride(-1) == 1;
    const bool are_heads = x.dim() == 3 || (x.dim() == 4 && x.stride(2) == x.size(3));
    return is_float && is_view && are_heads ? x.stride(1) : 0;
}

inline float sum_of(const float* lane) {
    float sum = 0;
    for (int64_t i = 0; i < lanes; ++i) sum += lane[i];
    return sum;
}

inline float sum_of(const float* x, int64_t n) {
    float lane[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (int64_t l = 0; l < lanes; ++l) lane[l] += x[i + l];
    for (; i < n; ++i) lane[i % lanes] += x[i];
    return sum_of(lane);
}

inline float product(const float* a, const float* b, int64_t n) {
    float lane[lanes] = {};
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (int64_t l = 0; l < lanes; ++l) lane[l] += a[i + l] * b[i + l];
    for (; i < n; ++i) lane[i % lanes] += a[i] * b[i];
    return sum_of(lane);
}

FANLIGHT_SIMD void norm_rows(const float* x, const float* weight, float* y, int64_t rows, int64_t n, double eps) {
    for (int64_t row = 0; row < rows; ++row, x += n, y += n) {
        const float mean = product(x, x, n) / static_cast<float>(n);
        const float inverse = 1.0f / std::sqrt(mean + static_cast<float>(eps));
        for (int64_t i = 0; i < n; ++i) y[i] = weight[i] * (x[i] * inverse);
    }
}

FANLIGHT_SIMD void add_norm_rows(const float* x, const float* y, const float* weight, float* out, int64_t rows,
                                 int64_t n, double eps) {
    for (int64_t row = 0; row < rows; ++row, x += n, y += n, out += n) {
        const float mean = product(y, y, n) / static_cast<float>(n);
        const float inverse = 1.0f / std::sqrt(mean + static_cast<float>(eps));
        for (int64_t i = 0; i < n; ++i) out[i] = x[i] + weight[i] * (y[i] * inverse);
    }
}

FANLIGHT_SIMD void rotate_pairs(const float* x, const float* cos, const float* sin, float* y, int64_t pairs) {
    for (int64_t i = 0; i < pairs; ++i) {
        const float a = x[2 * i], b = x[2 * i + 1];
        y[2 * i] = a * cos[i] - b * sin[i];
        y[2 * i + 1] = a * sin[i] + b * cos[i];
    }
}

/// As norm_rows() and rotate_pairs(), of the heads of one token.
FANLIGHT_SIMD void norm_rotate_heads(const float* x, const float* weight, const float* cos, const float* sin, float* y,
                                     int64_t heads, int64_t d, double eps) {
    for (int64_t head = 0; head < heads; ++head, x += d, y += d) {
        const float mean = product(x, x, d) / static_cast<float>(d);
        const float inverse = 1.0f / std::sqrt(mean + static_cast<float>(eps));
        for (int64_t i = 0; i < d / 2; ++i) {
            const float a = weight[2 * i] * (x[2 * i] * inverse), b = weight[2 * i + 1] * (x[2 * i + 1] * inverse);
            y[2 * i] = a * cos[i] - b * sin[i];
            y[2 * i + 1] = a * sin[i] + b * cos[i];
        }
    }
}

FANLIGHT_SIMD void add_gated_rows(const float* x, const float* y, const float* gate, float* out, int64_t rows,
                                  int64_t n) {
    for (int64_t row = 0; row < rows; ++row, x += n, y += n, out += n)
        for (int64_t i = 0; i < n; ++i) out[i] = x[i] + gate[i] * y[i];
}

FANLIGHT_SIMD void gate_numbers(const float* gate, const float* up, float* y, int64_t n) {
    for (int64_t i = 0; i < n; ++i) y[i] = silu_of(gate[i]) * up[i];
}

FANLIGHT_SIMD void gelu_numbers(const float* x, float* y, int64_t n) {
    for (int64_t i = 0; i < n; ++i) y[i] = gelu_tanh_of(x[i]);
}

FANLIGHT_SIMD void rotate_head(const float* x, const float* cos, const float* sin, float* y, int64_t half, int64_t d) {
    for (int64_t i = 0; i < half; ++i) y[i] = x[i] * cos[i] - x[half + i] * sin[i];
    for (int64_t i = 0; i < half; ++i) y[half + i] = x[half + i] * cos[i] + x[i] * sin[i];
    for (int64_t i = 2 * half; i < d; ++i) y[i] = x[i];
}

void cap_scores(float* scores, int64_t n, float cap) {
    for (int64_t i = 0; i < n; ++i) scores[i] = cap * std::tanh(scores[i] / cap);
}

/// The heads that share keys and values, [group, d], over n of these.
struct HeadGroup {
    const float *q, *k, *v;
    float* out;
    int64_t group, d, n;
    float scale, cap;
    const float* by_distance;  ///< [group, distances], or null
    int64_t distances;
};

/// The query's own key is the last one.
FANLIGHT_SIMD void add_biases(float* scores, const float* by_distance, int64_t distances, int64_t n) {
    const int64_t far = std::max<int64_t>(0, n - distances);
    for (int64_t j = 0; j < far; ++j) scores[j] += by_distance[0];
    for (int64_t j = far; j < n; ++j) scores[j] += by_distance[distances - n + j];
}

/// `scores`: room for group * n numbers.
FANLIGHT_SIMD void attend_group(const HeadGroup& h, float* scores) {
    const auto [q, k, v, out, group, d, n, scale, cap, by_distance, distances] = h;
    for (int64_t j = 0; j < n; ++j)
        for (int64_t g = 0; g < group; ++g) scores[g * n + j] = scale * product(q + g * d, k + j * d, d);
    if (cap > 0) cap_scores(scores, group * n, cap);
    for (int64_t g = 0; g < group; ++g) {
        float* own = scores + g * n;
        if (by_distance) add_biases(own, by_distance + g * distances, distances, n);
        float largest = own[0];
        for (int64_t j = 1; j < n; ++j) largest = std::max(largest, own[j]);
        for (int64_t j = 0; j < n; ++j) own[j] = exp_of_minus(largest - own[j]);
        const float inverse = 1.0f / sum_of(own, n);
        for (int64_t j = 0; j < n; ++j) own[j] *= inverse;
    }
    std::fill(out, out + group * d, 0.0f);
    for (int64_t j = 0; j < n; ++j)
        for (int64_t g = 0; g < group; ++g) {
            const float weight = scores[g * n + j];
            for (int64_t i = 0; i < d; ++i) out[g * d + i] += weight * v[j * d + i];
        }
}

}  // namespace

at::Tensor rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps) {
    if (!is_plain(x) || !is_plain(weight)) {
        const at::Tensor wide = x.to(at::kFloat);
        const at::Tensor normed = wide * at::rsqrt(wide.square().mean(-1, /*keepdim=*/true) + eps);
        return (weight * normed.to(weight.scalar_type())).to(x.scalar_type());
    }
    const int64_t n = x.size(-1);
    at::Tensor y = at::empty_like(x);
    const float *in = x.const_data_ptr<float>(), *by = weight.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, x.numel() / n, std::max<int64_t>(1, grain / n), [&](int64_t begin, int64_t end) {
        norm_rows(in + begin * n, by, out + begin * n, end - begin, n, eps);
    });
    return y;
}

at::Tensor modulated_rms_norm(const at::Tensor& x, const at::Tensor& weight, double eps, const at::Tensor& scale) {
    const at::Tensor factor = scale + 1;
    if (is_plain(x)) return rms_norm(x, weight * factor, eps);
    return rms_norm(x, weight, eps) * factor;
}

at::Tensor add_gated_rms_norm(const at::Tensor& x, const at::Tensor& y, const at::Tensor& weight, double eps,
                              const at::Tensor& gate) {
    if (!is_plain(x) || !is_plain(y) || !is_plain(weight)) {
        const at::Tensor normed = rms_norm(y, weight, eps);
        return x + (gate.defined() ? gate * normed : normed);
    }
    const at::Tensor by = gate.defined() ? weight * gate : weight;
    const int64_t n = x.size(-1);
    at::Tensor sum = at::empty_like(x);
    const float *in = x.const_data_ptr<float>(), *added = y.const_data_ptr<float>(), *w = by.const_data_ptr<float>();
    float* out = sum.mutable_data_ptr<float>();
    at::parallel_for(0, x.numel() / n, std::max<int64_t>(1, grain / n), [&](int64_t begin, int64_t end) {
        add_norm_rows(in + begin * n, added + begin * n, w, out + begin * n, end - begin, n, eps);
    });
    return sum;
}

at::Tensor modulated_layer_norm(const at::Tensor& x, double eps, const at::Tensor& scale, const at::Tensor& shift) {
    return at::layer_norm(x, {x.size(-1)}, scale + 1, shift, eps);
}

at::Tensor add_gated(const at::Tensor& x, const at::Tensor& y, const at::Tensor& gate) {
    if (!is_plain(x) || !is_plain(y) || !is_plain(gate)) return x + gate * y;
    const int64_t n = x.size(-1);
    at::Tensor sum = at::empty_like(x);
    const float *in = x.const_data_ptr<float>(), *added = y.const_data_ptr<float>(), *by = gate.const_data_ptr<float>();
    float* out = sum.mutable_data_ptr<float>();
    at::parallel_for(0, x.numel() / n, std::max<int64_t>(1, grain / n), [&](int64_t begin, int64_t end) {
        add_gated_rows(in + begin * n, added + begin * n, by, out + begin * n, end - begin, n);
    });
    return sum;
}

at::Tensor swiglu(const at::Tensor& x) {
    const int64_t n = x.size(-1) / 2, stride = x.dim() == 3 ? row_stride(x) : 0;
    if (stride == 0) return swiglu(x.narrow(-1, 0, n), x.narrow(-1, n, n));
    at::Tensor y = at::empty({x.size(0), x.size(1), n}, x.options());
    const float* in = x.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, y.numel() / n, std::max<int64_t>(1, grain / n), [&](int64_t begin, int64_t end) {
        for (int64_t row = begin; row < end; ++row)
            gate_numbers(in + row * stride, in + row * stride + n, out + row * n, n);
    });
    return y;
}

at::Tensor swiglu(const at::Tensor& gate, const at::Tensor& up) {
    if (!is_plain(gate) || !is_plain(up)) return elementwise(gate, at::silu) * up;
    at::Tensor y = at::empty_like(gate);
    const float *a = gate.const_data_ptr<float>(), *b = up.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, gate.numel(), grain,
                     [&](int64_t begin, int64_t end) { gate_numbers(a + begin, b + begin, out + begin, end - begin); });
    return y;
}

at::Tensor gelu_tanh(const at::Tensor& x) {
    if (!is_plain(x)) return elementwise(x, [](const at::Tensor& part) { return at::gelu(part, "tanh"); });
    at::Tensor y = at::empty_like(x);
    const float* in = x.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, x.numel(), grain,
                     [&](int64_t begin, int64_t end) { gelu_numbers(in + begin, out + begin, end - begin); });
    return y;
}

at::Tensor rotated(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const auto [R, L, H, d] = dims<4>(x);
    const int64_t half = cos.size(-1);
    if (!is_plain(x) || !is_plain(cos) || !is_plain(sin)) {
        const at::Tensor a = x.narrow(-1, 0, half), b = x.narrow(-1, half, half);
        std::vector<at::Tensor> parts = {a * cos - b * sin, b * cos + a * sin};
        if (d > 2 * half) parts.push_back(x.narrow(-1, 2 * half, d - 2 * half));
        return at::cat(parts, -1);
    }
    at::Tensor y = at::empty_like(x);
    const float *in = x.const_data_ptr<float>(), *c = cos.const_data_ptr<float>(), *s = sin.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, R * L * H, std::max<int64_t>(1, grain / d), [&, H = H, d = d](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
            rotate_head(in + i * d, c + i / H * half, s + i / H * half, out + i * d, half, d);
    });
    return y;
}

at::Tensor rotated_pairs(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const auto [R, L, H, d] = dims<4>(x);
    const int64_t pairs = cos.size(-1);
    if (!is_plain(x) || !is_plain(cos) || !is_plain(sin)) {
        const at::Tensor wide = x.to(at::kFloat), c = cos.unsqueeze(1), s = sin.unsqueeze(1);
        const at::Tensor a = wide.slice(-1, 0, d, 2), b = wide.slice(-1, 1, d, 2);
        return at::stack({a * c - b * s, a * s + b * c}, -1).flatten(-2).to(x.scalar_type());
    }
    at::Tensor y = at::empty_like(x);
    const float *in = x.const_data_ptr<float>(), *c = cos.const_data_ptr<float>(), *s = sin.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, R * L * H, std::max<int64_t>(1, grain / d),
                     [&, L = L, H = H, d = d](int64_t begin, int64_t end) {
                         for (int64_t i = begin; i < end; ++i)
                             rotate_pairs(in + i * d, c + i / H % L * pairs, s + i / H % L * pairs, out + i * d, pairs);
                     });
    return y;
}

at::Tensor normed_rotated_pairs(const at::Tensor& x, const at::Tensor& weight, double eps, const at::Tensor& cos,
                                const at::Tensor& sin) {
    const auto [R, L, H, d] = dims<4>(x);
    const int64_t stride = row_stride(x);
    if (stride == 0 || !is_plain(weight) || !is_plain(cos) || !is_plain(sin))
        return rotated_pairs(rms_norm(x, weight, eps), cos, sin);
    at::Tensor y = at::empty({R, L, H, d}, x.options());
    const float *in = x.const_data_ptr<float>(), *by = weight.const_data_ptr<float>(), *c = cos.const_data_ptr<float>(),
                *s = sin.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, R * L, std::max<int64_t>(1, grain / (H * d)),
                     [&, L = L, H = H, d = d](int64_t begin, int64_t end) {
                         for (int64_t i = begin; i < end; ++i)
                             norm_rotate_heads(in + i * stride, by, c + i % L * (d / 2), s + i % L * (d / 2),
                                               out + i * H * d, H, d, eps);
                     });
    return y;
}

bool can_attend_tokens(const at::Tensor& queries, const at::Tensor& keys) {
    return is_plain(queries) && is_plain(keys);
}

at::Tensor attend_tokens(const at::Tensor& queries, const at::Tensor& keys, const at::Tensor& values,
                         const std::vector<SeenKeys>& seen, const ScoreOptions& options) {
    const auto [slots, KV, room, d] = dims<4>(keys);
    const int64_t rows = queries.size(0), group = queries.size(1) / KV;
    const int64_t distances = options.by_distance.defined() ? options.by_distance.size(1) : 0;
    const float* by_distance = distances > 0 ? options.by_distance.const_data_ptr<float>() : nullptr;
    at::Tensor y = at::empty_like(queries);
    const float *q = queries.const_data_ptr<float>(), *k = keys.const_data_ptr<float>(),
                *v = values.const_data_ptr<float>();
    float* out = y.mutable_data_ptr<float>();
    at::parallel_for(0, rows * KV, 1, [&, KV = KV, room = room, d = d](int64_t begin, int64_t end) {
        std::vector<float> scores;
        for (int64_t i = begin; i < end; ++i) {
            const auto [slot, first, count] = seen[static_cast<size_t>(i / KV)];
            scores.resize(static_cast<size_t>(group * count));
            const int64_t at = ((slot * KV + i % KV) * room + first) * d;
            attend_group({q + i * group * d, k + at, v + at, out + i * group * d, group, d, count,
                          static_cast<float>(options.scale), static_cast<float>(options.cap),
                          by_distance ? by_distance + i % KV * group * distances : nullptr, distances},
                         scores.data());
        }
    });
    return y;
}

}  // namespace fanlight
