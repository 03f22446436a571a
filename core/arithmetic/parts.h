#pragma once

#include <cstdint>
#include <functional>
#include <limits>

// Work on a CPU that is split by its shapes alone: libraries split it by the number of threads, and sum up in another
// order, or with other instructions at the seams, for each.
namespace fanlight {

/// While it exists, what is called from this thread runs on at most so many, ATen, oneDNN and MKL included.
class FewThreads {
public:
    explicit FewThreads(int most);
    ~FewThreads();
    FewThreads(const FewThreads&) = delete;
    FewThreads& operator=(const FewThreads&) = delete;

private:
    void set(int threads) const;

    const int most_, before_, before_in_mkl_;
};

/// While it exists, what is called from this thread runs single-threaded.
class OneThread : public FewThreads {
public:
    OneThread() : FewThreads(1) {}
};

/// How wide the parts are that `size` rows, columns or channels are computed in: multiples of 16, the numbers in two
/// registers, and an even number of them, so that threads finish together.
int64_t part_width(int64_t size, int64_t min_width, int64_t max_parts = std::numeric_limits<int64_t>::max());

/// Computes parts 0 to parts-1, each on one thread, as many at once as at::get_num_threads(); a single one on this
/// thread. In the caller's inference mode.
void compute_parts(int64_t parts, const std::function<void(int64_t part)>& compute);

}  // namespace fanlight
