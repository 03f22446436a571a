#pragma once

#include <cstdint>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// How items reach workers: each pulls the next micro-batch when it is free, or has a fixed share from the start by
/// Accelerate's rule.
enum class Split { Pull, Even };

/// How Accelerate 1.15's split_between_processes deals `count` items to `world` workers: contiguous, the first
/// count % world of them get one more. With padding the short shares are filled up with the last item of all, so that
/// every share is as long.
struct Share {
    int64_t begin = 0, end = 0;  ///< items begin … end-1 are its own
    int64_t padded_length = 0;   ///< end - begin without padding
};
Share share_of(int64_t count, int world, int rank, bool padding);

/// The item numbers of a share, pads included. Throws UsageError for padding with nothing to repeat.
std::vector<int64_t> share(int64_t count, int world, int rank, bool padding);

/// How many of a share's items are its own: what is left after the duplicates are dropped.
int64_t true_count(int64_t count, int world, int rank);

/// The same of nested data: an array is a list; an object has its values cut alike, at any depth;
/// {"__tuple__": […]} is a tuple and {"__tensor__": […], …} a tensor, cut by rows.
/// Where Accelerate loses data without a word, or hands everything to everyone, this throws UsageError: nested objects
/// whose lists differ in length, texts, numbers and other types that cannot be cut. Tuples may be padded here.
Json split(const Json& input, int world, int rank, bool padding);

}  // namespace fanlight
