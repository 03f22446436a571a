#pragma once

#include <cstdint>
#include <functional>
#include <limits>

// Work on a CPU that is split by its shapes alone: libraries split it by the number of threads, and sum up in another
// order, or with other instructions at the seams, for each.
namespace fanlight {

/// While it exists, what is called from this thread runs single-threaded, ATen, oneDNN and MKL included.
class OneThread {
public:
    OneThread();
    ~OneThread();
    OneThread(const OneThread&) = delete;
    OneThread& operator=(const OneThread&) = delete;

private:
    void set(int threads) const;

    const int before_, before_in_mkl_;
};

/// How wide the parts are that `size` rows, columns or channels are computed in: multiples of 16, the numbers in two
/// registers, and an even number of them, so that threads finish together.
int64_t part_width(int64_t size, int64_t min_width, int64_t max_parts = std::numeric_limits<int64_t>::max());

/// Computes parts 0 to parts-1, each on one thread, as many at once as at::get_num_threads(); a single one on this
/// thread. In the caller's inference mode.
void compute_parts(int64_t parts, const std::function<void(int64_t part)>& compute);

}  // namespace fanlight
