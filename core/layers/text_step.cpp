#include "core/layers/text_step.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/weights/transfer.h"

namespace fanlight {

const at::Tensor& TextStep::positions(at::Device device) const {
    return once("positions", device, [&] {
        if (placed.defined()) return placed.view({1, length});
        std::vector<int64_t> positions;
        for (const Row& row : rows)
            for (int64_t i = 0; i < length; ++i) positions.push_back(std::min(row.start + i, last_position));
        return at::tensor(positions, at::kLong).view({-1, length});
    });
}

const at::Tensor& TextStep::once(const std::string& name, at::Device device,
                                 const std::function<at::Tensor()>& make) const {
    at::Tensor& kept = kept_[{name, device.str()}];
    if (!kept.defined()) kept = to_device(make(), device);
    return kept;
}

}  // namespace fanlight
