#include "core/arithmetic/parts.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

extern "C" {  // <omp.h> comes with the compiler, the library with LibTorch
int omp_get_max_threads();
void omp_set_num_threads(int threads);
/// Absent where LibTorch multiplies with another library. Returns what was set before, 0: nothing.
[[gnu::weak]] int MKL_Set_Num_Threads_Local(int threads);
}

namespace fanlight {

namespace {

int set_in_mkl(int threads) { return MKL_Set_Num_Threads_Local ? MKL_Set_Num_Threads_Local(threads) : 0; }

}  // namespace

/// at::set_num_threads() would not help: it affects the whole process, and even inside a parallel region oneDNN asks
/// OpenMP how many threads there would be outside.
FewThreads::FewThreads(int most)
    : most_(most), before_(omp_get_max_threads()), before_in_mkl_(set_in_mkl(std::min(most, before_))) {
    set(most);
}

FewThreads::~FewThreads() {
    set(before_);
    set_in_mkl(before_in_mkl_);
}

void FewThreads::set(int threads) const {
    if (before_ > most_) omp_set_num_threads(threads);
}

int64_t part_width(int64_t size, int64_t min_width, int64_t max_parts) {
    constexpr int64_t block = 16;
    if (size <= block) return size;
    int64_t parts = 2;
    while (2 * parts <= max_parts && size / (2 * parts) >= min_width) parts *= 2;
    return ((size + parts - 1) / parts + block - 1) / block * block;
}

void compute_parts(int64_t parts, const std::function<void(int64_t part)>& compute) {
    const bool inference_mode = c10::InferenceMode::is_enabled();
    at::parallel_for(0, parts, 1, [&](int64_t begin, int64_t end) {
        const OneThread one;
        const c10::InferenceMode inference(inference_mode);
        for (int64_t part = begin; part < end; ++part) compute(part);
    });
}

}  // namespace fanlight
