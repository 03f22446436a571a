#pragma once

#include <cstdint>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// How items are distributed: each worker pulls the next micro-batch when it is free, or has a fixed share by
/// Accelerate's rule.
enum class Split { Pull, Even };

/// One worker's share when Accelerate 1.15's split_between_processes splits `count` items among `world` workers:
/// contiguous ranges, of which the first count % world are longer by one. With padding the shorter ones are filled up
/// with the last of all items.
struct Share {
    int64_t begin = 0, end = 0;  ///< its own items: begin … end-1
    int64_t padded_length = 0;   ///< end - begin without padding
};
Share share_of(int64_t count, int world, int rank, bool padding);

/// The item numbers of a share, including padding. Throws UsageError if there is nothing to pad with.
std::vector<int64_t> share(int64_t count, int world, int rank, bool padding);

/// How many of a share's items are its own, without padding.
int64_t true_count(int64_t count, int world, int rank);

/// The same for nested data: an array is a list; the values of an object are split alike, at any depth; {"__tuple__":
/// […]} is a tuple and {"__tensor__": […], …} a tensor, split by rows. In cases in which Accelerate silently loses
/// data, or gives everything to everyone, this throws UsageError: nested objects whose lists differ in length, texts,
/// numbers and other types that cannot be split. Tuples may be padded here.
Json split(const Json& input, int world, int rank, bool padding);

}  // namespace fanlight
